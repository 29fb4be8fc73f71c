package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/technical"
	"entente/egress"
	"entente/meter"
)

const (
	berthForm   = `{"type":"object","required":["ship"],"properties":{"ship":{"type":"string"}}}`
	bookingForm = `{"type":"object","required":["booking"],"properties":{"booking":{"type":"integer"}}}`
	chatForm    = `{"type":"object","properties":{"messages":{"type":"array","items":{"type":"object","properties":{"role":{"enum":["user"]}}}}}}`
	searchForm  = `{"type":"object","required":["q"]}`
)

// newForms is a house in which clause 2.3 binds operations, a tool and a chat to formats.
func newForms(t *testing.T) *house {
	h := newHouse(t, egress.Policy{})
	h.change(func(s *articles.State) {
		text := *s.Texts[0]
		text.Integration.Standards.DataFormats = true
		all := append([]technical.Specification(nil), text.ScheduleA.Components...)
		for i := range all {
			switch all[i].Component {
			case "summarise":
				all[i].Formats = []technical.Format{{Operation: "chat.completions", Request: "chat"}}
			case "tides":
				all[i].Formats = []technical.Format{{Operation: "search", Request: "search"}}
			}
		}
		text.ScheduleA.Components = all
		for _, name := range []string{"berth", "booking", "chat", "search"} {
			text.Agreement.Attachments = append(text.Agreement.Attachments, agreement.Attachment{Name: name, File: name + ".json", Digest: "sha256:" + name})
		}
		s.Texts = []*articles.Agreement{&text}
	})
	h.openHarbour(technical.Specification{OpenAPI: "Harbour API", Operations: []string{"listBerths", "bookBerth"}, Formats: []technical.Format{{Operation: "bookBerth", Request: "berth.json", Response: "booking"}}},
		map[string]string{"sha256:harbour": strings.Replace(harbour, "operationId: bookBerth,", `operationId: bookBerth, responses: {"200": {content: {application/json: {}}}},`, 1), "sha256:berth": berthForm, "sha256:booking": bookingForm, "sha256:chat": chatForm, "sha256:search": searchForm})
	h.change(func(s *articles.State) {
		h.addKey(s, "harbour test", agreement.B, agreement.Test, agreement.Service, agreement.Synthetic)
	})
	return h
}

func answersJSON(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, text)
	}
}

func TestFormatsAreRefusedInProductionAndReportedInTest(t *testing.T) {
	for _, c := range []struct {
		name, body, answer   string
		production           int
		code, pointer        string
		deviations           meter.Deviations
		requestHead, tellsOf string
	}{
		{"all as agreed", `{"ship":"Ann"}`, `{"booking":7}`, 200, "", "", 0, "", ""},
		{"a request", `{"ship":7}`, `{"booking":7}`, 400, "format-violated", "/ship", meter.RequestFormat, "", "in=request"},
		{"an empty request", ``, `{"booking":7}`, 400, "format-violated", "", meter.RequestFormat, "", "in=request"},
		{"a request with a name twice", `{"ship":"a","ship":"b"}`, `{"booking":7}`, 400, "format-violated", "", meter.RequestFormat, "", "in=request"},
		{"a request in another coding", `{"ship":"a"}`, `{"booking":7}`, 400, "format-violated", "", meter.RequestFormat, "Content-Encoding: gzip", "in=request"},
		{"an answer", `{"ship":"Ann"}`, `{"booking":"x"}`, 502, "answer-not-as-agreed", "/booking", meter.ResponseFormat, "", "in=response"},
		{"no answer", `{"ship":"Ann"}`, ``, 502, "answer-not-as-agreed", "", meter.ResponseFormat, "", "in=response"},
		{"both", `{}`, `{}`, 400, "format-violated", "", meter.RequestFormat | meter.ResponseFormat, "", "in=request"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newForms(t)
			h.answers(answersJSON(c.answer))
			headers := []string{"X: y"}
			if c.requestHead != "" {
				headers = append(headers, c.requestHead)
			}
			r := h.call("POST", "/harbour/berths", "harbour", c.body, headers...)
			if r.StatusCode != c.production {
				t.Fatalf("in production: status %d, %s", r.StatusCode, r.body)
			}
			if c.code == "" {
				if string(r.body) != c.answer || r.Header.Get("Entente-Format") != "" {
					t.Errorf("%s with %v", r.body, r.Header)
				}
			} else if p := r.problem(t); p.Code != c.code || p.Clause != "2.3" || p.Pointer != c.pointer {
				t.Errorf("in production: %s", r.body)
			}
			if all := h.records(); c.code == "answer-not-as-agreed" && (len(all) != 1 || all[0].Outcome != meter.UpstreamError) || c.code == "format-violated" && len(all) > 0 {
				t.Errorf("in production: records %+v", all)
			}
			r = h.call("POST", "/harbour/berths", "harbour test", c.body, headers...)
			if r.StatusCode != 200 || string(r.body) != c.answer || r.err != nil {
				t.Fatalf("in test: status %d, %s, %v", r.StatusCode, r.body, r.err)
			}
			if got := r.Header.Get("Entente-Format"); (c.tellsOf == "") != (got == "") || !strings.Contains(got, c.tellsOf) {
				t.Errorf("in test: Entente-Format %q", got)
			}
			all := h.records()
			if last := all[len(all)-1]; last.Deviations != c.deviations || last.Outcome != meter.OK {
				t.Errorf("in test: record %+v", last)
			}
		})
	}
}

