package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/margins"
	"entente/articles/signing"
	"entente/articles/talks"
	"entente/calendar"
	"entente/console/frame"
	"entente/console/record"
)

// A note is a margin with what the visitor can do there.
type note struct {
	margins.Margin
	Home       string        // the path of the agreement
	At         string        // the number of the passage that it stands beside
	Alone      bool          // it stands beside a clause that is shown alone
	Mine       bool          // something is to be done, and the visitor can do it
	Done       []record.Deed // what the visitor has just done here
	Milestones []milestone
	Keys, Past []key // live, and those that open nothing any more
	Issue      *issueForm
	Certify    *certifyForm
	Sign       *signForm
}

// Runs is what this release does to keep the clause; empty for text only.
func (n *note) Runs() string { return margins.Kept(n.Clause).Runs }

// Heading is the clause with its title.
func (n *note) Heading() string { return frame.Heading(n.Clause) }

// mine reports whether the visitor is to do something under the clause: it is not done, and it is their
// party's turn and the matter of their role.
func (n *note) mine(v *frame.Visit) bool {
	if n.Status != margins.Due && n.Status != margins.Late {
		return false
	}
	if n.Clause == "13.5" {
		t := talks.Of(v.View.State, v.Now)
		return slices.Contains(t.Turn, v.Party()) && articles.May(v.View.State, v.Caller.Actor, agreement.AnswerClauses{})
	}
	if n.Sign != nil || slices.ContainsFunc(n.Milestones, func(m milestone) bool { return m.Complete != nil }) {
		return true
	}
	return slices.ContainsFunc(v.Deadlines(), func(d frame.Due) bool { return d.Clause == n.Clause && d.Mine && n.Clause != "2.2" })
}

// few is how many keys a margin lists before it folds them away: the text is to stay in sight.
const few = 3

// Folds reports whether the live keys are folded away.
func (n *note) Folds() bool { return len(n.Keys) > few && !n.Alone }

// KeysSays says how many keys are folded away.
func (n *note) KeysSays() string { return fmt.Sprintf("The %d live keys", len(n.Keys)) }

// PastSays says how many keys open nothing any more.
func (n *note) PastSays() string {
	return frame.Counted(len(n.Past), "key", "keys") + " revoked or expired"
}

// A milestone is a requirement of clause 2.2 as it stands.
type milestone struct {
	Title     string
	Status    margins.Status
	Line      string // who is responsible and when it is or was due
	Gate      bool   // production opens with it
	Confirmed []confirmation
	Complete  *frame.Form
	Reopen    *frame.Form
}

// A confirmation is one party's word, and what it rests on.
type confirmation struct {
	Party, Name, When string
	Evidence          []evidence
}

// Evidence is shown as a link only where it is a web address.
type evidence struct {
	integration.Evidence
	Link string
}

func shown(all []integration.Evidence) []evidence {
	var list []evidence
	for _, e := range all {
		var address agreement.URL
		if address.UnmarshalText([]byte(e.Ref)) != nil {
			address = ""
		}
		list = append(list, evidence{e, string(address)})
	}
	return list
}

func (n *note) milestones(v *frame.Visit, s *frame.Sent) {
	t, now := v.View.State.Text().Integration, calendar.DateOf(v.Now.In(v.Zone))
	for i, r := range t.Requirements {
		at := v.View.State.Integration.Milestones[r.ID]
		m := milestone{Title: r.Title, Status: margins.Due, Gate: r.BeforeProduction && at.Completed.IsZero()}
		switch {
		case !at.Completed.IsZero():
			m.Status, m.Line = margins.Good, "Complete since "+v.Date(at.Completed)
		case r.Due.Before(now):
			m.Status, m.Line = margins.Late, "Late: was due on "+r.Due.Words()
		default:
			m.Line = "Due on " + r.Due.Words()
		}
		if at.Completed.IsZero() {
			m.Line += ", by " + r.Owner().Label()
			for p := range at.Confirmed {
				m.Line += "; confirmed by " + p.Label()
			}
		}
		for _, p := range agreement.Both {
			if said, ok := at.Confirmed[p]; ok {
				m.Confirmed = append(m.Confirmed, confirmation{p.Label(), v.PersonName(said.By), v.Date(said.At), shown(said.Evidence)})
			}
		}
		if id := fmt.Sprintf("milestone-%d", i+1); v.Would(integration.CompleteMilestone{Milestone: r.ID, Party: v.Party(), Evidence: []integration.Evidence{{}}}) {
			m.Complete = v.Form(id+"-complete", "/milestones/completion", "milestone", r.ID, s)
		} else if v.Would(integration.ReopenMilestone{Milestone: r.ID, Party: v.Party(), Reason: "."}) {
			m.Reopen = v.Form(id+"-reopen", "/milestones/reopening", "milestone", r.ID, s)
		}
		n.Milestones = append(n.Milestones, m)
	}
	if len(n.Milestones) > 0 {
		n.Details = nil // the milestones themselves say more
	}
}

