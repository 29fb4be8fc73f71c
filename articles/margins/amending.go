package margins

import (
	"fmt"

	"entente/agreement"
	"entente/articles/talks"
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
	m.Details = append(m.Details, fmt.Sprintf("Version %d is proposed; it is for %s to %s", t.Latest.Number, labels(t.Turn), doing(t.Next)))
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
		return "propose another"
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
