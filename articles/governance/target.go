package governance

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"entente/money"
)

// A Target is a comparison that an indicator is to meet: ">= 99.5%", "<= 800 ms",
// ">= EUR 5000.00", "= 0".
type Target string

// A Goal is a parsed target.
type Goal struct {
	Compare Comparison
	Unit    Unit
	Figure  string       // the decimal, where the unit is not money: "99.5", "800"
	Amount  money.Amount // where the unit is money
}

// A Comparison is how an indicator is compared with its target.
type Comparison string

// The comparisons.
const (
	AtLeast Comparison = ">="
	AtMost  Comparison = "<="
	Above   Comparison = ">"
	Below   Comparison = "<"
	Exactly Comparison = "="
)

// Words is the comparison as a contract says it.
func (c Comparison) Words() string {
	return map[Comparison]string{AtLeast: "at least", AtMost: "at most", Above: "above", Below: "below", Exactly: "exactly"}[c]
}

// ErrTarget means that a target cannot be read.
var ErrTarget = errors.New("the target cannot be read: write a comparison and a figure, for example >= 99.5%, <= 800 ms, >= EUR 5000.00 or >= 25")

var targetForm = regexp.MustCompile(`^(>=|<=|>|<|=)\s*(?:(\d{1,15}(?:\.\d{1,9})?)\s*(%|ms)?|([A-Z]{3} \d+(?:\.\d+)?))$`)

// Parse reads the target.
func (t Target) Parse() (Goal, error) {
	m := targetForm.FindStringSubmatch(strings.TrimSpace(string(t)))
	if m == nil {
		return Goal{}, ErrTarget
	}
	g := Goal{Compare: Comparison(m[1]), Unit: Number, Figure: m[2]}
	switch {
	case m[4] != "":
		a, err := money.ParseAmount(m[4])
		if err != nil {
			return Goal{}, fmt.Errorf("%w: %w", ErrTarget, err)
		}
		g.Unit, g.Amount = Money, a
	case m[3] == "%":
		g.Unit = Ratio
	case m[3] == "ms":
		g.Unit = Milliseconds
	}
	return g, nil
}

// Words is the target as a contract says it: "at least 99.5 %", "at most 800 milliseconds".
func (g Goal) Words() string {
	figure := g.Figure
	switch g.Unit {
	case Ratio:
		figure += " %"
	case Milliseconds:
		figure += " milliseconds"
	case Money:
		figure = g.Amount.Short()
	}
	return g.Compare.Words() + " " + figure
}
