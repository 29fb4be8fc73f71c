package wording

import (
	stdhtml "html"
	"html/template"
	"slices"
	"strings"
)

// inline are the elements that do not interrupt a sentence.
var inline = []string{"a", "b", "bdi", "code", "em", "i", "span", "strong", "sub", "sup"}

// plain is what a piece of HTML of ours says, on one line.
func plain(html string) string {
	var b strings.Builder
	for piece := range strings.SplitSeq(html, "<") {
		tag, text, tagged := strings.Cut(piece, ">")
		if !tagged {
			tag, text = "", piece
		}
		if name, _, _ := strings.Cut(strings.TrimPrefix(tag, "/"), " "); !slices.Contains(inline, name) {
			b.WriteByte(' ')
		}
		b.WriteString(text)
	}
	return strings.Join(strings.Fields(stdhtml.UnescapeString(b.String())), " ")
}

// needle is what is looked for, as plain texts have it.
func needle(query string) string { return strings.ToLower(strings.Join(strings.Fields(query), " ")) }

// Says reports whether the passage says a text, in capitals or not. Every passage says nothing.
func (p Passage) Says(query string) bool { return strings.Contains(p.plain, needle(query)) }

// Marked is the passage with each place marked where it says a text, as far as no mark-up interrupts it.
func (p Passage) Marked(query string) template.HTML {
	want := strings.ToLower(stdhtml.EscapeString(needle(query)))
	if want == "" {
		return p.HTML
	}
	var b strings.Builder
	for rest := string(p.HTML); rest != ""; {
		end := strings.IndexByte(rest, '<')
		if end < 0 {
			end = len(rest)
		}
		mark(&b, rest[:end], want)
		rest = rest[end:]
		if end = strings.IndexByte(rest, '>'); end >= 0 {
			b.WriteString(rest[:end+1])
			rest = rest[end+1:]
		}
	}
	return template.HTML(b.String())
}

// mark writes escaped text with its places marked. A place within a character reference is none.
func mark(b *strings.Builder, text, want string) {
	small := strings.ToLower(text)
	if len(small) != len(text) { // a letter whose small form is longer: places would not fit
		b.WriteString(text)
		return
	}
	for {
		at := strings.Index(small, want)
		if at < 0 {
			b.WriteString(text)
			return
		}
		if within(small, at) {
			b.WriteString(text[:at+1])
			text, small = text[at+1:], small[at+1:]
			continue
		}
		b.WriteString(text[:at] + "<mark>" + text[at:at+len(want)] + "</mark>")
		text, small = text[at+len(want):], small[at+len(want):]
	}
}

// within reports whether a place lies inside a character reference such as "&amp;".
func within(text string, at int) bool {
	begin := strings.LastIndexByte(text[:at], '&')
	return begin >= 0 && !strings.Contains(text[begin:at], ";")
}
