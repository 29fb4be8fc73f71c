package rules

import (
	"entente/agreement"
	"entente/articles"
	"entente/document"
	"entente/document/pdf"
)

// checkPrint reports what a PDF of the agreement cannot show with its own fonts.
func checkPrint(a articles.Agreement, found *agreement.Findings) {
	var where []string
	characters := ""
	for _, g := range pdf.Gaps(a.Draft()) {
		if g.Clause != "" {
			where = append(where, agreement.Clause(g.Clause).Cite())
		}
		characters += g.Lacking + g.Never
	}
	if characters != "" {
		found.Add("characters-unprinted", "", "a PDF shows %s by their numbers: %s", pdf.Named(characters), document.Join(where)).
			Mend("give `entente render` a font that has them, with --font FILE.ttf; in HTML they show as they are")
	}
}
