// Package negotiation serves what the parties do before they sign: versions that answer each other,
// clauses accepted and rejected, comments, and where all this stands. What it shows of it is the same for
// both; a party's private notes are shown to that party alone.
package negotiation

import (
	"context"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/articles"
	"entente/articles/talks"
	"entente/notary"
	"entente/register"
)

// A Table is where the parties negotiate. All fields are needed to answer, none to list the routes.
type Table struct {
	Notary    *notary.Notary
	Documents articles.Library
	Notebook  *access.Notebook
	Now       func() time.Time
}

// Tag groups the operations in the document.
const Tag = "negotiation"

var (
	mayAnswer  = rest.May(agreement.AnswerClauses{})
	mayDecline = rest.May(agreement.Decline{})
	mayTake    = rest.May(agreement.Withdraw{})
	maySay     = rest.May(agreement.Comment{})
	mayLet     = rest.May(agreement.DelegateSigning{})
	mayRecall  = rest.May(agreement.EndDelegation{})
	maySettle  = rest.May(agreement.ResolveComment{})
)

// Serve adds the operations to a desk.
func (t *Table) Serve(d *rest.Desk) {
	at := rest.Place{Path: "/api/v1/agreements/{id}/negotiation", Tag: Tag}
	rest.Add(d, at.Read("", "get-negotiation", "Where the negotiation stands", "The version proposed last, whose turn it is, the clauses on which not both parties stand on its text, and how many comments are open. Both parties get the same. To propose or counter-propose a version is propose-version."), t.state)
	rest.AddAct(d, at.Write("/answers", "answer-clauses", mayAnswer, "Accept or reject clauses of the version proposed last",
		"It binds no one: only the signatures of both do. What a party has accepted or rejected it need not say again when the same text comes back; to accept a clause on which it stands is refused.").On(rest.Other), t.answer)
	rest.AddAct(d, at.Write("/refusal", "decline-version", mayDecline, "Decline the version proposed last", "It can no longer be signed; the other party proposes another.").On(rest.Other), t.decline)
	rest.AddAct(d, at.Write("/withdrawal", "withdraw-version", mayTake, "Withdraw the version that your party proposed last", "Not once the other party has signed it.").On(rest.Own), t.withdraw)
	rest.Add(d, at.Read("/comments", "list-comments", "What the parties said of clauses", "The oldest first, resolved or not."), t.comments)
	rest.AddAct(d, at.Write("/comments", "comment", maySay, "Comment on a clause, or reply", "Both parties read it. With thread it is a reply, and the clause is the thread's."), t.comment)
	rest.AddAct(d, at.Write("/comments/{thread}/resolution", "resolve-comment", maySettle, "Say that a comment is settled", "The party that made it says so.").On(rest.Own), t.resolve)
	rest.Add(d, at.Read("/delegations", "list-delegations", "Who may sign for a signatory", "Both parties read it, by when each was given, whether it still counts or not."), t.delegations)
	rest.AddAct(d, at.Write("/delegations", "delegate-signing", mayLet, "Let a person of your party sign for you",
		"Until a day that you say, and for a reason that both parties read. They sign in any way in which you could, and their statement names you and the entry of the delegation.").On(rest.Own), t.delegate)
	rest.AddAct(d, at.End("/delegations/{delegation}", "end-delegation", mayRecall, "Take a delegation of your party back", "What was signed by it before stays signed.").On(rest.Own), t.recall)
	rest.Add(d, at.Read("/redlines/{old}/{new}", "get-redline", "What one version changes against another", "The changed terms, and the changed text in Markdown, from the words that were proposed."), t.redline)
	rest.Add(d, at.Read("/notes", "list-notes", "Your party's private notes", "The other party never sees them, and they are in no ledger.").On(rest.Own), t.notes)
	rest.AddOnce(d, at.Write("/notes", "keep-note", rest.Everyone, "Keep a private note on a clause for your party", "It is sealed on the node. The other party never sees it.").On(rest.Own), t.keepNote)
	rest.AddOnce(d, at.End("/notes/{note}", "drop-note", rest.Everyone, "Forget a private note of your party", "Its text is deleted. The other party never saw it.").On(rest.Own), t.dropNote)
}

type negotiation struct {
	Stage    agreement.Stage   `json:"stage"`
	Version  int               `json:"version" doc:"The version proposed last; 0 if none is."`
	Base     int               `json:"base" doc:"The version with which it is compared: the last before it that both have signed, that the other party proposed or that was brought from outside; else the one before; 0 if there is none."`
	Party    agreement.Party   `json:"proposed_by,omitempty" enum:"a,b,host" doc:"host: whoever brought the file to the node’s operator. Absent where the ledger does not say."`
	Proposed time.Time         `json:"proposed,omitzero"`
	Answers  int               `json:"answers,omitempty" doc:"The version that it answers."`
	Remark   string            `json:"remark,omitempty"`
	Expires  time.Time         `json:"expires,omitzero" doc:"When it lapses unless both have signed."`
	First    agreement.Party   `json:"first,omitempty" enum:"a,b" doc:"Who signs before the other; absent: in any order."`
	AnswerBy time.Time         `json:"answer_by,omitzero" doc:"The end of the time that clause 13.5 gives to answer an amendment."`
	SignBy   time.Time         `json:"sign_by,omitzero" doc:"Until when clause 13.5 lets both sign the amendment before it takes effect."`
	Open     bool              `json:"open" doc:"Whether it can still be signed."`
	Closed   *closing          `json:"closed,omitempty" doc:"Absent unless it was withdrawn or declined."`
	SignedBy []agreement.Party `json:"signed_by" doc:"The parties that have signed the version."`
	Turn     []agreement.Party `json:"turn" doc:"Who is to move; nobody once both have signed."`
	Next     talks.Move        `json:"next,omitempty" enum:"answer,propose,sign" doc:"What they are to do."`
	Points   []point           `json:"points" doc:"The clauses on which not both parties stand on the text of this version."`
	Comments int               `json:"open_comments" doc:"How many comments are not settled."`
	Entry    int64             `json:"entry,omitempty" doc:"After an act: the position of its entry in the ledger."`
}

