package integration

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/performance"
	"entente/articles/roomtest"
	"entente/articles/technical"
	"entente/calendar"
)

var period = roomtest.Of[calendar.Duration]

// A room is Article 2 with the schedules that it is checked against, and the partnership.
type room struct {
	Agreement agreement.Front `json:"agreement"`
	Scope     struct {
		Components []agreement.Component `json:"components"`
	} `json:"scope"`
	Terms       Terms             `json:"integration"`
	Technical   technical.Terms   `json:"schedule_a"`
	Performance performance.Terms `json:"schedule_c"`
}

func read(t testing.TB, patch string) (r room, f agreement.Frame) {
	t.Helper()
	f = roomtest.Frame()
	r.Scope.Components = f.Components
	roomtest.Read(t, Example+technical.Example+performance.Example, &r, patch)
	f.Front.Attachments, f.Components = r.Agreement.Attachments, r.Scope.Components
	return r, f
}

func check(t testing.TB, patch string) agreement.Findings {
	r, f := read(t, patch)
	return r.findings(f)
}

func (r room) findings(f agreement.Frame) (found agreement.Findings) {
	r.Terms.Check(f, &found)
	CheckTogether(r.Terms, r.Technical, r.Performance, f, &found)
	return found
}

func TestExample(t *testing.T) { roomtest.Clean(t, Rules, check(t, "")) }

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

func TestEveryClauseIsThere(t *testing.T) {
	r, f := read(t, "")
	for _, x := range []Terms{r.Terms, {}} {
		roomtest.Clauses(t, x.Words(f), "2.1", "2.2", "2.3", "2.4")
		roomtest.Says(t, roomtest.Text(x.Words(f)))
	}
}

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		name  string
		terms Terms
		want  []string
	}{
		{"an SDK licence without a lifetime is worded with the default", Terms{Access: Access{SDKs: true, Embedded: true}}, []string{
			"[x] SDKs. The Party that provides a Component offered as an SDK shall deliver its supported versions to the other Party. A licence token is valid for thirty (30) days. It is renewed while this Agreement is in force, and not after.",
			"A token that shows the Component is valid for fifteen (15) minutes."}},
		{"a lifetime is worded", Terms{Access: Access{SDKs: true, SDKLicence: period("P14D")}}, []string{"A licence token is valid for fourteen (14) days."}},
		{"requirements take their default owner", Terms{Requirements: []Requirement{{ID: "review", Title: "Review", Kind: SecurityReview, Due: roomtest.Day, BeforeProduction: true}}},
			[]string{"Review (review) | security review | both Parties | 23 November 2026 | yes\n", "Access to production under clause 2.1 opens when"}},
		{"nothing before production", Terms{}, []string{"No requirement must be complete before access to production under clause 2.1 opens."}},
		{"an industry standard without evidence", Terms{Standards: Standards{Industry: []Industry{{Name: "ISO/IEC 42001:2023", Responsible: "a"}}}},
			[]string{"[x] Industry standards.", "ISO/IEC 42001:2023 | Party A | all Components | none is stated | without an end\n"}},
		{"critical response and assistance", Terms{Support: Support{CriticalResponse: period("PT4H"), ReasonableAssistance: true, AssistanceHours: 1}}, []string{
			"[x] Critical cases. A Party shall first respond to a critical case within four (4) hours, at any hour of any day.",
			"up to one (1) hour in each calendar month without charge."}},
		{"contacts by name", Terms{Support: Support{Contacts: []Contact{{Person: "jonas-lindqvist", Component: "summarise"}, {Person: "ghost", StandIn: "nele-brandt"}}}}, []string{
			"Party A | summarise | Jonas Lindqvist | none is named\n", "not known | all of its Components | ghost | Nele Brandt\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) { roomtest.Says(t, roomtest.Text(tt.terms.Words(roomtest.Frame())), tt.want...) })
	}
}

// Whatever a file says, its wording can be made and it can be checked.
func TestHostileTextIsOnlyText(t *testing.T) {
	f := roomtest.Frame()
	rapid.Check(t, func(t *rapid.T) {
		s := func() string { return roomtest.Hostile().Draw(t, "text") }
		terms := Terms{Requirements: []Requirement{{ID: s(), Title: s(), Kind: Kind(s()), Responsible: agreement.Responsible(s()), Evidence: s()}},
			Standards: Standards{Industry: []Industry{{Name: s(), Responsible: agreement.Responsible(s()), Component: s(), Evidence: s()}}},
			Support:   Support{Severities: []Severity{{Level: SeverityLevel(s()), Meaning: s()}}, Hours: &Hours{TimeOfDay(s()), TimeOfDay(s())}, Contacts: []Contact{{s(), s(), s()}}}}
		for _, c := range terms.Words(f) {
			if strings.Contains(c.Title, "%") {
				t.Fatal(c.Title)
			}
		}
		var found agreement.Findings
		terms.Check(f, &found)
	})
}
