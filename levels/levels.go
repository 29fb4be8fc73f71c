// Package levels measures service levels as Schedule C words them: availability by the minute, the
// share of calls that failed, how long answers take, and how many calls there are, from the records of
// real calls. Whose doing a failure was is told apart, and what the schedule leaves out is left out.
//
// Everything here is pure, in whole numbers, and adds up: the parts of a window may be measured by
// themselves, in any order.
package levels

import (
	"time"

	"entente/articles/performance"
	"entente/meter"
)

// A Rollup is what the records of some time come to.
type Rollup struct {
	Minutes map[int64]Minute `json:"minutes"` // by the minute in which calls were opened, counted from 1970
	Calls
	FirstByte Sketch `json:"first_byte"` // microseconds, of calls that ended well
	Complete  Sketch `json:"complete"`   // likewise
}

// Calls are counted by whose doing their end was.
type Calls struct {
	Made   int64 `json:"made"`
	Faults int64 `json:"faults"` // failed through a cause on the provider's side
	Caller int64 `json:"caller"` // failed through a cause on the caller's side
	Node   int64 `json:"node"`   // ended by the node: cut under a clause, or stopped
}

// A Minute is what the calls of one minute came to.
type Minute struct {
	Made   int64 `json:"made"`
	Faults int64 `json:"faults"`
	Caller int64 `json:"caller"`
	Node   int64 `json:"node"`
}

// Add counts a record that is final. A call that was refused because it could not be metered was never
// made.
func (r *Rollup) Add(record meter.Record) {
	if record.Outcome == meter.NotStarted {
		return
	}
	if r.Minutes == nil {
		r.Minutes, r.FirstByte, r.Complete = map[int64]Minute{}, Sketch{}, Sketch{}
	}
	m := Minute{Made: 1}
	r.Made++
	switch o := record.Outcome; {
	case o == meter.OK:
		if record.FirstByte > 0 {
			r.FirstByte.Add(record.FirstByte.Microseconds())
		}
		r.Complete.Add(record.Closed.Sub(record.Opened).Microseconds())
	case o.Fault():
		r.Faults++
		m.Faults = 1
	case o == meter.UpstreamRefused || o == meter.CallerGone:
		r.Caller++
		m.Caller = 1
	default:
		r.Node++
		m.Node = 1
	}
	at := record.Opened.Unix() / 60
	r.Minutes[at] = r.Minutes[at].plus(m)
}

func (m Minute) plus(o Minute) Minute {
	return Minute{m.Made + o.Made, m.Faults + o.Faults, m.Caller + o.Caller, m.Node + o.Node}
}

// Merge adds another part of the time.
func (r *Rollup) Merge(o Rollup) {
	if r.Minutes == nil {
		r.Minutes, r.FirstByte, r.Complete = map[int64]Minute{}, Sketch{}, Sketch{}
	}
	for at, m := range o.Minutes {
		r.Minutes[at] = r.Minutes[at].plus(m)
	}
	r.Made, r.Faults, r.Caller, r.Node = r.Made+o.Made, r.Faults+o.Faults, r.Caller+o.Caller, r.Node+o.Node
	r.FirstByte.Merge(o.FirstByte)
	r.Complete.Merge(o.Complete)
}

// Window is the one that Schedule C measures over and that holds now: from its first instant, up to
// and without its last.
func Window(w performance.Window, now time.Time, zone *time.Location) (from, to time.Time) {
	y, m, d := now.In(zone).Date()
	switch w {
	case performance.CalendarQuarter:
		first := (m-1)/3*3 + 1
		return time.Date(y, first, 1, 0, 0, 0, 0, zone), time.Date(y, first+3, 1, 0, 0, 0, 0, zone)
	case performance.Rolling30Days:
		return time.Date(y, m, d-29, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)
	}
	return time.Date(y, m, 1, 0, 0, 0, 0, zone), time.Date(y, m+1, 1, 0, 0, 0, 0, zone)
}
