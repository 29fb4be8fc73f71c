package console_test

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A tag is an element's start or end with its attributes, in a page of ours: every attribute stands
// in double quotes, and what people wrote has neither angle brackets nor quotes left.
type tag struct {
	name  string // "/p" for an end
	attrs map[string]string
	text  string // what follows up to the next tag
}

// tags reads a page. A "<" that begins no well-formed tag is a fault.
func tags(t testing.TB, page string) []tag {
	t.Helper()
	var all []tag
	for _, piece := range strings.Split(page, "<")[1:] {
		one, rest := tag{attrs: map[string]string{}}, ""
		end := strings.IndexAny(piece, " >\n")
		if end < 1 || !letters(strings.TrimLeft(piece[:end], "/!")) {
			t.Fatalf("a bracket that is no tag: <%s", piece[:min(len(piece), 120)])
		}
		one.name, rest = strings.ToLower(piece[:end]), piece[end:]
		for rest = strings.TrimLeft(rest, " \n"); !strings.HasPrefix(rest, ">"); rest = strings.TrimLeft(rest, " \n/") {
			end := strings.IndexAny(rest, "= >")
			if end < 1 || !letters(rest[:end]) {
				t.Fatalf("an attribute that is none: <%s", piece[:min(len(piece), 240)])
			}
			name := rest[:end]
			value, quoted := strings.CutPrefix(rest[end:], `="`)
			if !quoted && rest[end] == '=' {
				t.Fatalf("an attribute without quotes: <%s", piece[:min(len(piece), 240)])
			}
			rest = rest[end:]
			if quoted {
				if value, rest, quoted = strings.Cut(value, `"`); !quoted {
					t.Fatalf("an attribute without an end: <%s", piece[:min(len(piece), 240)])
				}
				one.attrs[name] = html.UnescapeString(value)
				continue
			}
			one.attrs[name] = ""
		}
		one.text = html.UnescapeString(rest[1:])
		all = append(all, one)
	}
	return all
}

// letters reports whether a name is one of an element or an attribute.
func letters(name string) bool {
	return name != "" && strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789-:") == ""
}

// shape is a page's tags with the names of their attributes, and nothing that people wrote.
func shape(t testing.TB, page string) []string {
	t.Helper()
	var all []string
	for _, one := range tags(t, page) {
		var names []string
		for name := range one.attrs {
			names = append(names, name)
		}
		slices.Sort(names)
		all = append(all, one.name+" "+strings.Join(names, " "))
	}
	return all
}

// text is what a page says.
func text(t testing.TB, page string) string {
	var b strings.Builder
	for _, one := range tags(t, page) {
		b.WriteString(one.text)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// A form is a form of a page with the values that it has.
type form struct {
	action string
	values map[string]string
}

// forms are the forms by which something is done, with the first choice of each selection unless one is selected.
func forms(t testing.TB, page string) []form {
	t.Helper()
	var all []form
	var at *form
	selection, area := "", ""
	for _, one := range tags(t, page) {
		switch {
		case one.name == "form" && one.attrs["method"] == "post":
			all = append(all, form{one.attrs["action"], map[string]string{}})
			at = &all[len(all)-1]
		case one.name == "/form":
			at = nil
		case at == nil:
		case one.name == "input":
			at.values[one.attrs["name"]] = one.attrs["value"]
		case one.name == "textarea":
			area = one.attrs["name"]
			at.values[area] = one.text
		case one.name == "select":
			selection = one.attrs["name"]
		case one.name == "option":
			value, ok := one.attrs["value"]
			if !ok {
				value = one.text
			}
			_, selected := one.attrs["selected"]
			if _, have := at.values[selection]; !have || selected {
				at.values[selection] = value
			}
		}
	}
	return all
}

// ours are the scripts that pages load.
var ours = regexp.MustCompile(`^/static/(passkey|draft|live|clock)\.[0-9a-f]{16}\.js$`)

// accessible holds a page to what can be seen in its source: one first heading, no heading level left
// out, no name twice, a label for every field, a name for every button, and no inline style or script.
func accessible(t testing.TB, name, page string) {
	t.Helper()
	ids, labels, level, first := map[string]bool{}, map[string]bool{}, 0, 0
	all := tags(t, page)
	for _, one := range all {
		if id := one.attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("%s: two elements are named %q", name, id)
			}
			ids[id] = true
		}
		if one.name == "label" {
			labels[one.attrs["for"]] = true
		}
		for attr := range one.attrs {
			if strings.HasPrefix(attr, "on") || attr == "style" || attr == "srcdoc" {
				t.Errorf("%s: a %s has the attribute %s", name, one.name, attr)
			}
		}
		if one.name == "script" && (!ours.MatchString(one.attrs["src"]) || strings.TrimSpace(one.text) != "") {
			t.Errorf("%s has a script that is not ours: %v", name, one.attrs)
		}
		if slices.Contains([]string{"style", "iframe", "object", "embed", "base"}, one.name) {
			t.Errorf("%s has a %s", name, one.name)
		}
		if len(one.name) == 2 && one.name[0] == 'h' && one.name[1] >= '1' && one.name[1] <= '6' {
			n := int(one.name[1] - '0')
			if n > level+1 {
				t.Errorf("%s: a heading of level %d follows one of level %d", name, n, level)
			}
			if level = n; n == 1 {
				first++
			}
		}
	}
	if first != 1 {
		t.Errorf("%s has %d headings of the first level", name, first)
	}
	for _, one := range all {
		if slices.Contains([]string{"input", "select", "textarea"}, one.name) && one.attrs["type"] != "hidden" && !labels[one.attrs["id"]] {
			t.Errorf("%s: the field %q has no label", name, one.attrs["name"])
		}
	}
	if !strings.Contains(page, `<html lang="en">`) || !ids["main"] {
		t.Errorf("%s has no language or no main part", name)
	}
}
