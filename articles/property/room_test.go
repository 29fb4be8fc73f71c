package property

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

var day = calendar.Date{Year: 2026, Month: 11, Day: 23}

// file is the part of an agreement file that the room and its frame read.
type file struct {
	Agreement agreement.Front `json:"agreement"`
	Property  Terms           `json:"property"`
	ScheduleD Allocation      `json:"schedule_d"`
}

func (f file) frame() agreement.Frame {
	f.Agreement.Dated, f.Agreement.Effective = day.AddDays(-40), day.AddDays(-30)
	return agreement.Frame{Front: f.Agreement, Components: []agreement.Component{
		{Name: "summarise", Provider: agreement.A}, {Name: "embed", Provider: agreement.B},
		{Name: "reader-kit", Provider: agreement.A}, {Name: "search-panel", Provider: agreement.B},
	}}
}

func (f file) words() []document.Clause {
	return append(f.Property.Words(f.frame()), f.ScheduleD.Words(f.frame())...)
}

func (f file) findings() agreement.Findings {
	var found agreement.Findings
	f.Property.Check(f.frame(), &found)
	f.ScheduleD.Check(f.frame(), &found)
	return found
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
	merge(base, change)
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

func merge(base, change map[string]any) {
	for key, value := range change {
		below, isMap := value.(map[string]any)
		old, wasMap := base[key].(map[string]any)
		switch {
		case value == nil:
			delete(base, key)
		case isMap && wasMap:
			merge(old, below)
		default:
			base[key] = value
		}
	}
}

// names are the rules found, in order, with or without those that are only notes.
func names(found agreement.Findings, notes bool) []string {
	set := map[string]bool{}
	for _, f := range found {
		i := slices.IndexFunc(Rules, func(r agreement.Rule) bool { return r.Name == f.Rule })
		if notes || i < 0 || Rules[i].Severity != agreement.Note {
			set[f.Rule] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func words(t *testing.T, patch string) string {
	t.Helper()
	f := with(t, patch)
	return strings.Join(lines(f.words()), "\n")
}

func number(c document.Clause) string { return c.Number + " " + c.Title }

func mark(o document.Option) string {
	if o.Chosen {
		return "[x] "
	}
	return "[ ] "
}

func lines(cs []document.Clause) []string {
	var all []string
	for _, c := range cs {
		all = append(all, number(c))
		all = append(all, blocks(c.Blocks)...)
	}
	return all
}

func blocks(bs []document.Block) []string {
	var all []string
	for _, b := range bs {
		switch {
		case b.Paragraph != nil:
			all = append(all, b.Paragraph.Text.String())
		case b.Options != nil:
			for _, o := range b.Options.Items {
				all = append(all, mark(o)+o.Text.String())
				all = append(all, blocks(o.Under)...)
			}
		case b.List != nil:
			for _, item := range b.List.Items {
				all = append(all, item.String())
			}
		case b.Table != nil:
			for _, r := range b.Table.Rows {
				var cells []string
				for _, c := range r {
					cells = append(cells, c.String())
				}
				all = append(all, strings.Join(cells, " | "))
			}
		}
	}
	return all
}

func TestExampleIsClean(t *testing.T) {
	if got := names(with(t, "").findings(), false); len(got) > 0 {
		t.Errorf("the example is not clean: %v", got)
	}
}

// Each rule page's first example triggers that rule and no other, its second does not.
func TestRulePages(t *testing.T) {
	for _, r := range Rules {
		t.Run(r.Name, func(t *testing.T) {
			got := names(with(t, r.Refused).findings(), true)
			if !slices.Contains(got, r.Name) {
				t.Errorf("refused example: found %v", got)
			}
			for _, other := range names(with(t, r.Refused).findings(), false) {
				if other != r.Name {
					t.Errorf("refused example: also found %s", other)
				}
			}
			if slices.Contains(names(with(t, r.Accepted).findings(), true), r.Name) {
				t.Errorf("accepted example: found %v", with(t, r.Accepted).findings())
			}
		})
	}
}

// Every finding names a rule that has a page, a place, and a sentence without a full stop.
func TestFindingsAreComplete(t *testing.T) {
	known := []string{"unknown-component", "unknown-person"}
	for _, r := range Rules {
		known = append(known, r.Name)
	}
	for _, r := range Rules {
		for _, f := range with(t, r.Refused).findings() {
			if !slices.Contains(known, f.Rule) || f.Path == "" || strings.HasSuffix(f.Message, ".") {
				t.Errorf("%+v", f)
			}
		}
	}
}

func TestReferences(t *testing.T) {
	for _, c := range []struct{ name, patch, path string }{
		{"a background item of a component that does not exist", "property: {background: [{name: x, party: a, title: X, kind: software, component: nowhere}]}", "property.background[0].component"},
		{"a development of a component that does not exist", "schedule_d: {developments: [{name: x, basis: agreed, owner: a, components: [embed, nowhere]}]}", "schedule_d.developments[0].components[1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := with(t, c.patch).findings()
			if !slices.ContainsFunc(found, func(f agreement.Finding) bool { return f.Rule == "unknown-component" && f.Path == c.path }) {
				t.Errorf("no unknown-component at %s in %+v", c.path, found)
			}
		})
	}
}

func TestOmittedImprovementsNeedAReason(t *testing.T) {
	got := names(with(t, "property: {improvements: {omit: true}}").findings(), false)
	if want := []string{"improvements-omitted", "improvements-reason"}; !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func TestLicensed(t *testing.T) {
	terms := Terms{Licences: Licences{AToB: Grant{API: true}, BToA: Grant{Trademarks: true, Territory: "Ireland"}}}
	for _, c := range []struct {
		name string
		from agreement.Party
		want Grant
	}{
		{"Party A to Party B", agreement.A, Grant{API: true}},
		{"Party B to Party A", agreement.B, Grant{Trademarks: true, Territory: "Ireland"}},
		{"the host is no party", agreement.Host, Grant{}},
		{"nobody", "", Grant{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := terms.Licensed(c.from); got != c.want {
				t.Errorf("Licensed = %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestGrantEnds(t *testing.T) {
	for _, c := range []struct {
		name, term, effective, want string
	}{
		{"no term", "", "2026-11-01", ""},
		{"three years", "P3Y", "2026-11-01", "2029-11-01"},
		{"from a leap day", "P1Y", "2028-02-29", "2029-02-28"},
		{"a month from the 31st", "P1M", "2027-01-31", "2027-02-28"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var g Grant
			var from calendar.Date
			if err := errors.Join(g.Term.UnmarshalText([]byte(c.term)), from.UnmarshalText([]byte(c.effective))); err != nil {
				t.Fatal(err)
			}
			got, ends := g.Ends(from)
			if got.String() != c.want || ends != (c.want != "") {
				t.Errorf("Ends = %s, %v, want %q", got, ends, c.want)
			}
		})
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ name, patch, says string }{
		{"a background item", "", "Party A | Calluna extractive summarisation engine (extraction-engine) | software | repository calluna/extract, tag v4.2.0, in the Component summarise | 17 May 2023"},
		{"a background item without an identifier", "property: {background: [{name: x, party: b, title: X, kind: know_how, date: 2020-02-29}]}", "Party B | X (x) | know-how | none | 29 February 2020"},
		{"no background items", "property: {background: null}", "None is listed."},
		{"option C", "", "[x] C. By contribution."},
		{"option A unticked", "", "[ ] A. The creator owns."},
		{"option A as it stands", "property: {integration_ip: creator}", "The licence lasts while this Agreement is in force. It covers use in the Integrated Solution only. It does not include a right to sublicense."},
		{"option A at its widest", "property: {integration_ip: creator, creator_licence: {perpetual: true, any_purpose: true, sublicense: true}}", "The licence is perpetual and survives the end of this Agreement. It covers use for any purpose of the other Party’s business. It includes the right to sublicense to customers of the other Party."},
		{"option B", "property: {integration_ip: joint, joint_use: {free_use: true}}", "[x] B. Joint ownership. The Parties own Integration IP jointly, in equal shares.\n[x] Each Party may use jointly owned Integration IP"},
		{"option B, transfer unticked", "property: {integration_ip: joint, joint_use: {free_use: true}}", "[ ] Neither Party shall transfer its share without the other Party’s written consent."},
		{"licences worldwide", "", "Party A to Party B. Party A grants Party B the licences chosen below, worldwide, while this Agreement is in force:"},
		{"licences in a territory", "", "Party B to Party A. Party B grants Party A the licences chosen below, for the European Economic Area, Switzerland and the United Kingdom, while this Agreement is in force:"},
		{"licences for a term", "property: {licences: {a_to_b: {term: P3Y}}}", "worldwide, for three (3) years from the Effective Date, but no longer than this Agreement is in force:"},
		{"a licence ticked", "", "[x] API and SDK. Party B may use Party A’s APIs and SDKs as this Agreement provides."},
		{"a licence unticked", "", "[ ] Sublicence. Party A may sublicense to customers what they need to use the Integrated Solution."},
		{"improvements", "", "An improvement of Background IP belongs to the Party that owns the Background IP, whoever makes it."},
		{"improvements left out", "property: {improvements: {omit: true, reason: the parties pool their improvements}}", "The Parties have left this clause out. Improvements of Background IP are treated like Integration IP under clause 4.2.\nReason: the parties pool their improvements"},
		{"improvements left out belong to Integration IP", "property: {improvements: {omit: true}}", "It does not include Background IP. The Parties"},
		{"agreed shares", "", "Connector between the reader kit and the search panel (connector) | Party A 62.5 %, Party B 37.5 % | agreed | reader-kit and search-panel"},
		{"an agreed owner", "", "(evaluation-set) | Party B alone | agreed | none in particular"},
		{"shares by commits", "", "(search-and-summarise) | shares as counted | commits to https://git.tidewater.example/joint/search-and-summarise | summarise and embed"},
		{"shares by hours", "", "(integration-guide) | shares as counted | hours worked | none in particular"},
		{"an empty schedule", "schedule_d: null", "The shares of a joint development are together exactly one hundred per cent (100 %).\nNone is listed."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := words(t, c.patch); !strings.Contains(got, c.says) {
				t.Errorf("the article does not say %q:\n%s", c.says, got)
			}
		})
	}
}

// Whatever is chosen, every clause is there with its title, and no sentence has a hole.
func TestWordsAreWhole(t *testing.T) {
	patches := []string{"", "property: {background: null}", "schedule_d: null", "property: {integration_ip: joint}", "property: {integration_ip: creator}", "property: {improvements: {omit: true}}"}
	for _, r := range Rules {
		patches = append(patches, r.Accepted)
	}
	want := []string{"4.1 Background IP", "4.2 Integration IP", "4.3 Licences", "4.4 Improvements", "D.1 Joint developments", "D.2 Counting contributions"}
	for i, p := range patches {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			var numbers []string
			for _, c := range with(t, p).words() {
				numbers = append(numbers, number(c))
			}
			if !slices.Equal(numbers, want) {
				t.Errorf("clauses %v", numbers)
			}
			for _, hole := range []string{"[to be completed]", "  ", " .", " ,", "| |", "%s", "()"} {
				if got := words(t, p); strings.Contains(got, hole) {
					t.Errorf("%q in the wording:\n%s", hole, got)
				}
			}
		})
	}
}
