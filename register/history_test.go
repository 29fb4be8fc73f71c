package register_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/term"
	"entente/calendar"
	"entente/ledger"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/register"
	"entente/sqlite"
)

var day = notarytest.Day

// A history is a store with an agreement that has been in force for long.
type history struct {
	store     *sqlite.Store
	documents *notarytest.Documents
	keys      *notarytest.Keys
	notary    *notary.Notary
	id        agreement.ID
	people    map[agreement.Party]articles.Actor // a signatory of each party

	state articles.State
	log   ledger.Log
	at    time.Time
}

// newHistory opens, proposes and signs the example agreement, all through the notary.
func newHistory(t testing.TB) *history {
	t.Helper()
	store, err := sqlite.Open(filepath.Join(t.TempDir(), "entente.db"))
	must(t, err)
	t.Cleanup(func() { store.Close() })
	sealer, err := access.NewSealer(make([]byte, access.KEKBytes), rand.Reader)
	must(t, err)
	h := &history{store: store, documents: &notarytest.Documents{}, keys: &notarytest.Keys{}, people: map[agreement.Party]articles.Actor{}, at: day}
	r := h.register()
	h.notary = &notary.Notary{Journal: store, Documents: h.documents, Register: r, Keys: h.keys, Sealer: sealer, Now: h.now, Rand: rand.Reader, Name: "tests.example"}
	h.id, err = h.notary.Open(t.Context())
	must(t, err)
	h.sign(t)
	v, err := r.View(h.id)
	must(t, err)
	h.state = v.State
	leaves, err := store.Leaves(t.Context(), h.id, 0)
	must(t, err)
	for _, leaf := range leaves {
		_, err := h.log.Append(leaf)
		must(t, err)
	}
	return h
}

func (h *history) now() time.Time { return h.at }

// register is a register as it is when a node starts.
func (h *history) register() *register.Register {
	return &register.Register{Journal: h.store, Library: h.documents, Now: h.now}
}

func (h *history) sign(t testing.TB) {
	t.Helper()
	a := articles.Example(calendar.DateOf(day))
	p, err := articles.Bind(a, nil)
	must(t, err)
	attached := map[string][]byte{}
	for _, at := range a.Agreement.Attachments {
		attached[at.Name] = articles.ExampleAttachments()[at.File]
	}
	operator := articles.Actor{Party: agreement.Host, ID: "operator"}
	_, err = h.notary.Propose(t.Context(), notary.Order{Agreement: h.id, Actor: operator}, notary.Proposal{File: articles.Write(a), Package: p, Attachments: attached})
	must(t, err)
	v, err := h.notary.Register.View(h.id)
	must(t, err)
	for _, person := range a.Frame().People {
		if m, ok := v.Member(person.ID); ok && person.Has(agreement.Signatory) && h.people[m.Party].ID == "" {
			h.people[m.Party] = articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}
			_, err := h.notary.SignHere(t.Context(), notary.Order{Agreement: h.id, Actor: h.people[m.Party]})
			must(t, err)
		}
	}
}

// A mix makes the n-th event of a long life.
type mix func(n int) any

// acts is a life of milestones and suspensions, with a key now and then.
func acts(n int) any {
	const milestone = "sdk-provision"
	switch n % 50 {
	case 0:
		return issued(n)
	case 40:
		return integration.KeyRevoked{ID: keyID(n - 40), Party: agreement.B, By: "per_b", Reason: "rotated"}
	}
	switch n % 5 {
	case 0:
		return integration.MilestoneConfirmed{Milestone: milestone, Party: agreement.A, By: "per_a", Evidence: []integration.Evidence{{Kind: "link", Ref: "https://calluna.example/evidence/42"}}}
	case 1:
		return integration.MilestoneCompleted{Milestone: milestone}
	case 2:
		return integration.MilestoneReopened{Milestone: milestone, Party: agreement.B, By: "per_b", Reason: "the kit does not build"}
	case 3:
		return term.SuspensionBegan{Component: "summarise", Party: agreement.A, By: "per_a", Reason: "an incident is looked into"}
	}
	return term.SuspensionLifted{Component: "summarise", Party: agreement.A, By: "per_a"}
}

