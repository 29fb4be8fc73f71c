package notarytest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/term"
	"entente/ledger"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/notary"

	"golang.org/x/mod/sumdb/tlog"
)

// A Mix makes the n-th event of a long life.
type Mix func(n int) any

// Acts is a life of milestones and suspensions, with a key now and then.
func Acts(n int) any {
	const milestone, component = "sdk-provision", "summarise"
	switch n % 50 {
	case 0:
		return issued(n)
	case 40:
		return integration.KeyRevoked{ID: keyID(n - 40), Party: agreement.B, By: "per_b", Reason: "rotated"}
	}
	switch n % 5 {
	case 0:
		return integration.MilestoneConfirmed{Milestone: milestone, Party: agreement.A, By: "per_a",
			Evidence: []integration.Evidence{{Kind: "link", Ref: "https://calluna.example/evidence/42"}}}
	case 1:
		return integration.MilestoneCompleted{Milestone: milestone}
	case 2:
		return integration.MilestoneReopened{Milestone: milestone, Party: agreement.B, By: "per_b", Reason: "the kit does not build"}
	case 3:
		return term.SuspensionBegan{Component: component, Party: agreement.A, By: "per_a", Reason: "an incident is looked into"}
	}
	return term.SuspensionLifted{Component: component, Party: agreement.A, By: "per_a"}
}

// Rotation is a life of nothing but keys, each of which is soon revoked: the state grows with it.
func Rotation(n int) any {
	if n%2 == 0 {
		return issued(n)
	}
	return integration.KeyRevoked{ID: keyID(n - 1), Party: agreement.B, By: "per_b", Reason: "rotated"}
}

func keyID(n int) string { return fmt.Sprintf("key_%08d", n) }

func issued(n int) any {
	digest := seal.Sum([]byte(keyID(n)))
	return integration.KeyIssued{ID: keyID(n), Digest: hex.EncodeToString(digest[:]), Party: agreement.B, Component: "summarise", Environment: agreement.Test,
		Purpose: agreement.Service, Class: agreement.CustomerData, Label: "a batch job", By: "per_b", Expires: Day.AddDate(1, 0, 0)}
}

// Unheard is an event of a later release: no mix of today's has it, and nobody knows what it means.
type Unheard struct{}

// Live lets an agreement that is in force live until its ledger has so many entries, one a second.
// They are signed, hashed and cosigned as the notary's own, but many in a batch, because a life of
// 100,000 acts through the notary would take minutes. What the notary's register shows is then
// behind: the next start sees them.
func Live(t testing.TB, n *notary.Notary, id agreement.ID, entries int, mix Mix) {
	t.Helper()
	w := newWriter(t, n, id)
	before := articles.Rows(w.state)
	for i := 0; w.size() < entries; {
		first := w.size()
		b := notary.Batch{}
		for range min(1000, entries-first) {
			b.Leaves = append(b.Leaves, w.seal(mix(i)))
			i++
		}
		after := before
		if w.size() == entries || len(before) < 1000 { // many rows are written once
			after = articles.Rows(w.state)
		}
		b.Rows, before = articles.Changes(before, after), after
		b.Hashes, b.Checkpoint = w.hashes(first), w.checkpoint()
		w.must(n.Journal.Append(t.Context(), id, int64(first), b))
	}
}

// A writer writes one ledger.
type writer struct {
	t      testing.TB
	notary *notary.Notary
	id     agreement.ID
	origin string
	state  articles.State
	log    ledger.Log
	at     time.Time
	keys   map[string]seal.PrivateKey
}

func newWriter(t testing.TB, n *notary.Notary, id agreement.ID) *writer {
	t.Helper()
	w := &writer{t: t, notary: n, id: id, keys: map[string]seal.PrivateKey{}}
	v, err := n.Register.Rebuild(t.Context(), id) // a view of its own, which nobody else has
	w.must(err)
	o, _ := v.Keyring.Opened()
	w.state, w.at, w.origin = v.State, v.Last, o.Origin
	leaves, err := n.Journal.Leaves(t.Context(), id, 0)
	w.must(err)
	for _, leaf := range leaves {
		_, err := w.log.Append(leaf)
		w.must(err)
	}
	return w
}

func (w *writer) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *writer) size() int {
	n, _ := w.log.Size() // in memory
	return int(n)
}

func (w *writer) key(use string) seal.PrivateKey {
	if k, ok := w.keys[use]; ok {
		return k
	}
	k, err := w.notary.Keys.Key(w.t.Context(), string(w.id)+"/"+use)
	w.must(err)
	w.keys[use] = k
	return k
}

func (w *writer) seal(event any) ledger.Leaf {
	w.at = w.at.Add(time.Second)
	name, clause := "integration.unheard_of/1", agreement.Clause("2.2")
	if _, later := event.(Unheard); !later {
		name, clause = articles.Name(event)
	}
	body, err := json.Marshal(event)
	w.must(err)
	leaf, err := ledger.Seal(ledger.Entry{Agreement: string(w.id), Clause: string(clause), Type: name, Time: w.at, Party: ledger.PartyA,
		Actor: "per_a", Custody: ledger.HeldByNode, Key: "an-idempotency-key", Body: body}, w.key("a/entries"))
	w.must(err)
	_, err = w.log.Append(leaf)
	w.must(err)
	w.must(w.state.Apply(event, w.at, w.notary.Documents))
	return leaf
}

// hashes are those that the entries from first on have added.
func (w *writer) hashes(first int) []tlog.Hash {
	var indexes []int64
	for i := tree.HashCount(int64(first)); i < tree.HashCount(int64(w.size())); i++ {
		indexes = append(indexes, i)
	}
	hashes, err := w.log.ReadHashes(indexes)
	w.must(err)
	return hashes
}

func (w *writer) checkpoint() []byte {
	root, err := w.log.Root()
	w.must(err)
	signed, err := tree.SignCheckpoint(tree.Checkpoint{Origin: w.origin, Size: int64(w.size()), Root: root}, w.key("host/log"))
	w.must(err)
	for _, p := range agreement.Both {
		line, err := tree.Cosign(signed, w.origin+"/"+string(p), w.key(string(p)+"/witness"), w.at)
		w.must(err)
		signed, err = tree.AddCosignatures(signed, line)
		w.must(err)
	}
	return signed
}
