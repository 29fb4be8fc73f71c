package notary

import (
	"context"
	"log/slog"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/term"
	"entente/register"
)

// Tick does what the time has made due in every agreement: versions enter into force, stages are
// reached. It returns when it wants to be called next.
func (n *Notary) Tick(ctx context.Context, log *slog.Logger) time.Time {
	now := n.Now()
	next := now.Add(time.Hour)
	for _, v := range n.Register.Views() {
		for _, command := range due(v, now) {
			if _, err := n.Do(ctx, Order{Agreement: v.State.ID, Actor: articles.Clock, Command: command}); err != nil {
				log.Warn("a due act was not recorded", "agreement", v.State.ID, "error", err)
			}
		}
		if err := n.listCustomers(ctx, v.State.ID, now); err != nil {
			log.Warn("the customers that were served before the end were not listed; it is tried again soon", "agreement", v.State.ID, "error", err)
			next = now.Add(again)
		}
		if err := n.Register.Refresh(v.State.ID); err != nil {
			log.Warn("a policy was not compiled again", "agreement", v.State.ID, "error", err)
		}
		for _, at := range v.Policy().Instants() {
			if at.After(now) && at.Before(next) {
				next = at
			}
		}
	}
	return next
}

func due(v *register.View, now time.Time) []any {
	var commands []any
	if ripe := v.State.Life.Ripe(now); ripe > v.State.Life.InForce {
		commands = append(commands, agreement.EnterIntoForce{Version: ripe})
	}
	switch stage := v.State.Stage(now); stage {
	case agreement.Transition, agreement.CustomersOnly, agreement.Ended:
		if v.State.Term.Reached != stage {
			commands = append(commands, term.StageReached{Stage: stage})
		}
	}
	return commands
}

// Keep calls Tick when something falls due, at least once an hour, and soon after wake is sent on.
func (n *Notary) Keep(ctx context.Context, log *slog.Logger, wake <-chan struct{}) {
	for {
		timer := time.NewTimer(max(time.Second, time.Until(n.Tick(ctx, log))))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}
