package articles

import "slices"

// A TemplateRelease is one release of the wording: a name, and a digest of what it makes of many agreements.
type TemplateRelease struct{ Name, Digest string }

// templates are all releases of the wording, the newest last. A test holds the last to its digest.
var templates = []TemplateRelease{
	{"2026-11", "sha256:e7a442df2dca2aea7ca6617d93856db71776dd919d75679c521266741737ecce"},
}

// CurrentTemplate is the wording of this release.
func CurrentTemplate() TemplateRelease { return templates[len(templates)-1] }

// TemplateOf is the release of the wording that has a digest, if this release of the program knows it.
func TemplateOf(digest string) (TemplateRelease, bool) {
	i := slices.IndexFunc(templates, func(t TemplateRelease) bool { return t.Digest == digest })
	if i < 0 {
		return TemplateRelease{}, false
	}
	return templates[i], true
}
