package general

import (
	"fmt"
	"slices"

	"entente/agreement"
)

func (d Disputes) check(found *agreement.Findings) {
	if len(d.Steps) == 0 {
		return
	}
	last := len(d.Steps) - 1
	if !d.Steps[last].Kind.Final() {
		found.Add("dispute-without-end", fmt.Sprintf("general.disputes.steps[%d].kind", last), "after %s, nobody decides the dispute", d.Steps[last].Kind).
			Mend("end the ladder with arbitration or litigation")
	}
	whole := 0
	for i, s := range d.Steps {
		d.checkOrder(i, found)
		s.check(fmt.Sprintf("general.disputes.steps[%d]", i), found)
		whole += max(s.Days, 0)
	}
	if whole > 180 {
		found.Add("dispute-slow", "general.disputes.steps", "it takes %d days before anyone decides a dispute", whole).
			Mend("shorten the steps to 180 days in total; limitation periods may run meanwhile")
	}
}

// checkOrder reports a step that comes after one that a ladder has later, or again.
func (d Disputes) checkOrder(i int, found *agreement.Findings) {
	if i == 0 {
		return
	}
	before, here := d.Steps[i-1].Kind, d.Steps[i].Kind
	if before.Final() || here.rank() <= before.rank() {
		found.Add("dispute-order", fmt.Sprintf("general.disputes.steps[%d].kind", i), "%s cannot follow %s", here, before).
			Mend("write each step once, in the order escalation, executives, mediation, then arbitration or litigation")
	}
}

func (k StepKind) rank() int { return slices.Index(k.Values(), string(k)) }

func (s Step) check(at string, found *agreement.Findings) {
	if !s.Kind.Final() && s.Days < 1 {
		found.Add("dispute-step-days", at+".days", "%s has no end, so the next step never begins", s.Kind).
			Mend("give its days, for example 30")
	}
	if s.Kind.Final() && s.Days != 0 {
		found.Add("dispute-step-days", at+".days", "%s decides the dispute and has no number of days", s.Kind).
			Mend("delete its days")
	}
	if s.Kind == Arbitration && (s.Seat == "" || s.Rules == "") {
		found.Add("arbitration-incomplete", at, "arbitration needs a seat and rules, or it may not take place").
			Mend("give seat and rules, for example seat: Hamburg, Germany and rules: DIS Arbitration Rules")
	}
	if s.Kind == Arbitration && s.Arbitrators > 0 && s.Arbitrators%2 == 0 {
		found.Add("arbitration-even", at+".arbitrators", "a tribunal of %d members may not reach a majority", s.Arbitrators).
			Mend("write 1 or 3")
	}
}
