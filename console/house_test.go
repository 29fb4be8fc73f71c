package console_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/access/keyset"
	"entente/access/service"
	"entente/access/sso"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/margins"
	"entente/articles/signing"
	"entente/calendar"
	"entente/console"
	"entente/egress"
	"entente/events"
	"entente/files"
	"entente/gateway"
	"entente/handout"
	"entente/ledger"
	"entente/ledger/passkey"
	"entente/ledger/seal"
	"entente/mail"
	"entente/notary"
	"entente/register"
	"entente/sqlite"
	"entente/submission"
	"entente/webhooks"
)

// start is the first moment of every house.
var start = time.Date(2026, 11, 23, 13, 30, 0, 0, time.UTC)

// A house is a real node without its gateway: SQLite and files in a folder of the test's own.
type house struct {
	t         testing.TB
	store     *sqlite.Store
	documents *files.Store
	register  *register.Register
	notary    *notary.Notary
	door      *access.Door
	console   *console.Console
	accounts  *account.Book
	handler   http.Handler
	streams   *events.Streams
	live      margins.Live
	seen      seen
	receiver  *httptest.Server // of webhooks
	answers   atomic.Int32     // the status that it answers
	liveError error
	log       *bytes.Buffer

	mu  sync.Mutex
	now time.Time
}

func newHouse(t testing.TB) *house {
	dir := t.TempDir()
	store, err := sqlite.Open(filepath.Join(dir, "entente.db"))
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	sealer, err := access.NewSealer(bytes.Repeat([]byte{7}, access.KEKBytes), rand.Reader)
	must(t, err)
	h := &house{t: t, store: store, documents: &files.Store{Dir: filepath.Join(dir, "documents")}, now: start, log: &bytes.Buffer{}}
	h.register = &register.Register{Journal: store, Library: h.documents, Now: h.Now}
	h.notary = &notary.Notary{Journal: store, Documents: h.documents, Register: h.register, Sealer: sealer,
		Keys: access.SealedKeys{Vault: store, Sealer: sealer}, Now: h.Now, Rand: rand.Reader, Name: "node.example"}
	h.door = &access.Door{Store: store, Register: h.register, Now: h.Now, Rand: rand.Reader}
	h.accounts = &account.Book{Passkeys: store, Vault: store, Spent: store, Door: h.door, Sealer: sealer, Site: passkey.Site{Origin: "http://localhost:8610"},
		Mail: &mail.Queue{Store: store, Sealer: sealer, Now: h.Now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(h.log, nil))}, Log: slog.New(slog.NewTextHandler(h.log, nil))}
	source := func(ctx context.Context, id agreement.ID) ledger.Source { return store.Source(ctx, id) }
	h.streams = &events.Streams{Reader: events.Reader{Register: h.register, Source: source}, Bell: &events.Bell{}}
	h.register.Changed = func(v *register.View) { h.streams.Bell.Ring(v.State.ID) }
	companies := &sso.Desk{Vault: store, Sealer: sealer, Accounts: h.accounts, Keys: &keyset.Book{Now: h.Now}, Now: h.Now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(h.log, nil))}
	h.console = &console.Console{SignIn: companies, Streams: h.streams, Calls: h.calls(), Notebook: &access.Notebook{Store: store, Sealer: sealer, Now: h.Now, Rand: rand.Reader}, Register: h.register, Notary: h.notary, Door: h.door, Accounts: h.accounts, Drawer: &access.Drawer{Vault: store, Sealer: sealer}, Clerk: &submission.Clerk{Register: h.register, Notary: h.notary}, Now: h.Now, Log: slog.New(slog.NewTextHandler(h.log, nil)), Gateway: "https://gateway.example", Seen: &h.seen, Shelf: store, Cabinet: store, Answers: store, Handout: &handout.Desk{Reader: h.streams.Reader, Door: h.door, Usage: store, Now: h.Now},
		Live:   func(context.Context, agreement.ID) (margins.Live, error) { return h.live, h.liveError },
		Source: source}
	h.console.Upstreams = &gateway.Upstreams{Directory: store, Sealer: sealer}
	h.console.Courier = h.courier(sealer)
	h.console.Services = &service.Desk{Door: h.door, Vault: store, Sealer: sealer, Spent: store, Keys: companies.Keys, Origin: "https://node.example", Log: companies.Log, Made: h.accounts.TokenMade}
	h.handler = h.console.Handler()
	return h
}

// courier sends webhooks to a receiver of the test's own.
func (h *house) courier(sealer *access.Sealer) *webhooks.Courier {
	h.answers.Store(http.StatusNoContent)
	h.receiver = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(int(h.answers.Load())) }))
	h.t.Cleanup(h.receiver.Close)
	policy := egress.Policy{Allow: []string{strings.TrimPrefix(h.receiver.URL, "http://")}}
	via := policy.RoundTripper()
	h.t.Cleanup(func() { (&http.Client{Transport: via}).CloseIdleConnections() })
	return &webhooks.Courier{Book: &webhooks.Book{Store: h.store, Queue: h.store, Sealer: sealer, Policy: policy, Now: h.Now, Rand: rand.Reader},
		Reader: h.streams.Reader, Via: via, Log: slog.New(slog.DiscardHandler)}
}

