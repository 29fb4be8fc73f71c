package deadlines_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/articles/deadlines"
	"entente/articles/term"
	"entente/calendar"
	"entente/tests/outside"

	"github.com/google/go-cmp/cmp"
)

// An outside program reads the calendar: each deadline by its lasting name, what must not be taken for markup as it
// was written, days as days, clocks at their instant, and the alarms.
func TestAnotherProgramReadsTheCalendar(t *testing.T) {
	node, missing := outside.Node()
	if outside.Lacking(t, slices.Concat(missing, outside.Packages("ical.js"))...) {
		return
	}
	s := signed(t)
	zone := s.Text().Frame().Zone()
	const hostile = "Ünïcödé; a, b\\n c\nBEGIN:VEVENT, and so long that it is folded in the middle of what takes two bytes: ääääääääääääääääääääääääääääääääääää"
	s.Texts[0].Integration.Requirements[0].Title = hostile
	notified := day.In(zone).Add(10 * time.Hour)
	s.Term = s.Term.Evolve(term.BreachNotified{ID: "brc_1", Accused: "b", What: "no payment", CureBy: notified.AddDate(0, 0, 28)}, notified)
	all := deadlines.Of(s, notified)
	made := deadlines.Calendar{Agreement: "agr_a", Title: "Agreement CT-1", Made: notified, All: all}.ICalendar()
	for line := range strings.SplitSeq(string(made), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	run := exec.Command(node, filepath.Join(outside.Root(), "tests", "npm", "calendar.mjs"))
	run.Stdin = bytes.NewReader(made)
	var complained bytes.Buffer
	run.Stderr = &complained
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complained.String())
	}
	type event struct {
		UID, Summary, Start string
		Day                 bool
		Alarms              []string
	}
	var got []event
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if waiting := deadlines.Waiting(all); len(got) != len(waiting) {
		t.Fatalf("%d events of %d deadlines", len(got), len(waiting))
	}
	find := func(uid string) event {
		return got[slices.IndexFunc(got, func(e event) bool { return e.UID == uid })]
	}
	want := []event{
		{"agr_a/milestone/api-development", "Late: “" + hostile + "” is to be complete (clause 2.2)", "2026-11-09", true, []string{"2026-10-26T23:00:00Z", "2026-11-02T23:00:00Z", "2026-11-08T23:00:00Z"}},
		{"agr_a/breach/brc_1", "The material breach that was notified on " + day.Words() + " is to be cured (clause 12.2)", notified.AddDate(0, 0, 28).UTC().Format("2006-01-02T15:04:05Z"), false,
			[]string{notified.AddDate(0, 0, 7).UTC().Format("2006-01-02T15:04:05Z"), notified.AddDate(0, 0, 14).UTC().Format("2006-01-02T15:04:05Z"), notified.AddDate(0, 0, 21).UTC().Format("2006-01-02T15:04:05Z")}},
	}
	if diff := cmp.Diff(want, []event{find(want[0].UID), find(want[1].UID)}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The same ledger gives the same calendar, and what is done is not in it.
func TestACalendarIsStable(t *testing.T) {
	c := deadlines.Calendar{Agreement: "agr_a", Title: "x", All: []deadlines.Deadline{
		{ID: "a", Clause: "2.2", What: "done", Owes: "a", Day: calendar.Date{Year: 2026, Month: 12, Day: 1}, Whole: true, State: deadlines.Done},
		{ID: "b", Clause: "2.2", What: "open", Owes: "a", Day: calendar.Date{Year: 2026, Month: 12, Day: 31}, Whole: true, State: deadlines.Open}}}
	text := string(c.ICalendar())
	if strings.Contains(text, "done") || !strings.Contains(text, "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n") || text != string(c.ICalendar()) {
		t.Errorf("%s", text)
	}
}
