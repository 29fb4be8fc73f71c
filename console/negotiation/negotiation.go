// Package negotiation is where people work towards one text in a browser: whose turn it is, the clauses on
// which not both parties stand, what one version changes against another, and what is said of clauses.
// What it shows is the same for both parties; what a visitor may do there follows from clause 7.1.
package negotiation

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/talks"
	"entente/console/frame"
	"entente/document/html"
	"entente/document/redline"
	"entente/notary"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the pages of the negotiation. Its notary is needed to answer, not to list the routes.
type Desk struct {
	Notary *notary.Notary

	redlines shelf
}

// Routes are the pages, and what is done on them.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /negotiation", Serve: d.page},
		{Pattern: "GET /negotiation/redline", Serve: d.redline},
		{Pattern: "POST /negotiation/answers", Serve: d.act(d.answer)},
		{Pattern: "POST /negotiation/refusal", Serve: d.act(d.decline)},
		{Pattern: "POST /negotiation/withdrawal", Serve: d.act(d.withdraw)},
		{Pattern: "POST /negotiation/delegations", Serve: d.act(d.delegate)},
		{Pattern: "POST /negotiation/delegations/end", Serve: d.act(d.recall)},
		{Pattern: "POST /negotiation/comments", Serve: d.act(d.comment)},
		{Pattern: "POST /negotiation/replies", Serve: d.act(d.reply)},
		{Pattern: "POST /negotiation/resolutions", Serve: d.act(d.resolve)},
	}
}

// A table is what the page shows.
type table struct {
	talks.Standing
	Visit    *frame.Visit
	Says     string // whose turn it is, in a sentence
	Points   []point
	Talk     []thread
	More     int // comments that were settled before those of Talk
	Versions []agreement.Version
	Begin    *beginForm
	All      *frame.Form // accepts every clause that waits for the visitor's party
	Waiting  string      // these clauses, as the form names them
	Decline  *frame.Form
	Withdraw *frame.Form
	MaySign  bool
	MayWrite bool // another version
	Alert    *frame.Alert

	Delegations []delegation
	Delegate    *delegateForm // nil where the visitor lets nobody sign
}

// A point is a clause on which not both parties stand.
type point struct {
	talks.Point
	Visit   *frame.Visit
	Version int
	Changes template.HTML // the clause with its changes
	Accept  *frame.Form
	Reject  *frame.Form
	Comment *frame.Form
}

// A thread is what is said of a clause.
type thread struct {
	agreement.Thread
	Visit   *frame.Visit
	Resolve *frame.Form
	Reply   *frame.Form
}

// A beginForm begins a thread on any clause.
type beginForm struct {
	frame.Form
	Clauses []agreement.Clause
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.show(w, r, v, http.StatusOK, nil, nil)
}

// show is the page; after an act that was not done, with what is to be said of it and the form as it was sent.
func (d *Desk) show(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	t := &table{Standing: talks.Of(v.View.State, v.Now), Visit: v, Versions: v.View.State.Life.Versions, Alert: say}
	t.Says = t.sentence()
	if err := d.points(v, t, sent); err != nil {
		return err
	}
	t.offerForms(v, sent)
	t.delegations(v, sent)
	t.talk(v, sent)
	if say != nil {
		say.Again = sent.Shown
	}
	return pages.Show(w, status, "negotiation", frame.Page{Title: "Negotiation of " + v.Number(), Tab: "negotiation", Follows: frame.Following(r, ""), In: v, Body: t})
}

// sentence says where the negotiation stands and whose turn it is.
func (t *table) sentence() string {
	switch n := t.Latest.Number; {
	case n == 0:
		return "Nothing is proposed yet."
	case t.Next == talks.None:
		return fmt.Sprintf("Version %d is signed by both parties. Nothing is being negotiated.", n)
	case t.Next == talks.Answer:
		return fmt.Sprintf("It is for %s to answer version %d: accept or reject its clauses, or propose another version.", frame.Labels(t.Turn), n)
	case t.Next == talks.Propose:
		return fmt.Sprintf("Version %d will not be signed as it is: it is for %s to propose another.", n, frame.Labels(t.Turn))
	default:
		return fmt.Sprintf("No clause of version %d is open: it is for %s to sign.", n, frame.Labels(t.Turn))
	}
}

// Proposer is who proposed the latest version.
func (t *table) Proposer() string {
	switch {
	case t.Latest.Party == "":
		return "somebody whom the ledger does not name"
	case t.Latest.Party == agreement.Host:
		return "whoever brought the file to this node"
	}
	return t.Latest.Party.Label()
}

// Date is a day in words, where the agreement is.
func (t *table) Date(at time.Time) string { return t.Visit.Date(at) }

// LastDay is the last day on which the offer is open, if it ends by itself.
func (t *table) LastDay() time.Time { return t.Latest.Expires.Add(-1) }

// Shut is what became of an offer that cannot be signed any more; empty if it can.
func (t *table) Shut() string {
	switch c := t.Latest.Closed; {
	case t.Latest.Number == 0 || t.Latest.Signed() || t.Open:
		return ""
	case c == nil:
		return "It has lapsed: it was open until " + t.Date(t.LastDay()) + "."
	case c.Withdrawn:
		return fmt.Sprintf("%s withdrew it on %s. %s", c.Party.Label(), t.Date(c.At), c.Reason)
	default:
		return fmt.Sprintf("%s declined it on %s: %s", c.Party.Label(), t.Date(c.At), c.Reason)
	}
}

