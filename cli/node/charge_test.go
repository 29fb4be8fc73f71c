package node_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/cli/node"
	"entente/meter"
	"entente/usage"
)

// What clause 6.1 says of a call that its caller left: it is no request, and its tokens and bytes are
// charged. The same goes for a call that the node cut.
func TestACallLeftEarlyIsChargedForWhatItUsed(t *testing.T) {
	record := func(o meter.Outcome, output int64) meter.Record {
		return meter.Record{Component: "summarise", Environment: "production", Purpose: "service", Opened: time.Unix(1_800_000_000, 0), State: meter.Closed,
			Outcome: o, BytesIn: 5, BytesOut: output, Usage: usage.Usage{Tokens: usage.Tokens{InputUncached: 3, Output: output}}}
	}
	var tally meter.Tally
	for _, r := range []meter.Record{record(meter.OK, 100), record(meter.CallerGone, 10), record(meter.Cut, 1)} {
		tally.Add(r)
	}
	sums := tally.Sums()
	if len(sums) != 1 {
		t.Fatalf("%d sums", len(sums))
	}
	frame := agreement.Frame{Components: []agreement.Component{{Name: "summarise", Provider: agreement.A}}}
	want := commerce.Use{Component: "summarise", Consumer: agreement.B, Requests: 1, InputTokens: 9, OutputTokens: 111, Bytes: 126}
	if diff := cmp.Diff(want, node.Use(frame, sums[0])); diff != "" {
		t.Errorf("what is charged (-want +got):\n%s", diff)
	}
}
