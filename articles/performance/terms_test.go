package performance

import (
	"slices"
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/money"
)

func TestCompleteWritesDefaultsOut(t *testing.T) {
	terms := Terms{Levels: []Level{{Latency: []Latency{{"p95", 1, ""}, {"p99", 2, FirstByte}}}}}
	whole := terms.Complete()
	if l := whole.Levels[0].Latency; whole.Window != CalendarMonth || l[0].Until != Answered || l[1].Until != FirstByte {
		t.Errorf("%+v", whole)
	}
	if terms.Levels[0].Latency[0].Until != "" {
		t.Error("completing changed what it was given")
	}
	if empty := (Terms{}).Complete(); empty.Levels != nil || empty.Window != "" {
		t.Errorf("%+v", empty)
	}
}

func TestQuantity(t *testing.T) {
	for unit, want := range map[Unit]int64{Requests: 1, Tokens: 2, Bytes: 3, Money: 400, "": 0} {
		if got := (Limit{Unit: unit, Requests: 1, Tokens: 2, Bytes: 3, Amount: money.Amount{Minor: 400, Currency: "EUR"}}).Quantity(); got != want {
			t.Errorf("%s: %d", unit, got)
		}
	}
}

func TestCheckFindsReferences(t *testing.T) {
	var found agreement.Findings
	Terms{Levels: []Level{{Component: "ghost"}}, Credits: []Credit{{Component: "ghost"}}, Limits: []Limit{{Component: "ghost"}}}.Check(roomtest.Frame(), &found)
	want := []string{"schedule_c.credits[0].component", "schedule_c.levels[0].component", "schedule_c.limits[0].component"}
	if got := roomtest.Dangling(found); !slices.Equal(got, want) {
		t.Errorf("dangling: %v", got)
	}
}
