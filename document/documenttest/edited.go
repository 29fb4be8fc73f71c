package documenttest

import (
	"encoding/json"
	"strings"

	"pgregory.net/rapid"

	"entente/document"
)

// Edited is a document after some edits such as people make: words changed, boxes ticked, rows, blocks,
// clauses and whole sections put in, taken out or put elsewhere. The document itself stays as it is.
func Edited(t *rapid.T, d document.Document) document.Document {
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var out document.Document
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	for range rapid.IntRange(0, 8).Draw(t, "edits") {
		edit(t, &out)
	}
	return out
}

func edit(t *rapid.T, d *document.Document) {
	if len(d.Sections) == 0 {
		return
	}
	s := &d.Sections[pick(t, len(d.Sections))]
	if len(s.Clauses) == 0 {
		return
	}
	c := &s.Clauses[pick(t, len(s.Clauses))]
	switch rapid.IntRange(0, 9).Draw(t, "edit") {
	case 0:
		s.Clauses = rearranged(t, s.Clauses)
	case 1:
		d.Sections = rearranged(t, d.Sections)
	case 2:
		c.Blocks = rearranged(t, c.Blocks)
	case 3:
		c.Title, c.Number = words(t), c.Number+"1"
	default:
		if len(c.Blocks) > 0 {
			editBlock(t, &c.Blocks[pick(t, len(c.Blocks))])
		}
	}
}

func pick(t *rapid.T, n int) int { return rapid.IntRange(0, n-1).Draw(t, "which") }

func words(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"thirty", "(30)", "days", "no", "Party A", "EUR 5.00", "shall", "50%", "<b>", "Łódź"}), 1, 4).Draw(t, "words"), " ")
}

// rearranged takes one thing out, doubles it or puts it elsewhere.
func rearranged[T any](t *rapid.T, all []T) []T {
	if len(all) == 0 {
		return all
	}
	i := pick(t, len(all))
	one := all[i]
	rest := append(append([]T{}, all[:i]...), all[i+1:]...)
	switch rapid.IntRange(0, 2).Draw(t, "how") {
	case 0:
		return rest
	case 1:
		rest = append(rest, one)
	}
	j := rapid.IntRange(0, len(rest)).Draw(t, "where")
	return append(append(append([]T{}, rest[:j]...), one), rest[j:]...)
}

func editBlock(t *rapid.T, b *document.Block) {
	switch {
	case b.Paragraph != nil:
		b.Paragraph.Text = editText(t, b.Paragraph.Text)
	case b.Options != nil && len(b.Options.Items) > 0:
		o := &b.Options.Items[pick(t, len(b.Options.Items))]
		switch rapid.IntRange(0, 2).Draw(t, "option") {
		case 0:
			o.Chosen = !o.Chosen
		case 1:
			o.Text = editText(t, o.Text)
		default:
			b.Options.Items = rearranged(t, b.Options.Items)
		}
	case b.Table != nil && len(b.Table.Rows) > 0 && rapid.Bool().Draw(t, "cell"):
		row := b.Table.Rows[pick(t, len(b.Table.Rows))]
		i := pick(t, len(row))
		row[i] = editText(t, row[i])
	case b.Table != nil:
		b.Table.Rows = rearranged(t, b.Table.Rows)
	case b.Fields != nil && len(b.Fields.Items) > 0:
		f := &b.Fields.Items[pick(t, len(b.Fields.Items))]
		f.Value = editText(t, f.Value)
	case b.List != nil && len(b.List.Items) > 0 && rapid.Bool().Draw(t, "item"):
		i := pick(t, len(b.List.Items))
		b.List.Items[i] = editText(t, b.List.Items[i])
	case b.List != nil:
		b.List.Items = rearranged(t, b.List.Items)
	case b.Signature != nil:
		b.Signature.Name = words(t)
	}
}

// editText puts words into a text, in the place of some that are there.
func editText(t *rapid.T, text document.Text) document.Text {
	out := append(document.Text{}, text...)
	if len(out) == 0 {
		return document.Text{{Text: words(t), Style: document.Value}}
	}
	r := &out[pick(t, len(out))]
	letters := []rune(r.Text)
	from := rapid.IntRange(0, len(letters)).Draw(t, "from")
	to := rapid.IntRange(from, min(len(letters), from+12)).Draw(t, "to")
	r.Text = string(letters[:from]) + words(t) + string(letters[to:])
	return out
}
