package notary

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/ledger"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/register"

	"golang.org/x/mod/sumdb/tlog"
)

// Open begins a ledger: an id, the keys in the node's custody, and the first entry, which names
// them. Nothing is proposed yet.
func (n *Notary) Open(ctx context.Context) (agreement.ID, error) { return n.begin(ctx, Order{}) }

// OpenOnce is Open for whoever may have to ask again: an order with the same idempotency key and the
// same request gets the same ledger, whatever became of the answer. Nothing else of the order counts.
func (n *Notary) OpenOnce(ctx context.Context, o Order) (agreement.ID, error) {
	if o.Key == "" {
		return n.Open(ctx)
	}
	n.opening.Lock()
	defer n.opening.Unlock()
	if id, ok, err := n.Opened(ctx, o); ok || err != nil {
		return id, err
	}
	return n.begin(ctx, Order{Key: o.Key, Request: o.Request, scope: OperatorScope})
}

// Opened is the ledger that OpenOnce opened for an order with this key; false if it opened none.
func (n *Notary) Opened(ctx context.Context, o Order) (agreement.ID, bool, error) {
	done, ok, err := n.repeated(ctx, Order{Key: o.Key, Request: o.Request, scope: OperatorScope})
	if !ok || err != nil {
		return "", false, err
	}
	id := agreement.ID(done.Repeated)
	if _, err := n.Register.View(id); errors.Is(err, register.ErrUnknown) { // it was kept although keeping it failed
		if err := n.reread(ctx, id); err != nil {
			return "", false, fmt.Errorf("reading %s, which was opened before: %w", id, err)
		}
	}
	return id, true, nil
}

// begin opens the ledger that an order asks for.
func (n *Notary) begin(ctx context.Context, o Order) (agreement.ID, error) {
	now, err := n.clock()
	if err != nil {
		return "", err
	}
	random, err := n.random(10)
	if err != nil {
		return "", err
	}
	id := agreement.ID("agr_" + random)
	opened, host, err := n.mint(ctx, id)
	if err != nil {
		return "", fmt.Errorf("making the keys of %s: %w", id, err)
	}
	body, err := json.Marshal(opened)
	if err != nil {
		return "", fmt.Errorf("writing the first entry of %s: %w", id, err)
	}
	leaf, err := ledger.Seal(ledger.Entry{Agreement: string(id), Type: ledger.TypeOpened, Time: now, Party: ledger.Host,
		Actor: "host", Custody: ledger.HeldByNode, Key: o.Key, Body: body}, host)
	if err != nil {
		return "", err
	}
	o.Agreement = id
	o.Respond = func(Receipt) ([]byte, error) { return []byte(id), nil }
	empty := &register.View{State: articles.State{ID: id}, Keyring: &ledger.Keyring{}, People: map[string]string{}}
	_, err = n.append(ctx, empty, o, []ledger.Leaf{leaf}, now)
	return id, err
}

// mint makes and keeps the six keys of a hosted agreement: one purpose, one key.
func (n *Notary) mint(ctx context.Context, id agreement.ID) (ledger.Opened, seal.PrivateKey, error) {
	origin := n.Name + "/" + string(id)
	keys := map[string]seal.PrivateKey{}
	for _, name := range []string{keyName(id, agreement.Host, "entries"), keyName(id, agreement.Host, "log"),
		keyName(id, agreement.A, "entries"), keyName(id, agreement.A, "witness"), keyName(id, agreement.B, "entries"), keyName(id, agreement.B, "witness")} {
		k, err := seal.Generate(n.Rand)
		if err != nil {
			return ledger.Opened{}, k, err
		}
		if err := n.Keys.KeepKey(ctx, name, k); err != nil {
			return ledger.Opened{}, k, err
		}
		keys[name] = k
	}
	public := func(p agreement.Party, use string) seal.PublicKey { return keys[keyName(id, p, use)].Public() }
	o := ledger.Opened{Origin: origin, Host: public(agreement.Host, "entries"), Log: seal.LogVKey(origin, public(agreement.Host, "log"))}
	o.Parties.A = ledger.PartyKeys{Entries: public(agreement.A, "entries"), Witness: seal.WitnessVKey(witnessName(origin, agreement.A), public(agreement.A, "witness")), Custody: ledger.HeldByNode}
	o.Parties.B = ledger.PartyKeys{Entries: public(agreement.B, "entries"), Witness: seal.WitnessVKey(witnessName(origin, agreement.B), public(agreement.B, "witness")), Custody: ledger.HeldByNode}
	return o, keys[keyName(id, agreement.Host, "entries")], nil
}

func keyName(id agreement.ID, p agreement.Party, use string) string {
	return string(id) + "/" + string(p) + "/" + use
}

