package api_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An agreement whose opening breaks off half way, the ledger there and the proposal not, is finished
// by the retry: there is one ledger, and the answers agree from then on.
func TestAnOpeningThatBrokeOffIsFinished(t *testing.T) {
	h := newHouse(t)
	const path, key = "/api/v1/agreements", "open"
	whole := h.documents.Dir
	h.documents.Dir = filepath.Join(t.TempDir(), "taken") // where no document can be kept
	must(t, os.WriteFile(h.documents.Dir, nil, 0o600))
	h.refused(500, "", h.operator, "POST", path, proposal(example()), "Idempotency-Key", key)
	if n := len(h.register.Views()); n != 1 {
		t.Fatalf("%d ledgers after the first attempt, want 1", n)
	}
	h.documents.Dir = whole
	h.refused(422, "", h.operator, "POST", path, proposal(other()), "Idempotency-Key", key)
	first := h.ok(h.operator, "POST", path, proposal(example()), nil, "Idempotency-Key", key)
	again := h.ok(h.operator, "POST", path, proposal(example()), nil, "Idempotency-Key", key)
	if string(first.body) != string(again.body) || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%s, and again %s", first.body, again.body)
	}
	if views := h.register.Views(); len(views) != 1 || views[0].Size != 2 || len(views[0].State.Life.Versions) != 1 {
		t.Errorf("%d ledgers, the first with %d entries", len(views), views[0].Size)
	}
}

// A file that does not check opens nothing, and its key may be used for the mended one.
func TestAFileThatDoesNotCheckOpensNothing(t *testing.T) {
	h := newHouse(t)
	h.refused(422, "", h.operator, "POST", "/api/v1/agreements", map[string]string{"file": "entente: 1"}, "Idempotency-Key", "k")
	if n := len(h.register.Views()); n != 0 {
		t.Errorf("%d ledgers", n)
	}
	h.ok(h.operator, "POST", "/api/v1/agreements", proposal(example()), nil, "Idempotency-Key", "k")
}

func TestReadinessSaysWhy(t *testing.T) {
	h := newHouse(t)
	h.api.Ready = func(context.Context) error { return errors.New("the roof is open") }
	if p := h.refused(503, "", "", "GET", "/readyz", nil); !strings.Contains(p.Detail, "the roof is open") {
		t.Errorf("it says %q", p.Detail)
	}
}
