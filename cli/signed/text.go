package signed

import (
	"bytes"
	"errors"
	"fmt"

	"entente/articles"
	"entente/articles/draft"
	"entente/articles/proposal"
	"entente/articles/signing"
	"entente/articles/source"
	"entente/document"
	"entente/document/docx"
	"entente/document/incoming"
	"entente/document/pdf/archive"
	"entente/document/pdf/object"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// A Text is what a file says, from whatever kind of file: the terms, and the words under their label.
type Text struct {
	Terms   articles.Agreement
	Wording document.Document
	File    []byte // the agreement file; written anew where only the terms are there
	Apart   string // what the file says beside that, as a sentence; empty if nothing
}

// TextOf is what a file says: an agreement file, a signed package, a PDF or a .docx of ours, or the last signed
// version in a bundle. What was signed is in the words that were signed. It verifies nothing.
func TextOf(name string, content []byte) (Text, error) {
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		c, err := incoming.Read(content)
		if err == nil {
			return returned(c)
		}
		if p, err := fromBundle(content); !errors.Is(err, errNotSigned) {
			return signedText(p, err)
		}
		return Text{}, err
	case bytes.HasPrefix(content, []byte("%PDF-")):
		return printedText(content)
	case bytes.HasPrefix(bytes.TrimSpace(content), []byte("{")):
		return signedText(signing.Parse(content))
	}
	return drafted(name, content, articles.Label{}), nil
}

func drafted(name string, content []byte, label articles.Label) Text {
	f, _ := source.Read(name, content)
	return Text{Terms: f.Agreement, Wording: f.Agreement.Labelled(label), File: content}
}

// signedText is the text of what was signed, with the signatures that it has.
func signedText(p signing.Package, err error) (Text, error) {
	if err != nil {
		return Text{}, err
	}
	a, err := p.Agreement()
	if err != nil {
		return Text{}, err
	}
	t := Text{Terms: *a, File: draft.Write(*a)}
	if t.Wording, err = p.Document(); p.Wording == nil { // a PDF carries the terms, and the words on its pages
		t.Wording, err = a.Wording(), nil
		if m, wrong := p.Read(); wrong != nil || !worded(t.Wording, m) {
			t.Apart = "its pages have the words of another release; those that this release makes of its terms are compared"
		}
	}
	if len(p.Signatures) < 2 {
		t.Wording = articles.Label{}.On(t.Wording)
	}
	return t, err
}

// worded reports whether a wording is the one that a manifest fixes.
func worded(d document.Document, m signing.Manifest) bool {
	b, err := canonical.Marshal(d)
	return err == nil && seal.Sum(b) == m.Wording
}

// printedText is the text of a PDF: what was signed, or the file that a draft carries.
func printedText(content []byte) (Text, error) {
	p, err := signing.FromPDF(content)
	if !errors.Is(err, signing.ErrUnsigned) {
		return signedText(p, err)
	}
	f, err := object.Read(content)
	if err != nil {
		return Text{}, err
	}
	within, ok, err := archive.Attached(f)
	if err == nil && !ok {
		err = signing.ErrNoTerms
	}
	if err != nil {
		return Text{}, err
	}
	if within.Name == signing.TermsFile {
		a, err := articles.ParseTerms(within.Data)
		if err != nil {
			return Text{}, err
		}
		within.Data = draft.Write(*a)
	}
	return drafted(within.Name, within.Data, labelOf(f)), nil
}

// returned is the text of a document for word processors: the agreement that it carries, with the terms that
// somebody changed in the document.
func returned(c *incoming.Copy) (Text, error) {
	if c.Source == nil {
		return Text{}, errors.New("it carries no agreement file; `entente import --sent` reads it beside the one from which it was made")
	}
	f, _ := source.Read("the file within it", c.Source)
	label := articles.ParseLabel(c.Version)
	if c.Wording != docx.Fingerprint(f.Agreement.Labelled(label)) {
		return Text{}, errors.New("it was written by another release of Entente, or the agreement file within it was changed")
	}
	p := proposal.Read(f.Agreement, c)
	t := Text{Terms: p.Agreement, Wording: p.Agreement.Labelled(label), File: c.Source}
	if len(p.Terms) > 0 {
		t.File = draft.Write(p.Agreement)
	}
	if n := len(p.Open) + len(p.Comments); n > 0 {
		t.Apart = fmt.Sprintf("the document also has %d changes and comments that no term says; `entente import` lists them", n)
	}
	return t, nil
}
