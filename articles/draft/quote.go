package draft

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente/articles/form"
)

// otherType is text that some reader would take for something else than text.
var otherType = regexp.MustCompile(`(?i)^(~|null|true|false|yes|no|on|off|y|n|[-+.]?[0-9][-+0-9_.:ex]*|0[xo][0-9a-f_]+|\.(inf|nan))$`)

// quoted is free text as a YAML scalar: plain where no reader can mistake it, else in double quotes.
func quoted(s string, flow bool) string {
	if otherType.MatchString(s) {
		return doubleQuoted(s)
	}
	return plainOrQuoted(s, flow)
}

// plainOrQuoted is quoted for text whose type is known, such as a date.
func plainOrQuoted(s string, flow bool) string {
	if s == "" || plainSafe(s, flow) {
		return s
	}
	return doubleQuoted(s)
}

// plainSafe reports whether text means itself without quotes.
func plainSafe(s string, flow bool) bool {
	runes := []rune(s)
	for i, c := range runes {
		switch {
		case unicode.IsLetter(c) || unicode.IsNumber(c):
		case i == 0 && !strings.ContainsRune("/€(", c) || c == ' ' && i == len(runes)-1:
			return false
		case unicode.IsMark(c) || strings.ContainsRune(" /€()+.;$%=_@~-–—’·…", c):
		case flow:
			return false
		case c == ':' && (i == len(runes)-1 || runes[i+1] == ' '), c == '#' && runes[i-1] == ' ':
			return false
		case !strings.ContainsRune(":#,'!?&*\"", c):
			return false
		}
	}
	return true
}

func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case !unicode.IsPrint(c) && c <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, c)
		case !unicode.IsPrint(c):
			fmt.Fprintf(&b, `\U%08x`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// foldable reports whether text can be broken at its spaces without changing it.
func foldable(s string) bool {
	return !strings.ContainsAny(s, "\n\t") && !strings.Contains(s, "  ") && strings.TrimSpace(s) == s && printable(s)
}

// literal reports whether text of several lines can stand line by line.
func literal(s string) bool {
	if !strings.Contains(s, "\n") || strings.Contains(s, "\t") || strings.HasSuffix(s, "\n\n") || !printable(strings.ReplaceAll(s, "\n", " ")) {
		return false
	}
	for i, l := range strings.Split(s, "\n") {
		if strings.TrimRight(l, " ") != l || i == 0 && strings.TrimSpace(l) != l || i == 0 && l == "" {
			return false
		}
	}
	return true
}

// wrapped breaks a text at spaces into lines of at most so many characters; a longer word has a
// line of its own.
func wrapped(s string, width int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Split(s, " ") {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > width {
			lines = append(lines, line)
			line = w
			continue
		}
		if line != "" {
			line += " "
		}
		line += w
	}
	return append(lines, line)
}

// flowList is a list of single values in brackets; empty if it is none or has long texts.
func flowList(v reflect.Value) string {
	var items []string
	for i := range v.Len() {
		item := v.Index(i)
		switch form.ShapeOf(item.Type()) {
		case form.Mapping, form.List, form.Table:
			return ""
		}
		w := word(item, true)
		if w == "" || strings.Contains(w, `\`) || utf8.RuneCountInString(w) > 60 {
			return ""
		}
		items = append(items, w)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// flowRow is a row of single values in braces; empty if it is not one.
func flowRow(v reflect.Value) string {
	if form.ShapeOf(v.Type()) != form.Mapping {
		return ""
	}
	var items []string
	for _, f := range form.Fields(v.Type()) {
		value := v.FieldByIndex(f.Index)
		if (&writer{}).absent(f, value) {
			continue
		}
		item := ""
		if value.Kind() == reflect.Pointer {
			value = value.Elem()
		}
		switch form.ShapeOf(value.Type()) {
		case form.Mapping, form.Table:
			return ""
		case form.List:
			item = flowList(value)
		default:
			item = word(value, true)
		}
		if strings.Contains(item, `\n`) || item == "" {
			return ""
		}
		items = append(items, f.Key+": "+item)
	}
	return "{" + strings.Join(items, ", ") + "}"
}

func sortedKeysOf(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}

// printable reports whether all of a text can stand as it is.
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) })
}
