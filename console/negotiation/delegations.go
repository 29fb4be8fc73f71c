package negotiation

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"entente/access"
	"entente/agreement"
	"entente/calendar"
	"entente/console/frame"
	"entente/notary"
)

// A delegation is one that counts, for the page.
type delegation struct {
	By, To, Until string
	Party         agreement.Party
	Reason        string
	Recall        *frame.Form // nil where the visitor cannot take it back
}

// A delegateForm lets somebody sign for the visitor.
type delegateForm struct {
	frame.Form
	People []agreement.Person
}

// delegations are those that count, and the forms to give one and to take one back.
func (t *table) delegations(v *frame.Visit, sent *frame.Sent) {
	for _, d := range v.View.State.Life.Delegations {
		if !d.Live(v.Now) {
			continue
		}
		one := delegation{By: v.PersonName(d.By), To: v.PersonName(d.To), Until: v.Date(d.Until.Add(-1)), Party: d.Party, Reason: d.Reason}
		if v.Would(agreement.EndDelegation{ID: d.ID, Party: v.Party(), By: v.Caller.Actor.ID}) {
			one.Recall = v.Form(d.ID+"-recall", "/negotiation/delegations/end", "delegation", d.ID, sent)
		}
		t.Delegations = append(t.Delegations, one)
	}
	var people []agreement.Person
	for id := range v.View.State.Members {
		who, known := v.View.Person(id)
		if known && v.Would(agreement.DelegateSigning{ID: "del_", Party: v.Party(), By: v.Caller.Actor.ID, To: id, Reason: ".", Until: v.Now.Add(agreement.MostDelegated)}) {
			people = append(people, who)
		}
	}
	if len(people) > 0 {
		slices.SortFunc(people, func(a, b agreement.Person) int { return cmp.Compare(a.Name, b.Name) })
		t.Delegate = &delegateForm{*v.Form("delegate", "/negotiation/delegations", "", "", sent), people}
	}
}

func (d *Desk) delegate(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	m, known := v.View.Member(f.Get("person"))
	if !known {
		return frame.Done{}, frame.Incomplete("Choose who is to sign for you.")
	}
	day, err := calendar.ParseDate(f.Get("until"))
	if err != nil {
		return frame.Done{}, frame.Incomplete("Say the last day on which they may sign for you.")
	}
	reason, err := frame.Needed(f, "reason", "The reason", mostSaid, "Say why somebody else signs for you; the other party reads it.")
	if err != nil {
		return frame.Done{}, err
	}
	id, err := access.NewID(v.Rand, "del_")
	if err != nil {
		return frame.Done{}, err
	}
	o.Command = agreement.DelegateSigning{ID: id, Party: v.Party(), By: o.Actor.ID, To: m.ID, Reason: reason, Until: day.AddDays(1).In(v.Zone).UTC()}
	return frame.Outcome(d.Notary.Do(ctx, o))
}

func (d *Desk) recall(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	o.Command = agreement.EndDelegation{ID: f.Get("delegation"), Party: v.Party(), By: o.Actor.ID}
	return frame.Outcome(d.Notary.Do(ctx, o))
}
