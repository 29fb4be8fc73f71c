// Package markdown writes a document as plain text. That text is part of what the parties sign.
package markdown

import (
	"strings"

	"entente/document"
)

// Of is a document as plain text in CommonMark with pipe tables.
//
// It is part of what the parties sign, so the same model gives the same bytes for good: line feeds,
// no wrapped lines, one blank line between blocks. A tick box is [x] or [ ], one of an exclusive
// choice (x) or ( ). Whatever is written in a text stands for itself: nothing in it becomes markup,
// a line break inside a text is shown as ⏎, and characters that are not seen are named.
func Of(d document.Document) []byte {
	parts := []string{heading("#", d.Title), lead(escape(d.Subtitle)), particulars(d)}
	if d.Notice != "" {
		parts = append(parts, "> **Notice.** "+escape(d.Notice))
	}
	for _, s := range d.Sections {
		parts = append(parts, heading("##", s.Label, s.Title))
		for _, c := range s.Clauses {
			parts = append(parts, heading("###", c.Label(), c.Title), blocks(c.Blocks))
		}
	}
	return []byte(stack(parts) + "\n")
}

func particulars(d document.Document) string {
	return fields(document.Fields{Items: []document.Field{
		{Label: "Number", Value: document.Text{{Text: d.Number}}},
		{Label: "Version", Value: document.Text{{Text: d.Version}}},
		{Label: "Language", Value: document.Text{{Text: d.Language}}},
	}}, "-", true)
}

// heading is a heading of its filled parts; without any it is nothing.
func heading(level string, parts ...string) string {
	var filled []string
	for _, p := range parts {
		if p = escape(p); p != "" {
			filled = append(filled, p)
		}
	}
	if len(filled) == 0 {
		return ""
	}
	between := " · "
	if level == "###" {
		between = " "
	}
	return level + " " + strings.Join(filled, between)
}

// stack puts a blank line between parts and leaves out the empty ones.
func stack(parts []string) string {
	var filled []string
	for _, p := range parts {
		if p != "" {
			filled = append(filled, p)
		}
	}
	return strings.Join(filled, "\n\n")
}

// blocks are blocks below each other. Two lists in a row take different bullets: with the same
// they would read as one list, and two choices as one choice.
func blocks(all []document.Block) string {
	var parts []string
	bullet, after := "-", false
	for _, b := range all {
		list := b.Options != nil || b.Fields != nil || b.List != nil
		if list && after {
			bullet = map[string]string{"-": "*", "*": "-"}[bullet]
		} else {
			bullet = "-"
		}
		if part := block(b, bullet); part != "" {
			parts = append(parts, part)
			after = list || b.Signature != nil
		}
	}
	return stack(parts)
}

func block(b document.Block, bullet string) string {
	switch {
	case b.Paragraph != nil:
		return lead(line(b.Paragraph.Text))
	case b.Options != nil:
		return options(*b.Options, bullet)
	case b.Table != nil:
		return table(*b.Table)
	case b.Fields != nil:
		return fields(*b.Fields, bullet, false)
	case b.List != nil:
		return list(*b.List, bullet)
	case b.Signature != nil:
		return signature(*b.Signature, bullet)
	}
	return ""
}

func options(o document.Options, bullet string) string {
	items := make([]string, len(o.Items))
	for i, item := range o.Items {
		text := strings.TrimRight(bullet+" "+o.Mark(item.Chosen)+" "+line(item.Text), " ")
		items[i] = text
		if under := blocks(item.Under); under != "" {
			items[i] = text + "\n\n" + indent(under) + "\n"
		}
	}
	return strings.TrimRight(strings.Join(items, "\n"), "\n")
}

// indent moves a part under a list item.
func indent(part string) string {
	lines := strings.Split(part, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = "  " + l
		}
	}
	return strings.Join(lines, "\n")
}

func table(t document.Table) string {
	t = t.Squared()
	if len(t.Columns) == 0 {
		return ""
	}
	head, rule := "|", "|"
	for _, c := range t.Columns {
		head += " " + escape(c.Title) + " |"
		if c.Number {
			rule += " ---: |"
		} else {
			rule += " --- |"
		}
	}
	lines := []string{head, rule}
	for _, row := range t.Rows {
		text := "|"
		for _, cell := range row {
			text += " " + strings.Trim(line(cell), " ") + " |"
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}

func fields(f document.Fields, bullet string, omitEmpty bool) string {
	var items []string
	for _, field := range f.Items {
		value := line(field.Value)
		if value == "" && omitEmpty {
			continue
		}
		items = append(items, strings.TrimRight(bullet+" **"+escape(field.Label)+":** "+value, " "))
	}
	return strings.Join(items, "\n")
}

func list(l document.List, bullet string) string {
	items := make([]string, len(l.Items))
	for i, item := range l.Items {
		text := lead(line(item))
		if l.Lettered {
			text = "(" + document.Letter(i) + ") " + line(item)
		}
		items[i] = strings.TrimRight(bullet+" "+text, " ")
	}
	return strings.Join(items, "\n")
}

func signature(s document.Signature, bullet string) string {
	var lines []string
	if party := escape(s.Party); party != "" {
		lines = append(lines, "**"+party+"**", "")
	}
	for _, f := range [][2]string{{"Signature", s.Mark}, {"Name", s.Name}, {"Title", s.Title}, {"Date", s.Date}} {
		value := escape(f[1])
		if value == "" {
			value = strings.Repeat("_", 24)
		}
		lines = append(lines, bullet+" "+f[0]+": "+value)
	}
	return strings.Join(lines, "\n")
}

// line is the text in one line. Only a defined term is marked; values stand as they are.
func line(t document.Text) string {
	t = t.Settled()
	whole, at := t.String(), 0
	var b strings.Builder
	for _, r := range t {
		text := escaped(whole, at, at+len(r.Text))
		at += len(r.Text)
		if inner := strings.TrimSpace(text); r.Style == document.Term && inner != "" {
			text = strings.Replace(text, inner, "**"+inner+"**", 1) // spaces inside the stars would undo them
		}
		b.WriteString(text)
	}
	return strings.Trim(b.String(), " ")
}

// escape is one line of plain characters.
func escape(s string) string {
	s = document.Visible(s)
	return strings.TrimSpace(escaped(s, 0, len(s)))
}

// escaped is whole[from:to] with a backslash before whatever Markdown would read as markup. It looks
// at the whole, because entities and addresses may begin in one style and end in the next.
func escaped(whole string, from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		c := whole[i]
		switch {
		case c == '\n':
			b.WriteString(" ⏎ ")
			continue
		case strings.IndexByte("\\`*_{}[]<>|~#$@", c) >= 0,
			c == '&' && entity(whole[i+1:]),
			c == ':' && strings.HasPrefix(whole[i+1:], "//"),
			c == '.' && i >= 3 && strings.EqualFold(whole[i-3:i], "www"):
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// entity reports whether an ampersand before s could begin a character reference.
func entity(s string) bool {
	return s != "" && (s[0] == '#' || s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
}

// lead keeps the first characters of a line from opening a list, a rule or a tick box.
func lead(s string) string {
	s = strings.Trim(s, " ")
	if s != "" && strings.IndexByte("-+=(:", s[0]) >= 0 {
		return `\` + s
	}
	after := strings.TrimLeft(s, "0123456789")
	if n := len(s) - len(after); n > 0 && after != "" && (after[0] == '.' || after[0] == ')') {
		return s[:n] + `\` + after
	}
	return s
}
