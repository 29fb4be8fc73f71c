package articles

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
	"entente/ledger/seal"
)

// The example is clean: nothing to mend, though software says which terms only people can keep.
func TestExampleIsClean(t *testing.T) {
	f, found := Read("example.yaml", exampleFile(exampleDay))
	if len(found) > 0 {
		t.Errorf("reading: %s", printed(found))
	}
	for _, one := range Check(f) {
		if one.Severity != agreement.Note {
			t.Errorf("%s", f.Lines(agreement.Findings{one})[0])
		}
	}
}

// The example is clean and in force on whatever day it is made, from this release on.
func TestExampleFollowsItsDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := exampleDay.AddDays(rapid.IntRange(0, 36500).Draw(t, "day"))
		f, found := Read("example.yaml", exampleFile(day))
		if len(found) > 0 {
			t.Fatalf("%s: %s", day, printed(found))
		}
		if found := Check(f); Count(found, agreement.Error)+Count(found, agreement.Warning) > 0 {
			t.Fatalf("%s: %s", day, printed(found))
		}
		if e := f.Agreement.Frame().Effective(); day.Before(e) || f.Agreement.Agreement.Dated.After(e) {
			t.Fatalf("%s: in force from %s", day, e)
		}
	})
}

// The example uses the format: every section has terms, and most keys of most groups.
func TestExampleIsComplete(t *testing.T) {
	a := Example(exampleDay)
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

// Completing writes the defaults out, changes nothing that is written, and is done once.
func TestComplete(t *testing.T) {
	a := Example(exampleDay)
	a.Agreement.Effective, a.Agreement.Language, a.Agreement.Calendar.Weekend = calendar.Date{}, "", nil
	c := a.Complete()
	if c.Agreement.Effective != a.Agreement.Dated || c.Agreement.Language != "en" || len(c.Agreement.Calendar.Weekend) != 2 {
		t.Errorf("completed to %+v", c.Agreement)
	}
	if diff := cmp.Diff(c, c.Complete(), exactly); diff != "" {
		t.Errorf("completing twice changes (-once +twice)\n%s", diff)
	}
	f, _ := Read("x.yaml", Write(c))
	if found := Check(f); Count(found, agreement.Error)+Count(found, agreement.Warning) > 0 {
		t.Errorf("the completed example is not clean: %s", printed(found))
	}
	if a.Agreement.Language != "" {
		t.Error("completing changed the agreement that it was asked to complete")
	}
	if d := (Agreement{}).Complete(); d.Edition != Edition {
		t.Errorf("the edition of a new agreement is %q", d.Edition)
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

func TestExplain(t *testing.T) {
	page, err := Explain("shares-sum")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"shares-sum · error · clause 6.1, Revenue model", "Refused:", "    commerce:", "exactly 100%"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "```") || strings.Contains(page, "`") {
		t.Errorf("the page has markup:\n%s", page)
	}
	for name, want := range map[string]string{"share-sum": "did you mean shares-sum?", "Unknown_Key": "did you mean unknown-key?", "qqqqqqqqqqqq": "lists them all"} {
		if _, err := Explain(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// The list has every rule once, under its clause, in the order of the agreement.
func TestList(t *testing.T) {
	list := List()
	for _, r := range Rules() {
		if strings.Count(list, "\n  "+r.Name+" ") != 1 {
			t.Errorf("%s is listed %d times", r.Name, strings.Count(list, "\n  "+r.Name+" "))
		}
	}
	at := func(s string) int { return strings.Index(list, s) }
	order := []int{at("the file\n"), at("the front page\n"), at("clause 1.2, "), at("clause 6.1, "), at("clause 13.1, "), at("Schedule C, ")}
	if !slices.IsSorted(order) || order[0] != 0 || slices.Contains(order, -1) {
		t.Errorf("the order is %v:\n%s", order, list)
	}
	for line := range strings.Lines(list) {
		if len([]rune(line)) > 160 {
			t.Errorf("not a short line: %s", line)
		}
	}
}

func TestMigrate(t *testing.T) {
	current := []byte("# ours\nedition: entente/2026-11 # now\n")
	got, said, err := Migrate(current)
	if err != nil || string(got) != string(current) || len(said) != 1 || !strings.Contains(said[0], "current edition") {
		t.Errorf("got %q, %q, %v", got, said, err)
	}
	if _, _, err := Migrate([]byte("edition: entente/2031-01\n")); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer edition gives %v", err)
	}
	for file, want := range map[string]string{"edition: entente/2001-01\n": "there never was", "number: x\n": "does not say its edition", "edition: 3\n": "does not say its edition",
		"": "empty", "a: [": "not YAML", "edition: \x00": "control character", "- x\n": "does not say its edition"} {
		if _, _, err := Migrate([]byte(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, want %q", file, err, want)
		}
	}
}

// The documents that the example attaches are there, and are the ones that its front page names.
func TestExampleAttachments(t *testing.T) {
	files := ExampleAttachments()
	for _, at := range Example(exampleDay).Agreement.Attachments {
		if got := seal.Sum(files[at.File]).String(); len(files[at.File]) == 0 || got != at.Digest {
			t.Errorf("%s is %d bytes with digest %s, the front page says %s", at.File, len(files[at.File]), got, at.Digest)
		}
	}
}
