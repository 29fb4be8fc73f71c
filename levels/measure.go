package levels

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"entente/articles/performance"
	"entente/money"
)

// A Figure is one service level, promised and measured.
type Figure struct {
	Name     string // "availability", "error rate", "latency p95 to the first byte", "throughput"
	Promised string
	Measured string // "none" if there was nothing to measure
	Kept     bool   // also if there was nothing to measure
}

// A Measure is how a component stands against its row of Schedule C over some time.
type Measure struct {
	performance.Level
	From, To time.Time // what is measured: whole minutes, without the end
	Calls    Calls     // those that count
	Minutes  int64     // of the time
	Down     int64     // of these, in which half or more of the calls made failed through a cause on the provider's side
	Busiest  int64     // the most calls of a minute
	Figures  []Figure
}

// Measure holds what was measured from one instant up to another to a row of Schedule C.
func (r Rollup) Measure(l performance.Level, e performance.Exclusions, from, to time.Time) Measure {
	m := Measure{Level: l, From: from, To: to, Calls: r.Calls, Minutes: max(int64(to.Sub(from)/time.Minute), 0)}
	if e.CallerErrors {
		m.Calls.Made -= r.Caller
	}
	if e.Refusals {
		m.Calls.Made -= r.Node
	}
	for at, minute := range r.Minutes {
		if at < from.Unix()/60 || at >= to.Unix()/60 {
			continue
		}
		made := minute.Made
		if e.CallerErrors {
			made -= minute.Caller
		}
		if e.Refusals {
			made -= minute.Node
		}
		if minute.Faults > 0 && 2*minute.Faults >= made {
			m.Down++
		}
		m.Busiest = max(m.Busiest, minute.Made)
	}
	m.figures(r)
	return m
}

func (m *Measure) figures(r Rollup) {
	if !m.Availability.IsZero() {
		up := m.Minutes - m.Down
		m.add("availability", m.Availability.Words(), share(up, m.Minutes, false), m.Minutes == 0 || m.Availability.Share(up, m.Minutes) >= 0)
	}
	if !m.ErrorRate.IsZero() {
		m.add("error rate", m.ErrorRate.Words(), share(m.Calls.Faults, m.Calls.Made, true), m.Calls.Made == 0 || m.ErrorRate.Share(m.Calls.Faults, m.Calls.Made) <= 0)
	}
	for _, l := range m.Latency {
		name, sketch := "latency "+string(l.Percentile)+" to the end of the answer", r.Complete
		if l.Until == performance.FirstByte {
			name, sketch = "latency "+string(l.Percentile)+" to the first byte", r.FirstByte
		}
		measured, took := "none", sketch.Percentile(thousandths(l.Percentile))
		if sketch.Count() > 0 {
			measured = fmt.Sprintf("%d ms", (took+999)/1000)
		}
		m.add(name, fmt.Sprintf("%d ms", l.Milliseconds), measured, took <= l.Milliseconds*1000*(fine+1)/fine)
	}
	if m.Throughput != nil {
		// That more would have been taken cannot be seen from calls that nobody made.
		m.add("throughput", fmt.Sprintf("%d requests in %s", m.Throughput.Requests, m.Throughput.Per), fmt.Sprintf("%d requests in the busiest minute", m.Busiest), true)
	}
}

func (m *Measure) add(name, promised, measured string, kept bool) {
	m.Figures = append(m.Figures, Figure{name, promised, measured, kept})
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
