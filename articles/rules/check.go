// Package rules reads an agreement as a careful lawyer would, before anyone signs: it asks every
// article, compares the articles with each other, and explains each of its rules on a page.
package rules

import (
	"entente/agreement"
	"entente/articles"
	"entente/articles/branding"
	"entente/articles/form"
	"entente/articles/governance"
	"entente/articles/integration"
)

// Check reports what is to be said of the terms of an agreement: what each article and schedule
// finds, and what only shows across articles. Severity and clause are filled in.
func Check(a articles.Agreement) agreement.Findings {
	list := agreement.Findings{}
	found, frame := &list, a.Frame()
	checkFront(frame, found)
	a.Scope.Check(frame, found)
	a.Integration.Check(frame, found)
	a.Sharing.Check(frame, found)
	a.Property.Check(frame, found)
	a.Branding.Check(frame, found)
	a.Commerce.Check(frame, found)
	a.Governance.Check(frame, found)
	a.Compliance.Check(frame, found)
	a.Warranty.Check(frame, found)
	a.Liability.Check(frame, found)
	a.Confidentiality.Check(frame, found)
	a.Term.Check(frame, found)
	a.General.Check(frame, found)
	a.ScheduleA.Check(frame, found)
	a.ScheduleB.Check(frame, found)
	a.ScheduleC.Check(frame, found)
	a.ScheduleD.Check(frame, found)
	a.ScheduleE.Check(frame, found)
	a.ScheduleF.Check(frame, found)
	a.ScheduleG.Check(frame, found)
	integration.CheckTogether(a.Integration, a.ScheduleA, a.ScheduleC, frame, found)
	branding.CheckTogether(a.Branding, a.ScheduleE, a.ScheduleF, found)
	governance.CheckTogether(a.Governance, a.ScheduleG, found)
	contract{a}.cross(frame, found)
	checkLetters(a, found)
	checkPrint(a, found)
	checkHouse(a, found)
	return Settle(list)
}

// Settle gives findings their severity and, unless they know better, their clause.
func Settle(found agreement.Findings) agreement.Findings {
	for i := range found {
		one := &found[i]
		rule := named(one.Rule)
		one.Severity = rule.Severity
		if one.Clause == "" {
			one.Clause = rule.Clause
			if c := form.ClauseOf(one.Path); c != "" && isGeneral(rule.Name) {
				one.Clause = c
			}
		}
	}
	return found
}
