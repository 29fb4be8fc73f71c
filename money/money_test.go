package money

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAmountHasOneForm(t *testing.T) {
	for _, tt := range []struct{ in, out string }{
		{"EUR 1250", "EUR 1250.00"}, {"EUR 1250.5", "EUR 1250.50"}, {"EUR 1250.50", "EUR 1250.50"},
		{"JPY 100", "JPY 100"}, {"KWD 1.5", "KWD 1.500"}, {"EUR -0.01", "EUR -0.01"}, {"EUR 0", "EUR 0.00"},
	} {
		a, err := ParseAmount(tt.in)
		if err != nil || a.String() != tt.out {
			t.Errorf("ParseAmount(%q) = %v, %v; want %s", tt.in, a, err, tt.out)
		}
	}
}

func TestAmountRefused(t *testing.T) {
	for _, in := range []string{"", "1250", "EUR", "EUR ", "eur 1", "ZZZ 1", "EUR 1.005", "JPY 1.5", "EUR 1e3", "EUR +1", "EUR .5", "EUR 1_0",
		"EUR 99999999999999999999", "EUR 92233720368547758.07", "EUR NaN", "EUR 1 "} {
		if a, err := ParseAmount(in); err == nil {
			t.Errorf("ParseAmount(%q) = %v, want an error", in, a)
		}
	}
}

func TestAmountWords(t *testing.T) {
	for in, want := range map[string]string{
		"EUR 1250.00":    "EUR 1,250.00 (one thousand two hundred and fifty euros)",
		"USD 1":          "USD 1.00 (one US dollar)",
		"EUR 1000000.05": "EUR 1,000,000.05 (one million and 5/100 euros)",
		"JPY 1000":       "JPY 1,000 (one thousand yen)",
	} {
		a, _ := ParseAmount(in)
		if got := a.Words(); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

func TestRateTimes(t *testing.T) {
	for _, tt := range []struct {
		rate   string
		n, per int64
		want   string
	}{
		{"EUR 0.40", 1_204_331, 1_000_000, "EUR 0.48"},
		{"EUR 0.0004", 25, 1, "EUR 0.01"},
		{"EUR 0.005", 1, 1, "EUR 0.00"}, // half to even
		{"EUR 0.015", 1, 1, "EUR 0.02"},
		{"JPY 0.5", 3, 1, "JPY 2"},
	} {
		r, err := ParseRate(tt.rate)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Times(tt.n, tt.per); err != nil || got.String() != tt.want {
			t.Errorf("%s × %d/%d = %v, %v; want %s", tt.rate, tt.n, tt.per, got, err, tt.want)
		}
	}
}

// However an amount is divided, the parts add up to it, and no part is a whole minor unit off.
func TestAllotAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Amount{rapid.Int64Range(-1e15, 1e15).Draw(t, "minor"), rapid.SampledFrom([]Currency{"EUR", "JPY", "KWD"}).Draw(t, "currency")}
		cut := rapid.Int64Range(0, 10000).Draw(t, "cut")
		second := rapid.Int64Range(0, 10000-cut).Draw(t, "second")
		var shares []Percent
		for _, n := range []int64{cut, second, 10000 - cut - second} {
			r, _ := ParseRate("EUR " + (Amount{n, "EUR"}).Figure())
			p, err := ParsePercent(r.value.String() + "%")
			if err != nil {
				t.Fatal(err)
			}
			shares = append(shares, p)
		}
		parts, err := Allot(a, shares...)
		if err != nil {
			t.Fatal(err)
		}
		sum := Amount{0, a.Currency}
		for i, p := range parts {
			near, err := shares[i].Of(a)
			if err != nil {
				t.Fatal(err)
			}
			if d := p.Minor - near.Minor; d < -1 || d > 1 {
				t.Fatalf("part %d is %s, its share is %s", i, p, near)
			}
			if sum, err = sum.Add(p); err != nil {
				t.Fatal(err)
			}
		}
		if sum != a {
			t.Fatalf("%v of %s sum to %s", shares, a, sum)
		}
	})
}

func TestAllotRefusesOtherSums(t *testing.T) {
	a, b := mustPercent(t, "70%"), mustPercent(t, "29.99%")
	if _, err := Allot(Amount{100, "EUR"}, a, b); err == nil {
		t.Error("70% and 29.99% were accepted")
	}
}

func TestPercentHasOneForm(t *testing.T) {
	for in, want := range map[string]string{"12.50%": "12.5%", "0%": "0%", "100.000%": "100%", "33.3 %": "33.3%"} {
		if got := mustPercent(t, in).String(); got != want {
			t.Errorf("%s reads %s, want %s", in, got, want)
		}
	}
}

func mustPercent(t *testing.T, s string) Percent {
	t.Helper()
	p, err := ParsePercent(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRest(t *testing.T) {
	for share, want := range map[string]string{"80%": "20%", "62.5%": "37.5%", "0%": "100%", "100%": "0%", "33.333%": "66.667%", "101%": "", "-1%": ""} {
		p, err := ParsePercent(share)
		if err != nil {
			t.Fatal(err)
		}
		if rest, err := p.Rest(); rest.String() != want || (err == nil) != (want != "") {
			t.Errorf("what %s leaves is %s, %v; want %s", p, rest, err, want)
		}
	}
}

// The decimals are those of ISO 4217, also where people pay without them.
func TestDecimals(t *testing.T) {
	for c, want := range map[Currency]string{"EUR": "EUR 100000.00", "JPY": "JPY 100000", "KWD": "KWD 100000.000", "IQD": "IQD 100000.000", "CLF": "CLF 100000.0000",
		"COP": "COP 100000.00", "IDR": "IDR 100000.00", "RSD": "RSD 100000.00", "ISK": "ISK 100000", "UGX": "UGX 100000", "HUF": "HUF 100000.00"} {
		if got := c.Of(100_000).String(); got != want {
			t.Errorf("a hundred thousand of %s is %s, want %s", c, got, want)
		}
	}
	for c, want := range map[Currency]string{"EUR": "EUR 0.01", "JPY": "JPY 1", "KWD": "KWD 0.001"} {
		if got := c.Least().String(); got != want {
			t.Errorf("the least of %s is %s, want %s", c, got, want)
		}
	}
}

// Nobody can pay in a currency that was replaced, or in what has no minor unit.
func TestCurrenciesInUse(t *testing.T) {
	for code, ok := range map[string]bool{"EUR": true, "JPY": true, "CLF": true, "SLE": true, "MRU": true,
		"DEM": false, "HRK": false, "BGN": false, "SLL": false, "XAU": false, "XTS": false, "eur": false, "EURO": false, "": false} {
		if c, err := ParseCurrency(code); (err == nil) != ok || ok && string(c) != code {
			t.Errorf("%q is read as %q, %v", code, c, err)
		}
	}
}
