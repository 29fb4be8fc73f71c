package margins

import (
	"fmt"
	"time"

	"entente/articles/compliance"
	"entente/calendar"
)

// soon is how long before a certificate expires its margin asks for a new one.
const soon = 60 * 24 * time.Hour

// certificatesMargin is the margin of clause 8.2: which certificates there are, and until when.
func (s book) certificatesMargin(m *Margin, live Live) {
	zone := s.Text().Frame().Zone()
	held := s.Compliance.Held(s.Text().ScheduleB, zone)
	if len(held) == 0 {
		m.Status, m.Fact = Off, "No certification is agreed"
		return
	}
	m.Status = Good
	valid := 0
	for _, h := range held {
		line, status := standing(h, live.Now, zone)
		if !h.ValidUntil.IsZero() && live.Now.Before(h.ValidUntil.AddDays(1).In(zone)) {
			valid++
		}
		if status == Late || status == Due && m.Status == Good {
			m.Status = status
		}
		m.Details = append(m.Details, fmt.Sprintf("%s, %s: %s", h.Name, h.Party.Label(), line))
	}
	m.Fact = fmt.Sprintf("%d of %d certificates valid", valid, len(held))
	if n := live.Refused[m.Clause]; n > 0 {
		m.Details = append(m.Details, counted(n, "call")+" refused under this clause")
	}
}

// standing is how one certificate stands.
func standing(h compliance.Held, now time.Time, zone *time.Location) (string, Status) {
	if h.ValidUntil.IsZero() {
		if h.Required {
			return "not shown yet", Due
		}
		return "not shown", Good
	}
	expires := h.ValidUntil.AddDays(1).In(zone)
	switch line := "valid until " + h.ValidUntil.Words(); {
	case now.Before(expires.Add(-soon)), now.Before(expires) && !h.Required:
		return line, Good
	case now.Before(expires):
		return line, Due
	case !h.Required:
		return "expired on " + h.ValidUntil.Words(), Due
	case now.Before(h.Closes):
		return fmt.Sprintf("expired on %s; production closes on %s", h.ValidUntil.Words(), calendar.DateOf(h.Closes.In(zone)).Words()), Late
	}
	return fmt.Sprintf("expired on %s; production is closed", h.ValidUntil.Words()), Late
}
