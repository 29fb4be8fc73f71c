package general

import (
	"slices"
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
)

var period = roomtest.Of[calendar.Duration]

// read is the room's part of the example, with a patch.
func read(t testing.TB, patch string) Terms {
	var file struct {
		General Terms `json:"general"`
	}
	roomtest.Read(t, Example, &file, patch)
	return file.General
}

func check(t testing.TB, patch string) (found agreement.Findings) {
	read(t, patch).Check(roomtest.Frame(), &found)
	return found
}

func TestExample(t *testing.T) {
	roomtest.Clean(t, Rules, check(t, ""))
	words := read(t, "").Words(roomtest.Frame())
	roomtest.Clauses(t, words, "13.1", "13.2", "13.3", "13.4", "13.5", "13.6", "13.7", "13.8", "13.9", "13.10")
	roomtest.Says(t, roomtest.Text(words), "13.1 Governing law", "The law of Germany governs this Agreement.", "13.10 Severability", "- Mediation.", "The DIS Mediation Rules apply.", "The tribunal has three (3) members.")
}

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

func TestWords(t *testing.T) {
	german := Law{Country: "DE"}
	tests := []struct {
		name  string
		terms Terms
		want  []string
	}{
		{"nothing chosen", Terms{Law: german}, []string{"[ ] Courts. The courts of a place that the Parties name", "No step is listed.", "[ ] Interim relief.", "[ ] Affiliates.",
			"[ ] Notice. A Party that transfers this Agreement without consent shall notify the other Party within a fixed time", "[ ] Replaced. Earlier agreements that the Parties list",
			"[ ] Answer.", "[ ] Lead time.", "[ ] Prior approval.", "None is listed.", "[ ] Exit. If the event lasts longer than a fixed time", "[ ] Replacement."}},
		{"exclusive courts", Terms{Law: Law{Country: "IE", Venue: "the courts of Dublin", ExclusiveVenue: true}}, []string{"The law of Ireland governs", "[x] Courts.", "only the courts of Dublin have jurisdiction."}},
		{"courts that are not exclusive", Terms{Law: Law{Country: "IE", Venue: "the courts of Dublin"}}, []string{"the courts of Dublin have jurisdiction. Other courts"}},
		{"a law with a name of its own", Terms{Law: Law{Country: "JP", Name: "Japanese law"}}, []string{"Japanese law governs this Agreement."}},
		{"each kind of step", Terms{Law: german, Disputes: Disputes{Steps: []Step{{Kind: Escalation, Days: 30}, {Kind: Executives, Days: 1}, {Kind: Mediation, Days: 45}, {Kind: Litigation}}}},
			[]string{"- Escalation.", "This step ends after thirty (30) days.", "This step ends after one (1) day.", "- Litigation. A Party may bring the dispute before the courts that have jurisdiction under clause 13.1."}},
		{"earlier agreements", Terms{Law: german, EntireAgreement: EntireAgreement{Replaces: []string{"NDA of 2025"}, Keeps: []string{"DPA of 2025"}}}, []string{"[x] Replaced.", "- NDA of 2025", "[x] Kept.", "- DPA of 2025"}},
		{"times are said", Terms{Law: german, Amendments: Amendments{AnswerWithin: period("P14D"), LeadTime: period("P7D")}, ForceMajeure: ForceMajeure{NotifyWithin: period("P3D"), ExitAfter: period("P30D")},
			Assignment: Assignment{ToAffiliates: true, NoticeWithin: period("P14D")}},
			[]string{"within fourteen (14) days. Silence", "at least seven (7) days before", "within three (3) days of learning", "more than thirty (30) days without", "within fourteen (14) days of the transfer"}},
		{"notices", Terms{Law: german, Notices: Notices{Methods: []NoticeMethod{{By: ByEmail}, {By: ByLedger}, {By: ByHand}, {By: ByCourier, BusinessDays: 2}}, ToA: []string{"tobias-reuter"}, ToB: []string{"conor-whelan"}}},
			[]string{"| when the system of the recipient confirms its delivery", "| when the entry can be read by the other Party", "| when it is received\n", "at the latest two (2) Business Days after it is sent", "| tobias-reuter@company.example", "| 2 Quay Street, Galway, Ireland"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { roomtest.Says(t, roomtest.Text(test.terms.Words(roomtest.Frame())), test.want...) })
	}
}

func TestParseCountry(t *testing.T) {
	for s, want := range map[string]bool{"DE": true, "IE": true, "US": true, "JP": true, "GB": true, "de": false, "DEU": false, "UK": false, "XX": false, "EU": false, "276": false, "": false, "Germany": false} {
		if _, err := ParseCountry(s); (err == nil) != want {
			t.Errorf("%q is a country: %v", s, err == nil)
		}
	}
}

func TestLabel(t *testing.T) {
	for want, law := range map[string]Law{
		"the law of Germany":               {Country: "DE"},
		"the law of Poland":                {Country: "PL"},
		"the law of the State of New York": {Country: "US", Region: "US-NY"},
		"the law of England and Wales":     {Country: "GB", Region: "GB-ENG"},
		"the law of JP (ISO 3166 code)":    {Country: "JP"},
		"the law of Ontario":               {Country: "CA", Region: "CA-ON", Name: "the law of Ontario"},
		"the law of CA-ON (ISO 3166 code)": {Country: "CA", Region: "CA-ON"},
		"the law of the United Kingdom":    {Country: "GB"},
		"":                                 {},
	} {
		if got := law.Label(); got != want {
			t.Errorf("%v is %q, want %q", law, got, want)
		}
	}
}

func TestLawClocksOnce(t *testing.T) {
	var got []string
	for _, c := range (Law{Country: "DE", Jurisdictions: []Country{"IE", "GB"}}).Clocks() {
		got = append(got, c.ID)
	}
	if !slices.Contains(got, "uk-gdpr-authority") || !slices.Contains(got, "de-payment") {
		t.Errorf("clocks are missing: %v", got)
	}
	slices.Sort(got)
	if len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Errorf("a clock is there twice: %v", got)
	}
}

func TestALawOfSeveralIsAskedFor(t *testing.T) {
	var found agreement.Findings
	(Law{Country: "US"}).check(&found)
	if len(found) != 1 || found[0].Rule != "law-region" {
		t.Errorf("the law of the United States is not asked for its state: %v", found)
	}
}
