// Package roomtest is what the tests of every room share: its part of the example agreement with
// patches, the partnership that it stands in, and its wording as plain text.
package roomtest

import (
	"bytes"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

// Day is the day of the example in the tests of rooms.
var Day = calendar.Date{Year: 2026, Month: 11, Day: 23}

// Frame is the example partnership, as a room may know it.
func Frame() agreement.Frame {
	f := agreement.Frame{
		Front: agreement.Front{Dated: Day.AddDays(-40), Effective: Day.AddDays(-30), Currency: "EUR"},
		Components: []agreement.Component{
			{Name: "summarise", Provider: agreement.A, Methods: []agreement.Method{agreement.API}},
			{Name: "embed", Provider: agreement.B, Methods: []agreement.Method{agreement.API}},
			{Name: "reader-kit", Provider: agreement.A, Methods: []agreement.Method{agreement.SDK}},
			{Name: "search-panel", Provider: agreement.B, Methods: []agreement.Method{agreement.Embedded}},
		},
	}
	f.Parties.A.Address, f.Parties.B.Address = "Hafenstraße 1, 24103 Kiel, Germany", "2 Quay Street, Galway, Ireland"
	for _, p := range []agreement.Person{
		{Party: agreement.A, Name: "Mara Voss", Roles: []agreement.Role{agreement.Signatory, agreement.Committee}},
		{Party: agreement.A, Name: "Jonas Lindqvist", Roles: []agreement.Role{agreement.Technical}},
		{Party: agreement.A, Name: "Elif Demir", Roles: []agreement.Role{agreement.Commercial, agreement.Marketing}},
		{Party: agreement.A, Name: "Tobias Reuter", Roles: []agreement.Role{agreement.Legal}},
		{Party: agreement.A, Name: "Nele Brandt", Roles: []agreement.Role{agreement.Security}},
		{Party: agreement.A, Name: "Finn Petersen", Roles: []agreement.Role{agreement.Finance}},
		{Party: agreement.B, Name: "Aoife Kearney", Roles: []agreement.Role{agreement.Signatory, agreement.Committee}},
		{Party: agreement.B, Name: "Declan Moran", Roles: []agreement.Role{agreement.Technical}},
		{Party: agreement.B, Name: "Roisin Daly", Roles: []agreement.Role{agreement.Commercial, agreement.Marketing}},
		{Party: agreement.B, Name: "Conor Whelan", Roles: []agreement.Role{agreement.Legal}},
		{Party: agreement.B, Name: "Saoirse Burke", Roles: []agreement.Role{agreement.Security}},
		{Party: agreement.B, Name: "Padraig Nolan", Roles: []agreement.Role{agreement.Finance}},
	} {
		p.ID = strings.ReplaceAll(strings.ToLower(p.Name), " ", "-")
		p.Email = agreement.Email(p.ID + "@company.example")
		f.People = append(f.People, p)
	}
	return f
}

// Read reads a room's part of the example into a struct that has its sections, strictly. Patches are
// merged into it as those of rule pages are: maps merge, lists are replaced, null deletes. What a
// patch says of other sections is left out.
func Read(t testing.TB, example string, into any, patches ...string) {
	t.Helper()
	funcs := template.FuncMap{"day": func(n int) string { return Day.AddDays(n).String() }}
	var text bytes.Buffer
	if err := template.Must(template.New("example").Funcs(funcs).Parse(example)).Execute(&text, nil); err != nil {
		t.Fatal(err)
	}
	base := parse(t, text.String())
	for _, p := range patches {
		merge(base, parse(t, p))
	}
	own := sections(into)
	maps.DeleteFunc(base, func(section string, _ any) bool { return !slices.Contains(own, section) })
	merged, err := yaml.Marshal(base)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalWithOptions(merged, into, yaml.Strict()); err != nil {
		t.Fatalf("%v in\n%s", err, merged)
	}
}

// sections are the keys of the struct that a room's part is read into.
func sections(into any) (keys []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(into).Elem()) {
		keys = append(keys, f.Tag.Get("json"))
	}
	return keys
}

func parse(t testing.TB, text string) map[string]any {
	t.Helper()
	var data map[string]any
	if err := yaml.Unmarshal([]byte(text), &data); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if data == nil {
		data = map[string]any{}
	}
	return data
}

func merge(base, change map[string]any) {
	for key, value := range change {
		under, isMap := value.(map[string]any)
		have, wasMap := base[key].(map[string]any)
		switch {
		case value == nil:
			delete(base, key)
		case isMap && wasMap:
			merge(have, under)
		default:
			base[key] = value
		}
	}
}

