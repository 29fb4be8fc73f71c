package access

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"entente/agreement"
)

// A Note is what a party keeps to itself about a clause. It is in no ledger, the node keeps it sealed,
// and the other party never sees it.
type Note struct {
	ID        string // "note_…"
	Agreement agreement.ID
	Party     agreement.Party
	Clause    agreement.Clause
	By        string // pseudonymous id
	At        time.Time
	Sealed    string // as it is kept
	Text      Secret // as its party reads it
}

// A NoteStore keeps notes, sealed.
type NoteStore interface {
	// KeepNote stores a new note durably, with the answer to whoever asked for it if the answer's key is
	// not empty: both or neither.
	KeepNote(ctx context.Context, n Note, a Answer) error
	// Notes are those of a party of an agreement, oldest first.
	Notes(ctx context.Context, id agreement.ID, p agreement.Party) ([]Note, error)
	// DropNote forgets a note of a party, with the answer, and says whether there was one.
	DropNote(ctx context.Context, id agreement.ID, p agreement.Party, note string, a Answer) (bool, error)
}

// ErrFull means that a party has as many notes as it can have.
var ErrFull = errors.New("your party has 1,000 notes on the agreement; forget some first")

const mostNotes = 1000

// A Notebook gives each party its own notes, and nobody else's. All fields are needed.
type Notebook struct {
	Store  NoteStore
	Sealer *Sealer
	Now    func() time.Time
	Rand   io.Reader
}

// Keep stores a note of the caller's party. answer makes the answer that is kept with it.
func (b *Notebook) Keep(ctx context.Context, c Caller, clause agreement.Clause, text Secret, answer func(Note) (Answer, error)) error {
	have, err := b.Store.Notes(ctx, c.Agreement, c.Actor.Party)
	if err != nil {
		return fmt.Errorf("reading the notes: %w", err)
	}
	id, err := NewID(b.Rand, "note_")
	if err != nil {
		return err
	}
	return b.keep(ctx, have, Note{ID: id, Agreement: c.Agreement, Party: c.Actor.Party, Clause: clause, By: c.Actor.ID, Text: text}, answer)
}

// KeepOnce is Keep for a form, which makes one note however often it is sent: key is the form's own.
func (b *Notebook) KeepOnce(ctx context.Context, c Caller, key string, clause agreement.Clause, text Secret) error {
	n := Note{Agreement: c.Agreement, Party: c.Actor.Party, Clause: clause, By: c.Actor.ID, Text: text}
	sum := sha256.Sum256([]byte(string(n.Agreement) + "/" + n.By + "/" + key))
	n.ID = publicID("note_", sum[:10])
	have, err := b.Store.Notes(ctx, c.Agreement, c.Actor.Party)
	if err != nil {
		return fmt.Errorf("reading the notes: %w", err)
	}
	if slices.ContainsFunc(have, func(other Note) bool { return other.ID == n.ID }) {
		return nil
	}
	return b.keep(ctx, have, n, func(Note) (Answer, error) { return Answer{}, nil })
}

// keep stores a note beside those that its party has.
func (b *Notebook) keep(ctx context.Context, have []Note, n Note, answer func(Note) (Answer, error)) (err error) {
	if len(have) >= mostNotes {
		return ErrFull
	}
	n.At = b.Now().UTC().Truncate(time.Microsecond)
	if n.Sealed, err = b.Sealer.Seal(n.name(), n.Text); err != nil {
		return err
	}
	a, err := answer(n)
	if err != nil {
		return fmt.Errorf("making the answer: %w", err)
	}
	return b.Store.KeepNote(ctx, n, a)
}

// NewID draws a public id: a prefix, and 16 lower-case letters and digits.
func NewID(rand io.Reader, prefix string) (string, error) {
	random := make([]byte, 10)
	if _, err := io.ReadFull(rand, random); err != nil {
		return "", fmt.Errorf("drawing randomness: %w", err)
	}
	return publicID(prefix, random), nil
}

func publicID(prefix string, b []byte) string {
	return prefix + strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// name binds the sealed text to its note and party: sealed for one, it opens for no other.
func (n Note) name() string {
	return "note/" + string(n.Agreement) + "/" + string(n.Party) + "/" + n.ID
}

// Of are the notes of the caller's party, oldest first.
func (b *Notebook) Of(ctx context.Context, c Caller) ([]Note, error) {
	all, err := b.Store.Notes(ctx, c.Agreement, c.Actor.Party)
	if err != nil {
		return nil, fmt.Errorf("reading the notes: %w", err)
	}
	for i := range all {
		if all[i].Text, err = b.Sealer.Open(all[i].name(), all[i].Sealed); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Drop forgets a note of the caller's party, and says whether there was one.
func (b *Notebook) Drop(ctx context.Context, c Caller, note string, a Answer) (bool, error) {
	return b.Store.DropNote(ctx, c.Agreement, c.Actor.Party, note, a)
}
