package gateway_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/articles/performance"
	"entente/articles/policy"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/calendar"
	"entente/egress"
	"entente/gateway"
	"entente/gateway/front"
	"entente/meter"
	"entente/meter/metertest"
	"entente/quota"
)

const theAgreement agreement.ID = "agr_abcdefghijklmnop"

// noon is when every test begins, on a day in the example agreement's life.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A house is a gateway between the parties of the example agreement, with a real upstream on
// loopback and a real meter over the strict fake store.
type house struct {
	t         testing.TB
	gateway   *gateway.Gateway
	meter     *meter.Meter
	store     *metertest.Store
	sums      sums
	upstreams *gateway.Upstreams
	registry  *registry
	url       string
	client    *http.Client
	begun     atomic.Int32 // requests that came by a door of their own
	ended     atomic.Int32
	logs      *safeBuffer
	keys      map[string]access.Key

	mu    sync.Mutex
	now   time.Time
	state articles.State
	serve http.HandlerFunc // the upstream
}

// secret is what the upstream's header carries.
const secret = "Bearer sk-upstream-secret"

func newHouse(t testing.TB, policy egress.Policy) *house {
	h := &house{t: t, now: noon, client: client, keys: map[string]access.Key{}, logs: &safeBuffer{}, store: &metertest.Store{}, registry: &registry{}}
	h.sums.Store = h.store
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		serve := h.serve
		h.mu.Unlock()
		serve(w, r)
	}))
	h.answers(completion)
	policy.Allow = append(policy.Allow, strings.TrimPrefix(up.URL, "http://"))
	sealer, err := access.NewSealer(make([]byte, access.KEKBytes), rand.Reader)
	must(t, err)
	h.upstreams = &gateway.Upstreams{Directory: &directory{}, Sealer: sealer, Policy: policy}
	h.meter, err = meter.Start(meter.Config{Dir: t.TempDir(), Store: &h.sums, Now: h.clock, Log: slog.New(slog.DiscardHandler), SegmentBytes: 1 << 20})
	must(t, err)
	transport := policy.Caller()
	h.gateway = &gateway.Gateway{Register: h.registry, Meter: h.meter, Quotas: &quota.Book{Meter: h.meter}, Upstreams: h.upstreams, Transport: transport,
		Now: h.clock, Log: slog.New(slog.NewTextHandler(h.logs, nil))}
	go h.gateway.Watch(t.Context())
	h.state = h.newState()
	for _, component := range []string{"summarise", "embed", "assist", "tides", "harbour"} {
		for _, e := range []agreement.Environment{agreement.Test, agreement.Production} {
			must(t, h.upstreams.Set(context.Background(), egress.Upstream{Agreement: string(theAgreement), Component: component, Environment: string(e),
				Address: up.URL + "/v1", Header: "Authorization"}, access.NewSecret(secret)))
		}
	}
	h.publish()
	srv := &front.Server{Handler: h.gateway.Handler(), Bare: true, Log: slog.New(slog.NewTextHandler(h.logs, nil))}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go srv.Serve(l)
	h.url = "http://" + l.Addr().String()
	t.Cleanup(func() {
		srv.Close()
		transport.CloseIdleConnections()
		up.CloseClientConnections()
		up.Close()
		must(t, h.meter.Stop(context.Background()))
	})
	return h
}

