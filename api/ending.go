package api

import (
	"cmp"
	"context"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/articles/term"
	"entente/notary"
	"entente/register"
)

// A standing is where the agreement stands after an act under Article 12.
type standing struct {
	Stage       agreement.Stage `json:"stage"`
	Suspensions []suspension    `json:"suspensions" doc:"Those in effect."`
	Breach      *breach         `json:"breach,omitempty" doc:"The breach that the act was about."`
	Change      *change         `json:"change,omitempty" doc:"The notice of change that the act was about."`
	Ending      *ending         `json:"ending,omitempty"`
	Entry       int64           `json:"entry" doc:"The position of its entry in the ledger."`
}

func (d *desk) standing(about string) func(notary.Receipt) standing {
	return func(r notary.Receipt) standing {
		s := r.View.State
		out := standing{Stage: s.Stage(d.Now()), Suspensions: suspensions(s.Term), Ending: endingOf(s.Ending()), Entry: r.First}
		if b, ok := s.Term.Breaches[about]; ok {
			out.Breach = (*breach)(&b)
		}
		if n, ok := s.Term.Changes[about]; ok {
			out.Change = (*change)(&n)
		}
		return out
	}
}

type suspendInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Component string `json:"component,omitempty" maxLength:"100" doc:"The component's name in clause 1.2; the whole agreement, if it is not said."`
		Reason    string `json:"reason" minLength:"1" maxLength:"2000" example:"Personal data went out in answers." doc:"Why. The other party reads it."`
	}
}

func (d *desk) suspend(ctx context.Context, v rest.Visit, in *suspendInput) (*rest.Written[standing], error) {
	return rest.Command(ctx, d.Notary, v, term.Suspend{Component: in.Body.Component, Party: v.Actor.Party, By: v.Actor.ID, Reason: in.Body.Reason}, d.standing(""))
}

// whole is how a path names the whole agreement.
const whole = "all"

type resumeInput struct {
	rest.Of
	rest.Retry
	Component string `path:"component" maxLength:"100" doc:"The component's name, or all."`
}

func (d *desk) resume(ctx context.Context, v rest.Visit, in *resumeInput) (*rest.Written[standing], error) {
	if in.Component == whole {
		in.Component = ""
	}
	if _, ok := v.View.State.Term.Suspended[in.Component]; !ok {
		return nil, register.ErrUnknown
	}
	return rest.Command(ctx, d.Notary, v, term.Resume{Component: in.Component, Party: v.Actor.Party, By: v.Actor.ID}, d.standing(""))
}

type breachInput struct {
	rest.Of
	rest.Retry
	Body struct {
		What string `json:"what" minLength:"1" maxLength:"4000" example:"Invoices of three months are unpaid." doc:"What the breach is. The other party reads it."`
	}
}

func (d *desk) notify(ctx context.Context, v rest.Visit, in *breachInput) (*rest.Written[standing], error) {
	id, err := access.NewID(d.Notary.Rand, "brc_")
	if err != nil {
		return nil, err
	}
	return rest.Command(ctx, d.Notary, v, term.NotifyBreach{ID: id, Party: v.Actor.Party, By: v.Actor.ID, What: in.Body.What}, d.standing(id))
}

type cureInput struct {
	rest.Of
	rest.Retry
	Breach string    `path:"breach" maxLength:"100" doc:"The breach's id: brc_…"`
	Body   *struct{} `doc:"Nothing, or an empty object."`
}

func (d *desk) cure(ctx context.Context, v rest.Visit, in *cureInput) (*rest.Written[standing], error) {
	if _, ok := v.View.State.Term.Breaches[in.Breach]; !ok {
		return nil, register.ErrUnknown
	}
	return rest.Command(ctx, d.Notary, v, term.CureBreach{ID: in.Breach, Party: v.Actor.Party, By: v.Actor.ID}, d.standing(in.Breach))
}

type changeInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Kind string `json:"kind,omitempty" enum:"control,law,technology,business" doc:"Needed where clause 12.2 lists the changes that are material."`
		What string `json:"what" minLength:"1" maxLength:"4000" example:"The model is replaced by its successor." doc:"What has changed. The other party reads it."`
	}
}

func (d *desk) announce(ctx context.Context, v rest.Visit, in *changeInput) (*rest.Written[standing], error) {
	id, err := access.NewID(d.Notary.Rand, "chg_")
	if err != nil {
		return nil, err
	}
	c := term.NotifyChange{ID: id, Party: v.Actor.Party, By: v.Actor.ID, Kind: term.Change(in.Body.Kind), What: in.Body.What}
	return rest.Command(ctx, d.Notary, v, c, d.standing(id))
}

type settleInput struct {
	rest.Of
	rest.Retry
	Change string    `path:"change" maxLength:"100" doc:"The notice's id: chg_…"`
	Body   *struct{} `doc:"Nothing, or an empty object."`
}

func (d *desk) settle(ctx context.Context, v rest.Visit, in *settleInput) (*rest.Written[standing], error) {
	if _, ok := v.View.State.Term.Changes[in.Change]; !ok {
		return nil, register.ErrUnknown
	}
	return rest.Command(ctx, d.Notary, v, term.SettleChange{ID: in.Change, Party: v.Actor.Party, By: v.Actor.ID}, d.standing(in.Change))
}

type terminateInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Ground string `json:"ground" enum:"notice,material_breach,insolvency,material_change,service_levels" doc:"Why your party ends it."`
		Breach string `json:"breach,omitempty" maxLength:"100" doc:"The breach of which notice was given, where that is the ground."`
		Change string `json:"change,omitempty" maxLength:"100" doc:"The notice of change by your party, where that is the ground."`
		Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Needed for every ground but notice."`
	}
}

func (d *desk) terminate(ctx context.Context, v rest.Visit, in *terminateInput) (*rest.Written[standing], error) {
	c := term.Terminate{Ground: term.Ground(in.Body.Ground), Party: v.Actor.Party, By: v.Actor.ID, Breach: in.Body.Breach, Change: in.Body.Change, Reason: in.Body.Reason}
	return rest.Command(ctx, d.Notary, v, c, d.standing(cmp.Or(in.Body.Breach, in.Body.Change)))
}
