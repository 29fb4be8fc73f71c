package html

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"entente/document"
	"entente/document/redline"
)

//go:embed redline.css
var redlineCSS string

//go:embed redline.html
var redlineHTML string

var redlines = template.Must(template.Must(pages.Clone()).Funcs(template.FuncMap{
	"redlineStyles": func() template.CSS { return template.CSS(CSS + pageCSS + redlineCSS) },
	"label":         labelled,
}).Parse(redlineHTML))

// Redline writes a redline as one self-contained page: the changed terms as a table, then the whole text
// with what is gone, new and moved. Changes are elements that browsers and screen readers know, and not
// colours alone.
func Redline(w io.Writer, r redline.Redline, terms document.Table) error {
	page := struct {
		Document document.Document
		Terms    document.Table
		Changed  []redline.Line // the headings of what has changed
		Parts    []lines
	}{Document: r.Document, Terms: terms, Parts: parted(r.Lines)}
	for _, l := range r.Excerpt() {
		if l.Kind == redline.Clause {
			page.Changed = append(page.Changed, l)
		}
	}
	if err := redlines.ExecuteTemplate(w, "redline", page); err != nil {
		return fmt.Errorf("writing a redline of %s as HTML: %w", r.Document.Number, err)
	}
	return nil
}

// lines are one line, or the rows of one table.
type lines []redline.Line

// First is what tells a table from a paragraph.
func (l lines) First() redline.Line { return l[0] }

// Table reports whether the lines are rows.
func (l lines) Table() bool { return l[0].Kind.Tabular() }

func parted(all []redline.Line) []lines {
	var out []lines
	for i, l := range all {
		if i > 0 && l.Kind.Tabular() && all[i-1].Kind.Tabular() && l.Group == all[i-1].Group && l.Kind != redline.Head {
			out[len(out)-1] = append(out[len(out)-1], l)
		} else {
			out = append(out, lines{l})
		}
	}
	return out
}

// labelled are a line's marks as words of their changes.
func labelled(l redline.Line) []redline.Span {
	span := func(c redline.Change, text string) redline.Span {
		return redline.Span{Change: c, Run: document.Run{Text: text}}
	}
	if l.Changed() {
		return []redline.Span{span(redline.Deleted, l.Marks.Old), span(redline.Inserted, l.Marks.New)}
	}
	change := l.Change
	if change == redline.Left || change == redline.Arrived {
		change = redline.Kept
	}
	return []redline.Span{span(change, l.Mark())}
}

// RedlineCSS are the rules for the lines of a redline, within an element of the class doc-page; they build
// on CSS.
func RedlineCSS() string { return redlineCSS }

// RedlineLines are lines of a redline, to be set with CSS and RedlineCSS.
func RedlineLines(all []redline.Line) template.HTML {
	var b bytes.Buffer
	for _, part := range parted(all) {
		name, data := "changed", any(part.First())
		if part.Table() {
			name, data = "rows", part
		}
		if err := redlines.ExecuteTemplate(&b, name, data); err != nil {
			panic(fmt.Sprintf("document/html: the template of a redline does not fit its model: %v", err))
		}
	}
	return template.HTML(b.String())
}
