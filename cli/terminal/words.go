package terminal

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"entente/document"
)

// Stated is a value on one line; none is said so.
func Stated(s string) string {
	if s == "" {
		return "(none)"
	}
	return Flatly(s)
}

// Flatly is text on one line, in which nothing can be hidden from a terminal's reader.
func Flatly(s string) string { return strings.ReplaceAll(document.Visible(s), "\n", " ") }

// Instant is a time as the commands print it.
func Instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// Local is a time as the commands print it where people count days: in the agreement's time zone.
func Local(t time.Time, zone *time.Location) string { return t.In(zone).Format("2006-01-02 15:04 MST") }

// Until is when something ends, where people count days: the end of a day is said as that.
func Until(t time.Time, zone *time.Location) string {
	if at := t.In(zone); at.Format(time.TimeOnly) == "00:00:00" {
		return "the end of " + at.Add(-1).Format("2006-01-02 (MST)")
	}
	return Local(t, zone)
}

// Count is a number of things, in words: 1 term, 2 terms.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// JSON prints a value as indented JSON.
func JSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// ClauseMark is a clause's number in five columns at most; - for none.
func ClauseMark(clause string) string {
	if clause == "" {
		return "-"
	}
	if len(clause) > 5 {
		return clause[:4] + "."
	}
	return clause
}
