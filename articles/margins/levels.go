package margins

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/calendar"
)

// A Level is a service level of Schedule C, promised and measured over the window that goes on.
type Level struct {
	Component, Environment   string
	Name, Promised, Measured string
	Kept                     bool
}

// levelsMargin adds how the service levels stand to what the limits refused.
func (s book) levelsMargin(m *Margin, live Live) {
	missed := 0
	for _, l := range live.Levels {
		line := fmt.Sprintf("%s in %s, %s: promised %s, measured %s", l.Component, l.Environment, l.Name, l.Promised, l.Measured)
		if !l.Kept {
			missed++
			line += ", missed so far"
		}
		m.Details = append(m.Details, line)
	}
	s.maintenanceLines(m, live)
	s.creditLines(m)
	s.rightLines(m, live)
	if missed > 0 {
		m.Status, m.Fact = Late, counted(int64(missed), "service level")+" missed so far; "+m.Fact
	}
}

// creditLines say what was missed in the window that was over last, and which credits there are.
func (s book) creditLines(m *Margin) {
	zone := s.Text().Frame().Zone()
	windows := s.Performance.Measured()
	for _, w := range windows {
		if !w.From.Equal(windows[0].From) {
			break
		}
		for _, f := range w.Figures {
			if !f.Kept {
				m.Details = append(m.Details, fmt.Sprintf("%s in %s, window until %s, %s: promised %s, measured %s, missed", w.Component, w.Environment, lastDay(w.To, zone), f.Name, f.Promised, f.Measured))
			}
		}
	}
	for _, c := range s.Performance.Computed()[:min(len(s.Performance.Credits), mostCredits)] {
		line := fmt.Sprintf("Credit of %s for %s, window until %s: %s of the fees", c.Creditor.Label(), c.Component, lastDay(c.To, zone), c.Share)
		switch {
		case c.TooSmall:
			line += fmt.Sprintf(", %s, too little to be given", c.Amount)
		case !c.Claimed:
			line += ", entered too late to be claimed"
		case !c.Amount.IsZero():
			line += ", " + c.Amount.String()
		}
		m.Details = append(m.Details, line)
	}
}

// mostCredits is how many credits a margin shows; the ledger has all.
const mostCredits = 6

func lastDay(to time.Time, zone *time.Location) string {
	return calendar.DateOf(to.Add(-1).In(zone)).Words()
}

// rightLines say who may leave because service levels were missed repeatedly, and until when.
func (s book) rightLines(m *Margin, live Live) (open int64) {
	for _, l := range s.Performance.Rights(live.Now) {
		line := fmt.Sprintf("%s may terminate: service levels of %s were missed in %s", l.Party.Label(), l.Component, counted(int64(l.Missed), "window"))
		if !l.Until.IsZero() {
			line += "; notice by " + lastDay(l.Until, s.Text().Frame().Zone())
		}
		m.Details = append(m.Details, line)
		open++
	}
	return open
}

// maintenanceLines say which maintenance is announced and not over, and whether it counts.
func (s book) maintenanceLines(m *Margin, live Live) {
	zone := s.Text().Frame().Zone()
	for _, c := range s.Text().Scope.Components {
		for _, e := range []agreement.Environment{agreement.Production, agreement.Test} {
			for _, one := range s.Performance.Announced(c.Name, e) {
				if !one.Withdrawn.IsZero() || !live.Now.Before(one.Until) {
					continue
				}
				line := fmt.Sprintf("Maintenance of %s in %s from %s until %s", c.Name, e, one.From.In(zone).Format(clock), one.Until.In(zone).Format(clock))
				if !one.InTime {
					line += ", announced late: it counts as any other time"
				}
				m.Details = append(m.Details, line)
			}
		}
	}
}

const clock = "2 January 2006, 15:04"

// statementLine says how far use is stated in the ledger.
func (s book) statementLine() string {
	var all []string
	for series, at := range s.Commerce.Statements {
		all = append(all, fmt.Sprintf("%s until %s", strings.Replace(string(series), "/", " in ", 1), at.Until.In(s.Text().Frame().Zone()).Format(clock)))
	}
	slices.Sort(all)
	if len(all) == 0 {
		return "No use is stated in the ledger yet: hours are stated when they are over"
	}
	return "Stated in the ledger: " + strings.Join(all, "; ")
}
