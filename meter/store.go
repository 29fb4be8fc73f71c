package meter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"entente/usage"
)

// A Store keeps final records for good, for all nodes. metertest.Run holds every Store to these words.
type Store interface {
	// Save keeps final records, all of them or none, and is durable when it returns nil. The store has
	// none of them yet: who cannot know, after an error or a crash, asks Kept. Save may be called by
	// several callers at once; it keeps neither the slice nor what it points to.
	Save(ctx context.Context, records []Record) error
	// Kept says of which of some IDs the store has the record.
	Kept(ctx context.Context, ids []ID) (map[ID]bool, error)
	// Usage returns the records that q asks for in an order that stays: what is saved later comes
	// later. They are at most q.Limit, and the cursor is the one behind the last of them: q.After itself
	// when there are none. A page shorter than the limit is the last one for the moment.
	Usage(ctx context.Context, q Query) (records []Record, next string, err error)
	// Summary adds up the records that q asks for (q.After and q.Limit do not matter) by day
	// in q.Zone, component, environment and purpose, in this order. It is what a Tally says of them.
	Summary(ctx context.Context, q Query) ([]Sum, error)
	// Recall says what was used lately, oldest first. It is what a Memory says of the records that
	// r chooses, and costs no more than reading those of the agreement since r.Since.
	Recall(ctx context.Context, r Recall) ([]Used, error)
}

// ErrCursor means that Query.After is not a cursor of this store.
var ErrCursor = errors.New("not a cursor for usage: take it from the page before")

// The number of records on a page of usage.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
)

// A Query chooses records. A text that is empty chooses all. Nothing here is a permission:
// the caller sets Agreement and Party to what the person asking may see.
type Query struct {
	Agreement, Party, Component, Environment, Purpose, Customer string

	From, To Day            // days on which the call was opened, both included; empty means no bound
	Zone     *time.Location // in which days begin; nil means UTC

	After string // a cursor from Usage; empty means the beginning
	Limit int    // 0 means DefaultLimit; more than MaxLimit means MaxLimit
}

// PageSize is Limit with its default and its bound.
func (q Query) PageSize() int {
	if q.Limit <= 0 {
		return DefaultLimit
	}
	return min(q.Limit, MaxLimit)
}

// In returns the zone of the query's days.
func (q Query) In() *time.Location {
	if q.Zone == nil {
		return time.UTC
	}
	return q.Zone
}

// Span returns From and To as instants: from ≤ Opened < before. A zero time is no bound.
func (q Query) Span() (from, before time.Time, err error) {
	if q.From != "" {
		if from, err = q.From.Begin(q.In()); err != nil {
			return
		}
	}
	if q.To != "" {
		before, err = q.To.end(q.In())
	}
	return
}

// Matches reports whether q chooses r, its days aside.
func (q Query) Matches(r *Record) bool {
	for _, want := range [][2]string{
		{q.Agreement, r.Agreement}, {q.Party, r.Party}, {q.Component, r.Component},
		{q.Environment, r.Environment}, {q.Purpose, r.Purpose}, {q.Customer, r.Customer},
	} {
		if want[0] != "" && want[0] != want[1] {
			return false
		}
	}
	return true
}

// Filter returns what tells whether the query chooses a record, its days included.
func (q Query) Filter() (func(*Record) bool, error) {
	from, before, err := q.Span()
	if err != nil {
		return nil, err
	}
	return func(r *Record) bool {
		return (from.IsZero() || !r.Opened.Before(from)) && (before.IsZero() || r.Opened.Before(before)) && q.Matches(r)
	}, nil
}

// A Day is a civil date, "2026-11-23".
type Day string

// DayOf returns the day of an instant in a zone.
func DayOf(t time.Time, zone *time.Location) Day { return Day(t.In(zone).Format(time.DateOnly)) }

// Begin returns the first instant of the day in the zone. Where clocks skip midnight, that is
// when they resume.
func (d Day) Begin(zone *time.Location) (time.Time, error) {
	noon, err := d.noon(zone)
	if err != nil {
		return time.Time{}, err
	}
	return firstInstant(noon, d, zone), nil
}

func (d Day) end(zone *time.Location) (time.Time, error) {
	noon, err := d.noon(zone)
	if err != nil {
		return time.Time{}, err
	}
	noon = noon.AddDate(0, 0, 1)
	return firstInstant(noon, Day(noon.Format(time.DateOnly)), zone), nil
}

func (d Day) noon(zone *time.Location) (time.Time, error) {
	date, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}, fmt.Errorf("%.20q is not a day: write it as 2026-11-23", string(d))
	}
	return time.Date(date.Year(), date.Month(), date.Day(), 12, 0, 0, 0, zone), nil
}

