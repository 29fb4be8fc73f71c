package components

import (
	"cmp"
	"context"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/articles/performance"
	"entente/notary"
	"entente/register"
)

func (d *Desk) maintenances(to *rest.Desk) {
	at := rest.Place{Path: "/api/v1/agreements/{id}/maintenance", Tag: Acts}
	rest.Add(to, at.Read("", "list-maintenance", "The maintenance that was announced (clause C.3), by when it begins", "What is to come, what goes on, what is over and what was withdrawn, of both parties' components."), d.listMaintenance)
	rest.AddAct(to, at.Write("", "announce-maintenance", rest.May(performance.AnnounceMaintenance{}), "Announce maintenance of a component that your party provides (clause C.3)",
		"Announced with the notice that clause C.3 requires, its minutes are left out of service levels, up to the hours that the clause allows in one window. Announced late, it is on record and counts as any other time.").On(rest.Own), d.announceMaintenance)
	rest.AddAct(to, at.Write("/{maintenance}/withdrawal", "withdraw-maintenance", rest.May(performance.WithdrawMaintenance{}), "Withdraw an announcement before the maintenance begins", "It counts as never announced: an outage in that time counts against the service level.").On(rest.Own), d.withdrawMaintenance)
}

type maintenance struct {
	ID          string                `json:"id"`
	Component   string                `json:"component"`
	Environment agreement.Environment `json:"environment" enum:"test,production"`
	From        time.Time             `json:"from" doc:"When it begins."`
	Until       time.Time             `json:"until" doc:"It is over then."`
	Party       agreement.Party       `json:"party" enum:"a,b"`
	By          string                `json:"by" doc:"Who announced it, by pseudonym."`
	What        string                `json:"what"`
	Announced   time.Time             `json:"announced" doc:"When it was announced."`
	InTime      bool                  `json:"in_time" doc:"Whether it was announced with the notice that clause C.3 requires. Otherwise it counts as any other time."`
	Withdrawn   time.Time             `json:"withdrawn,omitzero" doc:"Absent if it was not."`
}

type maintenancesInput struct {
	rest.Of
	rest.Page
	Component   string `query:"component" maxLength:"100" doc:"Only of this component."`
	Environment string `query:"environment" enum:"test,production"`
}

func (d *Desk) listMaintenance(_ context.Context, v rest.Visit, in *maintenancesInput) (*rest.List[maintenance], error) {
	var all []maintenance
	for _, m := range v.View.State.Performance.Maintenance {
		all = append(all, maintenance(m))
	}
	slices.SortFunc(all, func(a, b maintenance) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID)) })
	return rest.Cut(all, in.Page, func(m maintenance) string { return m.ID }, func(m maintenance) bool {
		return rest.Is(in.Component, m.Component) && rest.Is(in.Environment, m.Environment)
	})
}

func maintenanceAfter(id string) func(notary.Receipt) maintenance {
	return func(r notary.Receipt) maintenance { return maintenance(r.View.State.Performance.Maintenance[id]) }
}

type maintenanceInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Component   string    `json:"component" minLength:"1" maxLength:"100" example:"summarise" doc:"The component's name in clause 1.2."`
		Environment string    `json:"environment" enum:"test,production"`
		From        time.Time `json:"from" doc:"A full minute."`
		Until       time.Time `json:"until" doc:"A full minute, at most 31 days later."`
		What        string    `json:"what" minLength:"1" maxLength:"2000" example:"A database is moved to another machine." doc:"What is done. The other party reads it."`
	}
}

func (d *Desk) announceMaintenance(ctx context.Context, v rest.Visit, in *maintenanceInput) (*rest.Written[maintenance], error) {
	id, err := access.NewID(d.Notary.Rand, "mnt_")
	if err != nil {
		return nil, err
	}
	b := in.Body
	c := performance.AnnounceMaintenance{ID: id, Component: b.Component, Environment: agreement.Environment(b.Environment), From: b.From, Until: b.Until,
		Party: v.Actor.Party, By: v.Actor.ID, What: b.What}
	return rest.Command(ctx, d.Notary, v, c, maintenanceAfter(id))
}

type withdrawInput struct {
	rest.Of
	rest.Retry
	Maintenance string    `path:"maintenance" maxLength:"100" doc:"The announcement's id: mnt_…"`
	Body        *struct{} `doc:"Nothing, or an empty object."`
}

func (d *Desk) withdrawMaintenance(ctx context.Context, v rest.Visit, in *withdrawInput) (*rest.Written[maintenance], error) {
	if _, ok := v.View.State.Performance.Maintenance[in.Maintenance]; !ok {
		return nil, register.ErrUnknown
	}
	return rest.Command(ctx, d.Notary, v, performance.WithdrawMaintenance{ID: in.Maintenance, Party: v.Actor.Party, By: v.Actor.ID}, maintenanceAfter(in.Maintenance))
}
