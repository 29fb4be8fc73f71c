package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/sheet"
	"entente/articles/signing"
	"entente/articles/source"
	"entente/cli/signed"
	"entente/document"
	"entente/document/docx"
	"entente/document/html"
	"entente/document/markdown"
	"entente/document/pdf"
	"entente/document/pdf/archive"
	"entente/files"
)

var render = Command{
	Name: "render", Args: "[--font FONT.ttf] [--signed] FILE -o OUT.md|.html|.docx|.pdf|.csv", Help: "write the agreement as a contract: Markdown, HTML, Word or PDF; or its terms as CSV",
	Long: `
The kind of output follows from the name given with -o; without -o, Markdown goes to standard output.
An agreement that still has errors is rendered too, so that it can be read while it is drafted;
what is missing shows as [to be completed].

A .docx is for word processors: numbered headings, contents, links, tick boxes to tick. It carries FILE
within it, byte for byte. A .csv has the terms alone, by their paths; ` + "`entente import`" + ` reads both.

A PDF carries FILE within it too, as the source that it was made from, and says what is needed to
keep it: metadata, language, colours. It is set in fonts of its own for the Latin, Greek and Cyrillic scripts. What they lack is set in
the first --font that has it, and shown by its number if none has; standard error says where.

With --signed it is the PDF that the parties signed, with their signatures in it (PAdES) as far as they
were given: FILE is then a signed agreement file, its signed package, or a bundle of the ledger. It is
always set in our own fonts, so that everyone has the same bytes.`,
	Flags: func(f *flag.FlagSet) {
		f.String("o", "", "the output `file`")
		f.Bool("signed", false, "the PDF that was signed, with the signatures")
		f.Var(&fontFiles{}, "font", "a TrueType `file` for characters that a PDF's own fonts lack; may be repeated")
	},
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		if len(env.Args) != 1 {
			return misusef("name one agreement file, or - for standard input")
		}
		if text(f, "signed") == "true" {
			return renderSigned(env, text(f, "o"))
		}
		file, content, err := openAgreement(env, env.Args[0])
		if err != nil {
			return err
		}
		if n := source.Count(file.Check(), agreement.Error); n > 0 {
			fmt.Fprintf(env.Stderr, "%s: the draft has %s; `entente check` lists them\n", file.Name, count(n, "error"))
		}
		out := text(f, "o")
		var b strings.Builder
		fonts, err := readFonts(*f.Lookup("font").Value.(*fontFiles))
		if err != nil {
			return err
		}
		if err := write(&b, file.Agreement, content, filepath.Ext(out), fonts, env.Stderr); err != nil {
			return err
		}
		if out == "" || out == "-" {
			_, err := io.WriteString(env.Stdout, b.String())
			return err
		}
		return files.WriteFile(out, []byte(b.String()), 0o644)
	},
}

// renderSigned writes the PDF that was signed, and says whose signature is not in it.
func renderSigned(env *Env, out string) error {
	if filepath.Ext(out) != ".pdf" {
		return misusef("what was signed is a PDF: name a file that ends in .pdf with -o")
	}
	p, err := signed.Package(env.Args[0])
	if err != nil {
		return err
	}
	if err := writeSigned(env, out, p); err != nil {
		return fmt.Errorf("%s: %w", env.Args[0], err)
	}
	return nil
}

func writeSigned(env *Env, out string, p signing.Package) error {
	file, missing, err := signed.SignedPDF(p)
	if err != nil {
		return err
	}
	for _, party := range missing {
		fmt.Fprintf(env.Stderr, "%s: the PDF has no signature of %s\n", out, party.Label())
	}
	return files.WriteFile(out, file, 0o644)
}

// fontFiles are the names that --font gave.
type fontFiles []string

func (f *fontFiles) String() string { return "" }

func (f *fontFiles) Set(s string) error {
	*f = append(*f, s)
	return nil
}

func readFonts(names fontFiles) ([]pdf.Font, error) {
	var all []pdf.Font
	for _, name := range names {
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

func write(w io.Writer, a articles.Agreement, content []byte, kind string, fonts []pdf.Font, warn io.Writer) error {
	if kind == ".csv" {
		_, err := w.Write(sheet.CSV(sheet.Rows(a)))
		return err
	}
	err := writeDocument(w, a.Draft(), a.Moment(), content, kind, fonts, warn)
	if errors.Is(err, errForm) {
		return misusef("%q is %v: name a file that ends in .md, .html, .docx, .pdf or .csv", kind, err)
	}
	return err
}

// errForm is that there is no such form of a document.
var errForm = errors.New("no kind of output")

// writeDocument writes a text in the form that a name's ending asks for, with the agreement file that it was
// made from within it where the form has room. The error is errForm if there is no such form.
func writeDocument(w io.Writer, d document.Document, at time.Time, content []byte, kind string, fonts []pdf.Font, warn io.Writer) error {
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
	return errForm
}
