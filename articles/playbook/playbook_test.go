package playbook_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/house"
	"entente/articles/playbook"
	"entente/articles/source"
	"entente/calendar"
)

const good = `edition: entente/2026-11
name: Calluna
positions:
  - term: commerce.payment.net_days
    preferred: 30
    acceptable: [14]
    at_most: 45
    fallback: [40]
    never: [90]
    why: we pay our suppliers in thirty days
  - term: confidentiality.trade_secrets
    preferred: true
  - term: general.amendments.answer_within
    preferred: P14D
    at_least: P7D
  - term: general.amendments.lead_time
    preferred: none
    acceptable: [P7D]
  - term: scope.components[*].provider
    preferred: a
`

var day = calendar.Date{Year: 2026, Month: 11, Day: 1}

func read(t testing.TB, text string) *playbook.Book {
	t.Helper()
	b, found := playbook.Read("playbook.yaml", []byte(text))
	if len(found) > 0 {
		t.Fatalf("%+v", found)
	}
	return b
}

// held is what the playbook says of the example with an edit: severity and path.
func held(t *testing.T, edit func(*articles.Agreement)) []string {
	t.Helper()
	a := draft.Example(day)
	a.Confidentiality.TradeSecrets = true
	for i := range a.Scope.Components {
		a.Scope.Components[i].Provider = agreement.A
	}
	edit(&a)
	f, _ := source.Read("agreement.yaml", draft.Write(a))
	var said []string
	for _, one := range read(t, good).Hold(f.Agreement, f) {
		if one.Line < 2 || one.Clause == "" || one.Rule != "playbook" {
			t.Errorf("a finding without a place: %+v", one)
		}
		said = append(said, fmt.Sprintf("%s %s: %s", one.Severity, one.Path, strings.TrimPrefix(one.Message, one.Path+" is ")))
	}
	return said
}

