// Package house is wording of the parties' own: a text that takes the place of the template's for a clause or
// for one of its boxes, or that stands after it. It is written in the agreement file, so it is signed with the
// terms, and everyone who has the file words the same contract.
//
// Such a text names the terms that it speaks of, and each is said in it as the template would say it: one
// value, one place where it is filled in. Checking refuses a text that leaves out a term which was chosen, that
// names one which is not there, or that uses a defined term otherwise than it is defined.
package house

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"entente/agreement"
	"entente/document"
)

// The bounds of what the parties word themselves.
const (
	MaxText     = 20_000 // bytes of one text
	MaxPassages = 100
)

// Terms are the clauses that the parties word themselves.
type Terms struct {
	// Texts that take the place of the template's: of a whole clause, or of one of its boxes.
	Replaced []Passage `json:"replaced,omitempty"`
	// Texts that stand after the template's text of a clause.
	Added []Addition `json:"added,omitempty"`
}

// A Passage is a text in the place of the template's.
type Passage struct {
	// The clause, for example "6.3", or the part of a schedule, for example "C.2".
	Clause string `json:"clause"`
	// The box of the clause whose words are replaced, by its name in bold, for example Late interest. What stands under the box stays. Without it, the text takes the place of the whole clause.
	Option string `json:"option,omitempty"`
	// The text. An empty line ends a paragraph; "- " begins an item of a list and "(a) " a lettered one. {commerce.payment.net_days} says a term, {commerce.payment.net_days day} a number with what it counts. [commerce.payment.netting] at the beginning of a line is a box that the term marks, [scope.tier = preferred] one that a choice marks, and with round brackets one of a choice. **Word** is bold and [[6.1]] a reference. A table of the file, alone on its line, is shown as a table.
	Text string `json:"text"`
}

// An Addition is a text after the template's.
type Addition struct {
	// The clause, for example "6.3", or the part of a schedule, for example "C.2".
	Clause string `json:"clause"`
	// The text, written as one that takes the template's place.
	Text string `json:"text"`
}

// IsZero reports whether every word is the template's.
func (t Terms) IsZero() bool { return len(t.Replaced)+len(t.Added) == 0 }

// Complete is the texts as they are signed: what is empty before and after them is no part of them.
func (t Terms) Complete() Terms {
	t.Replaced, t.Added = slices.Clone(t.Replaced), slices.Clone(t.Added)
	for i := range t.Replaced {
		t.Replaced[i].Text = strings.TrimSpace(t.Replaced[i].Text)
	}
	for i := range t.Added {
		t.Added[i].Text = strings.TrimSpace(t.Added[i].Text)
	}
	return t
}

// Apply is a document with the parties' own wording in it. The terms that it names are those of the agreement,
// a struct or a pointer to one. What has no place in the document changes nothing; checking says so.
func (t Terms) Apply(d document.Document, terms reflect.Value) document.Document {
	if t.IsZero() {
		return d
	}
	say := speaker{reflect.Indirect(terms)}
	for _, p := range t.Replaced {
		edit(d, p.Clause, func(c *document.Clause) { p.replace(c, say) })
	}
	for _, a := range t.Added {
		parts, _ := parse(a.Text)
		edit(d, a.Clause, func(c *document.Clause) { c.Blocks = append(slices.Clone(c.Blocks), say.blocks(parts)...) })
	}
	return d
}

// own reports whether a clause of the wording is of those that the parties may word themselves: one of an
// article or of a schedule.
func own(s document.Section) bool { return s.Kind == document.Article || s.Kind == document.Schedule }

func edit(d document.Document, number string, do func(*document.Clause)) {
	for _, s := range d.Sections {
		for i := range s.Clauses {
			if own(s) && s.Clauses[i].Number == number {
				do(&s.Clauses[i])
			}
		}
	}
}

func (p Passage) replace(c *document.Clause, say speaker) {
	parts, _ := parse(p.Text)
	if p.Option == "" {
		c.Blocks = say.blocks(parts)
		return
	}
	if len(parts) == 0 {
		return
	}
	c.Blocks = inOption(c.Blocks, p.Option, func(o document.Option) document.Option {
		o.Text = append(opening(o), say.text(parts[0].words, o.Chosen)...)
		return o
	})
}

// opening is the name with which a box opens, if it has one.
func opening(o document.Option) document.Text {
	if !titled(o) {
		return nil
	}
	return document.Text{o.Text[0], {Text: " "}}
}

func titled(o document.Option) bool { return len(o.Text) > 0 && o.Text[0].Style == document.Term }

// nameOf is what a box is known by: its first words, in bold, or all that it says.
func nameOf(o document.Option) string {
	if titled(o) {
		return strings.TrimSuffix(o.Text[0].Text, ".")
	}
	return o.Text.String()
}

// inOption gives the blocks with the option of a name changed; the blocks themselves stay as they are.
func inOption(blocks []document.Block, name string, do func(document.Option) document.Option) []document.Block {
	blocks = slices.Clone(blocks)
	for i, b := range blocks {
		if b.Options == nil {
			continue
		}
		options := *b.Options
		options.Items = slices.Clone(options.Items)
		for n, o := range options.Items {
			if nameOf(o) == name {
				o = do(o)
			}
			o.Under = inOption(o.Under, name, do)
			options.Items[n] = o
		}
		blocks[i].Options = &options
	}
	return blocks
}

// Clauses are those that are not the template's alone, in the order of the contract, each once.
func (t Terms) Clauses() []agreement.Clause {
	var all []agreement.Clause
	for _, p := range t.Replaced {
		all = append(all, agreement.Clause(p.Clause))
	}
	for _, a := range t.Added {
		all = append(all, agreement.Clause(a.Clause))
	}
	slices.SortFunc(all, func(a, b agreement.Clause) int { return cmp.Or(place(a)-place(b), cmp.Compare(a, b)) })
	return slices.Compact(all)
}

// place is where the catalogue has a clause.
func place(c agreement.Clause) int {
	return slices.IndexFunc(agreement.Catalogue, func(e agreement.Entry) bool { return e.Clause == ClauseOf(string(c)) })
}
