package cli

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"entente/articles/changes"
	"entente/calendar"
	"entente/document"
	"entente/document/docx"
	"entente/document/html"
	"entente/document/markdown"
	"entente/document/redline"
	"entente/files"
)

var diff = Command{
	Name: "diff", Args: "OLD NEW [-o OUT.html|.docx|.md] [--author NAME] [--date DATE]", Help: "compare two versions of an agreement, by clause and by word",
	Long: `
Prints the changed terms, and then the changed text under its clauses: [-what is gone-] and
{+what is new+}. A row or paragraph that only stands elsewhere has moved. Either file may still have
errors. The exit status is 0 whether or not the versions differ.

A .html is one page with the whole text. A .docx has tracked changes, with the author and the date
given, that a reader accepts or rejects one by one; the changed terms are printed beside it, because
they are no part of the agreement.`,
	Flags: redlineFlags,
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		if len(env.Args) != 2 {
			return misusef("name two agreement files, the old one and the new one")
		}
		by, err := authorOf(env, f)
		if err != nil {
			return err
		}
		old, _, err := openAgreement(env, env.Args[0])
		if err != nil {
			return err
		}
		new, content, err := openAgreement(env, env.Args[1])
		if err != nil {
			return err
		}
		c := comparison{redline.Compare(old.Agreement.Draft(), new.Agreement.Draft()), changes.Between(old.Agreement, new.Agreement)}
		return c.put(env, text(f, "o"), by, content)
	},
}

func redlineFlags(f *flag.FlagSet) {
	f.String("o", "", "the output `file`")
	f.String("author", "Entente", "the `name` beside the tracked changes of a .docx")
	f.String("date", "", "the `date` beside the tracked changes of a .docx; today if not given")
}

func authorOf(env *Env, f *flag.FlagSet) (docx.Author, error) {
	by := docx.Author{Name: text(f, "author"), At: env.Now()}
	if date := text(f, "date"); date != "" {
		d, err := calendar.ParseDate(date)
		if err != nil {
			return by, misusef("--date: %v", err)
		}
		by.At = time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	}
	return by, nil
}

// A comparison is what two versions of an agreement change: the text, and the terms.
type comparison struct {
	text  redline.Redline
	terms []changes.Change
}

// put writes a comparison to a file, or prints it.
func (c comparison) put(env *Env, out string, by docx.Author, content []byte) error {
	if out == "" || out == "-" {
		return c.print(env)
	}
	var b bytes.Buffer
	if err := c.write(&b, filepath.Ext(out), by, content); err != nil {
		return err
	}
	if filepath.Ext(out) == ".docx" {
		c.printTerms(env.Stdout)
	}
	return files.WriteFile(out, b.Bytes(), 0o644)
}

func (c comparison) write(w io.Writer, kind string, by docx.Author, content []byte) error {
	switch kind {
	case ".html", ".htm":
		return html.Redline(w, c.text, changes.Table(c.terms))
	case ".docx":
		return docx.WriteRedline(w, c.text, by, content)
	case ".md", ".markdown":
		_, err := w.Write(markdown.Redline(c.text, changes.Table(c.terms)))
		return err
	}
	return misusef("%q is no kind of output: name a file that ends in .html, .docx or .md", kind)
}

func (c comparison) printTerms(w io.Writer) {
	if len(c.terms) == 0 {
		fmt.Fprintln(w, "No term has changed.")
		return
	}
	fmt.Fprintf(w, "%s:\n", count(len(c.terms), "changed term"))
	for _, t := range c.terms {
		fmt.Fprintf(w, "  %s: %s: %s -> %s\n", t.Clause.Cite(), flatly(t.Path), stated(t.Old), stated(t.New))
	}
}

// stated is a value on one line; none is said so.
func stated(s string) string {
	if s == "" {
		return "(none)"
	}
	return flatly(s)
}

// flatly is text on one line, in which nothing can be hidden from a terminal's reader.
func flatly(s string) string { return strings.ReplaceAll(document.Visible(s), "\n", " ") }

func (c comparison) print(env *Env) error {
	c.printTerms(env.Stdout)
	if !c.text.Changed() {
		fmt.Fprintln(env.Stdout, "The text is the same.")
		return nil
	}
	p := pen{colour: coloured(env)}
	for _, l := range c.text.Excerpt() {
		p.line(l)
	}
	_, err := io.WriteString(env.Stdout, p.out.String())
	return err
}

// coloured reports whether standard output is a terminal whose owner has nothing against colours.
func coloured(env *Env) bool {
	f, ok := env.Stdout.(*os.File)
	if !ok || env.Getenv("NO_COLOR") != "" || env.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// A pen writes a redline for a terminal.
type pen struct {
	colour bool
	out    strings.Builder
}

var inks = map[redline.Change]struct{ open, shut, colour string }{
	redline.Deleted:  {"[-", "-]", "\x1b[31m"},
	redline.Inserted: {"{+", "+}", "\x1b[32m"},
}

func (p *pen) line(l redline.Line) {
	switch {
	case l.Kind.Heading():
		p.out.WriteString("\n")
	default:
		p.out.WriteString(strings.Repeat("  ", l.Depth+1))
	}
	switch l.Change {
	case redline.Left:
		p.out.WriteString("(moved from here) ")
	case redline.Arrived:
		p.out.WriteString("(moved here) ")
	}
	if l.Changed() {
		p.words(redline.Deleted, l.Marks.Old)
		p.words(redline.Inserted, l.Marks.New)
		p.out.WriteString(" ")
	} else if l.Mark() != "" {
		p.words(markChange(l), l.Mark())
		p.out.WriteString(" ")
	}
	for i, cell := range l.Cells {
		if i > 0 {
			p.out.WriteString(" | ")
		}
		for _, s := range cell {
			p.words(s.Change, s.Text)
		}
	}
	p.out.WriteString("\n")
}

// markChange is what has become of the mark of a line that is new or gone.
func markChange(l redline.Line) redline.Change {
	if l.Change == redline.Inserted || l.Change == redline.Deleted {
		return l.Change
	}
	return redline.Kept
}

func (p *pen) words(c redline.Change, s string) {
	ink, changed := inks[c]
	switch s = strings.ReplaceAll(s, "\n", " "); {
	case s == "":
	case !changed:
		p.out.WriteString(s)
	case p.colour:
		p.out.WriteString(ink.colour + ink.open + s + ink.shut + "\x1b[0m")
	default:
		p.out.WriteString(ink.open + s + ink.shut)
	}
}