func TestAnAgreementIsHeldToThePlaybook(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*articles.Agreement)
		want []string
	}{
		{"as preferred", func(*articles.Agreement) {}, nil},
		{"listed", func(a *articles.Agreement) { a.Commerce.Payment.NetDays = 14 },
			[]string{"note commerce.payment.net_days: 14; the playbook accepts it and prefers 30"}},
		{"in range", func(a *articles.Agreement) { a.Commerce.Payment.NetDays = 45 },
			[]string{"note commerce.payment.net_days: 45; the playbook accepts it and prefers 30"}},
		{"out of range", func(a *articles.Agreement) { a.Commerce.Payment.NetDays = 60 },
			[]string{"warning commerce.payment.net_days: 60; the playbook does not accept it and prefers 30"}},
		{"never", func(a *articles.Agreement) { a.Commerce.Payment.NetDays = 90 },
			[]string{"error commerce.payment.net_days: 90; the playbook never has it and prefers 30"}},
		{"a tick that is not ticked", func(a *articles.Agreement) { a.Confidentiality.TradeSecrets = false },
			[]string{"warning confidentiality.trade_secrets: false; the playbook does not accept it and prefers true"}},
		{"a duration, a part left out, and a row",
			func(a *articles.Agreement) {
				a.General.Amendments.AnswerWithin = calendar.Duration{Days: 3}
				a.General.Amendments.LeadTime = calendar.Duration{Days: 7}
				a.Scope.Components[1].Provider = agreement.B
			},
			[]string{"warning general.amendments.answer_within: P3D; the playbook does not accept it and prefers P14D",
				"note general.amendments.lead_time: P7D; the playbook accepts it and prefers left out",
				"warning scope.components[1].provider: b; the playbook does not accept it and prefers a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, held(t, c.edit)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const worded = "wording:\n  - clause: \"6.3\"\n"

func TestWordsAreHeldToThePlaybook(t *testing.T) {
	const text, other = "Interest is {commerce.payment.late_interest}.", "Interest of {commerce.payment.late_interest} is owed."
	book := func(more string) *playbook.Book {
		return read(t, good+worded+"    option: Late interest\n    text: "+text+"\n    acceptable: [\""+other+"\"]\n    why: ours\n"+more)
	}
	own := func(text string) house.Terms {
		return house.Terms{Replaced: []house.Passage{{Clause: "6.3", Option: "Late interest", Text: text}}}
	}
	for _, c := range []struct {
		name, more, want string
		own              house.Terms
	}{
		{"its own words", "", "", own(text)},
		{"its own words on other lines", "", "", own(strings.ReplaceAll(text, " ", "\n"))},
		{"words that it accepts", "", "note “Late interest” is in other words; the playbook accepts it and has its own", own(other)},
		{"other words", "", "warning “Late interest” is in other words; the playbook does not accept it and has its own", own("As the law says.")},
		{"the template's words", "", "warning “Late interest” is in the template’s words; the playbook does not accept it and has its own", house.Terms{}},
		{"the template's words, accepted", "    template: acceptable\n", "note “Late interest” is in the template’s words; the playbook accepts it and has its own", house.Terms{}},
		{"the template's words, never", "    template: never\n", "error “Late interest” is in the template’s words; the playbook never has it and has its own", house.Terms{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := draft.Example(day), book(c.more)
			a.House = c.own
			got := ""
			for _, one := range b.Hold(a, b.File) {
				if one.Clause == "6.3" && strings.Contains(one.Message, "Late interest") {
					got = string(one.Severity) + " " + one.Message
				}
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			for _, one := range b.Hold(b.Word(a), b.File) {
				if strings.Contains(one.Message, "Late interest") {
					t.Errorf("after it was worded by the playbook: %s", one.Message)
				}
			}
		})
	}
}

// A playbook may word what an agreement leaves out where it integrates nothing.
func TestAPlaybookWordsEveryClause(t *testing.T) {
	const more = "wording:\n" +
		"  - {clause: C.4, option: Cap, text: 'At most {schedule_c.credit_cap} of the fees.'}\n" +
		"  - {clause: '2.1', option: Test environment, text: The provider shall open a test environment.}\n" +
		"  - {clause: '3.2', option: Competition, text: No such use.}\n"
	if _, found := playbook.Read("playbook.yaml", []byte(good+more)); len(found) > 0 {
		t.Error(found)
	}
}

func TestAFaultyPlaybookSaysWhere(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"an unknown term", "commerce.payment.net_days", "commerce.payment.net_day", `4:11: error: the file: "commerce.payment.net_day" is no term of the agreement file`},
		{"a whole part", "confidentiality.trade_secrets", "confidentiality", `11:11: error: the file: "confidentiality" holds several terms`},
		{"a term twice", "confidentiality.trade_secrets", "commerce.payment.net_days", `11:11: error: the file: "commerce.payment.net_days" has a position already`},
		{"a value of another kind", "preferred: 30", "preferred: thirty", `5:16: error: the file: "thirty" is not a whole number`},
		{"a choice that is none", "preferred: a", "preferred: c", `"c" is not a choice here`},
		{"an unknown key", "why:", "because:", `10:5: error`},
		{"no order", "preferred: true", "preferred: true\n    at_least: true", `has no more and less`},
		{"never and yet acceptable", "never: [90]", "never: [14]", `14 is never signed, and accepted elsewhere`},
		{"no position", "positions:", "positions: []\nother:", `other`},
		{"not YAML", "name: Calluna", "name: [", "error"},
		{"words that name no term", "positions:", worded + "    text: Pay {commerce.payment.net_day}.\npositions:", `5:11: error: the file: "commerce.payment.net_day" is no term of the agreement file`},
		{"words in no clause", "positions:", strings.Replace(worded, "6.3", "6.4", 1) + "    text: Pay.\npositions:", `"6.4" is no clause of an article or of a schedule`},
		{"words of a choice that misuse a defined term", "positions:", worded + "    text: Pay.\n    acceptable: [On a business day.]\npositions:", `6:18: error: the file: "business day" is written without capitals`},
		{"one clause worded twice", "positions:", worded + "    text: Pay.\n" + strings.TrimPrefix(worded, "wording:\n") + "    text: Pay.\npositions:", "clause 6.3 is worded already"},
		{"a hidden character", "name: Calluna", "name: Call\u202euna", "invisible"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			b, found := playbook.Read("playbook.yaml", []byte(text))
			var said strings.Builder
			for _, l := range b.File.Lines(found) {
				said.WriteString(l.String() + "\n")
			}
			if text == good || !strings.Contains(said.String(), c.want) {
				t.Errorf("said:\n%swant: %s", said.String(), c.want)
			}
		})
	}
}

// The playbook of the guide reads without a fault, and accepts the example agreement.
func TestTheGuidesPlaybookAcceptsTheExample(t *testing.T) {
	guide, err := os.ReadFile("../../docs/negotiating.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(guide), "\n    edition:")
	text, _, ended := strings.Cut("    edition:"+rest, "\n\n")
	if !ok || !ended {
		t.Fatal("the guide has no playbook")
	}
	f, _ := source.Read("agreement.yaml", draft.Write(draft.Example(day)))
	held := read(t, strings.ReplaceAll("\n"+text+"\n", "\n    ", "\n")).Hold(f.Agreement, f)
	if len(held) == 0 || slices.ContainsFunc(held, func(one agreement.Finding) bool { return one.Severity != agreement.Note }) {
		t.Errorf("it says of the example: %+v", held)
	}
}

// Whatever range and value: a value is accepted in the range and nowhere else, and what was read is
// judged as it is written.
func TestRanges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		least, most, is := rapid.IntRange(1, 100).Draw(rt, "least"), rapid.IntRange(1, 100).Draw(rt, "most"), rapid.IntRange(1, 120).Draw(rt, "is")
		b := read(t, fmt.Sprintf("edition: entente/2026-11\nname: x\npositions:\n  - term: commerce.payment.net_days\n    preferred: %d\n    at_least: %d\n    at_most: %d\n", least, least, most))
		a := articles.Agreement{}
		a.Commerce.Payment.NetDays = is
		found := b.Hold(a, b.File)
		switch {
		case is == least && len(found) != 0:
			rt.Fatalf("%+v", found)
		case is != least && (len(found) != 1 || (found[0].Severity == agreement.Note) != (is >= least && is <= most)):
			rt.Fatalf("%d in %d to %d: %+v", is, least, most, found)
		}
	})
}

// Whatever the bytes: reading a playbook never panics, and what it does not report it can use.
func FuzzRead(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("positions: [{term: commerce.payment.net_days, preferred: &a [*a]}]"))
	example := draft.Example(day)
	f.Fuzz(func(t *testing.T, b []byte) {
		book, _ := playbook.Read("playbook.yaml", b)
		book.Hold(example, book.File)
	})
}
