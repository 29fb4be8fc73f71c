package signing

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"entente/articles"
	"entente/document"
	"entente/document/markdown"
	"entente/document/pdf"
	"entente/document/pdf/archive"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// Bind makes the package of an agreement: its terms, wording and pages are fixed from here on.
// An agreement with errors is not bound; the caller checks it first.
func Bind(a articles.Agreement, previous *seal.Digest) (Package, error) {
	a = a.Complete()
	terms, err := canonical.Marshal(a)
	if err != nil {
		return Package{}, fmt.Errorf("writing the terms: %w", err)
	}
	d := a.Wording()
	wording, err := canonical.Marshal(d)
	if err != nil {
		return Package{}, fmt.Errorf("writing the wording: %w", err)
	}
	text := markdown.Of(d)
	pages, err := printed(a, d, terms)
	if err != nil {
		return Package{}, err
	}
	template, err := seal.ParseDigest(articles.CurrentTemplate().Digest)
	if err != nil {
		return Package{}, fmt.Errorf("naming the template: %w", err)
	}
	shown := seal.Sum(pages)
	m := Manifest{Format: manifestForm, Number: a.Agreement.Number, Edition: a.Edition, Terms: seal.Sum(terms), Wording: seal.Sum(wording),
		Markdown: seal.Sum(text), Template: template, Attachments: []AttachmentRef{}, Previous: previous, PDF: &shown, Press: pdf.Press}
	for _, at := range a.Agreement.Attachments {
		digest, err := seal.ParseDigest(at.Digest)
		if err != nil {
			return Package{}, fmt.Errorf("attachment %q: %w", at.Name, err)
		}
		m.Attachments = append(m.Attachments, AttachmentRef{at.Name, digest})
	}
	manifest, err := canonical.Marshal(m)
	if err != nil {
		return Package{}, fmt.Errorf("writing the manifest: %w", err)
	}
	return Package{packageForm, manifest, terms, wording, string(text), pages, []SignedStatement{}}, nil
}

// TermsFile is the name of the terms within the PDF that is signed: canonical JSON, which the agreement
// file may be as well.
const TermsFile = "agreement.json"

// printed is the wording as the PDF that is signed. It carries the terms, so that whoever has the PDF
// has both; it is set in our own fonts alone, so that every node makes the same.
func printed(a articles.Agreement, d document.Document, terms []byte) ([]byte, error) {
	of := seal.Sum(terms)
	if file, ok := recent.find(of); ok {
		return file, nil
	}
	var b bytes.Buffer
	err := pdf.Write(&b, d, pdf.Setting{At: a.Moment(), Signers: signers(a), Source: archive.Source{Name: TermsFile, MediaType: "application/json",
		About: "The terms of this agreement, as they are signed", Data: terms}})
	if err != nil {
		return nil, err
	}
	recent.keep(of, b.Bytes())
	return b.Bytes(), nil
}

// recent are the PDFs set last: each version is set by everyone who checks it, several times over.
var recent shelfOfPrints

// A shelfOfPrints keeps a few PDFs by the terms that they are of.
type shelfOfPrints struct {
	mu    sync.Mutex
	files []print // the newest first
}

type print struct {
	terms seal.Digest
	file  []byte
}

const mostPrints = 8

func (s *shelfOfPrints) find(terms seal.Digest) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.files, func(p print) bool { return p.terms == terms })
	if i < 0 {
		return nil, false
	}
	return bytes.Clone(s.files[i].file), true
}

func (s *shelfOfPrints) keep(terms seal.Digest, file []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files = append([]print{{terms, bytes.Clone(file)}}, s.files...)
	s.files = s.files[:min(len(s.files), mostPrints)]
}

// Restates reports whether a package, whoever made it, binds the very terms and words that another
// does, after the same version: then it may be signed in its place. Its manifest may be of an earlier
// form, and its PDF packed otherwise, but the PDF shows the same pages.
func (p Package) Restates(fresh Package) bool {
	m, err := p.Read()
	want, err2 := fresh.Read()
	if err != nil || err2 != nil {
		return false
	}
	if m.PDF != nil {
		if same, err := archive.SamePages(p.PDF, fresh.PDF); err != nil || !same || *m.PDF != seal.Sum(p.PDF) {
			return false
		}
	} else if p.PDF != nil {
		return false
	}
	m.Format, m.PDF, m.Press = want.Format, want.PDF, want.Press
	manifest, err := canonical.Marshal(m)
	return err == nil && bytes.Equal(manifest, fresh.Manifest) && bytes.Equal(p.Terms, fresh.Terms) &&
		bytes.Equal(p.Wording, fresh.Wording) && p.Markdown == fresh.Markdown
}
