package api_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/access/keyset"
	"entente/access/pace"
	"entente/access/service"
	"entente/access/sso"
	"entente/agreement"
	"entente/api"
	"entente/api/rest"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/margins"
	"entente/calendar"
	"entente/egress"
	"entente/events"
	"entente/files"
	"entente/gateway"
	"entente/handout"
	"entente/ledger"
	"entente/ledger/passkey"
	"entente/mail"
	"entente/meter"
	"entente/notary"
	"entente/quota"
	"entente/register"
	"entente/sqlite"
	"entente/statement"
	"entente/submission"
	"entente/webhooks"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// monday is when every test begins, on a day in the example agreement's life.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// A house is a whole node in a folder of its own, with its API on loopback.
type house struct {
	t         testing.TB
	api       *api.API
	register  *register.Register
	notary    *notary.Notary
	door      *access.Door
	accounts  *account.Book
	meter     *meter.Meter
	store     *sqlite.Store
	documents *files.Store
	streams   *events.Streams
	url       string
	dir       string
	operator  string
	logs      *logs
	form      *form

	mu  sync.Mutex
	now time.Time
}

func newHouse(t testing.TB) *house {
	dir := t.TempDir()
	h := &house{t: t, now: monday, logs: &logs{}, dir: dir}
	sealer, err := access.NewSealer(make([]byte, access.KEKBytes), rand.Reader)
	must(t, err)
	h.store, err = sqlite.Open(filepath.Join(dir, "entente.db"))
	must(t, err)
	h.documents = &files.Store{Dir: filepath.Join(dir, "documents")}
	h.register = &register.Register{Journal: h.store, Library: h.documents, Now: h.clock}
	must(t, h.register.Load(context.Background()))
	h.notary = &notary.Notary{Journal: h.store, Documents: h.documents, Register: h.register, Sealer: sealer,
		Keys: access.SealedKeys{Vault: h.store, Sealer: sealer}, Now: h.clock, Rand: rand.Reader, Name: "node.example"}
	k, err := access.Mint(access.API, rand.Reader)
	must(t, err)
	h.operator = k.Text().Reveal()
	h.door = &access.Door{Store: h.store, Register: h.register, Now: h.clock, Rand: rand.Reader, Operator: k.Digest()}
	h.meter, err = meter.Start(meter.Config{Dir: filepath.Join(dir, "usage"), Store: h.store, Now: h.clock, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), SegmentBytes: 1 << 20})
	must(t, err)
	upstreams := &gateway.Upstreams{Directory: h.store, Sealer: sealer, Policy: egress.Policy{Allow: []string{"127.0.0.1:7001"}, Ports: []uint16{443}}}
	must(t, upstreams.Load(context.Background()))
	h.streams = &events.Streams{Reader: events.Reader{Register: h.register, Source: func(ctx context.Context, id agreement.ID) ledger.Source { return h.store.Source(ctx, id) }}, Bell: &events.Bell{}}
	h.register.Changed = func(v *register.View) { h.streams.Bell.Ring(v.State.ID) }
	h.accounts = &account.Book{Passkeys: h.store, Vault: h.store, Spent: h.store, Door: h.door, Sealer: sealer, Site: passkey.Site{Origin: "https://node.example"}, Log: slog.New(slog.NewTextHandler(h.logs, nil)),
		Mail: &mail.Queue{Store: h.store, Sealer: sealer, Now: h.clock, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(h.logs, nil))}}
	h.api = &api.API{Register: h.register, Notary: h.notary, Clerk: &submission.Clerk{Register: h.register, Notary: h.notary}, Door: h.door, Accounts: h.accounts, Usage: h.meter, Receipts: &statement.Desk{Store: h.store, Source: h.store.Source, Open: h.meter.Find}, Refused: h.store.Refused, Room: (&gateway.Gateway{Quotas: &quota.Book{Meter: h.meter}, Upstreams: upstreams}).Room, Levels: statement.Desk{Store: h.store}.Levels, Documents: h.documents, Upstreams: upstreams, KeySets: &keyset.Book{Now: h.clock}, Notebook: &access.Notebook{Store: h.store, Sealer: sealer, Now: h.clock, Rand: rand.Reader}, Answers: h.store, Now: h.clock,
		Source: func(ctx context.Context, id agreement.ID) ledger.Source { return h.store.Source(ctx, id) },
		Live: func(context.Context, agreement.ID) (margins.Live, error) {
			return margins.Live{Now: h.clock()}, nil
		},
		Handout: &handout.Desk{Reader: h.streams.Reader, Door: h.door, Usage: h.meter, Now: h.clock},
		Events:  h.streams, Shelf: h.store, Cabinet: h.store, Webhooks: h.courier(sealer), Used: h.store.LastUse, Log: slog.New(slog.NewTextHandler(h.logs, nil)), Witness: h.witness(), Rate: pace.Rate{Burst: 1_000_000, PerMinute: 1_000_000}}
	h.api.Services = &service.Desk{Door: h.door, Vault: h.store, Sealer: sealer, Spent: h.store, Keys: h.api.KeySets, Origin: "https://node.example", Log: slog.New(slog.NewTextHandler(h.logs, nil)), Made: h.accounts.TokenMade}
	h.api.SignIn = &sso.Desk{Vault: h.store, Sealer: sealer, Accounts: h.accounts, Keys: h.api.KeySets, Now: h.clock, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(h.logs, nil))}
	h.form = newForm(t, h.api)
	t.Cleanup(func() {
		must(t, h.meter.Stop(context.Background()))
		must(t, h.store.Close())
	})
	h.restart()
	return h
}

