// Package margins is what stands beside each clause of the living contract: whether the software
// enforces, measures, clocks or proves it, and the live fact with its status.
package margins

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/calendar"
	"entente/document"
)

// A Keeping says how a clause is kept.
type Keeping string

// How clauses are kept.
const (
	Enforced  Keeping = "enforced"  // the software refuses what the clause forbids
	Measured  Keeping = "measured"  // the software counts what the clause counts
	Clocked   Keeping = "clocked"   // the software acts when the time comes
	Evidenced Keeping = "evidenced" // the ledger proves what the clause asks for
	TextOnly  Keeping = "text only" // the clause binds; software does not run it
)

// A Status is how a clause stands.
type Status string

// The statuses of a clause.
const (
	Good   Status = "good"   // runs, and nothing is wanting
	Due    Status = "due"    // something is to be done
	Late   Status = "late"   // something should have been done
	Off    Status = "off"    // not chosen, closed, suspended or ended
	Silent Status = "silent" // text only: nothing to report
)

// A Margin is the live fact beside a clause.
type Margin struct {
	Clause  agreement.Clause
	Kept    Keeping
	Status  Status
	Fact    string   // one line; empty for text only
	Details []string // further lines: one per component, milestone, key
}

// A Volume is how much was used.
type Volume struct{ Calls, Tokens int64 }

// Live is what the node measured, for the margins.
type Live struct {
	Agreement agreement.ID
	Now       time.Time
	Today     map[string]Counts // calls today, by component
	Refused   map[agreement.Clause]int64
	Out       []Outage
	Month     []commerce.Use       // use metered in this calendar month
	Records   int64                // usage records behind Month
	Tokens    int64                // in Month
	Estimated int64                // of these, that nobody stated
	All       Volume               // of this month, test that is free of charge too
	Deviating []Deviating          // calls of this month that were not as agreed, and passed all the same
	Used      map[string]time.Time // the hour in which a call passed last, by key
	Levels    []Level
}

// An Outage is a component's service that does not answer calls in an environment, and since when.
type Outage struct {
	Component   string
	Environment agreement.Environment
	Since       time.Time
}

// Counts are calls of a component, and how many of them failed through a cause on the provider's
// side: a call that the caller left, or that the node refused or cut, is none of the provider's.
type Counts struct{ Calls, Failed int64 }

// A book is the state of an agreement as its margins are written from it.
type book struct{ articles.State }

// All are the margins of all clauses, in the order of the agreement.
func All(state articles.State, live Live) []Margin {
	s := book{state}
	var all []Margin
	for _, e := range agreement.Catalogue {
		m := Margin{Clause: e.Clause, Kept: Kept(e.Clause).Kept, Status: Silent}
		if m.Kept != TextOnly {
			s.margin(&m, live)
		}
		s.besideMargin(&m, live)
		all = append(all, m)
	}
	return all
}

// onComponents are the clauses of whose margins nothing is left where the agreement integrates nothing.
var onComponents = []agreement.Clause{"1.2", "2.1", "3.2", "3.4", "A", "C"}

