// Package html writes a document as one self-contained page, and its clauses for the pages of others.
package html

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode"

	"entente/document"
)

// CSS are the typographic rules for clauses and blocks, by class only: it may be served as a
// stylesheet under a policy that allows no inline styles. Colours are the custom properties
// --doc-ink, --doc-muted, --doc-faint, --doc-rule, --doc-value and --doc-paper, light and dark.
//
//go:embed style.css
var CSS string

//go:embed page.css
var pageCSS string

//go:embed page.html
var pageHTML string

// pages is the one template set. Everything the parties wrote passes through html/template's
// escaping; only our own style sheets, and strings that quoted has made harmless, are marked as safe.
var pages = template.Must(template.New("page").Funcs(template.FuncMap{
	"anchor":  document.Anchor,
	"id":      func(s string) string { return strings.Join(strings.Fields(document.Visible(s)), "-") },
	"lines":   func(s string) []string { return strings.Split(document.Visible(s), "\n") },
	"flat":    func(s string) string { return strings.ReplaceAll(document.Visible(s), "\n", " ") },
	"settled": document.Text.Settled,
	"squared": document.Table.Squared,
	"shares":  shares,
	"styles":  func() template.CSS { return template.CSS(CSS + pageCSS) },
	"quoted":  quoted,
}).Parse(pageHTML))

// Write writes a document as one self-contained file: no script, nothing fetched, for screen, phone
// and paper. Sections have their ID as anchor and clauses Clause.Anchor.
func Write(w io.Writer, d document.Document) error {
	if err := pages.ExecuteTemplate(w, "page", d); err != nil {
		return fmt.Errorf("writing %s as HTML: %w", d.Number, err)
	}
	return nil
}

// Clause is a clause with its heading as an h3 inside a section, to be set with CSS.
func Clause(c document.Clause) template.HTML {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "clause", c); err != nil {
		panic(fmt.Sprintf("document/html: the template of a clause does not fit its model: %v", err))
	}
	return template.HTML(b.String())
}

// shares are the widths of the columns in per cent, rounded to steps of five that have a class.
func shares(t document.Table) []int {
	sum := 0
	for _, c := range t.Columns {
		sum += c.Weight()
	}
	shares := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		shares[i] = max(5, (c.Weight()*20+sum/2)/sum*5)
	}
	return shares
}

// quoted is s as a CSS string in which everything but letters, digits and spaces is a code point,
// so that it can end neither the string nor the style sheet.
func quoted(s string) template.CSS {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(document.Visible(s), "\n", " ") {
		if r == ' ' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "\\%06x", r)
		}
	}
	return template.CSS(`"` + b.String() + `"`)
}
