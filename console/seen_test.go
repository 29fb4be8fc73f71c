package console_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/margins"
	"entente/articles/policy"
	"entente/meter"
	"entente/quota"
)

// seen is a node that has seen what the test says.
type seen struct {
	made    []meter.Record
	refused []meter.Refused
	limits  []quota.Figure
	err     error
	latest  atomic.Int64 // marks the calls
}

func (s *seen) Recent(_ context.Context, id agreement.ID, component string, most int) (made []meter.Record, refused []meter.Refused, err error) {
	for _, r := range s.made {
		if r.Agreement == string(id) && r.Component == component && len(made) < most {
			made = append(made, r)
		}
	}
	for _, r := range s.refused {
		if r.Agreement == string(id) && r.Component == component && len(refused) < most {
			refused = append(refused, r)
		}
	}
	return made, refused, s.err
}

func (s *seen) Latest(context.Context, agreement.ID, string) (string, error) {
	return fmt.Sprint(s.latest.Load()), nil
}

func (s *seen) Summary(_ context.Context, q meter.Query) ([]meter.Sum, error) {
	t := meter.Tally{Zone: q.Zone}
	for _, r := range s.made {
		if q.Matches(&r) {
			t.Add(r)
		}
	}
	return t.Sums(), s.err
}

func (s *seen) Limits(*policy.Policy) []quota.Figure { return s.limits }

// What the node has seen of a component stands on its page: levels, limits, plots with their numbers, and
// the last calls with what became of them.
func TestAComponentShowsHowItServes(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	at := start.Add(-time.Hour)
	record := func(n int, outcome meter.Outcome, clause string) meter.Record {
		return meter.Record{ID: meter.ID{15: byte(n)}, Agreement: string(id), Component: "summarise", Environment: "test", Operation: "chat.completions", Model: "calluna-extract-1", Clause: clause,
			State: meter.Closed, Opened: at.Add(time.Duration(n) * time.Minute), Outcome: outcome, Status: 200, FirstByte: time.Duration(n) * 10 * time.Millisecond}
	}
	h.seen = seen{made: []meter.Record{record(3, meter.Cut, "C"), record(2, meter.OK, ""), record(1, meter.OK, "")},
		refused: []meter.Refused{{ID: "req_x", At: at.Add(150 * time.Second), Agreement: string(id), Component: "summarise", Environment: "production", Operation: "chat.completions", Clause: "2.2", Code: "production-closed", Status: 403}},
		limits:  []quota.Figure{{Component: "summarise", Environment: agreement.Test, Limit: "key-requests-second", Unit: "requests", Used: 3, Held: 1, Most: 20}, {Component: "embed", Limit: "another"}}}
	h.live.Levels = []margins.Level{{Component: "summarise", Environment: "production", Name: "availability", Promised: "99.9%", Measured: "98.2%"}}
	b := h.as(id, agreement.B, agreement.Technical)
	_, page := b.get("/agreements/" + string(id) + "/components/summarise")
	accessible(t, "the component", page)
	says := text(t, page)
	for _, want := range []string{"availabilityproduction99.9%98.2% missed", "key-requests-secondtest3 of 20 requests used, 1 held for open calls16", "Of the last 2 calls that went well: half began within 10 ms, 95 in a hundred within 20 ms.",
		"23 November 20263", "chat.completions calluna-extract-1no keytest cutSchedule C", "refused with 403, production-closedclause 2.2"} {
		if !strings.Contains(says, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Contains(says, "another") || strings.Index(says, "req_x") > 0 || strings.Index(says, "test cut") > strings.Index(says, "refused with") {
		t.Errorf("the newest is not first, or another component's are there: %s", says)
	}
	h.seen.err = errors.New("the disk is gone")
	if _, page := b.get("/agreements/" + string(id) + "/components/summarise"); !strings.Contains(text(t, page), "could not be read just now") || !strings.Contains(h.log.String(), "the disk is gone") {
		t.Errorf("nobody is told: %s", text(t, page))
	}
}
