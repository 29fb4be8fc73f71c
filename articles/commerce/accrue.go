package commerce

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"entente/agreement"
	"entente/document"
	"entente/money"
)

// A Use is a calendar month's use of one component by one party, or a part of it: uses of the same
// component by the same party are added up before they are priced.
//
// Fees per month and per year are not metered. They accrue only where Months or Years says how many
// of them fell due in the time of the use; a use of tokens alone never brings a periodic fee with it.
type Use struct {
	Component    string
	Consumer     agreement.Party
	Requests     int64
	InputTokens  int64 // not read from a cache
	CachedTokens int64 // read from a cache
	OutputTokens int64
	Bytes        int64
	Units        int64 // of the provider's own, by Schedule A
	Months       int64 // monthly fees that fell due
	Years        int64 // yearly fees that fell due
}

// count is how many of a unit were used; nil if there is no such unit.
func (u *Use) count(unit Unit) *int64 {
	switch unit {
	case Requests:
		return &u.Requests
	case InputTokens:
		return &u.InputTokens
	case CachedTokens:
		return &u.CachedTokens
	case OutputTokens:
		return &u.OutputTokens
	case Bytes:
		return &u.Bytes
	case Units:
		return &u.Units
	case Month:
		return &u.Months
	case Year:
		return &u.Years
	}
	return nil
}

// A Split is an amount as the parties share it. Both parts always add up to the amount.
type Split struct{ A, B money.Amount }

// Of is one party's part.
func (s Split) Of(p agreement.Party) money.Amount {
	if p == agreement.B {
		return s.B
	}
	return s.A
}

// A Line is the fee for the units of one price: its quantity is priced and rounded once.
type Line struct {
	Clause    agreement.Clause
	Component string
	Consumer  agreement.Party
	Provider  agreement.Party
	Unit      Unit
	Above     int64 // the threshold of the volume band that the units lie above; 0 for the first
	Quantity  int64
	Per       int64 // how many units the price is for
	Price     money.Rate
	Fee       money.Amount
	Shares    Split // of the fee; without a revenue share it is all the provider's
}

// An Accrual is what has become due under clause 6.1, before statements and invoices.
type Accrual struct {
	Lines    []Line
	Postings []money.Posting
	Owed     map[agreement.Party]money.Amount // the sum of each party's postings as debtor, both parties always present
}

// Owes is what a party owes so far, as people read it: "EUR 1.93", or "less than EUR 0.01" where it
// has used what has a price, but not enough for the least amount.
func (a Accrual) Owes(p agreement.Party) string {
	owed := a.Owed[p]
	trifle := slices.ContainsFunc(a.Lines, func(l Line) bool { return l.Consumer == p && l.trifle() })
	if owed.Minor == 0 && trifle {
		return "less than " + owed.Currency.Least().String()
	}
	return owed.String()
}

// Comes is what the line's units come to, as people read it: "EUR 1.93" or "less than EUR 0.01".
func (l Line) Comes() string {
	if l.trifle() {
		return "less than " + l.Fee.Currency.Least().String()
	}
	return l.Fee.String()
}

// trifle reports whether the units have a price, but their fee rounds to nothing.
func (l Line) trifle() bool { return l.Fee.Minor == 0 && l.Price.Positive() }

// Accrue prices a month's uses: the licence fee of each, volume band by volume band, and the revenue
// shares of the fee. The consumer owes the provider the fee less the consumer's own share.
//
// The result does not depend on the order of uses, nor on how they are cut into pieces. A component
// without a licence fee costs nothing, and a party owes nothing for using what it provides itself.
// Deductions from gross fees (taxes, refunds, credits) come with the statement, not here.
func (t Terms) Accrue(uses []Use, provider func(component string) agreement.Party) (Accrual, error) {
	none := money.Amount{Currency: t.Payment.Currency}
	a := Accrual{Owed: map[agreement.Party]money.Amount{agreement.A: none, agreement.B: none}}
	if t.Revenue.Model != Shared {
		return a, nil
	}
	merged, err := merge(uses)
	if err != nil {
		return Accrual{}, err
	}
	for _, u := range merged {
		by := provider(u.Component)
		if !slices.Contains(agreement.Both, by) {
			return Accrual{}, fmt.Errorf("pricing the use of %s: no party provides it", u.Component)
		}
		if by == u.Consumer {
			continue
		}
		if err := t.price(&a, u, by); err != nil {
			return Accrual{}, fmt.Errorf("pricing the use of %s: %w", u.Component, err)
		}
	}
	return a, nil
}

