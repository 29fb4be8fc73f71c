package levels_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/articles/performance"
	"entente/levels"
	"entente/meter"
	"entente/money"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A percentile is never below the true one, and at most one part in 128 above it; parts add up.
func TestSketchesKeepTheirWord(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sizes := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 300).Draw(rt, "sizes")
		whole, left, right := levels.Sketch{}, levels.Sketch{}, levels.Sketch{}
		for i, size := range sizes {
			whole.Add(size)
			[]levels.Sketch{left, right}[i%2].Add(size)
		}
		left.Merge(right)
		if diff := cmp.Diff(whole, left); diff != "" {
			rt.Fatalf("the parts and the whole differ:\n%s", diff)
		}
		slices.Sort(sizes)
		p := rapid.Int64Range(1, 1000).Draw(rt, "thousandths")
		rank := max((int64(len(sizes))*p+999)/1000, 1)
		want, got := sizes[rank-1], whole.Percentile(p)
		if got < want || got > want+want/128 {
			rt.Fatalf("%d of a thousand: %d, the true one is %d", p, got, want)
		}
	})
}

var begin = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func record(minute int, o meter.Outcome, took time.Duration) meter.Record {
	at := begin.Add(time.Duration(minute) * time.Minute)
	return meter.Record{Opened: at, Closed: at.Add(took), FirstByte: took / 2, State: meter.Closed, Outcome: o}
}

func percent(t *testing.T, s string) money.Percent {
	p, err := money.ParsePercent(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestServiceLevelsAreMeasuredAsScheduleCWordsThem(t *testing.T) {
	level := performance.Level{Component: "summarise", Availability: percent(t, "99.9%"), ErrorRate: percent(t, "10%"),
		Latency: []performance.Latency{{Percentile: "p50", Milliseconds: 100, Until: performance.Answered}, {Percentile: "p99.9", Milliseconds: 150, Until: performance.FirstByte}}}
	to := begin.Add(1000 * time.Minute)
	for _, c := range []struct {
		given       string
		calls       func(add func(meter.Record))
		exclude     performance.Exclusions
		want        string // the figures
		maintenance []performance.Span
	}{
		{"no calls", func(func(meter.Record)) {}, performance.Exclusions{}, "availability 100 % kept, error rate none kept, p50 none kept, p99.9 none kept", nil},
		{"one minute of a thousand is down", func(add func(meter.Record)) {
			for n := range 20 {
				add(record(n, meter.OK, 90*time.Millisecond))
			}
			add(record(3, meter.UpstreamError, 0))
		}, performance.Exclusions{}, "availability 99.9 % kept, error rate 4.762 % kept, p50 91 ms kept, p99.9 46 ms kept", nil},
		{"two minutes are", func(add func(meter.Record)) {
			add(record(3, meter.UpstreamError, 0))
			add(record(4, meter.UpstreamTimeout, 0))
		}, performance.Exclusions{}, "availability 99.8 % missed, error rate 100 % missed, p50 none kept, p99.9 none kept", nil},
		{"fewer than half of a minute's calls fail", func(add func(meter.Record)) {
			for range 3 {
				add(record(3, meter.OK, 400*time.Millisecond))
			}
			add(record(3, meter.UpstreamError, 0))
		}, performance.Exclusions{}, "availability 100 % kept, error rate 25 % missed, p50 402 ms missed, p99.9 201 ms missed", nil},
		{"the caller's own failures count where they are not left out", func(add func(meter.Record)) {
			add(record(3, meter.UpstreamError, 0))
			for range 9 {
				add(record(3, meter.UpstreamRefused, 0))
			}
		}, performance.Exclusions{}, "availability 100 % kept, error rate 10 % kept, p50 none kept, p99.9 none kept", nil},
		{"and not where they are", func(add func(meter.Record)) {
			add(record(3, meter.UpstreamError, 0))
			for range 9 {
				add(record(3, meter.CallerGone, 0))
			}
			add(record(3, meter.Cut, 0))
			add(record(3, meter.NotStarted, 0))
		}, performance.Exclusions{CallerErrors: true, Refusals: true}, "availability 99.9 % kept, error rate 100 % missed, p50 none kept, p99.9 none kept", nil},
		{"what the node itself failed counts for nobody", func(add func(meter.Record)) {
			add(record(3, meter.UpstreamError, 0))
			for range 9 {
				add(record(3, meter.NodeStopped, 0))
			}
		}, performance.Exclusions{}, "availability 99.9 % kept, error rate 100 % missed, p50 none kept, p99.9 none kept", nil},
		{"maintenance leaves the minutes, the failures and the slow answers out", func(add func(meter.Record)) {
			add(record(3, meter.UpstreamError, 0))
			add(record(4, meter.UpstreamError, 0))
			add(record(5, meter.OK, time.Second))
			add(record(6, meter.OK, 90*time.Millisecond))
		}, performance.Exclusions{}, "availability 100 % kept, error rate 0 % kept, p50 91 ms kept, p99.9 46 ms kept",
			[]performance.Span{{From: begin.Add(3 * time.Minute), Until: begin.Add(6 * time.Minute)}}},
		{"and the minutes beside it stay", func(add func(meter.Record)) {
			add(record(2, meter.UpstreamError, 0))
			add(record(6, meter.UpstreamError, 0))
		}, performance.Exclusions{}, "availability 99.799 % missed, error rate 100 % missed, p50 none kept, p99.9 none kept",
			[]performance.Span{{From: begin.Add(3 * time.Minute), Until: begin.Add(6 * time.Minute)}}},
	} {
		var whole, second levels.Rollup
		n := 0
		out := func(r meter.Record) bool {
			return slices.ContainsFunc(c.maintenance, func(s performance.Span) bool { return !r.Opened.Before(s.From) && r.Opened.Before(s.Until) })
		}
		c.calls(func(r meter.Record) {
			n++
			if n%2 == 0 {
				second.Add(r, out(r))
				return
			}
			whole.Add(r, out(r))
		})
		var kept levels.Rollup // as it is after it was stored
		b, err := json.Marshal(second)
		if err == nil {
			err = json.Unmarshal(b, &kept)
		}
		if err != nil {
			t.Fatal(err)
		}
		whole.Merge(kept)
		var got []string
		for _, f := range whole.Measure(level, c.exclude, c.maintenance, performance.Span{From: begin, Until: to}).Figures {
			name := strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(f.Name, " to the end of the answer"), " to the first byte"), "latency ")
			said := map[bool]string{true: "kept", false: "missed"}[f.Kept]
			got = append(got, name+" "+f.Measured+" "+said)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.given, diff)
		}
	}
}