// firstInstant searches the 36 hours before the day's noon for the second in which it begins.
func firstInstant(noon time.Time, d Day, zone *time.Location) time.Time {
	const reach = 36 * 60 * 60
	start := noon.Add(-reach * time.Second)
	n := sort.Search(reach, func(n int) bool {
		return DayOf(start.Add(time.Duration(n)*time.Second), zone) >= d
	})
	return start.Add(time.Duration(n) * time.Second).UTC()
}

// A Sum is what the calls of one day, component, environment and purpose came to.
type Sum struct {
	Day                             Day
	Component, Environment, Purpose string

	Calls       int64
	Open        int64 // of these, still open: they add nothing yet
	Interrupted int64 // of these, ended by a stop of the node
	Failed      int64 // of these, final with an outcome other than ok
	Faults      int64 // of these, failed through a cause on the provider's side
	Estimated   int64 // of these, with tokens that nobody stated

	Tokens            usage.Tokens
	BytesIn, BytesOut int64
	ToolCalls         int64
	Units             int64 // of the provider's own

	EstimatedInput, EstimatedOutput int64 // of the tokens, estimated, because nobody stated them
	OverInput, OverOutput           int64 // tokens beyond these that the estimated calls may have used at most: limits count them

	RequestFormat, ResponseFormat, Undocumented, OtherModel int64 // of these calls, with such a deviation
}

// A Tally adds records up. The zero value is ready, and counts days in UTC. A store that
// adds up by itself, by the hour for example, hands its part sums to Merge.
type Tally struct {
	Zone *time.Location
	sums map[line]*Sum
}

type line struct {
	day                             Day
	component, environment, purpose string
}

// Count adds one record, whatever its day, component, environment and purpose.
func (s *Sum) Count(r *Record) {
	s.Calls++
	if !r.State.Final() {
		s.Open++
		return
	}
	s.Interrupted += count(r.State == Interrupted)
	s.Failed += count(r.Outcome != OK)
	s.Faults += count(r.Outcome.Fault())
	s.Estimated += count(r.Estimated)
	s.Tokens = s.Tokens.Plus(r.Tokens)
	if r.Estimated {
		s.EstimatedInput += r.Tokens.Input()
		s.EstimatedOutput += r.Tokens.Output + r.Tokens.Reasoning
	}
	most := r.Counted()
	s.OverInput += most.Input() - r.Tokens.Input()
	s.OverOutput += most.Output - r.Tokens.Output
	s.BytesIn += r.BytesIn
	s.BytesOut += r.BytesOut
	s.ToolCalls += r.ToolCalls
	s.Units += r.Units
	s.RequestFormat += count(r.Deviations&RequestFormat != 0)
	s.ResponseFormat += count(r.Deviations&ResponseFormat != 0)
	s.Undocumented += count(r.Deviations&UndocumentedKind != 0)
	s.OtherModel += count(r.Deviations&OtherModel != 0)
}

func count(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// Add counts one record.
func (t *Tally) Add(r Record) {
	t.sum(line{DayOf(r.Opened, Query{Zone: t.Zone}.In()), r.Component, r.Environment, r.Purpose}).Count(&r)
}

func (t *Tally) sum(l line) *Sum {
	if t.sums == nil {
		t.sums = map[line]*Sum{}
	}
	if t.sums[l] == nil {
		t.sums[l] = &Sum{Day: l.day, Component: l.component, Environment: l.environment, Purpose: l.purpose}
	}
	return t.sums[l]
}

// Merge adds a part sum.
func (t *Tally) Merge(s Sum) {
	sum := t.sum(line{s.Day, s.Component, s.Environment, s.Purpose})
	sum.Calls += s.Calls
	sum.Open += s.Open
	sum.Interrupted += s.Interrupted
	sum.Failed += s.Failed
	sum.Faults += s.Faults
	sum.Estimated += s.Estimated
	sum.Tokens = sum.Tokens.Plus(s.Tokens)
	sum.EstimatedInput += s.EstimatedInput
	sum.EstimatedOutput += s.EstimatedOutput
	sum.OverInput += s.OverInput
	sum.OverOutput += s.OverOutput
	sum.BytesIn += s.BytesIn
	sum.BytesOut += s.BytesOut
	sum.ToolCalls += s.ToolCalls
	sum.Units += s.Units
	sum.RequestFormat += s.RequestFormat
	sum.ResponseFormat += s.ResponseFormat
	sum.Undocumented += s.Undocumented
	sum.OtherModel += s.OtherModel
}

// Sums returns the sums by day, component, environment and purpose, in this order.
func (t *Tally) Sums() []Sum {
	sums := make([]Sum, 0, len(t.sums))
	for _, s := range t.sums {
		sums = append(sums, *s)
	}
	slices.SortFunc(sums, func(a, b Sum) int {
		return slices.Compare(
			[]string{string(a.Day), a.Component, a.Environment, a.Purpose},
			[]string{string(b.Day), b.Component, b.Environment, b.Purpose})
	})
	return sums
}