// points are the open points, each with its changes and the forms by which it is answered.
func (d *Desk) points(v *frame.Visit, t *table, sent *frame.Sent) error {
	if len(t.Standing.Points) == 0 {
		return nil
	}
	var lines []redline.Line
	if t.Base > 0 {
		compared, err := d.compare(v, t.Base, t.Latest.Number)
		if err != nil {
			return err
		}
		lines = compared.Excerpt()
	}
	var waiting []string
	for i, one := range t.Standing.Points {
		p := point{Point: one, Visit: v, Version: t.Latest.Number, Changes: html.RedlineLines(under(lines, one.Clause))}
		id := fmt.Sprintf("point-%d", i+1)
		p.Accept, p.Reject = t.answerForms(v, id, one, sent)
		if v.Would(agreement.Comment{Thread: "cmt_", Clause: one.Clause, Party: v.Party(), By: v.Caller.Actor.ID, Text: "."}) {
			p.Comment = v.Form(id+"-comment", "/negotiation/comments", "clause", string(one.Clause), sent)
		}
		if p.Accept != nil {
			waiting = append(waiting, string(one.Clause))
		}
		t.Points = append(t.Points, p)
	}
	if len(waiting) > 1 {
		t.Waiting = strings.Join(waiting, " ")
		t.All = v.Form("all", "/negotiation/answers", "clauses", t.Waiting, nil)
	}
	return nil
}

// under are the changed lines of a clause, without its heading.
func under(lines []redline.Line, clause agreement.Clause) []redline.Line {
	var all []redline.Line
	for _, l := range lines {
		schedule, _, _ := strings.Cut(l.Clause, ".")
		if l.Kind != redline.Section && (l.Clause == string(clause) || schedule == string(clause)) {
			all = append(all, l)
		}
	}
	return all
}

// answerForms are those by which the visitor can accept or reject a clause that waits for their party.
func (t *table) answerForms(v *frame.Visit, id string, p talks.Point, sent *frame.Sent) (accept, reject *frame.Form) {
	about := string(p.Clause)
	try := agreement.AnswerClauses{Version: t.Latest.Number, Clauses: []agreement.Clause{p.Clause}, Party: v.Party(), By: v.Caller.Actor.ID}
	rejected := slices.ContainsFunc(p.Rejected, func(r talks.Rejection) bool { return r.Party == v.Party() })
	if try.Accept = true; (rejected || slices.Contains(p.Waits, v.Party())) && v.Would(try) {
		accept = v.Form(id+"-accept", "/negotiation/answers", "accept", about, nil)
	}
	if try.Accept, try.Reason = false, "."; !rejected && v.Would(try) {
		reject = v.Form(id+"-reject", "/negotiation/answers", "reject", about, sent)
	}
	return accept, reject
}

// offerForms are those about the version as a whole.
func (t *table) offerForms(v *frame.Visit, sent *frame.Sent) {
	n := t.Latest.Number
	if v.Would(agreement.Decline{Version: n, Party: v.Party(), By: v.Caller.Actor.ID, Reason: "."}) {
		t.Decline = v.Form("decline", "/negotiation/refusal", "", "", sent)
	}
	if v.Would(agreement.Withdraw{Version: n, Party: v.Party(), By: v.Caller.Actor.ID}) {
		t.Withdraw = v.Form("withdraw", "/negotiation/withdrawal", "", "", sent)
	}
	t.MayWrite = n > 0 && articles.May(v.View.State, v.Caller.Actor, agreement.Propose{})
	t.MaySign = v.Would(agreement.Sign{Party: v.Party(), Manifest: t.Latest.Manifest, Signer: v.Caller.Actor.ID})
}

// talk is what is said of clauses.
func (t *table) talk(v *frame.Visit, sent *frame.Sent) {
	all, more := v.Talk(func(agreement.Thread) bool { return true })
	t.More = more
	for _, one := range all {
		x := thread{Thread: one, Visit: v}
		if v.Would(agreement.Comment{Thread: one.ID, Reply: true, Party: v.Party(), By: v.Caller.Actor.ID, Text: "."}) {
			x.Reply = v.Form(one.ID+"-reply", "/negotiation/replies", "thread", one.ID, sent)
		}
		if v.Would(agreement.ResolveComment{Thread: one.ID, Party: v.Party(), By: v.Caller.Actor.ID}) {
			x.Resolve = v.Form(one.ID+"-resolve", "/negotiation/resolutions", "thread", one.ID, sent)
		}
		t.Talk = append(t.Talk, x)
	}
	if v.Would(agreement.Comment{Thread: "cmt_", Clause: "1.1", Party: v.Party(), By: v.Caller.Actor.ID, Text: "."}) {
		t.Begin = &beginForm{Form: *v.Form("begin", "/negotiation/comments", "where", "any", sent)}
		for _, e := range agreement.Catalogue {
			t.Begin.Clauses = append(t.Begin.Clauses, e.Clause)
		}
	}
}

// MoreSays says how many comments are not shown.
func (t *table) MoreSays() string {
	return frame.Counted(t.More, "comment was", "comments were") + " settled before"
}

// Heading is the clause with its title.
func (x thread) Heading() string { return frame.Heading(x.Clause) }

// Heading is the clause with its title.
func (p point) Heading() string { return frame.Heading(p.Clause) }

// Waiting are the parties who have said nothing of the clause.
func (p point) Waiting() string { return frame.Labels(p.Waits) }
