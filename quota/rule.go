package quota

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/performance"
	"entente/articles/policy"
	"entente/money"
)

// Counted names a count. The figure of the limit is not part of it, so that an amendment that
// changes the figure goes on counting.
type Counted struct {
	Component   string
	Environment agreement.Environment
	Per         performance.LimitPer
	Whose       string // the key's id, the party or the customer; empty for the component
	Unit        performance.Unit
	Span        Span
}

// Open is the unit of calls that are open at the same time.
const Open performance.Unit = "open"

// A Rule is one figure of one row of Schedule C, for the callers of one grant.
type Rule struct {
	Counted
	Quota    int64          // money in minor units
	Currency money.Currency // of money
	Hard     bool           // it is never exceeded: an answer under way ends

	prices commerce.Prices // of money
}

// rulesFor are the rules that hold for calls under a grant.
func rulesFor(g *policy.Grant) []Rule {
	var found []Rule
	for _, l := range g.Route.Limits {
		if l.Environment != "" && l.Environment != g.Environment {
			continue
		}
		what := Counted{g.Route.Component, g.Environment, l.Per, whose(l.Per, g), l.Unit, spanOf(l)}
		r := Rule{Counted: what, Quota: l.Quantity(), Currency: l.Amount.Currency, Hard: l.Hard && l.Unit != performance.Requests}
		if l.Unit == performance.Money {
			r.prices = budgetPrices(g, what)
		}
		if r.Quota > 0 && r.Span != instant {
			found = tightest(found, r)
		}
		if l.Concurrent > 0 {
			what.Unit, what.Span = Open, instant
			found = tightest(found, Rule{Counted: what, Quota: l.Concurrent})
		}
	}
	return found
}

// tightest adds a rule. Of two rows that limit the same in the same time the lower figure holds.
func tightest(rules []Rule, r Rule) []Rule {
	for i, have := range rules {
		if have.Counted == r.Counted {
			if r.Quota < have.Quota {
				rules[i] = r
			}
			return rules
		}
	}
	return append(rules, r)
}

// budgetPrices are the prices by which a budget counts. Only the calendar month of all use has the
// volume that clause 6.1 speaks of; any other budget counts each unit at its highest price.
func budgetPrices(g *policy.Grant, what Counted) commerce.Prices {
	prices := g.Route.Prices(g.Environment)
	if what.Span == month && (what.Per == performance.PerComponent || what.Per == performance.PerParty) {
		return prices
	}
	return prices.Highest()
}

func whose(per performance.LimitPer, g *policy.Grant) string {
	switch per {
	case performance.PerKey:
		return g.Key
	case performance.PerParty:
		return string(g.Party)
	}
	return ""
}

// of is how much of the rule's unit a use comes to.
func (r *Rule) of(s sum) int64 {
	switch r.Unit {
	case performance.Tokens:
		return s.input + s.cached + s.output
	case performance.Bytes:
		return s.bytes
	case performance.Money:
		return r.prices.Fee(s.use())
	}
	return s.calls
}

// Name is how the headers call the rule: "key-requests-second", "party-open".
func (r *Rule) Name() string {
	if r.Unit == Open {
		return string(r.Per) + "-open"
	}
	return string(r.Per) + "-" + string(r.Unit) + "-" + spanNames[r.Span]
}

// Words say a rule's figure: "20 requests in one second", "10 open calls at the same time".
func (r *Rule) Words() string {
	if r.Unit == Open {
		return fmt.Sprintf("%d open calls at the same time", r.Quota)
	}
	return r.Say(r.Quota) + " in " + spanWords[r.Span]
}

// Say words an amount of the rule's unit: "30 tokens", "EUR 12.50 of fees".
func (r *Rule) Say(n int64) string {
	switch {
	case r.Unit == performance.Money:
		return money.Amount{Minor: n, Currency: r.Currency}.Short() + " of fees"
	case r.Unit == Open:
		return strconv.FormatInt(n, 10) + " open calls"
	}
	return strconv.FormatInt(n, 10) + " " + string(r.Unit)
}

// Rolling reports whether the rule's span moves with the clock, rather than with the calendar.
func (r *Rule) Rolling() bool { return !r.Span.civil() }

// policy is the rule as the RateLimit-Policy header states it.
func (r *Rule) policy() string {
	text := strconv.Quote(r.Name()) + ";q=" + strconv.FormatInt(r.Quota, 10)
	switch r.Unit { // a request is the unit where none is named, and the draft has neither tokens nor money
	case performance.Bytes:
		text += `;qu="content-bytes"`
	case performance.Tokens:
		text += `;qu="entente-tokens"`
	case performance.Money:
		text += `;qu="entente-minor-` + strings.ToLower(string(r.Currency)) + `"`
	case Open:
		text += `;qu="concurrent-requests"`
	}
	if w := r.Span.seconds(); w > 0 {
		text += ";w=" + strconv.FormatInt(w, 10)
	}
	return text
}

// Seconds rounds up: who waits so long has waited long enough.
func Seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
