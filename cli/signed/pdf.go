package signed

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/signing"
	"entente/articles/source"
	"entente/document/incoming"
	"entente/document/pdf"
	"entente/document/pdf/archive"
	"entente/document/pdf/object"
	"entente/ledger/bundle"
)

// Package is what the parties signed, from wherever it lies: an agreement file with its signed package
// beside it, a signed package, a signed PDF, or the last signed version in a ledger bundle.
func Package(name string) (signing.Package, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return signing.Package{}, err
	}
	p, err := packageIn(name, content)
	if err != nil {
		return signing.Package{}, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

func packageIn(name string, content []byte) (signing.Package, error) {
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return fromBundle(content)
	case bytes.HasPrefix(content, []byte("%PDF-")):
		return signing.FromPDF(content)
	case bytes.HasPrefix(bytes.TrimSpace(content), []byte("{")):
		return signing.Parse(content)
	}
	return beside(name)
}

// beside is the signed package beside an agreement file.
func beside(name string) (signing.Package, error) {
	content, err := os.ReadFile(Beside(name))
	if errors.Is(err, os.ErrNotExist) {
		return signing.Package{}, fmt.Errorf("it is not signed: there is no %s beside it", Beside(name))
	}
	if err != nil {
		return signing.Package{}, err
	}
	p, err := signing.Parse(content)
	if err != nil {
		return signing.Package{}, fmt.Errorf("%s: %w", Beside(name), err)
	}
	return p, nil
}

func fromBundle(content []byte) (signing.Package, error) {
	b, err := readBundle(content)
	if err != nil {
		return signing.Package{}, err
	}
	return signing.LastSigned(b)
}

// errNotSigned is what a word processor's document is not.
var errNotSigned = errors.New("it is a document for word processors, and nobody signs those: what is signed is a PDF, with a signed package or a bundle of the ledger; `entente import` says what was changed in a document")

// readBundle reads a ledger bundle, and tells it from the other archive that people have of an agreement.
func readBundle(content []byte) (bundle.Bundle, error) {
	b, err := bundle.Read(bytes.NewReader(content), int64(len(content)))
	if err == nil {
		return b, nil
	}
	if _, other := incoming.Read(content); other == nil {
		return b, errNotSigned
	}
	return b, err
}

// SignedPDF is the PDF with the signatures in it, and the parties who are missing there.
func SignedPDF(p signing.Package) (file []byte, missing []agreement.Party, err error) {
	file, in, err := p.SignedPDF()
	for _, party := range agreement.Both {
		if !slices.Contains(in, party) {
			missing = append(missing, party)
		}
	}
	return file, missing, err
}

// verifyPDF judges a signed PDF, or says of a draft whether its pages are those of the file within it.
func verifyPDF(content []byte, keys Keys) ([]bundle.Verdict, error) {
	p, verdicts, err := signing.VerifyPDF(content)
	if errors.Is(err, signing.ErrUnsigned) {
		return verifyDraft(content, keys)
	}
	if err != nil {
		return nil, err
	}
	return append(verdicts, judgeKeys(p, keys)...), nil
}

// verifyDraft says of a PDF without a signature whether its pages are those of the file within it. A draft may
// be without one; what was made to be signed, and what is to be signed with a key that is known, may not.
func verifyDraft(content []byte, keys Keys) ([]bundle.Verdict, error) {
	f, err := object.Read(content)
	if err != nil {
		return nil, err
	}
	within, _, err := archive.Attached(f)
	if err != nil {
		return nil, err
	}
	pages := bundle.Verdict{Subject: "The pages", Why: "They are not what this release makes of the file within it with its own fonts: the PDF was changed, or another release or other fonts set it."}
	again, err := printed(within, labelOf(f))
	if err != nil {
		pages.Why = err.Error() + "."
	} else if same, err := archive.SamePages(content, again); err != nil {
		pages.Why = err.Error() + "."
	} else if same {
		pages.OK, pages.Why = true, "They show what this release makes of the file within it."
	}
	none := bundle.Verdict{Subject: "The signatures", OK: true, Why: "There is none in it: it is a draft, and binds nobody."}
	switch {
	case within.Name == signing.TermsFile:
		none.OK, none.Why = false, "There is none in it, and it was made to be signed."
	case len(keys) > 0:
		none.OK, none.Why = false, "There is none in it, by the key that you named or another: it is a draft, and binds nobody."
	}
	return []bundle.Verdict{
		{Subject: "The file within it", OK: true, Why: fmt.Sprintf("%s, %d bytes, its source.", within.Name, len(within.Data))},
		pages, none,
	}, nil
}

// labelOf is the label that a PDF of ours has at the end of its title.
func labelOf(f *object.File) articles.Label {
	title, err := archive.Title(f)
	if err != nil {
		return articles.Label{} // whoever took it away changed the file, as comparing its pages will say
	}
	parts := strings.Split(title, " · ")
	return articles.ParseLabel(parts[len(parts)-1])
}

// printed is the PDF of the file that a PDF carries: of the terms, if it is one to be signed.
func printed(within archive.Source, label articles.Label) ([]byte, error) {
	if within.Name == signing.TermsFile {
		a, err := articles.ParseTerms(within.Data)
		if err != nil {
			return nil, err
		}
		p, err := signing.Bind(*a, nil)
		return p.PDF, err
	}
	file, _ := source.Read(within.Name, within.Data)
	var b bytes.Buffer
	err := pdf.Write(&b, file.Agreement.Labelled(label), pdf.Setting{At: file.Agreement.Moment(), Source: within})
	return b.Bytes(), err
}
