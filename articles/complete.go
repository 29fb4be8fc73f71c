package articles

import (
	"entente/agreement"
	"entente/articles/form"
)

// Complete is the agreement with every default written out, so that nothing which is signed depends
// on what a later release takes for granted. What is empty has one form: a table that an agreement
// always has is an empty list, anything else is absent. Completing twice changes nothing, and the
// agreement itself stays as it is.
func (a Agreement) Complete() Agreement { return form.Settled(a.filled()) }

// filled is a settled agreement with every default written out.
func (a Agreement) filled() Agreement {
	front := &a.Agreement
	if a.Edition == "" {
		a.Edition = Edition
	}
	if front.Effective.IsZero() {
		front.Effective = front.Dated
	}
	if front.Language == "" {
		front.Language = "en"
	}
	if len(front.Calendar.Weekend) == 0 {
		front.Calendar.Weekend = []agreement.Weekday{"saturday", "sunday"}
	}
	a.Commerce = a.Commerce.Complete()
	a.Integration = a.Integration.Complete()
	if len(a.Scope.Components) > 0 || !agreement.Blank(a.ScheduleC) {
		a.ScheduleC = a.ScheduleC.Complete()
	}
	a.House = a.House.Complete()
	return a
}
