package integration

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/agreement"
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
	performance := Performance{Levels: []Level{{Latency: []Latency{{"p95", 1, ""}, {"p99", 2, FirstByte}}}}}
	whole, wholePerformance := terms.Complete(), performance.Complete()
	if whole.Requirements[0].Responsible != "both" || whole.Requirements[1].Responsible != "a" || whole.Access.SDKLicence.String() != "P30D" || whole.Access.EmbedToken.String() != "PT15M" {
		t.Errorf("%+v", whole)
	}
	if l := wholePerformance.Levels[0].Latency; wholePerformance.Window != CalendarMonth || l[0].Until != Answered || l[1].Until != FirstByte {
		t.Errorf("%+v", wholePerformance)
	}
	if terms.Requirements[0].Responsible != "" || performance.Levels[0].Latency[0].Until != "" {
		t.Error("completing changed what it was given")
	}
	if diff := cmp.Diff(whole, whole.Complete(), cmp.Comparer(func(a, b calendar.Duration) bool { return a == b })); diff != "" {
		t.Error("completing twice differs from once:\n", diff)
	}
	if empty := (Terms{}).Complete(); empty.Requirements != nil || !empty.Access.SDKLicence.IsZero() {
		t.Errorf("%+v", empty)
	}
	if empty := (Performance{}).Complete(); empty.Levels != nil || empty.Window != "" {
		t.Errorf("%+v", empty)
	}
}

func TestSpecification(t *testing.T) {
	a := Technical{Components: []Specification{{Component: "x", Operations: []string{"embeddings"}, Tools: []string{"find"}, Models: []Model{{Name: "m", Version: "m-1"}}, Formats: []Format{{Operation: "embeddings", Request: "r"}},
		BaseURLs: BaseURLs{Test: "https://t.example", Production: "https://p.example"}}}}
	s, ok := a.Specification("x")
	if _, none := a.Specification("y"); !ok || none {
		t.Error("a specification is found by its component")
	}
	for operation, want := range map[string]bool{"embeddings": true, "find": true, "Embeddings": false, "": false} {
		if s.May(operation) != want {
			t.Errorf("%q: %v", operation, !want)
		}
	}
	if m, ok := s.Model("m"); !ok || !m.Pinned() {
		t.Error("a model is found by its name")
	}
	if _, ok := s.Model("m-1"); ok {
		t.Error("a model is not called by the version to which it is pinned")
	}
	if x, ok := s.Format("embeddings"); !ok || x.Request != "r" {
		t.Error("a format is found by its operation")
	}
	if s.BaseURLs.In(agreement.Test) != "https://t.example" || s.BaseURLs.In(agreement.Production) != "https://p.example" {
		t.Error("an address is found by its environment")
	}
}

func TestQuantity(t *testing.T) {
	for unit, want := range map[Unit]int64{LimitRequests: 1, LimitTokens: 2, LimitBytes: 3, LimitMoney: 400, "": 0} {
		if got := (Limit{Unit: unit, Requests: 1, Tokens: 2, Bytes: 3, Amount: amount(t, "EUR 4.00")}).Quantity(); got != want {
			t.Errorf("%s: %d", unit, got)
		}
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

func TestIsOrigin(t *testing.T) {
	for in, ok := range map[string]bool{
		"https://reader.company.example": true, "https://reader.company.example:8443": true, "https://[2001:db8::1]:8443": true,
		"http://reader.company.example": false, "https://reader.company.example/": false, "https://reader.company.example:443": false, "https://Reader.company.example": false,
		"https://user@reader.company.example": false, "https://reader.company.example?x": false, "reader.company.example": false, "https://": false, "https://:8443": false, "https://bücher.example": false, "": false, "null": false,
	} {
		if isOrigin(in) != ok {
			t.Errorf("%q: %v", in, !ok)
		}
	}
}

func TestPrivateAddresses(t *testing.T) {
	for address, private := range map[agreement.URL]bool{
		"https://10.1.2.3/v1": true, "https://192.168.0.1": true, "https://127.0.0.1:8080": true, "https://[::1]/": true, "https://[fd00::1]": true, "https://[::ffff:10.0.0.1]": true,
		"https://169.254.169.254": true, "https://localhost": true, "https://LOCALHOST.": true, "https://api.localhost": true, "https://printer.local": true, "https://api.svc.internal": true, "https://0.0.0.0": true,
		"https://api.company.example": false, "https://8.8.8.8": false, "https://localhost.company.example": false, "": false,
	} {
		var found agreement.Findings
		Specification{}.checkAddress("x", address, &found)
		if got := slices.Contains(rules(found), "base-url-private"); got != private {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestFigureGroupsByThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 50_000_000: "50,000,000", -1000: "-1,000", -999: "-999"} {
		if got := figure(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		var digits []rune
		for _, r := range figure(n) {
			if r != ',' {
				digits = append(digits, r)
			}
		}
		if string(digits) != fmt.Sprint(n) {
			t.Fatalf("%d became %s", n, figure(n))
		}
	})
}

func TestCheckFindsReferences(t *testing.T) {
	r := room{
		Terms{Standards: Standards{Industry: []Industry{{Component: "ghost"}}}, Support: Support{Contacts: []Contact{{Person: "nobody", StandIn: "noone", Component: "ghost"}}}},
		Technical{Components: []Specification{{Component: "ghost"}}},
		Performance{Levels: []Level{{Component: "ghost"}}, Credits: []Credit{{Component: "ghost"}}, Limits: []Limit{{Component: "ghost"}}},
	}
	want := map[string]string{
		"integration.standards.industry[0].component": "unknown-component", "integration.support.contacts[0].component": "unknown-component",
		"integration.support.contacts[0].person": "unknown-person", "integration.support.contacts[0].stand_in": "unknown-person",
		"schedule_a.components[0].component": "unknown-component", "schedule_c.levels[0].component": "unknown-component",
		"schedule_c.credits[0].component": "unknown-component", "schedule_c.limits[0].component": "unknown-component",
	}
	got := map[string]string{}
	for _, f := range check(frame(t, nil), r) {
		if f.Rule == "unknown-component" || f.Rule == "unknown-person" {
			got[f.Path] = f.Rule
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A missing value is reported by the reader; the checks of the room stay silent about it.
func TestNothingFilledInIsNotContradictory(t *testing.T) {
	for _, f := range check(frame(t, nil), room{}) {
		if f.Rule != "no-access" && f.Rule != "no-limit" {
			t.Errorf("%s: %s", f.Path, f.Rule)
		}
	}
}
