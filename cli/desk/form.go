package desk

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"entente/agreement"
	"entente/articles/signing"
	"entente/cli/signed"
	"entente/cli/terminal"
	"entente/document"
	"entente/document/docx"
	"entente/document/html"
	"entente/document/markdown"
	"entente/document/pdf"
	"entente/document/pdf/archive"
	"entente/files"
)

// WriteSigned writes the PDF that was signed, and says whose signature is not in it.
func WriteSigned(env *terminal.Env, out string, p signing.Package) error {
	file, missing, err := signed.SignedPDF(p)
	if err != nil {
		return err
	}
	for _, party := range missing {
		fmt.Fprintf(env.Stderr, "%s: the PDF has no signature of %s\n", out, party.Label())
	}
	return files.WriteFile(out, file, 0o644)
}

// FontFlag is for fonts beside a PDF's own.
func FontFlag(f *flag.FlagSet) {
	f.Var(&fontFiles{}, "font", "a TrueType `file` for characters that a PDF's own fonts lack; may be repeated")
}

// fontFiles are the names that --font gave.
type fontFiles []string

func (f *fontFiles) String() string { return "" }

func (f *fontFiles) Set(s string) error {
	*f = append(*f, s)
	return nil
}

// Fonts are those that FontFlag names.
func Fonts(f *flag.FlagSet) ([]pdf.Font, error) {
	var all []pdf.Font
	for _, name := range *f.Lookup("font").Value.(*fontFiles) {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f, err := pdf.ParseFont(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, f)
	}
	return all, nil
}

// tellGaps says what the PDF shows by number only, and what helps.
func tellGaps(w io.Writer, gaps []pdf.Gap) {
	for _, g := range gaps {
		where := "the title page"
		if g.Clause != "" {
			where = agreement.Clause(g.Clause).Cite()
		}
		if g.Lacking != "" {
			fmt.Fprintf(w, "%s: no font has %s, which the PDF shows by number; --font FILE.ttf gives a font that has them\n", where, pdf.Named(g.Lacking))
		}
		if g.Never != "" {
			fmt.Fprintf(w, "%s: a PDF shows %s by number, whatever its fonts; render as .html to read them\n", where, pdf.Named(g.Never))
		}
	}
}

// ErrForm is that there is no such form of a document.
var ErrForm = errors.New("no kind of output")

// WriteDocument writes a text in the form that a name's ending asks for, with the agreement file that it was
// made from within it where the form has room. The error is ErrForm if there is no such form.
func WriteDocument(w io.Writer, d document.Document, at time.Time, content []byte, kind string, fonts []pdf.Font, warn io.Writer) error {
	switch kind {
	case "", ".md", ".markdown":
		_, err := w.Write(markdown.Of(d))
		return err
	case ".html", ".htm":
		return html.Write(w, d)
	case ".docx":
		return docx.Write(w, d, at, content)
	case ".pdf":
		tellGaps(warn, pdf.Gaps(d, fonts...))
		source := archive.Source{Name: "agreement.yaml", MediaType: "application/yaml", About: "The agreement file that this document was made from", Data: content}
		return pdf.Write(w, d, pdf.Setting{At: at, Source: source, Fonts: fonts})
	}
	return ErrForm
}