// newState is the example agreement, signed and in force for thirty days, production open, with an
// Anthropic-compatible component beside the two of the example and a key for everything.
func (h *house) newState() articles.State {
	text := draft.Example(calendar.DateOf(noon)).Complete()
	text.Scope.Components = append(text.Scope.Components, agreement.Component{Name: "assist", Title: "Calluna Assist", Provider: agreement.A, Methods: []agreement.Method{agreement.API}})
	for i, c := range text.ScheduleA.Components {
		if c.Component == "summarise" {
			text.ScheduleA.Components[i].Operations = []string{"chat.completions", "responses", "models"}
		}
	}
	text.ScheduleA.Components = append(text.ScheduleA.Components, technical.Specification{Component: "assist", Protocol: technical.Anthropic,
		Operations: []string{"messages", "messages.count_tokens", "models"}, Models: []technical.Model{{Name: "calluna-assist-1"}}})
	text.Scope.Components = append(text.Scope.Components, agreement.Component{Name: "tides", Title: "Calluna Tides", Provider: agreement.A, Methods: []agreement.Method{agreement.API}})
	text.ScheduleA.Components = append(text.ScheduleA.Components, technical.Specification{Component: "tides", Protocol: technical.MCP,
		Tools: []string{"search", "forecast"}, Prompts: []string{"brief"}, Resources: []string{"tides://today", "tides://ports/{name}"}, Operations: []string{"elicitation/create"}})
	text.ScheduleC.Limits = nil
	since := noon.AddDate(0, 0, -30)
	s := articles.State{ID: theAgreement, Texts: []*articles.Agreement{&text}, Life: agreement.Life{InForce: 1, Versions: []agreement.Version{{
		Number: 1, Manifest: "sha256:m", Terms: "sha256:t", Effective: since,
		Signatures: []agreement.Signature{{Party: agreement.A, At: since}, {Party: agreement.B, At: since}}}}}}
	s.Integration = integration.State{Production: true, Keys: map[string]integration.Key{}}
	h.addKey(&s, "summarise test", agreement.B, agreement.Test, agreement.Service, agreement.Synthetic)
	h.addKey(&s, "summarise", agreement.B, agreement.Production, agreement.Service, agreement.CustomerData)
	h.addKey(&s, "summarise second", agreement.B, agreement.Production, agreement.Service, agreement.CustomerData)
	h.addKey(&s, "embed", agreement.A, agreement.Production, agreement.Service, agreement.CustomerData)
	h.addKey(&s, "assist", agreement.B, agreement.Production, agreement.Service, agreement.CustomerData)
	h.addKey(&s, "tides", agreement.B, agreement.Production, agreement.Service, agreement.CustomerData)
	h.addKey(&s, "tides second", agreement.B, agreement.Production, agreement.Service, agreement.CustomerData)
	return s
}

// addKey issues a key; its name begins with the component it is for.
func (h *house) addKey(s *articles.State, name string, p agreement.Party, e agreement.Environment, use agreement.Purpose, class agreement.DataClass) {
	kind := access.Live
	if e == agreement.Test {
		kind = access.Test
	}
	k, err := access.Mint(kind, rand.Reader)
	must(h.t, err)
	h.keys[name] = k
	digest := k.Digest()
	component, _, _ := strings.Cut(name, " ")
	s.Integration.Keys["key_"+strings.ReplaceAll(name, " ", "_")] = integration.Key{ID: "key_" + strings.ReplaceAll(name, " ", "_"), Digest: hex.EncodeToString(digest[:]),
		Party: p, Component: component, Environment: e, Purpose: use, Class: class, Method: agreement.APIKey,
		Issued: noon.AddDate(0, 0, -20).Add(time.Duration(len(h.keys)) * time.Second), Expires: noon.AddDate(0, 0, 60)}
}

// change edits the agreement's state and publishes its policy, as the register would.
func (h *house) change(edit func(s *articles.State)) {
	h.mu.Lock()
	edit(&h.state)
	h.mu.Unlock()
	h.publish()
	h.gateway.Recheck()
}

func (h *house) publish() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.registry.set(policy.Compile(h.state, h.now))
}

func (h *house) text(edit func(t *articles.Agreement)) {
	h.change(func(s *articles.State) {
		text := *s.Texts[0]
		edit(&text)
		s.Texts = []*articles.Agreement{&text}
	})
}

func (h *house) limit(l performance.Limit) {
	if l.Component == "" {
		l.Component, l.Environment = "summarise", agreement.Production
	}
	h.text(func(t *articles.Agreement) { t.ScheduleC.Limits = append(t.ScheduleC.Limits, l) })
}

