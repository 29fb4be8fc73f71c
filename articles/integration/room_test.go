package integration

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"

	"entente/agreement"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/calendar"
	"entente/document"
)

var exampleDay = calendar.Date{Year: 2026, Month: 11, Day: 23}

// example is the room's part of the example agreement as plain data.
func example(t *testing.T) map[string]any {
	t.Helper()
	day := func(n int) string { return exampleDay.AddDays(n).String() }
	var out strings.Builder
	page := template.Must(template.New("example").Funcs(template.FuncMap{"day": day}).Parse(Example + technical.Example + performance.Example))
	if err := page.Execute(&out, nil); err != nil {
		t.Fatal(err)
	}
	return parse(t, out.String())
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	var data map[string]any
	if err := yaml.Unmarshal([]byte(text), &data); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return data
}

// merge patches data: maps merge, lists are replaced whole, null deletes.
func merge(data, patch map[string]any) {
	for key, value := range patch {
		under, isMap := value.(map[string]any)
		have, hadMap := data[key].(map[string]any)
		switch {
		case value == nil:
			delete(data, key)
		case isMap && hadMap:
			merge(have, under)
		default:
			data[key] = value
		}
	}
}

// A room is what the two kinds of terms and the clause they need are decoded into.
type room struct {
	Terms       Terms             `json:"integration"`
	Technical   technical.Terms   `json:"schedule_a"`
	Performance performance.Terms `json:"schedule_c"`
}

func decode(t *testing.T, data map[string]any) room {
	t.Helper()
	own := map[string]any{"integration": data["integration"], "schedule_a": data["schedule_a"], "schedule_c": data["schedule_c"]}
	var r room
	reread(t, own, &r)
	return r
}

func reread(t *testing.T, data, into any) {
	t.Helper()
	text, err := yaml.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalWithOptions(text, into, yaml.Strict()); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}

// frame is the example partnership, with what a patch of another section says instead.
func frame(t *testing.T, data map[string]any) agreement.Frame {
	t.Helper()
	f := agreement.Frame{
		Front: agreement.Front{Dated: exampleDay.AddDays(-40), Effective: exampleDay.AddDays(-30), Currency: "EUR"},
		Components: []agreement.Component{
			{Name: "summarise", Provider: agreement.A, Methods: []agreement.Method{agreement.API}},
			{Name: "embed", Provider: agreement.B, Methods: []agreement.Method{agreement.API}},
			{Name: "reader-kit", Provider: agreement.A, Methods: []agreement.Method{agreement.SDK}},
			{Name: "search-panel", Provider: agreement.B, Methods: []agreement.Method{agreement.Embedded}},
		},
		People: []agreement.Person{
			{ID: "jonas-lindqvist", Party: agreement.A, Name: "Jonas Lindqvist"}, {ID: "nele-brandt", Party: agreement.A, Name: "Nele Brandt"},
			{ID: "declan-moran", Party: agreement.B, Name: "Declan Moran"}, {ID: "saoirse-burke", Party: agreement.B, Name: "Saoirse Burke"},
		},
	}
	if scope, ok := data["scope"].(map[string]any); ok {
		f.Components = nil
		reread(t, scope["components"], &f.Components)
	}
	if front, ok := data["agreement"].(map[string]any); ok {
		reread(t, front["attachments"], &f.Front.Attachments)
	}
	return f
}

func check(f agreement.Frame, r room) agreement.Findings {
	var found agreement.Findings
	r.Terms.Check(f, &found)
	r.Technical.Check(f, &found)
	r.Performance.Check(f, &found)
	CheckTogether(r.Terms, r.Technical, r.Performance, f, &found)
	return found
}

func rules(found agreement.Findings) []string {
	names := map[string]bool{}
	for _, f := range found {
		names[f.Rule] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func TestTheExampleIsClean(t *testing.T) {
	severity := map[string]agreement.Severity{}
	for _, r := range slices.Concat(Rules, technical.Rules, performance.Rules) {
		severity[r.Name] = r.Severity
	}
	data := example(t)
	for _, f := range check(frame(t, data), decode(t, data)) {
		if severity[f.Rule] != agreement.Note {
			t.Errorf("%s: %s: %s", f.Path, f.Rule, f.Message)
		}
	}
}

func TestEveryRuleIsHeldByItsPage(t *testing.T) {
	for _, r := range slices.Concat(Rules, technical.Rules, performance.Rules) {
		for _, tt := range []struct {
			name, patch string
			want        bool
		}{{"refused", r.Refused, true}, {"accepted", r.Accepted, false}} {
			data := example(t)
			merge(data, parse(t, tt.patch))
			if got := rules(check(frame(t, data), decode(t, data))); slices.Contains(got, r.Name) != tt.want {
				t.Errorf("%s, %s: found %v", r.Name, tt.name, got)
			}
		}
	}
}

// plain writes clauses as lines of text, boxes as [x] and (x).
func plain(clauses []document.Clause) string {
	var out strings.Builder
	for _, c := range clauses {
		out.WriteString(c.Number + " " + c.Title + "\n")
		plainBlocks(&out, c.Blocks)
	}
	return out.String()
}

func plainBlocks(out *strings.Builder, blocks []document.Block) {
	for _, b := range blocks {
		switch {
		case b.Paragraph != nil:
			out.WriteString(b.Paragraph.Text.String() + "\n")
		case b.Options != nil:
			for _, o := range b.Options.Items {
				out.WriteString(box(b.Options.Exclusive, o.Chosen) + " " + o.Text.String() + "\n")
				plainBlocks(out, o.Under)
			}
		case b.Table != nil:
			for _, row := range b.Table.Rows {
				var cells []string
				for _, cell := range row {
					cells = append(cells, cell.String())
				}
				out.WriteString(strings.Join(cells, " | ") + "\n")
			}
		case b.Fields != nil:
			for _, f := range b.Fields.Items {
				out.WriteString(f.Label + ": " + f.Value.String() + "\n")
			}
		case b.List != nil:
			for _, item := range b.List.Items {
				out.WriteString("- " + item.String() + "\n")
			}
		}
	}
}

func box(exclusive, chosen bool) string {
	mark := " "
	if chosen {
		mark = "x"
	}
	if exclusive {
		return "(" + mark + ")"
	}
	return "[" + mark + "]"
}
