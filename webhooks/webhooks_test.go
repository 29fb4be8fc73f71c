package webhooks_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/egress"
	"entente/events"
	"entente/events/eventstest"
	"entente/sqlite"
	"entente/tests/left"
	"entente/webhooks"

	"github.com/google/go-cmp/cmp"
)

func TestMain(m *testing.M) { os.Exit(left.Nothing(m)) }

// A post is a courier over a real store, a ledger that grows, and a receiver.
type post struct {
	*testing.T
	*webhooks.Courier
	ledger   eventstest.Ledger
	dir      string
	store    *sqlite.Store
	url      string
	answer   func(n int) int // the status of the n-th message, from 1
	place    events.Place    // behind which hooks begin
	mu       sync.Mutex
	now      time.Time
	received []message
}

type message struct {
	id, at, signature, kind string
	body                    []byte
}

func newPost(t *testing.T) *post {
	p := &post{T: t, dir: t.TempDir(), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), answer: func(int) int { return http.StatusOK }}
	p.ledger.Grow(t, 3)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		p.mu.Lock()
		p.received = append(p.received, message{r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Timestamp"), r.Header.Get("Webhook-Signature"), r.Header.Get("Content-Type"), body})
		n := len(p.received)
		p.mu.Unlock()
		w.WriteHeader(p.answer(n))
	}))
	t.Cleanup(srv.Close)
	p.url = srv.URL
	p.open()
	return p
}

func (p *post) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *post) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}

// open is what a node does at its start: it remembers nothing but what is on disk.
func (p *post) open() {
	p.Helper()
	var err error
	p.store, err = sqlite.Open(filepath.Join(p.dir, "entente.db"))
	p.must(err)
	p.Cleanup(func() { p.store.Close() })
	sealer, err := access.NewSealer(bytes.Repeat([]byte{5}, access.KEKBytes), rand.Reader)
	p.must(err)
	policy := egress.Policy{Allow: []string{strings.TrimPrefix(p.url, "http://")}}
	via := policy.RoundTripper()
	p.Cleanup(func() { (&http.Client{Transport: via}).CloseIdleConnections() })
	p.Courier = &webhooks.Courier{Book: &webhooks.Book{Store: p.store, Queue: p.store, Sealer: sealer, Policy: policy, Now: p.clock, Rand: rand.Reader},
		Reader: p.ledger.Reader(), Via: via, Log: slog.New(slog.DiscardHandler)}
}

func (p *post) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func caller(party agreement.Party) access.Caller {
	return access.Caller{Agreement: eventstest.ID, Actor: articles.Actor{Party: party, ID: "per_" + string(party)}}
}

func (p *post) add(types ...string) (h webhooks.Hook, s webhooks.Secrets) {
	p.Helper()
	p.must(p.Add(p.Context(), caller(agreement.A), p.url+"/hook", types, p.place, func(made webhooks.Hook, secrets webhooks.Secrets) (access.Answer, error) {
		h, s = made, secrets
		return access.Answer{}, nil
	}))
	return h, s
}

// round queues and carries what is due now, once.
func (p *post) round() {
	p.Helper()
	p.must(p.Fill(p.Context()))
	hooks, err := p.store.Hooks(p.Context(), "")
	p.must(err)
	due, err := p.store.Due(p.Context(), p.clock().Add(time.Microsecond), 20)
	p.must(err)
	for _, h := range hooks {
		if h.Disabled == "" {
			p.must(p.Carry(p.Context(), h, slices.DeleteFunc(slices.Clone(due), func(d webhooks.Delivery) bool { return d.Hook != h.ID })))
		}
	}
}

func (p *post) ids() (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.received {
		all = append(all, m.id)
	}
	return all
}

