package margins

import (
	"fmt"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/talks"
	"entente/calendar"
	"entente/document"
)

// amendmentsMargin is the margin of clause 13.5: which version binds, and where a negotiation stands.
func (s book) amendmentsMargin(m *Margin, live Live) {
	v, _ := s.Life.Current()
	m.Status = Good
	switch {
	case v.Number == 0:
		m.Status, m.Fact = Due, "Nothing is proposed"
	case v.Signed():
		m.Fact = fmt.Sprintf("Version %d is the one that binds", v.Number)
	default:
		m.Fact = "No version binds yet"
	}
	t := talks.Of(s.State, live.Now)
	if t.Next == talks.None {
		return
	}
	m.Status = Due
	m.Fact += fmt.Sprintf("; it is for %s to %s version %d", labels(t.Turn), doing(t.Next), t.Latest.Number)
	for _, p := range t.Points {
		line := "Open: " + p.Clause.Cite() + ", " + p.Clause.Title()
		for _, r := range p.Rejected {
			line += fmt.Sprintf("; %s rejects it: %s", r.Party.Label(), r.Reason)
		}
		m.Details = append(m.Details, line)
	}
	if n := len(t.Threads); n > 0 {
		m.Details = append(m.Details, counted(int64(n), "open comment"))
	}
}

func doing(m talks.Move) string {
	switch m {
	case talks.Answer:
		return "answer"
	case talks.Propose:
		return "propose another for"
	}
	return "sign"
}

func labels(parties []agreement.Party) string {
	var names []string
	for _, p := range parties {
		names = append(names, p.Label())
	}
	return document.Join(names)
}

// besideMargin adds what the parties have said of a clause without changing it: that it is set aside,
// and side letters.
func (s book) besideMargin(m *Margin, live Live) {
	zone := s.Text().Frame().Zone()
	for _, w := range s.General.WaiversOf(m.Clause, live.Now) {
		line := fmt.Sprintf("Set aside by %s until %s", w.Party.Label(), calendar.DateOf(w.Until.Add(-1).In(zone)).Words())
		if w.Component != "" {
			line += " for " + w.Component
		}
		if e := s.General.Effect(w, s.Text().Frame(), live.Now); e.Waits != "" {
			line += ", which has no effect before " + e.Waits.Label() + " sets it aside, too"
		}
		m.Details = append(m.Details, line+": "+w.For)
		if m.Status = Due; m.Fact != "" {
			line = m.Fact + "; set aside" + strings.TrimPrefix(line, "Set aside")
		}
		m.Fact = line
	}
	var letters []string
	for _, l := range s.General.Letters {
		if slices.Contains(l.Clauses, m.Clause) {
			letters = append(letters, fmt.Sprintf("Side letter %s by %s of %s: %s", l.ID, l.Party.Label(), calendar.DateOf(l.Given.In(zone)).Words(), l.Title))
		}
	}
	slices.Sort(letters)
	m.Details = append(m.Details, letters...)
	if m.Fact == "" && len(letters) > 0 {
		m.Fact = counted(int64(len(letters)), "side letter")
	}
}
