package incoming

import (
	"encoding/xml"
	"slices"
	"strings"
)

// An alternate is content that a document has twice, for programs that know a feature and for those that do not. The
// first is read; whether the other says the same is looked at.
type alternate struct{ first, other strings.Builder }

// alternative takes the words of both in, and compares them at the end.
func (r *reader) alternative(within []string, token xml.Token) {
	const whole, other = "AlternateContent", "Fallback"
	switch e := token.(type) {
	case xml.CharData:
		switch name := parent(within, 1); {
		case name != "t" && name != "delText":
		case slices.Contains(within, other):
			r.twice.other.Write(e)
		case slices.Contains(within, whole):
			r.twice.first.Write(e)
		}
	case xml.EndElement:
		if e.Name.Local != whole || slices.Contains(within, whole) {
			return
		}
		if first, second := shown(r.twice.first.String()), shown(r.twice.other.String()); first != second {
			r.odd("words that other programs show as “" + second + "”")
		}
		r.twice = alternate{}
	}
}