func (p *post) stand(h webhooks.Hook) (all []string) {
	p.Helper()
	found, err := p.store.Deliveries(p.Context(), h.ID, "", -1, 100)
	p.must(err)
	for _, d := range found {
		all = append(all, events.IDOf(eventstest.ID, d.Position)+" "+string(d.State)+" "+d.Said)
	}
	return all
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

const one, two = string(eventstest.ID) + "-1", string(eventstest.ID) + "-2"

// What happens behind the hook's making is sent, once each, as a CloudEvent with both signatures.
func TestEventsAreSentOnceAndSigned(t *testing.T) {
	p := newPost(t)
	h, s := p.add("entente.x.*")
	p.add("entente.other.*") // which nothing is for
	p.round()
	p.round()
	same(t, "sent", []string{one, two}, p.ids())
	same(t, "noted", []string{one + " delivered 200", two + " delivered 200"}, p.stand(h))
	m := p.received[0]
	var e events.Event
	p.must(json.Unmarshal(m.body, &e))
	if e.ID != m.id || e.Data.Position != 1 || m.kind != events.MediaType || m.at != "1795424400" {
		t.Errorf("message %+v holds %+v", m, e)
	}
	verify(t, m, s)
}

// verify holds a message to the secrets, as Standard Webhooks says.
func verify(t *testing.T, m message, s webhooks.Secrets) {
	t.Helper()
	content := []byte(m.id + "." + m.at + "." + string(m.body))
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Shared.Reveal(), "whsec_"))
	if err != nil || len(key) < 24 {
		t.Fatalf("the secret has %d bytes: %v", len(key), err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(content)
	public, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Public, "whpk_"))
	if err != nil {
		t.Fatal(err)
	}
	var symmetric, asymmetric bool
	for one := range strings.FieldsSeq(m.signature) {
		version, text, _ := strings.Cut(one, ",")
		signature, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		symmetric = symmetric || version == "v1" && hmac.Equal(signature, mac.Sum(nil))
		asymmetric = asymmetric || version == "v1a" && ed25519.Verify(public, content, signature)
	}
	if !symmetric || !asymmetric {
		t.Errorf("of %q the symmetric signature holds: %v, the asymmetric: %v", m.signature, symmetric, asymmetric)
	}
}

// An event that is not taken is tried by the standard's schedule under one id, over three days, then set aside, and
// sent once more when somebody asks for it.
func TestTheScheduleAndTheDeadLetter(t *testing.T) {
	p := newPost(t)
	p.answer = func(int) int { return http.StatusInternalServerError }
	p.place = 1
	h, _ := p.add()
	var waited []string
	for range 40 {
		p.round()
		if strings.Contains(p.stand(h)[0], "dead") {
			break
		}
		before := len(p.ids())
		found, err := p.store.Deliveries(t.Context(), h.ID, "", -1, 1)
		p.must(err)
		pause := found[0].Due.Sub(p.clock())
		waited = append(waited, pause.String())
		p.pass(pause - time.Second)
		p.round()
		same(t, "attempts before their time", before, len(p.ids()))
		p.pass(time.Second)
	}
	same(t, "pauses", []string{"5s", "5m0s", "30m0s", "2h0m0s", "5h0m0s", "10h0m0s", "14h0m0s", "20h0m0s", "24h0m0s"}, waited)
	same(t, "attempts", 10, len(p.ids()))
	for _, id := range p.ids() {
		same(t, "the id of an attempt", two, id)
	}
	p.pass(1000 * time.Hour)
	p.round()
	same(t, "attempts after the last", 10, len(p.ids()))
	p.answer = func(int) int { return http.StatusAccepted }
	again, err := p.Replay(t.Context(), h, -1)
	p.must(err)
	p.round()
	same(t, "sent again", 1, again)
	same(t, "noted", []string{two + " delivered 202"}, p.stand(h))
	same(t, "the id of the replay", two, p.ids()[10])
}

// A node that ends after a message was sent, and before that was written down, sends it again under the same id, with
// the same content; what was written down is not sent again.
func TestAfterACrash(t *testing.T) {
	p := newPost(t)
	h, s := p.add()
	ctx, crash := context.WithCancel(t.Context())
	p.must(p.Fill(ctx))
	due, err := p.store.Due(ctx, p.clock().Add(time.Microsecond), 20)
	p.must(err)
	p.answer = func(n int) int {
		if n == 2 {
			crash()
		}
		return http.StatusOK
	}
	p.must(p.Carry(ctx, h, due))
	p.must(p.store.Close())
	p.open()
	p.answer = func(int) int { return http.StatusOK }
	p.pass(time.Minute)
	p.round()
	same(t, "sent", []string{one, two, two}, p.ids())
	same(t, "the content", string(p.received[1].body), string(p.received[2].body))
	same(t, "noted", []string{one + " delivered 200", two + " delivered 200"}, p.stand(h))
	verify(t, p.received[2], s)
}

