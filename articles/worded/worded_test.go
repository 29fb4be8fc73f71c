package worded_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/form"
	"entente/articles/house"
	"entente/articles/worded"
)

// Whatever term changes, wording the parts that may read it gives the page that wording all of it would give, and
// so does wording one part for several changes at once.
func TestAChangeWordsWhatReadsIt(t *testing.T) {
	a := articlestest.Long(2)
	a.House = house.Terms{
		Replaced: []house.Passage{{Clause: "9.3", Text: "Party A pays within {commerce.payment.net_days day}."}},
		Added:    []house.Addition{{Clause: "C.1", Text: "It is answered within {branding.approval_days Business Day}."}},
	}
	before := worded.Of(a, articles.Label{})
	var terms []worded.Term
	before.Terms(func(t worded.Term) { terms = append(terms, t) })
	rapid.Check(t, func(t *rapid.T) {
		term := rapid.SampledFrom(terms).Draw(t, "term")
		value := reflect.Zero(term.Value.Type())
		if word := rapid.SampledFrom(append(form.Choices(value.Type()), "another")).Draw(t, "word"); value.Kind() == reflect.String {
			value = reflect.ValueOf(word).Convert(value.Type())
		}
		s := worded.Setting{Path: term.Path, Set: func(v reflect.Value) { v.Set(value) }}
		after, ok := before.With(s)
		if !ok {
			t.Fatalf("%s leads nowhere", term.Path)
		}
		again := worded.Of(after.Agreement, articles.Label{})
		if diff := cmp.Diff(again.Lines(), after.Lines()); diff != "" {
			t.Fatalf("%s (-all +part):\n%s", term.Path, diff)
		}
		clause := rapid.SampledFrom([]string{"", "0.1", "0.4", "0.6", "1.2", "2.2", "3.1", "9.3", "13.8", "signatures", "A.1", "C.1", "F.1"}).Draw(t, "clause")
		part, _ := before.Around(clause, []worded.Setting{s})
		if diff := cmp.Diff(again.At(clause).In(clause), part.In(clause)); diff != "" {
			t.Fatalf("%s around %s (-all +part):\n%s", term.Path, clause, diff)
		}
	})
	if diff := cmp.Diff(form.Settled(a), before.Agreement, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("the version itself has changed:\n%s", diff)
	}
}