// courier sends webhooks to one port of this machine.
func (h *house) courier(sealer *access.Sealer) *webhooks.Courier {
	policy := egress.Policy{Allow: []string{hookPort}}
	via := policy.RoundTripper()
	h.t.Cleanup(func() { (&http.Client{Transport: via}).CloseIdleConnections() })
	book := &webhooks.Book{Store: h.store, Queue: h.store, Sealer: sealer, Policy: policy, Now: h.clock, Rand: rand.Reader}
	return &webhooks.Courier{Book: book, Reader: h.streams.Reader, Via: via, Log: slog.New(slog.DiscardHandler)}
}

// hookPort is where tests let webhooks be: a port of this process, at which somebody listens while a test does.
var hookPort = func() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { _ = http.Serve(l, http.HandlerFunc(receive)) }()
	return l.Addr().String()
}()

// receiving answers at the hookPort; nil where no test listens.
var receiving atomic.Pointer[http.HandlerFunc]

func receive(w http.ResponseWriter, r *http.Request) {
	if answer := receiving.Load(); answer != nil {
		(*answer)(w, r)
		return
	}
	panic(http.ErrAbortHandler)
}

// restart answers from a new API, which remembers nothing, over the same store.
func (h *house) restart() {
	a := h.api
	h.api = &api.API{Register: a.Register, Notary: a.Notary, Clerk: a.Clerk, Door: a.Door, Accounts: a.Accounts, Usage: a.Usage, Receipts: a.Receipts, Refused: a.Refused, Room: a.Room, Levels: a.Levels, Source: a.Source, Documents: a.Documents,
		Upstreams: a.Upstreams, KeySets: a.KeySets, Notebook: a.Notebook, Answers: a.Answers, Events: a.Events, Live: a.Live, Used: a.Used, Now: a.Now, Log: a.Log, Witness: a.Witness, Rate: a.Rate}
	h.api.Webhooks, h.api.Shelf, h.api.Cabinet, h.api.Handout = a.Webhooks, a.Shelf, a.Cabinet, a.Handout
	h.api.SignIn, h.api.Services = a.SignIn, a.Services
	srv := httptest.NewServer(h.api.Handler())
	h.t.Cleanup(srv.Close)
	h.url = srv.URL
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(time.Millisecond)
	return h.now
}

// logs collects what the node logs, for many goroutines.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// An answer is what the node said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request: body is nil, a string to be sent as it is, or a value to be sent as JSON.
// headers are pairs of name and value. Every answer is held to the OpenAPI document.
func (h *house) do(token, method, path string, body any, headers ...string) answer {
	h.t.Helper()
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		must(h.t, err)
		content = bytes.NewReader(raw)
	}
	r, err := http.NewRequest(method, h.url+path, content)
	must(h.t, err)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header[http.CanonicalHeaderKey(headers[i])] = append(r.Header[http.CanonicalHeaderKey(headers[i])], headers[i+1])
	}
	if v := r.Header["Content-Type"]; len(v) > 1 {
		r.Header["Content-Type"] = v[1:]
	}
	res, err := client.Do(r)
	must(h.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(h.t, err)
	a := answer{res.StatusCode, res.Header, b}
	h.form.check(h.t, method, path, a)
	return a
}

