// Package money is exact amounts in a currency: no floating point, no silent rounding, and shares
// that always add up to what was shared, to the last minor unit.
package money

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/govalues/decimal"

	"entente/document"
)

// A Currency is an ISO 4217 code, three capital letters.
type Currency string

// ParseCurrency reads the ISO 4217 code of a currency in use. Those that were replaced, like DEM, are
// refused: nobody can pay in them. So are units without a minor unit, like gold.
func ParseCurrency(s string) (Currency, error) {
	if s != strings.ToUpper(s) {
		return "", fmt.Errorf("%q is not a currency: write the ISO 4217 code in capitals, for example EUR", s)
	}
	if !inUse[s] {
		return "", fmt.Errorf("%q is not an ISO 4217 currency in use, for example EUR or USD", s)
	}
	return Currency(s), nil
}

// Decimals is the number of digits of the currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD.
// It follows the list of ISO 4217, not the habits of retail, by which COP or IDR have none.
func (c Currency) Decimals() int {
	switch c {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	}
	return 2
}

// Of is a whole number of the currency: 100 of EUR is EUR 100.00, 100 of JPY is JPY 100.
func (c Currency) Of(n int64) Amount { return Amount{n * c.scale(), c} }

// Least is the smallest amount above nothing: EUR 0.01, JPY 1.
func (c Currency) Least() Amount { return Amount{1, c} }

// scale is how many minor units one of the currency has.
func (c Currency) scale() int64 { return int64(math.Pow10(c.Decimals())) }

// MarshalText writes the code.
func (c Currency) MarshalText() ([]byte, error) { return []byte(c), nil }

// UnmarshalText reads an ISO 4217 code; empty is none.
func (c *Currency) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*c = ""
		return nil
	}
	*c, err = ParseCurrency(string(b))
	return err
}

// ErrOverflow means that an amount does not fit into 64 bits of minor units.
var ErrOverflow = errors.New("the amount is too large")

// An Amount is money in whole minor units of its currency. The zero Amount is none given;
// an amount of nothing has a currency. Its text is "EUR 1250.00": EUR 1250 and EUR 1250.0 are the
// same amount and have this one normal form.
type Amount struct {
	Minor    int64
	Currency Currency
}

// ParseAmount reads a currency and a decimal: "EUR 1250.00". More digits than the currency's
// minor unit has are refused, not rounded.
func ParseAmount(s string) (Amount, error) {
	code, figure, ok := strings.Cut(s, " ")
	if !ok {
		return Amount{}, fmt.Errorf("%q is not an amount: write currency and figure, for example EUR 1250.00", s)
	}
	c, err := ParseCurrency(code)
	if err != nil {
		return Amount{}, err
	}
	d, err := parseDecimal(figure)
	if err != nil {
		return Amount{}, err
	}
	if d.MinScale() > c.Decimals() {
		return Amount{}, fmt.Errorf("%q has more decimals than %s has (%d)", s, c, c.Decimals())
	}
	return toMinor(d, c)
}

// IsZero reports whether no amount is given.
func (a Amount) IsZero() bool { return a == Amount{} }

// String is the normal form: "EUR 1250.00".
func (a Amount) String() string {
	if a.IsZero() {
		return ""
	}
	return string(a.Currency) + " " + a.Figure()
}

// Figure is the amount without its currency: "1250.00".
func (a Amount) Figure() string {
	d, err := decimal.New(a.Minor, a.Currency.Decimals())
	if err != nil {
		return strconv.FormatInt(a.Minor, 10)
	}
	return d.String()
}

// Short is the amount as a table writes it, with its thousands apart: "EUR 1,250.00".
func (a Amount) Short() string {
	if a.IsZero() {
		return ""
	}
	return string(a.Currency) + " " + grouped(a.Figure())
}

// Words is the amount as a contract writes it: "EUR 1,250.00 (one thousand two hundred and fifty euros)".
func (a Amount) Words() string {
	if a.IsZero() {
		return ""
	}
	scale := a.Currency.scale()
	whole, rest := a.Minor/scale, a.Minor%scale
	words := document.Words(whole)
	if rest != 0 {
		words += fmt.Sprintf(" and %d/%d", max(rest, -rest), scale)
	}
	return fmt.Sprintf("%s %s (%s %s)", a.Currency, grouped(a.Figure()), words, a.Currency.noun(whole == 1 && rest == 0))
}

// Add is a + b, of one currency.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency {
		return Amount{}, fmt.Errorf("adding %s to %s: the currencies differ", b, a)
	}
	sum := a.Minor + b.Minor
	if (sum > a.Minor) != (b.Minor > 0) && b.Minor != 0 {
		return Amount{}, ErrOverflow
	}
	return Amount{sum, a.Currency}, nil
}

// MarshalText writes the normal form.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads an amount; empty is none.
func (a *Amount) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*a = Amount{}
		return nil
	}
	*a, err = ParseAmount(string(b))
	return err
}

var nouns = map[Currency][2]string{
	"EUR": {"euro", "euros"}, "USD": {"US dollar", "US dollars"}, "GBP": {"pound sterling", "pounds sterling"},
	"CHF": {"Swiss franc", "Swiss francs"}, "JPY": {"yen", "yen"}, "CAD": {"Canadian dollar", "Canadian dollars"},
	"AUD": {"Australian dollar", "Australian dollars"}, "SEK": {"Swedish krona", "Swedish kronor"},
	"NOK": {"Norwegian krone", "Norwegian kroner"}, "DKK": {"Danish krone", "Danish kroner"},
	"PLN": {"Polish zloty", "Polish zlotys"}, "INR": {"Indian rupee", "Indian rupees"}, "KWD": {"Kuwaiti dinar", "Kuwaiti dinars"},
}

func (c Currency) noun(one bool) string {
	n, ok := nouns[c]
	switch {
	case !ok:
		return string(c)
	case one:
		return n[0]
	}
	return n[1]
}

func grouped(figure string) string {
	whole, rest, _ := strings.Cut(figure, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		rest = "." + rest
	}
	return sign + whole + rest
}

func parseDecimal(s string) (decimal.Decimal, error) {
	if strings.ContainsAny(s, "eE+_ ") || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") {
		return decimal.Decimal{}, fmt.Errorf("%q is not a decimal figure: write digits and a point, for example 1250.00", s)
	}
	d, err := decimal.Parse(s)
	if err != nil {
		return decimal.Decimal{}, fmt.Errorf("%q is not a decimal figure of at most 19 digits, for example 1250.00", s)
	}
	return d, nil
}

func toMinor(d decimal.Decimal, c Currency) (Amount, error) {
	whole, frac, ok := d.Int64(c.Decimals())
	scale := c.scale()
	if !ok || whole > math.MaxInt64/scale-1 || whole < math.MinInt64/scale+1 {
		return Amount{}, ErrOverflow
	}
	return Amount{whole*scale + frac, c}, nil
}
