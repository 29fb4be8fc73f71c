package sharing

import (
	"slices"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
	"entente/document"
)

const (
	service  = agreement.Service
	improve  = agreement.Improvement
	analyse  = agreement.Analytics
	train    = agreement.Training
	compete  = agreement.Competitive
	customer = agreement.CustomerData
	groups   = agreement.Aggregated
	invented = agreement.Synthetic
	a, b     = agreement.A, agreement.B
)

var day = roomtest.Day

// full permits and forbids everything that can be ticked, with consents of Party B.
var full = Terms{
	Permitted: Permitted{Specified: true, Improvement: true, Analytics: true, MinimumGroup: 25},
	Forbidden: Forbidden{Training: true, ThirdParties: true, Competitive: true},
	Training: Training{CustomerDataNever: true, AggregatedWithConsent: true, JointByAgreement: "the Joint Model Agreement",
		Consents: []Consent{{Name: "c", Provider: b, Class: customer}, {Name: "g", Provider: b, Class: groups}, {Name: "s", Provider: b, Class: invented}}},
}

func changed(by func(*Terms)) Terms {
	t := full
	t.Training.Consents = slices.Clone(full.Training.Consents)
	by(&t)
	return t
}

// nothing lists data and chooses nothing.
var nothing = Terms{Data: []DataType{{Name: "figures"}}}

func TestPermits(t *testing.T) {
	open := changed(func(t *Terms) { t.Training.CustomerDataNever = false })
	bare := changed(func(t *Terms) { t.Training.Consents = nil })
	unsettled := changed(func(t *Terms) { t.Training, t.Forbidden = Training{}, Forbidden{} })
	unticked := changed(func(t *Terms) { t.Training.AggregatedWithConsent = false })
	narrow := changed(func(t *Terms) {
		for i := range t.Training.Consents {
			t.Training.Consents[i].Data = []string{"relevance-statistics", ""}
		}
	})
	dated := changed(func(t *Terms) {
		for i := range t.Training.Consents {
			t.Training.Consents[i].Until = day
		}
	})
	for _, c := range []struct {
		name     string
		terms    Terms
		purpose  agreement.Purpose
		class    agreement.DataClass
		provider agreement.Party
		ok       bool
		clause   agreement.Clause
		quotes   string
	}{
		{"service, ticked, customer data", full, service, customer, a, true, "3.2", specified},
		{"service, ticked, aggregated data", full, service, groups, b, true, "3.2", specified},
		{"service, ticked, synthetic data", full, service, invented, a, true, "3.2", specified},
		{"service, unticked", nothing, service, customer, a, false, "3.2", specified},
		{"improvement, ticked, customer data", full, improve, customer, a, true, "3.2", improvement},
		{"improvement, ticked, aggregated data", full, improve, groups, b, true, "3.2", improvement},
		{"improvement, ticked, synthetic data", full, improve, invented, b, true, "3.2", improvement},
		{"improvement, unticked", nothing, improve, groups, b, false, "3.2", improvement},
		{"analytics, ticked, customer data is not aggregated", full, analyse, customer, a, false, "3.2", analytics},
		{"analytics, ticked, no class is customer data", full, analyse, "", a, false, "3.2", analytics},
		{"analytics, ticked, aggregated data", full, analyse, groups, b, true, "3.2", analytics},
		{"analytics, ticked, synthetic data", full, analyse, invented, b, true, "3.2", analytics},
		{"analytics, unticked, aggregated data", nothing, analyse, groups, b, false, "3.2", analytics},
		{"analytics, unticked, customer data", nothing, analyse, customer, b, false, "3.2", analytics},
		{"competition, forbidden", full, compete, groups, b, false, "3.2", competitive},
		{"competition, not forbidden, is still not permitted", nothing, compete, groups, b, false, "3.2", onlyChosen},

		{"training, customer data never, whatever the consent", full, train, customer, b, false, "3.4", never},
		{"training, no class is customer data", full, train, "", b, false, "3.4", never},
		{"training, customer data with consent where never is unticked", open, train, customer, b, true, "3.4", "Customer data and synthetic data " + onlyConsented},
		{"training, customer data, consent of the other party only", open, train, customer, a, false, "3.2", noTraining},
		{"training, customer data without consent, forbidden by 3.2", changed(func(t *Terms) { t.Training = Training{} }), train, customer, b, false, "3.2", noTraining},
		{"training, customer data without consent, nothing ticked", unsettled, train, customer, b, false, "3.4", "Customer data and synthetic data " + onlyConsented},
		{"training, aggregated data with consent", full, train, groups, b, true, "3.4", aggregated},
		{"training, aggregated data with consent prevails over 3.2", changed(func(t *Terms) { t.Forbidden.Training = true; t.Permitted = Permitted{} }), train, groups, b, true, "3.4", aggregated},
		{"training, aggregated data, consent of the other party only", full, train, groups, a, false, "3.4", aggregated},
		{"training, aggregated data without consent", bare, train, groups, b, false, "3.4", aggregated},
		{"training, aggregated data, unticked, whatever the consent", unticked, train, groups, b, false, "3.4", aggregated},
		{"training, aggregated data, nothing ticked", unsettled, train, groups, b, false, "3.4", aggregated},
		{"training, synthetic data with consent", full, train, invented, b, true, "3.4", "Synthetic data " + onlyConsented},
		{"training, synthetic data without consent", bare, train, invented, b, false, "3.2", noTraining},
		{"training, synthetic data without consent, nothing ticked", unsettled, train, invented, b, false, "3.4", "Customer data and synthetic data " + onlyConsented},
		{"training, a consent to some data is not one to the class", narrow, train, groups, b, false, "3.4", aggregated},
		{"training, a consent to some synthetic data", narrow, train, invented, b, false, "3.2", noTraining},
		{"training, a consent with an end needs a day", dated, train, groups, b, false, "3.4", aggregated},
		{"training, on the consent's last day", dated.On(day), train, groups, b, true, "3.4", aggregated},
		{"training, on the day after", dated.On(day.AddDays(1)), train, groups, b, false, "3.4", aggregated},
		{"training, a consent without an end on any day", full.On(day), train, groups, b, true, "3.4", aggregated},
		{"training, a separate agreement permits nothing here", changed(func(t *Terms) { t.Training = Training{JointByAgreement: "x"} }), train, groups, b, false, "3.4", aggregated},

		{"no article is filled in", Terms{}, service, customer, a, false, "3.2", onlyChosen},
		{"no article is filled in, training", Terms{}, train, groups, b, false, "3.2", onlyChosen},

		{"an unknown purpose", full, "resale", customer, a, false, "3.2", onlyChosen},
		{"no purpose", full, "", customer, a, false, "3.2", onlyChosen},
		{"an unknown class", full, service, "secret", a, false, "3.2", onlyChosen},
		{"a stranger's data", full, service, customer, "c", false, "3.2", "3.2"},
		{"the host's data", full, train, groups, agreement.Host, false, "3.2", "3.2"},
		{"nobody's data", full, service, customer, "", false, "3.2", "3.2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ok, clause, why := c.terms.Permits(c.purpose, c.class, c.provider)
			if ok != c.ok || clause != c.clause {
				t.Errorf("Permits = %v, %s, %q; want %v, %s", ok, clause, why, c.ok, c.clause)
			}
			if !strings.Contains(why, c.quotes) || strings.Contains(why, "\n") || strings.HasSuffix(why, ".") {
				t.Errorf("why = %q, want one sentence that quotes %q", why, c.quotes)
			}
		})
	}
}

