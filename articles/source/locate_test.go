package source_test

import (
	order "cmp"
	"entente/articles/draft"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles/articlestest"
	"entente/articles/form"
	"entente/articles/source"
)

// One reading reports everything at once, each finding where it stands, with its clause and a hint.
func TestFindingsOfReading(t *testing.T) {
	for _, tt := range []struct{ name, given, then string }{
		{"a misspelt key", "agreement:\n  timezone: Europe/Berlin\n",
			`x.yaml:2:3: error: the front page: timezone is not a key of agreement [unknown-key]
    hint: did you mean time_zone?`},
		{"a key like no other", "parties:\n  c: {}\n  witnesses: [x]\n",
			`x.yaml:3:3: error: the front page: witnesses is not a key of parties [unknown-key]
    hint: its keys are a and b`},
		{"a key given twice", "agreement:\n  number: A\n  number: B\n",
			`x.yaml:3:3: error: the front page: number is given twice; the first is in line 2 [duplicate-key]
    hint: keep one of the two`},
		{"a key without a value", "agreement:\n  number:\n",
			`x.yaml:2:3: error: the front page: number is missing [missing]
    hint: The number that the parties give the partnership, as it is cited in letters and invoices`},
		{"an empty text", "agreement:\n  number: ''\n",
			`x.yaml:2:11: error: the front page: number is empty [missing]
    hint: The number that the parties give the partnership, as it is cited in letters and invoices`},
		{"an empty table", "governance:\n  people: []\n",
			`x.yaml:2:3: error: clause 7.1: people is empty [missing]
    hint: The people who act for the parties, and in which roles (clause 7.1). Authority under the agreement comes from this list and from nothing else`},
		{"a row that lacks a key", "scope:\n  components:\n  - name: one\n    title: One\n    provider: a\n",
			`x.yaml:3:5: error: clause 1.2: methods is missing [missing]
    hint: How it is offered: by API, as an SDK, embedded, or several of these`},
		{"an empty row", "scope:\n  components:\n  -\n",
			`x.yaml:3:4: error: clause 1.2: row 1 is empty [missing]
    hint: fill it in or delete it`},
		{"a text where a list belongs", "agreement:\n  attachments: dpa.pdf\n",
			`x.yaml:2:16: error: the front page: a list is needed here, not a single value [wrong-kind]
    hint: write each item on a line of its own after a hyphen, or all in brackets: [one, two]`},
		{"a list where a mapping belongs", "parties: [a, b]\n",
			`x.yaml:1:1: error: the front page: a mapping of keys and values is needed here, not a list [wrong-kind]
    hint: its keys are a and b`},
		{"a mapping where a text belongs", "agreement:\n  number: {a: b}\n",
			`x.yaml:2:3: error: the front page: a text is needed here, not a mapping [wrong-kind]
    hint: The number that the parties give the partnership, as it is cited in letters and invoices`},
		{"a list where a choice belongs", "scope:\n  tier: [preferred]\n",
			`x.yaml:2:3: error: clause 1.3: one of non_exclusive, preferred or exclusive is needed here, not a list [wrong-kind]
    hint: How close the parties are (clause 1.3): non_exclusive, preferred or exclusive`},
		{"a misspelt choice", "scope:\n  tier: prefered\n",
			`x.yaml:2:9: error: clause 1.3: "prefered" is not a choice here [unknown-choice]
    hint: did you mean preferred? The choices are non_exclusive, preferred or exclusive`},
		{"a choice like no other", "scope:\n  tier: gold\n",
			`x.yaml:2:9: error: clause 1.3: "gold" is not a choice here [unknown-choice]
    hint: the choices are non_exclusive, preferred or exclusive`},
		{"a date in words", "agreement:\n  dated: 3 May 2026\n",
			`x.yaml:2:10: error: the front page: "3 May 2026" is not a date [malformed-date]
    hint: write year-month-day, for example 2026-12-01`},
		{"a day that does not exist", "agreement:\n  dated: 2026-02-30\n",
			`x.yaml:2:10: error: the front page: "2026-02-30" is not a date [malformed-date]
    hint: write year-month-day, for example 2026-12-01`},
		{"a blank", "parties:\n  a:\n    address: \"[to be completed]\"\n",
			`x.yaml:3:14: error: the front page: [to be completed] is still to be filled in [placeholder]
    hint: The registered address`},
		{"a tick box in other words", "commerce:\n  pricing: {own_prices: yes}\n",
			`x.yaml:2:25: error: clause 6.2: "yes" is neither true nor false [malformed-tick]
    hint: write true or false; leave a tick box out to leave it unticked`},
		{"a tick box in quotes", "commerce:\n  pricing: {own_prices: \"true\"}\n",
			`x.yaml:2:25: error: clause 6.2: "true" is text; true or false is needed here [malformed-tick]
    hint: write it without quotes`},
		{"a number of another base", "commerce:\n  payment: {net_days: 0x1F}\n",
			`x.yaml:2:23: error: clause 6.3: "0x1F" is not a whole number that can be used here [malformed-number]
    hint: write digits only, for example 30`},
		{"a number too large to keep", "commerce:\n  payment: {net_days: 9007199254740993}\n",
			`x.yaml:2:23: error: clause 6.3: "9007199254740993" is not a whole number that can be used here [malformed-number]
    hint: write digits only, for example 30`},
		{"an amount without its currency", "commerce:\n  revenue: {referral: {flat: 500}}\n",
			`x.yaml:2:30: error: clause 6.1: "500" is not an amount [malformed-amount]
    hint: write currency and figure, for example EUR 1250.00`},
		{"another edition", "edition: entente/2020-01\nnonsense: true\n",
			`x.yaml:1:10: error: the file: the file is of edition "entente/2020-01"; this release reads "entente/2026-11" [wrong-edition]
    hint: rewrite a draft with entente migrate; a signed agreement is read by the release that signed it`},
		{"a newer edition", "edition: entente/2030-01\n",
			`x.yaml:1:10: error: the file: the file is of edition "entente/2030-01"; this release reads "entente/2026-11" [wrong-edition]
    hint: use a newer release of Entente`},
		{"columns are characters", "parties: {a: {name: \"Ünïcödé\", nam: x}}\n",
			`x.yaml:1:32: error: the front page: nam is not a key of parties.a [unknown-key]
    hint: did you mean name?`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, found := source.Read("x.yaml", []byte(tt.given))
			var all []string
			for _, l := range f.Lines(found) {
				all = append(all, l.String())
			}
			if !slices.Contains(all, tt.then) {
				t.Errorf("want\n%s\nfound\n%s", tt.then, strings.Join(all, "\n"))
			}
		})
	}
}

