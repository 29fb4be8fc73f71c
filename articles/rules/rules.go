package rules

import (
	"cmp"
	"embed"
	"slices"
	"sync"

	"entente/agreement"
	"entente/articles/branding"
	"entente/articles/commerce"
	"entente/articles/compliance"
	"entente/articles/confidentiality"
	"entente/articles/general"
	"entente/articles/governance"
	"entente/articles/integration"
	"entente/articles/liability"
	"entente/articles/performance"
	"entente/articles/property"
	"entente/articles/scope"
	"entente/articles/sharing"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/articles/warranty"
)

//go:embed *.md
var pages embed.FS

// generalRules are the rules of the file itself, of the front page and of what spans articles.
var generalRules = agreement.MustRules(pages, ".")

// All are all rules of all articles, in the order of their clauses, then by name.
func All() []agreement.Rule { return slices.Clone(allRules()) }

var allRules = sync.OnceValue(func() []agreement.Rule {
	all := slices.Concat(generalRules, scope.Rules, integration.Rules, technical.Rules, performance.Rules, sharing.Rules, property.Rules, branding.Rules,
		commerce.Rules, governance.Rules, compliance.Rules, warranty.Rules, liability.Rules, confidentiality.Rules,
		term.Rules, general.Rules)
	slices.SortStableFunc(all, func(a, b agreement.Rule) int {
		return cmp.Or(clauseOrder(a.Clause)-clauseOrder(b.Clause), cmp.Compare(a.Name, b.Name))
	})
	return all
})

var rulesByName = sync.OnceValue(func() map[string]agreement.Rule {
	byName := map[string]agreement.Rule{}
	for _, r := range allRules() {
		byName[r.Name] = r
	}
	return byName
})

// named is a rule by name. A rule without a page is an error of the whole file; tests hold that
// there is none.
func named(name string) agreement.Rule {
	if r, ok := rulesByName()[name]; ok {
		return r
	}
	return agreement.Rule{Name: name, Severity: agreement.Error, Clause: agreement.WholeFile}
}

// isGeneral reports whether a rule belongs to no article: its findings are under the clause of their path.
func isGeneral(name string) bool {
	return slices.ContainsFunc(generalRules, func(r agreement.Rule) bool { return r.Name == name })
}

// clauseOrder sorts clauses as the agreement has them, the file itself first.
func clauseOrder(c agreement.Clause) int {
	return slices.IndexFunc(agreement.Catalogue, func(e agreement.Entry) bool { return e.Clause == c })
}
