package commerce

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/money"
)

func provider(component string) agreement.Party {
	return map[string]agreement.Party{"summarise": agreement.A, "reader-kit": agreement.A, "embed": agreement.B, "search-panel": agreement.B}[component]
}

func TestAccrue(t *testing.T) {
	type line struct {
		unit           Unit
		quantity       int64
		price, fee, a  string
		above          int64
		debtor, amount string
	}
	for _, tt := range []struct {
		name string
		use  Use
		want []line
	}{
		{"a fee below the first threshold", Use{Component: "summarise", Consumer: "b", InputTokens: 1_204_331},
			[]line{{InputTokens, 1_204_331, "EUR 0.40", "EUR 0.48", "EUR 0.38", 0, "b", "EUR 0.38"}}},
		{"each volume has its own price", Use{Component: "summarise", Consumer: "b", InputTokens: 600_000_000},
			[]line{
				{InputTokens, 50_000_000, "EUR 0.40", "EUR 20.00", "EUR 16.00", 0, "b", "EUR 16.00"},
				{InputTokens, 450_000_000, "EUR 0.32", "EUR 144.00", "EUR 115.20", 50_000_000, "b", "EUR 115.20"},
				{InputTokens, 100_000_000, "EUR 0.25", "EUR 25.00", "EUR 20.00", 500_000_000, "b", "EUR 20.00"},
			}},
		{"the threshold itself is still below", Use{Component: "summarise", Consumer: "b", InputTokens: 50_000_000},
			[]line{{InputTokens, 50_000_000, "EUR 0.40", "EUR 20.00", "EUR 16.00", 0, "b", "EUR 16.00"}}},
		{"token kinds are priced apart", Use{Component: "summarise", Consumer: "b", OutputTokens: 1_000_000, CachedTokens: 1_000_000},
			[]line{
				{OutputTokens, 1_000_000, "EUR 1.60", "EUR 1.60", "EUR 1.28", 0, "b", "EUR 1.28"},
				{CachedTokens, 1_000_000, "EUR 0.10", "EUR 0.10", "EUR 0.08", 0, "b", "EUR 0.08"},
			}},
		{"the other way round", Use{Component: "embed", Consumer: "a", InputTokens: 10_000_000},
			[]line{{InputTokens, 10_000_000, "EUR 0.08", "EUR 0.80", "EUR 0.16", 0, "a", "EUR 0.64"}}},
		{"a fee without a share is the provider's", Use{Component: "search-panel", Consumer: "a", Months: 2},
			[]line{{Month, 2, "EUR 450.00", "EUR 900.00", "EUR 0.00", 0, "a", "EUR 900.00"}}},
		{"a yearly fee", Use{Component: "reader-kit", Consumer: "b", Years: 1},
			[]line{{Year, 1, "EUR 1800.00", "EUR 1800.00", "EUR 1800.00", 0, "b", "EUR 1800.00"}}},
		{"use brings no periodic fee", Use{Component: "search-panel", Consumer: "a", Requests: 1000}, nil},
		{"a unit without a price is free", Use{Component: "summarise", Consumer: "b", Requests: 1000, Bytes: 1 << 30}, nil},
		{"a party's own component is free", Use{Component: "summarise", Consumer: "a", InputTokens: 1_000_000}, nil},
		{"a fee of nothing has a line", Use{Component: "summarise", Consumer: "b", InputTokens: 1},
			[]line{{InputTokens, 1, "EUR 0.40", "EUR 0.00", "EUR 0.00", 0, "", ""}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := with(t, "{}").Commerce.Accrue([]Use{tt.use}, provider)
			if err != nil {
				t.Fatal(err)
			}
			var lines []line
			posted := got.Postings
			for _, l := range got.Lines {
				one := line{unit: l.Unit, quantity: l.Quantity, price: l.Price.String(), fee: l.Fee.String(), a: l.Shares.A.String(), above: l.Above}
				if l.Shares.Of(l.Provider).Minor > 0 {
					one.debtor, one.amount = posted[0].Debtor, posted[0].Amount.String()
					posted = posted[1:]
				}
				lines = append(lines, one)
			}
			if diff := cmp.Diff(tt.want, lines, cmp.AllowUnexported(line{})); diff != "" || len(posted) != 0 {
				t.Errorf("lines differ (-want +got):\n%s\npostings left: %v", diff, posted)
			}
		})
	}
}

