package desk

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"entente/articles/changes"
	"entente/calendar"
	"entente/cli/signed"
	"entente/cli/terminal"
	"entente/document"
	"entente/document/docx"
	"entente/document/html"
	"entente/document/markdown"
	"entente/document/redline"
	"entente/files"
)

// RedlineFlags say where a comparison goes, and whose its tracked changes are.
func RedlineFlags(f *flag.FlagSet) {
	f.String("o", "", "the output `file`")
	f.String("author", "Entente", "the `name` beside the tracked changes of a .docx")
	f.String("date", "", "the `date` beside the tracked changes of a .docx; today if not given")
}

// Author is whose the tracked changes of a comparison are, and of when.
func Author(env *terminal.Env, f *flag.FlagSet) (docx.Author, error) {
	by := docx.Author{Name: terminal.Text(f, "author"), At: env.Now()}
	if date := terminal.Text(f, "date"); date != "" {
		d, err := calendar.ParseDate(date)
		if err != nil {
			return by, terminal.Misusef("--date: %v", err)
		}
		by.At = time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	}
	return by, nil
}

// A Comparison is what two versions of an agreement change: the text, and the terms.
type Comparison struct {
	text  redline.Redline
	terms []changes.Change
}

// Compare finds what two versions change.
func Compare(old, new signed.Text) Comparison {
	old.Wording.Version, old.Wording.Notice = new.Wording.Version, new.Wording.Notice // nobody changed which version it is
	return Comparison{redline.Compare(old.Wording, new.Wording), changes.Between(old.Terms, new.Terms)}
}

// Put writes a comparison to a file, or prints it.
func (c Comparison) Put(env *terminal.Env, out string, by docx.Author, content []byte) error {
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

func (c Comparison) write(w io.Writer, kind string, by docx.Author, content []byte) error {
	switch kind {
	case ".html", ".htm":
		return html.Redline(w, c.text, changes.Table(c.terms))
	case ".docx":
		return docx.WriteRedline(w, c.text, by, content)
	case ".md", ".markdown":
		_, err := w.Write(markdown.Redline(c.text, changes.Table(c.terms)))
		return err
	}
	return terminal.Misusef("%q is no kind of output: name a file that ends in .html, .docx or .md", kind)
}

func (c Comparison) printTerms(w io.Writer) {
	if len(c.terms) == 0 {
		fmt.Fprintln(w, "No term has changed.")
		return
	}
	fmt.Fprintf(w, "%s:\n", terminal.Count(len(c.terms), "changed term"))
	for _, t := range c.terms {
		fmt.Fprintf(w, "  %s: %s: %s -> %s\n", t.Clause.Cite(), terminal.Flatly(t.Path), terminal.Stated(t.Old), terminal.Stated(t.New))
	}
}

func (c Comparison) print(env *terminal.Env) error {
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

// Apart are two texts, the words in which they differ marked; where they have too little in common, one after
// the other.
func Apart(old, new string) (lines []string) {
	line := func(s string) []redline.Line {
		if s == "" {
			return nil
		}
		return []redline.Line{{Kind: redline.Paragraph, Cells: [][]redline.Span{{{Run: document.Run{Text: terminal.Flatly(s)}}}}}}
	}
	for _, l := range redline.Between(line(old), line(new)) {
		var p pen
		for _, s := range l.Cells[0] {
			p.words(s.Change, s.Text)
		}
		lines = append(lines, p.out.String())
	}
	return lines
}
