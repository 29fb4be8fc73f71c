package articles

import (
	goast "go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml/ast"
	yamlparser "github.com/goccy/go-yaml/parser"
	yamltoken "github.com/goccy/go-yaml/token"

	"entente/agreement"
)

// Each rule's page holds: what it refuses is found by that rule, what it accepts is not.
func TestEveryRuleKeepsItsPage(t *testing.T) {
	for _, rule := range Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			if found := judge(t, rule, rule.Refused); !names(found, rule.Name) {
				t.Errorf("the refused example is not refused; found:\n%s", printed(found))
			}
			if found := judge(t, rule, rule.Accepted); names(found, rule.Name) {
				t.Errorf("the accepted example is refused:\n%s", printed(found))
			}
		})
	}
}

func judge(t *testing.T, rule agreement.Rule, example string) agreement.Findings {
	t.Helper()
	file := []byte(example)
	switch {
	case rule.Name == "too-large" && example == rule.Refused:
		file = []byte(strings.Repeat(example, MaxBytes/len(example)+1))
	case rule.Whole:
		file = shownBytes(example)
	default:
		return try(t, example).found
	}
	f, _ := Read("agreement.yaml", file)
	return Check(f)
}

// tried is the example with a patch: its terms, and what checking finds.
type tried struct {
	text  Agreement
	found agreement.Findings
}

var triedPatches sync.Map // by patch: several tests look at what the rules' pages show

func try(t *testing.T, patch string) tried {
	t.Helper()
	if known, ok := triedPatches.Load(patch); ok {
		return known.(tried)
	}
	f, _ := Read("agreement.yaml", []byte(merged(t, patch)))
	made := tried{f.Agreement, Check(f)}
	triedPatches.Store(patch, made)
	return made
}

// shownBytes turns \xE9 into the byte that a page cannot hold.
func shownBytes(s string) []byte {
	var b []byte
	for _, line := range strings.SplitAfter(s, "\n") {
		for !strings.HasPrefix(line, "#") && strings.Contains(line, `\x`) {
			i := strings.Index(line, `\x`)
			n, err := strconv.ParseUint(line[i+2:i+4], 16, 8)
			if err != nil {
				break
			}
			b = append(append(b, line[:i]...), byte(n))
			line = line[i+4:]
		}
		b = append(b, line...)
	}
	return b
}

func names(found agreement.Findings, rule string) bool {
	return slices.ContainsFunc(found, func(f agreement.Finding) bool { return f.Rule == rule })
}

func printed(found agreement.Findings) string {
	var b strings.Builder
	for _, l := range (&File{Name: "agreement.yaml"}).Lines(found) {
		if l.Severity != agreement.Note {
			b.WriteString(l.String() + "\n")
		}
	}
	return b.String()
}

// Rule names are unique, their clauses exist, and every rule that code reports has a page.
func TestRulesAndCodeAgree(t *testing.T) {
	known := map[string]bool{}
	for _, r := range Rules() {
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
	files, _ := filepath.Glob("*.go")
	rooms, _ := filepath.Glob("*/*.go")
	for _, name := range slices.Concat(files, rooms, []string{"../agreement/finding.go"}) {
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

// merged is the example with a patch: mappings merge, lists are replaced whole, null deletes.
func merged(t *testing.T, patch string) string {
	t.Helper()
	tree := merge(exampleTree(), treeOf(t, patch))
	var b strings.Builder
	writeTree(&b, tree, 0)
	return b.String()
}

var exampleTree = sync.OnceValue(func() any {
	f, err := yamlparser.ParseBytes(exampleFile(exampleDay), 0)
	if err != nil {
		panic(err)
	}
	return branch(f.Docs[0].Body)
})

// A tree keeps scalars as they were written, so that a patch changes nothing else.
type (
	treeMap  []treePair
	treePair struct {
		key   string
		value any
	}
	treeScalar string
)

func treeOf(t *testing.T, text string) any {
	t.Helper()
	f, err := yamlparser.ParseBytes([]byte(text), 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return branch(f.Docs[0].Body)
}

func branch(n ast.Node) any {
	switch n := n.(type) {
	case *ast.MappingNode:
		m := treeMap{}
		for _, v := range n.Values {
			m = append(m, treePair{keyOf(v), branch(v.Value)})
		}
		return m
	case *ast.SequenceNode:
		s := []any{}
		for _, v := range n.Values {
			s = append(s, branch(v))
		}
		return s
	case *ast.NullNode:
		return nil
	case *ast.LiteralNode:
		return treeScalar(doubleQuoted(n.Value.Value))
	case *ast.StringNode:
		if n.Token.Type == yamltoken.SingleQuoteType || n.Token.Type == yamltoken.DoubleQuoteType || strings.Contains(n.Value, "\n") {
			return treeScalar(doubleQuoted(n.Value))
		}
		return treeScalar(n.Value)
	}
	return treeScalar(n.GetToken().Value)
}

func merge(into, patch any) any {
	p, ok := patch.(treeMap)
	m, under := into.(treeMap)
	if !ok {
		return patch
	}
	if !under {
		m = nil
	}
	m = slices.Clone(m)
	for _, change := range p {
		i := slices.IndexFunc(m, func(have treePair) bool { return have.key == change.key })
		switch {
		case change.value == nil && i >= 0:
			m = slices.Delete(m, i, i+1)
		case change.value == nil:
		case i >= 0:
			m[i].value = merge(m[i].value, change.value)
		default:
			m = append(m, treePair{change.key, merge(nil, change.value)})
		}
	}
	return m
}

func writeTree(b *strings.Builder, n any, depth int) {
	indent := strings.Repeat("  ", depth)
	switch n := n.(type) {
	case treeMap:
		for _, p := range n {
			b.WriteString(indent + p.key + ":")
			writeValue(b, p.value, depth)
		}
	case []any:
		for _, item := range n {
			b.WriteString(indent + "-")
			writeValue(b, item, depth)
		}
	}
}

func writeValue(b *strings.Builder, v any, depth int) {
	switch v := v.(type) {
	case nil:
		b.WriteString("\n")
	case treeScalar:
		b.WriteString(" " + string(v) + "\n")
	case treeMap:
		if len(v) == 0 {
			b.WriteString(" {}\n")
			return
		}
		b.WriteString("\n")
		writeTree(b, v, depth+1)
	case []any:
		if len(v) == 0 {
			b.WriteString(" []\n")
			return
		}
		b.WriteString("\n")
		writeTree(b, v, depth+1)
	}
}
