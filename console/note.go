package console

import (
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/margins"
	"entente/articles/signing"
	"entente/calendar"
	"entente/console/record"
)

// A note is a margin with what the visitor can do there.
type note struct {
	margins.Margin
	Home       string        // the path of the agreement
	At         string        // the number of the passage that it stands beside
	Alone      bool          // it stands beside a clause that is shown alone
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
func (n *note) Heading() string { return heading(n.Clause) }

// few is how many keys a margin lists before it folds them away: the text is to stay in sight.
const few = 3

// Folds reports whether the live keys are folded away.
func (n *note) Folds() bool { return len(n.Keys) > few && !n.Alone }

// KeysSays says how many keys are folded away.
func (n *note) KeysSays() string { return fmt.Sprintf("The %d live keys", len(n.Keys)) }

// PastSays says how many keys open nothing any more.
func (n *note) PastSays() string { return counted(len(n.Past), "key", "keys") + " revoked or expired" }

// heading is a clause as it stands at the head of a line: "Clause 3.2, Use of shared data".
func heading(c agreement.Clause) string {
	text := c.Cite()
	text = strings.ToUpper(text[:1]) + text[1:]
	if title := c.Title(); title != "" && c != agreement.FrontPage && c != agreement.SignatureBlock {
		text += ", " + title
	}
	return text
}

// A form is a form that the visitor can send. Its key makes sending it twice the same act.
type form struct {
	ID, Action, Key string
	About           string // the milestone or the key that it is about
	Open            bool   // it was sent and is to be mended
	values          url.Values
}

// Value is what was filled in before.
func (f form) Value(field string) string { return f.values.Get(field) }

// sent is a form that was sent and not carried out.
type sent struct {
	action  string // the path after the agreement's: "/keys"
	values  url.Values
	version int  // of the text that was shown with it, if it matters
	shown   bool // it is on the page again
}

// form makes a form. Where an action has several forms, field is the one that tells them apart and
// about its value.
func (c *Console) form(v *visit, id, action, field, about string, s *sent) *form {
	f := &form{ID: id, Action: v.Home() + action, Key: c.key(), About: about}
	if s != nil && s.action == action && s.values.Get(field) == about {
		f.Open, f.values, s.shown = true, s.values, true
	}
	return f
}

// key draws an idempotency key. Randomness that cannot be read is a fault that ends the request.
func (c *Console) key() string {
	b := make([]byte, 16)
	if _, err := io.ReadFull(c.Door.Rand, b); err != nil {
		panic(fmt.Sprintf("drawing a form's key: %v", err))
	}
	return hex.EncodeToString(b)
}

// A milestone is a requirement of clause 2.2 as it stands.
type milestone struct {
	Title     string
	Status    margins.Status
	Line      string // who is responsible and when it is or was due
	Gate      bool   // production opens with it
	Confirmed []confirmation
	Complete  *form
	Reopen    *form
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

func (n *note) milestones(c *Console, v *visit, s *sent) {
	t, now := v.view.State.Text().Integration, calendar.DateOf(v.now.In(v.zone))
	for i, r := range t.Requirements {
		at := v.view.State.Integration.Milestones[r.ID]
		m := milestone{Title: r.Title, Status: margins.Due, Gate: r.BeforeProduction && at.Completed.IsZero()}
		switch {
		case !at.Completed.IsZero():
			m.Status, m.Line = margins.Good, "Complete since "+v.date(at.Completed)
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
				m.Confirmed = append(m.Confirmed, confirmation{p.Label(), v.name(said.By), v.date(said.At), shown(said.Evidence)})
			}
		}
		if id := fmt.Sprintf("milestone-%d", i+1); v.would(integration.CompleteMilestone{Milestone: r.ID, Party: v.Party(), Evidence: []integration.Evidence{{}}}) {
			m.Complete = c.form(v, id+"-complete", "/milestones/completion", "milestone", r.ID, s)
		} else if v.would(integration.ReopenMilestone{Milestone: r.ID, Party: v.Party(), Reason: "."}) {
			m.Reopen = c.form(v, id+"-reopen", "/milestones/reopening", "milestone", r.ID, s)
		}
		n.Milestones = append(n.Milestones, m)
	}
	if len(n.Milestones) > 0 {
		n.Details = nil // the milestones themselves say more
	}
}

// date is the civil date of an instant in the agreement's zone, in words.
func (v *visit) date(t time.Time) string { return calendar.DateOf(t.In(v.zone)).Words() }

// A key is a key of clause 2.1 as people see it.
type key struct {
	integration.Key
	Status   margins.Status
	State    string // "live until 3 March 2027"
	Own      bool   // of the visitor's party
	Revoke   *form
	IssuedBy string
	Used     string // the day of its last call; empty if there is none
}

func (n *note) keys(c *Console, v *visit, used map[string]time.Time, s *sent) {
	var all []integration.Key
	for _, k := range v.view.State.Integration.Keys {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b integration.Key) int {
		if c := b.Issued.Compare(a.Issued); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	for i, k := range all {
		one := key{Key: k, Own: k.Party == v.Party(), IssuedBy: v.name(k.By)}
		if at := used[k.ID]; !at.IsZero() {
			one.Used = v.date(at)
		}
		switch {
		case !k.Revoked.IsZero():
			one.Status, one.State = margins.Off, "Revoked on "+v.date(k.Revoked)
		case !k.Live(v.now):
			one.Status, one.State = margins.Off, "Expired on "+v.date(k.Expires)
		default:
			one.Status, one.State = margins.Good, "Live until "+v.date(k.Expires)
		}
		if v.would(integration.RevokeKey{ID: k.ID, Party: v.Party(), Reason: "."}) {
			one.Revoke = c.form(v, fmt.Sprintf("key-%d-revoke", i+1), "/keys/revocation", "id", k.ID, s)
		}
		if k.Live(v.now) {
			n.Keys = append(n.Keys, one)
		} else {
			n.Past = append(n.Past, one)
		}
	}
	n.Details = nil // the keys themselves say more
	n.Issue = c.issueForm(v, s)
}

// An issueForm offers what a key can be for. What the agreement does not permit is refused with its
// clause rather than hidden: the refusal says why.
type issueForm struct {
	form
	Components   []agreement.Component
	Environments []string
	Purposes     []string
	Classes      []string
}

func (c *Console) issueForm(v *visit, s *sent) *issueForm {
	stage := v.view.State.Stage(v.now)
	if v.view.Broken != nil || !articles.May(v.view.State, v.caller.Actor, integration.IssueKey{}) ||
		slices.Contains([]agreement.Stage{agreement.Draft, agreement.Negotiation, agreement.Ended}, stage) {
		return nil
	}
	f := &issueForm{Environments: agreement.Test.Values(), Purposes: agreement.Service.Values(), Classes: agreement.CustomerData.Values()}
	for _, component := range v.view.State.Text().Scope.Components {
		if component.Provider != v.Party() && component.By(agreement.API) {
			f.Components = append(f.Components, component)
		}
	}
	if len(f.Components) == 0 {
		return nil
	}
	f.form = *c.form(v, "key-issue", "/keys", "", "", s)
	return f
}

// A signForm is the place to sign the version that is shown.
type signForm struct {
	form
	Version           int
	Manifest          string
	Name, For, Affirm string
}

func (n *note) signatures(c *Console, v *visit, shown agreement.Version, s *sent) {
	latest, ok := v.view.State.Life.Latest()
	if !ok || latest.Number != shown.Number ||
		!v.would(agreement.Sign{Party: v.Party(), Manifest: latest.Manifest, Signer: v.caller.Actor.ID}) {
		return
	}
	n.Sign = &signForm{*c.form(v, "sign", "/signatures", "", "", s), latest.Number, latest.Manifest, v.Name(), v.partyName(v.Party()), signing.Authority}
}
