// Package paper is what letters look like: the same words as plain text and as HTML.
//
// A letter loads nothing from anywhere, holds no picture and nothing that tells its sender whether it was read.
// What people wrote stands in it as text: what is hidden in it or would reorder it is shown by its name, and it
// never becomes markup.
package paper

import (
	"html/template"
	"strings"
	"unicode/utf8"

	"entente/document"
)

// A Paper is what a letter says.
type Paper struct {
	Title  string // what it is about, in a line
	To     string // the name of whoever gets it; empty if it is not known
	Blocks []Block
	Foot   []string // why it came, and what one can do about that
}

// A Block is a paragraph, or a part with a heading. What is empty of it is left out.
type Block struct {
	Heading string
	Text    string
	Code    string // to be typed elsewhere
	Items   []Item
	Link    Link
}

// An Item is one thing of a list.
type Item struct {
	Says  string   // in a sentence
	Facts []string // by when, under which clause
	Link  Link
}

// A Link leads to a page; one without an address is left out.
type Link struct{ Text, URL string }

// Line is text that people wrote, in one line of at most so many characters, as a subject needs it.
func Line(s string, most int) string {
	s = strings.Join(strings.Fields(document.Visible(s)), " ")
	if utf8.RuneCountInString(s) > most {
		s = strings.TrimSpace(string([]rune(s)[:most-1])) + "…"
	}
	return s
}

// wide is how many characters a line of plain text has at most, where its words allow.
const wide = 76

// Text is the letter as plain text.
func (p Paper) Text() string {
	var b strings.Builder
	if p.To != "" {
		b.WriteString(Line(p.To, 100) + ",\n\n")
	}
	for _, one := range p.Blocks {
		one.text(&b)
	}
	if len(p.Foot) > 0 {
		b.WriteString("-- \n")
	}
	for _, line := range p.Foot {
		b.WriteString(wrapped(line, "") + "\n")
	}
	return b.String()
}

func (k Block) text(b *strings.Builder) {
	if k.Heading != "" {
		heading := Line(k.Heading, wide)
		b.WriteString(heading + "\n" + strings.Repeat("-", utf8.RuneCountInString(heading)) + "\n\n")
	}
	if k.Text != "" {
		b.WriteString(wrapped(k.Text, "") + "\n\n")
	}
	if k.Code != "" {
		b.WriteString("    " + k.Code + "\n\n")
	}
	for _, i := range k.Items {
		b.WriteString("* " + wrapped(i.Says, "  ") + "\n")
		for _, fact := range i.Facts {
			b.WriteString("  " + wrapped(fact, "  ") + "\n")
		}
		if i.Link.URL != "" {
			b.WriteString("  " + i.Link.URL + "\n")
		}
		b.WriteString("\n")
	}
	if k.Link.URL != "" {
		b.WriteString(k.Link.Text + ":\n\n    " + k.Link.URL + "\n\n")
	}
}

// wrapped is text in lines, of which those after the first begin with an indent. Long words stay whole.
func wrapped(s, indent string) string {
	var b strings.Builder
	used := len(indent)
	for i, word := range strings.Fields(document.Visible(s)) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case used+1+n > wide:
			b.WriteString("\n" + indent)
			used = len(indent)
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}

// HTML is the letter as a page of its own, which loads nothing.
func (p Paper) HTML() (string, error) {
	var b strings.Builder
	err := page.Execute(&b, p)
	return b.String(), err
}

var page = template.Must(template.New("letter").Funcs(template.FuncMap{"said": document.Visible}).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{said .Title}}</title>
</head>
<body style="margin:0 auto;padding:16px;max-width:40em;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere">
<main>
<h1 style="font-size:20px;line-height:1.3">{{said .Title}}</h1>
{{- with .To}}
<p><bdi>{{said .}}</bdi>,</p>
{{- end}}
{{- range .Blocks}}
{{- with .Heading}}
<h2 style="margin-top:28px;font-size:16px">{{said .}}</h2>
{{- end}}
{{- with .Text}}
<p>{{said .}}</p>
{{- end}}
{{- with .Code}}
<p style="font-size:24px"><strong>{{.}}</strong></p>
{{- end}}
{{- with .Items}}
<ul>
{{- range .}}
<li><p><bdi>{{said .Says}}</bdi></p>
{{- range .Facts}}<p>{{said .}}</p>{{end}}
{{- if .Link.URL}}<p><a href="{{.Link.URL}}">{{said .Link.Text}}</a></p>{{end}}</li>
{{- end}}
</ul>
{{- end}}
{{- if .Link.URL}}
<p><a href="{{.Link.URL}}">{{said .Link.Text}}</a></p>
{{- end}}
{{- end}}
</main>
{{- with .Foot}}
<footer>
{{- range .}}
<p><small>{{said .}}</small></p>
{{- end}}
</footer>
{{- end}}
</body>
</html>
`))
