package api

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"strings"

	"entente/agreement"
	"entente/articles/term"
	"entente/notary"
	"entente/register"
)

// A standing is where the agreement stands after an act under Article 12.
type standing struct {
	Stage       agreement.Stage `json:"stage"`
	Suspensions []suspension    `json:"suspensions"`
	Breach      *breach         `json:"breach,omitempty" doc:"The breach that the act was about."`
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
		return out
	}
}

type suspendInput struct {
	Of
	Retry
	Body struct {
		Component string `json:"component,omitempty" maxLength:"100" doc:"The component's name in clause 1.2; the whole agreement, if it is not said."`
		Reason    string `json:"reason" minLength:"1" maxLength:"2000" doc:"Why. The other party reads it."`
	}
}

func (d *desk) suspend(ctx context.Context, v visit, in *suspendInput) (*written[standing], error) {
	return command(ctx, d.Notary, v, term.Suspend{Component: in.Body.Component, Party: v.Actor.Party, By: v.Actor.ID, Reason: in.Body.Reason}, d.standing(""))
}

// whole is how a path names the whole agreement.
const whole = "all"

type resumeInput struct {
	Of
	Retry
	Component string `path:"component" maxLength:"100" doc:"The component's name, or all."`
}

func (d *desk) resume(ctx context.Context, v visit, in *resumeInput) (*written[standing], error) {
	view, err := d.Register.View(v.id)
	if err != nil {
		return nil, err
	}
	if in.Component == whole {
		in.Component = ""
	}
	if _, ok := view.State.Term.Suspended[in.Component]; !ok {
		return nil, register.ErrUnknown
	}
	return command(ctx, d.Notary, v, term.Resume{Component: in.Component, Party: v.Actor.Party, By: v.Actor.ID}, d.standing(""))
}

type breachInput struct {
	Of
	Retry
	Body struct {
		What string `json:"what" minLength:"1" maxLength:"4000" doc:"What the breach is. The other party reads it."`
	}
}

func (d *desk) notify(ctx context.Context, v visit, in *breachInput) (*written[standing], error) {
	random := make([]byte, 10)
	if _, err := io.ReadFull(d.Notary.Rand, random); err != nil {
		return nil, fmt.Errorf("drawing randomness: %w", err)
	}
	id := "brc_" + strings.ToLower(base32.StdEncoding.EncodeToString(random))
	return command(ctx, d.Notary, v, term.NotifyBreach{ID: id, Party: v.Actor.Party, By: v.Actor.ID, What: in.Body.What}, d.standing(id))
}

type cureInput struct {
	Of
	Retry
	Breach string    `path:"breach" maxLength:"100" doc:"The breach's id: brc_…"`
	Body   *struct{} `doc:"Nothing, or an empty object."`
}

func (d *desk) cure(ctx context.Context, v visit, in *cureInput) (*written[standing], error) {
	view, err := d.Register.View(v.id)
	if err != nil {
		return nil, err
	}
	if _, ok := view.State.Term.Breaches[in.Breach]; !ok {
		return nil, register.ErrUnknown
	}
	return command(ctx, d.Notary, v, term.CureBreach{ID: in.Breach, Party: v.Actor.Party, By: v.Actor.ID}, d.standing(in.Breach))
}

type terminateInput struct {
	Of
	Retry
	Body struct {
		Ground string `json:"ground" enum:"notice,material_breach,insolvency,material_change"`
		Breach string `json:"breach,omitempty" maxLength:"100" doc:"The breach of which notice was given, where that is the ground."`
		Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Needed for every ground but notice."`
	}
}

func (d *desk) terminate(ctx context.Context, v visit, in *terminateInput) (*written[standing], error) {
	c := term.Terminate{Ground: term.Ground(in.Body.Ground), Party: v.Actor.Party, By: v.Actor.ID, Breach: in.Body.Breach, Reason: in.Body.Reason}
	return command(ctx, d.Notary, v, c, d.standing(in.Body.Breach))
}
