package gateway

import (
	"fmt"
	"testing"
	"time"

	"entente/meter"
)

// However many calls are refused, a bounded number is kept, and no agreement takes another's room.
func TestOfManyRefusalsSomeAreKept(t *testing.T) {
	var x refusals
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for i := range 1000 {
		x.keep(meter.Refused{ID: fmt.Sprintf("req_%d", i), Agreement: "agr_1", At: at})
	}
	x.keep(meter.Refused{ID: "req_other", Agreement: "agr_2", At: at})
	kept := x.taken()
	if len(kept) != meter.RefusedBurst+1 || kept[len(kept)-1].ID != "req_other" || len(x.taken()) != 0 {
		t.Fatalf("%d are kept", len(kept))
	}
	x.keep(meter.Refused{Agreement: "agr_1", At: at.Add(9 * time.Second)})
	for range 5 {
		x.keep(meter.Refused{Agreement: "agr_1", At: at.Add(31 * time.Second)})
	}
	if kept := x.taken(); len(kept) != 3 {
		t.Errorf("after half a minute %d more are kept, want 3", len(kept))
	}
}
