package document

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strings"
	"unicode"
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
	"anchor":   Anchor,
	"id":       func(s string) string { return strings.Join(strings.Fields(visible(s)), "-") },
	"language": language,
	"lines":    func(s string) []string { return strings.Split(visible(s), "\n") },
	"flat":     func(s string) string { return strings.ReplaceAll(visible(s), "\n", " ") },
	"settled":  Text.settled,
	"squared":  Table.squared,
	"shares":   Table.shares,
	"styles":   func() template.CSS { return template.CSS(CSS + pageCSS) },
	"quoted":   quoted,
	"tick":     tick,
}).Parse(pageHTML))

// HTML writes the document as one self-contained file: no script, nothing fetched, for screen,
// phone and paper. Sections have their ID as anchor and clauses Clause.Anchor.
func (d Document) HTML(w io.Writer) error {
	if err := pages.ExecuteTemplate(w, "page", d); err != nil {
		return fmt.Errorf("writing %s as HTML: %w", d.Number, err)
	}
	return nil
}

// HTML is the clause with its heading as an h3 inside a section, to be set with CSS.
func (c Clause) HTML() template.HTML { return fragment("clause", c) }

// HTML is the block, to be set with CSS.
func (b Block) HTML() template.HTML { return fragment("block", b) }

// HTML is the text as phrasing content, to be set with CSS.
func (t Text) HTML() template.HTML { return fragment("text", t) }

func fragment(name string, data any) template.HTML {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		panic(fmt.Sprintf("document: the template %q does not fit its model: %v", name, err))
	}
	return template.HTML(b.String())
}

// shares are the widths of the columns in per cent, rounded to steps of five that have a class.
func (t Table) shares() []int {
	sum := 0
	for _, c := range t.Columns {
		sum += c.weight()
	}
	shares := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		shares[i] = max(5, (c.weight()*20+sum/2)/sum*5)
	}
	return shares
}

// weight is the relative width, at most a hundred times another's.
func (c Column) weight() int { return min(max(c.Width, 1), 100) }

// Running is what stands in the corner of each page: the number and the version.
func (d Document) Running() string {
	if d.Number == "" || d.Version == "" {
		return d.Number + d.Version
	}
	return d.Number + " · " + d.Version
}

// quoted is s as a CSS string in which everything but letters, digits and spaces is a code point,
// so that it can end neither the string nor the style sheet.
func quoted(s string) template.CSS {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(visible(s), "\n", " ") {
		if r == ' ' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "\\%06x", r)
		}
	}
	return template.CSS(`"` + b.String() + `"`)
}

var notLanguage = regexp.MustCompile(`[^A-Za-z0-9-]`)

// language is a language tag with nothing in it but letters, digits and hyphens; English if empty.
func language(tag string) string {
	if tag = notLanguage.ReplaceAllString(tag, ""); tag == "" {
		return "en"
	}
	return tag
}
