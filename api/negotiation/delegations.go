package negotiation

import (
	"context"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/notary"
	"entente/register"
)

type delegation struct {
	ID     string          `json:"id"`
	Party  agreement.Party `json:"party" enum:"a,b"`
	By     string          `json:"by" doc:"The signatory’s pseudonym."`
	Giver  string          `json:"signatory,omitempty" doc:"The same by the id in clause 7.1; absent once they were erased."`
	To     string          `json:"to" doc:"The pseudonym of who may sign for them."`
	Person string          `json:"person,omitempty" doc:"The same by the id in clause 7.1; absent once they were erased."`
	Reason string          `json:"reason"`
	Given  time.Time       `json:"given" doc:"When it was given."`
	Until  time.Time       `json:"until" doc:"From when it counts no more."`
	Ended  time.Time       `json:"ended,omitzero" doc:"When it was taken back."`
	Counts bool            `json:"counts" doc:"Whether it counts now."`
}

func (t *Table) delegationsOf(v *register.View) []delegation {
	all := []delegation{}
	for _, d := range v.State.Life.Delegations {
		all = append(all, delegation{d.ID, d.Party, d.By, v.People[d.By], d.To, v.People[d.To], d.Reason, d.At, d.Until, d.Ended, d.Live(t.Now())})
	}
	return all
}

// afterDelegation is a delegation as it stands with an act.
func (t *Table) afterDelegation(id string) func(notary.Receipt) delegation {
	return func(r notary.Receipt) delegation {
		all := t.delegationsOf(r.View)
		i := slices.IndexFunc(all, func(d delegation) bool { return d.ID == id })
		return all[i]
	}
}

type delegationsInput struct {
	rest.Of
	rest.Page
}

func (t *Table) delegations(_ context.Context, v rest.Visit, in *delegationsInput) (*rest.List[delegation], error) {
	return rest.Cut(t.delegationsOf(v.View), in.Page, func(d delegation) string { return d.ID }, func(delegation) bool { return true })
}

type delegateInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Person string    `json:"person" minLength:"1" maxLength:"100" example:"jonas-lindqvist" doc:"Who is to sign for you, by their id in clause 7.1."`
		Reason string    `json:"reason" minLength:"1" maxLength:"1000" example:"I travel." doc:"Why. Both parties read it."`
		Until  time.Time `json:"until" doc:"From when it counts no more; at most a year from now."`
	}
}

func (t *Table) delegate(ctx context.Context, v rest.Visit, in *delegateInput) (*rest.Written[delegation], error) {
	m, known := v.View.Member(in.Body.Person)
	if !known {
		return nil, rest.Invalid("body.person", "clause 7.1 names nobody by this id")
	}
	id, err := access.NewID(t.Notary.Rand, "del_")
	if err != nil {
		return nil, err
	}
	c := agreement.DelegateSigning{ID: id, Party: v.Actor.Party, By: v.Actor.ID, To: m.ID, Reason: in.Body.Reason, Until: in.Body.Until.UTC().Truncate(time.Second)}
	return rest.Command(ctx, t.Notary, v, c, t.afterDelegation(id))
}

type recallInput struct {
	rest.Of
	rest.Retry
	Delegation string `path:"delegation" maxLength:"100" doc:"The delegation’s id: del_…"`
}

func (t *Table) recall(ctx context.Context, v rest.Visit, in *recallInput) (*rest.Written[delegation], error) {
	if !slices.ContainsFunc(v.View.State.Life.Delegations, func(d agreement.Delegation) bool { return d.ID == in.Delegation }) {
		return nil, register.ErrUnknown
	}
	return rest.Command(ctx, t.Notary, v, agreement.EndDelegation{ID: in.Delegation, Party: v.Actor.Party, By: v.Actor.ID}, t.afterDelegation(in.Delegation))
}
