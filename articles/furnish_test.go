package articles

import (
	"testing"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/general"
	"entente/articles/scope"
	"entente/articles/sharing"
	"entente/articles/technical"
	"entente/calendar"
)

// begun is what the interview knows when it furnishes: facts, purposes, components, people.
func begun(purpose scope.Purpose, methods ...[]agreement.Method) Agreement {
	a := Blank(exampleDay)
	a.Agreement.Number = "P-2026-001"
	a.Parties.A = agreement.PartyTerms{Name: "Alder Ltd", Address: "1 Quay, Cork, Ireland", Provides: "summaries", Contact: agreement.Contact{Name: "Ann Lee", Email: "ann@alder.example"}}
	a.Parties.B = agreement.PartyTerms{Name: "Birch GmbH", Address: "Hafen 2, Bremen, Germany", Provides: "search", Contact: agreement.Contact{Name: "Bo Ruhl", Email: "bo@birch.example"}}
	a.Governance.People = []agreement.Person{
		{ID: "ann-lee", Party: agreement.A, Name: "Ann Lee", Title: "Director", Email: "ann@alder.example", Roles: agreement.Roles},
		{ID: "bo-ruhl", Party: agreement.B, Name: "Bo Ruhl", Title: "Director", Email: "bo@birch.example", Roles: agreement.Roles},
	}
	if a.Scope.Purpose = purpose; purpose.Integrate {
		a.Scope.Purpose.TechnologyA, a.Scope.Purpose.TechnologyB = "summaries", "search"
	}
	a.General.Law.Country, a.General.Law.Venue = general.Country("DE"), "the courts at the seat of the Party that is sued"
	a.Sharing.Protection.DPA = &sharing.DPA{Reference: "P-2026-001-DPA", Date: exampleDay, Relation: sharing.Processor}
	a.Commerce.Revenue.Model = "none"
	a.Liability.Limits.Cap.PriorFees = false
	a.Liability.Limits.Cap.Amount.Minor, a.Liability.Limits.Cap.Amount.Currency = 10000000, "EUR"
	for i, m := range methods {
		c := agreement.Component{Name: "part-" + string(rune('a'+i)), Title: "Part", Provider: agreement.Both[i%2], Methods: m}
		a.Scope.Components = append(a.Scope.Components, c)
		s := technical.Specification{Component: c.Name}
		if c.By(agreement.API) {
			s.Protocol, s.Operations, s.Models, s.UpstreamAuth = technical.OpenAI, []string{"chat.completions"}, []technical.Model{{Name: "m"}}, technical.Bearer
			s.BaseURLs = technical.BaseURLs{Test: "https://test.alder.example/v1", Production: "https://api.alder.example/v1"}
		}
		if c.By(agreement.SDK) {
			s.Artifacts = []technical.Artifact{{Platform: "Android", Package: "part"}}
		}
		if c.By(agreement.Embedded) {
			s.Origins = []string{"https://www.birch.example"}
		}
		a.ScheduleA.Components = append(a.ScheduleA.Components, s)
	}
	return a
}

func clean(t testing.TB, a Agreement) {
	t.Helper()
	f, _ := Read("new.yaml", Write(a))
	found := Check(f)
	if Count(found, agreement.Error)+Count(found, agreement.Warning) > 0 {
		t.Errorf("a new agreement is not clean:\n%s", printed(found))
	}
}

// Whatever is chosen for a new agreement, its usual terms have neither errors nor warnings.
func TestUsualTermsAreClean(t *testing.T) {
	ways := [][]agreement.Method{{agreement.API}, {agreement.SDK}, {agreement.Embedded}, {agreement.API, agreement.SDK}, {agreement.API, agreement.Embedded}}
	rapid.Check(t, func(t *rapid.T) {
		purpose := scope.Purpose{Integrate: true, JointSolutions: rapid.Bool().Draw(t, "joint"), CoMarketing: rapid.Bool().Draw(t, "co-marketing"),
			DataForImprovement: rapid.Bool().Draw(t, "data"), JointResearch: rapid.Bool().Draw(t, "research")}
		var methods [][]agreement.Method
		for range rapid.IntRange(2, 4).Draw(t, "components") {
			methods = append(methods, rapid.SampledFrom(ways).Draw(t, "methods"))
		}
		a := begun(purpose, methods...).Furnish()
		f, _ := Read("new.yaml", Write(a))
		if found := Check(f); Count(found, agreement.Error)+Count(found, agreement.Warning) > 0 {
			t.Fatalf("a new agreement is not clean:\n%s", printed(found))
		}
	})
}

// Furnishing again changes nothing: what is there stays.
func TestFurnishingTwice(t *testing.T) {
	a := begun(scope.Purpose{Integrate: true, CoMarketing: true, DataForImprovement: true}, []agreement.Method{agreement.API}, []agreement.Method{agreement.SDK}).Furnish()
	if once, twice := string(Write(a)), string(Write(a.Furnish())); once != twice {
		t.Error("furnishing twice is not furnishing once")
	}
	clean(t, a)
}

// The blank follows its day and reads no clock.
func TestBlankFollowsItsDay(t *testing.T) {
	day := calendar.Date{Year: 2028, Month: 2, Day: 29}
	if a := Blank(day); a.Agreement.Dated != day || a.Frame().Effective() != day {
		t.Errorf("the blank is dated %s, effective %s", a.Agreement.Dated, a.Frame().Effective())
	}
}
