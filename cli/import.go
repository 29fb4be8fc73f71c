package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/proposal"
	"entente/articles/source"
	"entente/document"
	"entente/document/docx"
	"entente/document/incoming"
	"entente/document/redline"
)

var importCommand = Command{
	Name: "import", Args: "FILE.docx [--sent AGREEMENT] [-o NEW.yaml] [--json]", Help: "read a document that came back from a word processor",
	Long: `
Reads what was changed in a .docx that ` + "`entente render`" + ` wrote: the terms, where the agreement says with
them what the document now says; and, as points to decide, everything else that was written, taken out,
moved or ticked. Comments are listed with their clauses. Tracked changes count as accepted, and their
authors and dates are shown. Nothing is dropped.

The document is compared with the agreement file that it carries or, with --sent, with your own: then a
change of the file that it carries counts for nothing. -o writes the agreement with the changed terms. It
is a proposal and nothing is signed by it, whatever stands in the document's signature block.`,
	Flags: func(f *flag.FlagSet) {
		f.String("o", "", "write the proposed agreement to this `file`")
		f.String("sent", "", "the agreement `file` from which the document was made")
		f.Bool("json", false, "print what was found as JSON")
	},
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		if len(env.Args) != 1 {
			return misusef("name the document that came back")
		}
		c, err := readCopy(env.Args[0])
		if err != nil {
			return err
		}
		sent, err := sentAgreement(env, c, env.Args[0], text(f, "sent"))
		if err != nil {
			return err
		}
		p := proposal.Read(sent.Agreement, c)
		if out := text(f, "o"); out != "" {
			if err := writeProposal(env, out, p); err != nil {
				return err
			}
		}
		if text(f, "json") == "true" {
			return printJSON(env.Stdout, importedOf(sent.Agreement.Agreement.Number, p))
		}
		_, err = io.WriteString(env.Stdout, importedOf(sent.Agreement.Agreement.Number, p).String())
		return err
	},
}

func readCopy(name string) (*incoming.Copy, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, misusef("opening the document: %v", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, incoming.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	c, err := incoming.Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	return c, nil
}

// sentAgreement is the agreement that a document was made from: the one that is named or, if none is, the
// one that the document carries.
func sentAgreement(env *Env, c *incoming.Copy, name, sent string) (*source.File, error) {
	if sent != "" {
		file, content, err := openAgreement(env, sent)
		switch {
		case err != nil:
			return nil, err
		case c.Wording != "" && c.Wording != docx.Fingerprint(file.Agreement.Draft()):
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
	if c.Wording != docx.Fingerprint(file.Agreement.Draft()) {
		return nil, fmt.Errorf("%s was written by another release of Entente, or the agreement file within it was changed: read it with the release that wrote it, or name your own file with --sent", name)
	}
	fmt.Fprintf(env.Stderr, "compared with the agreement file that %s carries; --sent compares with your own\n", name)
	return file, nil
}

func writeProposal(env *Env, out string, p proposal.Proposal) error {
	content := draft.Write(p.Agreement)
	if err := writeNew(env, out, content); err != nil {
		return err
	}
	file, _ := source.Read(out, content)
	if n := source.Count(file.Check(), agreement.Error); n > 0 {
		fmt.Fprintf(env.Stderr, "%s: the proposal has %s; `entente check` lists them\n", out, count(n, "error"))
	}
	return nil
}

// An imported is what a document that came back asks for, as it is printed.
type imported struct {
	Number   string         `json:"number"`
	Terms    []termReport   `json:"terms"`
	Open     []openReport   `json:"open"`
	Comments []remarkReport `json:"comments"`
}

type termReport struct {
	Clause string         `json:"clause"`
	Path   string         `json:"path"`
	Old    string         `json:"old"`
	New    string         `json:"new"`
	By     []authorReport `json:"by,omitempty"`
}

type openReport struct {
	Clause string         `json:"clause"`
	What   string         `json:"what"`
	Old    string         `json:"old,omitempty"`
	New    string         `json:"new,omitempty"`
	By     []authorReport `json:"by,omitempty"`
}

type remarkReport struct {
	Clause string       `json:"clause"`
	By     authorReport `json:"by"`
	On     string       `json:"on,omitempty"`
	Text   string       `json:"text"`
}

type authorReport struct {
	Name string    `json:"name"`
	At   time.Time `json:"at,omitzero"`
}

func importedOf(number string, p proposal.Proposal) imported {
	r := imported{Number: number, Terms: []termReport{}, Open: []openReport{}, Comments: []remarkReport{}}
	for _, t := range p.Terms {
		r.Terms = append(r.Terms, termReport{t.Clause.Cite(), t.Path, t.Old, t.New, authorsOf(t.By)})
	}
	for _, o := range p.Open {
		r.Open = append(r.Open, openReport{o.Clause.Cite(), o.What, o.Old, o.New, authorsOf(o.By)})
	}
	for _, c := range p.Comments {
		r.Comments = append(r.Comments, remarkReport{c.Clause.Cite(), authorReport{c.Author.Name, c.Author.At}, c.On, c.Text})
	}
	return r
}

func authorsOf(all []docx.Author) (out []authorReport) {
	for _, a := range all {
		out = append(out, authorReport{a.Name, a.At})
	}
	return out
}

func (a authorReport) String() string {
	if a.At.IsZero() {
		return flatly(a.Name)
	}
	return strings.TrimPrefix(flatly(a.Name)+", "+a.At.Format("2006-01-02 15:04"), ", ")
}

// authors are people after what they did.
func authors(by []authorReport) string {
	var all []string
	for _, a := range by {
		all = append(all, a.String())
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, "; ") + ")"
}

// apart are two texts, the words in which they differ marked; where they have too little in common, one after
// the other.
func apart(old, new string) (lines []string) {
	line := func(s string) []redline.Line {
		if s == "" {
			return nil
		}
		return []redline.Line{{Kind: redline.Paragraph, Cells: [][]redline.Span{{{Run: document.Run{Text: flatly(s)}}}}}}
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

func (r imported) String() string {
	var b strings.Builder
	if len(r.Terms)+len(r.Open)+len(r.Comments) == 0 {
		return "Nothing has changed.\n"
	}
	if len(r.Terms) > 0 {
		fmt.Fprintf(&b, "%s:\n", count(len(r.Terms), "changed term"))
	}
	for _, t := range r.Terms {
		fmt.Fprintf(&b, "  %s: %s: %s -> %s%s\n", t.Clause, flatly(t.Path), stated(t.Old), stated(t.New), authors(t.By))
	}
	if len(r.Open) > 0 {
		fmt.Fprintf(&b, "%s to decide:\n", count(len(r.Open), "point"))
	}
	for _, o := range r.Open {
		fmt.Fprintf(&b, "  %s: %s%s\n", o.Clause, flatly(o.What), authors(o.By))
		for _, line := range apart(o.Old, o.New) {
			b.WriteString("    " + line + "\n")
		}
	}
	if len(r.Comments) > 0 {
		fmt.Fprintf(&b, "%s:\n", count(len(r.Comments), "comment"))
	}
	for _, c := range r.Comments {
		on := ""
		if c.On != "" {
			on = " on “" + flatly(c.On) + "”"
		}
		fmt.Fprintf(&b, "  %s: %s%s: %s\n", c.Clause, c.By, on, flatly(c.Text))
	}
	return b.String()
}
