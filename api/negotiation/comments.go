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
	Remarks  []remark         `json:"remarks"`
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
	After string `query:"after" maxLength:"100" doc:"The comment behind which to go on."`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"100" doc:"The most to list."`
	Open  bool   `query:"open" doc:"Only those that are not resolved."`
}

type commentsAnswer struct {
	Body struct {
		Items []thread `json:"items"`
		Next  string   `json:"next,omitempty" doc:"What to give as after for the next page; absent on the last."`
	}
}

func (t *Table) comments(_ context.Context, v rest.Visit, in *commentsInput) (*commentsAnswer, error) {
	var out commentsAnswer
	begun := in.After == ""
	for _, one := range v.View.State.Life.Threads {
		switch {
		case !begun:
			begun = one.ID == in.After
		case in.Open && !one.Resolved.IsZero():
		case len(out.Body.Items) == in.Limit:
			out.Body.Next = out.Body.Items[in.Limit-1].ID
			return &out, nil
		default:
			out.Body.Items = append(out.Body.Items, threadOf(one))
		}
	}
	if !begun {
		return nil, rest.Invalid("query.after", "there is no such comment")
	}
	return &out, nil
}

type commentInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Clause string `json:"clause,omitempty" maxLength:"40" doc:"By number; needed unless it is a reply."`
		Thread string `json:"thread,omitempty" maxLength:"100" doc:"The comment to which this is a reply: cmt_…"`
		Text   string `json:"text" minLength:"1" maxLength:"1000" doc:"What you say. The other party reads it."`
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
