package draft_test

import (
	"testing"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/source"
	"entente/document"
)

// The example is clean: nothing to mend, though software says which terms only people can keep.
func TestExampleIsClean(t *testing.T) {
	f, found := source.Read("example.yaml", draft.ExampleFile(articlestest.Day))
	if len(found) > 0 {
		t.Errorf("reading: %s", articlestest.Printed(found))
	}
	for _, one := range f.Check() {
		if one.Severity != agreement.Note {
			t.Errorf("%s", f.Lines(agreement.Findings{one})[0])
		}
	}
}

// The example is clean and in force on whatever day it is made, from this release on.
func TestExampleFollowsItsDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := articlestest.Day.AddDays(rapid.IntRange(0, 36500).Draw(t, "day"))
		f, found := source.Read("example.yaml", draft.ExampleFile(day))
		if len(found) > 0 {
			t.Fatalf("%s: %s", day, articlestest.Printed(found))
		}
		if found := f.Check(); source.Count(found, agreement.Error)+source.Count(found, agreement.Warning) > 0 {
			t.Fatalf("%s: %s", day, articlestest.Printed(found))
		}
		if e := f.Agreement.Frame().Effective(); day.Before(e) || f.Agreement.Agreement.Dated.After(e) {
			t.Fatalf("%s: in force from %s", day, e)
		}
	})
}

// The example uses the format: every section has terms, and most keys of most groups.
func TestExampleIsComplete(t *testing.T) {
	a := draft.Example(articlestest.Day)
	if a.Agreement.Number != "CT-2026-007" || a.Parties.A.Name != "Calluna Text GmbH" || a.Parties.B.Name != "Tidewater Search Ltd" {
		t.Errorf("the example is of %q, %q and %q", a.Agreement.Number, a.Parties.A.Name, a.Parties.B.Name)
	}
	frame := a.Frame()
	if len(frame.Components) != 4 || len(frame.People) < 12 {
		t.Errorf("the example has %d components and %d people", len(frame.Components), len(frame.People))
	}
	for _, p := range agreement.Both {
		for _, r := range agreement.Roles {
			if len(frame.Holders(p, r)) == 0 {
				t.Errorf("nobody is %s for %s", r.Label(), p.Label())
			}
		}
	}
}

// Every clause of the catalogue that an article words is one that findings can cite.
func TestClausesCanBeCited(t *testing.T) {
	for _, e := range agreement.Catalogue {
		if e.Clause.Cite() == "" || e.Clause.Section() == "" {
			t.Errorf("clause %q: cited %q, in section %q", e.Clause, e.Clause.Cite(), e.Clause.Section())
		}
	}
	if got := document.Cite("6.1"); got != agreement.Clause("6.1").Cite() {
		t.Errorf("clause 6.1 is cited %q", got)
	}
}