func TestPostingSaysWhy(t *testing.T) {
	got, err := with(t, "{}").Commerce.Accrue([]Use{{Component: "summarise", Consumer: "b", InputTokens: 1_204_331}}, provider)
	if err != nil {
		t.Fatal(err)
	}
	want := money.Posting{Debtor: "b", Creditor: "a", Amount: money.Amount{Minor: 38, Currency: "EUR"}, Clause: "6.1",
		Why: "licence fee for summarise: 1,204,331 input tokens not read from a cache at EUR 0.40 for each 1,000,000: EUR 0.48, less Party B’s own share of EUR 0.10"}
	if diff := cmp.Diff([]money.Posting{want}, got.Postings); diff != "" {
		t.Error(diff)
	}
}

func TestNothingAccruesWithoutSharing(t *testing.T) {
	terms := with(t, "commerce: {revenue: {model: none}}").Commerce
	got, err := terms.Accrue([]Use{{Component: "summarise", Consumer: "b", InputTokens: 1_000_000}}, provider)
	if err != nil || len(got.Lines) != 0 || got.Owed["a"].String() != "EUR 0.00" || got.Owed["b"].String() != "EUR 0.00" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestAccrueRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, patch, want string
		use               []Use
	}{
		{"a component that no one provides", "{}", "no party provides it", []Use{{Component: "nothing", Consumer: "b"}}},
		{"a consumer that is no party", "{}", `"host" is not a party`, []Use{{Component: "summarise", Consumer: "host"}}},
		{"less than nothing", "{}", "less than nothing", []Use{{Component: "summarise", Consumer: "b", Requests: -1}}},
		{"too much", "{}", money.ErrOverflow.Error(), []Use{{Component: "summarise", Consumer: "b", Bytes: math.MaxInt64}, {Component: "summarise", Consumer: "b", Bytes: 1}}},
		{"another currency", "commerce: {payment: {currency: USD}}", "not in USD", []Use{{Component: "summarise", Consumer: "b", InputTokens: 1}}},
		{"shares that do not sum", "commerce: {revenue: {shares: [{base: net, of: fees, a: 80%, b: 10%}]}}", "do not sum", []Use{{Component: "summarise", Consumer: "b", InputTokens: 1_000_000}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := with(t, tt.patch).Commerce.Accrue(tt.use, provider)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
	_, err := with(t, "{}").Commerce.Accrue([]Use{{Component: "summarise", Consumer: "b", Bytes: math.MaxInt64}, {Component: "summarise", Consumer: "b", Bytes: 1}}, provider)
	if !errors.Is(err, money.ErrOverflow) {
		t.Errorf("too much gives %v", err)
	}
}

// genTerms makes licences of summarise and embed with rising thresholds, and shares of some.
func genTerms(t *rapid.T) Terms {
	terms := Terms{Revenue: Revenue{Model: Shared}, Payment: Payment{Currency: "EUR"}}
	rate := rapid.Custom(func(t *rapid.T) money.Rate {
		r, err := money.ParseRate("EUR " + money.Amount{Minor: rapid.Int64Range(0, 9999).Draw(t, "milli"), Currency: "KWD"}.Figure())
		if err != nil {
			t.Fatal(err)
		}
		return r
	})
	for _, component := range []string{"summarise", "embed"} {
		for _, u := range []Unit{Requests, InputTokens, OutputTokens} {
			l := Licence{Component: component, Unit: u, Price: rate.Draw(t, "price"), Per: rapid.SampledFrom([]int64{0, 1, 7, 1000, 1_000_000}).Draw(t, "per")}
			from := int64(0)
			for range rapid.IntRange(0, 3).Draw(t, "tiers") {
				from += rapid.Int64Range(1, 1000).Draw(t, "step")
				l.Tiers = append(l.Tiers, PriceTier{from, rate.Draw(t, "price")})
			}
			terms.Revenue.Licensing = append(terms.Revenue.Licensing, l)
		}
		if rapid.Bool().Draw(t, "shared") {
			cut := rapid.Int64Range(0, 10000).Draw(t, "cut")
			terms.Revenue.Shares = append(terms.Revenue.Shares, Share{Component: component, Base: Net, Of: Fees, A: percent(t, cut), B: percent(t, 10000-cut)})
		}
	}
	return terms
}

func percent(t *rapid.T, hundredths int64) money.Percent {
	p, err := money.ParsePercent(money.Amount{Minor: hundredths, Currency: "EUR"}.Figure() + "%")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func genUses(t *rapid.T) []Use {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Use {
		n := func(name string) int64 { return rapid.Int64Range(0, 3000).Draw(t, name) }
		return Use{Component: rapid.SampledFrom([]string{"summarise", "embed"}).Draw(t, "component"),
			Consumer: rapid.SampledFrom(agreement.Both).Draw(t, "consumer"), Requests: n("requests"), InputTokens: n("input"), OutputTokens: n("output")}
	}), 0, 8).Draw(t, "uses")
}

var sameRates = cmp.Options{cmp.Comparer(func(a, b money.Rate) bool { return a.String() == b.String() })}

// Whatever is used, both shares of a line sum to its fee, what a party owes is the sum of its
// postings, and what it owes and keeps is the fees of what it used.
func TestAccrualAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms, uses := genTerms(t), genUses(t)
		got, err := terms.Accrue(uses, provider)
		if err != nil {
			t.Fatal(err)
		}
		fees, kept, posted := map[agreement.Party]int64{}, map[agreement.Party]int64{}, map[agreement.Party]int64{}
		for _, l := range got.Lines {
			if l.Shares.A.Minor+l.Shares.B.Minor != l.Fee.Minor {
				t.Fatalf("the shares %v do not sum to %s", l.Shares, l.Fee)
			}
			fees[l.Consumer] += l.Fee.Minor
			kept[l.Consumer] += l.Shares.Of(l.Consumer).Minor
		}
		for _, p := range got.Postings {
			if p.Debtor == p.Creditor || p.Amount.Minor <= 0 {
				t.Fatalf("posting %v", p)
			}
			posted[agreement.Party(p.Debtor)] += p.Amount.Minor
		}
		for _, p := range agreement.Both {
			if owed := got.Owed[p].Minor; owed != posted[p] || owed+kept[p] != fees[p] {
				t.Fatalf("%s owes %d, posted %d, keeps %d of fees of %d", p, owed, posted[p], kept[p], fees[p])
			}
		}
	})
}

