package amending

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"entente/access"
	"entente/agreement"
	"entente/articles/general"
	"entente/articles/margins"
	"entente/calendar"
	"entente/console/frame"
	"entente/document"
	"entente/notary"
)

// A Passing is who has passed the agreement on, and who asks to (clause 13.3).
type Passing struct {
	Transfers []Transfer
	Assign    *AssignForm // nil where the visitor cannot
}

// A Transfer is an assignment of the agreement as a visitor sees it.
type Transfer struct {
	general.Transfer
	Status   margins.Status
	Standing string // what became of it
	Name     string // who asked
	Asked    string // when
	Acting   string // who acts for the assignee
	Link     string // to the evidence, where that is a web address

	Agree, Refuse, Withdraw *frame.Form
}

// PassingOf is what stands beside clause 13.3, the latest first.
func PassingOf(v *frame.Visit, s *frame.Sent) *Passing {
	p := &Passing{Assign: newAssignForm(v, s)}
	for _, t := range v.View.State.General.Transfers {
		one := Transfer{Transfer: t, Name: v.PersonName(t.By), Asked: v.Date(t.Requested)}
		one.Status, one.Standing = standing(v, t)
		var acting []string
		for _, id := range t.People {
			acting = append(acting, v.PersonName(id))
		}
		one.Acting = document.Join(acting)
		var address agreement.URL
		if address.UnmarshalText([]byte(t.Evidence)) == nil {
			one.Link = string(address)
		}
		one.answers(v, s)
		p.Transfers = append(p.Transfers, one)
	}
	slices.SortFunc(p.Transfers, func(a, b Transfer) int { return cmp.Or(b.Requested.Compare(a.Requested), cmp.Compare(a.ID, b.ID)) })
	return p
}

// answers are the forms by which the visitor can answer, or take it back.
func (t *Transfer) answers(v *frame.Visit, s *frame.Sent) {
	by := v.Caller.Actor.ID
	if v.Would(general.ConsentTransfer{ID: t.ID, Party: v.Party(), By: by}) {
		t.Agree = v.Form(t.ID+"-consent", "/assignments/consent", "assignment", t.ID, s)
	}
	if v.Would(general.RefuseTransfer{ID: t.ID, Party: v.Party(), By: by, Reason: "."}) {
		t.Refuse = v.Form(t.ID+"-refuse", "/assignments/refusal", "assignment", t.ID, s)
	}
	if v.Would(general.WithdrawTransfer{ID: t.ID, Party: v.Party(), By: by}) {
		t.Withdraw = v.Form(t.ID+"-withdraw", "/assignments/withdrawal", "assignment", t.ID, s)
	}
}

// standing is what became of an assignment.
func standing(v *frame.Visit, t general.Transfer) (margins.Status, string) {
	at, takes := t.Takes(v.Zone)
	by, late := v.View.State.NoticeLate(t)
	switch {
	case !t.Refused.IsZero():
		return margins.Off, t.Party.Other().Label() + " refused it on " + v.Date(t.Refused) + ": " + t.Reason
	case !t.Withdrawn.IsZero():
		return margins.Off, t.Party.Label() + " withdrew it on " + v.Date(t.Withdrawn)
	case !takes:
		return margins.Due, "Waits for the consent of " + t.Party.Other().Label()
	}
	status, said := margins.Good, "Needs no consent"
	if t.Consent {
		said = t.Party.Other().Label() + " consented on " + v.Date(t.Consented)
	}
	if v.Now.Before(at) {
		said += "; takes effect on " + v.Date(at)
	} else {
		said += "; has effect since " + v.Date(at)
	}
	if late {
		status, said = margins.Late, said+"; notice was due by "+by.Words()
	}
	return status, said
}

// An AssignForm passes the agreement on, or asks for the consent to do so.
type AssignForm struct {
	frame.Form
	Kinds  []Kind
	People []Acting
	Today  string
	Other  string // the other party, in running text
}

// A Kind is what an assignee can be to the visitor's party, and whether it takes the other party's consent.
type Kind struct {
	general.Taker
	Says string
}

// An Acting person can go on acting for the assignee. Their field is named by their pseudonym.
type Acting struct {
	agreement.Person
	Field string
}

// takers are what an assignee can be, as a form says them.
var takers = []Kind{{general.Affiliate, "An affiliate of ours"}, {general.Acquirer, "Whoever acquires our business"}, {general.Another, "Somebody else"}}

