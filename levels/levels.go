// Package levels measures service levels as Schedule C words them: availability by the minute, the
// share of calls that failed, how long answers take, and how many calls there are, from the records of
// real calls. Whose doing a failure was is told apart, and what the schedule leaves out is left out.
//
// Everything here is pure, in whole numbers, and adds up: the parts of a window may be measured by
// themselves, in any order.
package levels

import (
	"entente/articles/performance"
	"entente/meter"
)

// A Rollup is what the records of some time come to.
type Rollup struct {
	Minutes map[int64]Calls `json:"minutes"` // by the minute in which calls were opened, counted from 1970
	Calls
	Times
	Apart map[int64]Times `json:"apart,omitempty"` // of the minutes of announced maintenance, which may be left out one by one
}

// Calls are counted by whose doing their end was.
type Calls struct {
	Made   int64 `json:"made"`
	Faults int64 `json:"faults"`        // failed through a cause on the provider's side
	Caller int64 `json:"caller"`        // failed through a cause on the caller's side
	Cut    int64 `json:"cut,omitempty"` // ended by the node under a clause
	Node   int64 `json:"node"`          // ended because the node stopped, or could not go on
}

// Times are how long calls took that ended well. Others have failed, and are counted as that.
type Times struct {
	FirstByte Sketch `json:"first_byte"` // microseconds
	Complete  Sketch `json:"complete"`   // likewise
}

// Add counts a record that is final; apart says that its minute is one of announced maintenance. A
// call that was refused because it could not be metered was never made.
func (r *Rollup) Add(record meter.Record, apart bool) {
	if record.Outcome == meter.NotStarted {
		return
	}
	r.ready()
	at, one := record.Opened.Unix()/60, callOf(record.Outcome)
	r.Calls = r.Calls.plus(one)
	r.Minutes[at] = r.Minutes[at].plus(one)
	if record.Outcome != meter.OK {
		return
	}
	times := r.Times
	if apart {
		times = r.apart(at)
	}
	if record.FirstByte > 0 {
		times.FirstByte.Add(record.FirstByte.Microseconds())
	}
	times.Complete.Add(record.Closed.Sub(record.Opened).Microseconds())
}

func callOf(o meter.Outcome) Calls {
	c := Calls{Made: 1}
	switch {
	case o == meter.OK:
	case o.Fault():
		c.Faults = 1
	case o == meter.UpstreamRefused || o == meter.CallerGone:
		c.Caller = 1
	case o == meter.Cut:
		c.Cut = 1
	default:
		c.Node = 1
	}
	return c
}

func (c Calls) plus(o Calls) Calls {
	return Calls{c.Made + o.Made, c.Faults + o.Faults, c.Caller + o.Caller, c.Cut + o.Cut, c.Node + o.Node}
}

func (c Calls) minus(o Calls) Calls {
	return Calls{c.Made - o.Made, c.Faults - o.Faults, c.Caller - o.Caller, c.Cut - o.Cut, c.Node - o.Node}
}

// counting are the calls that were made, as far as they count: those that the node itself failed never
// do, the others as clause C.3 says.
func (c Calls) counting(e performance.Exclusions) int64 {
	made := c.Made - c.Node
	if e.CallerErrors {
		made -= c.Caller
	}
	if e.Refusals {
		made -= c.Cut
	}
	return made
}

func (r *Rollup) ready() {
	if r.Minutes == nil {
		r.Minutes, r.Times = map[int64]Calls{}, newTimes()
	}
}

func newTimes() Times { return Times{Sketch{}, Sketch{}} }

func (r *Rollup) apart(minute int64) Times {
	if r.Apart == nil {
		r.Apart = map[int64]Times{}
	}
	if r.Apart[minute].Complete == nil {
		r.Apart[minute] = newTimes()
	}
	return r.Apart[minute]
}

// Merge adds another part of the time.
func (r *Rollup) Merge(o Rollup) {
	r.ready()
	for at, m := range o.Minutes {
		r.Minutes[at] = r.Minutes[at].plus(m)
	}
	r.Calls = r.Calls.plus(o.Calls)
	r.Times.merge(o.Times)
	for at, t := range o.Apart {
		r.apart(at).merge(t)
	}
}

func (t Times) merge(o Times) {
	t.FirstByte.Merge(o.FirstByte)
	t.Complete.Merge(o.Complete)
}
