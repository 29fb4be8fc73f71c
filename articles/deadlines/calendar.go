package deadlines

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Warnings are when somebody should hear of a deadline before it is due: when 75, 50 and 25 % of a running clock
// are left, or 14, 7 and 1 days before a date.
func (d Deadline) Warnings() []time.Time {
	if d.Begun.IsZero() {
		return []time.Time{d.Due.AddDate(0, 0, -14), d.Due.AddDate(0, 0, -7), d.Due.AddDate(0, 0, -1)}
	}
	quarter := d.Due.Sub(d.Begun) / 4
	return []time.Time{d.Due.Add(-3 * quarter), d.Due.Add(-2 * quarter), d.Due.Add(-quarter)}
}

// A Calendar is deadlines for calendar programs.
type Calendar struct {
	Agreement string    // its id: part of the name of each event
	Title     string    // what the calendar is called
	Made      time.Time // of the ledger's last entry, so that the same ledger gives the same calendar
	All       []Deadline
}

// The forms of dates and times in iCalendar (RFC 5545).
const (
	dateForm    = "20060102"
	instantForm = "20060102T150405Z"
)

// ICalendar writes the calendar as iCalendar (RFC 5545). What is done is left out. A deadline at the end of a day is an
// event of that whole day, which is the same day in every zone; any other is an event at its instant. Each has an
// alarm at its warnings, and a name that never changes.
func (c Calendar) ICalendar() []byte {
	var w folded
	w.line("BEGIN:VCALENDAR")
	w.line("VERSION:2.0")
	w.line("PRODID:-//Entente//Deadlines 1//EN")
	w.line("X-WR-CALNAME:" + escaped(c.Title))
	w.line("REFRESH-INTERVAL;VALUE=DURATION:PT1H")
	for _, d := range Waiting(c.All) {
		c.event(&w, d)
	}
	w.line("END:VCALENDAR")
	return []byte(w.String())
}

func (c Calendar) event(w *folded, d Deadline) {
	summary := d.What
	if d.State == Late {
		summary = "Late: " + summary
	}
	w.line("BEGIN:VEVENT")
	w.line("UID:" + escaped(c.Agreement+"/"+d.ID))
	w.line("DTSTAMP:" + c.Made.UTC().Format(instantForm))
	if d.Whole {
		day := time.Date(d.Day.Year, d.Day.Month, d.Day.Day, 0, 0, 0, 0, time.UTC)
		w.line("DTSTART;VALUE=DATE:" + day.Format(dateForm))
		w.line("DTEND;VALUE=DATE:" + day.AddDate(0, 0, 1).Format(dateForm))
	} else {
		w.line("DTSTART:" + d.Due.Format(instantForm))
	}
	w.line("SUMMARY:" + escaped(fmt.Sprintf("%s (%s)", summary, d.Clause.Cite())))
	w.line("DESCRIPTION:" + escaped(fmt.Sprintf("%s of %s, %s: %s. It concerns %s.", d.Clause.Cite(), c.Title, d.Clause.Title(), d.What, d.Owes.Label())))
	w.line("TRANSP:TRANSPARENT")
	for _, at := range slices.Compact(d.Warnings()) {
		w.line("BEGIN:VALARM")
		w.line("ACTION:DISPLAY")
		w.line("DESCRIPTION:" + escaped(d.What))
		w.line("TRIGGER;VALUE=DATE-TIME:" + at.UTC().Format(instantForm))
		w.line("END:VALARM")
	}
	w.line("END:VEVENT")
}

// escaped is text as a value holds it (RFC 5545, 3.3.11).
func escaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
}

// longestLine is the most bytes of a line, without its end.
const longestLine = 75

// folded is text whose lines are folded (RFC 5545, 3.1).
type folded struct{ strings.Builder }

func (w *folded) line(s string) {
	for room := longestLine; len(s) > room; room = longestLine - 1 {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		w.WriteString(s[:cut] + "\r\n ")
		s = s[cut:]
	}
	w.WriteString(s + "\r\n")
}
