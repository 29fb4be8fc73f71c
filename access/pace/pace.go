// Package pace holds those who ask to a rate: so many requests at once, and so many a minute in the long run. Whoever
// keeps within it notices nothing; whoever does not is told how long to wait, and disturbs nobody else.
//
// What is counted, and by whom, is for the door: programs by party and agreement, people by their session.
package pace

import (
	"sync"
	"time"
)

// A Rate is how often one asker may ask. The zero value is Usual.
type Rate struct {
	Burst     int // requests that may come at once
	PerMinute int // requests a minute in the long run
}

// Usual is the rate where nothing else is set.
var Usual = Rate{Burst: 1000, PerMinute: 3000}

// A Pacer counts requests against a rate: for each asker it keeps the instant at which all of the burst is there
// again (the generic cell rate algorithm). Its zero value keeps the usual rate.
type Pacer struct {
	Rate Rate

	mu    sync.Mutex
	full  map[string]time.Time // by asker; one that is past is as good as none
	swept time.Time            // when what was past was let go
}

// Kept is the rate that askers are held to.
func (p *Pacer) Kept() Rate {
	if p.Rate == (Rate{}) {
		return Usual
	}
	return p.Rate
}

// Take counts a request now. It gives how many more may come at once, when all may again, and how long to wait,
// which is 0 if the request may pass.
func (p *Pacer) Take(asker string, now time.Time) (left int, full, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	rate := p.Kept()
	each := time.Minute / time.Duration(rate.PerMinute)
	most := each * time.Duration(rate.Burst)
	full = max(0, p.full[asker].Sub(now))
	if full+each > most {
		return 0, full, full + each - most
	}
	full += each
	p.full[asker] = now.Add(full)
	return int((most - full) / each), full, 0
}

// sweep forgets once a minute who has not asked for long.
func (p *Pacer) sweep(now time.Time) {
	if age := now.Sub(p.swept); p.full != nil && age >= 0 && age < time.Minute {
		return
	}
	p.swept = now
	if p.full == nil {
		p.full = map[string]time.Time{}
	}
	for asker, full := range p.full {
		if !full.After(now) {
			delete(p.full, asker)
		}
	}
}

// Seconds is a duration in whole seconds, never too short, as Retry-After has it.
func Seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
