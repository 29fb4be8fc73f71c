package deadlines

import (
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/governance"
	"entente/articles/scope"
	"entente/calendar"
)

// recurring is what the parties do again and again. The ledger does not say whether it was done, so it is never
// late: its day passes, and the next one comes.
func (l *list) recurring() {
	l.invoices()
	l.meetings()
	l.reviews()
	both := Deadline{Owes: agreement.BothParties}
	if b := l.text.ScheduleB; l.text.Compliance.Security.Assessments && !b.AssessmentInterval.IsZero() {
		d := both
		d.ID, d.Clause, d.What, d.Role = "assessment", "B", "Each party has assessed its security once more", agreement.Security
		l.again(d, b.AssessmentInterval)
	}
	if every := l.text.Warranty.Party.ConfirmedEvery; !every.IsZero() {
		d := both
		d.ID, d.Clause, d.What, d.Role = "confirmation", "9.1", "Each party confirms its warranties again", agreement.Signatory
		l.again(d, every)
	}
}

// exclusivity is when a party is bound to the other alone no more.
func (l *list) exclusivity() {
	if e := l.text.Scope.Exclusive; l.text.Scope.Tier == scope.ExclusiveTier && e != nil && !e.Duration.IsZero() {
		last := e.Ends(l.text.Frame().Effective()).AddDays(-1)
		l.ends(l.by(Deadline{ID: "exclusivity", Clause: "1.3", What: "The exclusivity ends", Owes: agreement.BothParties, Role: agreement.Commercial}, last))
	}
}

// again adds the next of what is to be done once in every period from the effective date on.
func (l *list) again(d Deadline, every calendar.Duration) {
	from := l.text.Frame().Effective()
	for n := 1; n <= mostPeriods; n++ {
		last := from.AddMonths(n * (12*every.Years + every.Months)).AddDays(n*every.Days - 1)
		if !last.Before(l.today()) {
			l.next(d, last)
			return
		}
	}
}

// mostPeriods bounds the search for the next of many short periods.
const mostPeriods = 5000

func (l *list) today() calendar.Date { return calendar.DateOf(l.now.In(l.zone)) }

// next adds what recurs, under the id of its day, unless the agreement has ended by then.
func (l *list) next(d Deadline, day calendar.Date) {
	if e := l.Ending(); e != nil && day.In(l.zone).After(e.Ends) {
		return
	}
	d.ID += "/" + day.String()
	l.ends(l.by(d, day))
}

// invoices are those of clause 6.3: of the last month until its day has passed, then of this one.
func (l *list) invoices() {
	payment, today := l.text.Commerce.Payment, l.today()
	if l.text.Commerce.Revenue.Model != commerce.Shared || payment.InvoicingDay < 1 {
		return
	}
	month := calendar.Date{Year: today.Year, Month: today.Month, Day: 1}.AddMonths(-1)
	if payment.InvoicingDay < today.Day {
		month = month.AddMonths(1)
	}
	if month.AddMonths(1).AddDays(-1).Before(l.text.Frame().Effective()) {
		return
	}
	day := month.AddMonths(1).AddDays(payment.InvoicingDay - 1)
	l.next(Deadline{ID: "invoice", Clause: "6.3", What: "What is owed for " + month.In(time.UTC).Format("January 2006") + " is to be invoiced", Owes: agreement.BothParties, Role: agreement.Finance}, day)
}

// meetings are those of the steering committee: once in every period of clause 7.1, of which quarters are those of
// the calendar.
func (l *list) meetings() {
	d := Deadline{ID: "meeting", Clause: "7.1", What: "The steering committee is to meet", Owes: agreement.BothParties, Role: agreement.Committee}
	switch meets := l.text.Governance.Committee.Meets; {
	case meets == governance.Quarterly:
		l.next(d, l.quarter().AddMonths(3).AddDays(-1))
	case !meets.Every().IsZero():
		l.again(d, meets.Every())
	}
}

// quarter is the first day of the quarter of the calendar year.
func (l *list) quarter() calendar.Date {
	today := l.today()
	return calendar.Date{Year: today.Year, Month: (today.Month-1)/3*3 + 1, Day: 1}
}

// reviews are those of clause 7.3. A quarter is reviewed before the next one ends.
func (l *list) reviews() {
	r, today := l.text.Governance.Reviews, l.today()
	d := Deadline{Clause: "7.3", Owes: agreement.BothParties, Role: agreement.Committee}
	if r.Quarterly {
		ended := l.quarter().AddDays(-1)
		if !ended.Before(l.text.Frame().Effective()) {
			d.ID, d.What = "review", "The quarter that ended on "+ended.Words()+" is to be reviewed"
			l.next(d, l.quarter().AddMonths(3).AddDays(-1))
		}
	}
	if r.AnnualPlanning {
		d.ID, d.What = "planning", "The parties are to plan the next calendar year"
		l.next(d, planned(r, today))
	}
}

// planned is the last day of the next month of planning: December where the agreement names none.
func planned(r governance.Reviews, today calendar.Date) calendar.Date {
	month := time.December
	if r.PlanningMonth >= 1 && r.PlanningMonth <= 12 {
		month = time.Month(r.PlanningMonth)
	}
	last := calendar.Date{Year: today.Year, Month: month, Day: 1}.AddMonths(1).AddDays(-1)
	if last.Before(today) {
		last = calendar.Date{Year: today.Year + 1, Month: month, Day: 1}.AddMonths(1).AddDays(-1)
	}
	return last
}
