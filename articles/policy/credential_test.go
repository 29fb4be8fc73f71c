package policy_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/compliance"
	"entente/articles/integration"
	"entente/articles/lifetest"
	"entente/articles/policy"
)

// Schedule B decides how long a key lives, how it is shown, and how many there are.
func TestScheduleBDecidesAboutKeys(t *testing.T) {
	named := func(name string) integration.IssueKey {
		c := lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service)
		c.ID, c.Digest = "key_"+name, fmt.Sprintf("%064x", len(name))
		return c
	}
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.ScheduleB.KeysAtOnce = 2 })
	long := named("long")
	long.Expires = lifetest.Noon.AddDate(0, 0, 90).Add(time.Second)
	l.Refused(lifetest.LeadB, long, lifetest.Noon, "B", "at least every ninety (90) days")
	l.Must(lifetest.LeadB, named("a"), lifetest.Noon)
	l.Must(lifetest.LeadB, named("bb"), lifetest.Noon)
	l.Refused(lifetest.LeadB, named("ccc"), lifetest.Noon, "B", "allows 2 live keys")
	other := named("dddd")
	other.Label = "another system"
	l.Must(lifetest.LeadB, other, lifetest.Noon)
	l.Must(lifetest.LeadB, integration.RevokeKey{ID: "key_a", Party: agreement.B, By: lifetest.LeadB.ID}, lifetest.Noon)
	l.Must(lifetest.LeadB, named("ccc"), lifetest.Noon)
	late := named("eeeee")
	late.Expires = lifetest.Noon.AddDate(0, 0, 120)
	l.Refused(lifetest.LeadB, late, lifetest.Noon.AddDate(0, 0, 90).Add(-1), "B", "allows 2 live keys")
	l.Must(lifetest.LeadB, late, lifetest.Noon.AddDate(0, 0, 90))

	without := lifetest.InForce(t, func(a *articles.Agreement) {
		a.ScheduleB.Authentication = []compliance.Authentication{{Methods: []agreement.AuthMethod{agreement.OAuth2, agreement.MTLS}}}
	})
	without.Refused(lifetest.LeadB, named("a"), lifetest.Noon, "B", "does not accept API key")
}

func TestAGrantAdmits(t *testing.T) {
	inside, outside := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("198.51.100.7")
	l := lifetest.InForce(t, nil)
	c := lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service)
	c.Networks = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
	l.Must(lifetest.LeadB, c, lifetest.Noon)
	admits := func(from netip.Addr, at time.Time) bool {
		return policy.Compile(l.State, at).Grants[0].Bars(func() netip.Addr { return from }, at.UnixNano()) == ""
	}
	for _, x := range []struct {
		name string
		from netip.Addr
		at   time.Time
		want bool
	}{
		{"from its network", inside, lifetest.Noon, true},
		{"from elsewhere", outside, lifetest.Noon, false},
		{"from nowhere", netip.Addr{}, lifetest.Noon, false},
		{"at its last instant", inside, c.Expires.Add(-1), true},
		{"when it has expired", inside, c.Expires, false},
	} {
		if got := admits(x.from, x.at); got != x.want {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	l.Must(lifetest.LeadB, integration.RevokeKey{ID: c.ID, Party: agreement.B, By: lifetest.LeadB.ID}, lifetest.Noon)
	if admits(inside, lifetest.Noon) {
		t.Error("it was revoked")
	}
}

// A declared class of data narrows what the key covers, and never widens it.
func TestADeclaredClassOnlyNarrows(t *testing.T) {
	classes := []agreement.DataClass{agreement.CustomerData, agreement.Aggregated, agreement.Synthetic} // the strictest rules first
	for i, bound := range classes {
		l := lifetest.InForce(t, nil)
		c := lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service)
		c.Class = bound
		l.Must(lifetest.LeadB, c, lifetest.Noon)
		for j, declared := range classes {
			v := l.Decided(policy.Call{Component: "summarise", Operation: "chat.completions", Model: "calluna-extract-1", Class: declared}, lifetest.Noon)
			if v.OK != (j >= i) || !v.OK && (v.Code != policy.ClassNotCovered || v.Clause != "3.2") {
				t.Errorf("a key for %s data, %s declared: %+v", bound, declared, v)
			}
		}
	}
}

// What earlier releases wrote opens what it opened then.
func TestAKeyOfTheFirstFormIsAnAPIKey(t *testing.T) {
	s := integration.State{}.Evolve(integration.KeyIssued1{ID: "key_1", Component: "summarise", Expires: lifetest.Noon}, lifetest.Noon)
	if k := s.Keys["key_1"]; k.Method != agreement.APIKey || k.Networks != nil || k.Component != "summarise" || !k.Issued.Equal(lifetest.Noon) {
		t.Errorf("%+v", k)
	}
}

