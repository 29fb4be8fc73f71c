package commerce

import (
	"cmp"
	"slices"

	"entente/money"
)

// per is how many units the price is for.
func (l Licence) per() int64 { return max(l.Per, 1) }

// A band is the part of a month's units that has one price: those above from, up to and including
// upto. The last band has no end.
type band struct {
	from, upto int64
	last       bool
	price      money.Rate
}

// bands cut a month's units at the thresholds of the licence. There is always a first one.
func (l Licence) bands() []band {
	tiers := slices.SortedStableFunc(slices.Values(l.Tiers), func(a, b PriceTier) int { return cmp.Compare(a.From, b.From) })
	bands := []band{{price: l.Price, last: true}}
	for _, t := range tiers {
		before := &bands[len(bands)-1]
		before.upto, before.last = t.From, false
		bands = append(bands, band{from: t.From, price: t.Price, last: true})
	}
	return bands
}

// of is how many of n units fall into the band.
func (b band) of(n int64) int64 {
	if !b.last {
		n = min(n, b.upto)
	}
	return max(n-b.from, 0)
}
