// Package intake finds the agreement in whatever file somebody has of it: an agreement file, a document or a PDF
// of ours, or the bundle of a ledger.
//
// It reads and judges nothing: what it finds is a draft again, whoever signed what it was taken from.
package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/proposal"
	"entente/articles/signing"
	"entente/articles/source"
	"entente/document/docx"
	"entente/document/incoming"
	"entente/document/pdf/archive"
	"entente/document/pdf/object"
	"entente/ledger/bundle"
)

// A Find is what was found in a file.
type Find struct {
	Kind        string // what the file is: "an agreement file", "a document"
	Terms       articles.Agreement
	Attachments map[string][]byte // those that the file holds, by digest
	Open        []proposal.Point  // of a document that was edited: what no term says, for a person to decide
}

// ErrNothing means that a file has no agreement in it.
var ErrNothing = errors.New("it is no agreement file (YAML), and no document, PDF or bundle of Entente")

// Read finds the agreement in a file, by what the file is and not by what it is called. What is wrong with the
// terms is for checking to say.
func Read(content []byte) (Find, error) {
	switch {
	case bytes.HasPrefix(content, []byte("%PDF-")):
		file, err := PDF(content)
		return text("a PDF", file, err)
	case bytes.HasPrefix(content, []byte("PK")):
		return archived(content)
	}
	f, found := source.Read("the file", content)
	if f.Agreement.Edition == "" {
		for _, one := range found {
			if one.Severity == agreement.Error {
				return Find{}, fmt.Errorf("%w: %s", ErrNothing, one.Message)
			}
		}
		return Find{}, ErrNothing
	}
	return Find{Kind: "an agreement file", Terms: f.Agreement}, nil
}

func text(kind string, file []byte, err error) (Find, error) {
	if err != nil {
		return Find{}, err
	}
	f, _ := source.Read("the file within", file)
	return Find{Kind: kind, Terms: f.Agreement}, nil
}

// archived reads a zip archive: a document of a word processor, or a bundle.
func archived(content []byte) (Find, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return Find{}, fmt.Errorf("%w: %w", ErrNothing, err)
	}
	if slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "[Content_Types].xml" }) {
		return document(content)
	}
	if slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Method != zip.Store }) {
		return Find{}, fmt.Errorf("%w: its files are compressed, and those of a bundle are not", ErrNothing)
	}
	_, file, library, err := Bundle(content)
	found, err := text("a bundle", file, err)
	if err != nil {
		return Find{}, err
	}
	found.Attachments = map[string][]byte{}
	for _, at := range found.Terms.Agreement.Attachments {
		if b, err := library.Document(at.Digest); err == nil {
			found.Attachments[at.Digest] = b
		}
	}
	return found, nil
}

// document reads a document that carries the agreement file it was written from, with what was changed in it.
func document(content []byte) (Find, error) {
	c, err := incoming.Read(content)
	switch {
	case err != nil:
		return Find{}, err
	case c.Source == nil:
		return Find{}, errors.New("the document carries no agreement file: it was not written by Entente, or a program took the file out")
	}
	f, _ := source.Read("the file within", c.Source)
	if !Worded(f.Agreement, c) {
		return Find{}, errors.New("the document was written by another release of Entente, or the agreement file within it was changed: bring the agreement file itself")
	}
	p := proposal.Read(f.Agreement, c)
	return Find{Kind: "a document", Terms: p.Agreement, Open: p.Open}, nil
}

// Worded reports whether a document was written from an agreement by this release.
func Worded(a articles.Agreement, c *incoming.Copy) bool {
	return c.Wording == docx.Fingerprint(a.Labelled(articles.ParseLabel(c.Version)))
}

// PDF is the agreement file that a PDF of ours carries: of a draft byte for byte, of what was signed its terms.
func PDF(content []byte) ([]byte, error) {
	f, err := object.Read(content)
	if err != nil {
		return nil, err
	}
	within, ok, err := archive.Attached(f)
	if err == nil && !ok {
		err = signing.ErrNoTerms
	}
	if err != nil || within.Name != signing.TermsFile {
		return within.Data, err
	}
	a, err := articles.ParseTerms(within.Data)
	if err != nil {
		return nil, err
	}
	return draft.Write(*a), nil
}

// Bundle is the agreement file of the version that both parties signed last, with its number and the documents
// that the bundle holds. It does not say whether the bundle is whole.
func Bundle(content []byte) (number int, file []byte, library articles.Library, err error) {
	b, err := bundle.Read(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return 0, nil, nil, err
	}
	v, library, err := signing.LastVersion(b)
	if err != nil {
		return 0, nil, nil, err
	}
	at := slices.IndexFunc(v.Documents, func(d agreement.Document) bool { return d.Name == "agreement.yaml" })
	if at < 0 {
		return 0, nil, nil, fmt.Errorf("version %d has no agreement file", v.Number)
	}
	file, err = library.Document(v.Documents[at].Digest)
	return v.Number, file, library, err
}
