package margins

import (
	"time"

	"entente/agreement"
	"entente/articles/term"
	"entente/calendar"
)

// endMargin is the margin of clause 12.3: when the agreement ends, and what follows.
func (s book) endMargin(m *Margin, live Live) {
	e := s.Ending()
	if e == nil {
		m.Status, m.Fact = Good, "No end is set"
		return
	}
	zone := s.Text().Frame().Zone()
	day := func(t time.Time) string { return calendar.DateOf(t.Add(-1).In(zone)).Words() }
	m.Status, m.Fact = Due, "Last day "+day(e.Ends)
	if e.Ground == term.Expiry && live.Now.Before(e.Ends) {
		m.Status = Good // as agreed: the term does not renew
	}
	if e.TransitionEnd.After(e.Ends) {
		m.Details = append(m.Details, "Transition until "+day(e.TransitionEnd))
	}
	if e.CustomersEnd.After(e.Ends) {
		m.Details = append(m.Details, "Existing customers until "+day(e.CustomersEnd))
	}
	if s.Stage(live.Now) == agreement.Ended {
		m.Status = Off
	}
}

// customersMargin is the margin of clause 12.4: who may still be served.
func (s book) customersMargin(m *Margin, live Live) {
	t, e := s.Text().Term.Customers, s.Ending()
	switch {
	case t.Continue.IsZero() && !t.NoNewDeployments:
		m.Status, m.Fact = Off, "No service after the end was agreed"
		return
	case e == nil || live.Now.Before(e.Ends):
		m.Status, m.Fact = Good, "Every customer may be served"
		return
	case s.Term.Served == nil || !s.Term.Served.Listed:
		m.Status, m.Fact = Due, "The customers that were served before the end are not listed yet"
	default:
		m.Status, m.Fact = Due, counted(int64(len(s.Term.Served.Known)), "customer")+" served before the end may still be served"
	}
	if !live.Now.Before(e.TransitionEnd) && !live.Now.Before(e.CustomersEnd) {
		m.Status = Off
		m.Fact = "Service has ended"
	}
	if e.CustomersEnd.After(e.Ends) {
		m.Details = append(m.Details, "Until "+calendar.DateOf(e.CustomersEnd.Add(-1).In(s.Text().Frame().Zone())).Words())
	}
	if n := live.Refused[m.Clause]; n > 0 {
		m.Details = append(m.Details, counted(n, "call")+" refused under this clause")
	}
}
