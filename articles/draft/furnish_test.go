package draft_test

import (
	"testing"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/scope"
	"entente/articles/source"
	"entente/calendar"
)

func clean(t testing.TB, a articles.Agreement) {
	t.Helper()
	f, _ := source.Read("new.yaml", draft.Write(a))
	found := f.Check()
	if source.Count(found, agreement.Error)+source.Count(found, agreement.Warning) > 0 {
		t.Errorf("a new agreement is not clean:\n%s", articlestest.Printed(found))
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
		a := draft.Furnish(articlestest.Begun(purpose, methods...))
		f, _ := source.Read("new.yaml", draft.Write(a))
		if found := f.Check(); source.Count(found, agreement.Error)+source.Count(found, agreement.Warning) > 0 {
			t.Fatalf("a new agreement is not clean:\n%s", articlestest.Printed(found))
		}
	})
}

// Furnishing again changes nothing: what is there stays.
func TestFurnishingTwice(t *testing.T) {
	a := draft.Furnish(articlestest.Begun(scope.Purpose{Integrate: true, CoMarketing: true, DataForImprovement: true}, []agreement.Method{agreement.API}, []agreement.Method{agreement.SDK}))
	if once, twice := string(draft.Write(a)), string(draft.Write(draft.Furnish(a))); once != twice {
		t.Error("furnishing twice is not furnishing once")
	}
	clean(t, a)
}

// The blank follows its day and reads no clock.
func TestBlankFollowsItsDay(t *testing.T) {
	day := calendar.Date{Year: 2028, Month: 2, Day: 29}
	if a := draft.Blank(day); a.Agreement.Dated != day || a.Frame().Effective() != day {
		t.Errorf("the blank is dated %s, effective %s", a.Agreement.Dated, a.Frame().Effective())
	}
}
