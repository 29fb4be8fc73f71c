package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"
)

// The components of the example agreement that are offered by API.
const (
	summariser = "summarise"
	embedder   = "embed"
)

// A Target is a key for the gateway, and what it was issued for.
type Target struct {
	Component   string // "summarise" or "embed"
	Environment string // "test" or "production"
	Purpose     string // "service", "improvement"
	Key         string
	Revoked     bool // used now and then all the same, as a forgotten key would be
}

// A Caller calls the gateway as the two companies would: Tidewater has documents summarised, Calluna has
// queries and passages embedded. Some calls break the agreement: a model or an operation that Schedule A
// does not list, a purpose that is forbidden, production before it is open, a key that is revoked.
type Caller struct {
	Client  *http.Client // reaches the gateway
	Gateway string       // its address, "http://127.0.0.1:8601"
	Targets []Target
	Rand    *rand.Rand // draws texts, keys and the order of calls

	deck []*errand
}

// Counts are what became of calls.
type Counts struct {
	Calls  int            // that were made and not given up because the context ended
	Status map[int]int    // answers by HTTP status; under 0, calls without a whole answer
	Clause map[string]int // refusals by the clause that they name
}

// Limits of one call and of all that are under way.
const (
	callTime   = 15 * time.Second
	maxAnswer  = 4 << 20 // bytes
	concurrent = 8
)

// Traffic makes a number of calls, one each time every has passed and at most eight at once, and returns
// when the last one is answered or ctx ends. A Caller makes one run of traffic at a time.
func (c *Caller) Traffic(ctx context.Context, calls int, every time.Duration) Counts {
	counts := Counts{Status: map[int]int{}, Clause: map[string]int{}}
	var mu sync.Mutex
	var wait sync.WaitGroup
	slots := make(chan struct{}, concurrent)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for range calls {
		next := c.next()
		if next == nil || ctx.Err() != nil {
			break
		}
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			status, clause := c.send(ctx, next)
			mu.Lock()
			defer mu.Unlock()
			if ctx.Err() == nil {
				counts.add(status, clause)
			}
		})
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	wait.Wait()
	return counts
}

func (c *Counts) add(status int, clause string) {
	c.Calls++
	c.Status[status]++
	if clause != "" {
		c.Clause[clause]++
	}
}

// send makes a call and reads its answer to the end. The status is 0 if there is no whole answer; the
// clause is empty if the answer names none.
func (c *Caller) send(ctx context.Context, a *call) (status int, clause string) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, a.method, c.Gateway+a.path, bytes.NewReader(a.body))
	if err != nil {
		return 0, ""
	}
	r.Header = a.header
	answer, err := c.Client.Do(r)
	if err != nil {
		return 0, ""
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return 0, ""
	}
	switch kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); kind {
	case "text/event-stream":
		if !strings.HasSuffix(strings.TrimSpace(string(body)), "data: [DONE]") {
			return 0, ""
		}
	case "application/problem+json":
		var problem struct{ Clause string }
		if json.Unmarshal(body, &problem) == nil {
			clause = problem.Clause
		}
	}
	return answer.StatusCode, clause
}
