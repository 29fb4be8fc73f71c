package money

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/govalues/decimal"
)

// A Percent is an exact percentage, written with its sign: "12.5%". The zero Percent is none
// given; "0%" is a percentage. 12.50% and 12.5% are the same and read 12.5%.
type Percent struct {
	value decimal.Decimal
	given bool
}

// ParsePercent reads a decimal and a percent sign.
func ParsePercent(s string) (Percent, error) {
	figure, ok := strings.CutSuffix(s, "%")
	if !ok {
		return Percent{}, fmt.Errorf("%q is not a percentage: write it with its sign, for example 12.5%%", s)
	}
	d, err := parseDecimal(strings.TrimSuffix(figure, " "))
	if err != nil {
		return Percent{}, fmt.Errorf("%q is not a percentage: write a decimal with its sign, for example 12.5%%", s)
	}
	return Percent{d.Trim(0), true}, nil
}

// IsZero reports whether no percentage is given; 0% is given.
func (p Percent) IsZero() bool { return !p.given }

// String is the normal form: "12.5%".
func (p Percent) String() string {
	if !p.given {
		return ""
	}
	return p.value.String() + "%"
}

// Words is the percentage as a contract writes it: "12.5 %".
func (p Percent) Words() string {
	if !p.given {
		return ""
	}
	return p.value.String() + " %"
}

// Cmp is -1, 0 or 1 as p is less than, equal to or greater than n percent.
func (p Percent) Cmp(n int64) int { return p.value.Cmp(decimal.MustNew(n, 0)) }

// Compare orders percentages.
func (p Percent) Compare(q Percent) int { return p.value.Cmp(q.value) }

// SumsTo100 reports whether the percentages add up to exactly one hundred, none below zero.
func SumsTo100(ps ...Percent) bool {
	sum := decimal.Decimal{}
	for _, p := range ps {
		if p.value.IsNeg() {
			return false
		}
		var err error
		if sum, err = sum.Add(p.value); err != nil {
			return false
		}
	}
	return sum.Cmp(decimal.MustNew(100, 0)) == 0
}

// Rest is what is left of 100%. A percentage below zero or above 100% leaves nothing that could be shared.
func (p Percent) Rest() (Percent, error) {
	rest, err := decimal.MustNew(100, 0).Sub(p.value)
	if err != nil || rest.IsNeg() || p.value.IsNeg() {
		return Percent{}, fmt.Errorf("%s is not between 0%% and 100%%", p)
	}
	return Percent{rest.Trim(0), true}, nil
}

// Of is the percentage of an amount, rounded half to even to the minor unit.
func (p Percent) Of(a Amount) (Amount, error) {
	d, err := decimal.New(a.Minor, 2) // a hundredth of the minor amount
	if err != nil {
		return Amount{}, ErrOverflow
	}
	if d, err = d.Mul(p.value); err != nil {
		return Amount{}, ErrOverflow
	}
	whole, _, ok := d.Round(0).Int64(0)
	if !ok {
		return Amount{}, ErrOverflow
	}
	return Amount{whole, a.Currency}, nil
}

// MarshalText writes the normal form.
func (p Percent) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads a percentage; empty is none.
func (p *Percent) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*p = Percent{}
		return nil
	}
	*p, err = ParsePercent(string(b))
	return err
}

// Allot divides an amount by shares of one hundred percent. The parts always add up to the amount:
// what rounding down leaves over goes, one minor unit each, to the largest remainders, earlier
// shares first. It is an error if the shares do not sum to exactly 100%.
func Allot(a Amount, shares ...Percent) ([]Amount, error) {
	if !SumsTo100(shares...) {
		return nil, fmt.Errorf("the shares %v do not sum to 100%%", shares)
	}
	sign, total := int64(1), big.NewInt(a.Minor)
	if a.Minor < 0 {
		sign = -1
		total.Neg(total)
	}
	parts := make([]Amount, len(shares))
	rests := make([]*big.Int, len(shares))
	left := new(big.Int).Set(total)
	for i, s := range shares {
		hundredth := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(s.value.Scale()+2)), nil)
		exact := new(big.Int).Mul(total, new(big.Int).SetUint64(s.value.Coef()))
		whole, rest := new(big.Int).QuoRem(exact, hundredth, new(big.Int))
		parts[i] = Amount{whole.Int64(), a.Currency}
		rests[i] = scaled(rest, hundredth)
		left.Sub(left, whole)
	}
	order := make([]int, len(shares))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return rests[j].Cmp(rests[i]) })
	for i := range int(left.Int64()) {
		parts[order[i]].Minor++
	}
	for i := range parts {
		parts[i].Minor *= sign
	}
	return parts, nil
}

// scaled brings remainders of different denominators (powers of ten up to 10^21) to one.
func scaled(rest, of *big.Int) *big.Int {
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(21), nil)
	return rest.Mul(rest, unit.Quo(unit, of))
}

// Share is -1, 0 or 1 as a part of a whole is less than, equal to or greater than the percentage. The
// whole is above zero.
func (p Percent) Share(part, whole int64) int {
	n := new(big.Int).SetUint64(p.value.Coef())
	if p.value.IsNeg() {
		n.Neg(n)
	}
	n.Mul(n, big.NewInt(whole)) // what the percentage comes to, times 100 and ten to the scale
	got := new(big.Int).Mul(big.NewInt(part), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(p.value.Scale())+2), nil))
	return got.Cmp(n)
}
