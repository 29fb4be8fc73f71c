// Package wording keeps the texts of an agreement ready to be shown: each clause as it was signed, and
// which clause of the catalogue has its margin beside it.
package wording

import (
	"fmt"
	"html/template"
	"strings"
	"sync"

	"entente/agreement"
	"entente/document"
	"entente/document/html"
)

// A Text is a version's text as it was stored when it was proposed, ready to be shown.
type Text struct {
	Title string
	Parts []Part
}

// A Part is an article, a schedule or one of the parts around them.
type Part struct {
	ID, Label, Title string
	Passages         []Passage
}

// A Passage is one clause of the text, and the clause of the catalogue whose margin stands beside it.
type Passage struct {
	Number, Title string
	Margin        agreement.Clause // empty: none
	HTML          template.HTML
	plain         string // what it says, in small letters
}

// Name is the passage's number and title, where the number is one that people cite.
func (p Passage) Name() string {
	if p.Number == string(agreement.SignatureBlock) {
		return p.Title
	}
	return p.Number + " " + p.Title
}

// A Shelf keeps the texts that were shown, by manifest: a text never changes. The zero value is empty.
type Shelf struct {
	mu     sync.Mutex
	byText map[string]*Text
}

// most is how many texts are kept; a node has a few agreements with a few versions each.
const most = 64

// Of is the text of a version; stored is asked for it if the shelf has it not.
func (w *Shelf) Of(v agreement.Version, stored func(agreement.Version) (document.Document, error)) (*Text, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if have, ok := w.byText[v.Manifest]; ok {
		return have, nil
	}
	d, err := stored(v)
	if err != nil {
		return nil, fmt.Errorf("reading the wording of version %d: %w", v.Number, err)
	}
	if len(w.byText) >= most || w.byText == nil {
		w.byText = map[string]*Text{}
	}
	text := prepare(d)
	w.byText[v.Manifest] = text
	return text, nil
}

func prepare(d document.Document) *Text {
	w := &Text{Title: d.Title}
	for _, s := range d.Sections {
		p := Part{ID: s.ID, Label: s.Label, Title: s.Title}
		for i, clause := range s.Clauses {
			p.Passages = append(p.Passages, passage(clause, margin(s, i)))
		}
		w.Parts = append(w.Parts, p)
	}
	return w
}

func passage(c document.Clause, margin agreement.Clause) Passage {
	p := Passage{Number: c.Number, Title: c.Title, Margin: margin, HTML: html.Clause(c)}
	p.plain = strings.ToLower(plain(string(p.HTML)))
	return p
}

// margin is the clause of the catalogue whose margin stands beside a section's i-th clause: the
// clause itself, or the front page's and a schedule's beside their first.
func margin(s document.Section, i int) agreement.Clause {
	switch {
	case s.Kind == document.Front && i == 0:
		return agreement.FrontPage
	case s.Kind == document.Schedule && i == 0:
		return agreement.Clause(strings.TrimPrefix(s.Label, "Schedule "))
	case s.Kind == document.Article, s.Kind == document.Signatures:
		return agreement.Clause(s.Clauses[i].Number)
	}
	return ""
}

// Find is the part, and the place within it, of a clause as people cite it; for a part as a whole
// the place is -1.
func (w *Text) Find(cited string) (at, place int, ok bool) {
	for at, p := range w.Parts {
		for i, one := range p.Passages {
			if one.Number == cited {
				return at, i, true
			}
		}
		if cited != "" && (p.Label == "Schedule "+cited || p.Label == "Article "+cited || cited == string(agreement.FrontPage) && p.ID == "front-page") {
			return at, -1, true
		}
	}
	return 0, 0, false
}

// Neighbour is the passage before (-1) or after (+1) a place of the text; nil at its ends.
func (w *Text) Neighbour(at, place, step int) *Passage {
	for place += step; at >= 0 && at < len(w.Parts); {
		if all := w.Parts[at].Passages; place >= 0 && place < len(all) {
			return &all[place]
		}
		if at += step; at >= 0 && at < len(w.Parts) {
			place = 0
			if step < 0 {
				place = len(w.Parts[at].Passages) - 1
			}
		}
	}
	return nil
}

// Away makes the references within a passage lead to the whole agreement, for pages that show only
// a part. What people wrote cannot hold the text that is replaced: its quotes are escaped.
func Away(html template.HTML, home string) template.HTML {
	return template.HTML(strings.ReplaceAll(string(html), ` href="#`, ` href="`+home+`#`))
}
