package ledger

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// The types of the entries by which a ledger names its own keys. The names
// that begin with ledger. are kept for them: another one is refused, since a
// verifier that does not know it cannot tell which signatures still count.
const (
	TypeOpened     = "ledger.opened/1"
	TypeKeyAdded   = "ledger.key_added/1"
	TypeKeyRevoked = "ledger.key_revoked/1"
)

// Opened is the body of a ledger's first entry, which the host signs. It names
// the log and the keys with which everything starts. One key has one purpose.
type Opened struct {
	Origin  string         `json:"origin"` // "<host>/<agreement id>"
	Host    seal.PublicKey `json:"host"`   // signs the host's entries
	Log     seal.VKey      `json:"log"`    // signs checkpoints; its name is the origin
	Parties struct {
		A PartyKeys `json:"a"`
		B PartyKeys `json:"b"`
	} `json:"parties"`
}

// PartyKeys are the keys that a party begins with.
type PartyKeys struct {
	Entries seal.PublicKey `json:"entries"` // signs the party's entries
	Witness seal.VKey      `json:"witness"` // cosigns checkpoints
	Custody Custody        `json:"custody"` // who holds the key for entries
}

// Witness returns the key with which a party cosigns.
func (o Opened) Witness(p Party) seal.VKey {
	if p == PartyA {
		return o.Parties.A.Witness
	}
	return o.Parties.B.Witness
}