// Names are the rules that found something, each once, in order.
func Names(found agreement.Findings) []string {
	set := map[string]bool{}
	for _, f := range found {
		set[f.Rule] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// Clean fails if anything but a note is found.
func Clean(t testing.TB, rules []agreement.Rule, found agreement.Findings) {
	t.Helper()
	for _, f := range found {
		i := slices.IndexFunc(rules, func(r agreement.Rule) bool { return r.Name == f.Rule })
		if i < 0 || rules[i].Severity != agreement.Note {
			t.Errorf("%s: %s: %s", f.Path, f.Rule, f.Message)
		}
	}
}

// Pages holds each rule to its page: it finds the refused example, not the accepted one, and says
// where and what in a sentence without a full stop. check reads the room with a patch and checks it.
func Pages(t *testing.T, rules []agreement.Rule, check func(t testing.TB, patch string) agreement.Findings) {
	t.Helper()
	for _, r := range rules {
		t.Run(r.Name, func(t *testing.T) {
			refused := check(t, r.Refused)
			if got := Names(refused); !slices.Contains(got, r.Name) {
				t.Errorf("the refused example gives %v", got)
			}
			if got := Names(check(t, r.Accepted)); slices.Contains(got, r.Name) {
				t.Errorf("the accepted example gives %v", got)
			}
			for _, f := range refused {
				if f.Path == "" || strings.HasSuffix(f.Message, ".") {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// Text is the wording of clauses, a line for each paragraph, option, item and row: [x] and [ ] are
// boxes of which any number may be ticked, (x) and ( ) those of a choice of one, a dash begins an
// item, and a bar stands before each cell of a row.
func Text(clauses []document.Clause) string {
	var out strings.Builder
	for _, c := range clauses {
		out.WriteString(c.Number + " " + c.Title + "\n")
		lines(&out, c.Blocks)
	}
	return out.String()
}

func lines(out *strings.Builder, blocks []document.Block) {
	for _, b := range blocks {
		switch {
		case b.Paragraph != nil:
			out.WriteString(b.Paragraph.Text.String() + "\n")
		case b.Options != nil:
			for _, o := range b.Options.Items {
				out.WriteString(box(b.Options.Exclusive, o.Chosen) + " " + o.Text.String() + "\n")
				lines(out, o.Under)
			}
		case b.List != nil:
			for _, item := range b.List.Items {
				out.WriteString("- " + item.String() + "\n")
			}
		case b.Fields != nil:
			for _, f := range b.Fields.Items {
				out.WriteString(f.Label + ": " + f.Value.String() + "\n")
			}
		case b.Table != nil:
			for _, row := range b.Table.Rows {
				for i, cell := range row {
					out.WriteString([]string{"| ", " | "}[min(i, 1)] + cell.String())
				}
				out.WriteString("\n")
			}
		}
	}
}

func box(exclusive, chosen bool) string {
	mark := map[bool]string{true: "x", false: " "}[chosen]
	if exclusive {
		return "(" + mark + ")"
	}
	return "[" + mark + "]"
}

// hole is what wording must not have once every required term is given.
var hole = regexp.MustCompile(`(?m)\[to be completed\]|  | [.,;:]|\.\.|\(\)|^(\[[x ]\]|\([x ]\)|-) ?$|\| *(\||$)|%s|%!|\band\.|zero \(0\)|\b(hereby|thereof|and/or)\b|\n\n`)

// Says fails where wording lacks a text, or has a hole: an empty item, a doubled space or stop, a
// format that was not filled in, words that our contract English does not use.
func Says(t testing.TB, wording string, texts ...string) {
	t.Helper()
	for _, want := range texts {
		if !strings.Contains(wording, want) {
			t.Errorf("the wording lacks %q:\n%s", want, wording)
		}
	}
	if at := hole.FindString(wording); at != "" {
		t.Errorf("the wording has a hole at %q:\n%s", at, wording)
	}
}

// Clauses fails if the clauses are not exactly those of these numbers, each with a title and words.
func Clauses(t testing.TB, clauses []document.Clause, numbers ...string) {
	t.Helper()
	var got []string
	for _, c := range clauses {
		got = append(got, c.Number)
		title := agreement.Clause(c.Number).Title()
		if c.Title == "" || title != "" && c.Title != title || len(c.Blocks) == 0 {
			t.Errorf("clause %s is called %q and has %d blocks", c.Number, c.Title, len(c.Blocks))
		}
	}
	if !slices.Equal(got, numbers) {
		t.Errorf("the clauses are %v, want %v", got, numbers)
	}
}

// Hostile are texts that must stay texts, whatever they look like.
func Hostile() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"", "%s", "%", "%d %%", "**x**", "**", "[[6.1]]", "[[", "a. ", "\n", "\u202e"})
}

// Dangling are the places where a reference leads nowhere: to no component or no person.
func Dangling(found agreement.Findings) (paths []string) {
	for _, f := range found {
		if f.Rule == "unknown-component" || f.Rule == "unknown-person" {
			paths = append(paths, f.Path)
		}
	}
	slices.Sort(paths)
	return paths
}

// Of reads a value from its text, for tables: a duration, an amount, a percentage. A text that is
// none ends the test.
func Of[T any, P interface {
	*T
	UnmarshalText([]byte) error
}](text string) T {
	var v T
	if err := P(&v).UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return v
}