// A receiver that answers 410 gets nothing more, and what happens meanwhile is sent when the hook goes on.
func TestAReceiverThatIsGone(t *testing.T) {
	p := newPost(t)
	p.answer = func(int) int { return http.StatusGone }
	h, _ := p.add()
	p.round()
	p.pass(time.Hour)
	p.ledger.Grow(t, 4)
	p.round()
	same(t, "sent", []string{one}, p.ids())
	h, err := p.Find(t.Context(), caller(agreement.A), h.ID)
	p.must(err)
	if !strings.Contains(h.Disabled, "410") {
		t.Errorf("disabled: %q", h.Disabled)
	}
	p.answer = func(int) int { return http.StatusNoContent }
	_, err = p.Replay(t.Context(), h, -1)
	p.must(err)
	p.round()
	same(t, "sent in all", []string{one, two, one, string(eventstest.ID) + "-3"}, p.ids())
}

// A hook that its party has paused gets nothing, and when it is resumed everything that happened meanwhile, once.
func TestAPausedHookLosesNothing(t *testing.T) {
	p := newPost(t)
	h, _ := p.add()
	found := func() webhooks.Hook {
		h, err := p.Find(t.Context(), caller(agreement.A), h.ID)
		p.must(err)
		return h
	}
	p.must(p.Fill(t.Context())) // two events wait
	p.must(p.Pause(t.Context(), h))
	p.ledger.Grow(t, 4)
	p.round()
	p.pass(time.Hour)
	p.round()
	same(t, "sent while it is paused", 0, len(p.ids()))
	same(t, "why", "your party has paused it", found().Disabled)
	p.must(p.Resume(t.Context(), found()))
	p.round()
	p.round()
	same(t, "sent in all", []string{one, two, string(eventstest.ID) + "-3"}, p.ids())
	same(t, "why nothing is sent", "", found().Disabled)
	p.answer = func(int) int { return http.StatusGone }
	p.ledger.Grow(t, 5)
	p.round()
	p.must(p.Pause(t.Context(), found()))
	if why := found().Disabled; !strings.Contains(why, "410") {
		t.Errorf("what the receiver said is forgotten: %q", why)
	}
}

// A hook that is removed or paused while its receiver is being asked gets nothing more, though more was due.
func TestNothingIsSentBehindTheEnd(t *testing.T) {
	for name, end := range map[string]func(p *post, h webhooks.Hook) error{
		"removed": func(p *post, h webhooks.Hook) error { return p.Remove(p.Context(), h, access.Answer{}) },
		"paused":  func(p *post, h webhooks.Hook) error { return p.Pause(p.Context(), h) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			h, _ := p.add()
			p.answer = func(int) int {
				p.must(end(p, h))
				return http.StatusOK
			}
			p.round() // two are due
			same(t, "sent", []string{one}, p.ids())
		})
	}
}

// For a day both secrets sign; then the new one alone.
func TestSecretsAreReplaced(t *testing.T) {
	p := newPost(t)
	h, before := p.add()
	var after webhooks.Secrets
	p.must(p.Rotate(t.Context(), h, func(s webhooks.Secrets, until time.Time) (access.Answer, error) {
		after = s
		return access.Answer{}, nil
	}))
	p.round()
	for _, s := range []webhooks.Secrets{before, after} {
		verify(t, p.received[0], s)
	}
	p.pass(24 * time.Hour)
	p.ledger.Grow(t, 4)
	p.round()
	last := p.received[len(p.received)-1]
	verify(t, last, after)
	if n := len(strings.Fields(last.signature)); n != 2 {
		t.Errorf("%d signatures after the handover", n)
	}
}

// Secrets that are replaced while a receiver is being asked stay replaced, whatever it answers.
func TestSecretsAreReplacedMeanwhile(t *testing.T) {
	p := newPost(t)
	h, _ := p.add()
	var after webhooks.Secrets
	p.answer = func(int) int {
		p.must(p.Rotate(t.Context(), h, func(s webhooks.Secrets, _ time.Time) (access.Answer, error) {
			after = s
			return access.Answer{}, nil
		}))
		return http.StatusGone
	}
	p.round()
	p.answer = func(int) int { return http.StatusNoContent }
	h, err := p.Find(t.Context(), caller(agreement.A), h.ID)
	p.must(err)
	_, err = p.Replay(t.Context(), h, -1)
	p.must(err)
	p.round()
	verify(t, p.received[len(p.received)-1], after)
}