func witnessName(origin string, p agreement.Party) string { return origin + "/" + string(p) }

// batch hashes the leaves, signs the checkpoint of the ledger with them, and has it cosigned by
// the parties whose witness keys are in the node's custody.
func (n *Notary) batch(ctx context.Context, before, after *register.View, leaves []ledger.Leaf, now time.Time) (Batch, error) {
	id := before.State.ID
	pending := &overlay{stored: n.Journal.Hashes(ctx, id), base: tree.HashCount(before.Size)}
	for i, leaf := range leaves {
		hashes, err := tree.StoredHashes(before.Size+int64(i), leaf, pending)
		if err != nil {
			return Batch{}, fmt.Errorf("hashing entry %d of %s: %w", before.Size+int64(i), id, err)
		}
		pending.added = append(pending.added, hashes...)
	}
	root, err := tree.Root(after.Size, pending)
	if err != nil {
		return Batch{}, fmt.Errorf("computing the root of %s: %w", id, err)
	}
	signed, err := n.sign(ctx, after, root, now)
	if err != nil {
		return Batch{}, err
	}
	return Batch{Leaves: leaves, Hashes: pending.added, Checkpoint: signed,
		Rows: changes(before, after), Erased: erased(before, after)}, nil
}

// erased are the people who are so after a batch, and were not before.
func erased(before, after *register.View) (pseudonyms []string) {
	for id, m := range after.State.Members {
		if m.Erased && !before.State.Members[id].Erased {
			pseudonyms = append(pseudonyms, id)
		}
	}
	return pseudonyms
}

// changes are the rows that differ; of a ledger that begins they are all of them.
func changes(before, after *register.View) []articles.Change {
	if before.Size == 0 {
		return articles.Changes(nil, articles.Rows(after.State))
	}
	return articles.Difference(before.State, after.State)
}

func (n *Notary) sign(ctx context.Context, v *register.View, root tlog.Hash, now time.Time) ([]byte, error) {
	opened, _ := v.Keyring.Opened()
	key, err := n.Keys.Key(ctx, keyName(v.State.ID, agreement.Host, "log"))
	if err != nil {
		return nil, fmt.Errorf("fetching the log key of %s: %w", v.State.ID, err)
	}
	signed, err := tree.SignCheckpoint(tree.Checkpoint{Origin: opened.Origin, Size: v.Size, Root: root}, key)
	if err != nil {
		return nil, err
	}
	for _, p := range agreement.Both {
		key, err := n.Keys.Key(ctx, keyName(v.State.ID, p, "witness"))
		if err != nil {
			return nil, fmt.Errorf("fetching the witness key of %s: %w", p.Label(), err)
		}
		line, err := tree.Cosign(signed, witnessName(opened.Origin, p), key, now)
		if err != nil {
			return nil, err
		}
		if signed, err = tree.AddCosignatures(signed, line); err != nil {
			return nil, err
		}
	}
	return signed, nil
}

// An overlay reads stored hashes and those that are about to be stored.
type overlay struct {
	stored tree.Hashes
	base   int64
	added  []tlog.Hash
}

func (o *overlay) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= o.base {
			out[i] = o.added[index-o.base]
			continue
		}
		got, err := o.stored.ReadHashes([]int64{index})
		if err != nil {
			return nil, err
		}
		out[i] = got[0]
	}
	return out, nil
}

// Members makes the pseudonyms under which the ledger knows the people of a text, and the private
// values that say who they are. People whom the agreement already knows keep theirs.
func (n *Notary) Members(v *register.View, a articles.Agreement) ([]agreement.Member, map[string]register.Private, error) {
	var members []agreement.Member
	private := map[string]register.Private{}
	for _, person := range a.Frame().People {
		if v != nil {
			if known, ok := v.Member(person.ID); ok {
				known.Roles = person.Roles
				members = append(members, known)
				continue
			}
		}
		random, err := n.random(10)
		if err != nil {
			return nil, nil, err
		}
		salt := make([]byte, 16)
		if _, err := io.ReadFull(n.Rand, salt); err != nil {
			return nil, nil, fmt.Errorf("drawing a salt: %w", err)
		}
		id, kept := "per_"+random, register.Private{Salt: salt, Value: person.ID}
		members = append(members, agreement.Member{ID: id, Name: kept.Commitment(), Party: person.Party, Roles: person.Roles})
		private[id] = kept
	}
	return members, private, nil
}

// random is bytes of randomness in 8/5 as many lower-case letters and digits.
func (n *Notary) random(bytes int) (string, error) {
	b := make([]byte, bytes)
	if _, err := io.ReadFull(n.Rand, b); err != nil {
		return "", fmt.Errorf("drawing randomness: %w", err)
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)), nil
}
