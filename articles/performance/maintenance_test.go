package performance

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/agreement"
)

var noon = time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)

func announced(from, until time.Time) AnnounceMaintenance {
	return AnnounceMaintenance{ID: "mnt_1", Component: "summarise", Environment: agreement.Production, From: from, Until: until, Party: agreement.A, By: "per_x", What: "a new disk"}
}

func TestMaintenanceIsAnnounced(t *testing.T) {
	terms, f := read(t, "")
	night := noon.Add(60 * time.Hour)
	for _, c := range []struct {
		name   string
		change func(*AnnounceMaintenance, *Terms)
		inTime bool
		why    string // of a refusal
	}{
		{"two days before", func(c *AnnounceMaintenance, _ *Terms) { c.From = noon.Add(48 * time.Hour) }, true, ""},
		{"a minute later", func(c *AnnounceMaintenance, _ *Terms) { c.From = noon.Add(47*time.Hour + 59*time.Minute) }, false, ""},
		{"while it goes on", func(c *AnnounceMaintenance, _ *Terms) { c.From = noon.Add(-time.Hour) }, false, ""},
		{"where no maintenance is left out", func(_ *AnnounceMaintenance, p *Terms) { p.Exclusions = Exclusions{} }, false, ""},
		{"when it is over", func(c *AnnounceMaintenance, _ *Terms) { c.From, c.Until = noon.Add(-2*time.Hour), noon }, false, "over"},
		{"by the other party", func(c *AnnounceMaintenance, _ *Terms) { c.Party = agreement.B }, false, "Party A provides"},
		{"of nothing", func(c *AnnounceMaintenance, _ *Terms) { c.Component = "none" }, false, "not a component"},
		{"nowhere", func(c *AnnounceMaintenance, _ *Terms) { c.Environment = "" }, false, "test or production"},
		{"backwards", func(c *AnnounceMaintenance, _ *Terms) { c.Until = c.From }, false, "end after it begins"},
		{"without end", func(c *AnnounceMaintenance, _ *Terms) { c.Until = c.From.Add(32 * 24 * time.Hour) }, false, "31 days"},
		{"in two years", func(c *AnnounceMaintenance, _ *Terms) {
			c.From, c.Until = c.From.AddDate(2, 0, 0), c.Until.AddDate(2, 0, 0)
		}, false, "within a year"},
		{"at half a minute", func(c *AnnounceMaintenance, _ *Terms) { c.From = c.From.Add(30 * time.Second) }, false, "full minute"},
		{"without a word", func(c *AnnounceMaintenance, _ *Terms) { c.What = " " }, false, "what is done"},
	} {
		command, p := announced(night, night.Add(time.Hour)), terms
		c.change(&command, &p)
		events, err := State{}.DecideAnnounce(p, f, command, noon)
		var no *agreement.Refusal
		switch {
		case c.why != "" && (!errors.As(err, &no) || !strings.Contains(no.Why, c.why)):
			t.Errorf("%s: %v, want a refusal about %q", c.name, err, c.why)
		case c.why == "" && (err != nil || len(events) != 1 || events[0].(MaintenanceAnnounced).InTime != c.inTime):
			t.Errorf("%s: %+v, %v", c.name, events, err)
		}
	}
}

// Notice that is counted in days is counted by the agreement's own days, also where one of them has 25
// hours.
func TestNoticeOfDaysIsCountedByTheCalendar(t *testing.T) {
	terms, f := read(t, "")
	f.Front.TimeZone, terms.Exclusions.MaintenanceNotice = "Europe/Berlin", period("P2D")
	now := time.Date(2026, 10, 24, 10, 0, 0, 0, f.Zone()) // the clocks go back in the night
	for hours, want := range map[time.Duration]bool{49: true, 48: false} {
		from := now.Add(hours * time.Hour).UTC()
		events, err := State{}.DecideAnnounce(terms, f, announced(from, from.Add(time.Hour)), now)
		if err != nil || events[0].(MaintenanceAnnounced).InTime != want {
			t.Errorf("%d hours before: %+v, %v", hours, events, err)
		}
	}
}

