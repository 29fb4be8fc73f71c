package proposal_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/form"
	"entente/articles/proposal"
	"entente/articles/worded"
	"entente/calendar"
	"entente/document/incoming"
	"entente/money"
)

// The search for a term is bounded, and finds what changed in the last of many rows all the same.
func TestAChangeIsFoundAmongManyRows(t *testing.T) {
	sent := articlestest.Long(100)
	back := sent
	back.Sharing.Data = slices.Clone(sent.Sharing.Data)
	last := &back.Sharing.Data[len(back.Sharing.Data)-1]
	last.Title = "another title"
	got := proposal.Read(sent, copyOf(t, back.Draft()))
	if len(got.Terms) != 1 || got.Terms[0].New != "another title" || len(got.Open) > 0 {
		t.Errorf("terms %v, points %v", got.Terms, got.Open)
	}
}

// Whatever value is changed, a long agreement gives the same term as a short one, or the same point.
func TestALongAgreementIsReadAsAShortOne(t *testing.T) {
	var settings []worded.Setting
	worded.Of(articlestest.Long(0), articles.Label{}).Terms(func(term worded.Term) {
		if other, ok := another(term.Value); ok {
			settings = append(settings, worded.Setting{Path: term.Path, Set: func(v reflect.Value) { v.Set(other) }})
		}
	})
	for i := 0; i < len(settings); i += 29 {
		s := settings[i]
		read := func(rows int) (found []string) {
			sent := articlestest.Long(rows)
			back, ok := worded.Of(sent, articles.Label{}).With(s)
			if !ok {
				t.Fatalf("%s is not there", s.Path)
			}
			p := proposal.Read(sent, copyOf(t, back.Agreement.Draft()))
			for _, c := range p.Terms {
				found = append(found, c.Path+": "+c.Old+" -> "+c.New)
			}
			for _, o := range p.Open {
				found = append(found, string(o.Clause)+" "+o.What+": "+o.New)
			}
			return found
		}
		if diff := cmp.Diff(read(0), read(8)); diff != "" {
			t.Errorf("%s (-short +long):\n%s", s.Path, diff)
		}
	}
}

// another is a value that is not there yet; ok is false where the type has none to choose freely.
func another(v reflect.Value) (other reflect.Value, ok bool) {
	switch v.Interface().(type) {
	case calendar.Date:
		return reflect.ValueOf(calendar.Date{Year: 2031, Month: 7, Day: 5}), true
	case calendar.Duration:
		return reflect.ValueOf(calendar.Duration{Days: 77}), true
	case money.Percent:
		p, err := money.ParsePercent("7%")
		return reflect.ValueOf(p), err == nil
	}
	switch form.ShapeOf(v.Type()) {
	case form.Number:
		return reflect.ValueOf(77).Convert(v.Type()), v.Kind() == reflect.Int
	case form.Text:
		return reflect.ValueOf("quite another text").Convert(v.Type()), v.Kind() == reflect.String && strings.Contains(v.String(), " ")
	}
	return v, false
}

// However long an agreement is, an edit words it a few times over, whether it is a term or our own words; looking at
// each row by itself would word it hundreds of times.
func TestTheWorkOfALongAgreementIsBounded(t *testing.T) {
	const rows = 300
	sent := articlestest.Strained(rows)
	whole := worded.Of(sent, articles.Label{}).Worded
	for name, c := range map[string]struct {
		old, new string
		times    int
	}{
		"a title that stands in many parts": {"Плотина 299", "another title", 10},
		"a name that no row may have":       {"step-299", "Step 299", 10},
		"a value of a sentence":             {"pay within thirty (30) days", "pay within forty-five (45) days", 1},
		"our own words":                     {"Silence is not approval.", "Silence is approval.", 1},
		"our own words, in a long part":     {"A table without rows creates no right or duty.", "A table without rows binds.", 1},
	} {
		t.Run(name, func(t *testing.T) {
			copied := copyOf(t, sent.Draft())
			i := slices.IndexFunc(copied.Lines, func(l incoming.Line) bool { return strings.Contains(strings.Join(l.Cells, "|"), c.old) })
			if i < 0 {
				t.Fatalf("the document does not say %q", c.old)
			}
			l := &copied.Lines[i]
			l.Cells = strings.Split(strings.Replace(strings.Join(l.Cells, "|"), c.old, c.new, 1), "|")
			if work := proposal.Work(sent, copied); work > c.times*whole {
				t.Errorf("%d lines were worded, of an agreement of %d", work, whole)
			}
		})
	}
}
