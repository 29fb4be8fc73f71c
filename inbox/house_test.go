package inbox_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/calendar"
	"entente/events"
	"entente/files"
	"entente/inbox"
	"entente/ledger"
	queue "entente/mail"
	"entente/mail/mailtest"
	"entente/notary"
	"entente/register"
	"entente/sqlite"
)

// start is a Monday, 14:30 in the example's zone.
var start = time.Date(2026, 11, 23, 13, 30, 0, 0, time.UTC)

// An office is what a node tells people with, over a folder.
type office struct {
	store    *sqlite.Store
	register *register.Register
	notary   *notary.Notary
	planner  *inbox.Planner
	postman  *inbox.Postman
}

func openOffice(dir, relay string, clock func() time.Time, log *slog.Logger) (*office, error) {
	store, err := sqlite.Open(filepath.Join(dir, "entente.db"))
	if err != nil {
		return nil, err
	}
	sealer, err := access.NewSealer(bytes.Repeat([]byte{7}, access.KEKBytes), rand.Reader)
	if err != nil {
		return nil, err
	}
	documents := &files.Store{Dir: filepath.Join(dir, "documents")}
	o := &office{store: store, register: &register.Register{Journal: store, Library: documents, Now: clock}}
	o.notary = &notary.Notary{Journal: store, Documents: documents, Register: o.register, Sealer: sealer,
		Keys: access.SealedKeys{Vault: store, Sealer: sealer}, Now: clock, Rand: rand.Reader, Name: "node.example"}
	reader := events.Reader{Register: o.register, Source: func(ctx context.Context, id agreement.ID) ledger.Source { return store.Source(ctx, id) }}
	o.planner = &inbox.Planner{Register: o.register, Reader: reader, Store: store, Now: clock, Log: log}
	o.postman = &inbox.Postman{Register: o.register, Store: store, Cabinet: store, Origin: "https://node.example", Now: clock, Rand: rand.Reader, Log: log,
		Mail: &queue.Queue{Store: store, Sealer: sealer, Now: clock, Rand: rand.Reader, Log: log, Relay: &queue.Relay{Address: relay, From: "Entente <entente@node.example>"}}}
	return o, o.register.Load(context.Background())
}

// A house is an office with a relay for its letters, and the example agreement before its parties.
type house struct {
	*office
	t     *testing.T
	now   time.Time
	dir   string
	relay *mailtest.Server
	log   bytes.Buffer
	id    agreement.ID
}

func newHouse(t *testing.T, change ...func(*articles.Agreement)) *house {
	h := &house{t: t, now: start, relay: mailtest.Start(t, &mailtest.Server{}), dir: t.TempDir()}
	var err error
	h.office, err = openOffice(h.dir, h.relay.Address, func() time.Time { return h.now }, slog.New(slog.NewTextHandler(&h.log, nil)))
	must(t, err)
	t.Cleanup(func() { h.store.Close() })
	a := draft.Example(calendar.DateOf(start))
	a.Agreement.Attachments = nil
	for _, c := range change {
		c(&a)
	}
	h.id, err = h.notary.Open(t.Context())
	must(t, err)
	p, err := signing.Bind(a, nil)
	must(t, err)
	_, err = h.notary.Propose(t.Context(), notary.Order{Agreement: h.id, Actor: articles.Actor{Party: agreement.Host, ID: "operator"}}, notary.Proposal{File: draft.Write(a), Package: p})
	must(t, err)
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) view() *register.View {
	h.t.Helper()
	v, err := h.register.View(h.id)
	must(h.t, err)
	return v
}

// member is a person by the file's id.
func (h *house) member(person string) agreement.Member {
	h.t.Helper()
	m, ok := h.view().Member(person)
	if !ok {
		h.t.Fatalf("there is no %s", person)
	}
	return m
}

// actor is the first person who has a role for a party.
func (h *house) actor(p agreement.Party, r agreement.Role) articles.Actor {
	h.t.Helper()
	m := h.member(h.view().State.Texts[0].Frame().Holders(p, r)[0].ID)
	return articles.Actor{Party: p, ID: m.ID, Roles: m.Roles}
}

func (h *house) sign(parties ...agreement.Party) {
	h.t.Helper()
	latest, _ := h.view().State.Life.Latest()
	for _, p := range parties {
		_, err := h.notary.SignHere(h.t.Context(), notary.Order{Agreement: h.id, Actor: h.actor(p, agreement.Signatory)}, latest.Manifest)
		must(h.t, err)
	}
}

func (h *house) do(by articles.Actor, command any) {
	h.t.Helper()
	_, err := h.notary.Do(h.t.Context(), notary.Order{Agreement: h.id, Actor: by, Command: command})
	must(h.t, err)
}

// tell plans what people are told, writes the letters and hands them over.
func (h *house) tell() {
	h.t.Helper()
	must(h.t, h.planner.Plan(h.t.Context()))
	must(h.t, h.postman.Write(h.t.Context()))
	must(h.t, h.postman.Mail.Deliver(h.t.Context()))
}

// pass lets time go by and the node's clock act, then tells.
func (h *house) pass(d time.Duration) {
	h.t.Helper()
	h.now = h.now.Add(d)
	h.tell()
}

// heard is what a person was told, sorted: step, matter and sentence.
func (h *house) heard(person string) (said []string) {
	h.t.Helper()
	for _, i := range h.items(person) {
		said = append(said, fmt.Sprintf("%d %s %s", i.Step, i.Matter, i.Says))
	}
	slices.Sort(said)
	return said
}

func (h *house) items(person string) []inbox.Item {
	h.t.Helper()
	all, err := h.store.Items(h.t.Context(), h.id, h.member(person).ID, inbox.Page{Most: 1000})
	must(h.t, err)
	return all
}

func (h *house) prefer(person string, p inbox.Preferences) {
	h.t.Helper()
	must(h.t, h.store.KeepPreferences(h.t.Context(), h.id, h.member(person).ID, p))
}

// A letter is what the relay took, read as a mail program reads it.
type letter struct {
	to, subject, text, html string
	header                  mail.Header
}

// letters are those to a person, in their order.
func (h *house) letters(person string) (all []letter) {
	h.t.Helper()
	address := person + "."
	if who, ok := h.view().State.Texts[0].Frame().Person(person); ok {
		address = string(who.Email)
	}
	for _, l := range h.relay.Letters() {
		if l.To == address {
			all = append(all, read(h.t, l))
		}
	}
	return all
}

func read(t testing.TB, l mailtest.Letter) letter {
	t.Helper()
	words := new(mime.WordDecoder)
	subject, err := words.DecodeHeader(l.Header.Get("Subject"))
	must(t, err)
	out := letter{to: l.To, subject: subject, header: l.Header}
	_, params, err := mime.ParseMediaType(l.Header.Get("Content-Type"))
	must(t, err)
	parts := multipart.NewReader(strings.NewReader(l.Body), params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return out
		}
		must(t, err)
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		must(t, err)
		switch kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); kind {
		case "text/plain":
			out.text = strings.ReplaceAll(string(body), "\r\n", "\n")
		case "text/html":
			out.html = string(body)
		default:
			t.Errorf("the letter has a part of %s", kind)
		}
	}
}