func TestMaintenanceIsWithdrawnBeforeItBegins(t *testing.T) {
	at := noon.Add(60 * time.Hour)
	s := State{}.Evolve(MaintenanceAnnounced{ID: "mnt_1", Component: "summarise", Environment: agreement.Production, From: at, Until: at.Add(time.Hour), Party: agreement.A, InTime: true}, noon)
	before := s
	for name, c := range map[string]struct {
		WithdrawMaintenance
		at time.Time
	}{"nothing": {WithdrawMaintenance{ID: "mnt_2", Party: agreement.A}, noon}, "the other party's": {WithdrawMaintenance{ID: "mnt_1", Party: agreement.B}, noon},
		"what has begun": {WithdrawMaintenance{ID: "mnt_1", Party: agreement.A}, at}} {
		if events, err := s.DecideWithdraw(c.WithdrawMaintenance, c.at); err == nil {
			t.Errorf("%s: %+v", name, events)
		}
	}
	events, err := s.DecideWithdraw(WithdrawMaintenance{ID: "mnt_1", Party: agreement.A, By: "per_x"}, at.Add(-1))
	if err != nil {
		t.Fatal(err)
	}
	s = s.Evolve(events[0], noon)
	if s.Maintenance["mnt_1"].Counts() || !before.Maintenance["mnt_1"].Counts() {
		t.Errorf("after: %+v; before: %+v", s, before)
	}
	if _, err := s.DecideWithdraw(WithdrawMaintenance{ID: "mnt_1", Party: agreement.A}, noon); err == nil {
		t.Error("withdrawn twice")
	}
}

// What is left out lies in the window and in announcements that came in time, never twice, and never
// for longer than the clause allows; of a part of the window that begins with it, it is the same part.
func TestWhatMaintenanceIsLeftOut(t *testing.T) {
	window := Span{noon, noon.AddDate(0, 1, 0)}
	rapid.Check(t, func(rt *rapid.T) {
		e := Exclusions{MaintenanceNotice: period("PT48H"), MaintenanceHours: rapid.IntRange(0, 6).Draw(rt, "hours")}
		minutes := func(name string) time.Duration {
			return time.Duration(rapid.IntRange(-600, 60_000).Draw(rt, name)) * time.Minute
		}
		s, counts := State{}, map[time.Time]bool{}
		for i := range rapid.IntRange(0, 6).Draw(rt, "announcements") {
			from := noon.Add(minutes("from"))
			m := MaintenanceAnnounced{ID: string(rune('a' + i)), Component: "summarise", Environment: agreement.Production, From: from,
				Until: from.Add(time.Duration(rapid.IntRange(1, 300).Draw(rt, "long")) * time.Minute), InTime: rapid.Bool().Draw(rt, "in time")}
			s = s.Evolve(m, noon)
			for at := m.From; m.InTime && at.Before(m.Until); at = at.Add(time.Minute) {
				counts[at] = true
			}
		}
		out := minutesOf(rt, s.LeftOut(e, "summarise", agreement.Production, window))
		inside := 0
		for at := range counts {
			if !at.Before(window.From) && at.Before(window.Until) {
				inside++
			}
		}
		if want := inside; e.MaintenanceHours > 0 && want > e.MaintenanceHours*60 {
			want = e.MaintenanceHours * 60
			if len(out) != want {
				rt.Fatalf("%d minutes are left out, want the %d that the clause allows", len(out), want)
			}
		} else if len(out) != want {
			rt.Fatalf("%d minutes are left out, want all %d", len(out), want)
		}
		until := window.From.Add(time.Duration(rapid.IntRange(0, 40_000).Draw(rt, "until")) * time.Minute)
		part := minutesOf(rt, s.LeftOut(e, "summarise", agreement.Production, Span{window.From, until}))
		for at := range out {
			if !counts[at] || at.Before(window.From) || !at.Before(window.Until) {
				rt.Fatalf("%s is left out", at)
			}
			if part[at] != at.Before(until) {
				rt.Fatalf("%s: a part that ends at %s leaves other minutes out", at, until)
			}
		}
		if diff := cmp.Diff([]Span(nil), s.LeftOut(e, "embed", agreement.Production, window)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func minutesOf(rt *rapid.T, spans []Span) map[time.Time]bool {
	all := map[time.Time]bool{}
	for _, s := range spans {
		for at := s.From; at.Before(s.Until); at = at.Add(time.Minute) {
			if all[at] {
				rt.Fatalf("%s is left out twice", at)
			}
			all[at] = true
		}
	}
	return all
}