// price adds the lines of one use.
func (t Terms) price(a *Accrual, u Use, provider agreement.Party) error {
	for _, p := range t.Prices(u.Component).rows {
		for _, b := range p.bands {
			n := b.of(*u.count(p.unit))
			if n == 0 {
				continue
			}
			fee, err := t.fee(p, b, n)
			if err != nil {
				return err
			}
			line := Line{Clause: "6.1", Component: u.Component, Consumer: u.Consumer, Provider: provider,
				Unit: p.unit, Above: b.from, Quantity: n, Per: p.per, Price: b.price, Fee: fee}
			if err := t.share(&line); err != nil {
				return err
			}
			if err := a.add(line); err != nil {
				return err
			}
		}
	}
	return nil
}

// fee is what n units of a band cost, in the currency in which the parties pay.
func (t Terms) fee(p priced, b band, n int64) (money.Amount, error) {
	if b.price.Currency() != t.Payment.Currency {
		return money.Amount{}, fmt.Errorf("the price %s is not in %s, the currency of clause 6.3", b.price, t.Payment.Currency)
	}
	return b.fee(n, p.per)
}

// share fills in what each party has of the line's fee.
func (t Terms) share(l *Line) error {
	s, ok := t.Revenue.feeShare(l.Component)
	if !ok {
		nothing := money.Amount{Currency: l.Fee.Currency}
		l.Shares = Split{l.Fee, nothing}
		if l.Provider == agreement.B {
			l.Shares = Split{nothing, l.Fee}
		}
		return nil
	}
	parts, err := money.Allot(l.Fee, s.A, s.B)
	if err != nil {
		return err
	}
	l.Shares = Split{parts[0], parts[1]}
	return nil
}

// feeShare is the share of a component's licensing fees: its own row, else the row for all.
func (r Revenue) feeShare(component string) (Share, bool) {
	for _, name := range []string{component, ""} {
		for _, s := range r.Shares {
			if s.Of == Fees && s.Component == name {
				return s, true
			}
		}
	}
	return Share{}, false
}

// add takes a line into the accrual, with its posting unless it comes to nothing.
func (a *Accrual) add(l Line) error {
	a.Lines = append(a.Lines, l)
	due := l.Shares.Of(l.Provider) // the fee less the consumer's own share
	if due.Minor == 0 {
		return nil
	}
	sum, err := a.Owed[l.Consumer].Add(due)
	if err != nil {
		return err
	}
	a.Owed[l.Consumer] = sum
	a.Postings = append(a.Postings, money.Posting{Debtor: string(l.Consumer), Creditor: string(l.Provider),
		Amount: due, Clause: string(l.Clause), Why: l.why(due)})
	return nil
}

// why is the line in words: "licence fee for summarise: 1,204,331 output tokens at EUR 1.60 for each
// 1,000,000: EUR 1.93, less Party B’s own share of EUR 0.39".
func (l Line) why(due money.Amount) string {
	each := "each"
	if l.Per > 1 {
		each = "for each " + document.Figure(l.Per)
	}
	words := fmt.Sprintf("licence fee for %s: %s at %s %s: %s", l.Component, l.Unit.count(l.Quantity), l.Price, each, l.Fee)
	if due != l.Fee {
		words += fmt.Sprintf(", less %s’s own share of %s", l.Consumer.Label(), l.Shares.Of(l.Consumer))
	}
	return words
}

// merge adds up the uses of each component by each party, in the order of their names.
func merge(uses []Use) ([]Use, error) {
	type key struct {
		component string
		consumer  agreement.Party
	}
	sums := map[key]*Use{}
	for _, u := range uses {
		k := key{u.Component, u.Consumer}
		if !slices.Contains(agreement.Both, u.Consumer) {
			return nil, fmt.Errorf("adding up the use of %s: %q is not a party", u.Component, u.Consumer)
		}
		if sums[k] == nil {
			sums[k] = &Use{Component: u.Component, Consumer: u.Consumer}
		}
		if err := sums[k].add(u); err != nil {
			return nil, fmt.Errorf("adding up the use of %s: %w", u.Component, err)
		}
	}
	var all []Use
	for _, u := range sums {
		all = append(all, *u)
	}
	slices.SortFunc(all, func(a, b Use) int {
		return cmp.Or(cmp.Compare(a.Component, b.Component), cmp.Compare(a.Consumer, b.Consumer))
	})
	return all, nil
}

func (u *Use) add(more Use) error {
	for _, name := range Unit("").Values() {
		sum, n := u.count(Unit(name)), *more.count(Unit(name))
		if n < 0 {
			return fmt.Errorf("%d %s is less than nothing", n, name)
		}
		if *sum > math.MaxInt64-n {
			return money.ErrOverflow
		}
		*sum += n
	}
	return nil
}