// A client is registered like a key is issued, and a new registration takes the place of the earlier one.
func TestClientsAreRegistered(t *testing.T) {
	register := func(name string) integration.IssueKey {
		c := lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service)
		digest := policy.ClientDigest("agr_1", "https://id.example", "c-1")
		c.ID, c.Digest, c.Client = "key_"+name, fmt.Sprintf("%x", digest), integration.Client{Issuer: "https://id.example", ID: "c-1", Keys: `{"keys":[]}`}
		return c
	}
	l := lifetest.InForce(t, nil)
	l.Must(lifetest.LeadB, register("a"), lifetest.Noon)
	l.Must(lifetest.LeadB, register("b"), lifetest.Noon.Add(time.Hour))
	a, b := l.State.Integration.Keys["key_a"], l.State.Integration.Keys["key_b"]
	if a.Revoked.IsZero() || !b.Revoked.IsZero() || b.Method != agreement.OAuth2 || b.Client.ID != "c-1" {
		t.Errorf("%+v\n%+v", a, b)
	}
	if p := policy.Compile(l.State, lifetest.Noon); p.Grants[1].Client != b.Client || p.Grants[0].Digest != p.Grants[1].Digest {
		t.Errorf("%+v", p.Grants)
	}
	keysOnly := lifetest.InForce(t, func(a *articles.Agreement) {
		a.ScheduleB.Authentication = []compliance.Authentication{{Methods: []agreement.AuthMethod{agreement.APIKey}}}
	})
	keysOnly.Refused(lifetest.LeadB, register("a"), lifetest.Noon, "B", "does not accept OAuth 2.0 client credentials")
	if policy.ClientDigest("agr_1", "a", "bc") == policy.ClientDigest("agr_1", "ab", "c") || policy.ClientDigest("agr_1", "a", "b") == policy.ClientDigest("agr_2", "a", "b") {
		t.Error("two clients have one digest")
	}
}

// A key pair is registered like a key is issued, once in its life; the next has to be another, which
// may be registered before the one in use is revoked.
func TestKeyPairsAreRegistered(t *testing.T) {
	pinned := func(name string) integration.IssueKey {
		c := lifetest.KeyFor("embed", agreement.A, agreement.Test, agreement.Service)
		c.ID, c.Pin, c.Digest = "key_"+name, "pin of "+name, fmt.Sprintf("%064x", len(name))
		return c
	}
	l := lifetest.InForce(t, func(a *articles.Agreement) { a.ScheduleB.KeysAtOnce = 2 })
	l.Must(lifetest.LeadA, pinned("a"), lifetest.Noon)
	l.Must(lifetest.LeadA, pinned("bb"), lifetest.Noon)
	l.Refused(lifetest.LeadA, pinned("ccc"), lifetest.Noon, "B", "allows 2 live keys")
	l.Must(lifetest.LeadA, integration.RevokeKey{ID: "key_a", Party: agreement.A, By: lifetest.LeadA.ID}, lifetest.Noon)
	again := pinned("a")
	again.ID = "key_again"
	l.Refused(lifetest.LeadA, again, lifetest.Noon, "B", "has been registered before")
	elsewhere := pinned("ccc")
	elsewhere.Taken = true
	l.Refused(lifetest.LeadA, elsewhere, lifetest.Noon, "B", "has been registered before")
	long := pinned("dddd")
	long.Expires = lifetest.Noon.AddDate(0, 0, 90).Add(time.Second)
	l.Refused(lifetest.LeadA, long, lifetest.Noon, "B", "at least every ninety (90) days")
	if k := l.State.Integration.Keys["key_bb"]; k.Method != agreement.MTLS || k.Pin != "pin of bb" || k.Client != (integration.Client{}) {
		t.Errorf("%+v", k)
	}
	p := policy.Compile(l.State, lifetest.Noon)
	for i, want := range []bool{false, true} { // the first is revoked
		g := p.Grants[i]
		if got := g.Pinned(lifetest.Noon.UnixNano()); got != want || g.Pinned(lifetest.Noon.AddDate(1, 0, 0).UnixNano()) {
			t.Errorf("%s: a certificate opens something: %v", g.Key, got)
		}
	}
	elsewhere = pinned("ccc")
	elsewhere.Component, elsewhere.Party = "summarise", agreement.B
	l.Refused(lifetest.LeadB, elsewhere, lifetest.Noon, "B", "clause B.2 does not accept mutual TLS for summarise")
}
