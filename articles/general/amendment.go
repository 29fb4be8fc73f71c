package general

import (
	"time"

	"entente/agreement"
	"entente/calendar"
)

// SignBy is the last instant at which both may sign an amendment that takes effect at another (clause 13.5):
// the lead time before it, counted in the agreement's time zone. It is zero if there is no lead time.
func (a Amendments) SignBy(effective time.Time, zone *time.Location) time.Time {
	if a.LeadTime.IsZero() {
		return time.Time{}
	}
	return a.LeadTime.Before(effective.In(zone))
}

// InTime refuses what would bring an amendment into force sooner than its lead time allows.
func (a Amendments) InTime(act string, effective, now time.Time, zone *time.Location) error {
	by := a.SignBy(effective, zone)
	if by.IsZero() || !now.After(by) {
		return nil
	}
	first := calendar.DateOf(a.LeadTime.After(now.In(zone))).AddDays(-5) // to count months back and forth differs by some days
	for a.SignBy(first.In(zone), zone).Before(now) {
		first = first.AddDays(1)
	}
	return agreement.Refuse(act, "13.5", "both parties sign an amendment at least %s before it takes effect, and this one takes effect on %s; one that both sign today may take effect on %s (agreement.amended)",
		a.LeadTime.Words(), calendar.DateOf(effective.In(zone)).Words(), first.Words())
}
