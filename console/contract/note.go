package contract

import (
	"fmt"
	"slices"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/margins"
	"entente/articles/signing"
	"entente/articles/talks"
	"entente/calendar"
	"entente/console/amending"
	"entente/console/ending"
	"entente/console/frame"
	"entente/console/keys"
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
	Ring       *keys.Ring // of clause 2.1
	Certify    *certifyForm
	Passing    *amending.Passing // of clause 13.3
	Ending     *ending.Standing  // of clauses 12.1 and 12.2
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

// fewMilestones is how many requirements a margin lists beside the whole text; the clause's own page lists all.
const fewMilestones = 20

// Listed are the milestones to show: where there are many and the whole text is beside them, those that are not complete
// come first and some are left to the clause's own page.
func (n *note) Listed() []milestone {
	if n.Alone || len(n.Milestones) <= fewMilestones {
		return n.Milestones
	}
	all := slices.Clone(n.Milestones)
	slices.SortStableFunc(all, func(a, b milestone) int {
		return slices.Index(severity, b.Status) - slices.Index(severity, a.Status)
	})
	return all[:fewMilestones]
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

// A signForm is the place to sign the version that is shown, or leads there.
type signForm struct {
	frame.Form
	Version           int
	Manifest          string
	Name, For, Affirm string
	Page              string // the path of the page on which the visitor signs with a passkey or by a code
	ByNode            bool   // the node may sign for the visitor, with the key that it keeps for the party
}

func (n *note) signatures(v *frame.Visit, shown agreement.Version, s *frame.Sent) {
	latest, ok := v.View.State.Life.Latest()
	if !ok || latest.Number != shown.Number ||
		!v.Would(agreement.Sign{Party: v.Party(), Manifest: latest.Manifest, Signer: v.Caller.Actor.ID}) {
		return
	}
	n.Sign = &signForm{*v.Form("sign", "/signatures", "", "", s), latest.Number, latest.Manifest, v.Name(), v.NameOf(v.Party()), signing.Authority, v.Home() + "/sign", v.View.State.Simple() == nil}
}
