package scope

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

var exampleDay = calendar.Date{Year: 2026, Month: 11, Day: 23}

// example is the room's part of the example agreement as plain data.
func example(t *testing.T) map[string]any {
	t.Helper()
	day := func(n int) string { return exampleDay.AddDays(n).String() }
	var out strings.Builder
	page := template.Must(template.New("example").Funcs(template.FuncMap{"day": day}).Parse(Example))
	if err := page.Execute(&out, nil); err != nil {
		t.Fatal(err)
	}
	return parse(t, out.String())
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	var data map[string]any
	if err := yaml.Unmarshal([]byte(text), &data); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return data
}

// merge patches data: maps merge, lists are replaced whole, null deletes.
func merge(data, patch map[string]any) {
	for key, value := range patch {
		under, isMap := value.(map[string]any)
		have, hadMap := data[key].(map[string]any)
		switch {
		case value == nil:
			delete(data, key)
		case isMap && hadMap:
			merge(have, under)
		default:
			data[key] = value
		}
	}
}

func decode(t *testing.T, data map[string]any) Terms {
	t.Helper()
	text, err := yaml.Marshal(data["scope"])
	if err != nil {
		t.Fatal(err)
	}
	var terms Terms
	if err := yaml.UnmarshalWithOptions(text, &terms, yaml.Strict()); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return terms
}

func frame(terms Terms) agreement.Frame {
	return agreement.Frame{
		Front:      agreement.Front{Dated: exampleDay.AddDays(-40), Effective: exampleDay.AddDays(-30)},
		Components: terms.Components,
	}
}

func check(terms Terms) agreement.Findings {
	var found agreement.Findings
	terms.Check(frame(terms), &found)
	return found
}

func rules(found agreement.Findings) []string {
	names := map[string]bool{}
	for _, f := range found {
		names[f.Rule] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func TestTheExampleIsClean(t *testing.T) {
	severity := map[string]agreement.Severity{}
	for _, r := range Rules {
		severity[r.Name] = r.Severity
	}
	for _, f := range check(decode(t, example(t))) {
		if severity[f.Rule] != agreement.Note {
			t.Errorf("%s: %s: %s", f.Path, f.Rule, f.Message)
		}
	}
}

func TestEveryRuleIsHeldByItsPage(t *testing.T) {
	for _, r := range Rules {
		for _, tt := range []struct {
			name, patch string
			want        bool
		}{{"refused", r.Refused, true}, {"accepted", r.Accepted, false}} {
			data := example(t)
			merge(data, parse(t, tt.patch))
			if got := rules(check(decode(t, data))); slices.Contains(got, r.Name) != tt.want {
				t.Errorf("%s, %s: found %v", r.Name, tt.name, got)
			}
		}
	}
}

func TestEveryClauseIsThere(t *testing.T) {
	for name, terms := range map[string]Terms{"example": decode(t, example(t)), "nothing filled in": {}} {
		var got []string
		for _, c := range terms.Words(frame(terms)) {
			got = append(got, c.Number+" "+c.Title)
		}
		if want := []string{"1.1 Purpose", "1.2 Integration scope", "1.3 Tier"}; !slices.Equal(got, want) {
			t.Errorf("%s: %v", name, got)
		}
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
			"None is listed.",
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
			text := plain(tt.terms.Words(frame(tt.terms)))
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			for _, hole := range []string{"[to be completed]", "  ", " .", "..", "()"} {
				if strings.Contains(strings.ReplaceAll(text, "( )", "(o)"), hole) {
					t.Errorf("%q in\n%s", hole, text)
				}
			}
		})
	}
}

// plain writes clauses as lines of text, boxes as [x] and (x).
func plain(clauses []document.Clause) string {
	var out strings.Builder
	for _, c := range clauses {
		out.WriteString(c.Number + " " + c.Title + "\n")
		plainBlocks(&out, c.Blocks)
	}
	return out.String()
}

func plainBlocks(out *strings.Builder, blocks []document.Block) {
	for _, b := range blocks {
		switch {
		case b.Paragraph != nil:
			out.WriteString(b.Paragraph.Text.String() + "\n")
		case b.Options != nil:
			for _, o := range b.Options.Items {
				out.WriteString(box(b.Options.Exclusive, o.Chosen) + " " + o.Text.String() + "\n")
				plainBlocks(out, o.Under)
			}
		case b.Table != nil:
			for _, row := range b.Table.Rows {
				var cells []string
				for _, cell := range row {
					cells = append(cells, cell.String())
				}
				out.WriteString(strings.Join(cells, " | ") + "\n")
			}
		case b.Fields != nil:
			for _, f := range b.Fields.Items {
				out.WriteString(f.Label + ": " + f.Value.String() + "\n")
			}
		case b.List != nil:
			for _, item := range b.List.Items {
				out.WriteString("- " + item.String() + "\n")
			}
		}
	}
}

func box(exclusive, chosen bool) string {
	mark := " "
	if chosen {
		mark = "x"
	}
	if exclusive {
		return "(" + mark + ")"
	}
	return "[" + mark + "]"
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
		if got := slices.Contains(rules(check(terms)), "exclusive-long"); got != want {
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
	for _, name := range rules(check(ghost)) {
		if name != "unknown-component" && !slices.Contains(pages, name) {
			t.Errorf("%s has no page", name)
		}
	}
	if !slices.Contains(rules(check(ghost)), "unknown-component") {
		t.Error("an unknown component of the exclusivity is not found")
	}
}