// Every combination has an answer; what is unticked is never permitted; every quotation stands in
// the clause that it is said to be from.
func TestPermitsQuotesTheContract(t *testing.T) {
	variants := []Terms{{}, nothing, full, changed(func(t *Terms) { t.Training.CustomerDataNever = false }), changed(func(t *Terms) { t.Training = Training{} })}
	for _, terms := range variants {
		says := map[agreement.Clause]string{}
		for _, c := range terms.Words(agreement.Frame{}) {
			says[agreement.Clause(c.Number)] = roomtest.Text([]document.Clause{c})
		}
		for _, p := range agreement.Purposes {
			for _, class := range []agreement.DataClass{customer, groups, invented} {
				for _, party := range agreement.Both {
					ok, clause, why := terms.Permits(p, class, party)
					_, quoted, found := strings.Cut(why, "“")
					quoted, _, ended := strings.Cut(quoted, "”")
					if !found || !ended || !strings.Contains(says[clause], quoted) {
						t.Errorf("%s %s %s: %q does not stand in clause %s", p, class, party, quoted, clause)
					}
					if zero := (Terms{}).Permitted == terms.Permitted; zero && ok {
						t.Errorf("%s %s %s: permitted by empty terms", p, class, party)
					}
				}
			}
		}
	}
}

func TestOnLeavesTheTermsAsTheyWere(t *testing.T) {
	dated := changed(func(t *Terms) { t.Training.Consents[1].Until = day; t.Training.Consents[2].Until = day.AddDays(9) })
	dated.On(day.AddDays(1))
	if got := dated.Training.Consents[1].Until; got != day {
		t.Errorf("the consent now ends on %s", got)
	}
	if got, want := dated.Lapses(), []calendar.Date{day.AddDays(1), day.AddDays(10)}; !slices.Equal(got, want) {
		t.Errorf("Lapses = %v, want %v", got, want)
	}
}
