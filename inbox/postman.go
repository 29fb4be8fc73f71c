package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/mail"
	"entente/register"
)

// A PostStore keeps which letter tells what.
type PostStore interface {
	// Unwritten are the items that no letter tells yet, nor need none; by person, oldest first.
	Unwritten(ctx context.Context) ([]Item, error)
	// Assign says which letter tells items, durably. It says how many it took: those that another letter tells
	// by now it leaves.
	Assign(ctx context.Context, letter string, items []Item, at time.Time) (int, error)
	// Unposted are the items whose letter may not have been posted.
	Unposted(ctx context.Context) ([]Item, error)
	// Posted notes that a letter was posted.
	Posted(ctx context.Context, letter string, at time.Time) error
	// LastPosted is when the last letter to a person was posted; zero if there was none.
	LastPosted(ctx context.Context, id agreement.ID, person string) (time.Time, error)
}

// A Postman writes the letters. Origin may be empty, and letters have no links then; all else is needed.
type Postman struct {
	Register *register.Register
	Store    PostStore
	Cabinet  Cabinet
	Mail     *mail.Queue
	Origin   string // under which people reach the node: https://entente.company.example
	Now      func() time.Time
	Rand     io.Reader
	Log      *slog.Logger
}

// pause is how long after a letter the next one waits, so that what comes in a rush comes together. A
// notice does not wait.
const pause = 10 * time.Minute

// Write writes the letters that are to be written by now, one for each person. Which letter tells what is kept
// before the letter is posted, and it is posted under its own name, so that nothing is told twice.
func (p *Postman) Write(ctx context.Context) error {
	left, err := p.Store.Unposted(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, items := range grouped(left, func(i Item) string { return i.Letter }) {
		errs = append(errs, p.post(ctx, items[0].Letter, items))
	}
	waiting, err := p.Store.Unwritten(ctx)
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	for _, items := range grouped(waiting, func(i Item) string { return string(i.Agreement) + "/" + i.Person }) {
		errs = append(errs, p.person(ctx, items))
	}
	return errors.Join(errs...)
}

// grouped are items by what they have in common, in the order of the first of each.
func grouped(items []Item, by func(Item) string) (all [][]Item) {
	at := map[string]int{}
	for _, i := range items {
		n, known := at[by(i)]
		if !known {
			n = len(all)
			at[by(i)], all = n, append(all, nil)
		}
		all[n] = append(all[n], i)
	}
	return all
}

// person writes to a person what is to be written to them by now.
func (p *Postman) person(ctx context.Context, items []Item) error {
	id, who, now := items[0].Agreement, items[0].Person, p.Now().UTC()
	v, err := p.Register.View(id)
	if err != nil {
		return err
	}
	choice, err := p.Cabinet.Preferences(ctx, id, who)
	if err != nil {
		return err
	}
	last, err := p.Store.LastPosted(ctx, id, who)
	if err != nil {
		return err
	}
	zone := v.State.Text().Frame().Zone()
	var never, ready []Item
	hurry := now.Sub(last) >= pause || now.Before(last)
	for _, i := range items {
		switch {
		case p.Mail.Relay == nil, choice.of(i) == Off, !i.Read.IsZero(), !i.Settled.IsZero():
			never = append(never, i)
		case choice.ripe(i, zone, now):
			ready = append(ready, i)
			hurry = hurry || i.Fixed != ""
		}
	}
	if len(never) > 0 {
		if _, err := p.Store.Assign(ctx, NoLetter, never, now); err != nil {
			return err
		}
	}
	if len(ready) == 0 || !hurry {
		return nil
	}
	letter, err := access.NewID(p.Rand, "ltr_")
	if err != nil {
		return err
	}
	if n, err := p.Store.Assign(ctx, letter, ready, now); err != nil || n < len(ready) {
		return err // what was taken of it is posted with the next round
	}
	return p.post(ctx, letter, ready)
}

// post posts the letter that tells items, and notes that it was. Posting it again changes nothing.
func (p *Postman) post(ctx context.Context, letter string, items []Item) error {
	v, err := p.Register.View(items[0].Agreement)
	if err != nil {
		return err
	}
	m := v.State.Members[items[0].Person]
	if person, known := access.Person(v, m); known && v.State.Acts(m, p.Now()) && p.Mail.Relay != nil {
		slices.SortStableFunc(items, func(a, b Item) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Due.Compare(b.Due)) })
		written, err := p.letter(v, m, person, items)
		if err != nil {
			return fmt.Errorf("writing letter %s: %w", letter, err)
		}
		written.Key = "inbox/" + letter
		switch err := p.Mail.Post(ctx, written); {
		case errors.Is(err, mail.ErrLetter):
			p.Log.Error("a letter cannot be sent, and what it tells stands on the person's page alone", "letter", letter, "error", err)
		case err != nil:
			return err
		}
	}
	return p.Store.Posted(ctx, letter, p.Now().UTC())
}
