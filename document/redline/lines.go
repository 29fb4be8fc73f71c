package redline

import (
	"entente/document"
)

// A layout writes a document down, line by line.
type layout struct {
	lines  []Line
	group  int
	depth  int
	clause string
}

func linesOf(d document.Document) []Line {
	var l layout
	for _, front := range []struct {
		kind Kind
		text string
	}{{Title, d.Title}, {Subtitle, d.Subtitle}, {Running, d.Running()}, {Notice, d.Notice}} {
		if front.text != "" {
			l.plain(Line{Kind: front.kind}, front.text)
		}
	}
	for _, s := range d.Sections {
		l.section(s)
	}
	return l.lines
}

func (l *layout) section(s document.Section) {
	l.clause = ""
	l.group++
	l.plain(Line{Kind: Section, Part: s.Kind, Anchor: s.ID, Marks: both(s.Label)}, s.Title)
	for _, c := range s.Clauses {
		l.clause = c.Number
		if c.Label() != "" || c.Title != "" {
			l.plain(Line{Kind: Clause, Anchor: c.Anchor(), Marks: both(c.Label())}, c.Title)
		}
		l.blocks(c.Blocks)
	}
}

func both(mark string) Marks {
	mark = document.Visible(mark)
	return Marks{mark, mark}
}

// add writes a line with its cells.
func (l *layout) add(line Line, cells ...document.Text) {
	line.Depth, line.Clause, line.Group = l.depth, l.clause, l.group
	for _, c := range cells {
		var spans []Span
		for _, r := range c.Settled() {
			spans = append(spans, Span{Run: r})
		}
		line.Cells = append(line.Cells, spans)
	}
	l.lines = append(l.lines, line)
}

func (l *layout) plain(line Line, cells ...string) {
	texts := make([]document.Text, len(cells))
	for i, c := range cells {
		texts[i] = document.Text{{Text: c}}
	}
	l.add(line, texts...)
}

func (l *layout) blocks(blocks []document.Block) {
	for _, b := range blocks {
		l.group++
		switch {
		case b.Paragraph != nil:
			l.add(Line{Kind: Paragraph}, b.Paragraph.Text)
		case b.Options != nil:
			l.options(*b.Options)
		case b.Table != nil:
			l.table(b.Table.Squared())
		case b.Fields != nil:
			for _, f := range b.Fields.Items {
				l.add(Line{Kind: Field}, document.Text{{Text: f.Label}}, f.Value)
			}
		case b.List != nil:
			l.list(*b.List)
		case b.Signature != nil:
			l.signature(*b.Signature)
		}
	}
}

func (l *layout) options(o document.Options) {
	group := l.group
	for _, item := range o.Items {
		outer := l.group
		l.group = group
		l.add(Line{Kind: Option, Marks: both(o.Mark(item.Chosen))}, item.Text)
		l.group = outer
		l.depth++
		l.blocks(item.Under)
		l.depth--
	}
}

func (l *layout) table(t document.Table) {
	if len(t.Columns) == 0 {
		return
	}
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = c.Title
	}
	l.plain(Line{Kind: Head, Columns: t.Columns}, head...)
	for _, row := range t.Rows {
		l.add(Line{Kind: Row, Columns: t.Columns}, row...)
	}
}

func (l *layout) list(list document.List) {
	for i, item := range list.Items {
		mark := "•"
		if list.Lettered {
			mark = "(" + document.Letter(i) + ")"
		}
		l.add(Line{Kind: Item, Marks: both(mark)}, item)
	}
}

func (l *layout) signature(s document.Signature) {
	l.plain(Line{Kind: Party}, s.Party)
	for _, f := range [][2]string{{"Signature", s.Mark}, {"Name", s.Name}, {"Title", s.Title}, {"Date", s.Date}} {
		l.plain(Line{Kind: Signing}, f[0], f[1])
	}
}
