package articles_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/rules"
	"entente/articles/source"
	"entente/calendar"
	"entente/ledger/canonical"
)

// What is signed is read back as it was, and completing it again changes nothing.
func TestCompleteIsSettled(t *testing.T) {
	for _, v := range articlestest.Variants(t) {
		name, a := v.Name, v.Text
		before, _ := json.Marshal(a)
		whole := a.Complete()
		if after, _ := json.Marshal(a); !bytes.Equal(after, before) {
			t.Errorf("%s: completing changed the agreement that was completed", name)
		}
		if again := whole.Complete(); !reflect.DeepEqual(again, whole) {
			t.Errorf("%s: completing twice is not completing once", name)
		}
		terms, err := canonical.Marshal(whole)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		read, err := articles.ParseTerms(terms)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(*read, whole) {
			t.Errorf("%s: the terms do not read back as they were", name)
		}
		if bytes.Contains(terms, []byte(":null")) {
			t.Errorf("%s: the canonical terms hold a null", name)
		}
	}
}

// Completing changes nothing that checking sees.
func TestCompleteChecksTheSame(t *testing.T) {
	for _, v := range articlestest.Variants(t) {
		name, a := v.Name, v.Text
		before, after := rules.Check(a), rules.Check(a.Complete())
		if !slices.Equal(before, after) {
			t.Errorf("%s: before:\n%safter:\n%s", name, articlestest.Printed(before), articlestest.Printed(after))
		}
	}
}

// Absent, nil and empty are one form.
func TestEmptyHasOneForm(t *testing.T) {
	a, b := draft.Example(articlestest.Day), draft.Example(articlestest.Day)
	a.Sharing.Forbidden.SubProcessors, b.Sharing.Forbidden.SubProcessors = nil, b.Sharing.Forbidden.SubProcessors[:0]
	a.Integration.Requirements, b.Integration.Requirements = nil, b.Integration.Requirements[:0]
	a.ScheduleD.Developments, b.ScheduleD.Developments = nil, b.ScheduleD.Developments[:0]
	one, err := canonical.Marshal(a.Complete())
	if err != nil {
		t.Fatal(err)
	}
	other, err := canonical.Marshal(b.Complete())
	if err != nil {
		t.Fatal(err)
	}
	if string(one) != string(other) {
		t.Errorf("nil and empty lists are signed differently:\n%s\n%s", one, other)
	}
}

// Completing writes the defaults out, changes nothing that is written, and is done once.
func TestComplete(t *testing.T) {
	a := draft.Example(articlestest.Day)
	a.Agreement.Effective, a.Agreement.Language, a.Agreement.Calendar.Weekend = calendar.Date{}, "", nil
	c := a.Complete()
	if c.Agreement.Effective != a.Agreement.Dated || c.Agreement.Language != "en" || len(c.Agreement.Calendar.Weekend) != 2 {
		t.Errorf("completed to %+v", c.Agreement)
	}
	f, _ := source.Read("x.yaml", draft.Write(c))
	if found := f.Check(); source.Count(found, agreement.Error)+source.Count(found, agreement.Warning) > 0 {
		t.Errorf("the completed example is not clean: %s", articlestest.Printed(found))
	}
	if a.Agreement.Language != "" {
		t.Error("completing changed the agreement that it was asked to complete")
	}
	if d := (articles.Agreement{}).Complete(); d.Edition != articles.Edition {
		t.Errorf("the edition of a new agreement is %q", d.Edition)
	}
}
