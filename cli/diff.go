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
	"entente/cli/signed"
	"entente/document"
	"entente/document/docx"
	"entente/document/html"
	"entente/document/markdown"
	"entente/document/redline"
	"entente/files"
	"entente/ledger/bundle"
)

var diff = Command{
	Name: "diff", Args: "OLD NEW | --template FILE [-o OUT.html|.docx|.md] [--author NAME] [--date DATE]", Help: "compare two versions of an agreement, by clause and by word",
	Long: `
Prints the changed terms, and then the changed text under its clauses: [-what is gone-] and
{+what is new+}. A row or paragraph that only stands elsewhere has moved. The exit status is 0 whether or
not the versions differ.

Each of the two may be an agreement file, also one that still has errors; a signed package; a bundle of the
ledger, which says the version that both signed last; a PDF, signed or not; or a .docx that came back, with
the terms that were changed in it. What was signed is compared in the words that were signed. Nothing is
verified: that is ` + "`entente verify`" + `.

With --template one file is compared with what the template makes of its terms: the redline shows where the
words are your own.

A .html is one page with the whole text. A .docx has tracked changes, with the author and the date
given, that a reader accepts or rejects one by one; the changed terms are printed beside it, because
they are no part of the agreement.`,
	Flags: func(f *flag.FlagSet) {
		redlineFlags(f)
		f.Bool("template", false, "compare one file with the template’s words for its terms")
	},
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		alone := text(f, "template") == "true"
		if len(env.Args) != 2 && !alone {
			return misusef("name two agreement files, the old one and the new one")
		}
		if len(env.Args) != 1 && alone {
			return misusef("name one agreement file; it is compared with the template’s words")
		}
		by, err := authorOf(env, f)
		if err != nil {
			return err
		}
		new, err := said(env, env.Args[len(env.Args)-1])
		if err != nil {
			return err
		}
		old := signed.Text{Terms: new.Terms, Wording: new.Terms.Complete().Template()}
		if !alone {
			if old, err = said(env, env.Args[0]); err != nil {
				return err
			}
		}
		return compare(old, new).put(env, text(f, "o"), by, new.File)
	},
}

// said is what a file says, of whatever kind it is.
func said(env *Env, name string) (signed.Text, error) {
	content, shown, err := contentOf(env, name)
	if err != nil {
		return signed.Text{}, err
	}
	t, err := signed.TextOf(shown, content)
	if err != nil {
		return signed.Text{}, fmt.Errorf("%s cannot be compared: %w", shown, err)
	}
	if t.Apart != "" {
		fmt.Fprintf(env.Stderr, "%s: %s\n", shown, t.Apart)
	}
	return t, nil
}

// contentOf reads a file of any kind, or standard input, and says what to call it.
func contentOf(env *Env, name string) (content []byte, shown string, err error) {
	if name != "-" {
		content, err = readAtMost(name, bundle.MaxBytes)
		if err != nil {
			err = misusef("opening the agreement: %v", err)
		}
		return content, name, err
	}
	content, err = io.ReadAll(io.LimitReader(env.Stdin, bundle.MaxBytes+1))
	return content, "stdin", err
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

func compare(old, new signed.Text) comparison {
	old.Wording.Version, old.Wording.Notice = new.Wording.Version, new.Wording.Notice // nobody changed which version it is
	return comparison{redline.Compare(old.Wording, new.Wording), changes.Between(old.Terms, new.Terms)}
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
