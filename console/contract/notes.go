package contract

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"entente/access"
	"entente/agreement"
	"entente/console/frame"
	"entente/notary"
)

// A notepad is what the visitor's party has written about a clause for itself. The other party never sees it.
type notepad struct {
	Party string // whose it is, in running text
	Notes []privately
	Add   *frame.Form
}

// A privately written note.
type privately struct {
	Name, On, Text string
	Forget         *frame.Form
}

// mostNoted is how many characters a note may have.
const mostNoted = 2000

// notepad is the notepad of a clause, the oldest note first.
func (d *Desk) notepad(ctx context.Context, v *frame.Visit, clause agreement.Clause, s *frame.Sent) (*notepad, error) {
	all, err := d.Notes.Of(ctx, v.Caller)
	if err != nil {
		return nil, err
	}
	path := "/clauses/" + string(clause) + "/notes"
	p := &notepad{Party: v.PartyName(), Add: v.Form("note", path, "", "", s)}
	for _, n := range all {
		if n.Clause == clause {
			p.Notes = append(p.Notes, privately{v.PersonName(n.By), v.Date(n.At), n.Text.Reveal(), v.Form(n.ID+"-forget", path+"/removal", "id", n.ID, s)})
		}
	}
	return p, nil
}

// onClause makes a page of an act about the notes of the clause that the path names.
func (d *Desk) onClause(do func(ctx context.Context, v *frame.Visit, clause agreement.Clause, key string, f url.Values) error) frame.Serve {
	act := func(clause agreement.Clause) frame.Act {
		return func(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
			return frame.Done{}, do(ctx, v, clause, o.Key, f)
		}
	}
	return d.atClause(act, func(frame.Done) string { return "#panel-notes" })
}

// keepNote writes a note of the visitor's party. It is in no ledger.
func (d *Desk) keepNote(ctx context.Context, v *frame.Visit, clause agreement.Clause, key string, f url.Values) error {
	text, err := frame.Needed(f, "text", "The note", mostNoted, "Write your note; only your party reads it.")
	if err != nil {
		return err
	}
	err = d.Notes.KeepOnce(ctx, v.Caller, key, clause, access.NewSecret(text))
	if errors.Is(err, access.ErrFull) {
		return frame.Incomplete(access.ErrFull.Error() + ".")
	}
	return err
}

// forgetNote erases a note of the visitor's party on the clause. One that is not there is forgotten already.
func (d *Desk) forgetNote(ctx context.Context, v *frame.Visit, clause agreement.Clause, _ string, f url.Values) error {
	all, err := d.Notes.Of(ctx, v.Caller)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(n access.Note) bool { return n.ID == f.Get("id") && n.Clause == clause }) {
		_, err = d.Notes.Drop(ctx, v.Caller, f.Get("id"), access.Answer{})
	}
	return err
}
