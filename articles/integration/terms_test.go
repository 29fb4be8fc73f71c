package integration

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
)

func TestOwner(t *testing.T) {
	for _, tt := range []struct {
		kind Kind
		says agreement.Responsible
		want agreement.Responsible
	}{
		{SecurityReview, "", "both"}, {IntegrationTesting, "", "both"}, {Launch, "", "both"}, {Launch, "a", "a"},
		{APIDevelopment, "", ""}, {APIDevelopment, "b", "b"}, {SDKProvision, "", ""}, {OtherRequirement, "", ""},
	} {
		if got := (Requirement{Kind: tt.kind, Responsible: tt.says}).Owner(); got != tt.want {
			t.Errorf("%s, %q: %q, want %q", tt.kind, tt.says, got, tt.want)
		}
	}
}

func TestAccess(t *testing.T) {
	a := Access{APIs: true, Embedded: true, TestEnvironment: true}
	for m, want := range map[agreement.Method]bool{agreement.API: true, agreement.SDK: false, agreement.Embedded: true, "fax": false} {
		if a.By(m) != want {
			t.Errorf("by %s: %v", m, !want)
		}
	}
	for e, want := range map[agreement.Environment]bool{agreement.Test: true, agreement.Production: false, "moon": false} {
		if a.To(e) != want {
			t.Errorf("to %s: %v", e, !want)
		}
	}
}

func TestBeforeProduction(t *testing.T) {
	terms := Terms{Requirements: []Requirement{{ID: "a", BeforeProduction: true}, {ID: "b"}, {ID: "c", BeforeProduction: true}}}
	var got []string
	for _, r := range terms.BeforeProduction() {
		got = append(got, r.ID)
	}
	if !slices.Equal(got, []string{"a", "c"}) {
		t.Error(got)
	}
}

func TestCompleteWritesDefaultsOut(t *testing.T) {
	terms := Terms{Access: Access{SDKs: true, Embedded: true}, Requirements: []Requirement{{Kind: Launch}, {Kind: Launch, Responsible: "a"}}}
	whole := terms.Complete()
	if whole.Requirements[0].Responsible != "both" || whole.Requirements[1].Responsible != "a" || whole.Access.SDKLicence.String() != "P30D" || whole.Access.EmbedToken.String() != "PT15M" {
		t.Errorf("%+v", whole)
	}
	if terms.Requirements[0].Responsible != "" {
		t.Error("completing changed what it was given")
	}
	if diff := cmp.Diff(whole, whole.Complete(), cmp.Comparer(func(a, b calendar.Duration) bool { return a == b })); diff != "" {
		t.Error("completing twice differs from once:\n", diff)
	}
	if empty := (Terms{}).Complete(); empty.Requirements != nil || !empty.Access.SDKLicence.IsZero() {
		t.Errorf("%+v", empty)
	}
}

func TestTimeOfDay(t *testing.T) {
	for in, ok := range map[string]bool{"09:00": true, "00:00": true, "23:59": true, "": true, "9:00": false, "24:00": false, "17:30:00": false, "5 pm": false, "0900": false} {
		var c TimeOfDay
		if err := c.UnmarshalText([]byte(in)); (err == nil) != ok {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestCheckFindsReferences(t *testing.T) {
	r := room{Terms: Terms{Standards: Standards{Industry: []Industry{{Component: "ghost"}}}, Support: Support{Contacts: []Contact{{Person: "nobody", StandIn: "noone", Component: "ghost"}}}}}
	want := []string{"integration.standards.industry[0].component", "integration.support.contacts[0].component", "integration.support.contacts[0].person", "integration.support.contacts[0].stand_in"}
	if diff := cmp.Diff(want, roomtest.Dangling(r.findings(roomtest.Frame()))); diff != "" {
		t.Error(diff)
	}
}

// A value that must be there is reported by the reader; the room asks for what components need.
func TestNothingFilledInIsNotContradictory(t *testing.T) {
	if got := roomtest.Names(room{}.findings(roomtest.Frame())); !slices.Equal(got, []string{"no-access", "requirement-missing"}) {
		t.Errorf("found %v", got)
	}
}
