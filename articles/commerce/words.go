package commerce

import (
	"fmt"

	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Article 6.
func (t Terms) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{t.Revenue.words(), t.Pricing.words(), t.Payment.words()}
}

func (r Revenue) words() document.Clause {
	shared := r.Model == Shared
	return agreement.Clause("6.1").Says(
		document.Para("The Parties have chosen one of the following:"),
		document.Choice(
			document.Tick(shared, "**Sharing.** The Parties share revenue under the models chosen below.").With(document.Ticks(
				r.sharesOption(shared),
				r.Referral.option(shared),
				r.licensingOption(shared),
			)),
			document.Tick(r.Model == None, "**No direct sharing.** Neither Party owes the other a payment under this clause."),
		),
		document.Para("In this clause, gross revenue is all that is invoiced, before any deduction. Net revenue is gross revenue less %s.", document.Join(r.deductionNames())),
		document.Para("Shares of an amount always add up to that amount; a minor unit of the currency that rounding leaves over goes to the larger remainder. Each use is priced by the version of this Agreement in force when the use took place. A statement is corrected by a new entry and never by changing an old one."),
	)
}

func (r Revenue) sharesOption(shared bool) document.Option {
	if len(r.Shares) == 0 {
		return document.Tick(false, "**Revenue share.** The Parties share the revenue from the Components and from joint sales in agreed percentages.")
	}
	under := []document.Block{
		r.sharesTable(),
	}
	if r.has(Fees) {
		under = append(under, document.Para("From a licensing fee that is shared, the Party that owes the fee shall pay the other Party the fee less its own share."))
	}
	if r.has(Sales) {
		under = append(under, document.Para("The Party that makes a sale whose revenue is shared shall report it to the other Party with the statement for the calendar month in which it collected the revenue, and shall pay the other Party that Party’s share."))
	}
	return document.Tick(shared, "**Revenue share.** The Parties share the revenue in the following table in the percentages that the table states.").With(under...)
}

func (r Revenue) has(of Source) bool {
	for _, s := range r.Shares {
		if s.Of == of {
			return true
		}
	}
	return false
}

func (r Revenue) deductionNames() []string {
	var names []string
	for _, d := range r.deductions() {
		names = append(names, map[Deduction]string{Taxes: "taxes", Refunds: "refunds", Credits: "service credits",
			Chargebacks: "chargebacks", PaymentFees: "fees of payment providers"}[d])
	}
	return names
}

func (r Revenue) sharesTable() document.Block {
	var rows [][]document.Text
	for _, s := range r.Shares {
		of, component := document.T("licensing fees under [[6.1]]"), "every Component without a row of its own"
		if s.Of == Sales {
			of, component = document.T("reported sales: %s", s.Description), "all Components"
		}
		if s.Component != "" {
			component = s.Component
		}
		rows = append(rows, document.Row(component, of, string(s.Base), s.A.Words(), s.B.Words()))
	}
	return document.Grid([]document.Column{{Title: "Component", Width: 3}, {Title: "Revenue", Width: 5}, {Title: "Gross or net", Width: 2},
		{Title: "Party A", Width: 2, Number: true}, {Title: "Party B", Width: 2, Number: true}}, rows)
}

func (r *Referral) option(shared bool) document.Option {
	const text = "**Referral fee.** The Party that wins a customer through a lead that the other Party referred under [[5.3]] shall pay the other Party a referral fee."
	how := r.how()
	if len(how) == 0 {
		return document.Tick(shared && r != nil, text)
	}
	return document.Tick(shared, text).With(document.Lettered(how...))
}