func (h *house) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// today is the civil date of the house's first day.
var today = calendar.DateOf(start)

// propose opens an agreement, if id is empty, and puts a version before its parties.
func (h *house) propose(id agreement.ID, a articles.Agreement, previous *seal.Digest) agreement.ID {
	h.t.Helper()
	ctx := h.t.Context()
	if id == "" {
		var err error
		id, err = h.notary.Open(ctx)
		must(h.t, err)
	}
	p, err := signing.Bind(a, previous)
	must(h.t, err)
	_, err = h.notary.Propose(ctx, notary.Order{Agreement: id, Actor: articles.Actor{Party: agreement.Host, ID: "operator"}},
		notary.Proposal{File: draft.Write(a), Package: p, Attachments: attached(a)})
	must(h.t, err)
	return id
}

// attached are the attachments of an agreement that are the example's.
func attached(a articles.Agreement) map[string][]byte {
	all := map[string][]byte{}
	for _, at := range a.Agreement.Attachments {
		for _, content := range draft.Attachments() {
			if seal.Sum(content).String() == at.Digest {
				all[at.Name] = content
			}
		}
	}
	return all
}

// signed is the example agreement, proposed and signed by both parties.
func (h *house) signed(a articles.Agreement) agreement.ID {
	h.t.Helper()
	id := h.propose("", a, nil)
	h.sign(id)
	return id
}

func (h *house) sign(id agreement.ID) {
	h.t.Helper()
	for _, p := range agreement.Both {
		_, err := h.notary.SignHere(h.t.Context(), notary.Order{Agreement: id, Actor: h.holder(id, p, agreement.Signatory)}, h.manifest(id))
		must(h.t, err)
	}
}

// manifest is what the version proposed last is signed by.
func (h *house) manifest(id agreement.ID) string {
	h.t.Helper()
	v, err := h.register.View(id)
	must(h.t, err)
	latest, _ := v.State.Life.Latest()
	return latest.Manifest
}

// holder is the first person who has a role for a party; the roles are all that they have.
func (h *house) holder(id agreement.ID, p agreement.Party, r agreement.Role) articles.Actor {
	h.t.Helper()
	v, err := h.register.View(id)
	must(h.t, err)
	latest := v.State.Texts[len(v.State.Texts)-1].Frame()
	for _, person := range latest.Holders(p, r) {
		if m, ok := v.Member(person.ID); ok {
			return articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}
		}
	}
	h.t.Fatalf("nobody is %s for %s", r, p)
	return articles.Actor{}
}

// A browser is one person's, with a session or without.
type browser struct {
	h       *house
	session string
	header  http.Header
}

func (h *house) stranger() *browser { return &browser{h: h, header: http.Header{}} }

// enters is the browser of a person who has entered.
func (h *house) enters(id agreement.ID, who articles.Actor) *browser {
	h.t.Helper()
	k, _, err := h.door.Issue(h.t.Context(), access.Session, id, who.ID, "test", access.SessionLife)
	must(h.t, err)
	b := h.stranger()
	b.session = k.Text().Reveal()
	return b
}

// as is the browser of the first person who has a role for a party.
func (h *house) as(id agreement.ID, p agreement.Party, r agreement.Role) *browser {
	h.t.Helper()
	return h.enters(id, h.holder(id, p, r))
}

func (b *browser) do(r *http.Request) *http.Response {
	if b.session != "" {
		r.AddCookie(&http.Cookie{Name: "entente_session", Value: b.session})
	}
	for name, values := range b.header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	b.h.handler.ServeHTTP(w, r)
	return w.Result()
}

func (b *browser) get(path string) (*http.Response, string) {
	b.h.t.Helper()
	return read(b.h.t, b.do(httptest.NewRequest("GET", path, nil)))
}

func (b *browser) post(path string, form url.Values) (*http.Response, string) {
	b.h.t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return read(b.h.t, b.do(r))
}

func read(t testing.TB, res *http.Response) (*http.Response, string) {
	t.Helper()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	return res, string(body)
}

// link is a one-time link for a person.
func (h *house) link(id agreement.ID, who articles.Actor) string {
	h.t.Helper()
	k, _, err := h.door.Issue(h.t.Context(), access.Link, id, who.ID, "test", access.LinkLife)
	must(h.t, err)
	return k.Text().Reveal()
}

// anyKey is a form's key.
func anyKey(n int) string { return fmt.Sprintf("%032x", n) }

// size is how many entries the ledger has.
func (h *house) size(id agreement.ID) int64 {
	h.t.Helper()
	v, err := h.register.View(id)
	must(h.t, err)
	return v.Size
}
