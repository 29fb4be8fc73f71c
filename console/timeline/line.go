package timeline

import (
	"fmt"
	"time"
)

// A line is the life drawn from its first entry to its last deadline. What it shows stands in the lists
// beside it as well.
type line struct {
	From, To string // the years at its ends
	Now      string // where today is, in percent
	Dots     []dot
	Years    []year
}

// A dot is something that happened, comes or is late.
type dot struct {
	At   string // in percent of the line
	Kind string // "past", "coming", "late"
}

// A year begins at a place of the line.
type year struct{ At, Name string }

// lineOf draws a life. The line is a little longer than what it shows, so that nothing stands at its end.
func lineOf(l life, now time.Time) line {
	from, to := now, now.AddDate(0, 1, 0)
	for _, one := range l.Past {
		if one.Time.Before(from) {
			from = one.Time
		}
	}
	for _, d := range l.Late {
		if d.Due.Before(from) {
			from = d.Due
		}
	}
	for _, m := range l.Coming {
		for _, d := range m.Dues {
			if d.Due.After(to) {
				to = d.Due
			}
		}
	}
	span := to.Sub(from)
	from, to = from.Add(-span/50), to.Add(span/50)
	at := func(t time.Time) string {
		return fmt.Sprintf("%.2f%%", 100*float64(t.Sub(from))/float64(to.Sub(from)))
	}
	out := line{From: from.In(l.Zone).Format("January 2006"), To: to.In(l.Zone).Format("January 2006"), Now: at(now)}
	for y := from.In(l.Zone).Year() + 1; y <= to.In(l.Zone).Year(); y++ {
		out.Years = append(out.Years, year{at(time.Date(y, 1, 1, 0, 0, 0, 0, l.Zone)), fmt.Sprint(y)})
	}
	for _, one := range l.Past {
		out.Dots = append(out.Dots, dot{at(one.Time), "past"})
	}
	for _, d := range l.Late {
		out.Dots = append(out.Dots, dot{at(d.Due), "late"})
	}
	for _, m := range l.Coming {
		for _, d := range m.Dues {
			out.Dots = append(out.Dots, dot{at(d.Due), "coming"})
		}
	}
	return out
}
