package gateway_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/compliance"
	"entente/articles/performance"
	"entente/articles/policy"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/calendar"
	"entente/gateway"
)

// paths are the ways through the gateway.
var paths = []struct {
	name, method, path, key, body string
	headers                       []string
}{
	{"plain", "POST", chat, "summarise", ask(false), nil},
	{"stream", "POST", chat, "summarise", ask(true), nil},
	{"embed", "POST", "/embed/v1/embeddings", "embed", `{"model":"tidewater-embed-1","input":"x"}`, nil},
	{"Anthropic", "POST", "/assist/v1/messages", "assist", `{"model":"calluna-assist-1","max_tokens":5,"messages":[]}`, nil},
	{"MCP", "POST", tides, "tides", message("tools/call", `"name":"search"`), []string{legacy}},
	{"HTTP API", "GET", "/harbour/berths", "harbour", "", nil},
	{"WebSocket", "GET", "/harbour/tides/events", "harbour", "", []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="}},
}

// A forbidden call is one that a clause refuses, whatever its path.
type forbidden struct {
	clause agreement.Clause
	says   string
	given  func(h *house)
	key    string // instead of the path's own
	header string
}

var rules = []forbidden{
	{"1.1", "improvement, where the parties share no data for it", func(h *house) { h.text(func(a *articles.Agreement) { a.Scope.Purpose.DataForImprovement = false }) }, "", "Entente-Purpose: improvement"},
	{"1.2", "a key for another component", func(h *house) {
		h.change(func(s *articles.State) {
			h.addKey(s, "elsewhere", agreement.B, agreement.Production, agreement.Service, agreement.CustomerData)
		})
	}, "elsewhere", ""},
	{"2.2", "production, before its requirements are complete", func(h *house) { h.change(func(s *articles.State) { s.Integration.Production = false }) }, "", ""},
	{"3.2", "a purpose that the agreement forbids", nil, "", "Entente-Purpose: competitive"},
	{"3.4", "training without a consent", nil, "", "Entente-Purpose: training"},
	{"4.3", "a component whose API is not licensed", func(h *house) {
		h.text(func(a *articles.Agreement) { a.Property.Licences.AToB.API, a.Property.Licences.BToA.API = false, false })
	}, "", ""},
	{"8.2", "production, when a required certificate has expired", func(h *house) {
		h.text(func(a *articles.Agreement) {
			a.ScheduleB.Certifications = []compliance.Certification{{Name: "ISO", Party: agreement.BothParties, Required: true, Grace: calendar.Duration{Days: 1}, ValidUntil: calendar.DateOf(noon).AddDays(-9)}}
		})
	}, "", ""},
	{"12.1", "a call before the agreement is in force", func(h *house) {
		h.change(func(s *articles.State) {
			s.Life.Versions = []agreement.Version{s.Life.Versions[0]}
			s.Life.Versions[0].Effective = noon.AddDate(0, 0, 1)
		})
	}, "", ""},
	{"12.2", "a call while the agreement is suspended", func(h *house) { h.suspend() }, "", ""},
	{"12.3", "a call after the end", func(h *house) { h.ends(0) }, "", ""},
	{"12.4", "a call after the end for nobody that was served before", func(h *house) { h.ends(1) }, "", ""},
	{"13.5", "a call while the record does not verify", func(h *house) { h.registry.set(h.registry.p.Withhold("a test")) }, "", ""},
	{"A", "an operation, model or tool that is not listed", func(h *house) {
		h.text(func(a *articles.Agreement) {
			a.ScheduleA.Components = slices.Clone(a.ScheduleA.Components)
			for i := range a.ScheduleA.Components {
				a.ScheduleA.Components[i] = technical.Specification{Component: a.ScheduleA.Components[i].Component, Protocol: a.ScheduleA.Components[i].Protocol, OpenAPI: a.ScheduleA.Components[i].OpenAPI}
			}
		})
	}, "", ""},
	{"B", "a key that nobody issued", nil, "Bearer ent_live_abc", ""},
	{"C", "a call above a limit", func(h *house) {
		for _, c := range []string{"summarise", "embed", "assist", "tides", "harbour"} {
			h.limit(performance.Limit{Component: c, Environment: agreement.Production, Per: performance.PerParty, Unit: performance.Bytes, Bytes: 1, Window: seconds(1)})
		}
	}, "", ""},
}

func (h *house) ends(monthsForCustomers int) {
	h.change(func(s *articles.State) {
		s.Term.Ending = &term.Ending{Ends: noon, TransitionEnd: noon, CustomersEnd: noon.AddDate(0, monthsForCustomers, 0)}
	})
}

// Each clause refuses on each path, before the provider's service is reached, and a call that nothing
// forbids reaches it. The table in docs/enforcement.md is what this test has seen.
func TestTheMatrix(t *testing.T) {
	for _, p := range paths {
		h := newHarbour(t)
		if h.crosses(p.method, p.path, p.key, p.body, p.headers...) == 0 {
			t.Errorf("%s: nothing forbids the call, and it does not reach the provider", p.name)
		}
	}
	var table strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&table, "| %s | %s |", r.clause, r.says)
		for _, p := range paths {
			h := newHarbour(t)
			if r.given != nil {
				r.given(h)
			}
			key, headers := p.key, p.headers
			if r.key != "" {
				key = r.key
			}
			if r.header != "" {
				headers = append(slices.Clip(headers), r.header)
			}
			reached := h.crosses(p.method, p.path, key, p.body, headers...)
			refused := h.gateway.DrainRefusals()
			if reached > 0 || len(refused) != 1 || refused[0].Clause != string(r.clause) {
				t.Errorf("clause %s on the path %s: %d calls reached the provider; refused: %+v", r.clause, p.name, reached, refused)
				table.WriteString(" no |")
				continue
			}
			table.WriteString(" yes |")
		}
		table.WriteString("\n")
	}
	for _, q := range policy.Questions() {
		if !slices.ContainsFunc(rules, func(r forbidden) bool { return r.clause == q.Clause }) {
			t.Errorf("clause %s is asked in every decision (%s) and has no row", q.Clause, q.Asked)
		}
	}
	compareMatrix(t, table.String())
}

// crosses makes a call and returns how often the provider's service was reached.
func (h *house) crosses(method, path, key, body string, headers ...string) int32 {
	h.t.Helper()
	var reached atomic.Int32
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	h.call(method, path, key, body, headers...)
	return reached.Load()
}

const matrixFile = "../docs/enforcement.md"

func compareMatrix(t *testing.T, table string) {
	t.Helper()
	head := "| clause | refuses |"
	line := "|---|---|"
	for _, p := range paths {
		head, line = head+" "+p.name+" |", line+"---|"
	}
	want := "# What the gateway enforces, and where\n\n" +
		"Each row is a clause of the agreement and a call that it forbids, each column a way through the gateway. **yes** means that a test has made this call on this\n" +
		"path: it was refused under this clause, and the provider’s service was not reached. `go test ./gateway -run TheMatrix -update` makes the table anew.\n\n" +
		head + "\n" + line + "\n" + table
	b, err := os.ReadFile(matrixFile)
	got, rest, _ := strings.Cut(string(b), "\n\n## ") // what follows is written by hand
	got += "\n"
	if gateway.Update() {
		if err := os.WriteFile(matrixFile, []byte(strings.TrimSuffix(want, "\n")+"\n\n## "+rest), 0o644); err != nil {
			t.Fatal(err)
		}
		got = want
	}
	if err != nil || got != want {
		t.Errorf("docs/enforcement.md is not what the gateway does (%v); run the test with -update", err)
	}
}
