package quota_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles/performance"
	"entente/articles/policy"
	"entente/calendar"
	"entente/quota"
	"entente/usage"
)

// What is shown of a limit is what counts under it; of many customers, that of the one who has least left.
// Nobody's name is shown.
func TestFigures(t *testing.T) {
	n := newNode(t, t.TempDir())
	defer n.stop()
	p, g := limited(limit(performance.PerCustomer, performance.Tokens, 1000, calendar.Duration{Months: 1}, false), limit(performance.PerParty, performance.Requests, 50, calendar.Duration{Hours: 1}, false),
		performance.Limit{Component: "chat", Per: performance.PerKey, Unit: performance.Requests, Concurrent: 7})
	if got := n.book.Figures(p, n.now); len(got) != 0 {
		t.Errorf("before any call: %+v", got)
	}
	for customer, output := range map[string]int64{"a": 100, "b": 200} {
		l, _, _ := n.open(p, g, quota.Demand{Customer: customer, Most: usage.Bound{Input: 10, Output: 300}})
		n.end(l, usage.Tokens{InputUncached: 10, Output: output})
	}
	n.open(p, g, quota.Demand{Customer: "b", Most: usage.Bound{Input: 5, Output: 15}})
	want := []quota.Figure{
		{Component: "chat", Environment: "production", Limit: "customer-tokens-month", Unit: "tokens", Used: 210, Held: 20, Most: 1000},
		{Component: "chat", Environment: "production", Limit: "key-open", Unit: "open", Used: 1, Most: 7},
		{Component: "chat", Environment: "production", Limit: "party-requests-hour", Unit: "requests", Used: 3, Most: 50},
	}
	if diff := cmp.Diff(want, n.book.Figures(p, n.now)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A call by a key that nobody has yet meets the limits of its party and component as they are, and those
// of a key as a new one does.
func TestAskingForAKeyThatNobodyHas(t *testing.T) {
	n := newNode(t, t.TempDir())
	defer n.stop()
	p, g := limited(limit(performance.PerKey, performance.Requests, 1, calendar.Duration{Days: 1}, false), limit(performance.PerParty, performance.Requests, 5, calendar.Duration{Days: 1}, false))
	l, _, _ := n.open(p, g, quota.Demand{})
	n.end(l, usage.Tokens{})
	supposed := &policy.Grant{Party: agreement.B, Environment: agreement.Production, Route: g.Route}
	room, err := n.book.Ask(p, supposed, quota.Demand{}, n.now)
	if err != nil || room.Full != nil || room.Standings[0].Used != 0 || room.Standings[0].Left != 1 || room.Standings[1].Used != 1 || room.Standings[1].Left != 4 {
		t.Errorf("%+v, %v", room, err)
	}
	if room, err = n.book.Ask(p, g, quota.Demand{}, n.now); err != nil || room.Full == nil || room.Full.Rule.Name() != "key-requests-day" {
		t.Errorf("%+v, %v", room, err)
	}
}