// Nobody sees the other party's hooks; addresses inside are refused; there are so many; secrets are nowhere in the file.
func TestHooksAreTheirPartys(t *testing.T) {
	p := newPost(t)
	h, s := p.add()
	if _, err := p.Find(t.Context(), caller(agreement.B), h.ID); err != webhooks.ErrUnknown {
		t.Errorf("the other party finds it: %v", err)
	}
	none := func(webhooks.Hook, webhooks.Secrets) (access.Answer, error) { return access.Answer{}, nil }
	for _, url := range []string{"http://127.0.0.1:1/", "https://10.0.0.1/", "https://localhost/", "https://a:b@example.com/", "ftp://example.com/", "https://example.com/" + strings.Repeat("x", 2000)} {
		if err := p.Add(t.Context(), caller(agreement.A), url, nil, 0, none); !errors.Is(err, webhooks.ErrURL) {
			t.Errorf("%.40s: %v", url, err)
		}
	}
	for range 19 {
		p.add()
	}
	if err := p.Add(t.Context(), caller(agreement.A), p.url, nil, 0, none); err != webhooks.ErrMany {
		t.Errorf("one more: %v", err)
	}
	p.must(p.Add(t.Context(), caller(agreement.B), p.url, nil, 0, none))
	p.must(p.Remove(t.Context(), h, access.Answer{}))
	p.must(p.store.Close())
	names, err := filepath.Glob(filepath.Join(p.dir, "*"))
	p.must(err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		p.must(err)
		if bytes.Contains(b, []byte(strings.TrimPrefix(s.Shared.Reveal(), "whsec_"))) {
			t.Errorf("%s holds a secret as it is", name)
		}
	}
	p.open()
}

// The courier works by itself, and receivers that hang keep no other party waiting, however many they are.
func TestTheCourierKeepsGoing(t *testing.T) {
	p := newPost(t)
	hang := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(hang) })
	p.Policy.Allow = append(p.Policy.Allow, strings.TrimPrefix(slow.URL, "http://"))
	p.Via = p.Policy.RoundTripper()
	t.Cleanup(func() { (&http.Client{Transport: p.Via}).CloseIdleConnections() })
	for range webhooks.Most {
		p.must(p.Add(t.Context(), caller(agreement.B), slow.URL, nil, 0, func(webhooks.Hook, webhooks.Secrets) (access.Answer, error) { return access.Answer{}, nil }))
	}
	p.add()
	ctx, end := context.WithCancel(t.Context())
	wake, done := make(chan struct{}, 1), make(chan struct{})
	go func() { defer close(done); p.Keep(ctx, wake) }()
	p.ledger.Grow(t, 5)
	wake <- struct{}{}
	for began := time.Now(); len(p.ids()) < 4 && time.Since(began) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
	}
	end()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the courier does not end")
	}
	same(t, "sent", []string{one, two, string(eventstest.ID) + "-3", string(eventstest.ID) + "-4"}, p.ids())
}

// A ledger that is not there, or cannot be read, keeps the events of no other waiting.
func TestALedgerThatCannotBeReadKeepsNobodyWaiting(t *testing.T) {
	p := newPost(t)
	lost := caller(agreement.A)
	lost.Agreement = "agr_bbbbbbbbbbbbbbbb"
	p.must(p.Add(t.Context(), lost, p.url, nil, 0, func(webhooks.Hook, webhooks.Secrets) (access.Answer, error) { return access.Answer{}, nil }))
	h, _ := p.add()
	if err := p.Fill(t.Context()); err == nil {
		t.Error("nobody hears of it")
	}
	same(t, "queued", 2, len(p.stand(h)))
}

// A test message says that it is one, and what came of it.
func TestATrial(t *testing.T) {
	p := newPost(t)
	h, s := p.add()
	trial, err := p.Try(t.Context(), h)
	p.must(err)
	if !trial.OK || trial.Said != "200" || !strings.HasPrefix(trial.ID, "test_") || p.received[0].id != trial.ID {
		t.Errorf("%+v", trial)
	}
	verify(t, p.received[0], s)
	h.URL = "http://127.0.0.1:1/"
	if trial, err := p.Try(t.Context(), h); err != nil || trial.OK || trial.Said != "refused or unreachable" {
		t.Errorf("an address that may not be called: %+v, %v", trial, err)
	}
}
