package statement_test

import (
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/performance"
	"entente/meter"
	"entente/notary"
	"entente/statement"
)

// actor is a person of the agreement by the file's id.
func (h *house) actor(t testing.TB, person string) articles.Actor {
	t.Helper()
	m, ok := h.view(t).Member(person)
	if !ok {
		t.Fatalf("there is no %s", person)
	}
	return articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}
}

func (h *house) do(t testing.TB, who articles.Actor, command any) {
	t.Helper()
	_, err := h.notary.Do(t.Context(), notary.Order{Agreement: h.id, Actor: who, Command: command})
	must(t, err)
}

// Maintenance that is announced in time is measured apart, and leaves the window with all that went
// wrong and slowly in it; announced late it stays.
func TestAnnouncedMaintenanceLeavesTheWindow(t *testing.T) {
	for notice, want := range map[time.Duration]int64{48 * time.Hour: 30, 47 * time.Hour: 0} {
		h := newHouse(t)
		from := h.at.Add(72 * time.Hour).Truncate(time.Hour)
		h.at = from.Add(-notice)
		lead := h.actor(t, "jonas-lindqvist")
		h.do(t, lead, performance.AnnounceMaintenance{ID: "mnt_1", Component: "summarise", Environment: agreement.Production, From: from, Until: from.Add(30 * time.Minute), Party: lead.Party, By: lead.ID, What: "a new disk"})
		for i := range 40 {
			r := ended(h.call(t, from.Add(time.Duration(i)*time.Minute), 0), time.Hour/2)
			if i%2 == 0 && i < 30 {
				r.Outcome = meter.UpstreamError
			}
			if i >= 30 {
				r = ended(r, 50*time.Millisecond)
			}
			h.save(t, r)
		}
		h.at = from.Add(5 * time.Hour)
		must(t, h.clerk.State(t.Context()))
		all, err := statement.Desk{Store: h.store}.Levels(t.Context(), h.view(t).State, h.at)
		must(t, err)
		if m := all[0]; m.Excluded != want || m.Kept() != (want > 0) || m.Calls.Made != 40-want {
			t.Errorf("announced %s before: %+v", notice, m)
		}
	}
}
