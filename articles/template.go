package articles

import "slices"

// A TemplateRelease is one release of the wording: a name, and a digest of what it makes of many agreements.
type TemplateRelease struct{ Name, Digest string }

// templates are all releases of the wording, the newest last. A test holds the last to its digest.
var templates = []TemplateRelease{
	{"2026-11", "sha256:56c600bbf5b8c759638c8f63944cb81d5a9b605c90b3a17ae7ca83fdf9b348a8"},
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