// Formats bind operations of AI services and arguments of tools as well.
func TestFormatsOfOtherProtocols(t *testing.T) {
	h := newForms(t)
	if r := h.call("POST", chat, "summarise", `{"model":"calluna-extract-1","messages":[{"role":"system","content":"x"}]}`); r.StatusCode != 400 || r.problem(t).Pointer != "/messages/0/role" {
		t.Errorf("a chat: status %d, %s", r.StatusCode, r.body)
	}
	if r := h.call("POST", chat, "summarise", ask(false)); r.StatusCode != 200 {
		t.Errorf("a chat as agreed: status %d, %s", r.StatusCode, r.body)
	}
	h.answers(rpcResult(`{"content":[]}`))
	if r := h.call("POST", tides, "tides", message("tools/call", `"name":"search"`), legacy); !strings.Contains(string(r.body), "format-violated") {
		t.Errorf("a tool: status %d, %s", r.StatusCode, r.body)
	}
	if r := h.call("POST", tides, "tides", message("tools/call", `"name":"search","arguments":{"q":"x"}`), legacy); r.StatusCode != 200 || strings.Contains(string(r.body), "error") {
		t.Errorf("a tool as agreed: status %d, %s", r.StatusCode, r.body)
	}
}

// Without clause 2.3 formats bind nobody, and answers that are not to be held to one pass at once.
func TestFormatsThatDoNotBind(t *testing.T) {
	h := newForms(t)
	h.answers(answersJSON(`{"booking":"x"}`))
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusConflict)
		fmt.Fprint(w, "taken")
	})
	if r := h.call("POST", "/harbour/berths", "harbour", `{"ship":"Ann"}`); r.StatusCode != 409 || string(r.body) != "taken" {
		t.Errorf("a failure: status %d, %s", r.StatusCode, r.body)
	}
	if rec := h.record(); rec.Deviations != meter.UndocumentedKind {
		t.Errorf("record %+v", rec)
	}
	h.answers(answersJSON(`[]`))
	h.text(func(t *articles.Agreement) { t.Integration.Standards.DataFormats = false })
	if r := h.call("POST", "/harbour/berths", "harbour", `[]`); r.StatusCode != 200 {
		t.Errorf("unbound: status %d, %s", r.StatusCode, r.body)
	}
}

// The provider's own units are counted where its answers state them.
func TestUnits(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.openHarbour(technical.Specification{OpenAPI: "Harbour API", Operations: []string{"listBerths", "bookBerth", "readBerth"},
		Unit: technical.Unit{Name: "berths", Counted: []technical.Counted{{Operation: "listBerths", Header: "x-berths"}, {Operation: "bookBerth", Pointer: "/used/0/berths"}}}}, map[string]string{"sha256:harbour": harbour})
	for i, c := range []struct {
		method, path, header, body string
		units                      int64
		estimated                  bool
	}{
		{"GET", "/berths", "12", "", 12, false},
		{"GET", "/berths", "", "", 0, true},
		{"GET", "/berths", "-1", "", 0, true},
		{"GET", "/berths", "99999999999999999999", "", 0, true},
		{"POST", "/berths", "5", `{"used":[{"berths":7}]}`, 7, false},
		{"POST", "/berths", "5", `{"used":[{"berths":"7"}]}`, 0, true},
		{"POST", "/berths", "5", `{"used":[{"berths":1.5}]}`, 0, true},
		{"POST", "/berths", "5", `{"used":[{"berths":1}],"used":[{"berths":2}]}`, 0, true},
		{"POST", "/berths", "5", `{"other":1}`, 0, true},
		{"GET", "/berths/9", "5", "", 0, false},
	} {
		h.answers(func(w http.ResponseWriter, r *http.Request) {
			if c.header != "" {
				w.Header().Set("X-Berths", c.header)
			}
			io.WriteString(w, c.body)
		})
		if r := h.call(c.method, "/harbour"+c.path, "harbour", ""); r.StatusCode != 200 || string(r.body) != c.body {
			t.Fatalf("status %d, %s", r.StatusCode, r.body)
		}
		if rec := h.records()[i]; rec.Units != c.units || rec.Estimated != c.estimated {
			t.Errorf("%s %s with %q and %q: %d units, estimated %v", c.method, c.path, c.header, c.body, rec.Units, rec.Estimated)
		}
	}
}
