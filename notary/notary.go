// Package notary is the only writer: every act under an agreement passes through it. It asks the
// agreement whether the act is allowed, signs the entry with the acting party's key, adds it to
// the ledger if nothing came between, and publishes what follows.
//
// It is small and generic. What is allowed is decided by the articles; the notary adds no rule of
// its own but those of time: an entry's time never goes back, and a clock that jumped writes
// nothing.
package notary

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/signing"
	"entente/ledger"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/register"

	"golang.org/x/mod/sumdb/tlog"
)

// A Journal keeps the ledgers of a node, for good.
type Journal interface {
	register.Journal
	// Append adds a batch to the ledger of id if exactly n entries are there already, and returns
	// ErrStale if not. All of the batch is kept or none of it; it is durable when Append returns.
	Append(ctx context.Context, id agreement.ID, n int64, b Batch) error
	// Hashes reads the stored Merkle hashes of id.
	Hashes(ctx context.Context, id agreement.ID) tree.Hashes
	// Answer returns how an idempotency key was answered, and false if it is new.
	Answer(ctx context.Context, scope, key string) (access.Answer, bool, error)
}

// A Documents store keeps what stands beside the ledger, by digest.
type Documents interface {
	articles.Library
	// Keep stores bytes durably and returns their digest. Keeping them again changes nothing.
	Keep(ctx context.Context, b []byte) (seal.Digest, error)
}

// A Batch is what one act adds.
type Batch struct {
	Leaves     []ledger.Leaf
	Hashes     []tlog.Hash // the Merkle hashes that the leaves add, in their order
	Checkpoint []byte      // signed and cosigned, of the ledger with the batch
	Rows       []articles.Change
	Private    map[string]register.Private
	Erased     []string      // pseudonyms: their private values, and what else is kept of them, are deleted
	Answer     access.Answer // kept with the batch if its key is not empty
}

// OperatorScope is the scope of the keys with which ledgers are opened.
const OperatorScope = "operator"

// The errors that callers branch on.
var (
	ErrStale     = errors.New("the ledger has moved on")
	ErrKeyReused = errors.New("the idempotency key was used for another request")
	ErrClock     = errors.New("the clock of the node has jumped; nothing is written until it is right")
	ErrReadOnly  = errors.New("the agreement is read-only")
)

// Keys gives the keys that are in the node's custody.
type Keys interface {
	// Key returns the key with a name such as "agr_…/a/entries".
	Key(ctx context.Context, name string) (seal.PrivateKey, error)
	// KeepKey stores a new key durably.
	KeepKey(ctx context.Context, name string, k seal.PrivateKey) error
}

// A Notary writes ledgers. All fields but Customers and Stamp are needed.
type Notary struct {
	Journal   Journal
	Documents Documents
	Register  *register.Register
	Keys      Keys
	Sealer    *access.Sealer
	Now       func() time.Time
	Rand      io.Reader
	Name      string // the node's name, the first part of a log's origin

	// Customers names whom calls in production before an instant were made for. Nil means that the node
	// meters none, and lists none when an agreement ends.
	Customers func(ctx context.Context, id agreement.ID, before time.Time) ([]string, error)

	// Stamp adds what a time-stamp authority says to a signature that the node makes in the PDF, or gives it back as it was. Nil
	// asks no authority.
	Stamp func(context.Context, signing.SignedStatement) signing.SignedStatement

	opening sync.Mutex // held while a ledger is opened that may have been opened before
	pinning sync.Mutex // held while a key pair is registered that may be registered elsewhere

	mu    sync.Mutex
	locks map[agreement.ID]*sync.Mutex
	began time.Time // the first reading of the clock, with its monotonic part
	seen  reading   // the last that was sound
}

// An Order is an act that someone asks for.
type Order struct {
	Agreement agreement.ID
	Actor     articles.Actor
	Key       string      // idempotency key; empty for the node's own clock
	Request   seal.Digest // of what was asked for, to tell a retry from another request
	Command   any
	Private   map[string]register.Private
	// Respond makes the answer that is kept for a retry; nil keeps none.
	Respond func(Receipt) ([]byte, error)

	prepare func(*register.View, *Order) error // fills in what depends on the view that decides
	scope   string                             // of the key; empty means the party's
}

