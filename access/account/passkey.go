package account

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente/access"
	"entente/agreement"
	"entente/ledger/passkey"
)

// Handle is what a passkey knows of its person: an id that is the same for all passkeys of the person, and
// tells nobody else who it is.
func Handle(id agreement.ID, person string) []byte {
	sum := sha256.Sum256([]byte("entente-passkey-handle-v1\x00" + string(id) + "/" + person))
	return sum[:]
}

// making is the purpose of a question: nobody makes a passkey for someone else.
func making(c access.Caller) string { return "make/" + string(c.Agreement) + "/" + c.Actor.ID }

// AskToMake asks the caller's device for a new passkey, which is not one of theirs already.
func (b *Book) AskToMake(ctx context.Context, c access.Caller) (Question, []Passkey, error) {
	if !b.HasPasskeys() {
		return Question{}, nil, ErrNoPasskeys
	}
	have, err := b.Passkeys.PasskeysOf(ctx, c.Agreement, c.Actor.ID)
	if err != nil {
		return Question{}, nil, fmt.Errorf("reading the passkeys: %w", err)
	}
	q, err := b.Ask(making(c))
	return q, have, err
}

// Made takes the passkey that the caller's device has made in answer to a question. The error wraps
// passkey.ErrInvalid, ErrExpired or ErrPasskey where it is not taken.
func (b *Book) Made(ctx context.Context, c access.Caller, question string, m passkey.Made, name string) (Passkey, error) {
	if !b.HasPasskeys() {
		return Passkey{}, ErrNoPasskeys
	}
	if err := checkName(name); err != nil {
		return Passkey{}, err
	}
	q, until, err := b.answered(making(c), question)
	if err != nil {
		return Passkey{}, err
	}
	made, err := passkey.Register(m, b.Site, q.Challenge)
	if err != nil {
		return Passkey{}, err
	}
	if err := b.spend(ctx, q, until); err != nil {
		return Passkey{}, err
	}
	id, err := access.NewID(b.Door.Rand, "pk_")
	if err != nil {
		return Passkey{}, err
	}
	k := Passkey{ID: id, Credential: made.ID, Agreement: c.Agreement, Person: c.Actor.ID, Name: name, Key: made.Key, Counter: made.Counter, Synced: made.Synced, Created: b.Door.Now().UTC(), Proven: c.Proven}
	if err := b.Passkeys.KeepPasskey(ctx, k); err != nil {
		return Passkey{}, err
	}
	b.alarm(ctx, k.Agreement, k.Person, "passkey-made/"+k.ID, "A passkey was made that enters as you", closeAll)
	return k, nil
}

// longestName is the most characters of a passkey's name.
const longestName = 60

// ErrName means that a name cannot be a passkey's.
var ErrName = fmt.Errorf("a passkey's name is one line of 1 to %d characters", longestName)

func checkName(name string) error {
	if name != strings.TrimSpace(name) || name == "" || utf8.RuneCountInString(name) > longestName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return ErrName
	}
	return nil
}

// Rename gives a passkey of the caller another name, and says whether there is one.
func (b *Book) Rename(ctx context.Context, c access.Caller, id, name string) (bool, error) {
	if err := checkName(name); err != nil {
		return false, err
	}
	all, err := b.Passkeys.PasskeysOf(ctx, c.Agreement, c.Actor.ID)
	if err != nil {
		return false, err
	}
	for _, k := range all {
		if k.ID == id {
			k.Name = name
			return b.Passkeys.MovePasskey(ctx, k)
		}
	}
	return false, nil
}

// Remove forgets a passkey of the caller, and says whether there was one. It opens nothing any more;
// what was signed with it stays signed.
func (b *Book) Remove(ctx context.Context, c access.Caller, id string) (bool, error) {
	found, err := b.Passkeys.DropPasskey(ctx, c.Agreement, c.Actor.ID, id)
	if found {
		b.alarm(ctx, c.Agreement, c.Actor.ID, "passkey-removed/"+id, "A passkey of yours was removed", closeAll)
	}
	return found, err
}

// signIn is the purpose of a question to whoever comes.
const signIn = "sign-in"

// AskToEnter asks whoever comes for a passkey of theirs.
func (b *Book) AskToEnter() (Question, error) {
	if !b.HasPasskeys() {
		return Question{}, ErrNoPasskeys
	}
	return b.Ask(signIn)
}

// An Answer is what a browser brings when a person has confirmed a question.
type Answer struct {
	Question   string
	Credential []byte
	Handle     []byte // of the person whose passkey it is
	passkey.Assertion
}

// Enter begins a session for whoever has confirmed a question; the label says where. Every passkey that
// does not open is access.ErrNoEntry, whatever is wrong with it.
func (b *Book) Enter(ctx context.Context, a Answer, label string) (access.Key, access.Caller, error) {
	if !b.HasPasskeys() {
		return access.Key{}, access.Caller{}, access.ErrNoEntry
	}
	q, until, err := b.answered(signIn, a.Question)
	if err != nil {
		return access.Key{}, access.Caller{}, err
	}
	k, found, err := b.Passkeys.FindPasskey(ctx, a.Credential)
	if err != nil {
		return access.Key{}, access.Caller{}, err
	}
	if !found || !bytes.Equal(a.Handle, Handle(k.Agreement, k.Person)) {
		return access.Key{}, access.Caller{}, access.ErrNoEntry
	}
	if err := b.confirmed(ctx, &k, a.Assertion, q.Challenge); err != nil {
		return access.Key{}, access.Caller{}, err
	}
	if err := b.spend(ctx, q, until); err != nil {
		return access.Key{}, access.Caller{}, err
	}
	return b.begin(ctx, access.Grant{Agreement: k.Agreement, Person: k.Person, Label: label, Proven: k.Proven})
}

// confirmed verifies an answer by a passkey and notes its use. A device that counts backwards has been
// copied.
func (b *Book) confirmed(ctx context.Context, k *Passkey, a passkey.Assertion, challenge []byte) error {
	counter, err := k.Key.Verify(a, b.Site, challenge)
	if err != nil {
		b.Log.Warn("a passkey was refused", "passkey", k.ID, "why", err)
		return access.ErrNoEntry
	}
	if (counter != 0 || k.Counter != 0) && counter <= k.Counter {
		b.Log.Warn("a passkey was refused: its device counts backwards, as a copy of it would", "passkey", k.ID, "counter", counter, "before", k.Counter)
		return access.ErrNoEntry
	}
	k.Counter, k.Used = counter, b.Door.Now().UTC()
	found, err := b.Passkeys.MovePasskey(ctx, *k)
	if err == nil && !found {
		err = access.ErrNoEntry
	}
	return err
}
