package metrics_test

import (
	"testing"
	"time"

	"entente/metrics"

	"github.com/google/go-cmp/cmp"
)

func TestThePageIsTheTextFormat(t *testing.T) {
	var p metrics.Page
	p.Family("calls_total", metrics.Counter, "Calls,\nall of them.")
	p.Sample("calls_total", 3, "component", `a "b" \ c`+"\n", "outcome", "ok")
	p.Sample("calls_total", 0)
	var h metrics.Histogram
	for _, d := range []time.Duration{time.Millisecond, 5 * time.Millisecond, 300 * time.Millisecond, time.Hour} {
		h.Observe(d)
	}
	p.Family("took_seconds", metrics.Timings, "How long.")
	p.Histogram("took_seconds", &h, "component", "c")
	const want = `# HELP calls_total Calls,\nall of them.
# TYPE calls_total counter
calls_total{component="a \"b\" \\ c\n",outcome="ok"} 3
calls_total 0
# HELP took_seconds How long.
# TYPE took_seconds histogram
took_seconds_bucket{component="c",le="0.005"} 2
took_seconds_bucket{component="c",le="0.01"} 2
took_seconds_bucket{component="c",le="0.025"} 2
took_seconds_bucket{component="c",le="0.05"} 2
took_seconds_bucket{component="c",le="0.1"} 2
took_seconds_bucket{component="c",le="0.25"} 2
took_seconds_bucket{component="c",le="0.5"} 3
took_seconds_bucket{component="c",le="1"} 3
took_seconds_bucket{component="c",le="2.5"} 3
took_seconds_bucket{component="c",le="5"} 3
took_seconds_bucket{component="c",le="10"} 3
took_seconds_bucket{component="c",le="30"} 3
took_seconds_bucket{component="c",le="60"} 3
took_seconds_bucket{component="c",le="300"} 3
took_seconds_bucket{component="c",le="+Inf"} 4
took_seconds_sum{component="c"} 3600.306
took_seconds_count{component="c"} 4
`
	if diff := cmp.Diff(want, string(p.Bytes())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
