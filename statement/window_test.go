package statement_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/performance"
	"entente/articles/term"
	"entente/ledger"
	"entente/ledger/tree"
	"entente/meter"
	"entente/notary"
	"entente/notary/notarytest"

	"golang.org/x/mod/sumdb/tlog"
)

// entries are the bodies of the entries of a type, oldest first.
func entries[T any](t testing.TB, h *house, kind string) []T {
	t.Helper()
	leaves, err := h.store.Leaves(t.Context(), h.id, 0)
	must(t, err)
	var all []T
	for _, leaf := range leaves {
		e, _, err := ledger.Reread(leaf)
		must(t, err)
		if e.Type == kind {
			var body T
			must(t, json.Unmarshal(e.Body, &body))
			all = append(all, body)
		}
	}
	return all
}

// down has summarise fail in so many minutes after an instant, and answer many tokens beside.
func (h *house) down(t testing.TB, at time.Time, minutes int) {
	t.Helper()
	good := ended(h.call(t, at.Add(-time.Minute), 0), 100*time.Millisecond)
	good.Tokens.InputUncached = 10_000_000 // EUR 4.00
	h.save(t, good)
	for i := range minutes {
		r := ended(h.call(t, at.Add(time.Duration(i)*time.Minute), 0), time.Second)
		r.Outcome, r.Tokens.InputUncached, r.Tokens.Output = meter.UpstreamError, 0, 0
		h.save(t, r)
	}
}

// A window that is over is computed once, with what it came to, the credit that follows and the
// statements that show it; neither a restart nor a clock that is set back or forth computes it again.
func TestAWindowIsComputedOnceWhenItIsOver(t *testing.T) {
	h := newHouse(t)
	at := hour.Add(48 * time.Hour)
	h.down(t, at, 90) // of 10,920 minutes since the second signature
	h.down(t, at.AddDate(0, 0, 8), 0)
	december := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC) // in Berlin
	state := func(now time.Time) {
		t.Helper()
		h.clerk = h.newClerk(h.store)
		h.at = now
		must(t, h.clerk.State(t.Context()))
	}
	state(december.Add(time.Hour))
	if got := entries[performance.WindowMeasured](t, h, "performance.window_measured/1"); len(got) != 0 {
		t.Fatalf("computed before its last calls can be there: %+v", got)
	}
	for _, now := range []time.Time{december.Add(3 * time.Hour), december.Add(4 * time.Hour), december.Add(-time.Hour), december.Add(30 * time.Hour)} {
		state(now)
	}
	windows := entries[performance.WindowMeasured](t, h, "performance.window_measured/1")
	if len(windows) != 4 { // of each row of clause C.1
		t.Fatalf("%d windows: %+v", len(windows), windows)
	}
	w := windows[0]
	if w.Component != "summarise" || !w.From.Equal(notarytest.Day) || !w.To.Equal(december) || w.Minutes != 10_920 || w.Down != 90 || w.Calls != 91 || w.Faults != 90 || w.Kept() {
		t.Errorf("measured: %+v", w)
	}
	credits := entries[performance.CreditComputed](t, h, "performance.credit_computed/1")
	if len(credits) != 1 {
		t.Fatalf("credits: %+v", credits)
	}
	// 10,830 of 10,920 minutes are 99.175 %, whose credit is 10 %; Party A has 80 % of the fee of EUR 4.00,
	// and what follows is less than the least credit of EUR 1.00.
	c := credits[0]
	if c.Availability != "99.175 %" || c.Credit.String() != "10%" || c.Fees.String() != "EUR 3.20" || c.Amount.String() != "EUR 0.32" || !c.TooSmall || c.Creditor != agreement.B || c.Basis != w.Basis || !c.ClaimBy.Equal(december.AddDate(0, 0, 30)) {
		t.Errorf("credit: %+v", c)
	}
	if got := h.view(t).State.Performance.Credits; len(got) != 1 {
		t.Errorf("the state has %+v", got)
	}
	hours, _ := h.sealed(t)
	var roots []tlog.Hash
	for _, s := range hours {
		if commerce.SeriesOf(s.Component, s.Environment) == "summarise/production" && s.From.Before(december) {
			roots = append(roots, tlog.RecordHash([]byte(s.Root)))
		}
	}
	if w.Statements != int64(len(roots)) || w.Basis != tree.RootOfHashes(roots).String() || len(roots) < 2 {
		t.Errorf("the basis %s of %d statements is not that of the %d in the ledger", w.Basis, w.Statements, len(roots))
	}
}

// Two windows of three that are missed give the right to leave, and with it the ground to terminate.
func TestRepeatedMissesGiveTheRightToLeave(t *testing.T) {
	h := newHouse(t)
	signer := h.actor(t, "aoife-kearney")
	leave := notary.Order{Agreement: h.id, Actor: signer, Command: term.Terminate{Ground: term.ServiceLevels, Party: signer.Party, By: signer.ID, Reason: "missed twice"}}
	for month, minutes := range []int{90, 0, 100} { // November and January are missed, December is kept
		at := time.Date(2026, time.Month(11+month), 25, 12, 0, 0, 0, time.UTC)
		h.down(t, at, minutes)
		var no *agreement.Refusal
		if _, err := h.notary.Do(t.Context(), leave); !errors.As(err, &no) || no.Clause != "C" {
			t.Fatalf("before the windows are over: %v", err)
		}
		h.at = time.Date(2026, time.Month(12+month), 1, 2, 0, 0, 0, time.UTC)
		must(t, h.clerk.State(t.Context()))
	}
	rights := entries[performance.LeaveArisen](t, h, "performance.leave_arisen/1")
	if len(rights) != 1 || rights[0].Party != agreement.B || rights[0].Component != "summarise" || len(rights[0].Missed) != 2 {
		t.Fatalf("rights: %+v", rights)
	}
	if !h.view(t).State.Performance.MayLeave(agreement.B, h.at) || h.view(t).State.Performance.MayLeave(agreement.A, h.at) || h.view(t).State.Performance.MayLeave(agreement.B, h.at.AddDate(0, 0, 31)) {
		t.Error("the right is not where it should be")
	}
	_, err := h.notary.Do(t.Context(), leave)
	must(t, err)
	if s := h.view(t).State; s.Term.Ending == nil || s.Term.Ending.Ground != term.ServiceLevels {
		t.Errorf("the ending: %+v", s.Term.Ending)
	}
}
