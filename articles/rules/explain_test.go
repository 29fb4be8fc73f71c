package rules_test

import (
	"slices"
	"strings"
	"testing"

	"entente/articles/rules"
)

func TestExplain(t *testing.T) {
	page, err := rules.Explain("shares-sum")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"shares-sum · error · clause 6.1, Revenue model", "Refused:", "    commerce:", "exactly 100%"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "```") || strings.Contains(page, "`") {
		t.Errorf("the page has markup:\n%s", page)
	}
	for name, want := range map[string]string{"share-sum": "did you mean shares-sum?", "Unknown_Key": "did you mean unknown-key?", "qqqqqqqqqqqq": "lists them all"} {
		if _, err := rules.Explain(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// The list has every rule once, under its clause, in the order of the agreement.
func TestList(t *testing.T) {
	list := rules.List()
	for _, r := range rules.All() {
		if strings.Count(list, "\n  "+r.Name+" ") != 1 {
			t.Errorf("%s is listed %d times", r.Name, strings.Count(list, "\n  "+r.Name+" "))
		}
	}
	at := func(s string) int { return strings.Index(list, s) }
	order := []int{at("the file\n"), at("the front page\n"), at("clause 1.2, "), at("clause 6.1, "), at("clause 13.1, "), at("Schedule C, ")}
	if !slices.IsSorted(order) || order[0] != 0 || slices.Contains(order, -1) {
		t.Errorf("the order is %v:\n%s", order, list)
	}
	for line := range strings.Lines(list) {
		if len([]rune(line)) > 160 {
			t.Errorf("not a short line: %s", line)
		}
	}
}
