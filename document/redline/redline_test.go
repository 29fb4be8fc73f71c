package redline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/articles/draft"
	"entente/calendar"
	"entente/document"
	"entente/document/documenttest"
	"entente/document/redline"
)

// Whoever accepts every change reads the new document; whoever rejects all of them reads the old one.
func TestBothSidesAreWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, new := documenttest.Documents().Draw(t, "old"), documenttest.Documents().Draw(t, "new")
		whole(t, old, new)
	})
	whole(t, documenttest.Sample(), document.Document{})
	whole(t, document.Document{}, documenttest.Sample())
}

// The same holds for what people do to an agreement: words changed, boxes ticked, rows and clauses put
// in, taken out and put elsewhere.
func TestBothSidesOfAnEditedAgreementAreWhole(t *testing.T) {
	example := draft.Example(calendar.Date{Year: 2026, Month: 11, Day: 1}).Draft()
	rapid.Check(t, func(t *rapid.T) {
		edited := documenttest.Edited(t, example)
		r := whole(t, example, edited)
		if slices.Equal(redline.Of(example).New(), redline.Of(edited).New()) == r.Changed() {
			t.Fatalf("changed is %v", r.Changed())
		}
	})
}

func whole(t rapid.TB, old, new document.Document) redline.Redline {
	r := redline.Compare(old, new)
	if want := redline.Of(old).New(); !slices.Equal(want, r.Old()) {
		t.Fatalf("the old side (-want +got):\n%s", cmp.Diff(want, r.Old()))
	}
	if want := redline.Of(new).New(); !slices.Equal(want, r.New()) {
		t.Fatalf("the new side (-want +got):\n%s", cmp.Diff(want, r.New()))
	}
	ends := map[int][]redline.Change{}
	for _, l := range r.Lines {
		if l.Move > 0 {
			ends[l.Move] = append(ends[l.Move], l.Change)
		}
	}
	for move, changes := range ends {
		slices.Sort(changes)
		if !slices.Equal(changes, []redline.Change{redline.Arrived, redline.Left}) {
			t.Fatalf("move %d has the ends %v", move, changes)
		}
	}
	return r
}

// A document has no change against itself.
func TestNothingChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := documenttest.Documents().Draw(t, "document")
		if r := redline.Compare(d, d); r.Changed() {
			t.Fatalf("%+v", r)
		}
	})
}

func doc(blocks ...document.Block) document.Document {
	return document.Document{Sections: []document.Section{{ID: "article-6", Label: "Article 6", Clauses: []document.Clause{{Number: "6.1", Title: "Revenue", Blocks: blocks}}}}}
}

func table(rows ...string) document.Block {
	var all [][]document.Text
	for _, r := range rows {
		name, price, _ := strings.Cut(r, " ")
		all = append(all, document.Row(name, price))
	}
	return document.Grid([]document.Column{{Title: "Name"}, {Title: "Price"}}, all)
}

