package paper

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/sheet"
	"entente/articles/source"
	"entente/cli/desk"
	"entente/cli/signed"
	"entente/cli/terminal"
	"entente/document/pdf"
	"entente/files"
)

var render = terminal.Command{
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
		desk.FontFlag(f)
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one agreement file, or - for standard input")
		}
		if terminal.Text(f, "signed") == "true" {
			return renderSigned(env, terminal.Text(f, "o"))
		}
		file, content, err := desk.Agreement(env, env.Args[0])
		if err != nil {
			return err
		}
		if n := source.Count(file.Check(), agreement.Error); n > 0 {
			fmt.Fprintf(env.Stderr, "%s: the draft has %s; `entente check` lists them\n", file.Name, terminal.Count(n, "error"))
		}
		out := terminal.Text(f, "o")
		var b strings.Builder
		fonts, err := desk.Fonts(f)
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
func renderSigned(env *terminal.Env, out string) error {
	if filepath.Ext(out) != ".pdf" {
		return terminal.Misusef("what was signed is a PDF: name a file that ends in .pdf with -o")
	}
	p, err := signed.Package(env.Args[0])
	if err != nil {
		return err
	}
	if err := desk.WriteSigned(env, out, p); err != nil {
		return fmt.Errorf("%s: %w", env.Args[0], err)
	}
	return nil
}

func write(w io.Writer, a articles.Agreement, content []byte, kind string, fonts []pdf.Font, warn io.Writer) error {
	if kind == ".csv" {
		_, err := w.Write(sheet.CSV(sheet.Rows(a)))
		return err
	}
	err := desk.WriteDocument(w, a.Draft(), a.Moment(), content, kind, fonts, warn)
	if errors.Is(err, desk.ErrForm) {
		return terminal.Misusef("%q is %v: name a file that ends in .md, .html, .docx, .pdf or .csv", kind, err)
	}
	return err
}
