package levels

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"entente/articles/performance"
	"entente/money"
)

// A Measure is how a component stands against its row of Schedule C over some time.
type Measure struct {
	performance.Level
	From, To time.Time            // what is measured: whole minutes, without the end
	Calls    Calls                // whosever doing their end was, without those of excluded minutes
	Counting int64                // of the calls made, those that count
	Minutes  int64                // of the time, without those excluded
	Excluded int64                // minutes of maintenance that was announced in time
	Down     int64                // of the minutes, in which half or more of the counting calls failed through a cause on the provider's side
	Busiest  int64                // the most calls of a minute
	Refused  int64                // calls that were refused under a clause and never made, on the UTC days of the time
	Figures  []performance.Figure // "availability", "error rate", "latency p95 to the first byte", "throughput"
}

// Measure holds what was measured in a window to a row of Schedule C. Maintenance is what clause C.3
// takes out of the window, as spans of full minutes that do not overlap.
func (r Rollup) Measure(l performance.Level, e performance.Exclusions, maintenance []performance.Span, window performance.Span) Measure {
	first, end := minuteOf(window.From), minuteOf(window.Until)
	m := Measure{Level: l, From: window.From, To: window.Until, Calls: r.Calls, Minutes: max(end-first, 0)}
	excluded := map[int64]bool{}
	for _, s := range maintenance {
		for at := max(minuteOf(s.From), first); at < min(minuteOf(s.Until), end); at++ {
			excluded[at] = true
		}
	}
	m.Excluded = int64(len(excluded))
	m.Minutes -= m.Excluded
	for at, calls := range r.Minutes {
		switch {
		case excluded[at]:
			m.Calls = m.Calls.minus(calls)
		case at >= first && at < end:
			if calls.Faults > 0 && 2*calls.Faults >= calls.counting(e) {
				m.Down++
			}
			m.Busiest = max(m.Busiest, calls.Made)
		}
	}
	m.Counting = m.Calls.counting(e)
	m.figures(r.times(excluded))
	return m
}

func minuteOf(t time.Time) int64 { return t.Unix() / 60 }

// times are those of all calls but the excluded ones.
func (r Rollup) times(excluded map[int64]bool) Times {
	if len(r.Apart) == 0 {
		return r.Times
	}
	all := newTimes()
	all.merge(r.Times)
	for at, t := range r.Apart {
		if !excluded[at] {
			all.merge(t)
		}
	}
	return all
}

func (m *Measure) figures(took Times) {
	if !m.Availability.IsZero() {
		up := m.Minutes - m.Down
		m.add(performance.Availability, m.Availability.Words(), share(up, m.Minutes, false), m.Minutes == 0 || m.Availability.Share(up, m.Minutes) >= 0)
	}
	if !m.ErrorRate.IsZero() {
		m.add("error rate", m.ErrorRate.Words(), share(m.Calls.Faults, m.Counting, true), m.Counting == 0 || m.ErrorRate.Share(m.Calls.Faults, m.Counting) <= 0)
	}
	for _, l := range m.Latency {
		name, sketch := "latency "+string(l.Percentile)+" to the end of the answer", took.Complete
		if l.Until == performance.FirstByte {
			name, sketch = "latency "+string(l.Percentile)+" to the first byte", took.FirstByte
		}
		measured, size := "none", sketch.Percentile(thousandths(l.Percentile))
		if sketch.Count() > 0 {
			measured = fmt.Sprintf("%d ms", (size+999)/1000)
		}
		m.add(name, fmt.Sprintf("%d ms", l.Milliseconds), measured, size <= l.Milliseconds*1000*(fine+1)/fine)
	}
	if m.Throughput != nil {
		// That more would have been taken cannot be seen from calls that nobody made.
		measured := "none"
		if m.Busiest > 0 {
			measured = fmt.Sprintf("%d in the busiest minute", m.Busiest)
		}
		m.add("throughput", m.Throughput.Words(), measured, true)
	}
}

func (m *Measure) add(name, promised, measured string, kept bool) {
	m.Figures = append(m.Figures, performance.Figure{Name: name, Promised: promised, Measured: measured, Kept: kept})
}

// Kept reports whether every figure is.
func (m Measure) Kept() bool {
	for _, f := range m.Figures {
		if !f.Kept {
			return false
		}
	}
	return true
}

// Stated is the measure as the ledger keeps it, without its basis.
func (m Measure) Stated() performance.Measured {
	c := m.Calls
	return performance.Measured{Component: m.Component, Environment: m.Environment, From: m.From, To: m.To, Minutes: m.Minutes, Excluded: m.Excluded, Down: m.Down,
		Calls: c.Made, Faults: c.Faults, Caller: c.Caller, Cut: c.Cut, Node: c.Node, Figures: m.Figures}
}

// thousandths is a percentile as a whole number: 999 of p99.9.
func thousandths(p performance.Percentile) int64 {
	whole, tenth, _ := strings.Cut(strings.TrimPrefix(string(p), "p"), ".")
	n, _ := strconv.ParseInt(whole, 10, 64) // Schedule C knows a few
	t, _ := strconv.ParseInt(tenth, 10, 64)
	return 10*n + t
}

// share is a part of a whole in percent with three decimals, rounded to the provider's disadvantage.
func share(part, whole int64, up bool) string {
	if whole == 0 {
		return "none"
	}
	n := part * 100_000
	if up {
		n += whole - 1
	}
	n /= whole
	p, err := money.ParsePercent(fmt.Sprintf("%d.%03d%%", n/1000, n%1000))
	if err != nil {
		return "none"
	}
	return p.Words()
}
