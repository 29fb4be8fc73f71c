package commerce_test

import (
	"testing"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/money"
)

// What a limit of fees counts is what the statement of the month says, to the last minor unit.
func TestAFeeIsTheSumOfItsLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var terms commerce.Terms
		terms.Revenue.Model, terms.Payment.Currency = commerce.Shared, "EUR"
		for _, unit := range []commerce.Unit{commerce.Requests, commerce.InputTokens, commerce.CachedTokens, commerce.OutputTokens, commerce.Bytes} {
			if !rapid.Bool().Draw(t, "priced") {
				continue
			}
			l := commerce.Licence{Component: "chat", Unit: unit, Per: rapid.SampledFrom([]int64{1, 1000, 1_000_000}).Draw(t, "per"), Price: rate(t)}
			for from := int64(0); rapid.Bool().Draw(t, "another tier"); {
				from += rapid.Int64Range(1, 100_000).Draw(t, "from")
				l.Tiers = append(l.Tiers, commerce.PriceTier{From: from, Price: rate(t)})
			}
			terms.Revenue.Licensing = append(terms.Revenue.Licensing, l)
		}
		n := func(name string) int64 { return rapid.Int64Range(0, 1_000_000).Draw(t, name) }
		use := commerce.Use{Component: "chat", Consumer: agreement.B, Requests: n("requests"), InputTokens: n("input"), CachedTokens: n("cached"), OutputTokens: n("output"), Bytes: n("bytes")}
		accrued, err := terms.Accrue([]commerce.Use{use}, func(string) agreement.Party { return agreement.A })
		if err != nil {
			t.Fatal(err)
		}
		var want int64
		for _, l := range accrued.Lines {
			want += l.Fee.Minor
		}
		prices := terms.Prices("chat")
		if got := prices.Fee(use); got != want {
			t.Fatalf("a fee of %d, lines of %d", got, want)
		}
		if got := prices.Highest().Fee(use); got+int64(len(accrued.Lines)) < want {
			t.Fatalf("at the highest prices %d, less than %d", got, want)
		}
		if got := terms.Prices("embed").Fee(use); got != 0 {
			t.Fatalf("a component without prices costs %d", got)
		}
	})
}

func rate(t *rapid.T) money.Rate {
	return rapid.SampledFrom([]money.Rate{mustRate("EUR 0.00"), mustRate("EUR 0.0004"), mustRate("EUR 1.60"), mustRate("EUR 0.013"), mustRate("EUR 12.50")}).Draw(t, "price")
}

func mustRate(s string) money.Rate {
	r, err := money.ParseRate(s)
	if err != nil {
		panic(err)
	}
	return r
}

func TestWhatACacheHasMayCostMore(t *testing.T) {
	for _, c := range []struct {
		input, cached string
		want          commerce.Unit
	}{{"EUR 0.40", "EUR 0.10", commerce.InputTokens}, {"EUR 0.10", "EUR 0.40", commerce.CachedTokens}, {"EUR 0.10", "", commerce.InputTokens}} {
		terms := commerce.Terms{Revenue: commerce.Revenue{Model: commerce.Shared}}
		for unit, price := range map[commerce.Unit]string{commerce.InputTokens: c.input, commerce.CachedTokens: c.cached} {
			if price != "" {
				terms.Revenue.Licensing = append(terms.Revenue.Licensing, commerce.Licence{Component: "chat", Unit: unit, Per: 1_000_000, Price: mustRate(price)})
			}
		}
		if got := terms.Prices("chat").Dearest(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
