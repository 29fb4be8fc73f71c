package compliance

import (
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
)

type file struct {
	Compliance Terms    `json:"compliance"`
	ScheduleB  Security `json:"schedule_b"`
}

var period = roomtest.Of[calendar.Duration]

func read(t testing.TB, patch string) (f file) {
	roomtest.Read(t, Example, &f, patch)
	return f
}

func check(t testing.TB, patch string) (found agreement.Findings) {
	f := read(t, patch)
	f.Compliance.Check(roomtest.Frame(), &found)
	f.ScheduleB.Check(roomtest.Frame(), &found)
	return found
}

func TestExample(t *testing.T) {
	roomtest.Clean(t, Rules, check(t, ""))
	f := read(t, "")
	article, schedule := f.Compliance.Words(roomtest.Frame()), f.ScheduleB.Words(roomtest.Frame())
	roomtest.Clauses(t, article, "8.1", "8.2", "8.3")
	roomtest.Clauses(t, schedule, "B.1", "B.2", "B.3", "B.4", "B.5", "B.6", "B.7")
	roomtest.Says(t, roomtest.Text(article), "including Regulation (EU) 2024/1689 (AI Act).")
	roomtest.Says(t, roomtest.Text(schedule), "by TLS 1.2 or a later version.", "| every other Component", "| each Party", "| does not apply", "| nele-brandt@company.example")
}

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

func TestWords(t *testing.T) {
	tests := []struct {
		name  string
		terms Terms
		want  []string
	}{
		{"nothing chosen", Terms{}, []string{"[ ] AI law.", "[ ] Information. On request,", "[ ] Incidents.", "within the time of clause 3.3.", "It must give reasonable notice.", "[ ] Frequency.", "[ ] Costs after a breach."}},
		{"times are said", Terms{AI: AI{Information: true, InformationWithin: period("P10D"), CooperateWithRegulators: true, RegulatorsWithin: period("P5D"), MaterialChanges: true, ModelChangeNotice: period("P30D"), Reacceptance: period("P15D")}},
			[]string{"[x] Information. Within ten (10) days", "within five (5) days of being asked", "at least thirty (30) days before", "within fifteen (15) days of the notice"}},
		{"an incident with hours of its own", Terms{Security: Duties{NotifyIncidents: true, IncidentNotice: period("PT24H")}}, []string{"[x] Incidents.", "within twenty-four (24) hours of discovering it"}},
		{"an audit with its limits", Terms{Audit: Audit{Notice: period("P30D"), PerYear: 1, Access: period("P10D"), RemedyWithin: period("P30D"), Scope: []string{"logs", "consents"}}},
			[]string{"at least thirty (30) days.", "logs and consents.", "no more than one (1) audit", "ends ten (10) days after it begins"}},
		{"the audit left out without a reason", Terms{Audit: Audit{Omit: true}}, []string{"The Parties have left this clause out on purpose.", "The Parties have stated no reason."}},
		{"the audit left out with a reason", Terms{Audit: Audit{Omit: true, OmitReason: "certificates are enough"}}, []string{"Their reason: certificates are enough"}},
		{"a system without a card", Terms{AI: AI{Systems: []System{{Component: "embed", Class: HighRisk}}}}, []string{"| embed", "| high risk", "| not stated"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { roomtest.Says(t, roomtest.Text(test.terms.Words(roomtest.Frame())), test.want...) })
	}
}

func TestScheduleWithoutOptions(t *testing.T) {
	s := Security{Transport: Transport{Minimum: TLS13}, KeyRotation: period("P90D"), Authentication: []Authentication{{Methods: []agreement.AuthMethod{agreement.MTLS}}},
		IncidentContacts: Contacts{A: []string{"nele-brandt"}, B: []string{"saoirse-burke"}}}
	roomtest.Says(t, roomtest.Text(s.Words(roomtest.Frame())), "by TLS 1.3 or a later version.", "[ ] Forward secrecy.", "| mutual TLS", "ninety (90) days", "The Parties have agreed no certification.",
		"The Parties have agreed no interval", "[ ] Stored data.", "| not stated")
}

func TestAccepts(t *testing.T) {
	s := Security{Authentication: []Authentication{{Methods: []agreement.AuthMethod{agreement.APIKey, agreement.OAuth2}}, {Component: "embed", Methods: []agreement.AuthMethod{agreement.MTLS}}}}
	tests := []struct {
		name, component string
		method          agreement.AuthMethod
		want            bool
	}{
		{"the general row holds without a row of its own", "summarise", agreement.APIKey, true},
		{"what no row has is refused", "summarise", agreement.MTLS, false},
		{"a row of its own counts", "embed", agreement.MTLS, true},
		{"a row of its own replaces the general one", "embed", agreement.APIKey, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := s.Accepts(test.component, test.method); got != test.want {
				t.Errorf("accepts %s for %s: %v", test.method, test.component, got)
			}
		})
	}
	if (Security{}).Accepts("embed", agreement.APIKey) {
		t.Error("a schedule without rows accepts a method")
	}
}

func TestBeyondYear(t *testing.T) {
	for s, want := range map[string]bool{"P1Y": false, "P12M": false, "P366D": false, "P365D": false, "P90D": false, "P11M40D": true, "P13M": true, "P1Y1D": true, "P367D": true, "P2Y": true} {
		if got := beyondYear(period(s)); got != want {
			t.Errorf("%s is longer than a year: %v", s, got)
		}
	}
}
