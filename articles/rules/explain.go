package rules

import (
	"fmt"
	"strings"

	"entente/agreement"
	"entente/articles/form"
)

// Explain is the page of a rule, for a terminal: what the rule finds, why it matters and how to
// mend it, with an example of each kind. An unknown name is an error that suggests a known one.
func Explain(name string) (string, error) {
	rule, ok := rulesByName()[name]
	if !ok {
		return "", noSuchRule(name)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s · %s · %s\n\n", rule.Title, rule.Name, rule.Severity, clauseHeading(rule.Clause))
	fenced := false
	for line := range strings.Lines(rule.Page) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
			continue
		}
		if fenced && strings.TrimSpace(line) != "" {
			line = "    " + line
		} else if !fenced {
			line = strings.NewReplacer("`", "", "**", "").Replace(line)
		}
		b.WriteString(line)
	}
	return strings.ReplaceAll(strings.TrimSpace(b.String())+"\n", "\n\n\n", "\n\n"), nil
}

func noSuchRule(name string) error {
	var names []string
	for _, r := range allRules() {
		names = append(names, r.Name)
	}
	if near := form.Nearest(strings.ToLower(name), names); near != "" {
		return fmt.Errorf("there is no rule %.60q; did you mean %s?", name, near)
	}
	return fmt.Errorf("there is no rule %.60q; entente explain lists them all", name)
}

// List is a line for each rule, grouped by clause in the order of the agreement.
func List() string {
	var b strings.Builder
	width, last := 0, agreement.Clause("")
	for _, r := range allRules() {
		width = max(width, len(r.Name))
	}
	for _, r := range allRules() {
		if r.Clause != last {
			if last != "" {
				b.WriteByte('\n')
			}
			b.WriteString(clauseHeading(r.Clause) + "\n")
			last = r.Clause
		}
		fmt.Fprintf(&b, "  %-*s  %-7s  %s\n", width, r.Name, r.Severity, r.Title)
	}
	return b.String()
}

// clauseHeading is "clause 6.1, Revenue model".
func clauseHeading(c agreement.Clause) string {
	if title := c.Title(); title != "" && c != agreement.FrontPage && c != agreement.SignatureBlock {
		return c.Cite() + ", " + title
	}
	return c.Cite()
}
