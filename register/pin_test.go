package register_test

import (
	"errors"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles/integration"
	"entente/ledger/seal"
	"entente/notary"
)

// Callers are asked for a certificate while there is one that opens something; and a key pair stands
// for one agreement of the node, for good.
func TestKeyPairsOnANode(t *testing.T) {
	h := newHouse(t)
	id, other := h.settle(t), h.settle(t)
	r := h.notary.Register
	register := func(id agreement.ID, retry string, pin access.Pin) (string, notary.Receipt, error) {
		o := notary.Order{Agreement: id, Actor: h.actor(t, id, agreement.A, agreement.Technical), Key: retry, Request: seal.Sum([]byte(retry))}
		k, receipt, err := h.notary.IssueKey(t.Context(), o, notary.KeyRequest{Component: "embed", Environment: agreement.Test, Purpose: agreement.Service, Pin: pin},
			func(access.Key, notary.Receipt) ([]byte, error) { return []byte("registered"), nil })
		return "key_" + k.ID(), receipt, err
	}
	asked := func(want bool) {
		t.Helper()
		if got := r.Pinned(h.at); got != want {
			t.Errorf("callers are asked: %v, want %v", got, want)
		}
	}
	asked(false)
	first, _, err := register(id, "one", access.Pin{1})
	must(t, err)
	asked(true)
	if p, g := r.Grant(access.Pin{1}.Digest()); g == nil || p.Agreement != id || g.Key != first {
		t.Fatalf("the pin opens %v", g)
	}
	if _, receipt, err := register(id, "one", access.Pin{1}); err != nil || string(receipt.Repeated) != "registered" {
		t.Errorf("a retry: %q, %v", receipt.Repeated, err)
	}
	taken := func() {
		t.Helper()
		var refusal *agreement.Refusal
		if _, _, err := register(other, "", access.Pin{1}); !errors.As(err, &refusal) || refusal.Clause != "B" {
			t.Errorf("another agreement took it: %v", err)
		}
	}
	taken()
	lead := h.actor(t, id, agreement.A, agreement.Technical)
	_, err = h.notary.Do(t.Context(), notary.Order{Agreement: id, Actor: lead, Command: integration.RevokeKey{ID: first, Party: agreement.A, By: lead.ID}})
	must(t, err)
	asked(false)
	taken()
	_, _, err = register(other, "", access.Pin{2})
	must(t, err)
	asked(true)
	started := h.register() // what was found by one start is found by the next
	must(t, started.Load(t.Context()))
	if p, g := started.Grant(access.Pin{2}.Digest()); g == nil || p.Agreement != other || !started.Pinned(h.at) {
		t.Errorf("after a start the pin opens %v", g)
	}
}
