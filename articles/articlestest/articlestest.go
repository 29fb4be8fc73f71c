// Package articlestest is what tests of agreements share: the example with a patch, and many agreements
// to try something on.
package articlestest

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/general"
	"entente/articles/rules"
	"entente/articles/scope"
	"entente/articles/sharing"
	"entente/articles/source"
	"entente/articles/technical"
	"entente/calendar"
)

// Day is any day; tests do not read the clock.
var Day = calendar.Date{Year: 2026, Month: 11, Day: 23}

// Tried is the example with a patch: its terms, and what checking finds.
type Tried struct {
	Text  articles.Agreement
	Found agreement.Findings
}

var triedPatches sync.Map // by patch: several tests look at what the rules' pages show

// Try reads and checks the example with a patch.
func Try(t testing.TB, patch string) Tried {
	t.Helper()
	if known, ok := triedPatches.Load(patch); ok {
		return known.(Tried)
	}
	f, _ := source.Read("agreement.yaml", []byte(Patched(t, patch)))
	made := Tried{f.Agreement, f.Check()}
	triedPatches.Store(patch, made)
	return made
}

// A Variant is an agreement to try something on.
type Variant struct {
	Name string
	Text articles.Agreement
}

// Variants are many agreements: the example, what every rule's page refuses, and one with nothing in it.
func Variants(t testing.TB) []Variant {
	t.Helper()
	makeVariants.Do(func() {
		madeVariants = []Variant{{"the example", draft.Example(Day)}, {"nothing", articles.Agreement{}}}
		for _, r := range rules.All() {
			if !r.Whole && r.Name != "too-large" {
				madeVariants = append(madeVariants, Variant{"what " + r.Name + " refuses", Try(t, r.Refused).Text})
			}
		}
	})
	return madeVariants
}

var (
	makeVariants sync.Once
	madeVariants []Variant
)

// Bytes turns \xE9 into the byte that a page cannot hold.
func Bytes(s string) []byte {
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

// Names reports whether a rule is among the findings.
func Names(found agreement.Findings, rule string) bool {
	return slices.ContainsFunc(found, func(f agreement.Finding) bool { return f.Rule == rule })
}

// Printed is all findings but notes, as check prints them.
func Printed(found agreement.Findings) string {
	var b strings.Builder
	for _, l := range (&source.File{Name: "agreement.yaml"}).Lines(found) {
		if l.Severity != agreement.Note {
			b.WriteString(l.String() + "\n")
		}
	}
	return b.String()
}

// Begun is what the interview knows when it furnishes: facts, purposes, components, people.
func Begun(purpose scope.Purpose, methods ...[]agreement.Method) articles.Agreement {
	a := draft.Blank(Day)
	a.Agreement.Number = "P-2026-001"
	a.Parties.A = agreement.PartyTerms{Name: "Alder Ltd", Address: "1 Quay, Cork, Ireland", Provides: "summaries", Contact: agreement.Contact{Name: "Ann Lee", Email: "ann@alder.example"}}
	a.Parties.B = agreement.PartyTerms{Name: "Birch GmbH", Address: "Hafen 2, Bremen, Germany", Provides: "search", Contact: agreement.Contact{Name: "Bo Ruhl", Email: "bo@birch.example"}}
	a.Governance.People = []agreement.Person{
		{ID: "ann-lee", Party: agreement.A, Name: "Ann Lee", Title: "Director", Email: "ann@alder.example", Roles: agreement.Roles},
		{ID: "bo-ruhl", Party: agreement.B, Name: "Bo Ruhl", Title: "Director", Email: "bo@birch.example", Roles: agreement.Roles},
	}
	if a.Scope.Purpose = purpose; purpose.Integrate {
		a.Scope.Purpose.TechnologyA, a.Scope.Purpose.TechnologyB = "summaries", "search"
	}
	a.General.Law.Country, a.General.Law.Venue = general.Country("DE"), "the courts at the seat of the Party that is sued"
	a.Sharing.Protection.DPA = &sharing.DPA{Reference: "P-2026-001-DPA", Date: Day, Relation: sharing.Processor}
	a.Commerce.Revenue.Model = "none"
	a.Liability.Limits.Cap.PriorFees = false
	a.Liability.Limits.Cap.Amount.Minor, a.Liability.Limits.Cap.Amount.Currency = 10000000, "EUR"
	for i, m := range methods {
		c := agreement.Component{Name: "part-" + string(rune('a'+i)), Title: "Part", Provider: agreement.Both[i%2], Methods: m}
		a.Scope.Components = append(a.Scope.Components, c)
		s := technical.Specification{Component: c.Name}
		if c.By(agreement.API) {
			s.Protocol, s.Operations, s.Models, s.UpstreamAuth = technical.OpenAI, []string{"chat.completions"}, []technical.Model{{Name: "m"}}, technical.Bearer
			s.BaseURLs = technical.BaseURLs{Test: "https://test.alder.example/v1", Production: "https://api.alder.example/v1"}
		}
		if c.By(agreement.SDK) {
			s.Artifacts = []technical.Artifact{{Platform: "Android", Package: "part"}}
		}
		if c.By(agreement.Embedded) {
			s.Origins = []string{"https://www.birch.example"}
		}
		a.ScheduleA.Components = append(a.ScheduleA.Components, s)
	}
	return a
}

// Patched is the example with a patch: mappings merge, lists are replaced whole, null deletes.
func Patched(t testing.TB, patch string) string {
	t.Helper()
	tree := merge(exampleTree(), treeOf(t, patch))
	var b strings.Builder
	writeTree(&b, tree, 0)
	return b.String()
}

var exampleTree = sync.OnceValue(func() any {
	f, err := parser.ParseBytes(draft.Write(draft.Example(Day)), 0)
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

func treeOf(t testing.TB, text string) any {
	t.Helper()
	f, err := parser.ParseBytes([]byte(text), 0)
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
			m = append(m, treePair{v.Key.GetToken().Value, branch(v.Value)})
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
		return treeScalar(strconv.Quote(n.Value.Value))
	case *ast.StringNode:
		if n.Token.Type == token.SingleQuoteType || n.Token.Type == token.DoubleQuoteType || strings.Contains(n.Value, "\n") {
			return treeScalar(strconv.Quote(n.Value))
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
