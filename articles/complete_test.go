package articles

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"sync"
	"testing"

	"entente/agreement"
	"entente/ledger/canonical"
)

// A variant is an agreement to try something on.
type variant struct {
	name string
	text Agreement
}

// variants are many agreements: the example, what every rule's page refuses, and one with nothing in it.
func variants(t *testing.T) []variant {
	t.Helper()
	makeVariants.Do(func() {
		madeVariants = []variant{{"the example", Example(exampleDay)}, {"nothing", Agreement{}}}
		for _, r := range Rules() {
			if !r.Whole && r.Name != "too-large" {
				madeVariants = append(madeVariants, variant{"what " + r.Name + " refuses", try(t, r.Refused).text})
			}
		}
	})
	return madeVariants
}

var (
	makeVariants sync.Once
	madeVariants []variant
)

// What is signed is read back as it was, and completing it again changes nothing.
func TestCompleteIsSettled(t *testing.T) {
	for _, v := range variants(t) {
		name, a := v.name, v.text
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
		read, err := ParseTerms(terms)
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
	for _, v := range variants(t) {
		name, a := v.name, v.text
		var before, after agreement.Findings
		a.check(&before)
		a.Complete().check(&after)
		if !slices.Equal(before, after) {
			t.Errorf("%s: before:\n%safter:\n%s", name, printed(before), printed(after))
		}
	}
}

// Absent, nil and empty are one form.
func TestEmptyHasOneForm(t *testing.T) {
	a, b := Example(exampleDay), Example(exampleDay)
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