// Neither the order of the uses nor how they are cut into pieces changes what accrues.
func TestAccrualKnowsNoOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms, uses := genTerms(t), genUses(t)
		want, err := terms.Accrue(uses, provider)
		if err != nil {
			t.Fatal(err)
		}
		var pieces []Use
		for _, u := range uses {
			cut := rapid.Int64Range(0, u.InputTokens).Draw(t, "cut")
			part := Use{Component: u.Component, Consumer: u.Consumer, InputTokens: cut}
			u.InputTokens -= cut
			pieces = append(pieces, part, u)
		}
		got, err := terms.Accrue(rapid.Permutation(pieces).Draw(t, "pieces"), provider)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, sameRates); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The bands of a licence hold every unit once, and each fee is its exact price, rounded once.
func TestBandsHoldEveryUnitOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := genTerms(t)
		n := rapid.Int64Range(0, 5000).Draw(t, "n")
		got, err := terms.Accrue([]Use{{Component: "summarise", Consumer: "b", InputTokens: n}}, provider)
		if err != nil {
			t.Fatal(err)
		}
		units, above := int64(0), int64(-1)
		for _, l := range got.Lines {
			if l.Above <= above || l.Above != units {
				t.Fatalf("the band above %d begins after %d units", l.Above, units)
			}
			units, above = units+l.Quantity, l.Above
			price, _ := new(big.Rat).SetString(strings.TrimPrefix(l.Price.String(), "EUR "))
			exact := price.Mul(price, big.NewRat(100*l.Quantity, l.Per))
			off := exact.Sub(exact, new(big.Rat).SetInt64(l.Fee.Minor))
			if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
				t.Fatalf("%d units at %s for %d cost %s", l.Quantity, l.Price, l.Per, l.Fee)
			}
		}
		if units != n {
			t.Fatalf("%d units of %d are priced", units, n)
		}
	})
}
