package term

import "entente/calendar"

// Ends is the last day of the initial term, and whether there is one: an agreement of indefinite
// period has none.
func (t Terms) Ends(effective calendar.Date) (calendar.Date, bool) { return t.EndsAfter(effective, 0) }

// EndsAfter is the last day of the term once it has been renewed so many times. Every end is
// counted from the effective date, so that a term that ends with February does so in leap years
// too. It is false for an agreement of indefinite period and for renewals that it does not have.
func (t Terms) EndsAfter(effective calendar.Date, renewals int) (calendar.Date, bool) {
	if effective.IsZero() || t.Initial.IsZero() || renewals < 0 || (renewals > 0 && t.Renewal == nil) {
		return calendar.Date{}, false
	}
	whole := t.Initial
	if renewals > 0 {
		whole.Years += renewals * t.Renewal.Period.Years
		whole.Months += renewals * t.Renewal.Period.Months
		whole.Days += renewals * t.Renewal.Period.Days
	}
	return effective.Through(whole), true
}

// NoticeBy is the last day on which the other party can receive notice that prevents the renewal at
// the end of a term whose last day is end. It is the zero date if the agreement does not renew.
func (t Terms) NoticeBy(end calendar.Date) calendar.Date {
	if t.Renewal == nil || end.IsZero() {
		return calendar.Date{}
	}
	return end.Sub(t.Renewal.Notice)
}

// EndsOnNotice is the last day of the agreement when notice is received on a day: the end of the
// current term if the notice is in time for it, else the end of the next; for an agreement of
// indefinite period, the day on which the notice has run.
func (t Terms) EndsOnNotice(effective, received calendar.Date) calendar.Date {
	end, fixed := t.Ends(effective)
	if !fixed {
		return received.Add(t.IndefiniteNotice)
	}
	if t.Renewal == nil || t.Renewal.Period.Longest() < calendarDay {
		return end
	}
	for n := 1; t.NoticeBy(end).Before(received); n++ {
		end, _ = t.EndsAfter(effective, n)
	}
	return end
}

// TransitionEnds is the last day of the transition of clause 12.3 after an agreement whose last day
// is last; last itself if there is no transition.
func (t Terms) TransitionEnds(last calendar.Date) calendar.Date {
	return following(last, t.Effects.Transition)
}

// CustomersEnd is the last day on which existing customers are served under clause 12.4 after an
// agreement whose last day is last; last itself if clause 12.4 does not continue their service.
func (t Terms) CustomersEnd(last calendar.Date) calendar.Date {
	return following(last, t.Customers.Continue)
}

// ReturnBy is the last day on which to return or destroy what clause 12.3 says, after an agreement
// whose last day is last; the zero date if the clause sets no time.
func (t Terms) ReturnBy(last calendar.Date) calendar.Date {
	if t.Effects.ReturnWithin.IsZero() {
		return calendar.Date{}
	}
	return following(t.TransitionEnds(last), t.Effects.ReturnWithin)
}

func following(last calendar.Date, period calendar.Duration) calendar.Date {
	if last.IsZero() {
		return last
	}
	return last.AddDays(1).Through(period)
}