// A Receipt says what an act led to.
type Receipt struct {
	Agreement agreement.ID
	First     int64 // the position of the first entry
	Entries   []ledger.Leaf
	View      *register.View
	Repeated  []byte // the answer kept from the first time, if this was a retry
}

// Do decides an order and writes what follows. A refusal is an *agreement.Refusal. A retry of an
// order that was carried out returns the same answer and changes nothing.
func (n *Notary) Do(ctx context.Context, o Order) (Receipt, error) {
	lock := n.lock(o.Agreement)
	lock.Lock()
	defer lock.Unlock()
	for {
		if done, ok, err := n.repeated(ctx, o); ok || err != nil {
			return done, err
		}
		receipt, err := n.once(ctx, o)
		if !errors.Is(err, ErrStale) {
			return receipt, err
		}
		if err := n.goOn(ctx, o.Agreement); err != nil {
			return Receipt{}, fmt.Errorf("reading %s again: %w", o.Agreement, err)
		}
	}
}

// goOn publishes what the journal has beyond the present view. A journal that says that the ledger has
// moved on, and has nothing more, contradicts itself: it would say so for ever.
func (n *Notary) goOn(ctx context.Context, id agreement.ID) error {
	before, err := n.Register.View(id)
	if err != nil {
		return err
	}
	if err := n.reread(ctx, id); err != nil {
		return err
	}
	after, err := n.Register.View(id)
	if err == nil && after.Broken == nil && after.Size == before.Size {
		return n.Register.Withhold(id, fmt.Errorf("%w: the store says that there are more than its %d entries", register.ErrDamaged, after.Size))
	}
	return err
}

func (n *Notary) reread(ctx context.Context, id agreement.ID) error {
	view, err := n.Register.Rebuild(ctx, id)
	if err == nil {
		n.Register.Publish(view)
	}
	return err
}

// catchUp publishes what the journal has beyond a view. An append that failed may have been kept all
// the same: until that is known a revoked key would still open doors, and the next order would be
// decided by what is no longer true. If the journal cannot even be read, the next append will find
// out. A ledger whose opening failed is nobody's and is not published.
func (n *Notary) catchUp(ctx context.Context, v *register.View) {
	if v.Size == 0 {
		return
	}
	if more, err := n.Journal.Leaves(ctx, v.State.ID, v.Size); err == nil && len(more) > 0 {
		n.reread(ctx, v.State.ID)
	}
}

// Replay is the answer that was kept when an order with this key was carried out; false if there was
// none. Do finds it too; asking first spares a retry the checks that only a first attempt must pass.
func (n *Notary) Replay(ctx context.Context, o Order) (Receipt, bool, error) {
	return n.repeated(ctx, o)
}

// repeated looks for the answer to an idempotency key.
func (n *Notary) repeated(ctx context.Context, o Order) (Receipt, bool, error) {
	if o.Key == "" {
		return Receipt{}, false, nil
	}
	a, ok, err := n.Journal.Answer(ctx, scope(o), o.Key)
	switch {
	case err != nil:
		return Receipt{}, false, fmt.Errorf("looking for an earlier answer: %w", err)
	case !ok:
		return Receipt{}, false, nil
	case a.Request != o.Request:
		return Receipt{}, false, ErrKeyReused
	}
	response, err := n.Sealer.Open(answerName(scope(o), o.Key), string(a.Response))
	if err != nil {
		return Receipt{}, false, fmt.Errorf("opening an earlier answer: %w", err)
	}
	return Receipt{Agreement: o.Agreement, Repeated: []byte(response.Reveal())}, true, nil
}

// Answered is the answer to an order as it is kept, for what is kept elsewhere than in a ledger.
func (n *Notary) Answered(o Order, response []byte) (access.Answer, error) {
	sealed, err := n.Sealer.Seal(answerName(scope(o), o.Key), access.NewSecret(string(response)))
	return access.Answer{Scope: scope(o), Key: o.Key, Request: o.Request, Response: []byte(sealed), At: n.Now().UTC().Truncate(time.Microsecond)}, err
}

