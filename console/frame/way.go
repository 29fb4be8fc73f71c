package frame

import (
	"net/url"
	"regexp"

	"entente/agreement"
)

// A Way is the path of a page of an agreement to which somebody wanted before they entered; empty for none. It never leads
// elsewhere: nothing but a path of ours in plain letters is one.
type Way string

var wayForm = regexp.MustCompile(`^/agreements/(agr_[a-z0-9]{1,40})(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$`)

// WayOf reads a way; what is none leads nowhere.
func WayOf(path string) Way {
	if len(path) > 200 || !wayForm.MatchString(path) {
		return ""
	}
	return Way(path)
}

// Agreement is that of the page; empty for no way.
func (to Way) Agreement() agreement.ID {
	if m := wayForm.FindStringSubmatch(string(to)); m != nil {
		return agreement.ID(m[1])
	}
	return ""
}

// Door is the address of the page on which one enters, and which goes on to the way from there.
func (to Way) Door() string {
	if to == "" {
		return "/"
	}
	return "/?to=" + url.QueryEscape(string(to))
}