// shown is a redline as people write it: [-gone-], {+new+}, and > for what moved.
func shown(r redline.Redline) string {
	sign := map[redline.Change][2]string{redline.Deleted: {"[-", "-]"}, redline.Inserted: {"{+", "+}"}}
	var b strings.Builder
	for _, l := range r.Lines {
		if l.Kind.Heading() && !l.Touched() {
			continue
		}
		switch l.Change {
		case redline.Left:
			b.WriteString("from ")
		case redline.Arrived:
			b.WriteString("to ")
		}
		if l.Changed() {
			b.WriteString("[-" + l.Marks.Old + "-]{+" + l.Marks.New + "+} ")
		}
		for i, cell := range l.Cells {
			if i > 0 {
				b.WriteString(" | ")
			}
			for _, s := range cell {
				b.WriteString(sign[s.Change][0] + s.Text + sign[s.Change][1])
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestWhatPeopleSee(t *testing.T) {
	for _, test := range []struct {
		name     string
		old, new document.Document
		want     string
	}{
		{
			name: "a number in words and figures changes as one",
			old:  doc(document.Para("Pay within %s of the invoice.", "thirty (30) days")),
			new:  doc(document.Para("Pay within %s of the invoice.", "ten (10) days")),
			want: "Pay within [-thirty (30)-]{+ten (10)+} days of the invoice.\n",
		},
		{
			name: "a box is ticked and its words stay",
			old:  doc(document.Ticks(document.Tick(false, "Joint marketing"))),
			new:  doc(document.Ticks(document.Tick(true, "Joint marketing"))),
			want: "[-[ ]-]{+[x]+} Joint marketing\n",
		},
		{
			name: "a row that was put elsewhere has moved",
			old:  doc(table("anna 1", "bert 2", "carl 3")),
			new:  doc(table("bert 2", "carl 3", "anna 1")),
			want: "Name | Price\nfrom anna | 1\nbert | 2\ncarl | 3\nto anna | 1\n",
		},
		{
			name: "a row that moved and changed shows both",
			old:  doc(table("anna 1", "bert 2", "carl 3")),
			new:  doc(table("bert 2", "carl 3", "anna 4")),
			want: "Name | Price\nfrom anna | [-1-]\nbert | 2\ncarl | 3\nto anna | {+4+}\n",
		},
		{
			name: "a row is known by its first cell",
			old:  doc(table("anna 1", "bert 2")),
			new:  doc(table("anna 1", "zoe 9", "bert 3")),
			want: "Name | Price\nanna | 1\n{+zoe+} | {+9+}\nbert | [-2-]{+3+}\n",
		},
		{
			name: "a paragraph put elsewhere has moved, even into another table or list",
			old:  doc(document.Para("Each Party bears its own costs."), document.Para("Nothing else is owed by anyone."), document.Para("Taxes are extra at all times.")),
			new:  doc(document.Para("Nothing else is owed by anyone."), document.Para("Taxes are extra at all times."), document.Para("Each Party bears its own costs.")),
			want: "from Each Party bears its own costs.\nNothing else is owed by anyone.\nTaxes are extra at all times.\nto Each Party bears its own costs.\n",
		},
		{
			name: "a table with another number of columns is another table",
			old:  doc(table("anna 1")),
			new:  doc(document.Grid([]document.Column{{Title: "Name"}}, [][]document.Text{document.Row("anna")})),
			want: "[-Name-] | [-Price-]\n[-anna-] | [-1-]\n{+Name+}\n{+anna+}\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, shown(redline.Compare(test.old, test.new))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A clause that got another number is still the same clause: its heading changes, its text does not.
func TestARenumberedClauseIsTheSame(t *testing.T) {
	clause := func(number, title, text string) document.Clause {
		return document.Clause{Number: number, Title: title, Blocks: []document.Block{document.Para(text)}}
	}
	section := func(clauses ...document.Clause) document.Document {
		return document.Document{Sections: []document.Section{{ID: "article-6", Clauses: clauses}}}
	}
	r := redline.Compare(
		section(clause("6.1", "Revenue", "Shared."), clause("6.2", "Payment", "Thirty days.")),
		section(clause("6.1", "Revenue", "Shared."), clause("6.2", "Taxes", "Extra."), clause("6.3", "Payment", "Thirty days.")))
	var touched []string
	for _, l := range r.Lines {
		if l.Touched() {
			touched = append(touched, string(l.Change)+" "+l.Marks.Old+" "+l.Marks.New)
		}
	}
	want := []string{"inserted  6.2", "inserted  ", " 6.2 6.3"}
	if diff := cmp.Diff(want, touched); diff != "" {
		t.Error(diff)
	}
}

// An excerpt has what changed, each line under its headings, and rows under their table's header.
func TestAnExcerptSaysWhereItIs(t *testing.T) {
	r := redline.Compare(
		doc(document.Para("Nothing changes here."), table("anna 1", "bert 2")),
		doc(document.Para("Nothing changes here."), table("anna 1", "bert 3"), document.Para("New.")))
	want := "Article 6 \n6.1 Revenue\nName | Price\nbert | [-2-]{+3+}\n{+New.+}\n"
	lines := ""
	for _, l := range r.Excerpt() {
		if l.Kind.Heading() {
			lines += l.Mark() + " "
			l.Kind = redline.Paragraph
		}
		lines += shown(redline.Redline{Lines: []redline.Line{l}})
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if same := redline.Compare(doc(), doc()).Excerpt(); len(same) > 0 {
		t.Errorf("without a change, there is %v", same)
	}
}

// A long text is compared in bounded time and loses nothing.
func TestLongTexts(t *testing.T) {
	words := func(from int) string {
		var b strings.Builder
		for i := range 30_000 {
			b.WriteString(document.Words(int64(from+i)) + " ")
		}
		return b.String()
	}
	whole(t, doc(document.Para("%s", words(0))), doc(document.Para("%s", words(500))))
}
