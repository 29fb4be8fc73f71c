package statutes

import (
	"slices"
	"testing"

	"entente/calendar"
)

func ids(clocks []Clock) []string {
	var all []string
	for _, c := range clocks {
		all = append(all, c.ID)
	}
	return all
}

func TestClocks(t *testing.T) {
	tests := []struct {
		name, code string
		has, lacks []string
	}{
		{"a member of the Union has its own and the Union’s", "DE", []string{"gdpr-authority", "gdpr-processor", "nis2-warning", "nis2-report", "cra-warning", "ai-act-incident", "eu-payment", "de-payment"}, []string{"fr-payment", "uk-gdpr-authority"}},
		{"a member without entries of its own", "PL", []string{"gdpr-authority", "eu-payment"}, []string{"de-payment"}},
		{"the wider area has the GDPR", "NO", []string{"gdpr-authority"}, []string{"nis2-warning", "ai-act-incident"}},
		{"a state has its own and its country’s", "US-FL", []string{"us-fl-agent", "us-fl-people"}, []string{"us-ca-people", "gdpr-authority"}},
		{"a part of the United Kingdom", "GB-SCT", []string{"uk-gdpr-authority"}, []string{"gdpr-authority"}},
		{"a country that no pack knows", "JP", nil, []string{"gdpr-authority"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ids(Clocks(test.code))
			for _, id := range test.has {
				if !slices.Contains(got, id) {
					t.Errorf("%s lacks %s: %v", test.code, id, got)
				}
			}
			for _, id := range test.lacks {
				if slices.Contains(got, id) {
					t.Errorf("%s has %s", test.code, id)
				}
			}
		})
	}
}

func TestShortest(t *testing.T) {
	for _, test := range []struct {
		code  string
		event Event
		want  string
	}{{"DE", PersonalDataBreach, "gdpr-authority"}, {"DE", SecurityIncident, "nis2-warning"}, {"DE", AIIncident, "ai-act-widespread"}, {"FR", Vulnerability, "cra-warning"},
		{"US-FL", PersonalDataBreach, "us-fl-agent"}, {"NL", Invoice, "nl-payment"}, {"IN", SecurityIncident, "in-cert"}} {
		if got, ok := Shortest(Clocks(test.code), test.event); !ok || got.ID != test.want {
			t.Errorf("the shortest clock of %s for a %s is %q, want %s", test.code, test.event, got.ID, test.want)
		}
	}
	if got, ok := Shortest(Clocks("CH"), PersonalDataBreach); ok {
		t.Errorf("a clock without a limit is the shortest: %s", got.ID)
	}
}

func TestLatePayment(t *testing.T) {
	for code, want := range map[string]string{"DE": "9%", "IE": "8%", "PL": "8%", "AT": "9.2%", "GB": "8%", "US-NY": ""} {
		got, ok := LatePayment(code)
		if got.Points.String() != want || ok != (want != "") {
			t.Errorf("%s gives %s, want %s", code, got.Points, want)
		}
	}
}

// Every entry of every pack says what it says, where it stands and for which day it is known.
func TestPacksAreCited(t *testing.T) {
	seen := map[string]bool{}
	cited := func(id, says, citation string, asOf calendar.Date) {
		if id == "" || seen[id] || says == "" || citation == "" || asOf.IsZero() {
			t.Errorf("the entry %q is not unique or lacks what it says, its citation or its date", id)
		}
		seen[id] = true
	}
	for _, p := range Packs() {
		cited("pack "+p.Code, p.Name, p.Code, november2026)
		for _, c := range p.Clocks {
			cited(c.ID, c.Bearer+c.Duty, c.Citation, c.AsOf)
			if c.Law == "" || c.Event == "" || c.Bearer == "" || c.Duty == "" || c.From == "" {
				t.Errorf("the clock %s is not complete: %+v", c.ID, c)
			}
		}
		for _, r := range p.Requirements {
			cited(r.ID, r.Says, r.Citation, r.AsOf)
		}
		if i := p.LatePayment; i != nil {
			cited("interest "+p.Code, i.Above, i.Citation, i.AsOf)
		}
	}
}
