package integration

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/calendar"
	"entente/document"
	"entente/money"
)

func duration(t testing.TB, s string) calendar.Duration {
	t.Helper()
	d, err := calendar.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func percent(t testing.TB, s string) money.Percent {
	t.Helper()
	p, err := money.ParsePercent(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func amount(t testing.TB, s string) money.Amount {
	t.Helper()
	a, err := money.ParseAmount(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// words is everything that a room says, as plain text.
func words(t testing.TB, f agreement.Frame, r room) string {
	t.Helper()
	return plain(r.Terms.Words(f)) + plain(r.Technical.Words(f)) + plain(r.Performance.Words(f))
}

func TestEveryClauseIsThere(t *testing.T) {
	data := example(t)
	f := frame(t, data)
	for name, r := range map[string]room{"example": decode(t, data), "nothing filled in": {}} {
		for _, want := range []string{"2.1 Access\n", "2.2 Integration requirements\n", "2.3 Standards\n", "2.4 Support\n", "A.1 Components\n", "A.2 Addresses\n", "A.3 Operations, models and tools\n",
			"A.4 Data formats\n", "A.5 Versions\n", "A.6 Artifacts\n", "A.7 Origins of embedding pages\n", "C.1 Service levels\n", "C.2 Measuring\n", "C.3 Exclusions\n",
			"C.4 Service credits\n", "C.5 Right to leave\n", "C.6 Rate limits and quotas\n"} {
			if strings.Count("\n"+words(t, f, r), "\n"+want) != 1 {
				t.Errorf("%s: no %q", name, want)
			}
		}
	}
}

func TestNothingLooksUnfinished(t *testing.T) {
	data := example(t)
	f := frame(t, data)
	for name, r := range map[string]room{"example": decode(t, data), "nothing filled in": {}} {
		text := words(t, f, r)
		for _, hole := range []string{"[to be completed]", "  ", " .", " ,", "..", "and/or", "| |", "|  |", ": \n"} {
			if strings.Contains(strings.ReplaceAll(strings.ReplaceAll(text, "[ ]", "[_]"), "( )", "(_)"), hole) {
				t.Errorf("%s: %q in\n%s", name, hole, text)
			}
		}
	}
}

func TestWords(t *testing.T) {
	f := frame(t, nil)
	for _, tt := range []struct {
		name string
		room room
		want []string
	}{
		{"an SDK licence without a lifetime is worded with the default", room{Terms: Terms{Access: Access{SDKs: true, Embedded: true}}}, []string{
			"[x] SDKs. The Party that provides a Component offered as an SDK shall deliver its supported versions to the other Party. A licence token is valid for thirty (30) days. It is renewed while this Agreement is in force, and not after.",
			"A token that shows the Component is valid for fifteen (15) minutes."}},
		{"a lifetime is worded", room{Terms: Terms{Access: Access{SDKs: true, SDKLicence: duration(t, "P14D")}}}, []string{"A licence token is valid for fourteen (14) days."}},
		{"requirements take their default owner", room{Terms: Terms{Requirements: []Requirement{{ID: "review", Title: "Review", Kind: SecurityReview, Due: exampleDay, BeforeProduction: true}}}},
			[]string{"Review (review) | security review | both Parties | 23 November 2026 | yes\n", "Access to production under clause 2.1 opens when"}},
		{"nothing before production", room{}, []string{"No requirement must be complete before access to production under clause 2.1 opens."}},
		{"an industry standard without evidence", room{Terms: Terms{Standards: Standards{Industry: []Industry{{Name: "ISO/IEC 42001:2023", Responsible: "a"}}}}},
			[]string{"[x] Industry standards.", "ISO/IEC 42001:2023 | Party A | all Components | none is stated | without an end\n"}},
		{"critical response and assistance", room{Terms: Terms{Support: Support{CriticalResponse: duration(t, "PT4H"), ReasonableAssistance: true, AssistanceHours: 1}}}, []string{
			"[x] Critical cases. A Party shall first respond to a critical case within four (4) hours, at any hour of any day.",
			"up to one (1) hour in each calendar month without charge."}},
		{"contacts by name", room{Terms: Terms{Support: Support{Contacts: []Contact{{Person: "jonas-lindqvist", Component: "summarise"}, {Person: "ghost", StandIn: "nele-brandt"}}}}}, []string{
			"Party A | summarise | Jonas Lindqvist | none is named\n", "not known | all of its Components | ghost | Nele Brandt\n"}},
		{"tools of an MCP component", room{Technical: technical.Terms{Components: []technical.Specification{{Component: "summarise", Protocol: technical.MCP, Tools: []string{"one", "two"}, Prompts: []string{"p"}}}}},
			[]string{"summarise | Party A | API | Model Context Protocol | as the provider states | none is attached\n", "summarise | tools | one, two\n", "summarise | prompts | p\n"}},
		{"an unpinned model", room{Technical: technical.Terms{Components: []technical.Specification{{Component: "embed", Protocol: technical.OpenAI, Models: []technical.Model{{Name: "m"}}}}}}, []string{"embed | m | not pinned\n"}},
		{"a format of requests only", room{Technical: technical.Terms{Components: []technical.Specification{{Component: "embed", Formats: []technical.Format{{Operation: "embeddings", Request: "in.json"}}}}}}, []string{"embed | embeddings | in.json | any\n"}},
		{"an artifact without a licence of its own", room{Technical: technical.Terms{Components: []technical.Specification{{Component: "reader-kit", Artifacts: []technical.Artifact{{Platform: "Android", Package: "kit"}}}}}},
			[]string{"reader-kit | Android | kit | clause 4.3 | nothing in particular\n"}},
		{"levels", room{Performance: performance.Terms{Levels: []performance.Level{{Component: "embed", Environment: "production", Latency: []performance.Latency{{Percentile: "p95", Milliseconds: 1200, Until: performance.FirstByte}, {Percentile: "p99", Milliseconds: 4000}}, Throughput: &performance.Throughput{Requests: 3000, Per: duration(t, "PT1M")}}}}},
			[]string{"embed | production | none | p95: 1,200 ms to the first byte; p99: 4,000 ms to the end of the answer | none | 3,000 requests in a minute\n"}},
		{"the window is the calendar month by default", room{}, []string{"(x) Each calendar month", "( ) Each calendar quarter", "( ) Any thirty (30) days in a row"}},
		{"a rolling window", room{Performance: performance.Terms{Window: performance.Rolling30Days}}, []string{"( ) Each calendar month", "(x) Any thirty (30) days in a row"}},
		{"maintenance without hours", room{Performance: performance.Terms{Exclusions: performance.Exclusions{MaintenanceNotice: duration(t, "PT48H"), Other: []string{"storms.", "strikes"}}}}, []string{
			"[x] Maintenance. Minutes of maintenance that the providing Party announces at least forty-eight (48) hours before it begins.\n", "[x] Other causes. Failures through the following causes:\n- storms;\n- strikes.\n"}},
		{"maintenance with hours", room{Performance: performance.Terms{Exclusions: performance.Exclusions{MaintenanceNotice: duration(t, "PT48H"), MaintenanceHours: 8}}}, []string{"before it begins, up to eight (8) hours in one window.\n"}},
		{"credits", room{Performance: performance.Terms{Credits: []performance.Credit{{Below: percent(t, "99.9%"), Credit: percent(t, "10%")}, {Component: "embed", Below: percent(t, "99%"), Credit: percent(t, "25%")}}, CreditCap: percent(t, "50%"), CreditMinimum: amount(t, "EUR 1.00"), ClaimWindow: duration(t, "P30D")}}, []string{
			"every Component with a service level | 99.9 % | 10 %\n", "embed | 99 % | 25 %\n", "[x] Cap. The credits of one window do not exceed 50 %", "[x] Minimum. A credit below EUR 1.00 (one euro) is not given.", "[x] Claim. A credit must be claimed within thirty (30) days"}},
		{"the right to leave", room{Performance: performance.Terms{Exit: &performance.Exit{Missed: 2, Of: 3, Within: duration(t, "P30D")}}}, []string{"missed in two (2) of any three (3) windows in a row", "The notice must be given within thirty (30) days after"}},
		{"the right to leave at any time", room{Performance: performance.Terms{Exit: &performance.Exit{Missed: 1, Of: 1}}}, []string{"missed in one (1) of any one (1) window in a row, the other Party may terminate this Agreement by notice.\n"}},
		{"limits", room{Performance: performance.Terms{Limits: []performance.Limit{
			{Component: "embed", Environment: "test", Per: performance.PerKey, Unit: performance.Requests, Requests: 20, Window: duration(t, "PT1S"), Concurrent: 10},
			{Component: "embed", Environment: "production", Per: performance.PerParty, Unit: performance.Tokens, Tokens: 50_000_000, Window: duration(t, "P1M"), Hard: true},
			{Component: "embed", Environment: "production", Per: performance.PerComponent, Unit: performance.Money, Amount: amount(t, "EUR 5000"), Window: duration(t, "P1D")},
			{Component: "embed", Environment: "test", Per: performance.PerKey, Unit: performance.Requests, Concurrent: 1000},
		}}}, []string{
			"embed | test | the calls of one key | 20 requests | a second | 10 | the next call is refused\n",
			"embed | production | the calls of one Party | 50,000,000 tokens | a month | not limited | an answer under way ends, and the next call is refused\n",
			"embed | production | all calls | EUR 5,000.00 of fees | a day | not limited | the next call is refused\n",
			"embed | test | the calls of one key | not limited | no span | 1,000 | the next call is refused\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := words(t, f, tt.room)
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
		})
	}
}

// Whatever a file says, its wording can be made, and nothing in it becomes a reference or a term.
func TestHostileTextIsOnlyText(t *testing.T) {
	f := frame(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		s := func() string {
			return rapid.SampledFrom([]string{"", "%s", "%", "%d %%", "**x**", "**", "[[6.1]]", "[[", "a. ", "\n", "‮"}).Draw(t, "text")
		}
		r := room{
			Terms{Requirements: []Requirement{{ID: s(), Title: s(), Kind: Kind(s()), Responsible: agreement.Responsible(s()), Evidence: s()}},
				Standards: Standards{Industry: []Industry{{Name: s(), Responsible: agreement.Responsible(s()), Component: s(), Evidence: s()}}},
				Support:   Support{Severities: []Severity{{Level: SeverityLevel(s()), Meaning: s()}}, Hours: &Hours{TimeOfDay(s()), TimeOfDay(s())}, Contacts: []Contact{{s(), s(), s()}}}},
			technical.Terms{Components: []technical.Specification{{Component: s(), Protocol: technical.Protocol(s()), BaseURLs: technical.BaseURLs{Test: agreement.URL(s())}, Operations: []string{s()}, Models: []technical.Model{{Name: s(), Version: s()}}, Tools: []string{s()},
				UpstreamAuth: technical.UpstreamAuth(s()), OpenAPI: s(), Formats: []technical.Format{{Operation: s(), Request: s(), Response: s()}}, Versions: []technical.Version{{Name: s()}}, Artifacts: []technical.Artifact{{Platform: s(), Package: s(), Licence: s(), Requires: s()}}, Origins: []string{s()}}}},
			performance.Terms{Levels: []performance.Level{{Component: s(), Environment: agreement.Environment(s()), Latency: []performance.Latency{{Percentile: performance.Percentile(s()), Milliseconds: 1, Until: performance.Moment(s())}}}}, Window: performance.Window(s()),
				Exclusions: performance.Exclusions{Other: []string{s(), s()}}, Credits: []performance.Credit{{Component: s()}}, Limits: []performance.Limit{{Component: s(), Environment: agreement.Environment(s()), Per: performance.LimitPer(s()), Unit: performance.Unit(s()), Requests: 1}}},
		}
		for _, clauses := range [][]document.Clause{r.Terms.Words(f), r.Technical.Words(f), r.Performance.Words(f)} {
			for _, c := range clauses {
				if strings.Contains(c.Title, "%") {
					t.Fatal(c.Title)
				}
			}
		}
		var found agreement.Findings
		r.Terms.Check(f, &found)
		r.Technical.Check(f, &found)
		r.Performance.Check(f, &found)
		CheckTogether(r.Terms, r.Technical, r.Performance, f, &found)
	})
}
