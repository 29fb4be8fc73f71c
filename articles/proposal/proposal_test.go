package proposal_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/changes"
	"entente/articles/draft"
	"entente/articles/proposal"
	"entente/calendar"
	"entente/document"
	"entente/document/documenttest"
	"entente/document/docx"
	"entente/document/incoming"
	"entente/document/redline"
)

func example() articles.Agreement { return draft.Example(calendar.Date{Year: 2026, Month: 11, Day: 1}) }

// copyOf is a document as somebody else has it.
func copyOf(t testing.TB, d document.Document) *incoming.Copy {
	t.Helper()
	var b bytes.Buffer
	if err := docx.Write(&b, d, time.Time{}, []byte("source")); err != nil {
		t.Fatal(err)
	}
	c, err := incoming.Read(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A change to a copy: of words in the first line that has them, of a row that goes, or of one that comes
// after the row that has some words.
type change struct{ old, new string }

func edited(t testing.TB, all ...change) *incoming.Copy {
	t.Helper()
	c := copyOf(t, example().Draft())
	for _, e := range all {
		i := slices.IndexFunc(c.Lines, func(l incoming.Line) bool { return strings.Contains(strings.Join(l.Cells, "|"), e.old) })
		if i < 0 {
			t.Fatalf("the document does not say %q", e.old)
		}
		row, isRow := strings.CutPrefix(e.new, "new row: ")
		passage, isPassage := strings.CutPrefix(e.new, "new heading: ")
		place, moves := strings.CutPrefix(e.new, "moves before: ")
		switch {
		case e.new == "goes":
			c.Lines = slices.Delete(c.Lines, i, i+1)
		case isRow:
			l := c.Lines[i]
			l.Cells = strings.Split(row, "|")
			c.Lines = slices.Insert(c.Lines, i+1, l)
		case isPassage:
			title, text, _ := strings.Cut(passage, "|")
			c.Lines = slices.Insert(c.Lines, i+1, incoming.Line{Heading: 2, Cells: []string{title}}, incoming.Line{Cells: []string{text}})
		case moves:
			l := c.Lines[i]
			c.Lines = slices.Delete(c.Lines, i, i+1)
			to := slices.IndexFunc(c.Lines, func(l incoming.Line) bool { return strings.Contains(strings.Join(l.Cells, "|"), place) })
			c.Lines = slices.Insert(c.Lines, to, l)
		default:
			l := &c.Lines[i]
			l.Cells = strings.Split(strings.Replace(strings.Join(l.Cells, "|"), e.old, e.new, 1), "|")
		}
	}
	return c
}

func TestWhatIsATermBecomesOne(t *testing.T) {
	for _, test := range []struct {
		name  string
		given []change
		terms []string
		open  []string // clause, what
	}{
		{"a number in words and figures", []change{{"pay within thirty (30) days", "pay within forty-five (45) days"}}, []string{"commerce.payment.net_days: 30 -> 45"}, nil},
		{"a number in other words than ours", []change{{"pay within thirty (30) days", "pay within 45 days"}}, []string{"commerce.payment.net_days: 30 -> 45"}, nil},
		{"words and figures that differ", []change{{"pay within thirty (30) days", "pay within thirty (45) days"}}, nil, []string{"6.3 the words of a paragraph differ"}},
		{"a date", []change{{"11 November 2026", "1 December 2026"}}, []string{"integration.requirements[integration-testing].due: 2026-11-11 -> 2026-12-01"}, nil},
		{"a percentage", []change{{"Party A bears 50 %", "Party A bears 60 %"}}, []string{"branding.co_marketing.shared_expenses.a: 50% -> 60%"}, nil},
		{"two values in one line", []change{{"Party A bears 50 % and Party B bears 50 %", "Party A bears 60 % and Party B bears 40 %"}},
			[]string{"branding.co_marketing.shared_expenses.a: 50% -> 60%", "branding.co_marketing.shared_expenses.b: 50% -> 40%"}, nil},
		{"an amount", []change{{"EUR 40,000.00 (forty thousand euros)", "EUR 50,000.00"}}, []string{"branding.co_marketing.shared_expenses.yearly_budget: EUR 40000.00 -> EUR 50000.00"}, nil},
		{"a value, in a sentence whose words change too", []change{{"thirty (30) days of the date of the invoice", "sixty (60) days of receipt of the invoice"}},
			[]string{"commerce.payment.net_days: 30 -> 60"}, []string{"6.3 the words of a paragraph differ"}},
		{"a name, in the first place where it stands", []change{{"Calluna Text GmbH", "Calluna Text SE"}}, []string{"parties.a.name: Calluna Text GmbH -> Calluna Text SE"}, nil},
		{"a person, by name", []change{{"Nele Brandt", "Saoirse Burke"}}, []string{"integration.support.contacts[jonas-lindqvist].stand_in: nele-brandt -> saoirse-burke"}, nil},
		{"text in a cell", []change{{"hosting of the search index", "hosting of an index"}}, []string{"sharing.forbidden.sub_processors[b].service: hosting of the search index -> hosting of an index"}, nil},
		{"a box ticked", []change{{"☐ Joint research", "☒ Joint research"}}, []string{"scope.purpose.joint_research: no -> yes"}, nil},
		{"a box unticked", []change{{"☒ Trademarks. Each Party shall stop", "☐ Trademarks. Each Party shall stop"}}, []string{"term.effects.stop_trademarks: yes -> no"}, nil},
		{"a choice of one", []change{{"◉ Preferred.", "○ Preferred."}, {"○ Non-exclusive.", "◉ Non-exclusive."}}, []string{"scope.tier: preferred -> non_exclusive"}, nil},
		{"a choice of none", []change{{"◉ Preferred.", "○ Preferred."}}, nil, []string{"1.3 a box is ticked otherwise"}},
		{"a box whose words change too", []change{{"☐ Data formats. Requests", "☒ Data formats, as agreed. Requests"}}, []string{"integration.standards.data_formats: no -> yes"}, []string{"2.3 the words of a paragraph differ"}},
		{"a box of a name that another has", []change{{"Integrate. Party A may", "goes"}}, nil, []string{"4.3 a paragraph is gone"}},
		{"the second box of a name", []change{{"☒ Integrate. Party A may", "☐ Integrate. Party A may"}}, []string{"property.licences.b_to_a.integrate: yes -> no"}, nil},
		{"a row that goes", []change{{"Corrib Cloud Ltd", "goes"}},
			[]string{"sharing.forbidden.sub_processors[b]: party: b; name: Corrib Cloud Ltd; service: hosting of the search index; location: IE -> "}, nil},
		{"a row that comes", []change{{"Corrib Cloud Ltd", "new row: Party B|Burren Data Ltd|backups|IE|all that the Party receives"}},
			[]string{"sharing.forbidden.sub_processors[b 3]:  -> party: b; name: Burren Data Ltd; service: backups; location: IE"}, nil},
		{"a row that no term says", []change{{"Corrib Cloud Ltd", "new row: Party C|Burren Data Ltd|backups|IE|all that the Party receives"}}, nil, []string{"3.2 a row is new"}},
		{"a cell that comes", []change{{"Corrib Cloud Ltd", "Corrib Cloud Ltd|since 2024"}}, []string{"sharing.forbidden.sub_processors[b]: party: b; name: Corrib Cloud Ltd; service: hosting of the search index; location: IE -> "}, []string{"3.2 a row is new"}},
		{"a cell that goes", []change{{"|Corrib Cloud Ltd|", "|"}}, []string{"sharing.forbidden.sub_processors[b]: party: b; name: Corrib Cloud Ltd; service: hosting of the search index; location: IE -> "}, []string{"3.2 a row is new"}},
		{"a paragraph under a heading of theirs", []change{{"Silence is not approval.", "new heading: Gifts|No Party gives gifts."}}, nil, []string{"5.1 a heading is new", "5.1 a paragraph is new"}},
		{"a row that moves", []change{{"Corrib Cloud Ltd", "moves before: Ostsee Rechenzentrum"}}, []string{"sharing.forbidden.sub_processors: row 1 -> row 2"}, nil},
		{"our own words", []change{{"Silence is not approval.", "Silence is approval."}}, nil, []string{"5.1 the words of a paragraph differ"}},
		{"a paragraph that goes", []change{{"The goodwill that arises", "goes"}}, nil, []string{"5.2 a paragraph is gone"}},
		{"a signature that is typed", []change{{"Signature|", "Signature|Mara Voss"}}, nil, []string{"signatures the words of a row differ; what stands here signs nothing, only `entente sign` does"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := proposal.Read(example(), edited(t, test.given...))
			var terms, open []string
			for _, c := range p.Terms {
				terms = append(terms, c.Path+": "+c.Old+" -> "+c.New)
			}
			for _, o := range p.Open {
				open = append(open, string(o.Clause)+" "+o.What)
			}
			if diff := cmp.Diff(test.terms, terms); diff != "" {
				t.Errorf("terms (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.open, open); diff != "" {
				t.Errorf("open (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(changes.Between(example(), p.Agreement), changed(p.Terms), cmpopts.SortSlices(func(a, b changes.Change) bool { return a.Path < b.Path })); diff != "" {
				t.Errorf("the agreement has other changes than are said (-has +said):\n%s", diff)
			}
		})
	}
}

// Where several people changed one paragraph, each is named for what they changed; all are, where no tracked
// change says who it was.
func TestWhoChangedItIsWhoIsNamed(t *testing.T) {
	ada, brid := docx.Author{Name: "Ada Keane"}, docx.Author{Name: "Bríd Nolan"}
	c := edited(t, change{"pay within thirty (30) days", "pay within forty-five (45) days"}, change{"of the date of the invoice", "of receipt of the invoice"})
	i := slices.IndexFunc(c.Lines, func(l incoming.Line) bool { return strings.Contains(l.Cells[0], "of receipt of the invoice") })
	c.Lines[i].By = []docx.Author{ada, brid}
	c.Lines[i].Tracked = []incoming.Tracked{{By: ada, Gone: true, Text: "thirty (30"}, {By: ada, Text: "forty-five (45"}, {By: brid, Gone: true, Text: "the date"}, {By: brid, Text: "receipt"}}
	p := proposal.Read(example(), c)
	if len(p.Terms) != 1 || len(p.Open) != 1 {
		t.Fatal(p.Terms, p.Open)
	}
	if diff := cmp.Diff([][]docx.Author{{ada}, {brid}}, [][]docx.Author{p.Terms[0].By, p.Open[0].By}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c.Lines[i].Tracked = nil
	p = proposal.Read(example(), c)
	if diff := cmp.Diff([][]docx.Author{{ada, brid}, {ada, brid}}, [][]docx.Author{p.Terms[0].By, p.Open[0].By}); diff != "" {
		t.Errorf("without tracked changes (-want +got):\n%s", diff)
	}
}

// A document of many thousand lines that are not ours is told line by line, in bounded time.
func TestAnotherDocumentIsTold(t *testing.T) {
	c := copyOf(t, example().Draft())
	for i := range c.Lines {
		c.Lines[i].Cells[0] += " changed"
	}
	for i := range 20_000 {
		c.Lines = append(c.Lines, incoming.Line{Cells: []string{fmt.Sprint("line ", i, " of another document")}})
	}
	began := time.Now()
	p := proposal.Read(example(), c)
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %v", took)
	}
	if len(p.Terms) > 0 || len(p.Open) < 20_000 {
		t.Errorf("%d terms and %d points", len(p.Terms), len(p.Open))
	}
}

// A comment is told with the clause of the line on which it hangs, and so is what a text cannot say; a header
// or a note belongs to no clause.
func TestWhatIsBesideTheTextIsTold(t *testing.T) {
	c := copyOf(t, example().Draft())
	line := slices.IndexFunc(c.Lines, func(l incoming.Line) bool { return strings.Contains(l.Cells[0], "The owner keeps all rights") })
	c.Comments = []incoming.Comment{{Author: docx.Author{Name: "Ada Keane"}, Text: "Why?", On: "all rights", Line: line}, {Text: "In general", Line: -1}}
	c.Lines[line].Oddities = []string{"a picture or text box"}
	c.Edges = append(c.Edges, "Confidential until 2030")
	c.Asides = []string{"See our terms."}
	p := proposal.Read(example(), c)
	want := []proposal.Remark{{Clause: "5.2", Comment: c.Comments[0]}, {Clause: agreement.FrontPage, Comment: c.Comments[1]}}
	if diff := cmp.Diff(want, p.Comments); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
	open := []proposal.Point{
		{Clause: "5.2", What: "a picture or text box", New: c.Lines[line].Cells[0]},
		{Clause: agreement.WholeFile, What: "a header or footer", New: "Confidential until 2030"},
		{Clause: agreement.WholeFile, What: "a note at the foot or the end", New: "See our terms."},
	}
	if diff := cmp.Diff(open, p.Open); diff != "" {
		t.Errorf("open (-want +got):\n%s", diff)
	}
}

// changed are the terms without rows that only moved, which changes do not know.
func changed(terms []proposal.Term) (all []changes.Change) {
	for _, t := range terms {
		if !strings.HasPrefix(t.Old, "row ") {
			all = append(all, t.Change)
		}
	}
	return all
}

// A document that nobody edited asks for nothing, whatever is in the agreement.
func TestAnUneditedDocumentAsksForNothing(t *testing.T) {
	for name, a := range map[string]articles.Agreement{"example": example(), "blank": {}} {
		p := proposal.Read(a, copyOf(t, a.Draft()))
		if len(p.Terms)+len(p.Open)+len(p.Comments) > 0 {
			t.Errorf("%s: %+v %+v", name, p.Terms, p.Open)
		}
	}
}

// part is an agreement of a few articles.
func part(whole articles.Agreement) articles.Agreement {
	return articles.Agreement{Agreement: whole.Agreement, Parties: whole.Parties, Scope: whole.Scope, Commerce: whole.Commerce, Term: whole.Term}
}

// Whatever is done to a document, with changes tracked or not, each line that is new is in the agreement's
// new wording or is a point to decide, and so is each line that is gone.
func TestNothingIsDropped(t *testing.T) {
	a := part(example())
	before := a.Draft()
	rapid.Check(t, func(t *rapid.T) {
		after := documenttest.Edited(t, before)
		var b bytes.Buffer
		var err error
		if rapid.Bool().Draw(t, "tracked") {
			err = docx.WriteRedline(&b, redline.Compare(before, after), docx.Author{Name: "Aoife Kearney"}, nil)
		} else {
			err = docx.Write(&b, after, time.Time{}, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		c, err := incoming.Read(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		p := proposal.Read(a, c)
		old, new, is := texts(before), texts(after), texts(p.Agreement.Draft())
		for text, n := range new {
			if n > old[text] && is[text] < n && !is.follows(text, old) && !told(p, text, func(p proposal.Point) string { return p.New }) {
				t.Fatalf("%q is new and was dropped; open is %+v", text, p.Open)
			}
		}
		for text, n := range old {
			if n > new[text] && is[text] > new[text] && !told(p, text, func(p proposal.Point) string { return p.Old }) {
				t.Fatalf("%q is gone and that was dropped; open is %+v", text, p.Open)
			}
		}
	})
}

// lines are how often a document has each line, without spaces.
type lines map[string]int

func texts(d document.Document) lines {
	all := lines{}
	for _, l := range redline.Of(d).Lines {
		if text := squeezed(l); text != "" {
			all[text]++
		}
	}
	return all
}

// follows reports whether the lines have an option with the given mark, whose words follow from the mark.
func (l lines) follows(text string, old lines) bool {
	mark, rest, isOption := strings.Cut(text, "]")
	if !isOption {
		mark, rest, isOption = strings.Cut(text, ")")
	}
	name, _, _ := strings.Cut(rest, ".")
	if !isOption || len(mark) > 2 {
		return false
	}
	for line := range l {
		if strings.HasPrefix(line, text[:len(mark)+1]+name) && old[line] == 0 {
			return true
		}
	}
	return false
}

func squeezed(l redline.Line) string {
	var b strings.Builder
	if l.Kind == redline.Option {
		b.WriteString(l.Mark())
	}
	for _, c := range l.Cells {
		for _, s := range c {
			b.WriteString(s.Text)
		}
	}
	return squeeze(b.String())
}

func squeeze(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "|", "")), "")
}

func told(p proposal.Proposal, text string, side func(proposal.Point) string) bool {
	return slices.ContainsFunc(p.Open, func(p proposal.Point) bool { return strings.HasSuffix(squeeze(side(p)), text) })
}
