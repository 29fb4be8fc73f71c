package rules_test

import (
	goast "go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/articlestest"
	"entente/articles/rules"
	"entente/articles/source"
)

// Each rule's page holds: what it refuses is found by that rule, what it accepts is not.
func TestEveryRuleKeepsItsPage(t *testing.T) {
	for _, rule := range rules.All() {
		t.Run(rule.Name, func(t *testing.T) {
			if found := judge(t, rule, rule.Refused); !articlestest.Names(found, rule.Name) {
				t.Errorf("the refused example is not refused; found:\n%s", articlestest.Printed(found))
			}
			if found := judge(t, rule, rule.Accepted); articlestest.Names(found, rule.Name) {
				t.Errorf("the accepted example is refused:\n%s", articlestest.Printed(found))
			}
		})
	}
}

func judge(t *testing.T, rule agreement.Rule, example string) agreement.Findings {
	t.Helper()
	file := []byte(example)
	switch {
	case rule.Name == "too-large" && example == rule.Refused:
		file = []byte(strings.Repeat(example, source.MaxBytes/len(example)+1))
	case rule.Whole:
		file = articlestest.Bytes(example)
	default:
		return articlestest.Try(t, example).Found
	}
	f, _ := source.Read("agreement.yaml", file)
	return f.Check()
}

// Rule names are unique, their clauses exist, and every rule that code reports has a page.
func TestRulesAndCodeAgree(t *testing.T) {
	known := map[string]bool{}
	for _, r := range rules.All() {
		if known[r.Name] {
			t.Errorf("two rules are named %s", r.Name)
		}
		known[r.Name] = true
		if r.Clause.Title() == "" && r.Clause != agreement.WholeFile {
			t.Errorf("%s is under clause %q, which the agreement does not have", r.Name, r.Clause)
		}
		if len(r.Title) > 100 || strings.HasSuffix(r.Title, ".") {
			t.Errorf("%s: the title is to be one short line without a full stop: %q", r.Name, r.Title)
		}
	}
	reported := reportedRules(t)
	for name, where := range reported {
		if !known[name] {
			t.Errorf("%s: the rule %q has no page", where, name)
		}
	}
	if len(known) < 50 {
		t.Errorf("there are %d rules, want at least 50", len(known))
	}
}

// reportedRules are the names that code passes to Add, add and atPlace as a literal.
func reportedRules(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	files, _ := filepath.Glob("../*/*.go")
	for _, name := range append(files, "../../agreement/finding.go") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		goast.Inspect(f, func(n goast.Node) bool {
			if rule := ruleIn(n); rule != "" {
				found[rule] = name
			}
			return true
		})
	}
	return found
}

func ruleIn(n goast.Node) string {
	call, ok := n.(*goast.CallExpr)
	if !ok {
		return ""
	}
	sel, ok := call.Fun.(*goast.SelectorExpr)
	at, named := map[string]int{"Add": 0, "add": 0, "atPlace": 2}[nameOf(sel, ok)]
	if !named || len(call.Args) <= at+2 {
		return ""
	}
	lit, ok := call.Args[at].(*goast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	rule, _ := strconv.Unquote(lit.Value)
	return rule
}

func nameOf(sel *goast.SelectorExpr, ok bool) string {
	if !ok {
		return ""
	}
	return sel.Sel.Name
}
