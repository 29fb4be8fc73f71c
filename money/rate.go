package money

import (
	"fmt"
	"strings"

	"github.com/govalues/decimal"
)

// A Rate is a price for one unit or a batch of units; it may have more decimals than the
// currency's minor unit: "EUR 0.0004". Its normal form has no trailing zeros beyond the minor unit.
type Rate struct {
	value    decimal.Decimal
	currency Currency
}

// ParseRate reads a currency and a decimal.
func ParseRate(s string) (Rate, error) {
	code, figure, ok := strings.Cut(s, " ")
	if !ok {
		return Rate{}, fmt.Errorf("%q is not a price: write currency and figure, for example EUR 0.0004", s)
	}
	c, err := ParseCurrency(code)
	if err != nil {
		return Rate{}, err
	}
	d, err := parseDecimal(figure)
	if err != nil {
		return Rate{}, err
	}
	return Rate{d.Trim(c.Decimals()).Pad(c.Decimals()), c}, nil
}

// IsZero reports whether no price is given.
func (r Rate) IsZero() bool { return r.currency == "" }

// Currency is the currency of the price.
func (r Rate) Currency() Currency { return r.currency }

// Negative reports whether the price is below zero.
func (r Rate) Negative() bool { return r.value.IsNeg() }

// Positive reports whether the price is above zero; a price of nothing is not.
func (r Rate) Positive() bool { return r.value.IsPos() }

// Compare is -1, 0 or 1 as r is lower than, equal to or higher than q. It compares figures: the
// caller sees to it that both are of one currency.
func (r Rate) Compare(q Rate) int { return r.value.Cmp(q.value) }

// String is the normal form: "EUR 0.0004".
func (r Rate) String() string {
	if r.IsZero() {
		return ""
	}
	return string(r.currency) + " " + r.value.String()
}

// Short is the price as a table writes it, with its thousands apart: "EUR 1,800.00".
func (r Rate) Short() string {
	if r.IsZero() {
		return ""
	}
	return string(r.currency) + " " + grouped(r.value.String())
}

// Times is the exact price of n units sold in batches of per (per million: per = 1e6), rounded
// once, half to even, to the minor unit.
func (r Rate) Times(n, per int64) (Amount, error) {
	if per <= 0 {
		return Amount{}, fmt.Errorf("a price per %d units has no meaning", per)
	}
	units, err := decimal.New(n, 0)
	if err != nil {
		return Amount{}, ErrOverflow
	}
	batch, err := decimal.New(per, 0)
	if err != nil {
		return Amount{}, ErrOverflow
	}
	total, err := r.value.Mul(units)
	if err != nil {
		return Amount{}, ErrOverflow
	}
	if total, err = total.Quo(batch); err != nil {
		return Amount{}, ErrOverflow
	}
	return toMinor(total.Round(r.currency.Decimals()), r.currency)
}

// MarshalText writes the normal form.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a price; empty is none.
func (r *Rate) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*r = Rate{}
		return nil
	}
	*r, err = ParseRate(string(b))
	return err
}
