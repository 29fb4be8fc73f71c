package articles

import "entente/agreement"

// Complete is the agreement with every default written out, so that nothing which is signed depends
// on what a later release takes for granted. Completing twice changes nothing.
func (a Agreement) Complete() Agreement {
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
	a.ScheduleC = a.ScheduleC.Complete()
	return a
}
