// Package timeline is the life of an agreement on one page: what is late, what is to come, and what has
// happened so far, as a line and as a list.
package timeline

import (
	"embed"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente/calendar"
	"entente/console/frame"
	"entente/console/record"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the timeline. Its field is needed to answer, not to list the routes.
type Desk struct{ Archive *record.Archive }

// Routes is the page.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{{Pattern: "GET /timeline", Serve: d.page}}
}

// A life is what the page shows.
type life struct {
	Today  calendar.Date
	Late   []frame.Due
	Coming []month
	Past   []record.Line
	More   bool // there is more in the past than the page lists
	Zone   *time.Location
	Line   line
}

// A month is what comes within one.
type month struct {
	Name string // "December 2026"
	Dues []frame.Due
	keys map[int]int // how many further keys a due of them stands for, by its place
}

// add puts a deadline behind the others of its month. Keys of a party that expire on one day are one.
func (m *month) add(d frame.Due) {
	key := func(d frame.Due) bool { return strings.HasPrefix(d.ID, "key/") }
	for i, other := range m.Dues {
		if key(d) && key(other) && other.Day == d.Day && other.Owes == d.Owes {
			m.keys[i]++
			m.Dues[i].What = strconv.Itoa(m.keys[i]+1) + " keys expire; others are to take their places"
			return
		}
	}
	m.Dues = append(m.Dues, d)
}

// mostPast is how many entries the page lists.
const mostPast = 60

func (d *Desk) page(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	past, all, err := d.Archive.Reader(r.Context(), v).Kinds(landmark, mostPast)
	if err != nil {
		return err
	}
	l := life{Today: calendar.DateOf(v.Now.In(v.Zone)), Past: past, More: all > len(past), Zone: v.Zone}
	for _, one := range v.Deadlines() {
		if one.Late() {
			l.Late = append(l.Late, one)
			continue
		}
		name := one.Day.In(time.UTC).Format("January 2006")
		if n := len(l.Coming); n == 0 || l.Coming[n-1].Name != name {
			l.Coming = append(l.Coming, month{Name: name, keys: map[int]int{}})
		}
		l.Coming[len(l.Coming)-1].add(one)
	}
	l.Line = lineOf(l, v.Now)
	return pages.Show(w, http.StatusOK, "timeline", frame.Page{Title: "Timeline of " + v.Number(), Tab: "timeline", Follows: frame.Following(r, ""), In: v, Body: l})
}

// landmark reports whether entries of a type belong to the life of the agreement rather than to its
// daily use.
func landmark(kind string) bool {
	family, _, _ := strings.Cut(kind, ".")
	switch family {
	case "agreement":
		return !strings.HasPrefix(kind, "agreement.comment")
	case "general", "term", "compliance":
		return true
	}
	return slices.ContainsFunc([]string{"integration.milestone_", "integration.production_", "performance.credit_", "performance.leave_", "performance.maintenance_"},
		func(prefix string) bool { return strings.HasPrefix(kind, prefix) })
}
