// Package incoming reads documents that somebody else wrote or edited, as Office Open XML: what a reader sees,
// who changed what, the comments, and what a text cannot say. Such a file is hostile until it is read: its
// work and memory are bounded, nothing in it reaches outside, and what is wrong is said in one line.
package incoming

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	"entente/document"
	"entente/document/docx"
)

// A Copy is a document as it came back from a word processor: what a reader sees when every tracked change
// is accepted, and beside it who changed what, the comments, and what else somebody put into it.
type Copy struct {
	Source   []byte // the agreement file that it was made from; nil if it carries none
	Version  string // what the document said of its version when it was written
	Wording  string // what docx.Fingerprint gave for the document when it was written; empty if that is not known
	Lines    []Line
	Edges    []string // what stands in headers and footers
	Comments []Comment
	Asides   []string // foot- and endnotes
}

// A Line is a paragraph, or a row of a table.
type Line struct {
	Cells    []string      // the text; one for a paragraph
	Row      bool          // of a table
	Table    int           // which table, from 1
	Heading  int           // 1 for sections and 2 for clauses, by the style; 0 for none
	Contents bool          // it stands where the table of contents is
	Gone     bool          // a tracked change takes all of it away; Cells are what it was
	By       []docx.Author // who made tracked changes in it
	Tracked  []Tracked     // those of words
	Oddities []string      // what a text cannot say: a picture, words that are hidden or struck out by hand
}

// A Tracked is words that somebody put into a line, or took out of it.
type Tracked struct {
	By   docx.Author
	Gone bool
	Text string
}

// A Comment is a remark in the margin.
type Comment struct {
	Author docx.Author
	Text   string
	On     string // the words that it hangs on
	Line   int    // the line of the Copy that it hangs on; -1 for none
}

// Read reads a document that came from elsewhere, ours or not. Its work and memory are bounded, whatever
// the bytes are; what is wrong is said in one line.
func Read(file []byte) (*Copy, error) {
	p, err := unpack(file)
	if err != nil {
		return nil, err
	}
	top, err := p.relationsOf("")
	if err != nil {
		return nil, err
	}
	main := ""
	for _, r := range top {
		if r.kind == "officeDocument" {
			main = r.target
		}
	}
	content, ok, err := p.part(main)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("it is not a .docx: it has no text")
	}
	around, err := p.relationsOf(main)
	if err != nil {
		return nil, err
	}
	c := &Copy{}
	if err := p.source(c); err != nil {
		return nil, err
	}
	r := reader{copy: c, lineOf: map[string]int{}, on: map[string]*strings.Builder{}}
	if r.styles, err = p.styles(around); err != nil {
		return nil, err
	}
	if err := r.text(main, content); err != nil {
		return nil, err
	}
	if !r.body {
		return nil, errors.New("it is not a .docx: its text has no body")
	}
	c.Lines = r.lines
	return c, p.beside(&r, around)
}

// source finds the agreement file within, whatever the part that holds it is called.
func (p *parcel) source(c *Copy) error {
	for name := range p.parts {
		if !strings.HasPrefix(name, "customxml/item") || strings.HasPrefix(name, "customxml/itemprops") {
			continue
		}
		content, _, err := p.part(name)
		if err != nil {
			return err
		}
		if !bytes.Contains(content, []byte(docx.SourceNamespace)) {
			continue
		}
		found := false
		var text strings.Builder
		err = elements(name, content, func(within []string, token xml.Token) error {
			switch e := token.(type) {
			case xml.StartElement:
				if len(within) == 0 && e.Name == (xml.Name{Space: docx.SourceNamespace, Local: "agreement"}) {
					found, c.Version, c.Wording = true, attribute(e, "version"), attribute(e, "wording")
				}
			case xml.CharData:
				text.Write(e)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if c.Source != nil {
			return errors.New("it carries two agreement files; one document is one agreement")
		}
		c.Source, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text.String()), ""))
		if err != nil {
			return errors.New("the agreement file within it is damaged")
		}
	}
	return nil
}

// styles are the names of the styles, in small letters, by their ids.
func (p *parcel) styles(around []relation) (map[string]string, error) {
	names := map[string]string{}
	for _, r := range around {
		if r.kind != "styles" {
			continue
		}
		content, _, err := p.part(r.target)
		if err != nil {
			return nil, err
		}
		id := ""
		err = elements(r.target, content, func(within []string, token xml.Token) error {
			e, ok := token.(xml.StartElement)
			switch {
			case !ok:
			case e.Name.Local == "style":
				id = attribute(e, "styleId")
			case e.Name.Local == "name" && parent(within, 1) == "style":
				names[id] = strings.ToLower(attribute(e, "val"))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// beside reads the parts around the text: comments, notes, headers and footers.
func (p *parcel) beside(r *reader, around []relation) error {
	for _, rel := range around {
		switch rel.kind {
		case "comments", "footnotes", "endnotes", "header", "footer":
		case "aFChunk":
			return errors.New("another document is built into it: open it in a word processor and save it again")
		default:
			continue
		}
		content, ok, err := p.part(rel.target)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("it lacks its part %.80q", rel.target)
		}
		part := reader{copy: r.copy, styles: r.styles, lineOf: map[string]int{}, on: map[string]*strings.Builder{}, size: r.size}
		if rel.kind == "comments" {
			part.lineOf, part.on = r.lineOf, r.on
		}
		if err := part.text(rel.target, content); err != nil {
			return err
		}
		r.size = part.size
		for _, l := range part.lines {
			words := strings.Join(append(l.Cells, l.Oddities...), " ")
			switch {
			case l.Gone:
			case rel.kind == "header" || rel.kind == "footer":
				r.copy.Edges = append(r.copy.Edges, words)
			case rel.kind != "comments":
				r.copy.Asides = append(r.copy.Asides, words)
			}
		}
	}
	return nil
}

// comment keeps a remark that has been read.
func (r *reader) comment(e xml.StartElement, text string) {
	id := attribute(e, "id")
	c := Comment{Author: authorIn(e), Text: text, Line: -1}
	if line, ok := r.lineOf[id]; ok {
		c.Line = line
	}
	if on := r.on[id]; on != nil {
		c.On = strings.TrimSpace(on.String())
	}
	r.copy.Comments = append(r.copy.Comments, c)
}

// authorIn is who made a change, and when; the zero time where that is not said.
func authorIn(e xml.StartElement) docx.Author {
	a := docx.Author{Name: shown(attribute(e, "author"))}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(form, attribute(e, "date")); err == nil {
			a.At = at.UTC()
			break
		}
	}
	return a
}

// shown is text that somebody wrote elsewhere, on one line and without anything that cannot be seen.
func shown(s string) string {
	return strings.Join(strings.Fields(document.Seen(s)), " ")
}