// rotation is a life of nothing but keys, each of which is soon revoked: what changes most.
func rotation(n int) any {
	if n%2 == 0 {
		return issued(n)
	}
	return integration.KeyRevoked{ID: keyID(n - 1), Party: agreement.B, By: "per_b", Reason: "rotated"}
}

func keyID(n int) string { return fmt.Sprintf("key_%08d", n) }

func issued(n int) any {
	digest := ledger.Sum([]byte(keyID(n)))
	return integration.KeyIssued{ID: keyID(n), Digest: hex.EncodeToString(digest[:]), Party: agreement.B, Component: "summarise", Environment: agreement.Test,
		Purpose: agreement.Service, Class: agreement.CustomerData, Label: "a batch job", By: "per_b", Expires: day.AddDate(1, 0, 0)}
}

// live writes events until the ledger has so many entries: sealed with the parties' keys and in
// batches with their hashes and a checkpoint, as the notary writes them, but many in a batch.
func (h *history) live(t testing.TB, entries int, m mix) {
	t.Helper()
	rows := articles.Rows(h.state)
	for n := 0; ; {
		size, _ := h.log.Size()
		count := min(1000, entries-int(size))
		if count <= 0 {
			return
		}
		b := notary.Batch{}
		for range count {
			b.Leaves = append(b.Leaves, h.seal(t, m(n)))
			n++
		}
		after := rows
		if n <= count || int(size)+count == entries || len(rows) < 1000 { // not again and again for many keys
			after = articles.Rows(h.state)
		}
		b.Rows, rows = articles.Changes(rows, after), after
		h.append(t, size, b)
	}
}

func (h *history) seal(t testing.TB, event any) ledger.Leaf {
	t.Helper()
	h.at = h.at.Add(time.Second)
	name, clause := articles.Name(event)
	body, err := json.Marshal(event)
	must(t, err)
	party := agreement.A
	if named, ok := event.(interface{ ByParty() agreement.Party }); ok {
		party = named.ByParty()
	}
	who := h.people[party]
	leaf, err := ledger.Seal(ledger.Entry{Agreement: string(h.id), Clause: string(clause), Type: name, Time: h.at, Party: ledger.Party(party),
		Actor: who.ID, Custody: ledger.HeldByNode, Key: "an-idempotency-key", Body: body}, h.key(t, string(party)+"/entries"))
	must(t, err)
	h.state, err = h.state.Evolve(event, h.at, h.documents)
	must(t, err)
	return leaf
}

func (h *history) key(t testing.TB, use string) ledger.PrivateKey {
	t.Helper()
	k, err := h.keys.Key(context.Background(), string(h.id)+"/"+use)
	must(t, err)
	return k
}

func (h *history) append(t testing.TB, size int64, b notary.Batch) {
	t.Helper()
	for _, leaf := range b.Leaves {
		_, err := h.log.Append(leaf)
		must(t, err)
	}
	next := size + int64(len(b.Leaves))
	var indexes []int64
	for i := ledger.HashCount(size); i < ledger.HashCount(next); i++ {
		indexes = append(indexes, i)
	}
	var err error
	b.Hashes, err = h.log.ReadHashes(indexes)
	must(t, err)
	root, err := h.log.Root()
	must(t, err)
	origin := "tests.example/" + string(h.id)
	b.Checkpoint, err = ledger.SignCheckpoint(ledger.Checkpoint{Origin: origin, Size: next, Root: root}, h.key(t, "host/log"))
	must(t, err)
	for _, p := range agreement.Both {
		line, err := ledger.Cosign(b.Checkpoint, origin+"/"+string(p), h.key(t, string(p)+"/witness"), h.at)
		must(t, err)
		b.Checkpoint, err = ledger.AddCosignatures(b.Checkpoint, line)
		must(t, err)
	}
	must(t, h.store.Append(t.Context(), h.id, size, b))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
