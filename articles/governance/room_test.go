package governance

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

var day = calendar.Date{Year: 2026, Month: 11, Day: 23}

// file is the part of an agreement file that the room reads.
type file struct {
	Governance Terms `json:"governance"`
	ScheduleG  KPIs  `json:"schedule_g"`
}

func (f file) frame() agreement.Frame {
	return agreement.Frame{People: f.Governance.People, Components: []agreement.Component{
		{Name: "summarise", Provider: agreement.A}, {Name: "embed", Provider: agreement.B},
	}}
}

func (f file) findings() agreement.Findings {
	var found agreement.Findings
	f.Governance.Check(f.frame(), &found)
	f.ScheduleG.Check(f.frame(), &found)
	CheckTogether(f.Governance, f.ScheduleG, &found)
	return found
}

func (f file) words() []document.Clause {
	return slices.Concat(f.Governance.Words(f.frame()), f.ScheduleG.Words(f.frame()))
}

// with is the example with a patch merged into it: maps merge, lists are replaced, null deletes.
func with(t *testing.T, patch string) file {
	t.Helper()
	var text strings.Builder
	days := template.FuncMap{"day": func(n int) string { return day.AddDays(n).String() }}
	if err := template.Must(template.New("example").Funcs(days).Parse(Example)).Execute(&text, nil); err != nil {
		t.Fatal(err)
	}
	var base, change map[string]any
	decode(t, text.String(), &base)
	decode(t, patch, &change)
	apply(base, change)
	merged, err := yaml.Marshal(base)
	if err != nil {
		t.Fatal(err)
	}
	var f file
	decode(t, string(merged), &f)
	return f
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := yaml.UnmarshalWithOptions([]byte(text), into, yaml.Strict()); err != nil {
		t.Fatalf("reading %s\n%s", err, text)
	}
}

func apply(base, change map[string]any) {
	for key, value := range change {
		below, isMap := value.(map[string]any)
		old, wasMap := base[key].(map[string]any)
		switch {
		case value == nil:
			delete(base, key)
		case isMap && wasMap:
			apply(old, below)
		default:
			base[key] = value
		}
	}
}

// names are the rules found, in order of their names.
func names(found agreement.Findings) []string {
	set := map[string]bool{}
	for _, f := range found {
		set[f.Rule] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// plain is the wording as running text, a line for each paragraph, option, item and row.
func plain(clauses []document.Clause) string {
	var lines []string
	for _, c := range clauses {
		lines = append(append(lines, c.Number+" "+c.Title), blockLines(c.Blocks)...)
	}
	return strings.Join(lines, "\n")
}

func blockLines(blocks []document.Block) (lines []string) {
	for _, b := range blocks {
		switch {
		case b.Paragraph != nil:
			lines = append(lines, b.Paragraph.Text.String())
		case b.List != nil:
			for _, item := range b.List.Items {
				lines = append(lines, "- "+item.String())
			}
		case b.Table != nil:
			for _, row := range b.Table.Rows {
				var cells []string
				for _, cell := range row {
					cells = append(cells, cell.String())
				}
				lines = append(lines, strings.Join(cells, " | "))
			}
		case b.Options != nil:
			for _, o := range b.Options.Items {
				mark := "[ ] "
				if o.Chosen {
					mark = "[x] "
				}
				lines = append(append(lines, mark+o.Text.String()), blockLines(o.Under)...)
			}
		}
	}
	return lines
}

func TestExampleIsClean(t *testing.T) {
	for _, found := range with(t, "{}").findings() {
		i := slices.IndexFunc(Rules, func(r agreement.Rule) bool { return r.Name == found.Rule })
		if i < 0 || Rules[i].Severity != agreement.Note {
			t.Errorf("%s: %s: %s", found.Path, found.Rule, found.Message)
		}
	}
}

// Each page's first example is found by its rule, and its second is not.
func TestRulePagesHold(t *testing.T) {
	for _, r := range Rules {
		t.Run(r.Name, func(t *testing.T) {
			if got := names(with(t, r.Refused).findings()); !slices.Contains(got, r.Name) {
				t.Errorf("the refused example gives %v", got)
			}
			if got := names(with(t, r.Accepted).findings()); slices.Contains(got, r.Name) {
				t.Errorf("the accepted example gives %v", got)
			}
		})
	}
}

// Whatever is left out, the wording has no holes: each catalogue clause is there with its title, no
// text is empty, nothing is left to be completed.
func TestWordingHasNoHoles(t *testing.T) {
	for name, f := range map[string]file{"the example": with(t, "{}"), "nothing chosen": {Governance: Terms{Committee: Committee{Meets: Monthly, Quorum: 1}}}} {
		words := f.words()
		for i, number := range []string{"7.1", "7.2", "7.3", "G.1", "G.2"} {
			if words[i].Number != number || words[i].Title == "" || len(words[i].Blocks) == 0 {
				t.Errorf("%s: clause %d is %q %q", name, i, words[i].Number, words[i].Title)
			}
		}
		text := plain(words)
		for _, hole := range []string{"[to be completed]", "  ", "..", " ,", " .", "zero (0)", "hereby", "thereof", "and/or", "\n\n"} {
			if strings.Contains(text, hole) {
				t.Errorf("%s: the wording has %q:\n%s", name, hole, text)
			}
		}
	}
}
