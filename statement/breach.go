package statement

import (
	"context"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/technical"
	"entente/meter"
	"entente/notary"
)

// breaches are what the records of a statement show to be not as Schedule A has it, and what is not on
// record yet: one of each kind, model and day.
type breaches struct {
	state articles.State
	found []technical.Breach
}

func (b *breaches) add(r meter.Record) {
	if r.Deviations&(meter.OtherModel|meter.OtherTier|meter.OtherRegion) == 0 {
		return
	}
	spec := specification(b.state, r)
	model, _ := spec.Model(r.Model)
	b.note(r, meter.OtherModel, technical.OtherModel, model.Version, r.AnsweredModel)
	b.note(r, meter.OtherTier, technical.OtherTier, strings.Join(spec.Serving.Tiers, ", "), r.Served.Tier)
	b.note(r, meter.OtherRegion, technical.OtherRegion, strings.Join(spec.Serving.Regions, ", "), r.Served.Region)
}

func (b *breaches) note(r meter.Record, bit meter.Deviations, kind technical.Kind, agreed, answered string) {
	if r.Deviations&bit == 0 {
		return
	}
	one := technical.Breach{Kind: kind, Component: r.Component, Environment: agreement.Environment(r.Environment), Model: r.Model, Agreed: agreed, Answered: answered,
		Day: string(meter.DayOf(r.Opened, b.state.Text().Frame().Zone())), Call: r.ID.String()}
	if b.state.Technical.Knows(one) {
		return
	}
	b.state.Technical = b.state.Technical.Evolve(technical.AnswerDeviated{Breach: one})
	b.found = append(b.found, one)
}

// specification is that of a record's component under the version that allowed the call.
func specification(s articles.State, r meter.Record) technical.Specification {
	t := s.Text()
	if r.Version > 0 && r.Version <= len(s.Texts) {
		t = s.Texts[r.Version-1]
	}
	spec, _ := t.ScheduleA.Specification(r.Component)
	return spec
}

// enter has them noted in the ledger. That is before their statement is sealed: after a crash the same
// records are read again, and what is on record is known.
func (b *breaches) enter(ctx context.Context, n *notary.Notary) error {
	for _, one := range b.found {
		if _, err := n.Do(ctx, notary.Order{Agreement: b.state.ID, Actor: articles.Clock, Command: technical.NoteBreach{Breach: one}}); err != nil {
			return err
		}
	}
	return nil
}