func answerName(scope, key string) string { return "answer/" + scope + "/" + key }

func scope(o Order) string {
	switch {
	case o.scope != "":
		return o.scope
	case o.Agreement == "":
		return OperatorScope
	}
	return string(o.Agreement) + "/" + string(o.Actor.Party)
}

func (n *Notary) once(ctx context.Context, o Order) (Receipt, error) {
	now, err := n.clock()
	if err != nil {
		return Receipt{}, err
	}
	view, err := n.Register.View(o.Agreement)
	if err != nil {
		return Receipt{}, err
	}
	if view.Broken != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReadOnly, view.Broken)
	}
	if o.prepare != nil {
		if err := o.prepare(view, &o); err != nil {
			return Receipt{}, err
		}
	}
	events, err := articles.Decide(view.State, o.Actor, o.Command, now)
	if err != nil {
		return Receipt{}, err
	}
	if now, err = follow(now, view.Last); err != nil {
		return Receipt{}, err
	}
	leaves, err := n.seal(ctx, view, o, events, now)
	if err != nil {
		return Receipt{}, err
	}
	return n.append(ctx, view, o, leaves, now)
}

// seal signs each event with the acting party's key.
func (n *Notary) seal(ctx context.Context, v *register.View, o Order, events []any, now time.Time) ([]ledger.Leaf, error) {
	var leaves []ledger.Leaf
	for _, event := range events {
		name, clause := articles.Name(event)
		party := o.Actor.Party
		actor := o.Actor.ID
		if _, byClock := event.(agreement.EnteredIntoForce); byClock {
			party, actor = agreement.Host, "host"
		}
		body, err := json.Marshal(event)
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", name, err)
		}
		key, err := n.Keys.Key(ctx, keyName(v.State.ID, party, "entries"))
		if err != nil {
			return nil, fmt.Errorf("fetching the key of %s: %w", party, err)
		}
		leaf, err := ledger.Seal(ledger.Entry{Agreement: string(v.State.ID), Clause: string(clause), Type: name, Time: now, Party: ledger.Party(party),
			Actor: actor, Custody: ledger.HeldByNode, Key: o.Key, Body: body}, key)
		if err != nil {
			return nil, err
		}
		leaves = append(leaves, leaf)
	}
	return leaves, nil
}

// append makes the batch, writes it and publishes the view that it leads to.
func (n *Notary) append(ctx context.Context, v *register.View, o Order, leaves []ledger.Leaf, now time.Time) (Receipt, error) {
	people := map[string]string{}
	for id, p := range o.Private {
		people[id] = p.Value
	}
	next, err := n.Register.Next(v, leaves, people)
	if err != nil {
		return Receipt{}, fmt.Errorf("evolving %s: %w", v.State.ID, err)
	}
	batch, err := n.batch(ctx, v, next, leaves, now)
	if err != nil {
		return Receipt{}, err
	}
	batch.Private = o.Private
	receipt := Receipt{Agreement: v.State.ID, First: v.Size, Entries: leaves, View: next}
	if o.Respond != nil && o.Key != "" {
		response, err := o.Respond(receipt)
		if err != nil {
			return Receipt{}, fmt.Errorf("making the answer: %w", err)
		}
		if batch.Answer, err = n.Answered(o, response); err != nil {
			return Receipt{}, err
		}
	}
	if err := n.Journal.Append(ctx, v.State.ID, v.Size, batch); err != nil {
		if !errors.Is(err, ErrStale) {
			n.catchUp(context.WithoutCancel(ctx), v)
		}
		return Receipt{}, fmt.Errorf("appending to %s: %w", v.State.ID, err)
	}
	n.Register.Publish(next)
	return receipt, nil
}

func (n *Notary) lock(id agreement.ID) *sync.Mutex {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.locks == nil {
		n.locks = map[agreement.ID]*sync.Mutex{}
	}
	if n.locks[id] == nil {
		n.locks[id] = &sync.Mutex{}
	}
	return n.locks[id]
}
