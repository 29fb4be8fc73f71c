package account_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/calendar"
	"entente/files"
	"entente/ledger/passkey"
	"entente/ledger/passkey/passkeytest"
	"entente/ledger/seal"
	"entente/mail"
	"entente/mail/mailtest"
	"entente/notary"
	"entente/register"
	"entente/sqlite"
)

// A house is a node with a relay for its letters, and the example agreement signed.
type house struct {
	t     *testing.T
	store *sqlite.Store
	book  *account.Book
	relay *mailtest.Server
	log   bytes.Buffer
	id    agreement.ID

	register *register.Register
	notary   *notary.Notary

	mu  sync.Mutex
	now time.Time
}

var start = time.Date(2026, 11, 23, 13, 30, 0, 0, time.UTC)

func newHouse(t *testing.T) *house {
	h := &house{t: t, now: start, relay: mailtest.Start(t, &mailtest.Server{})}
	dir := t.TempDir()
	var err error
	h.store, err = sqlite.Open(filepath.Join(dir, "entente.db"))
	must(t, err)
	t.Cleanup(func() { must(t, h.store.Close()) })
	sealer, err := access.NewSealer(bytes.Repeat([]byte{7}, access.KEKBytes), rand.Reader)
	must(t, err)
	documents := &files.Store{Dir: filepath.Join(dir, "documents")}
	log := slog.New(slog.NewTextHandler(&h.log, nil))
	h.register = &register.Register{Journal: h.store, Library: documents, Now: h.Now}
	h.notary = &notary.Notary{Journal: h.store, Documents: documents, Register: h.register, Sealer: sealer,
		Keys: access.SealedKeys{Vault: h.store, Sealer: sealer}, Now: h.Now, Rand: rand.Reader, Name: "node.example"}
	door := &access.Door{Store: h.store, Register: h.register, Now: h.Now, Rand: rand.Reader}
	h.book = &account.Book{Passkeys: h.store, Vault: h.store, Spent: h.store, Door: door, Sealer: sealer, Site: passkey.Site{Origin: "https://node.example"}, Log: log,
		Mail: &mail.Queue{Store: h.store, Sealer: sealer, Now: h.Now, Rand: rand.Reader, Log: log, Relay: &mail.Relay{Address: h.relay.Address, From: "Entente <entente@node.example>"}}}
	h.id = h.propose("", draft.Example(calendar.DateOf(start)))
	latest := must2(h.register.View(h.id)).State.Life.Versions[0].Manifest
	for _, p := range agreement.Both {
		who := h.caller(p, agreement.Signatory).Actor
		_, err := h.notary.SignHere(t.Context(), notary.Order{Agreement: h.id, Actor: who}, latest)
		must(t, err)
	}
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
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

func (h *house) propose(id agreement.ID, a articles.Agreement) agreement.ID {
	h.t.Helper()
	ctx := context.Background()
	if id == "" {
		var err error
		id, err = h.notary.Open(ctx)
		must(h.t, err)
	}
	a.Agreement.Attachments = nil
	p, err := signing.Bind(a, nil)
	must(h.t, err)
	_, err = h.notary.Propose(ctx, notary.Order{Agreement: id, Actor: articles.Actor{Party: agreement.Host, ID: "operator"}}, notary.Proposal{File: draft.Write(a), Package: p})
	must(h.t, err)
	return id
}

// proposeAs puts a version before the parties that answers the signed one.
func (h *house) proposeAs(by access.Caller, a articles.Agreement) {
	h.t.Helper()
	before, err := seal.ParseDigest(must2(h.register.View(h.id)).State.Life.Versions[0].Manifest)
	must(h.t, err)
	a.Agreement.Attachments = nil
	p, err := signing.Bind(a, &before)
	must(h.t, err)
	_, err = h.notary.Propose(h.t.Context(), notary.Order{Agreement: h.id, Actor: by.Actor}, notary.Proposal{File: draft.Write(a), Package: p})
	must(h.t, err)
}

// caller is the first person who has a role for a party, with a session.
func (h *house) caller(p agreement.Party, r agreement.Role) access.Caller {
	h.t.Helper()
	v, err := h.register.View(h.id)
	must(h.t, err)
	for _, person := range v.State.Texts[len(v.State.Texts)-1].Frame().Holders(p, r) {
		if m, ok := v.Member(person.ID); ok {
			session, _, err := h.book.Door.Issue(h.t.Context(), access.Session, h.id, m.ID, "test", access.SessionLife)
			must(h.t, err)
			c, err := h.book.Door.Enter(h.t.Context(), session.Text().Reveal(), access.Session)
			must(h.t, err)
			return c
		}
	}
	h.t.Fatalf("nobody is %s for %s", r, p)
	return access.Caller{}
}

// makes is a device with a passkey of a caller's.
func (h *house) makes(c access.Caller, algorithm int) (*passkeytest.Device, account.Passkey) {
	h.t.Helper()
	d := passkeytest.New(algorithm)
	q, _, err := h.book.AskToMake(h.t.Context(), c)
	must(h.t, err)
	k, err := h.book.Made(h.t.Context(), c, q.Text, d.Make(h.book.Site, q.Challenge), "Laptop")
	must(h.t, err)
	return d, k
}

// answer is how a person's device answers a new question at the door.
func (h *house) answer(c access.Caller, d *passkeytest.Device) account.Answer {
	h.t.Helper()
	q, err := h.book.AskToEnter()
	must(h.t, err)
	return account.Answer{Question: q.Text, Credential: d.ID, Handle: account.Handle(c.Agreement, c.Actor.ID), Assertion: d.Confirm(h.book.Site, q.Challenge)}
}

func TestAPasskeyEnters(t *testing.T) {
	h := newHouse(t)
	for _, algorithm := range passkey.Algorithms {
		c := h.caller(agreement.A, agreement.Technical)
		d, k := h.makes(c, algorithm)
		d.Counter = 5
		session, caller, err := h.book.Enter(t.Context(), h.answer(c, d), "by passkey")
		must(t, err)
		if caller.Actor.ID != c.Actor.ID || caller.Agreement != h.id || caller.Kind != access.Session || session.Kind() != access.Session {
			t.Errorf("who entered is %+v", caller)
		}
		kept, _, err := h.store.FindPasskey(t.Context(), d.ID)
		must(t, err)
		if kept.Counter != 5 || !kept.Used.Equal(start) || kept.Name != "Laptop" || kept.ID != k.ID {
			t.Errorf("it is kept as %+v", kept)
		}
	}
}

func TestWhatDoesNotEnter(t *testing.T) {
	h := newHouse(t)
	c, other := h.caller(agreement.A, agreement.Technical), h.caller(agreement.B, agreement.Technical)
	for name, try := range map[string]func(d *passkeytest.Device, k account.Passkey) (account.Answer, error){
		"an unknown passkey": func(d *passkeytest.Device, k account.Passkey) (account.Answer, error) {
			return h.answer(c, passkeytest.New(-7)), access.ErrNoEntry
		},
		"a passkey for another person": func(d *passkeytest.Device, k account.Passkey) (account.Answer, error) {
			return h.answer(other, d), access.ErrNoEntry
		},
		"a removed passkey": func(d *passkeytest.Device, k account.Passkey) (account.Answer, error) {
			a := h.answer(c, d)
			found, err := h.book.Remove(t.Context(), c, k.ID)
			if !found || err != nil {
				t.Fatal(found, err)
			}
			return a, access.ErrNoEntry
		},
		"a device that counts backwards": func(d *passkeytest.Device, k account.Passkey) (account.Answer, error) {
			d.Counter = 9
			if _, _, err := h.book.Enter(t.Context(), h.answer(c, d), ""); err != nil {
				t.Fatal(err)
			}
			return h.answer(c, d), access.ErrNoEntry
		},
		"a question of another node": func(d *passkeytest.Device, k account.Passkey) (account.Answer, error) {
			a := h.answer(c, d)
			a.Question = a.Question[:len(a.Question)-1] + map[bool]string{true: "A", false: "B"}[a.Question[len(a.Question)-1] != 'A']
			return a, account.ErrExpired
		},
		"a question with a later end": func(d *passkeytest.Device, k account.Passkey) (account.Answer, error) {
			a := h.answer(c, d)
			parts := strings.Split(a.Question, ".")
			a.Question = fmt.Sprintf("%s.%d.%s", parts[0], start.Add(time.Hour).Unix(), parts[2])
			return a, account.ErrExpired
		},
		"a question of another purpose": func(d *passkeytest.Device, k account.Passkey) (account.Answer, error) {
			q, _, err := h.book.AskToMake(t.Context(), c)
			must(t, err)
			a := h.answer(c, d)
			a.Question, a.Assertion = q.Text, d.Confirm(h.book.Site, q.Challenge)
			return a, account.ErrExpired
		},
		"an answer to another question": func(d *passkeytest.Device, k account.Passkey) (account.Answer, error) {
			a, b := h.answer(c, d), h.answer(c, d)
			a.Assertion = b.Assertion
			return a, access.ErrNoEntry
		},
		"an answer that was used": func(d *passkeytest.Device, k account.Passkey) (account.Answer, error) {
			a := h.answer(c, d)
			if _, _, err := h.book.Enter(t.Context(), a, ""); err != nil {
				t.Fatal(err)
			}
			return a, account.ErrExpired
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, k := h.makes(c, -7)
			a, want := try(d, k)
			if _, caller, err := h.book.Enter(t.Context(), a, ""); !errors.Is(err, want) || caller.Actor.ID != "" {
				t.Errorf("%+v entered: %v", caller, err)
			}
			for _, k := range must2(h.store.PasskeysOf(t.Context(), h.id, c.Actor.ID)) {
				h.book.Remove(t.Context(), c, k.ID)
			}
		})
	}
	d, _ := h.makes(c, -7)
	a := h.answer(c, d)
	h.pass(10 * time.Minute)
	if _, _, err := h.book.Enter(t.Context(), a, ""); !errors.Is(err, account.ErrExpired) {
		t.Errorf("an old answer: %v", err)
	}
	if strings.Contains(h.log.String(), "Jonas") {
		t.Errorf("the log names people: %s", h.log.String())
	}
}

