package general

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

// flat is the text of clauses, a line per paragraph, option, cell and item; chosen options begin with [x].
func flat(clauses []document.Clause) string {
	var b strings.Builder
	for _, c := range clauses {
		b.WriteString(c.Number + " " + c.Title + "\n")
		flatten(&b, c.Blocks)
	}
	return b.String()
}

func flatten(b *strings.Builder, blocks []document.Block) {
	line := func(mark string, t document.Text) { b.WriteString(mark + t.String() + "\n") }
	for _, block := range blocks {
		switch {
		case block.Paragraph != nil:
			line("", block.Paragraph.Text)
		case block.Options != nil:
			for _, o := range block.Options.Items {
				line(map[bool]string{true: "[x] ", false: "[ ] "}[o.Chosen], o.Text)
				flatten(b, o.Under)
			}
		case block.Table != nil:
			for _, row := range block.Table.Rows {
				for _, cell := range row {
					line("| ", cell)
				}
			}
		case block.List != nil:
			for _, item := range block.List.Items {
				line("- ", item)
			}
		}
	}
}

// hole is what wording must not have when every required term is given.
var hole = regexp.MustCompile(`to be completed|  | [.,;:]|\(\)|\n(\[[x ]\]|[|-]) ?\n|%s|and\.`)

func wants(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, want := range lines {
		if !strings.Contains(text, want) {
			t.Errorf("the wording lacks %q:\n%s", want, text)
		}
	}
	if at := hole.FindString(text); at != "" {
		t.Errorf("the wording has a hole at %q:\n%s", at, text)
	}
}

// example is the room's part of the example agreement, read strictly.
func example(t *testing.T, into any) {
	t.Helper()
	day := func(n int) string { return calendar.Date{Year: 2026, Month: 12, Day: 31}.AddDays(n).String() }
	page, err := template.New("example").Funcs(template.FuncMap{"day": day}).Parse(Example)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, nil); err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalWithOptions(b.Bytes(), into, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
}

// clean fails if a finding is not a note.
func clean(t *testing.T, found agreement.Findings) {
	t.Helper()
	for _, f := range found {
		for _, r := range Rules {
			if r.Name == f.Rule && r.Severity != agreement.Note {
				t.Errorf("the example is not clean: %s: %s", f.Path, f.Message)
			}
		}
	}
}

func period(s string) calendar.Duration {
	d, err := calendar.ParseDuration(s)
	if err != nil {
		panic(err)
	}
	return d
}

func frame() agreement.Frame {
	f := agreement.Frame{Front: agreement.Front{Dated: calendar.Date{Year: 2026, Month: 11, Day: 20}, Effective: calendar.Date{Year: 2026, Month: 12, Day: 1}, Currency: "EUR"}}
	f.Parties.A.Address, f.Parties.B.Address = "Hafenstraße 1, 24103 Kiel, Germany", "2 Quay Street, Galway, Ireland"
	for _, c := range []agreement.Component{{Name: "summarise", Provider: agreement.A, Methods: []agreement.Method{agreement.API}},
		{Name: "embed", Provider: agreement.B, Methods: []agreement.Method{agreement.API}}, {Name: "reader-kit", Provider: agreement.A, Methods: []agreement.Method{agreement.SDK}},
		{Name: "search-panel", Provider: agreement.B, Methods: []agreement.Method{agreement.Embedded}}} {
		f.Components = append(f.Components, c)
	}
	for id, role := range map[string]agreement.Role{"a nele-brandt": agreement.Security, "b saoirse-burke": agreement.Security, "a tobias-reuter": agreement.Legal,
		"b conor-whelan": agreement.Legal, "a mara-voss": agreement.Signatory, "b aoife-kearney": agreement.Signatory} {
		party, name, _ := strings.Cut(id, " ")
		f.People = append(f.People, agreement.Person{ID: name, Party: agreement.Party(party), Name: name, Email: agreement.Email(name + "@company.example"), Roles: []agreement.Role{role}})
	}
	return f
}
