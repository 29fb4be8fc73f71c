package margins

import "entente/calendar"

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
