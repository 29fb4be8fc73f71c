package frame

import (
	"cmp"
	"io"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/calendar"
	"entente/document"
	"entente/events"
	"entente/register"
)

// A Visit is one request of a person of an agreement: who asks, and the agreement as it stands.
type Visit struct {
	Caller access.Caller
	View   *register.View
	Now    time.Time
	Zone   *time.Location // the agreement's
	Rand   io.Reader      // forms draw their keys from it
	Unread int            // how much the visitor has not read of what they are told
	// Several says that the visitor has more seats than this, so that there is a portfolio of theirs.
	Several bool
}

// Reading is an agreement as pages name it, visited by nobody.
func Reading(s articles.State) *Visit { return &Visit{View: &register.View{State: s}} }

// ID is the agreement's.
func (v *Visit) ID() agreement.ID { return v.View.State.ID }

// Home is the path of the living contract.
func (v *Visit) Home() string { return "/agreements/" + string(v.ID()) }

// Number is what the parties call the agreement.
func (v *Visit) Number() string { return v.View.State.Text().Agreement.Number }

// Name is who visits.
func (v *Visit) Name() string { return v.PersonName(v.Caller.Actor.ID) }

// Party is for whom.
func (v *Visit) Party() agreement.Party { return v.Caller.Actor.Party }

// PartyName is what running text calls the visitor's party.
func (v *Visit) PartyName() string { return v.NameOf(v.Party()) }

// Entries is how long the ledger is.
func (v *Visit) Entries() string { return Counted(int(v.View.Size), "entry", "entries") }

// Last is the id of what happened last.
func (v *Visit) Last() string { return events.IDOf(v.ID(), v.View.Size-1) }

// Roles are the visitor's, as a sentence says them: "technical lead".
func (v *Visit) Roles() string {
	var names []string
	for _, r := range v.Caller.Actor.Roles {
		names = append(names, r.Label())
	}
	return document.Join(names)
}

// PersonName is a person's name, in the text that binds or in the latest that knows them; the pseudonym of
// a person who was erased.
func (v *Visit) PersonName(pseudonym string) string {
	if p, ok := v.View.Person(pseudonym); ok && p.Name != "" {
		return p.Name
	}
	for _, text := range slices.Backward(v.View.State.Texts) {
		if p, ok := text.Frame().Person(v.View.People[pseudonym]); ok && p.Name != "" {
			return p.Name
		}
	}
	return pseudonym
}

// NameOf is what running text calls a party.
func (v *Visit) NameOf(p agreement.Party) string {
	if p == agreement.Host {
		return "the host"
	}
	terms := v.View.State.Text().Parties.Of(p)
	if terms.ShortName != "" {
		return terms.ShortName
	}
	return terms.Name
}

// KeyName is what a key is called: its label, or its id.
func (v *Visit) KeyName(id string) string {
	return cmp.Or(v.View.State.Integration.Keys[id].Label, id, "no key")
}

// mostSettled is how many comments a page shows that are settled. The ledger has all of them.
const mostSettled = 20

// Talk is what is said of clauses, as far as a page is about it: the threads that are open, and behind them the last
// that were settled. More is how many were settled before those.
func (v *Visit) Talk(about func(agreement.Thread) bool) (all []agreement.Thread, more int) {
	var settled []agreement.Thread
	for _, one := range v.View.State.Life.Threads {
		switch {
		case !about(one):
		case one.Settled():
			settled = append(settled, one)
		default:
			all = append(all, one)
		}
	}
	more = max(0, len(settled)-mostSettled)
	return append(all, settled[more:]...), more
}

// Would reports whether the visitor's roles give an act and the agreement would now allow it.
func (v *Visit) Would(command any) bool {
	if v.View.Broken != nil || !articles.May(v.View.State, v.Caller.Actor, command) {
		return false
	}
	_, err := articles.Decide(v.View.State, v.Caller.Actor, command, v.Now)
	return err == nil
}

// Date is the civil date of an instant in the agreement's zone, in words.
func (v *Visit) Date(t time.Time) string { return calendar.DateOf(t.In(v.Zone)).Words() }
