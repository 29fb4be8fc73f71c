package api_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"entente/agreement"
	"entente/meter"
	"entente/receipt"
	"entente/statement"
)

// A caller who keeps the id of an answer gets its record at once, and the proof when the hour is stated.
func TestACallIsProvedByItsReceipt(t *testing.T) {
	h := newHouse(t)
	p, q := h.settle(example()), h.settle(other())
	c, err := h.meter.Open(meter.Record{Agreement: p.id, Version: 1, Key: "key_1", Party: "b", Component: "summarise", Environment: "test", Purpose: "service", Operation: "chat.completions"})
	must(t, err)
	path := "/api/v1/receipts/" + c.ID().String()
	var got struct {
		State     string
		Record    struct{ ID string }
		Statement struct{ From, To time.Time }
		Receipt   json.RawMessage
	}
	h.ok(p.people[financeA], "GET", path, nil, &got)
	if got.State != "open" || got.Record.ID != c.ID().String() || !got.Statement.From.Equal(monday) {
		t.Errorf("of an open call: %+v", got)
	}
	must(t, c.Close(meter.Result{Outcome: meter.OK, Status: 200}))
	h.ok(p.people[financeB], "GET", path, nil, &got)
	if got.State != "metered" || got.Receipt != nil {
		t.Errorf("of a call whose hour goes on: %+v", got)
	}
	h.mu.Lock()
	h.now = h.now.Add(2 * time.Hour)
	h.mu.Unlock()
	clerk := statement.Clerk{Register: h.register, Notary: h.notary, Store: h.store, Settle: h.meter.StillOpen, Now: h.clock, Log: slog.New(slog.DiscardHandler)}
	must(t, clerk.State(context.Background()))
	h.ok(p.people[financeB], "GET", path, nil, &got)
	r, err := receipt.Parse(got.Receipt)
	must(t, err)
	view, err := h.register.View(agreement.ID(p.id))
	must(t, err)
	opened, _ := view.Keyring.Opened()
	for _, v := range r.Verify(opened.Log) {
		if !v.OK {
			t.Errorf("%s: %s", v.Subject, v.Why)
		}
	}
	if got.State != "sealed" {
		t.Errorf("of a call that is stated: %+v", got)
	}
	h.refused(404, "", q.people[financeA], "GET", path, nil)
	h.refused(404, "", p.people[financeA], "GET", "/api/v1/receipts/use_nothing", nil)
}