func newAssignForm(v *frame.Visit, s *frame.Sent) *AssignForm {
	f := &AssignForm{Today: calendar.DateOf(v.Now.In(v.Zone)).String(), Other: v.NameOf(v.Party().Other())}
	try := general.Assign{ID: "asg_", Party: v.Party(), By: v.Caller.Actor.ID, To: general.Assignee{Name: ".", Address: ".", Kind: general.Another}, On: farthest(v), Evidence: "."}
	for _, m := range v.View.State.Members {
		if who, known := v.View.Person(m.ID); known && m.Party == v.Party() && v.View.State.Acts(m, v.Now) {
			f.People = append(f.People, Acting{who, "acts-" + m.ID})
			try.People = append(try.People, m.ID)
		}
	}
	if !v.Would(try) {
		return nil
	}
	slices.SortFunc(f.People, func(a, b Acting) int { return cmp.Compare(a.Name, b.Name) })
	for _, k := range takers {
		if !v.View.State.Text().General.Assignment.NeedsConsent(general.Assignee{Kind: k.Taker}) {
			k.Says += ", which needs no consent"
		}
		f.Kinds = append(f.Kinds, k)
	}
	f.Form = *v.Form("assign", "/assignments", "", "", s)
	return f
}

// farthest is a day on which the agreement could be passed on: today, or that on which it takes effect.
func farthest(v *frame.Visit) calendar.Date {
	today, effective := calendar.DateOf(v.Now.In(v.Zone)), v.View.State.Text().Frame().Effective()
	if today.Before(effective) {
		return effective
	}
	return today
}

// Assign passes the agreement on, or asks for the consent to do so.
func (d *Desk) Assign(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	c := general.Assign{Party: v.Party(), By: o.Actor.ID, To: general.Assignee{Competitor: f.Get("competitor") == "yes"}}
	var err error
	if c.To.Name, err = frame.Needed(f, "name", "The name", 200, "Write the full legal name of whoever takes the agreement over."); err != nil {
		return frame.Done{}, err
	}
	if c.To.Address, err = frame.Needed(f, "address", "The address", 500, "Write its registered address."); err != nil {
		return frame.Done{}, err
	}
	if c.To.Registration, err = frame.Filled(f, "registration", "The registration", 200); err != nil {
		return frame.Done{}, err
	}
	kind, err := frame.Chosen(f, "kind", "what it is to your party", []string{string(general.Affiliate), string(general.Acquirer), string(general.Another)})
	if err != nil {
		return frame.Done{}, err
	}
	c.To.Kind = general.Taker(kind)
	if c.On, err = calendar.ParseDate(f.Get("on")); err != nil {
		return frame.Done{}, frame.Misfilled{Field: "on", Incomplete: "Say from which day it is to have effect."}
	}
	for id, m := range v.View.State.Members {
		if m.Party == v.Party() && f.Get("acts-"+id) == "yes" {
			c.People = append(c.People, id)
		}
	}
	slices.Sort(c.People)
	if len(c.People) == 0 {
		return frame.Done{}, frame.Misfilled{Field: "people", Incomplete: "Tick who of your party acts for the assignee from then on, a signatory among them."}
	}
	if c.Evidence, err = frame.Needed(f, "evidence", "The evidence", mostSaid, "Say where it is shown that whoever takes over accepts all terms in writing: an address, or the digest of a file."); err != nil {
		return frame.Done{}, err
	}
	if c.ID, err = access.NewID(v.Rand, "asg_"); err != nil {
		return frame.Done{}, err
	}
	return d.do(ctx, o, c)
}

// Consent lets the other party pass the agreement on.
func (d *Desk) Consent(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	return d.do(ctx, o, general.ConsentTransfer{ID: f.Get("assignment"), Party: v.Party(), By: o.Actor.ID})
}

// Refuse does not, and says why.
func (d *Desk) Refuse(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	reason, err := frame.Needed(f, "reason", "The reason", mostSaid, "Say why your party does not consent; the other party reads it.")
	if err != nil {
		return frame.Done{}, err
	}
	return d.do(ctx, o, general.RefuseTransfer{ID: f.Get("assignment"), Party: v.Party(), By: o.Actor.ID, Reason: reason})
}

// Withdraw takes back what has not taken effect.
func (d *Desk) Withdraw(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	return d.do(ctx, o, general.WithdrawTransfer{ID: f.Get("assignment"), Party: v.Party(), By: o.Actor.ID})
}
