package margins

import (
	"fmt"

	"entente/agreement"
	"entente/calendar"
)

func (s book) componentsMargin(m *Margin, live Live) {
	m.Status = Good
	var calls, failed, broken int64
	for _, c := range s.Text().Scope.Components {
		if !c.By(agreement.API) {
			m.Details = append(m.Details, c.Name+": not offered by API")
			continue
		}
		today := live.Today[c.Name]
		calls, failed = calls+today.Calls, failed+today.Failed
		line := fmt.Sprintf("%s: %s today", c.Name, counted(today.Calls, "call"))
		if today.Failed > 0 {
			line += fmt.Sprintf(", %d failed", today.Failed)
			m.Status = Due
		}
		for _, out := range live.Out {
			if out.Component == c.Name {
				line += fmt.Sprintf(", its service in %s has not answered since %s", out.Environment, out.Since.In(s.Text().Frame().Zone()).Format("15:04 MST"))
				broken++
			}
		}
		if _, off := s.Term.Suspended[c.Name]; off {
			line += ", suspended"
			m.Status = Off
		}
		m.Details = append(m.Details, line)
	}
	m.Fact = counted(calls, "call") + " today"
	if failed > 0 {
		m.Fact += fmt.Sprintf(", %d failed", failed)
	}
	if broken > 0 {
		m.Status = Late
		m.Fact += fmt.Sprintf("; %s out", counted(broken, "service"))
	}
}

func (s book) keysMargin(m *Margin, live Live) {
	alive, revoked := 0, 0
	for _, k := range s.Keys() {
		state := "live"
		switch {
		case !k.Revoked.IsZero():
			state = "revoked"
			revoked++
		case !k.Live(live.Now):
			state = "expired"
		default:
			alive++
		}
		line := fmt.Sprintf("%s: %s, %s, %s, %s", k.ID, k.Component, k.Environment, k.Purpose, state)
		if used := live.Used[k.ID]; !used.IsZero() {
			line += ", last used on " + calendar.DateOf(used.In(s.Text().Frame().Zone())).Words()
		}
		m.Details = append(m.Details, line)
	}
	m.Status, m.Fact = Good, fmt.Sprintf("%s live, %d revoked", counted(int64(alive), "key"), revoked)
	if !s.Integration.Open(s.Text().Integration) {
		m.Status, m.Fact = Due, m.Fact+"; production is closed"
	}
}

func (s book) milestonesMargin(m *Margin, live Live) {
	today := calendar.DateOf(live.Now.In(s.Text().Frame().Zone()))
	done, all := 0, s.Text().Integration.Requirements
	m.Status = Good
	for _, r := range all {
		at := s.Integration.Milestones[r.ID]
		line := r.Title + ": "
		switch {
		case !at.Completed.IsZero():
			done++
			line += "complete"
		case r.Due.Before(today) && s.Life.Ripe(live.Now) > 0: // nothing is late before the agreement is in force
			m.Status = Late
			line += "late, was due on " + r.Due.Words()
		default:
			line += "due on " + r.Due.Words()
		}
		for p := range at.Confirmed {
			if at.Completed.IsZero() {
				line += "; confirmed by " + p.Label()
			}
		}
		m.Details = append(m.Details, line)
	}
	m.Fact = fmt.Sprintf("%d of %d complete", done, len(all))
	if len(s.Text().Scope.Components) == 0 {
		return
	}
	if s.Integration.Open(s.Text().Integration) {
		m.Fact += "; production is open"
		return
	}
	m.Fact += "; production is closed"
	if m.Status == Good {
		m.Status = Due
	}
}