type closing struct {
	Party     agreement.Party `json:"party" enum:"a,b"`
	Withdrawn bool            `json:"withdrawn" doc:"By the party that proposed it; else the other one declined it."`
	Reason    string          `json:"reason,omitempty"`
	At        time.Time       `json:"at"`
}

type point struct {
	Clause   agreement.Clause  `json:"clause"`
	Title    string            `json:"title"`
	Terms    []changedTerm     `json:"terms" doc:"What the version changes under the clause, compared with base; none where only words change."`
	Waits    []agreement.Party `json:"waits_for" doc:"Who has said nothing of this text yet."`
	Rejected []rejection       `json:"rejected_by" doc:"Who has rejected this text, and why."`
}

type changedTerm struct {
	Clause agreement.Clause `json:"clause"`
	Term   string           `json:"term" doc:"As in the file: commerce.payment.net_days"`
	Was    string           `json:"was" doc:"What the term says in base."`
	Is     string           `json:"is" doc:"What it says in this version."`
}

type rejection struct {
	Party  agreement.Party `json:"party" enum:"a,b"`
	Reason string          `json:"reason"`
	At     time.Time       `json:"at"`
}

func (t *Table) stateOf(v *register.View) negotiation {
	s := talks.Of(v.State, t.Now())
	l := s.Latest
	out := negotiation{Stage: v.State.Stage(t.Now()), Version: l.Number, Base: s.Base, Party: l.Party, Proposed: l.Proposed, Answers: l.Answers, Remark: l.Remark,
		Expires: l.Expires, First: l.First, AnswerBy: s.AnswerBy, SignBy: s.SignBy, Open: s.Open, Turn: s.Turn, Next: s.Next, Comments: len(s.Threads)}
	if c := l.Closed; c != nil {
		out.Closed = &closing{c.Party, c.Withdrawn, c.Reason, c.At}
	}
	for _, p := range agreement.Both {
		if l.SignedBy(p) {
			out.SignedBy = append(out.SignedBy, p)
		}
	}
	for _, p := range s.Points {
		one := point{Clause: p.Clause, Title: p.Clause.Title(), Waits: p.Waits}
		for _, c := range p.Terms {
			one.Terms = append(one.Terms, changedTerm{p.Clause, c.Path, c.Old, c.New})
		}
		for _, r := range p.Rejected {
			one.Rejected = append(one.Rejected, rejection(r))
		}
		out.Points = append(out.Points, one)
	}
	return out
}

type negotiationAnswer struct{ Body negotiation }

func (t *Table) state(_ context.Context, v rest.Visit, _ *rest.Of) (*negotiationAnswer, error) {
	return &negotiationAnswer{t.stateOf(v.View)}, nil
}

// after is where the negotiation stands with an act.
func (t *Table) after(r notary.Receipt) negotiation {
	s := t.stateOf(r.View)
	s.Entry = r.First
	return s
}

type answerInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Version int      `json:"version" minimum:"1" example:"2" doc:"The version that you have read; it must be the one proposed last."`
		Clauses []string `json:"clauses" minItems:"1" maxItems:"100" example:"[\"6.1\"]" doc:"By number: 6.1, C for a schedule, front for the front page."`
		Accept  bool     `json:"accept" example:"true" doc:"Whether your party accepts them; else it rejects them."`
		Reason  string   `json:"reason,omitempty" maxLength:"1000" doc:"Needed to reject. The other party reads it."`
	}
}

func (t *Table) answer(ctx context.Context, v rest.Visit, in *answerInput) (*rest.Written[negotiation], error) {
	c := agreement.AnswerClauses{Version: in.Body.Version, Party: v.Actor.Party, By: v.Actor.ID, Accept: in.Body.Accept, Reason: in.Body.Reason}
	for _, name := range in.Body.Clauses {
		clause, err := agreement.ParseClause(name)
		if err != nil {
			return nil, rest.Invalid("body.clauses", err.Error())
		}
		if !slices.Contains(c.Clauses, clause) {
			c.Clauses = append(c.Clauses, clause)
		}
	}
	if err := talks.Accepts(v.View.State, c, t.Now()); err != nil {
		return nil, err
	}
	return rest.Command(ctx, t.Notary, v, c, t.after)
}

type closeInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Version int    `json:"version" minimum:"1" example:"2" doc:"The version that you have read; it must be the one proposed last."`
		Reason  string `json:"reason,omitempty" maxLength:"1000" doc:"Why. The other party reads it. Needed to decline."`
	}
}

func (t *Table) decline(ctx context.Context, v rest.Visit, in *closeInput) (*rest.Written[negotiation], error) {
	return rest.Command(ctx, t.Notary, v, agreement.Decline{Version: in.Body.Version, Party: v.Actor.Party, By: v.Actor.ID, Reason: in.Body.Reason}, t.after)
}

func (t *Table) withdraw(ctx context.Context, v rest.Visit, in *closeInput) (*rest.Written[negotiation], error) {
	return rest.Command(ctx, t.Notary, v, agreement.Withdraw{Version: in.Body.Version, Party: v.Actor.Party, By: v.Actor.ID, Reason: in.Body.Reason}, t.after)
}
