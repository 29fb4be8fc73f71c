package margins

import (
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/general"
	"entente/calendar"
)

// What the software keeps can be set aside with effect, or not at all: nothing is recorded as set aside
// and enforced all the same.
func TestAWaiverOfWhatIsKeptIsRefusedOrHonoured(t *testing.T) {
	for _, e := range agreement.Catalogue {
		refused, honoured := general.Waivable(e.Clause)
		if kept := Kept(e.Clause).Kept; (kept == Enforced || kept == Clocked) && !refused && !honoured {
			t.Errorf("%s is %s, and a waiver of it would be recorded and not respected", e.Clause.Cite(), kept)
		}
		if refused && honoured {
			t.Errorf("%s is both", e.Clause.Cite())
		}
	}
}

// A waiver and a letter stand beside their clause, whoever keeps it.
func TestWaiversAndLettersStandInTheMargin(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	text := draft.Example(calendar.DateOf(now)).Complete()
	state := articles.State{Texts: []*articles.Agreement{&text}, Life: agreement.Life{InForce: 1, Versions: []agreement.Version{{Number: 1, Effective: now.AddDate(0, 0, -1)}}}}
	for _, e := range []any{
		general.Waived{ID: "wvr_1", Clause: "6.3", Party: "a", For: "the first invoice", Until: now.AddDate(0, 1, 0)},
		general.Waived{ID: "wvr_2", Clause: "A", Component: "summarise", Party: "a", For: "the trial", Until: now.AddDate(0, 1, 0)},
		general.Waived{ID: "wvr_3", Clause: "6.2", Party: "a", For: "what is over", Until: now},
		general.LetterGiven{ID: "ltr_1", Party: "b", Clauses: []agreement.Clause{"6.3", "11.1"}, Title: "How we count"},
	} {
		state.General = state.General.Evolve(e, now.Add(-time.Hour))
	}
	for _, m := range All(state, Live{Now: now}) {
		if m.Clause == "A" && m.Fact != "0 calls refused under this clause; set aside by Party A until 23 December 2026 for summarise" {
			t.Errorf("the head of the page says %q", m.Fact)
		}
	}
	want := map[agreement.Clause]string{"6.3": "Set aside by Party A until 23 December 2026: the first invoice|Side letter ltr_1 by Party B of 23 November 2026: How we count",
		"A": "Set aside by Party A until 23 December 2026 for summarise: the trial", "11.1": "Side letter ltr_1", "6.2": ""}
	for _, m := range All(state, Live{Now: now}) {
		text, told := want[m.Clause]
		if told && !strings.Contains(strings.Join(m.Details, "|"), text) || text != "" && m.Fact == "" || m.Clause == "6.2" && m.Fact != "" {
			t.Errorf("%s: %q, %q", m.Clause.Cite(), m.Fact, m.Details)
		}
	}
}

// While a version is negotiated, the margin of clause 13.5 says whose turn it is, and what is open.
func TestANegotiationStandsInTheMargin(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	first := draft.Example(calendar.DateOf(now)).Complete()
	second := first
	second.Commerce.Payment.NetDays = 60
	state := articles.State{Texts: []*articles.Agreement{&first, &second}, Life: agreement.Life{InForce: 1, Versions: []agreement.Version{
		{Number: 1, Effective: now.AddDate(0, 0, -1), Signatures: []agreement.Signature{{Party: "a"}, {Party: "b"}}},
		{Number: 2, Proposed: now, Offer: agreement.Offer{Party: "b"}}}}}
	for _, m := range All(state, Live{Now: now}) {
		if m.Clause != "13.5" {
			continue
		}
		if m.Status != Due || m.Fact != "Version 1 is the one that binds; it is for Party A to answer version 2" || len(m.Details) != 1 || m.Details[0] != "Open: clause 6.3, Payment" {
			t.Errorf("%s, %q, %q", m.Status, m.Fact, m.Details)
		}
	}
}

// The margin of clause 13.3 says who passed the agreement on, and whether the other party was told in time.
func TestAnAssignmentStandsInTheMargin(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	text := draft.Example(calendar.DateOf(now).AddDays(-60)).Complete()
	state := articles.State{Texts: []*articles.Agreement{&text}, Life: agreement.Life{InForce: 1, Versions: []agreement.Version{{Number: 1, Effective: now.AddDate(0, 0, -60)}}}}
	given := general.TransferRequested{ID: "asg_1", Party: "a", To: general.Assignee{Name: "Nordlicht SE", Kind: general.Affiliate}, On: calendar.DateOf(now).AddDays(-20)}
	for _, c := range []struct {
		name   string
		days   int // after its day
		events []any
		status Status
		fact   string
		detail string
	}{
		{"in time", 14, nil, Good, "Party A has passed the agreement to Nordlicht SE since 17 November 2026", "no consent needed"},
		{"late", 15, nil, Late, "Party A has passed the agreement to Nordlicht SE since 18 November 2026", "notice came late, it was due by 17 November 2026"},
		{"withdrawn", 14, []any{general.TransferWithdrawn{ID: "asg_1", Party: "a"}}, Good, "Both parties are those who signed", "withdrawn"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := state
			s.General = s.General.Evolve(given, now.AddDate(0, 0, c.days-20))
			for _, e := range c.events {
				s.General = s.General.Evolve(e, now)
			}
			for _, m := range All(s, Live{Now: now}) {
				if m.Clause == "13.3" && (m.Status != c.status || m.Fact != c.fact || len(m.Details) != 1 || !strings.Contains(m.Details[0], c.detail)) {
					t.Errorf("%s, %q, %q", m.Status, m.Fact, m.Details)
				}
			}
		})
	}
}
