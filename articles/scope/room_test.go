package scope

import (
	"slices"
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
)

// read is the room's part of the example, with a patch.
func read(t testing.TB, patch string) Terms {
	t.Helper()
	var file struct {
		Scope Terms `json:"scope"`
	}
	roomtest.Read(t, Example, &file, patch)
	return file.Scope
}

func frame(terms Terms) agreement.Frame {
	f := roomtest.Frame()
	f.Components = terms.Components
	return f
}

func findings(terms Terms) (found agreement.Findings) {
	terms.Check(frame(terms), &found)
	return found
}

func check(t testing.TB, patch string) agreement.Findings { return findings(read(t, patch)) }

func TestExample(t *testing.T) { roomtest.Clean(t, Rules, check(t, "")) }

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

func TestEveryClauseIsThere(t *testing.T) {
	for _, terms := range []Terms{read(t, ""), {}} {
		roomtest.Clauses(t, terms.Words(frame(terms)), "1.1", "1.2", "1.3")
	}
}

func TestWords(t *testing.T) {
	exclusive := Exclusive{By: agreement.Responsible(agreement.A), Scope: "summaries inside search products.", Territory: "Germany and Ireland",
		Countries: []Country{"DE", "IE"}, Duration: calendar.Duration{Years: 2}, Components: []string{"summarise"}, Excepted: []string{"Moss Books Ltd", "pilots"}}
	preferred := Preferred{By: agreement.BothParties, Treatment: "named first", FirstOfferDays: 15, FirstOfferFor: "search work"}
	for _, tt := range []struct {
		name  string
		terms Terms
		want  []string
	}{
		{"nothing chosen reads whole", Terms{}, []string{
			"[ ] Integration. A purpose of this Agreement is to integrate the technology of Party A with the technology of Party B into the Integrated Solution.",
			"[ ] Other. This Agreement has a further purpose that the Parties name.",
			"The Parties list no Component, so this Agreement integrates none.",
			"( ) Preferred. A Party shall treat the other Party as its preferred partner.",
			"( ) Exclusive. A Party shall deal with no one but the other Party within an agreed scope, territory and duration.",
		}},
		{"technologies and another purpose", Terms{Purpose: Purpose{Integrate: true, TechnologyA: "summaries", TechnologyB: "search", Other: "a joint prize."}}, []string{
			"[x] Integration. A purpose of this Agreement is to integrate the technology of Party A (summaries) with the technology of Party B (search) into the Integrated Solution.",
			"[x] Other. A further purpose of this Agreement is the following: a joint prize.\n",
		}},
		{"components", Terms{Components: []agreement.Component{{Name: "kit", Title: "The kit", Provider: agreement.B, Methods: []agreement.Method{agreement.SDK, agreement.Embedded}}}},
			[]string{"kit | The kit | Party B | SDK and Embedded"}},
		{"non-exclusive", Terms{Tier: NonExclusive}, []string{"(x) Non-exclusive.", "( ) Preferred.", "( ) Exclusive."}},
		{"preferred with a first offer", Terms{Tier: PreferredTier, Preferred: &preferred}, []string{
			"(x) Preferred. Each Party shall treat the other Party as its preferred partner. The treatment is: named first.",
			"[x] First offer. Before either Party asks a third party for search work, it shall first ask the other Party and wait fifteen (15) days for an answer.",
		}},
		{"preferred without a first offer", Terms{Tier: PreferredTier, Preferred: &Preferred{By: "b", Treatment: "named first"}}, []string{
			"[ ] First offer. Before Party B asks a third party for any project within the purposes of clause 1.1, it shall first ask the other Party.",
		}},
		{"exclusive", Terms{Tier: ExclusiveTier, Exclusive: &exclusive}, []string{
			"(x) Exclusive. Party A shall deal with no one but the other Party", "Scope: summaries inside search products\n", "Components: summarise\n",
			"Territory: Germany and Ireland (DE, IE)\n", "Duration: two (2) years\n", "Exceptions: Moss Books Ltd; pilots\n",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			roomtest.Says(t, roomtest.Text(tt.terms.Words(frame(tt.terms))), tt.want...)
		})
	}
}

func TestCountry(t *testing.T) {
	for in, ok := range map[string]bool{"DE": true, "IE": true, "US": true, "": true, "de": false, "EU": false, "UK": false, "ZZ": false, "DEU": false, "150": false, "Germany": false} {
		var c Country
		if err := c.UnmarshalText([]byte(in)); (err == nil) != ok {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestExclusivityEnds(t *testing.T) {
	for _, tt := range []struct{ from, duration, want string }{
		{"2027-01-01", "P2Y", "2029-01-01"}, {"2028-02-29", "P1Y", "2029-02-28"}, {"2027-01-31", "P1M", "2027-02-28"},
	} {
		from, err := calendar.ParseDate(tt.from)
		if err != nil {
			t.Fatal(err)
		}
		duration, err := calendar.ParseDuration(tt.duration)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Exclusive{Duration: duration}).Ends(from).String(); got != tt.want {
			t.Errorf("%s and %s: %s, want %s", tt.from, tt.duration, got, tt.want)
		}
	}
}

func TestLongExclusivityOnTheEdge(t *testing.T) {
	for duration, want := range map[string]bool{"P5Y": false, "P60M": false, "P5Y1D": true, "P6Y": true} {
		d, err := calendar.ParseDuration(duration)
		if err != nil {
			t.Fatal(err)
		}
		terms := Terms{Purpose: Purpose{JointSolutions: true}, Tier: ExclusiveTier, Exclusive: &Exclusive{By: agreement.BothParties, Duration: d}}
		if got := slices.Contains(roomtest.Names(findings(terms)), "exclusive-long"); got != want {
			t.Errorf("%s: %v", duration, got)
		}
	}
}

func TestEveryRuleThatIsEmittedHasAPage(t *testing.T) {
	var pages []string
	for _, r := range Rules {
		pages = append(pages, r.Name)
	}
	ghost := Terms{Purpose: Purpose{TechnologyA: "x", Other: "y"}, Tier: ExclusiveTier, Preferred: &Preferred{}, Exclusive: &Exclusive{Components: []string{"ghost"}}}
	for _, name := range roomtest.Names(findings(ghost)) {
		if name != "unknown-component" && !slices.Contains(pages, name) {
			t.Errorf("%s has no page", name)
		}
	}
	if !slices.Contains(roomtest.Names(findings(ghost)), "unknown-component") {
		t.Error("an unknown component of the exclusivity is not found")
	}
}
