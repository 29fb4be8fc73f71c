package sharing

import (
	"slices"
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/document"
)

// file is the part of an agreement file that the room and its frame read.
type file struct {
	Agreement agreement.Front `json:"agreement"`
	Sharing   Terms           `json:"sharing"`
}

func (f file) frame() agreement.Frame {
	frame := roomtest.Frame()
	frame.Front.Attachments = f.Agreement.Attachments
	return frame
}

func (f file) findings() agreement.Findings {
	var found agreement.Findings
	f.Sharing.Check(f.frame(), &found)
	return found
}

func (f file) words() []document.Clause { return f.Sharing.Words(f.frame()) }

// with is the room's part of the example, with a patch.
func with(t testing.TB, patch string) (f file) {
	t.Helper()
	roomtest.Read(t, Example, &f, "agreement: {attachments: [{name: data processing agreement}]}", patch)
	return f
}

func check(t testing.TB, patch string) agreement.Findings { return with(t, patch).findings() }

func TestExample(t *testing.T) { roomtest.Clean(t, Rules, check(t, "")) }

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

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
		{"no rows", "sharing: {data: []}", "The Parties list no data, so they share none."},
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
			roomtest.Says(t, roomtest.Text(with(t, c.patch).words()), c.says)
		})
	}
}

// Whatever is chosen, every clause is there, and the wording has no holes.
func TestWordingIsWhole(t *testing.T) {
	patches := []string{"", "sharing: {permitted: null, forbidden: null, protection: null, training: null}", "sharing: {data: []}"}
	for _, r := range Rules {
		patches = append(patches, r.Accepted)
	}
	for _, p := range patches {
		words := with(t, p).words()
		roomtest.Clauses(t, words, "3.1", "3.2", "3.3", "3.4")
		roomtest.Says(t, roomtest.Text(words))
	}
}
