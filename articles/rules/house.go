package rules

import (
	"reflect"

	"entente/agreement"
	"entente/articles"
	"entente/articles/house"
	"entente/document"
)

// checkHouse holds the parties' own wording to the terms that it words.
func checkHouse(a articles.Agreement, found *agreement.Findings) {
	if a.House.IsZero() {
		return
	}
	whole := a.Complete() // a copy to its last row: checking tries it without one term after the other
	a.House.Check(house.Contract{Terms: reflect.ValueOf(&whole).Elem(), Template: func() document.Document { return whole.Template() },
		Clauses: func(of agreement.Clause) []document.Clause { return whole.TemplateOf(of) }, Defined: articles.DefinedTerms()}, found)
}