func (s book) margin(m *Margin, live Live) {
	if len(s.Text().Scope.Components) == 0 && slices.Contains(onComponents, m.Clause) {
		m.Status, m.Fact = Off, "No component is listed"
		return
	}
	switch m.Clause {
	case agreement.FrontPage, "12.1":
		s.lifeMargin(m, live)
	case "1.2":
		s.componentsMargin(m, live)
	case "2.1":
		s.keysMargin(m, live)
	case "2.2":
		s.milestonesMargin(m, live)
	case "1.1", "3.2", "3.4", "4.3", "A", "B", "C":
		s.refusalsMargin(m, live)
	case "2.3":
		s.formatsMargin(m, live)
	case "9.2":
		s.documentedMargin(m, live)
	case "6.1":
		s.moneyMargin(m, live)
	case "7.1":
		m.Status, m.Fact = Good, fmt.Sprintf("%s hold the roles of this clause", people(len(s.Text().Governance.People)))
	case "8.2":
		s.certificatesMargin(m, live)
	case "12.2":
		s.causeMargin(m, live)
	case "12.3":
		s.endMargin(m, live)
	case "12.4":
		s.customersMargin(m, live)
	case "13.3":
		s.assignmentMargin(m, live)
	case "13.5":
		s.amendmentsMargin(m, live)
	case agreement.SignatureBlock:
		s.signaturesMargin(m)
	}
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

func (s book) lifeMargin(m *Margin, live Live) {
	stage := s.Stage(live.Now)
	f := s.Text().Frame()
	m.Fact = strings.ToUpper(string(stage[:1])) + string(stage[1:])
	switch stage {
	case agreement.InForce:
		m.Status = Good
		m.Fact += " since " + calendar.DateOf(s.Since().In(f.Zone())).Words()
		if end, ok := s.Text().Term.Ends(f.Effective()); ok && m.Clause == "12.1" {
			m.Details = append(m.Details, s.renewal(end, live))
		}
	case agreement.FullySigned:
		m.Status = Good
		m.Fact += "; in force from " + f.Effective().Words()
	case agreement.InNotice:
		m.Status = Due
		m.Fact += ": ends on " + calendar.DateOf(s.Term.Ending.Ends.Add(-1).In(f.Zone())).Words()
	case agreement.Negotiation:
		m.Status = Due
	default:
		m.Status = Off
	}
}

func (s book) renewal(end calendar.Date, live Live) string {
	t := s.Text().Term
	if t.Renewal == nil {
		return "Ends on " + end.Words()
	}
	today := calendar.DateOf(live.Now.In(s.Text().Frame().Zone()))
	for n := 1; end.Before(today); n++ {
		end, _ = t.EndsAfter(s.Text().Frame().Effective(), n)
	}
	return fmt.Sprintf("Renews after %s; notice by %s", end.Words(), t.NoticeBy(end).Words())
}

func counted(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (s book) refusalsMargin(m *Margin, live Live) {
	m.Status = Good
	m.Fact = counted(live.Refused[m.Clause], "call") + " refused under this clause"
	switch m.Clause {
	case "3.4":
		m.Details = append(m.Details, fmt.Sprintf("%s to training on file", counted(int64(len(s.Text().Sharing.Training.Consents)), "consent")))
	case "4.3":
		for _, p := range agreement.Both {
			g := s.Text().Property.Licensed(p)
			m.Details = append(m.Details, fmt.Sprintf("%s to %s: %s", p.Label(), p.Other().Label(), licences(g.Integrate, g.Market, g.API, g.Trademarks)))
		}
	case "A":
		s.modelsMargin(m, live)
	case "C":
		m.Details = append(m.Details, fmt.Sprintf("%s in force", counted(int64(len(s.Text().ScheduleC.Limits)), "limit")))
		s.levelsMargin(m, live)
	}
}

func licences(given ...bool) string {
	var names []string
	for i, name := range []string{"integrate", "market", "API and SDK use", "trademarks"} {
		if given[i] {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "none"
	}
	return document.Join(names)
}

func (s book) moneyMargin(m *Margin, live Live) {
	t := s.Text()
	if t.Commerce.Revenue.Model != commerce.Shared {
		m.Status, m.Fact = Off, "No direct sharing"
		return
	}
	accrued, err := s.Accrue(live.Month)
	if err != nil {
		m.Status, m.Fact = Late, "Not computed: "+err.Error()
		return
	}
	m.Status = Good
	m.Fact = fmt.Sprintf("This month: Party A owes %s, Party B owes %s", accrued.Owes(agreement.A), accrued.Owes(agreement.B))
	for _, l := range accrued.Lines {
		m.Details = append(m.Details, fmt.Sprintf("%s: %d %s at %s per %d = %s (Party A %s, Party B %s)", l.Component, l.Quantity,
			strings.ReplaceAll(string(l.Unit), "_", " "), l.Price, l.Per, l.Comes(), l.Shares.A, l.Shares.B))
	}
	if live.Estimated > 0 {
		m.Details = append(m.Details, fmt.Sprintf("%s of %s of this month are estimated, because no service stated them", document.Figure(live.Estimated), counted(live.Tokens, "token")))
	}
	m.Details = append(m.Details, "Traced to "+counted(live.Records, "usage record")+" of this month", s.statementLine())
}

func (s book) causeMargin(m *Margin, live Live) {
	m.Status, m.Fact = Good, "No open notice of breach or of material change"
	open := 0
	for _, b := range s.Term.Breaches {
		if b.Cured.IsZero() {
			open++
			m.Details = append(m.Details, fmt.Sprintf("Notice %s to %s: cure by %s", b.ID, b.Accused.Label(), calendar.DateOf(b.CureBy.In(s.Text().Frame().Zone())).Words()))
		}
	}
	if open > 0 {
		m.Status, m.Fact = Due, counted(int64(open), "open notice")+" of breach"
	}
	if n := s.changesMargin(m, live); n > 0 {
		if open > 0 {
			m.Fact += ", " + fmt.Sprint(n) + " of material change"
		} else {
			m.Status, m.Fact = Due, counted(n, "open notice")+" of material change"
		}
	}
	if n := s.rightLines(m, live); n > 0 && m.Status == Good {
		m.Status, m.Fact = Due, "A party may terminate under clause C.5"
	}
	slices.Sort(m.Details)
	if _, all := s.Term.Suspended[""]; all {
		m.Status, m.Fact = Off, "The agreement is suspended"
	}
}

// changesMargin adds the open notices of material change, and says how many there are.
func (s book) changesMargin(m *Margin, live Live) (open int64) {
	for _, n := range s.Term.Changes {
		if !n.Closed.IsZero() {
			continue
		}
		open++
		until := calendar.DateOf(n.Until.In(s.Text().Frame().Zone())).Words()
		if live.Now.Before(n.Until) {
			m.Details = append(m.Details, fmt.Sprintf("Notice %s of material change by %s: the parties negotiate until %s", n.ID, n.Party.Label(), until))
		} else {
			m.Details = append(m.Details, fmt.Sprintf("Notice %s of material change by %s: it may terminate since %s", n.ID, n.Party.Label(), until))
		}
	}
	return open
}

func (s book) signaturesMargin(m *Margin) {
	v, ok := s.Life.Latest()
	if !ok {
		m.Status, m.Fact = Due, "Nothing is proposed"
		return
	}
	for _, g := range v.Signatures {
		m.Details = append(m.Details, fmt.Sprintf("%s signed on %s; the key was in the custody of the %s", g.Party.Label(),
			calendar.DateOf(g.At.In(s.Text().Frame().Zone())).Words(), g.Custody))
	}
	m.Status, m.Fact = Due, fmt.Sprintf("Version %d: %d of 2 signatures", v.Number, len(v.Signatures))
	if v.Signed() {
		m.Status, m.Fact = Good, fmt.Sprintf("Version %d is signed by both parties", v.Number)
	}
	if v.First != "" && !v.SignedBy(v.First) {
		m.Details = append(m.Details, v.First.Label()+" signs first")
	}
}
