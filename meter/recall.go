package meter

import (
	"slices"
	"time"

	"entente/usage"
)

// A Recall asks what was used lately, so that a limit goes on counting where it stood before a
// restart. A text that is empty chooses all.
type Recall struct {
	Agreement, Component, Environment, Party, Key string

	// Customer chooses calls for this customer where ByCustomer is set; if it is empty too, those
	// that named none.
	Customer   string
	ByCustomer bool

	Since time.Time
	// Grain is how exactly moments are told apart, for limits whose time rolls. Zero is for those of
	// a day or a month: a call belongs whole to where it was opened, and moments do not matter.
	Grain time.Duration
}

// Matches reports whether r is about this record, its moments aside. A call that was refused after
// all, because it could not be metered, counts for nothing.
func (q Recall) Matches(r *Record) bool {
	of := Query{Agreement: q.Agreement, Component: q.Component, Environment: q.Environment, Party: q.Party}
	return of.Matches(r) && (q.Key == "" || q.Key == r.Key) && (!q.ByCustomer || q.Customer == r.Customer) && r.Outcome != NotStarted
}

// Used is what calls came to at about one moment.
type Used struct {
	At time.Time // of the last of it; zero if moments do not matter, and of what is still open

	Calls   int64 // that were opened
	Charged int64 // that ended well
	Unknown int64 // that are open or were interrupted: what they used is not known, only what was held for them
	Held    Held  // for these

	Tokens usage.Tokens // the most that they can have been
	Bytes  int64        // both ways
	Units  int64        // of the provider's own
}

// A Memory adds records up for a Recall. Where time rolls, a call counts as one when it was opened,
// and what it used when it was closed.
type Memory struct {
	Recall Recall
	used   map[memory]*Used
}

type memory struct {
	grain int64
	open  bool
}

// Add counts one record, if the Recall is about it.
func (m *Memory) Add(r Record) {
	if !m.Recall.Matches(&r) {
		return
	}
	since := m.Recall.Since
	rolls := m.Recall.Grain > 0
	if !r.Opened.Before(since) {
		m.Merge(Used{At: r.Opened, Calls: 1}, false)
	}
	switch {
	case !r.State.Final() && (rolls || !r.Opened.Before(since)):
		m.Merge(Used{Unknown: 1, Held: r.Held}, rolls)
	case r.State.Final() && rolls && r.Closed.Before(since), !rolls && r.Opened.Before(since):
	case r.State == Interrupted:
		m.Merge(Used{At: r.Closed, Unknown: 1, Held: r.Held, Tokens: r.Counted(), Bytes: r.BytesIn + r.BytesOut, Units: r.Units}, false)
	default:
		m.Merge(Used{At: r.Closed, Charged: count(r.Outcome == OK), Tokens: r.Counted(), Bytes: r.BytesIn + r.BytesOut, Units: r.Units}, false)
	}
}

// Merge adds a part sum. What is open has no moment.
func (m *Memory) Merge(u Used, open bool) {
	key := memory{open: open}
	if m.Recall.Grain == 0 {
		u.At = time.Time{}
	} else if !open {
		key.grain = u.At.UnixMicro() / m.Recall.Grain.Microseconds()
	}
	if m.used == nil {
		m.used = map[memory]*Used{}
	}
	sum := m.used[key]
	if sum == nil {
		m.used[key] = &u
		return
	}
	if u.At.After(sum.At) {
		sum.At = u.At
	}
	sum.Calls += u.Calls
	sum.Charged += u.Charged
	sum.Unknown += u.Unknown
	sum.Held.Input += u.Held.Input
	sum.Held.Output += u.Held.Output
	sum.Held.Bytes += u.Held.Bytes
	sum.Tokens = sum.Tokens.Plus(u.Tokens)
	sum.Bytes += u.Bytes
	sum.Units += u.Units
}

// Used returns the sums, oldest first, those of what is open before all others.
func (m *Memory) Used() []Used {
	all := make([]Used, 0, len(m.used))
	for _, u := range m.used {
		all = append(all, *u)
	}
	slices.SortFunc(all, func(a, b Used) int { return a.At.Compare(b.At) })
	return all
}

// raise takes the larger of each.
func (h *Held) raise(to Held) {
	h.Input, h.Output, h.Bytes = max(h.Input, to.Input), max(h.Output, to.Output), max(h.Bytes, to.Bytes)
}
