package paper

import (
	"fmt"
	"strings"
	"time"

	"entente/articles"
	"entente/articles/form"
	"entente/articles/proposal"
	"entente/articles/sheet"
	"entente/cli/desk"
	"entente/cli/terminal"
	"entente/document/docx"
)

// filledIn is what a sheet says, and what it says that is no term.
func filledIn(a articles.Agreement, rest []sheet.Rest) imported {
	r := imported{Number: a.Agreement.Number, Terms: []termReport{}, Open: []openReport{}, Comments: []remarkReport{}, fresh: true}
	for _, row := range sheet.Rows(a) {
		if row.Term != "edition" {
			r.Terms = append(r.Terms, termReport{Where: form.ClauseOf(row.Term).Cite(), Path: row.Term, New: row.Value})
		}
	}
	for _, row := range rest {
		r.Open = append(r.Open, openReport{Where: fmt.Sprintf("line %d", row.Line), What: row.Why, New: strings.TrimPrefix(row.Term+": "+row.Value, ": ")})
	}
	return r
}

// An imported is what a document that came back asks for, as it is printed.
type imported struct {
	Number   string         `json:"number"`
	Terms    []termReport   `json:"terms"`
	Open     []openReport   `json:"open"`
	Comments []remarkReport `json:"comments"`

	fresh bool // it is compared with nothing
}

type termReport struct {
	Where string         `json:"where"`
	Path  string         `json:"path"`
	Old   string         `json:"old"`
	New   string         `json:"new"`
	By    []authorReport `json:"by,omitempty"`
}

type openReport struct {
	Where string         `json:"where"`
	What  string         `json:"what"`
	Old   string         `json:"old,omitempty"`
	New   string         `json:"new,omitempty"`
	By    []authorReport `json:"by,omitempty"`
}

type remarkReport struct {
	Where string       `json:"where"`
	By    authorReport `json:"by"`
	On    string       `json:"on,omitempty"`
	Text  string       `json:"text"`
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
		return terminal.Flatly(a.Name)
	}
	return strings.TrimPrefix(terminal.Flatly(a.Name)+", "+a.At.Format("2006-01-02 15:04"), ", ")
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

func (r imported) String() string {
	var b strings.Builder
	if len(r.Terms)+len(r.Open)+len(r.Comments) == 0 && !r.fresh {
		return "Nothing has changed.\n"
	}
	switch {
	case r.fresh:
		fmt.Fprintf(&b, "%s:\n", terminal.Count(len(r.Terms), "term"))
	case len(r.Terms) > 0:
		fmt.Fprintf(&b, "%s:\n", terminal.Count(len(r.Terms), "changed term"))
	}
	for _, t := range r.Terms {
		if r.fresh {
			fmt.Fprintf(&b, "  %s: %s: %s\n", t.Where, terminal.Flatly(t.Path), terminal.Flatly(t.New))
			continue
		}
		fmt.Fprintf(&b, "  %s: %s: %s -> %s%s\n", t.Where, terminal.Flatly(t.Path), terminal.Stated(t.Old), terminal.Stated(t.New), authors(t.By))
	}
	if len(r.Open) > 0 {
		fmt.Fprintf(&b, "%s to decide:\n", terminal.Count(len(r.Open), "point"))
	}
	for _, o := range r.Open {
		fmt.Fprintf(&b, "  %s: %s%s\n", o.Where, terminal.Flatly(o.What), authors(o.By))
		for _, line := range desk.Apart(o.Old, o.New) {
			b.WriteString("    " + line + "\n")
		}
	}
	if len(r.Comments) > 0 {
		fmt.Fprintf(&b, "%s:\n", terminal.Count(len(r.Comments), "comment"))
	}
	for _, c := range r.Comments {
		on := ""
		if c.On != "" {
			on = " on “" + terminal.Flatly(c.On) + "”"
		}
		fmt.Fprintf(&b, "  %s: %s%s: %s\n", c.Where, c.By, on, terminal.Flatly(c.Text))
	}
	return b.String()
}