var client = &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// ok is do for what must work, read into out, which may be nil.
func (h *house) ok(token, method, path string, body, out any, headers ...string) answer {
	h.t.Helper()
	a := h.do(token, method, path, body, headers...)
	if a.status/100 != 2 {
		h.t.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
	}
	if out != nil {
		must(h.t, json.Unmarshal(a.body, out))
	}
	return a
}

// refused is do for what must be refused with a status and, unless it is empty, under a clause.
func (h *house) refused(status int, clause, token, method, path string, body any, headers ...string) rest.Problem {
	h.t.Helper()
	a := h.do(token, method, path, body, headers...)
	var p rest.Problem
	if a.status == status {
		must(h.t, json.Unmarshal(a.body, &p))
	}
	if a.status != status || string(p.Clause) != clause {
		h.t.Fatalf("%s %s: got %d, want %d under clause %q: %s", method, path, a.status, status, clause, a.body)
	}
	return p
}

// A partnership is an agreement on the node with a token for each of its people.
type partnership struct {
	id     string
	people map[string]string // tokens by the file's id of the person
}

// the people of the example who are needed most
const (
	signatoryA, technicalA, securityA, legalA, financeA = "mara-voss", "jonas-lindqvist", "nele-brandt", "tobias-reuter", "finn-petersen"
	signatoryB, technicalB, securityB, legalB, financeB = "aoife-kearney", "declan-moran", "saoirse-burke", "conor-whelan", "padraig-nolan"
)

func example() articles.Agreement { return draft.Example(calendar.DateOf(monday)) }

// proposal is the body by which an agreement is proposed.
func proposal(a articles.Agreement) map[string]any {
	attachments := map[string][]byte{}
	for _, at := range a.Agreement.Attachments {
		attachments[at.Name] = draft.Attachments()[at.File]
	}
	return map[string]any{"file": string(draft.Write(a)), "name": "agreement.yaml", "attachments": attachments}
}

// propose opens an agreement as the operator does, and makes a token for each of its people.
func (h *house) propose(a articles.Agreement) partnership {
	h.t.Helper()
	var opened struct{ ID string }
	h.ok(h.operator, "POST", "/api/v1/agreements", proposal(a), &opened)
	p := partnership{opened.ID, map[string]string{}}
	for _, person := range a.Governance.People {
		var made struct{ Secret string }
		h.ok(h.operator, "POST", "/api/v1/tokens", map[string]string{"agreement": opened.ID, "person": person.ID, "label": "test"}, &made)
		p.people[person.ID] = made.Secret
	}
	return p
}

// settle is propose, and both sign.
func (h *house) settle(a articles.Agreement) partnership {
	h.t.Helper()
	p := h.propose(a)
	for _, person := range []string{signatoryA, signatoryB} {
		h.ok(p.people[person], "POST", "/api/v1/agreements/"+p.id+"/signatures", h.latest(p), nil)
	}
	return p
}

// latest is the body by which the node signs the version proposed last.
func (h *house) latest(p partnership) map[string]string {
	v, err := h.register.View(agreement.ID(p.id))
	must(h.t, err)
	l, _ := v.State.Life.Latest()
	return map[string]string{"manifest": l.Manifest}
}

// other is the example between the same companies under another number.
func other() articles.Agreement {
	a := example()
	a.Agreement.Number = "CT-2026-008"
	return a
}

// A form is the OpenAPI document as a judge of answers.
type form struct {
	operations map[*regexp.Regexp]map[string]map[string]shape // by path, method and status
	problem    *jsonschema.Schema
}

// A shape is what an answer is described as: its kinds, and what it has as application/json, nil if it is never that.
type shape struct {
	kinds []string
	json  *jsonschema.Schema
}

var inBraces = regexp.MustCompile(`\{[a-z]+\}`)

