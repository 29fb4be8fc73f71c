package node_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/draft"
	"entente/articles/margins"
	"entente/calendar"
	"entente/cli/node"
	"entente/meter"
	"entente/usage"
)

// Test that is free of charge is used all the same, and nothing of it is in what is owed.
func TestFreeTestIsUseAndNoMoney(t *testing.T) {
	sum := func(environment string) meter.Sum {
		s := meter.Sum{Component: "summarise", Environment: environment, Purpose: "service"}
		s.Calls, s.Tokens = 2, usage.Tokens{InputUncached: 5, Output: 4}
		return s
	}
	for charged, records := range map[bool]int64{false: 2, true: 4} {
		a := draft.Example(calendar.Date{Year: 2026, Month: 11, Day: 24})
		a.Commerce.Revenue.ChargeTest = charged
		var live margins.Live
		node.Count(&live, &a, sum("test"))
		node.Count(&live, &a, sum("production"))
		if want := (margins.Volume{Calls: 4, Tokens: 18}); live.All != want {
			t.Errorf("test charged %t: all use is %+v, want %+v", charged, live.All, want)
		}
		if live.Records != records || live.Tokens != records*9/2 || int64(len(live.Month)) != records/2 {
			t.Errorf("test charged %t: %d records with %d tokens are in the money of %d sums", charged, live.Records, live.Tokens, len(live.Month))
		}
	}
}

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