// how says each part of the fee in a sentence.
func (r *Referral) how() []document.Text {
	if r == nil {
		return nil
	}
	var how []document.Text
	say := func(format string, args ...any) { how = append(how, document.T(format, args...)) }
	if !r.Flat.IsZero() {
		say("The fee for each customer won is %s.", r.Flat.Words())
	}
	if !r.FirstYear.IsZero() {
		say("The fee is %s of the net revenue that the paying Party collects from the customer in the first twelve (12) months.", r.FirstYear.Words())
	}
	for i, tier := range r.Tiers {
		say("The fee is %s of the part of the net revenue collected from the customer in the first twelve (12) months that %s.", tier.Fee.Words(), r.part(i))
	}
	if !r.Cap.IsZero() {
		say("The fee for one customer is at most %s.", r.Cap.Words())
	}
	if len(r.Components) > 0 {
		say("The fee is owed only for customers of %s.", document.Either(r.Components))
	}
	if !r.Clawback.IsZero() {
		say("If the customer leaves within %s of its first payment, the Party that received the fee shall return it in proportion to the time that remains.", r.Clawback.Words())
	}
	return how
}

// part is the part of the revenue that a tier is for: "lies above EUR …, up to EUR …".
func (r *Referral) part(i int) string {
	var bounds []string
	if from := r.Tiers[i].From; from.Minor > 0 || i+1 == len(r.Tiers) {
		bounds = append(bounds, "is above "+from.Words())
	}
	if i+1 < len(r.Tiers) {
		bounds = append(bounds, "is not above "+r.Tiers[i+1].From.Words())
	}
	return document.Join(bounds)
}

func (r Revenue) licensingOption(shared bool) document.Option {
	if len(r.Licensing) == 0 {
		return document.Tick(false, "**Licensing fees.** The Party that uses a Component shall pay the Party that provides it fees for each period or for each unit of use.")
	}
	tests := "Only use in production is charged."
	if r.ChargeTest {
		tests = "Use in the test environment is charged as use in production is."
	}
	return document.Tick(shared, "**Licensing fees.** The Party that uses a Component shall pay the Party that provides it the fees in the following table.").With(
		r.licensingTable(),
		document.Para("The records of the calls to a Component show its use. Either Party may inspect the record of a call that it made or answered. A price for a volume applies to the units within that volume and to no others. A call that is refused is not charged. A call that ends early, because the calling Party left it, a limit of this Agreement ended it or the Component broke it off, does not count as a request and is charged only for the tokens and bytes that had passed until then. "+
			"Where a Component does not state the tokens of a call, they are estimated at one (1) token for each four (4) bytes of text in the request and in what was delivered of the answer, and each statement of use shows how many of its tokens are estimated. "+tests),
	)
}

func (r Revenue) licensingTable() document.Block {
	var rows [][]document.Text
	for _, l := range r.Licensing {
		for _, b := range l.bands() {
			rows = append(rows, document.Row(l.Component, b.price.Short(), l.Unit.each(l.per()), b.words(l.Unit)))
		}
	}
	return document.Grid([]document.Column{{Title: "Component", Width: 3}, {Title: "Price", Width: 2, Number: true}, {Title: "For each", Width: 5},
		{Title: "Volume in a calendar month", Width: 4}}, rows)
}

func (b band) words(u Unit) string {
	switch {
	case !u.Metered():
		return "not by volume"
	case b.last && b.from == 0:
		return "any"
	case b.last:
		return "above " + document.Figure(b.from)
	case b.from == 0:
		return "up to " + document.Figure(b.upto)
	}
	return fmt.Sprintf("above %s, up to %s", document.Figure(b.from), document.Figure(b.upto))
}

var unitNames = map[Unit]struct{ one, many string }{
	Requests:     {"request", "requests"},
	InputTokens:  {"input token not read from a cache", "input tokens not read from a cache"},
	CachedTokens: {"input token read from a cache", "input tokens read from a cache"},
	OutputTokens: {"output token", "output tokens"},
	Bytes:        {"byte carried", "bytes carried"},
	Units:        {"unit of Schedule A", "units of Schedule A"},
	Month:        {"month", "months"},
	Year:         {"year", "years"},
}

// each is what one price is for: "1,000,000 output tokens", "month".
func (u Unit) each(per int64) string {
	if per == 1 {
		return unitNames[u].one
	}
	return u.count(per)
}

// count is a number of units: "1 request", "1,204,331 output tokens".
func (u Unit) count(n int64) string {
	if n == 1 {
		return "1 " + unitNames[u].one
	}
	return document.Figure(n) + " " + unitNames[u].many
}