func must2[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// One answer, brought many times at once, enters once.
func TestAnAnswerEntersOnce(t *testing.T) {
	h := newHouse(t)
	c := h.caller(agreement.A, agreement.Technical)
	d, _ := h.makes(c, -8)
	a := h.answer(c, d)
	var wg sync.WaitGroup
	var mu sync.Mutex
	entered := 0
	for range 8 {
		wg.Go(func() {
			_, _, err := h.book.Enter(context.Background(), a, "")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				entered++
			} else if !errors.Is(err, account.ErrExpired) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if entered != 1 {
		t.Errorf("it entered %d times", entered)
	}
}

func TestPasskeysAreTheirPersonsAlone(t *testing.T) {
	h := newHouse(t)
	mine, theirs := h.caller(agreement.A, agreement.Technical), h.caller(agreement.B, agreement.Technical)
	d, k := h.makes(mine, -7)
	if found, err := h.book.Remove(t.Context(), theirs, k.ID); found || err != nil {
		t.Errorf("someone else removed it: %v", err)
	}
	if found, err := h.book.Rename(t.Context(), theirs, k.ID, "Mine"); found || err != nil {
		t.Errorf("someone else renamed it: %v", err)
	}
	q, known, err := h.book.AskToMake(t.Context(), theirs)
	must(t, err)
	if len(known) != 0 {
		t.Errorf("someone else sees %v", known)
	}
	if _, err := h.book.Made(t.Context(), theirs, q.Text, d.Make(h.book.Site, q.Challenge), "Theirs"); !errors.Is(err, account.ErrPasskey) {
		t.Errorf("a credential that is known became another person's: %v", err)
	}
	if _, err := h.book.Made(t.Context(), mine, q.Text, passkeytest.New(-7).Make(h.book.Site, q.Challenge), "Mine"); !errors.Is(err, account.ErrExpired) {
		t.Errorf("the question of one was answered by another: %v", err)
	}
	for name, bad := range map[string]string{"empty": "", "blank": " ", "long": strings.Repeat("x", 61), "two lines": "a\nb"} {
		if _, err := h.book.Rename(t.Context(), mine, k.ID, bad); !errors.Is(err, account.ErrName) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if found, err := h.book.Rename(t.Context(), mine, k.ID, "Ключ 🔑"); !found || err != nil {
		t.Errorf("renaming: %v, %v", found, err)
	}
	if all := must2(h.store.PasskeysOf(t.Context(), h.id, mine.Actor.ID)); len(all) != 1 || all[0].Name != "Ключ 🔑" {
		t.Errorf("they are %+v", all)
	}
}

func TestThereAreOnlySoManyPasskeys(t *testing.T) {
	h := newHouse(t)
	c := h.caller(agreement.A, agreement.Technical)
	for range account.MostPasskeys {
		h.makes(c, -8)
	}
	q, _, err := h.book.AskToMake(t.Context(), c)
	must(t, err)
	if _, err := h.book.Made(t.Context(), c, q.Text, passkeytest.New(-8).Make(h.book.Site, q.Challenge), "One more"); !errors.Is(err, account.ErrPasskey) {
		t.Errorf("one more was taken: %v", err)
	}
}

// Without an address there are no passkeys, and nothing pretends that there are.
func TestANodeWithoutAnAddressHasNoPasskeys(t *testing.T) {
	h := newHouse(t)
	c := h.caller(agreement.A, agreement.Technical)
	d, _ := h.makes(c, -7)
	a := h.answer(c, d)
	h.book.Site = passkey.Site{}
	if _, err := h.book.AskToEnter(); !errors.Is(err, account.ErrNoPasskeys) || h.book.HasPasskeys() {
		t.Errorf("asking to enter: %v", err)
	}
	if _, _, err := h.book.AskToMake(t.Context(), c); !errors.Is(err, account.ErrNoPasskeys) {
		t.Errorf("asking to make one: %v", err)
	}
	if _, _, err := h.book.Enter(t.Context(), a, ""); !errors.Is(err, access.ErrNoEntry) {
		t.Errorf("entering: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	h := newHouse(t)
	door := h.book.Door
	c := h.caller(agreement.A, agreement.Technical)
	begin := func() access.Key {
		k, _, err := door.Issue(t.Context(), access.Session, h.id, c.Actor.ID, "", access.SessionLife)
		must(t, err)
		return k
	}
	in := func(k access.Key) bool {
		_, err := door.Enter(t.Context(), k.Text().Reveal(), access.Session)
		if err != nil && !errors.Is(err, access.ErrNoEntry) {
			t.Fatal(err)
		}
		return err == nil
	}
	idle, busy := begin(), begin()
	h.pass(11 * time.Hour)
	if !in(busy) || !in(idle) {
		t.Error("a session ended early")
	}
	for range 14 {
		h.pass(11 * time.Hour)
		in(busy)
	}
	if in(idle) || !in(busy) {
		t.Error("the one that was not used lives, or the other does not")
	}
	h.pass(11 * time.Hour)
	if in(busy) {
		t.Error("a session outlives seven days")
	}
	here, there := begin(), begin()
	now, err := door.Enter(t.Context(), here.Text().Reveal(), access.Session)
	must(t, err)
	if n, err := door.EndOthers(t.Context(), now); err != nil || n != 1 || !in(here) || in(there) {
		t.Errorf("%d ended, %v", n, err)
	}
}