// All findings come in one reading, in the order of the file.
func TestAllFindingsAtOnce(t *testing.T) {
	f, found := source.Read("x.yaml", []byte(articlestest.Patched(t, `
agreement: {dated: soon, currency: euro, colour: blue}
scope: {tier: golden}
commerce: {payment: {net_days: many, dispute_window: a week}}
general: null
`)))
	var got []string
	for _, one := range found {
		got = append(got, one.Rule+" "+one.Path)
	}
	want := []string{"missing general", "malformed-date agreement.dated", "malformed-currency agreement.currency", "unknown-key agreement.colour",
		"unknown-choice scope.tier", "malformed-number commerce.payment.net_days", "malformed-duration commerce.payment.dispute_window"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if checked := f.Check(); !slices.IsSortedFunc(checked, func(a, b agreement.Finding) int { return order.Or(a.Line-b.Line, a.Column-b.Column) }) {
		t.Error("the findings of Check are not in the order of the file")
	}
}

// What could not be read is not reported again by what depends on it.
func TestConsequencesAreLeftOut(t *testing.T) {
	f, _ := source.Read("x.yaml", []byte(articlestest.Patched(t, "scope: {components: none}\ngovernance: {people: nobody}\ncommerce: {payment: {invoicing_day: fifth}}\n")))
	for _, one := range f.Check() {
		if one.Rule == "unknown-component" || one.Rule == "unknown-person" || one.Rule == "invoicing-day" {
			t.Errorf("a consequence is reported: %v", one)
		}
	}
}

// Checking twice gives the same, and nothing twice.
func TestCheckIsDeterministic(t *testing.T) {
	file := []byte(articlestest.Patched(t, "commerce: {revenue: {shares: [{component: x, base: net, of: fees, a: 70%, b: 20%}]}}\nparties: {b: {name: Calluna Text GmbH}}\n"))
	var last agreement.Findings
	for range 5 {
		f, _ := source.Read("x.yaml", file)
		found := f.Check()
		if diff := cmp.Diff(last, found); last != nil && diff != "" {
			t.Fatal(diff)
		}
		if len(slices.Compact(slices.Clone(found))) != len(found) {
			t.Error("a finding is reported twice")
		}
		last = found
	}
}

// Every value of the example stands where its position says.
func TestPositions(t *testing.T) {
	text := string(draft.Write(draft.Example(articlestest.Day)))
	lines := strings.Split(text, "\n")
	f, _ := source.Read("x.yaml", []byte(text))
	for path, at := range f.Places() {
		line := []rune(lines[at[0]-1])
		key := path[strings.LastIndexAny(path, ".[")+1:]
		rest := string(line[at[1]-1:])
		before := string(line[:at[1]-1])
		if !strings.HasPrefix(rest, key+":") && !strings.HasSuffix(before, key+": ") && !strings.HasSuffix(path, "]") {
			t.Errorf("%s is at %d:%d, where the file has %q after %q", path, at[0], at[1], rest, before)
		}
	}
	for path, want := range map[string]string{
		"agreement.number": "CT-2026-007", "parties.a": "a:", "parties.b.contact.email": "roisin.daly", "governance.people[1]": "id: jonas", "scope.tier": "preferred",
		"parties.a.signing_key": "a:", "parties.a.contact.fax.area": "contact:", "agreement.calendar.weekend[1]": "sunday", "nothing": "# The terms",
		"commerce.revenue.shares[0].nothing": "component:",
	} {
		line, column := f.Position(path)
		if rest := string([]rune(lines[line-1])[column-1:]); !strings.HasPrefix(rest, want) {
			t.Errorf("%s is at %d:%d %q, want %q", path, line, column, rest, want)
		}
	}
}

// A finding is a line, and a line is a JSON object with the same members.
func TestLines(t *testing.T) {
	f, found := source.Read("x.yaml", []byte("edition: entente/2026-11\nparties: 3\n"))
	one := f.Lines(found)[slices.IndexFunc(found, func(f agreement.Finding) bool { return f.Rule == "wrong-kind" })]
	want := source.Line{File: "x.yaml", Line: 2, Column: 10, Severity: agreement.Error, Clause: agreement.FrontPage, Rule: "wrong-kind",
		Message: "a mapping of keys and values is needed here, not a single value", Hint: "its keys are a and b", Path: "parties"}
	if diff := cmp.Diff(want, one); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if source.Count(found, agreement.Error) != len(found) || source.Count(found, agreement.Note) != 0 {
		t.Errorf("the count is wrong: %d errors of %d", source.Count(found, agreement.Error), len(found))
	}
}

func TestNearest(t *testing.T) {
	words := []string{"time_zone", "currency", "dated", "effective", "number", "a", "b"}
	for word, want := range map[string]string{"timezone": "time_zone", "curency": "currency", "date": "dated", "efective": "effective", "nubmer": "number",
		"witness": "", "": "", strings.Repeat("x", 1000): "", "Währung": ""} {
		if got := form.Nearest(word, words); got != want {
			t.Errorf("%q is nearest to %q, want %q", word, got, want)
		}
	}
}
