package negotiation

import (
	"context"
	"errors"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/register"
)

type note struct {
	ID     string           `json:"id"`
	Clause agreement.Clause `json:"clause"`
	By     string           `json:"by" doc:"The person's pseudonym."`
	At     time.Time        `json:"at"`
	Text   string           `json:"text"`
}

func noteOf(n access.Note) note {
	return note{n.ID, n.Clause, n.By, n.At, n.Text.Reveal()}
}

type notesInput struct {
	rest.Of
	rest.Page
	Clause string `query:"clause" maxLength:"40" doc:"Only those on this clause, by number."`
}

func (t *Table) notes(ctx context.Context, v rest.Visit, in *notesInput) (*rest.List[note], error) {
	clause, err := rest.AskedClause(in.Clause)
	if err != nil {
		return nil, err
	}
	kept, err := t.Notebook.Of(ctx, v.Caller)
	if err != nil {
		return nil, err
	}
	var all []note
	for _, n := range kept {
		all = append(all, noteOf(n))
	}
	return rest.Cut(all, in.Page, func(n note) string { return n.ID }, func(n note) bool { return rest.Is(clause, n.Clause) })
}

type noteInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Clause string `json:"clause" maxLength:"40" example:"6.1" doc:"By number."`
		Text   string `json:"text" minLength:"1" maxLength:"2000" example:"We could live with 45 days."`
	}
}

func (t *Table) keepNote(ctx context.Context, v rest.Visit, in *noteInput, p *rest.Promise) (out note, err error) {
	clause, err := agreement.ParseClause(in.Body.Clause)
	if err != nil {
		return out, rest.Invalid("body.clause", err.Error())
	}
	err = t.Notebook.Keep(ctx, v.Caller, clause, access.NewSecret(in.Body.Text), func(n access.Note) (access.Answer, error) {
		out = noteOf(n)
		return p.Of(out)
	})
	if errors.Is(err, access.ErrFull) {
		return out, rest.Invalid("body", err.Error())
	}
	return out, err
}

type dropInput struct {
	rest.Of
	rest.Retry
	Note string `path:"note" maxLength:"100" doc:"The note's id: note_…"`
}

type dropped struct {
	ID string `json:"id"`
}

func (t *Table) dropNote(ctx context.Context, v rest.Visit, in *dropInput, p *rest.Promise) (dropped, error) {
	out := dropped{in.Note}
	a, err := p.Of(out)
	if err != nil {
		return out, err
	}
	switch found, err := t.Notebook.Drop(ctx, v.Caller, in.Note, a); {
	case err != nil:
		return out, err
	case !found:
		return out, register.ErrUnknown
	}
	return out, nil
}