func (o Opened) check(agreement string) error {
	a, b := o.Parties.A, o.Parties.B
	purpose := map[seal.PublicKey]string{}
	for name, k := range map[string]seal.PublicKey{
		"host": o.Host, "log": o.Log.Public, "parties.a.entries": a.Entries, "parties.b.entries": b.Entries,
		"parties.a.witness": a.Witness.Public, "parties.b.witness": b.Witness.Public,
	} {
		if err := k.Check(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if other, taken := purpose[k]; taken {
			return fmt.Errorf("%s and %s are the same key; each purpose needs its own", min(name, other), max(name, other))
		}
		purpose[k] = name
	}
	switch {
	case o.Log.Kind != seal.LogKind || o.Log.Origin != o.Origin:
		return fmt.Errorf("log is not a log's key with the name %.40s", o.Origin)
	case !strings.HasSuffix(o.Origin, "/"+agreement):
		return fmt.Errorf("origin does not end with /%s, the agreement's id", agreement)
	case a.Witness.Kind != seal.WitnessKind || b.Witness.Kind != seal.WitnessKind || a.Witness.Origin == b.Witness.Origin:
		return errors.New("the witnesses of the parties are not two cosigning keys with two names")
	case !a.Custody.known() || !b.Custody.known():
		return errors.New("a custody is none of node, person and party")
	}
	return nil
}

// KeyAdded is the body of the entry by which a party names a further key for
// its entries. A key that is valid for that party must sign it; the new key may
// sign from the next position on.
type KeyAdded struct {
	Party   Party          `json:"party"`
	Key     seal.PublicKey `json:"key"`
	Custody Custody        `json:"custody"`
}

// KeyRevoked is the body of the entry by which a party gives up a key: from the
// next position on its signatures do not count. What it signed before stays
// valid, and the last key of a party cannot be revoked.
type KeyRevoked struct {
	Party  Party  `json:"party"`
	Key    string `json:"key"` // the key's id
	Reason string `json:"reason,omitempty"`
}

// A HeldKey is a key with the positions in the log at which it may sign:
// from From up to and without Until.
type HeldKey struct {
	Party   Party
	Key     seal.PublicKey
	Custody Custody
	From    int64
	Until   int64 // NoEnd while the key was not revoked
}

// NoEnd is the Until of a key that is still valid.
const NoEnd = math.MaxInt64

// A Keyring knows which key may sign for which party at which position of one
// log. It grows with the entries; the zero value is ready for the first.
type Keyring struct {
	opened Opened
	keys   []HeldKey // none before the first entry
}

// Opened returns what the first entry said, and false before there was one.
func (k *Keyring) Opened() (Opened, bool) { return k.opened, len(k.keys) > 0 }

// Clone returns a keyring that grows on its own: what it admits later is not seen in k, nor the
// other way round.
func (k *Keyring) Clone() *Keyring { return &Keyring{k.opened, slices.Clone(k.keys)} }

// Keys returns every key that ever was valid, in the order of the log.
func (k *Keyring) Keys() []HeldKey { return append([]HeldKey(nil), k.keys...) }

// Find returns the key with this id if it may sign for the party at position.
func (k *Keyring) Find(p Party, id string, position int64) (HeldKey, error) {
	i := k.index(id)
	switch {
	case i < 0:
		return HeldKey{}, fmt.Errorf("key %.40s is not known to this ledger", id)
	case k.keys[i].Party != p:
		return HeldKey{}, fmt.Errorf("key %s belongs to party %s and not to party %s", id, k.keys[i].Party, p)
	case position < k.keys[i].From:
		return HeldKey{}, fmt.Errorf("key %s is valid only from entry %d on", id, k.keys[i].From)
	case position >= k.keys[i].Until:
		return HeldKey{}, fmt.Errorf("key %s was revoked by entry %d", id, k.keys[i].Until-1)
	}
	return k.keys[i], nil
}

func (k *Keyring) index(id string) int {
	for i := range k.keys {
		if k.keys[i].Key.ID() == id {
			return i
		}
	}
	return -1
}

// Admit checks that s was signed, with a key that may do so at this position,
// and takes over what it says about keys. Nothing changes when it is refused.
func (k *Keyring) Admit(position int64, s Sealed) error {
	if position == 0 {
		opened, err := ReadOpened(s)
		if err != nil {
			return err
		}
		if err := s.Verify(opened.Host); err != nil {
			return err
		}
		k.open(opened)
		return nil
	}
	signer, err := k.signer(position, s.Entry, s.KeyID)
	if err != nil {
		return err
	}
	if err := s.Verify(signer.Key); err != nil {
		return err
	}
	return k.evolve(position, s.Entry)
}

// Follow is Admit for an entry, other than the first, that is known to have been
// admitted before (see CheckLeaves): whose key it is and whether it may sign at
// this position is checked again, the signature is not.
func (k *Keyring) Follow(position int64, e Entry, keyID string) error {
	if _, err := k.signer(position, e, keyID); err != nil {
		return err
	}
	return k.evolve(position, e)
}

// signer finds the key that an entry says it is signed with.
func (k *Keyring) signer(position int64, e Entry, keyID string) (HeldKey, error) {
	signer, err := k.Find(e.Party, keyID, position)
	if err == nil && signer.Custody != e.Custody {
		err = fmt.Errorf("the entry says that key %s is in the custody of the %s, but the ledger named the %s", keyID, e.Custody, signer.Custody)
	}
	return signer, err
}

// ReadOpened reads the first entry of a ledger, without verifying its signature.
func ReadOpened(s Sealed) (Opened, error) {
	var o Opened
	if s.Entry.Type != TypeOpened || s.Entry.Party != Host || s.Entry.Custody != HeldByNode {
		return o, fmt.Errorf("the first entry is not %s by the host's node", TypeOpened)
	}
	if err := canonical.Decode(s.Entry.Body, &o); err != nil {
		return o, fmt.Errorf("reading %s: %w", TypeOpened, err)
	}
	if err := o.check(s.Entry.Agreement); err != nil {
		return o, fmt.Errorf("reading %s: %w", TypeOpened, err)
	}
	return o, nil
}

func (k *Keyring) open(o Opened) {
	a, b := o.Parties.A, o.Parties.B
	k.opened = o
	k.keys = []HeldKey{
		{Host, o.Host, HeldByNode, 0, NoEnd},
		{PartyA, a.Entries, a.Custody, 1, NoEnd},
		{PartyB, b.Entries, b.Custody, 1, NoEnd},
	}
}

func (k *Keyring) evolve(position int64, e Entry) error {
	switch e.Type {
	case TypeOpened:
		return errors.New("the ledger is opened a second time")
	case TypeKeyAdded:
		return k.add(position, e)
	case TypeKeyRevoked:
		return k.revoke(position, e)
	}
	if strings.HasPrefix(e.Type, "ledger.") {
		return fmt.Errorf("%s is not known to this release, and may say whose signatures count", e.Type)
	}
	return nil
}

func (k *Keyring) add(position int64, e Entry) error {
	var b KeyAdded
	if err := canonical.Decode(e.Body, &b); err != nil {
		return fmt.Errorf("reading %s: %w", e.Type, err)
	}
	o := k.opened
	switch {
	case b.Party != e.Party:
		return fmt.Errorf("party %s cannot name a key of party %.40s", e.Party, b.Party)
	case !b.Custody.known():
		return fmt.Errorf("the custody %.40q is none of node, person and party", b.Custody)
	case b.Key.Check() != nil:
		return b.Key.Check()
	case k.index(b.Key.ID()) >= 0, b.Key == o.Log.Public, b.Key == o.Parties.A.Witness.Public, b.Key == o.Parties.B.Witness.Public:
		return fmt.Errorf("key %s is already in use in this ledger; a new key is needed", b.Key.ID())
	}
	k.keys = append(k.keys, HeldKey{b.Party, b.Key, b.Custody, position + 1, NoEnd})
	return nil
}

func (k *Keyring) revoke(position int64, e Entry) error {
	var b KeyRevoked
	if err := canonical.Decode(e.Body, &b); err != nil {
		return fmt.Errorf("reading %s: %w", e.Type, err)
	}
	if b.Party != e.Party {
		return fmt.Errorf("party %s cannot revoke a key of party %.40s", e.Party, b.Party)
	}
	if _, err := k.Find(b.Party, b.Key, position); err != nil {
		return err
	}
	left := 0
	for _, held := range k.keys {
		if held.Party == b.Party && held.Until == NoEnd {
			left++
		}
	}
	if left < 2 {
		return fmt.Errorf("key %s is the last one of party %s: name another before revoking it", b.Key, b.Party)
	}
	k.keys[k.index(b.Key)].Until = position + 1
	return nil
}