func newForm(t testing.TB, a *api.API) *form {
	raw, err := a.OpenAPI()
	must(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	must(t, err)
	closeShapes(doc)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	must(t, c.AddResource("mem:api", doc))
	compile := func(pointer ...string) *jsonschema.Schema {
		for i, p := range pointer {
			pointer[i] = strings.NewReplacer("~", "~0", "/", "~1").Replace(p)
		}
		s, err := c.Compile("mem:api#/" + strings.ReplaceAll(strings.ReplaceAll(strings.Join(pointer, "/"), "{", "%7B"), "}", "%7D"))
		must(t, err)
		return s
	}
	f := &form{operations: map[*regexp.Regexp]map[string]map[string]shape{}, problem: compile("components", "schemas", "Problem")}
	for path, item := range doc.(map[string]any)["paths"].(map[string]any) {
		methods := map[string]map[string]shape{}
		for method, op := range item.(map[string]any) {
			answers := map[string]shape{}
			for status, response := range op.(map[string]any)["responses"].(map[string]any) {
				content, _ := response.(map[string]any)["content"].(map[string]any)
				one := shape{kinds: slices.Collect(maps.Keys(content))}
				if content["application/json"] != nil {
					one.json = compile("paths", path, method, "responses", status, "content", "application/json", "schema")
				}
				if one.json != nil || status[0] == '2' {
					answers[status] = one
				}
			}
			methods[strings.ToUpper(method)] = answers
		}
		pattern := inBraces.ReplaceAllString(strings.ReplaceAll(regexp.QuoteMeta(path), `\`, ``), `[^/?]+`)
		pattern = strings.Replace(pattern, `tile/[^/?]+/[^/?]+`, `tile/[0-9]+/[^?]+`, 1)
		pattern = strings.Replace(pattern, `tile/entries/[^/?]+`, `tile/entries/[^?]+`, 1)
		f.operations[regexp.MustCompile(`^`+pattern+`(\?.*)?$`)] = methods
	}
	return f
}

// closeShapes lets an answer have no member that the document does not describe.
func closeShapes(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, open := v["additionalProperties"]; !open && v["type"] == "object" && v["properties"] != nil {
			v["additionalProperties"] = false
		}
		for _, inner := range v {
			closeShapes(inner)
		}
	case []any:
		for _, inner := range v {
			closeShapes(inner)
		}
	}
}

// check holds an answer to the document: a success has a shape that is described, everything else is
// a problem, and no answer lets a browser guess.
func (f *form) check(t testing.TB, method, path string, a answer) {
	t.Helper()
	if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Entente-Request-Id") == "" {
		t.Errorf("%s %s: headers are missing: %v", method, path, a.header)
	}
	if a.status >= 400 {
		f.checkProblem(t, method, path, a)
		return
	}
	patterns := slices.SortedFunc(maps.Keys(f.operations), func(a, b *regexp.Regexp) int { // a path that is written out before one with a part left open
		return cmp.Compare(strings.Count(a.String(), "["), strings.Count(b.String(), "["))
	})
	for _, pattern := range patterns {
		methods := f.operations[pattern]
		if !pattern.MatchString(path) {
			continue
		}
		said, described := methods[method][strconv.Itoa(a.status)]
		if !described {
			t.Errorf("%s %s: the document does not describe status %d", method, path, a.status)
			return
		}
		kind := a.header.Get("Content-Type")
		if len(a.body) > 0 && !slices.Contains(said.kinds, kind) && !slices.Contains(said.kinds, "application/octet-stream") { // whatever bytes
			t.Errorf("%s %s: the document describes %q, and not %s", method, path, said.kinds, kind)
		}
		if kind != "application/json" || said.json == nil {
			return
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.body))
		if err == nil {
			err = said.json.Validate(v)
		}
		if err != nil {
			t.Errorf("%s %s: the answer is not as described: %v\n%s", method, path, err, a.body)
		}
		return
	}
	t.Errorf("%s %s answered %d and is not in the document", method, path, a.status)
}

func (f *form) checkProblem(t testing.TB, method, path string, a answer) {
	t.Helper()
	if a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %s: %d is no problem but %s: %s", method, path, a.status, a.header.Get("Content-Type"), a.body)
		return
	}
	if method == http.MethodHead {
		return
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.body))
	if err == nil {
		err = f.problem.Validate(v)
	}
	var p rest.Problem
	if err == nil {
		err = json.Unmarshal(a.body, &p)
	}
	if err != nil || p.Status != a.status || p.Instance != a.header.Get("Entente-Request-Id") || !strings.HasPrefix(p.Type, "urn:entente:problem:") {
		t.Errorf("%s %s: not a problem as described: %v\n%s", method, path, err, a.body)
	}
}

type apiFinding = rest.Finding