// A key is a key of clause 2.1 as people see it.
type key struct {
	integration.Key
	Status   margins.Status
	State    string // "live until 3 March 2027"
	Own      bool   // of the visitor's party
	Revoke   *frame.Form
	IssuedBy string
	Used     string // the day of its last call; empty if there is none
}

func (n *note) keys(v *frame.Visit, used map[string]time.Time, s *frame.Sent) {
	var all []integration.Key
	for _, k := range v.View.State.Integration.Keys {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b integration.Key) int {
		if c := b.Issued.Compare(a.Issued); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	for i, k := range all {
		one := key{Key: k, Own: k.Party == v.Party(), IssuedBy: v.PersonName(k.By)}
		if at := used[k.ID]; !at.IsZero() {
			one.Used = v.Date(at)
		}
		switch {
		case !k.Revoked.IsZero():
			one.Status, one.State = margins.Off, "Revoked on "+v.Date(k.Revoked)
		case !k.Live(v.Now):
			one.Status, one.State = margins.Off, "Expired on "+v.Date(k.Expires)
		default:
			one.Status, one.State = margins.Good, "Live until "+v.Date(k.Expires)
		}
		if v.Would(integration.RevokeKey{ID: k.ID, Party: v.Party(), Reason: "."}) {
			one.Revoke = v.Form(fmt.Sprintf("key-%d-revoke", i+1), "/keys/revocation", "id", k.ID, s)
		}
		if k.Live(v.Now) {
			n.Keys = append(n.Keys, one)
		} else {
			n.Past = append(n.Past, one)
		}
	}
	n.Details = nil // the keys themselves say more
	n.Issue = newIssueForm(v, s)
}

// An issueForm offers what a key can be for. What the agreement does not permit is refused with its
// clause rather than hidden: the refusal says why.
type issueForm struct {
	frame.Form
	Components   []agreement.Component
	Environments []string
	Purposes     []string
	Classes      []string
}

func newIssueForm(v *frame.Visit, s *frame.Sent) *issueForm {
	stage := v.View.State.Stage(v.Now)
	if v.View.Broken != nil || !articles.May(v.View.State, v.Caller.Actor, integration.IssueKey{}) ||
		slices.Contains([]agreement.Stage{agreement.Draft, agreement.Negotiation, agreement.Ended}, stage) {
		return nil
	}
	f := &issueForm{Environments: agreement.Test.Values(), Purposes: agreement.Service.Values(), Classes: agreement.CustomerData.Values()}
	for _, component := range v.View.State.Text().Scope.Components {
		if component.Provider != v.Party() && component.By(agreement.API) {
			f.Components = append(f.Components, component)
		}
	}
	if len(f.Components) == 0 {
		return nil
	}
	f.Form = *v.Form("key-issue", "/keys", "", "", s)
	return f
}

// A signForm is the place to sign the version that is shown.
type signForm struct {
	frame.Form
	Version           int
	Manifest          string
	Name, For, Affirm string
}

func (n *note) signatures(v *frame.Visit, shown agreement.Version, s *frame.Sent) {
	latest, ok := v.View.State.Life.Latest()
	if !ok || latest.Number != shown.Number ||
		!v.Would(agreement.Sign{Party: v.Party(), Manifest: latest.Manifest, Signer: v.Caller.Actor.ID}) {
		return
	}
	n.Sign = &signForm{*v.Form("sign", "/signatures", "", "", s), latest.Number, latest.Manifest, v.Name(), v.NameOf(v.Party()), signing.Authority}
}
