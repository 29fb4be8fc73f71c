package commerce

import (
	"cmp"
	"math"
	"slices"

	"entente/money"
)

// Prices are the licensing fees of one component, ready to be asked for every call. Without any,
// the component costs nothing.
type Prices struct{ rows []priced }

// A priced unit has its price by volume in a calendar month.
type priced struct {
	unit  Unit
	per   int64
	bands []band
}

// Prices are what clause 6.1 charges for a component.
func (t Terms) Prices(component string) Prices {
	var p Prices
	if t.Revenue.Model != Shared {
		return p
	}
	for _, l := range t.Revenue.Licensing {
		if l.Component == component && new(Use).count(l.Unit) != nil {
			p.rows = append(p.rows, priced{l.Unit, l.per(), l.bands()})
		}
	}
	return p
}

// fee is what n units of a band cost; it is rounded once.
func (b band) fee(n, per int64) (money.Amount, error) { return b.price.Times(n, per) }

// Fee is what a month's use, or a part of it from the first unit on, costs, in minor units of the
// currency of its prices: the sum of the lines that Accrue makes of it. What is too much for a
// figure is the highest one.
func (p Prices) Fee(u Use) int64 {
	var sum int64
	for _, row := range p.rows {
		n := *u.count(row.unit)
		for _, b := range row.bands {
			part := b.of(n)
			if part == 0 {
				continue
			}
			fee, err := b.fee(part, row.per)
			if err != nil || fee.Minor > math.MaxInt64-sum {
				return math.MaxInt64
			}
			sum += fee.Minor
		}
	}
	return sum
}

// Charges reports whether a unit costs anything.
func (p Prices) Charges(unit Unit) bool {
	return slices.ContainsFunc(p.rows, func(r priced) bool { return r.unit == unit })
}

// Highest are the prices with each unit at the highest that any volume has: what is counted where
// the volume of the calendar month is not known.
func (p Prices) Highest() Prices {
	rows := make([]priced, len(p.rows))
	for i, r := range p.rows {
		rows[i] = priced{r.unit, r.per, []band{{price: r.highest(), last: true}}}
	}
	return Prices{rows}
}

func (r priced) highest() money.Rate {
	return slices.MaxFunc(r.bands, func(a, b band) int { return a.price.Compare(b.price) }).price
}

// Dearest is the kind of input that costs more: what is held for input of which nobody knows yet
// how much a cache will have.
func (p Prices) Dearest() Unit {
	const many = 1_000_000_000
	cost := func(unit Unit) int64 {
		only := Use{}
		*only.count(unit) = many
		return p.Highest().Fee(only)
	}
	if cmp.Compare(cost(CachedTokens), cost(InputTokens)) > 0 {
		return CachedTokens
	}
	return InputTokens
}
