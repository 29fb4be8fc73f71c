package amending

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/articles/general"
	"entente/calendar"
	"entente/notary"
	"entente/register"
)

type assignment struct {
	ID        string          `json:"id"`
	Party     agreement.Party `json:"party" enum:"a,b" doc:"Who passes the agreement on."`
	By        string          `json:"by" doc:"The person's pseudonym."`
	To        assignee        `json:"to"`
	On        string          `json:"on" format:"date" doc:"The day on which it is to take effect."`
	People    []string        `json:"people" doc:"Who acts for the assignee from then on, by pseudonym."`
	Evidence  string          `json:"evidence" doc:"What shows the transfer."`
	Consent   bool            `json:"consent_needed" doc:"Whether the other party has to consent (clause 13.3)."`
	Requested time.Time       `json:"requested" doc:"When it was put on record."`
	Consented time.Time       `json:"consented,omitzero" doc:"When the other party consented; absent before."`
	Refused   time.Time       `json:"refused,omitzero" doc:"When the other party refused; absent unless it did."`
	Reason    string          `json:"reason,omitempty" doc:"Of the refusal."`
	Withdrawn time.Time       `json:"withdrawn,omitzero" doc:"Before it took effect; absent if it was not."`
	Takes     time.Time       `json:"takes_effect,omitzero" doc:"Absent while it does not."`
	LateSince string          `json:"notice_was_due,omitempty" format:"date" doc:"Where no consent was needed and the entry, which is the notice, came later than clause 13.3 allows: the last day on which it was due."`
}

type assignee struct {
	Name         string        `json:"name" minLength:"1" maxLength:"200" example:"Calluna Nord GmbH" doc:"The full legal name."`
	Address      string        `json:"address" minLength:"1" maxLength:"500" example:"Holtenauer Straße 1, 24105 Kiel, Germany" doc:"The registered address."`
	Registration string        `json:"registration,omitempty" maxLength:"200" doc:"Its number in the company register."`
	Kind         general.Taker `json:"kind" enum:"affiliate,acquirer,other" doc:"What it is to your party."`
	Competitor   bool          `json:"competitor,omitempty" doc:"Whether it competes with the other party."`
}

func assignmentOf(v *register.View, t general.Transfer) assignment {
	out := assignment{t.ID, t.Party, t.By, assignee(t.To), t.On.String(), t.People, t.Evidence, t.Consent, t.Requested, t.Consented, t.Refused, t.Reason, t.Withdrawn, time.Time{}, ""}
	if at, takes := t.Takes(v.State.Text().Frame().Zone()); takes {
		out.Takes = at.UTC()
	}
	if by, late := v.State.NoticeLate(t); late {
		out.LateSince = by.String()
	}
	return out
}

type assignmentsInput struct {
	rest.Of
	rest.Page
}

func (c *Cabinet) assignments(_ context.Context, v rest.Visit, in *assignmentsInput) (*rest.List[assignment], error) {
	return rest.Cut(assignmentsOf(v.View), in.Page, func(a assignment) string { return a.ID }, func(assignment) bool { return true })
}

func assignmentsOf(v *register.View) (all []assignment) {
	for _, t := range v.State.General.Transfers {
		all = append(all, assignmentOf(v, t))
	}
	slices.SortFunc(all, func(a, b assignment) int { return cmp.Or(a.Requested.Compare(b.Requested), cmp.Compare(a.ID, b.ID)) })
	return all
}

type assignInput struct {
	rest.Of
	rest.Retry
	Body struct {
		To       assignee `json:"to"`
		On       string   `json:"on" format:"date" example:"2027-03-01" doc:"From the beginning of this day, or from the record or the consent if that is later. Where no consent is needed it may have passed: the entry is then the notice of clause 13.3."`
		People   []string `json:"people" minItems:"1" maxItems:"100" example:"[\"mara-voss\"]" doc:"Who of your party acts for the assignee from then on, by their ids in clause 7.1; a signatory is among them."`
		Evidence string   `json:"evidence" minLength:"1" maxLength:"1000" example:"https://files.example/deed.pdf" doc:"The address or digest of what shows that the assignee accepts all terms in writing."`
	}
}

func (c *Cabinet) assign(ctx context.Context, v rest.Visit, in *assignInput) (*rest.Written[assignment], error) {
	command := general.Assign{Party: v.Actor.Party, By: v.Actor.ID, To: general.Assignee(in.Body.To), Evidence: in.Body.Evidence}
	if err := command.On.UnmarshalText([]byte(in.Body.On)); err != nil || command.On == (calendar.Date{}) {
		return nil, rest.Invalid("body.on", "write a day as 2027-03-01")
	}
	for i, person := range in.Body.People {
		m, known := v.View.Member(person)
		if !known || m.Party != v.Actor.Party {
			return nil, rest.Invalid(fmt.Sprintf("body.people[%d]", i), "clause 7.1 names nobody of your party by this id")
		}
		command.People = append(command.People, m.ID)
	}
	var err error
	if command.ID, err = access.NewID(c.Notary.Rand, "asg_"); err != nil {
		return nil, err
	}
	return rest.Command(ctx, c.Notary, v, command, assigned(command.ID))
}

func assigned(id string) func(notary.Receipt) assignment {
	return func(r notary.Receipt) assignment { return assignmentOf(r.View, r.View.State.General.Transfers[id]) }
}

type withdrawInput struct {
	rest.Of
	rest.Retry
	Assignment string `path:"assignment" maxLength:"100" doc:"The assignment's id: asg_…"`
}

func (c *Cabinet) withdraw(ctx context.Context, v rest.Visit, in *withdrawInput) (*rest.Written[assignment], error) {
	if err := knownAssignment(v, in.Assignment); err != nil {
		return nil, err
	}
	return rest.Command(ctx, c.Notary, v, general.WithdrawTransfer{ID: in.Assignment, Party: v.Actor.Party, By: v.Actor.ID}, assigned(in.Assignment))
}

type consentInput struct {
	rest.Of
	rest.Retry
	Assignment string    `path:"assignment" maxLength:"100" doc:"The assignment's id: asg_…"`
	Body       *struct{} `doc:"Nothing, or an empty object."`
}

func (c *Cabinet) consent(ctx context.Context, v rest.Visit, in *consentInput) (*rest.Written[assignment], error) {
	if err := knownAssignment(v, in.Assignment); err != nil {
		return nil, err
	}
	return rest.Command(ctx, c.Notary, v, general.ConsentTransfer{ID: in.Assignment, Party: v.Actor.Party, By: v.Actor.ID}, assigned(in.Assignment))
}

type refuseInput struct {
	rest.Of
	rest.Retry
	Assignment string `path:"assignment" maxLength:"100" doc:"The assignment's id: asg_…"`
	Body       struct {
		Reason string `json:"reason" minLength:"1" maxLength:"1000" example:"The assignee competes with us." doc:"Why. The other party reads it; clause 13.3 may say that consent is not withheld unreasonably."`
	}
}

func (c *Cabinet) refuse(ctx context.Context, v rest.Visit, in *refuseInput) (*rest.Written[assignment], error) {
	if err := knownAssignment(v, in.Assignment); err != nil {
		return nil, err
	}
	return rest.Command(ctx, c.Notary, v, general.RefuseTransfer{ID: in.Assignment, Party: v.Actor.Party, By: v.Actor.ID, Reason: in.Body.Reason}, assigned(in.Assignment))
}

// knownAssignment refuses an assignment that the agreement does not have.
func knownAssignment(v rest.Visit, id string) error {
	if _, known := v.View.State.General.Transfers[id]; !known {
		return register.ErrUnknown
	}
	return nil
}
