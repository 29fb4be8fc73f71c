package policy

// decideEnded is what clauses 12.3 and 12.4 say of a call after the last day of the agreement. While
// those who were served before are being listed, the transition goes on as it was, and nothing goes on
// after it.
func (p *Policy) decideEnded(c *Call) Verdict {
	transition := c.At < p.transitionEnd
	switch {
	case transition && (!p.noNew || c.Customer == "" || p.served == nil):
		return Verdict{OK: true}
	case !transition && c.At >= p.customersEnd:
		return Verdict{Code: AgreementEnded, Clause: "12.3", Why: "the agreement has ended"}
	case c.Customer == "":
		return Verdict{Code: AgreementEnded, Clause: "12.4", Why: "the agreement has ended; only customers that were served before it ended may still be served, and the call names none"}
	case p.served == nil:
		return Verdict{Code: AgreementEnded, Clause: "12.4", Why: "the agreement has just ended; the customers that were served before are being listed, and may be served in a moment"}
	case !p.served.Knows(c.Customer):
		return Verdict{Code: CustomerNew, Clause: "12.4", Why: "the agreement has ended, and this customer was not served before it did"}
	}
	return Verdict{OK: true}
}
