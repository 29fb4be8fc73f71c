package statement_test

import (
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/meter"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/statement"

	"github.com/google/go-cmp/cmp"
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

// Calls that were refused under a clause are told beside the others, and count for nobody.
func TestRefusalsAreToldBesideTheCalls(t *testing.T) {
	h := newHouse(t)
	refused := func(component, clause string, n int64) meter.Refusal {
		return meter.Refusal{Day: "2026-11-23", Agreement: string(h.id), Component: component, Environment: "production", Clause: clause, Code: "any", Count: n}
	}
	must(t, h.store.SaveRefusals(t.Context(), "run", 1, []meter.Refusal{refused("summarise", "C", 4), refused("summarise", "3.2", 3), refused("summarise", "", 9), refused("embed", "C", 1)}))
	h.at = hour.Add(5 * time.Hour)
	all, err := statement.Desk{Store: h.store, Refusals: h.store.Refusals}.Levels(t.Context(), h.view(t).State, h.at)
	must(t, err)
	if all[0].Component != "summarise" || all[0].Refused != 7 || all[0].Calls.Made != 0 || !all[0].Kept() {
		t.Errorf("%+v", all[0])
	}
}

// Nobody promised anything for the minutes before the agreement was in force, also where it came into
// force in the middle of an hour that a statement covers.
func TestServiceLevelsAreMeasuredSinceTheAgreementIsInForce(t *testing.T) {
	force := notarytest.Day.Add(20*time.Minute + 7*time.Second)
	h := newHouseAt(t, force)
	for i := range 4 {
		h.save(t, ended(h.call(t, force.Add(time.Duration(i)*time.Minute), 0), time.Second))
	}
	since := notarytest.Day.Add(20 * time.Minute)
	for _, tt := range []struct {
		after          time.Duration
		minutes, calls int64
	}{{20 * time.Minute, 0, 0}, {4 * time.Hour, 2*60 - 20, 4}} {
		h.at = notarytest.Day.Add(tt.after)
		must(t, h.clerk.State(t.Context()))
		all, err := statement.Desk{Store: h.store}.Levels(t.Context(), h.view(t).State, h.at)
		must(t, err)
		if m := all[0]; !m.From.Equal(since) || m.Minutes != tt.minutes || m.Calls.Made != tt.calls {
			t.Errorf("after %s: from %s to %s, %d minutes, %d calls", tt.after, m.From, m.To, m.Minutes, m.Calls.Made)
		}
	}
}

// Answers of another model than the pinned one are noted once for each model and day, however many they
// are, and wherever a crash comes between.
func TestABreachOfScheduleAIsNotedOncePerDay(t *testing.T) {
	h := newHouse(t)
	day := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for i, at := range []time.Time{day, day.Add(time.Minute), day.Add(3 * time.Hour), day.Add(24 * time.Hour)} {
		r := ended(h.call(t, at, 0), time.Second)
		r.Model, r.AnsweredModel, r.Deviations = "calluna-extract-1", "calluna-extract-2", meter.OtherModel
		if i == 2 {
			r.Deviations |= meter.OtherRegion
			r.Served.Region = "us"
		}
		h.save(t, r)
	}
	for step := 1; step < 12; step++ {
		h.clerk = h.newClerk(&fragile{Store: h.store, fail: step})
		h.at = day.Add(30 * time.Hour)
		_ = h.clerk.State(t.Context()) // it fails at the step, or is done
	}
	noted := entries[technical.Breach](t, h, "technical.answer_deviated/1")
	var got []string
	for _, b := range noted {
		got = append(got, b.Day+" "+string(b.Kind)+" "+b.Answered+" for "+b.Agreed)
	}
	want := []string{"2026-11-24 model calluna-extract-2 for calluna-extract-1", "2026-11-24 region us for ", "2026-11-25 model calluna-extract-2 for calluna-extract-1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
