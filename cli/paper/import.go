package paper

import (
	"context"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"entente/articles"
	"entente/articles/intake"
	"entente/articles/proposal"
	"entente/articles/sheet"
	"entente/articles/source"
	"entente/cli/desk"
	"entente/cli/terminal"
	"entente/document/incoming"
)

var importCommand = terminal.Command{
	Name: "import", Args: "FILE.docx [--sent AGREEMENT] [-o NEW.yaml] [--json] | FILE.pdf|BUNDLE.zip [-o NEW.yaml] | --from csv|cover-page FILE [-o NEW.yaml] [--json]", Help: "read a document that came back, a cover page or a sheet of terms",
	Long: `
Reads what was changed in a .docx that ` + "`entente render`" + ` wrote: the terms, where the agreement says with
them what the document now says; and, as points to decide, everything else that was written, taken out,
moved or ticked. Comments are listed with their clauses. Tracked changes count as accepted, and their
authors and dates are shown. Nothing is dropped.

The document is compared with the agreement file that it carries or, with --sent, with your own: then a
change of the file that it carries counts for nothing. -o writes the agreement with the changed terms. It
is a proposal and nothing is signed by it, whatever stands in the document's signature block.

From a PDF that Entente wrote it takes the agreement that the PDF carries: the file of a draft, byte for
byte, or the terms of what was signed. Nobody edits a PDF, so nothing is compared.

From a bundle of the ledger it takes the agreement file of the version that both signed last, byte for byte,
and writes the documents that it attaches beside it.

With --from csv, FILE is a sheet of two columns, path and value, such as ` + "`entente render -o terms.csv`" + `
writes. With --from cover-page it is a Markdown page or .docx with tables of terms and values, or with
headings and what stands under them. -o writes a new agreement with the terms that were recognised; what
was not is listed.`,
	Flags: func(f *flag.FlagSet) {
		f.String("o", "", "write the proposed agreement to this `file`")
		f.String("from", "document", "the `kind` of file: document, csv or cover-page")
		f.String("sent", "", "the agreement `file` from which the document was made")
		f.Bool("json", false, "print what was found as JSON")
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name the document that came back")
		}
		if strings.EqualFold(filepath.Ext(env.Args[0]), ".pdf") {
			return extract(env, env.Args[0], terminal.Text(f, "o"))
		}
		if strings.EqualFold(filepath.Ext(env.Args[0]), ".zip") {
			return unbundle(env, env.Args[0], terminal.Text(f, "o"))
		}
		r, a, err := readIn(env, terminal.Text(f, "from"), env.Args[0], terminal.Text(f, "sent"))
		if err != nil {
			return err
		}
		if out := terminal.Text(f, "o"); out != "" {
			if err := writeProposal(env, out, a); err != nil {
				return err
			}
			if len(r.Terms) == 0 && len(r.Open) > 0 {
				fmt.Fprintf(env.Stderr, "%s: nothing that was found is a term, so it says what it said before; the points are yours to decide\n", out)
			}
		}
		if terminal.Text(f, "json") == "true" {
			return terminal.JSON(env.Stdout, r)
		}
		_, err = io.WriteString(env.Stdout, r.String())
		return err
	},
}

// readIn is what a file says, and the agreement that it proposes.
func readIn(env *terminal.Env, kind, name, sent string) (imported, articles.Agreement, error) {
	if kind != "document" && sent != "" {
		return imported{}, articles.Agreement{}, terminal.Misusef("--sent is for documents that came back")
	}
	switch kind {
	case "document":
		c, err := readCopy(name)
		if err != nil {
			return imported{}, articles.Agreement{}, err
		}
		file, err := sentAgreement(env, c, name, sent)
		if err != nil {
			return imported{}, articles.Agreement{}, err
		}
		p := proposal.Read(file.Agreement, c)
		return importedOf(file.Agreement.Agreement.Number, p), p.Agreement, nil
	case "csv", "cover-page":
		rows, err := readSheet(kind, name)
		if err != nil {
			return imported{}, articles.Agreement{}, fmt.Errorf("%s cannot be read: %w", name, err)
		}
		a, rest := sheet.Terms(rows)
		if kind == "cover-page" {
			a, _, rest = sheet.Cover(rows)
		}
		return filledIn(a, rest), a, nil
	}
	return imported{}, articles.Agreement{}, terminal.Misusef("--from says what the file is: document, csv or cover-page")
}

func readSheet(kind, name string) ([]sheet.Row, error) {
	if kind == "cover-page" && strings.EqualFold(filepath.Ext(name), ".docx") {
		b, err := terminal.ReadAtMost(name, incoming.MaxBytes)
		if err != nil {
			return nil, err
		}
		c, err := incoming.Read(b)
		if err != nil {
			return nil, err
		}
		return sheet.Document(c)
	}
	b, err := terminal.ReadAtMost(name, sheet.MaxBytes)
	switch {
	case err != nil:
		return nil, err
	case kind == "csv":
		return sheet.ReadCSV(b)
	}
	return sheet.Markdown(b)
}

func readCopy(name string) (*incoming.Copy, error) {
	b, err := terminal.ReadAtMost(name, incoming.MaxBytes)
	if err != nil {
		return nil, terminal.Misusef("opening the document: %v", err)
	}
	c, err := incoming.Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	return c, nil
}

// sentAgreement is the agreement that a document was made from: the one that is named or, if none is, the
// one that the document carries.
func sentAgreement(env *terminal.Env, c *incoming.Copy, name, sent string) (*source.File, error) {
	if sent != "" {
		file, content, err := desk.Agreement(env, sent)
		switch {
		case err != nil:
			return nil, err
		case c.Wording != "" && !intake.Worded(file.Agreement, c):
			return nil, fmt.Errorf("%s was not made from %s by this release: name the very file that was sent", name, sent)
		case c.Source != nil && string(c.Source) != string(content):
			fmt.Fprintf(env.Stderr, "the agreement file within %s is not %s; it was not used\n", name, sent)
		}
		return file, nil
	}
	if c.Source == nil {
		return nil, fmt.Errorf("%s carries no agreement file: name the one from which it was made with --sent", name)
	}
	file, _ := source.Read("the file within "+name, c.Source)
	if !intake.Worded(file.Agreement, c) {
		return nil, fmt.Errorf("%s was written by another release of Entente, or the agreement file within it was changed: read it with the release that wrote it, or name your own file with --sent", name)
	}
	fmt.Fprintf(env.Stderr, "compared with the agreement file that %s carries; --sent compares with your own\n", name)
	return file, nil
}
