package document

import "strings"

// Markdown is the document as plain text in CommonMark with pipe tables.
//
// It is part of what the parties sign, so the same model gives the same bytes for good: line feeds,
// no wrapped lines, one blank line between blocks. A tick box is [x] or [ ], one of an exclusive
// choice (x) or ( ). Whatever is written in a text stands for itself: nothing in it becomes markup,
// a line break inside a text is shown as ⏎, and characters that are not seen are named.
func (d Document) Markdown() []byte {
	parts := []string{heading("#", d.Title), lead(escape(d.Subtitle)), d.particulars()}
	if d.Notice != "" {
		parts = append(parts, "> **Notice.** "+escape(d.Notice))
	}
	for _, s := range d.Sections {
		parts = append(parts, heading("##", s.Label, s.Title))
		for _, c := range s.Clauses {
			parts = append(parts, heading("###", c.Label(), c.Title), markdown(c.Blocks))
		}
	}
	return []byte(stack(parts) + "\n")
}

func (d Document) particulars() string {
	return Fields{Items: []Field{
		{"Number", Text{{Text: d.Number}}},
		{"Version", Text{{Text: d.Version}}},
		{"Language", Text{{Text: d.Language}}},
	}}.markdown("-", true)
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

// markdown is blocks below each other. Two lists in a row take different bullets: with the same
// they would read as one list, and two choices as one choice.
func markdown(blocks []Block) string {
	var parts []string
	bullet, after := "-", false
	for _, b := range blocks {
		list := b.Options != nil || b.Fields != nil || b.List != nil
		if list && after {
			bullet = map[string]string{"-": "*", "*": "-"}[bullet]
		} else {
			bullet = "-"
		}
		if part := b.markdown(bullet); part != "" {
			parts = append(parts, part)
			after = list || b.Signature != nil
		}
	}
	return stack(parts)
}

func (b Block) markdown(bullet string) string {
	switch {
	case b.Paragraph != nil:
		return lead(b.Paragraph.Text.markdown())
	case b.Options != nil:
		return b.Options.markdown(bullet)
	case b.Table != nil:
		return b.Table.markdown()
	case b.Fields != nil:
		return b.Fields.markdown(bullet, false)
	case b.List != nil:
		return b.List.markdown(bullet)
	case b.Signature != nil:
		return b.Signature.markdown(bullet)
	}
	return ""
}

func (o Options) markdown(bullet string) string {
	items := make([]string, len(o.Items))
	for i, item := range o.Items {
		text := strings.TrimRight(bullet+" "+tick(o.Exclusive, item.Chosen)+" "+item.Text.markdown(), " ")
		items[i] = text
		if under := markdown(item.Under); under != "" {
			items[i] = text + "\n\n" + indent(under) + "\n"
		}
	}
	return strings.TrimRight(strings.Join(items, "\n"), "\n")
}

// tick is a tick box in plain characters.
func tick(exclusive, chosen bool) string {
	switch {
	case exclusive && chosen:
		return "(x)"
	case exclusive:
		return "( )"
	case chosen:
		return "[x]"
	}
	return "[ ]"
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

func (t Table) markdown() string {
	t = t.squared()
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
		line := "|"
		for _, cell := range row {
			line += " " + strings.Trim(cell.markdown(), " ") + " |"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (f Fields) markdown(bullet string, omitEmpty bool) string {
	var items []string
	for _, field := range f.Items {
		value := field.Value.markdown()
		if value == "" && omitEmpty {
			continue
		}
		items = append(items, strings.TrimRight(bullet+" **"+escape(field.Label)+":** "+value, " "))
	}
	return strings.Join(items, "\n")
}

func (l List) markdown(bullet string) string {
	items := make([]string, len(l.Items))
	for i, item := range l.Items {
		text := lead(item.markdown())
		if l.Lettered {
			text = "(" + letter(i) + ") " + item.markdown()
		}
		items[i] = strings.TrimRight(bullet+" "+text, " ")
	}
	return strings.Join(items, "\n")
}

func (s Signature) markdown(bullet string) string {
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

// markdown is the text in one line. Only a defined term is marked; values stand as they are.
func (t Text) markdown() string {
	t = t.settled()
	whole, at := t.String(), 0
	var b strings.Builder
	for _, r := range t {
		text := escaped(whole, at, at+len(r.Text))
		at += len(r.Text)
		if inner := strings.TrimSpace(text); r.Style == Term && inner != "" {
			text = strings.Replace(text, inner, "**"+inner+"**", 1) // spaces inside the stars would undo them
		}
		b.WriteString(text)
	}
	return strings.Trim(b.String(), " ")
}

// escape is one line of plain characters.
func escape(s string) string {
	s = visible(s)
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
