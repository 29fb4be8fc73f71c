package governance

import (
	"fmt"

	"entente/agreement"
	"entente/document"
)

// Check reports what is missing, contradictory, dangling or unwise in Schedule G.
func (k KPIs) Check(f agreement.Frame, found *agreement.Findings) {
	seen := map[string]bool{}
	for i, one := range k.Indicators {
		at := fmt.Sprintf("schedule_g.indicators[%d]", i)
		if seen[one.Name] {
			found.Add("kpi-twice", at+".name", "two indicators are called %q", one.Name).Mend("give each indicator a name of its own")
		}
		seen[one.Name] = one.Name != ""
		found.Person(f, at+".owner", one.Owner)
		found.Component(f, at+".component", one.Component)
		one.check(found, at)
	}
}

// check looks at the expression and the target, as far as each can be read.
func (k KPI) check(found *agreement.Findings, at string) {
	var value *dimension
	if k.Expression != "" {
		value = k.checkExpression(found, at)
	}
	goal, err := k.Target.Parse()
	switch {
	case k.Target == "": // missing; the reader says so
	case err != nil:
		found.Add("kpi-target", at+".target", "%q is not a target", k.Target).
			Mend("write a comparison and a figure, for example >= 99.5%%, <= 800 ms, >= EUR 5000.00 or >= 25")
	case value != nil && *value != goal.Unit.dimension():
		found.Add("kpi-units", at+".target", "the expression is %s, the target is %s", *value, goal.Unit.dimension()).
			Mend("compare like with like: money with money, milliseconds with milliseconds")
	}
}

// checkExpression returns what the expression's value is a figure of, or nil if that cannot be said.
func (k KPI) checkExpression(found *agreement.Findings, at string) *dimension {
	at += ".expression"
	node, err := k.Expression.Parse()
	if err != nil {
		found.Add("kpi-expression", at, "%v", err).Mend("use facts, numbers, + - * / and parentheses, for example calls.refused / calls.total")
		return nil
	}
	if node.dividesByZero() {
		found.Add("kpi-expression", at, "the expression divides by zero")
	}
	facts := node.Facts()
	if len(facts) == 0 {
		found.Add("kpi-constant", at, "the expression uses no measured fact, so it never changes").Mend("use at least one fact, for example calls.total")
	}
	known := true
	for _, name := range facts {
		known = k.checkFact(found, at, name) && known
	}
	if !known {
		return nil
	}
	d, err := node.dimension()
	if err != nil {
		found.Add("kpi-units", at, "%v", err).Mend("add and subtract only figures of the same unit")
		return nil
	}
	return &d
}

func (k KPI) checkFact(found *agreement.Findings, at, name string) (known bool) {
	fact, known := FactNamed(name)
	if !known {
		found.Add("kpi-fact", at, "%q is not a measured fact", name).Mend("did you mean %s?", document.Either(nearFacts(name)))
		return false
	}
	if k.Component != "" && !fact.ByComponent {
		found.Add("kpi-component", at, "%s is not measured by component, so %s does not narrow it", name, k.Component).
			Mend("delete the component, or use facts that are measured by component")
	}
	return true
}
