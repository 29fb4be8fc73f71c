package proposal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/articles/house"
	"entente/articles/proposal"
	"entente/document/incoming"
)

// Words of the parties' own that were changed in a document come back as that text, with its terms in it.
func TestWordsOfTheirOwnComeBackAsThatText(t *testing.T) {
	a := example()
	a.House = house.Terms{
		Replaced: []house.Passage{
			{Clause: "6.3", Option: "Late interest", Text: "Whoever pays late owes interest\nat {commerce.payment.late_interest} a year."},
			{Clause: "13.6", Text: "[general.publicity.prior_approval] Neither Party shall name the other\n  without approval under [[7.2]].\n[general.publicity.name_as_partner] Each Party may name the other Party as its partner."},
		},
		Added: []house.Addition{{Clause: "4.4", Text: "**Feedback** means what a Party says.\n\nIt is answered within {branding.approval_days Business Day}, as {{agreed}."}},
	}
	for _, c := range []struct {
		name        string
		old, new    string
		terms, open []string
	}{
		{"words around a value", "Whoever pays late owes interest at 9 % a year.", "A Party that pays late shall pay 9 % a year as interest.",
			[]string{"wording.replaced[6.3].text: {commerce.payment.late_interest} a year as interest"}, nil},
		{"a value alone", "owes interest at 9 % a year", "owes interest at 8 % a year", []string{"commerce.payment.late_interest: 8%"}, nil},
		{"a value and words", "Whoever pays late owes interest at 9 % a year.", "Whoever pays late shall pay interest at 8 % a year.",
			[]string{"commerce.payment.late_interest: 8%", "wording.replaced[6.3].text: Whoever pays late shall pay interest at {commerce.payment.late_interest} a year."}, nil},
		{"words of a box, and its reference", "Neither Party shall name the other without approval under clause 7.2.", "Neither Party shall name the other Party without written approval under clause 7.2.",
			[]string{"wording.replaced[13.6].text: without written approval under [[7.2]]."}, nil},
		{"the second paragraph of an addition", "It is answered within five (5) Business Days, as {agreed}.", "It must be answered within five (5) Business Days, as {agreed}.",
			[]string{"wording.added[4.4].text: It must be answered within {branding.approval_days Business Day}, as {{agreed}."}, nil},
		{"a value that is gone", "owes interest at 9 % a year", "owes interest at the legal rate", nil, []string{"6.3"}},
		{"words that would be markup", "Whoever pays late owes", "Whoever **pays** [[late]] owes", nil, []string{"6.3"}},
		{"the name of the box", "Late interest. Whoever", "Interest on late payments. Whoever", nil, []string{"6.3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			copied := copyOf(t, a.Draft())
			i := slices.IndexFunc(copied.Lines, func(l incoming.Line) bool { return strings.Contains(strings.Join(l.Cells, "|"), c.old) })
			if i < 0 {
				t.Fatalf("the document does not say %q", c.old)
			}
			l := &copied.Lines[i]
			l.Cells = []string{strings.Replace(strings.Join(l.Cells, "|"), c.old, c.new, 1)}
			got := proposal.Read(a, copied)
			var terms, open []string
			for n, term := range got.Terms {
				said := fmt.Sprintf("%s: %s", term.Path, term.New)
				if n < len(c.terms) && strings.HasPrefix(said, strings.SplitAfter(c.terms[n], ": ")[0]) && strings.Contains(said, strings.SplitN(c.terms[n], ": ", 2)[1]) {
					said = c.terms[n]
				}
				terms = append(terms, said)
			}
			for _, p := range got.Open {
				open = append(open, string(p.Clause))
			}
			if diff := cmp.Diff(c.terms, terms); diff != "" {
				t.Error("terms:", diff)
			}
			if diff := cmp.Diff(c.open, open); diff != "" {
				t.Error("open:", diff)
			}
		})
	}
}