func (h *house) revoke(name string) {
	h.change(func(s *articles.State) {
		id := "key_" + strings.ReplaceAll(name, " ", "_")
		k := s.Integration.Keys[id]
		k.Revoked = h.now
		s.Integration.Keys[id] = k
	})
}

func (h *house) suspend() {
	h.change(func(s *articles.State) {
		s.Term = s.Term.Evolve(term.SuspensionBegan{Party: agreement.A, By: "per_1", Reason: "a test"}, h.now)
	})
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) answers(f http.HandlerFunc) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.serve = f
}

// A reply is an answer, read to its end.
type reply struct {
	*http.Response
	body []byte
	err  error // of reading the body
}

// request makes a call; headers are "Name: value".
func (h *house) request(method, path, key, body string, headers ...string) *http.Request {
	req, err := http.NewRequest(method, h.url+path, strings.NewReader(body))
	must(h.t, err)
	if body == "" {
		req.Body, req.ContentLength = nil, 0
	}
	req.Header.Set("Content-Type", "application/json")
	if k, ok := h.keys[key]; ok {
		req.Header.Set("Authorization", "Bearer "+k.Text().Reveal())
	} else if key != "" {
		req.Header.Set("Authorization", key)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Add(name, value)
	}
	return req
}

func (h *house) call(method, path, key, body string, headers ...string) reply {
	h.t.Helper()
	resp, err := h.client.Do(h.request(method, path, key, body, headers...))
	must(h.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return reply{resp, b, err}
}

// direct makes a call without a network.
func (h *house) direct(method, path, key string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Authorization", "Bearer "+h.keys[key].Text().Reveal())
	h.gateway.Handler().ServeHTTP(w, r)
	return w
}

// client makes no connection outlive a test, so that leaks show.
var client = &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}

const chat = "/summarise/v1/chat/completions"

func ask(stream bool) string {
	if stream {
		return `{"model":"calluna-extract-1","stream":true,"messages":[{"role":"user","content":"Tide tables."}]}`
	}
	return `{"model":"calluna-extract-1","messages":[{"role":"user","content":"Tide tables."}]}`
}

// records are all of them, also those that are open; but it waits until every record is final.
func (h *house) records() []meter.Record {
	h.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		var all []meter.Record
		for q := (meter.Query{Limit: meter.MaxLimit}); len(all)%meter.MaxLimit == 0; {
			page, next, err := h.meter.Usage(context.Background(), q)
			must(h.t, err)
			if all, q.After = append(all, page...), next; len(page) == 0 {
				break
			}
		}
		final := true
		for _, r := range all {
			final = final && r.State.Final()
		}
		if final || time.Now().After(deadline) {
			return all
		}
	}
}

// record is the only one there is.
func (h *house) record() meter.Record {
	h.t.Helper()
	all := h.records()
	if len(all) != 1 {
		h.t.Fatalf("%d usage records, want 1", len(all))
	}
	return all[0]
}

// A told is a problem as a client reads it.
type told struct {
	Type, Title, Detail, Instance, Code string
	Status                              int
	Violated                            []string `json:"violated-policies"`
	Agreement, Policy, Clause, Pointer  string
	Number                              string `json:"agreement_number"`
	Version                             int
	ClauseTitle                         string `json:"clause_title"`
	ClauseText                          string `json:"clause_text"`
	Error                               struct {
		Message, Type, Code string
		Param               *string
	}
}

func (r reply) problem(t testing.TB) told {
	t.Helper()
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("status %d with content type %q: %s", r.StatusCode, got, r.body)
	}
	var p told
	dec := json.NewDecoder(bytes.NewReader(r.body))
	dec.DisallowUnknownFields()
	must(t, dec.Decode(&p))
	if p.Status != r.StatusCode || p.Error.Message == "" || p.Error.Code != p.Code || p.Title == "" || p.Detail == "" {
		t.Errorf("status %d with the problem %s", r.StatusCode, r.body)
	}
	if p.Instance == "" || p.Instance != r.Header.Get("Entente-Request-Id") {
		t.Errorf("instance %q, Entente-Request-Id %q", p.Instance, r.Header.Get("Entente-Request-Id"))
	}
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
