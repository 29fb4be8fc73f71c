package negotiation

import (
	"context"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/notary"
	"entente/register"
)

type thread struct {
	ID       string           `json:"id"`
	Clause   agreement.Clause `json:"clause"`
	Version  int              `json:"version" doc:"Proposed last when it began."`
	Resolved time.Time        `json:"resolved,omitzero" doc:"Absent while it is open."`
	Remarks  []remark         `json:"remarks" doc:"The comment and its replies, the first first."`
}

type remark struct {
	Party agreement.Party `json:"party" enum:"a,b"`
	By    string          `json:"by" doc:"The person's pseudonym."`
	Text  string          `json:"text"`
	At    time.Time       `json:"at"`
}

func threadOf(t agreement.Thread) thread {
	out := thread{ID: t.ID, Clause: t.Clause, Version: t.Version, Resolved: t.Resolved}
	for _, r := range t.Remarks {
		out.Remarks = append(out.Remarks, remark(r))
	}
	return out
}

type commentsInput struct {
	rest.Of
	rest.Page
	Clause string `query:"clause" maxLength:"40" doc:"Only those on this clause, by number."`
	Open   bool   `query:"open" doc:"Only those that are not resolved."`
}

func (t *Table) comments(_ context.Context, v rest.Visit, in *commentsInput) (*rest.List[thread], error) {
	clause, err := rest.AskedClause(in.Clause)
	if err != nil {
		return nil, err
	}
	var all []thread
	for _, one := range v.View.State.Life.Threads {
		all = append(all, threadOf(one))
	}
	return rest.Cut(all, in.Page, func(t thread) string { return t.ID }, func(t thread) bool {
		return rest.Is(clause, t.Clause) && (!in.Open || t.Resolved.IsZero())
	})
}

type commentInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Clause string `json:"clause,omitempty" maxLength:"40" example:"6.1" doc:"By number; needed unless it is a reply."`
		Thread string `json:"thread,omitempty" maxLength:"100" doc:"The comment to which this is a reply: cmt_…"`
		Text   string `json:"text" minLength:"1" maxLength:"1000" example:"Thirty days are too few for us." doc:"What you say. The other party reads it."`
	}
}

type said struct {
	Comment thread `json:"comment"`
	Entry   int64  `json:"entry" doc:"The position of its entry in the ledger."`
}

func saidOf(id string) func(notary.Receipt) said {
	return func(r notary.Receipt) said {
		one, _ := r.View.State.Life.Thread(id)
		return said{threadOf(one), r.First}
	}
}

func (t *Table) comment(ctx context.Context, v rest.Visit, in *commentInput) (*rest.Written[said], error) {
	c := agreement.Comment{Thread: in.Body.Thread, Reply: in.Body.Thread != "", Party: v.Actor.Party, By: v.Actor.ID, Text: in.Body.Text}
	if c.Reply {
		if err := known(v, c.Thread); err != nil {
			return nil, err
		}
		return rest.Command(ctx, t.Notary, v, c, saidOf(c.Thread))
	}
	var err error
	if c.Clause, err = agreement.ParseClause(in.Body.Clause); err != nil {
		return nil, rest.Invalid("body.clause", err.Error())
	}
	if c.Thread, err = access.NewID(t.Notary.Rand, "cmt_"); err != nil {
		return nil, err
	}
	return rest.Command(ctx, t.Notary, v, c, saidOf(c.Thread))
}

// known refuses a thread that the agreement does not have.
func known(v rest.Visit, id string) error {
	if _, ok := v.View.State.Life.Thread(id); !ok {
		return register.ErrUnknown
	}
	return nil
}

type resolveInput struct {
	rest.Of
	rest.Retry
	Thread string    `path:"thread" maxLength:"100" doc:"The comment's id: cmt_…"`
	Body   *struct{} `doc:"Nothing, or an empty object."`
}

func (t *Table) resolve(ctx context.Context, v rest.Visit, in *resolveInput) (*rest.Written[said], error) {
	if err := known(v, in.Thread); err != nil {
		return nil, err
	}
	return rest.Command(ctx, t.Notary, v, agreement.ResolveComment{Thread: in.Thread, Party: v.Actor.Party, By: v.Actor.ID}, saidOf(in.Thread))
}
