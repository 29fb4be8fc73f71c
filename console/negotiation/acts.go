package negotiation

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"entente/access"
	"entente/agreement"
	"entente/console/frame"
	"entente/notary"
)

// mostSaid is how many characters a reason or a comment may have.
const mostSaid = 1000

// act makes a page of an act: done or not, the negotiation is shown again.
func (d *Desk) act(do frame.Act) frame.Serve {
	return frame.Stage{
		Again: d.show,
		Then: func(w http.ResponseWriter, r *http.Request, v *frame.Visit, done frame.Done) error {
			http.Redirect(w, r, v.Home()+"/negotiation", http.StatusSeeOther)
			return nil
		},
	}.Play(do)
}

// version is the version that was on the page with the form.
func version(f url.Values) (int, error) {
	n, err := strconv.Atoi(f.Get("version"))
	if err != nil {
		return 0, frame.ErrForm
	}
	return n, nil
}

// answer accepts the clauses that "accept" or "clauses" names, or rejects that of "reject".
func (d *Desk) answer(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	n, err := version(f)
	if err != nil {
		return frame.Done{}, err
	}
	c := agreement.AnswerClauses{Version: n, Party: v.Party(), By: o.Actor.ID, Accept: f.Get("reject") == ""}
	for _, name := range strings.Fields(f.Get("accept") + " " + f.Get("clauses") + " " + f.Get("reject")) {
		clause, err := agreement.ParseClause(name)
		if err != nil {
			return frame.Done{}, frame.ErrForm
		}
		if !slices.Contains(c.Clauses, clause) {
			c.Clauses = append(c.Clauses, clause)
		}
	}
	if !c.Accept {
		if c.Reason, err = frame.Needed(f, "reason", "The reason", mostSaid, "Say why your party does not accept the clause; the other party reads it."); err != nil {
			return frame.Done{}, err
		}
	}
	o.Command = c
	return frame.Outcome(d.Notary.Do(ctx, o))
}

func (d *Desk) decline(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	n, err := version(f)
	if err != nil {
		return frame.Done{}, err
	}
	reason, err := frame.Needed(f, "reason", "The reason", mostSaid, "Say why your party declines the version; the other party reads it.")
	if err != nil {
		return frame.Done{}, err
	}
	o.Command = agreement.Decline{Version: n, Party: v.Party(), By: o.Actor.ID, Reason: reason}
	return frame.Outcome(d.Notary.Do(ctx, o))
}

func (d *Desk) withdraw(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	n, err := version(f)
	if err != nil {
		return frame.Done{}, err
	}
	reason, err := frame.Filled(f, "reason", "The reason", mostSaid)
	if err != nil {
		return frame.Done{}, err
	}
	o.Command = agreement.Withdraw{Version: n, Party: v.Party(), By: o.Actor.ID, Reason: reason}
	return frame.Outcome(d.Notary.Do(ctx, o))
}

func (d *Desk) comment(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	clause, err := agreement.ParseClause(f.Get("clause"))
	if err != nil {
		return frame.Done{}, frame.Incomplete("Choose the clause that you comment on.")
	}
	text, err := frame.Needed(f, "text", "The comment", mostSaid, "Write your comment; the other party reads it.")
	if err != nil {
		return frame.Done{}, err
	}
	id, err := access.NewID(v.Rand, "cmt_")
	if err != nil {
		return frame.Done{}, err
	}
	o.Command = agreement.Comment{Thread: id, Clause: clause, Party: v.Party(), By: o.Actor.ID, Text: text}
	return frame.Outcome(d.Notary.Do(ctx, o))
}

func (d *Desk) reply(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	text, err := frame.Needed(f, "text", "The reply", mostSaid, "Write your reply; the other party reads it.")
	if err != nil {
		return frame.Done{}, err
	}
	o.Command = agreement.Comment{Thread: f.Get("thread"), Reply: true, Party: v.Party(), By: o.Actor.ID, Text: text}
	return frame.Outcome(d.Notary.Do(ctx, o))
}

func (d *Desk) resolve(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	o.Command = agreement.ResolveComment{Thread: f.Get("thread"), Party: v.Party(), By: o.Actor.ID}
	return frame.Outcome(d.Notary.Do(ctx, o))
}
