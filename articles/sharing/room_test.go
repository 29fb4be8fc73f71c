package sharing

import (
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
	Sharing   Terms           `json:"sharing"`
}

func (f file) frame() agreement.Frame {
	f.Agreement.Dated, f.Agreement.Effective = day.AddDays(-40), day.AddDays(-30)
	return agreement.Frame{Front: f.Agreement, Components: []agreement.Component{
		{Name: "summarise", Provider: agreement.A}, {Name: "embed", Provider: agreement.B},
		{Name: "reader-kit", Provider: agreement.A}, {Name: "search-panel", Provider: agreement.B},
	}}
}

func (f file) findings() agreement.Findings {
	var found agreement.Findings
	f.Sharing.Check(f.frame(), &found)
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
	decode(t, "agreement: {attachments: [{name: data processing agreement}]}\n"+text.String(), &base)
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
	return strings.Join(lines(f.Sharing.Words(f.frame())), "\n")
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

func TestPathsAndClauses(t *testing.T) {
	for _, c := range []struct {
		name, patch, rule, path string
		clause                  agreement.Clause
	}{
		{"training on customer data in a row", "sharing: {data: [{name: q, provider: a, recipient: b, purposes: [service, training], class: customer, retention: P1D}]}", "customer-training", "sharing.data[0].purposes[1]", ""},
		{"a sub-processor's country", "sharing: {forbidden: {sub_processors: [{party: a, location: Germany}]}}", "data-location", "sharing.forbidden.sub_processors[0].location", "3.2"},
		{"a sub-processor's data", "sharing: {forbidden: {sub_processors: [{party: a, location: DE, data: [none]}]}}", "unknown-data", "sharing.forbidden.sub_processors[0].data[0]", "3.2"},
		{"a consent's data", "sharing: {training: {consents: [{name: x, provider: b, class: aggregated, data: [none]}]}}", "unknown-data", "sharing.training.consents[0].data[0]", "3.4"},
		{"a consent's name", "sharing: {training: {consents: [{name: X, provider: b, class: aggregated}]}}", "data-name", "sharing.training.consents[0].name", "3.4"},
		{"a component that does not exist", "sharing: {data: [{name: q, provider: a, recipient: b, delivery: calls, component: nowhere}]}", "unknown-component", "sharing.data[0].component", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := with(t, c.patch).findings()
			if !slices.ContainsFunc(found, func(f agreement.Finding) bool { return f.Rule == c.rule && f.Path == c.path && f.Clause == c.clause }) {
				t.Errorf("no %s at %s in %+v", c.rule, c.path, found)
			}
		})
	}
}

func TestWords(t *testing.T) {
	const bare = "sharing: {permitted: null, forbidden: null, protection: null, training: null}"
	for _, c := range []struct{ name, patch, says string }{
		{"a row of the table", "", "Documents and passages to be summarised (summary-inputs) | Party B | Party A | as this Agreement specifies | yes | chat messages in JSON, UTF-8 | not kept after use"},
		{"retention in words", "", "thirty (30) days"},
		{"delivery in calls", "", "search-queries | customer data | in calls of the Component embed | DE, IE"},
		{"delivery as data sets", "", "relevance-statistics | aggregated or anonymised data | as data sets, a new one at intervals of seven (7) days | anywhere"},
		{"no rows", "sharing: {data: []}", "None is listed."},
		{"analytics with a group", "", "[x] Analytics. " + analytics + " Each figure must rest on at least twenty-five (25) people or companies."},
		{"analytics unticked", bare, "[ ] Analytics. " + analytics + "\n"},
		{"consent is needed", "", "[x] Training. " + noTraining},
		{"competition unticked", bare, "[ ] Competition. " + competitive},
		{"sub-processors", "", "Party A | Ostsee Rechenzentrum GmbH | hosting of the summarisation models | DE | all that the Party receives"},
		{"notice of a further one", "", "notify the provider at least thirty (30) days in advance"},
		{"no sub-processors", bare, "At the date of this Agreement no sub-processor processes Shared Data."},
		{"a further one needs consent", bare, "only with the prior written consent of the provider"},
		{"DPA by reference", "sharing: {protection: {dpa: {attachment: null}}}", "[x] Data processing agreement. The data processing agreement of 14 October 2026 (CT-2026-007-DPA) governs"},
		{"DPA as an attachment", "sharing: {protection: {dpa: {reference: null}}}", "agreement of 14 October 2026 (attached as “data processing agreement”) governs"},
		{"DPA as an attachment with a reference", "", "agreement of 14 October 2026 (attached as “data processing agreement”, CT-2026-007-DPA) governs"},
		{"no DPA", bare, "[ ] Data processing agreement. A data processing agreement between the Parties governs the processing of Personal Data"},
		{"breach notice in words", "", "[x] Breach notice. A Party that discovers a breach of security that affects Shared Data shall notify the other Party within forty-eight (48) hours of the discovery."},
		{"breach notice unticked", bare, "[ ] Breach notice. A Party that discovers a breach of security that affects Shared Data shall notify the other Party.\n"},
		{"never", "", "[x] Customer data. " + never},
		{"joint training", "sharing: {training: {joint_by_agreement: the Joint Model Agreement of 2 May 2026}}", "[x] Joint training. The Parties may train AI models jointly, under a separate agreement only: the Joint Model Agreement of 2 May 2026."},
		{"joint training unticked", "", "[ ] Joint training. The Parties may train AI models jointly, under a separate agreement only.\n"},
		{"only synthetic data by consent", "", "\nSynthetic data " + onlyConsented + " " + noOther},
		{"customer data by consent", bare, "\nCustomer data and synthetic data " + onlyConsented + " " + noOther},
		{"consent with a scope and an end", "", "relevance-tuning | Party B | aggregated or anonymised data: relevance-statistics | fine-tuning of calluna-extract-1 for passages that searchers find relevant | 24 October 2027, unless withdrawn earlier"},
		{"consent without either", "sharing: {training: {consents: [{name: x, provider: b, class: synthetic, purpose: tests}]}}", "x | Party B | all synthetic data | tests | withdrawn"},
		{"no consent", bare, "Neither Party gives a consent to training by signing this Agreement."},
		{"canaries", "", "The provider may place canary records in relevance-statistics,"},
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
	patches := []string{"", "sharing: {permitted: null, forbidden: null, protection: null, training: null}", "sharing: {data: []}"}
	for _, r := range Rules {
		patches = append(patches, r.Accepted)
	}
	for i, p := range patches {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			f := with(t, p)
			var numbers []string
			for _, c := range f.Sharing.Words(f.frame()) {
				numbers = append(numbers, number(c))
			}
			if want := []string{"3.1 Scope of data sharing", "3.2 Use of shared data", "3.3 Data protection", "3.4 AI training"}; !slices.Equal(numbers, want) {
				t.Errorf("clauses %v", numbers)
			}
			for _, hole := range []string{"[to be completed]", "  ", " .", " ,", "| |", "%", "()"} {
				if got := words(t, p); strings.Contains(got, hole) {
					t.Errorf("%q in the wording:\n%s", hole, got)
				}
			}
		})
	}
}
