package performance

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
	"entente/money"
)

var (
	period  = roomtest.Of[calendar.Duration]
	percent = roomtest.Of[money.Percent]
	amount  = roomtest.Of[money.Amount]
)

// read is the schedule in the example, with a patch, and the partnership that the patch makes.
func read(t testing.TB, patch string) (Terms, agreement.Frame) {
	t.Helper()
	file := struct {
		Agreement agreement.Front `json:"agreement"`
		Scope     struct {
			Components []agreement.Component `json:"components"`
		} `json:"scope"`
		Terms Terms `json:"schedule_c"`
	}{}
	f := roomtest.Frame()
	file.Scope.Components = f.Components
	roomtest.Read(t, Example, &file, patch)
	f.Front.Attachments, f.Components = file.Agreement.Attachments, file.Scope.Components
	return file.Terms, f
}

func check(t testing.TB, patch string) (found agreement.Findings) {
	terms, f := read(t, patch)
	terms.Check(f, &found)
	return found
}

func TestExample(t *testing.T) { roomtest.Clean(t, Rules, check(t, "")) }

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

func TestEveryClauseIsThere(t *testing.T) {
	terms, f := read(t, "")
	for _, x := range []Terms{terms, {}} {
		roomtest.Clauses(t, x.Words(f), "C.1", "C.2", "C.3", "C.4", "C.5", "C.6")
		roomtest.Says(t, roomtest.Text(x.Words(f)))
	}
}

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		name  string
		terms Terms
		want  []string
	}{
		{"levels", Terms{Levels: []Level{{Component: "embed", Environment: "production", Latency: []Latency{{Percentile: "p95", Milliseconds: 1200, Until: FirstByte}, {Percentile: "p99", Milliseconds: 4000}}, Throughput: &Throughput{Requests: 3000, Per: period("PT1M")}}}},
			[]string{"embed | production | none | p95: 1,200 ms to the first byte; p99: 4,000 ms to the end of the answer | none | 3,000 requests in a minute\n"}},
		{"the window is the calendar month by default", Terms{}, []string{"(x) Each calendar month", "( ) Each calendar quarter", "( ) Any thirty (30) days in a row"}},
		{"a rolling window", Terms{Window: Rolling30Days}, []string{"( ) Each calendar month", "(x) Any thirty (30) days in a row"}},
		{"maintenance without hours", Terms{Exclusions: Exclusions{MaintenanceNotice: period("PT48H"), Other: []string{"storms.", "strikes"}}}, []string{
			"[x] Maintenance. Minutes of maintenance that the providing Party announces in the Record at least forty-eight (48) hours before it begins.\n", "[x] Other causes. Failures through the following causes:\n- storms;\n- strikes.\n"}},
		{"maintenance with hours", Terms{Exclusions: Exclusions{MaintenanceNotice: period("PT48H"), MaintenanceHours: 8}}, []string{"before it begins, up to eight (8) hours in one window.\n"}},
		{"credits", Terms{Credits: []Credit{{Below: percent("99.9%"), Credit: percent("10%")}, {Component: "embed", Below: percent("99%"), Credit: percent("25%")}}, CreditCap: percent("50%"), CreditMinimum: amount("EUR 1.00"), ClaimWindow: period("P30D")}, []string{
			"every Component with a service level | 99.9 % | 10 %\n", "embed | 99 % | 25 %\n", "[x] Cap. The credits of one window do not exceed 50 %", "[x] Minimum. A credit below EUR 1.00 (one euro) is not given.", "[x] Claim. The other Party must claim a credit within thirty (30) days"}},
		{"the right to leave", Terms{Exit: &Exit{Missed: 2, Of: 3, Within: period("P30D")}}, []string{"missed in two (2) of any three (3) windows in a row", "The notice must be given within thirty (30) days after"}},
		{"the right to leave at any time", Terms{Exit: &Exit{Missed: 1, Of: 1}}, []string{"missed in one (1) of any one (1) window in a row, the other Party may terminate this Agreement by notice.\n"}},
		{"limits", Terms{Limits: []Limit{
			{Component: "embed", Environment: "test", Per: PerKey, Unit: Requests, Requests: 20, Window: period("PT1S"), Concurrent: 10},
			{Component: "embed", Environment: "production", Per: PerParty, Unit: Tokens, Tokens: 50_000_000, Window: period("P1M"), Hard: true},
			{Component: "embed", Environment: "production", Per: PerComponent, Unit: Money, Amount: amount("EUR 5000"), Window: period("P1D")},
			{Component: "embed", Environment: "test", Per: PerKey, Unit: Requests, Concurrent: 1000},
		}}, []string{
			"embed | test | the calls of one key | 20 requests | a second | 10 | the next call is refused\n",
			"embed | production | the calls of one Party | 50,000,000 tokens | a month | not limited | an answer under way ends, and the next call is refused\n",
			"embed | production | all calls | EUR 5,000.00 of fees | a day | not limited | the next call is refused\n",
			"embed | test | the calls of one key | not limited | no span | 1,000 | the next call is refused\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) { roomtest.Says(t, roomtest.Text(tt.terms.Words(roomtest.Frame())), tt.want...) })
	}
}

// Whatever a file says, its wording can be made and it can be checked.
func TestHostileTextIsOnlyText(t *testing.T) {
	f := roomtest.Frame()
	rapid.Check(t, func(t *rapid.T) {
		s := func() string { return roomtest.Hostile().Draw(t, "text") }
		terms := Terms{Levels: []Level{{Component: s(), Environment: agreement.Environment(s()), Latency: []Latency{{Percentile: Percentile(s()), Milliseconds: 1, Until: Moment(s())}}}}, Window: Window(s()),
			Exclusions: Exclusions{Other: []string{s(), s()}}, Credits: []Credit{{Component: s()}}, Limits: []Limit{{Component: s(), Environment: agreement.Environment(s()), Per: LimitPer(s()), Unit: Unit(s()), Requests: 1}}}
		for _, c := range terms.Words(f) {
			if strings.Contains(c.Title, "%") {
				t.Fatal(c.Title)
			}
		}
		var found agreement.Findings
		terms.Check(f, &found)
	})
}
