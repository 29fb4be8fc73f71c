package audience_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/audience"
	"entente/articles/deadlines"
	"entente/articles/draft"
	"entente/articles/performance"
	"entente/articles/term"
	"entente/calendar"
	"entente/ledger"
)

// family is a type of entry without its version.
func family(kind string) string {
	name, _, _ := strings.Cut(kind, "/")
	return name
}

// Every type of entry has one rule, and every rule a type.
func TestEveryEntryHasARule(t *testing.T) {
	kinds := map[string]bool{}
	for _, kind := range append(articles.Types(), ledger.TypeOpened, ledger.TypeKeyAdded, ledger.TypeKeyRevoked) {
		kinds[family(kind)] = true
	}
	seen := map[string]bool{}
	for _, r := range audience.Rules {
		switch {
		case seen[r.Type] || !kinds[r.Type]:
			t.Errorf("%s has two rules, or is no type of entry", r.Type)
		case (r.Whose == audience.None) != (r.Why != "") || (r.Whose == audience.None) != (len(r.Roles) == 0):
			t.Errorf("%s: who is told has roles, and nobody has a reason", r.Type)
		case (r.Matter == audience.Notice) != (r.Under != ""):
			t.Errorf("%s: a notice, and nothing else, says under which clause nobody can turn it off", r.Type)
		case r.Matter == audience.Ask && r.Asks == "":
			t.Errorf("%s asks, and does not say what", r.Type)
		}
		seen[r.Type] = true
	}
	for kind := range kinds {
		if !seen[kind] {
			t.Errorf("%s has no rule: say who is told of it, or why nobody is", kind)
		}
	}
}

// Every deadline of the example, a month after it begins and when it ends, is of one kind, under the clause that
// the kind says.
func TestEveryDeadlineIsOfAKind(t *testing.T) {
	text := draft.Example(calendar.Date{Year: 2026, Month: time.November, Day: 23})
	s := articles.State{Texts: []*articles.Agreement{&text}}
	at := text.Frame().Effective().AddDays(-1).In(text.Frame().Zone())
	version := agreement.Version{Number: 1, Effective: at.AddDate(0, 0, 1)}
	for _, p := range agreement.Both {
		version.Signatures = append(version.Signatures, agreement.Signature{Party: p, At: at})
	}
	s.Life.Versions, s.Life.InForce = []agreement.Version{version}, 1
	all := deadlines.Of(s, at.AddDate(0, 1, 0))
	ended := s
	ended.Term.Ending = &term.Ending{Ends: at.AddDate(0, 2, 0), TransitionEnd: at.AddDate(0, 3, 0), CustomersEnd: at.AddDate(0, 9, 0)}
	found := map[string]bool{}
	for _, d := range append(all, deadlines.Of(ended, at.AddDate(0, 1, 0))...) {
		c, known := audience.ClockOf(d)
		if !known || c.Clause != d.Clause {
			t.Errorf("%s under %s is of the kind %+v", d.ID, d.Clause, c)
		}
		found[c.Family] = true
	}
	if len(found) < 6 {
		t.Errorf("only the kinds %v were tried", found)
	}
}

func TestWhoActedIsNotTold(t *testing.T) {
	r := audience.RuleOf("term.breach_notified/1")
	if got := r.Parties(agreement.A); !slices.Equal(got, []agreement.Party{agreement.B}) {
		t.Errorf("of an act of A are told %v", got)
	}
	if got := audience.RuleOf("agreement.proposed/2").Parties(agreement.Host); !slices.Equal(got, agreement.Both) {
		t.Errorf("of what the host brought are told %v", got)
	}
	if got := audience.RuleOf("nobody.knows/1").Parties(agreement.A); got != nil {
		t.Errorf("of what no rule knows are told %v", got)
	}
}

func TestTheLadder(t *testing.T) {
	for _, role := range agreement.Roles {
		above := audience.Above(role)
		if len(above) == 0 || slices.Contains(above, role) {
			t.Errorf("above the %s are %v", role.Label(), above)
		}
	}
}

func TestServiceLevelsThatWereKeptAreNoNews(t *testing.T) {
	if audience.Idle(agreement.Signed{}) || !audience.Idle(performance.WindowMeasured{}) {
		t.Error("a signature is idle, or a window in which nothing was missed is not")
	}
	if !audience.Settled(articles.State{}, agreement.Signed{Version: 7}, agreement.A, time.Time{}) {
		t.Error("a version that is not there waits for an answer")
	}
}
