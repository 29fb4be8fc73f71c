package articles_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/compliance"
	"entente/articles/integration"
)

// Schedule B decides how long a key lives, how it is shown, and how many there are.
func TestScheduleBDecidesAboutKeys(t *testing.T) {
	named := func(name string) integration.IssueKey {
		c := keyFor("summarise", agreement.B, agreement.Test, agreement.Service)
		c.ID, c.Digest = "key_"+name, fmt.Sprintf("%064x", len(name))
		return c
	}
	l := inForce(t, func(a *articles.Agreement) { a.ScheduleB.KeysAtOnce = 2 })
	long := named("long")
	long.Expires = noon.AddDate(0, 0, 90).Add(time.Second)
	l.refused(leadB, long, noon, "B", "at least every ninety (90) days")
	l.must(leadB, named("a"), noon)
	l.must(leadB, named("bb"), noon)
	l.refused(leadB, named("ccc"), noon, "B", "allows 2 live keys")
	other := named("dddd")
	other.Label = "another system"
	l.must(leadB, other, noon)
	l.must(leadB, integration.RevokeKey{ID: "key_a", Party: agreement.B, By: leadB.ID}, noon)
	l.must(leadB, named("ccc"), noon)
	late := named("eeeee")
	late.Expires = noon.AddDate(0, 0, 120)
	l.refused(leadB, late, noon.AddDate(0, 0, 90).Add(-1), "B", "allows 2 live keys")
	l.must(leadB, late, noon.AddDate(0, 0, 90))

	without := inForce(t, func(a *articles.Agreement) {
		a.ScheduleB.Authentication = []compliance.Authentication{{Methods: []agreement.AuthMethod{agreement.OAuth2, agreement.MTLS}}}
	})
	without.refused(leadB, named("a"), noon, "B", "does not accept API key")
}

func TestAGrantAdmits(t *testing.T) {
	inside, outside := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("198.51.100.7")
	l := inForce(t, nil)
	c := keyFor("summarise", agreement.B, agreement.Test, agreement.Service)
	c.Networks = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
	l.must(leadB, c, noon)
	admits := func(from netip.Addr, at time.Time) bool {
		return articles.Compile(l.state, at).Grants[0].Bars(func() netip.Addr { return from }, at.UnixNano()) == ""
	}
	for _, x := range []struct {
		name string
		from netip.Addr
		at   time.Time
		want bool
	}{
		{"from its network", inside, noon, true},
		{"from elsewhere", outside, noon, false},
		{"from nowhere", netip.Addr{}, noon, false},
		{"at its last instant", inside, c.Expires.Add(-1), true},
		{"when it has expired", inside, c.Expires, false},
	} {
		if got := admits(x.from, x.at); got != x.want {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	l.must(leadB, integration.RevokeKey{ID: c.ID, Party: agreement.B, By: leadB.ID}, noon)
	if admits(inside, noon) {
		t.Error("it was revoked")
	}
}

// A declared class of data narrows what the key covers, and never widens it.
func TestADeclaredClassOnlyNarrows(t *testing.T) {
	classes := []agreement.DataClass{agreement.CustomerData, agreement.Aggregated, agreement.Synthetic} // the strictest rules first
	for i, bound := range classes {
		l := inForce(t, nil)
		c := keyFor("summarise", agreement.B, agreement.Test, agreement.Service)
		c.Class = bound
		l.must(leadB, c, noon)
		for j, declared := range classes {
			v := l.decided(articles.Call{Component: "summarise", Operation: "chat.completions", Model: "calluna-extract-1", Class: declared}, noon)
			if v.OK != (j >= i) || !v.OK && (v.Code != articles.ClassNotCovered || v.Clause != "3.2") {
				t.Errorf("a key for %s data, %s declared: %+v", bound, declared, v)
			}
		}
	}
}

// What earlier releases wrote opens what it opened then.
func TestAKeyOfTheFirstFormIsAnAPIKey(t *testing.T) {
	s := integration.State{}.Evolve(integration.KeyIssued1{ID: "key_1", Component: "summarise", Expires: noon}, noon)
	if k := s.Keys["key_1"]; k.Method != agreement.APIKey || k.Networks != nil || k.Component != "summarise" || !k.Issued.Equal(noon) {
		t.Errorf("%+v", k)
	}
}

// A client is registered like a key is issued, and a new registration takes the place of the earlier one.
func TestClientsAreRegistered(t *testing.T) {
	register := func(name string) integration.IssueKey {
		c := keyFor("summarise", agreement.B, agreement.Test, agreement.Service)
		digest := articles.ClientDigest("agr_1", "https://id.example", "c-1")
		c.ID, c.Digest, c.Client = "key_"+name, fmt.Sprintf("%x", digest), integration.Client{Issuer: "https://id.example", ID: "c-1", Keys: `{"keys":[]}`}
		return c
	}
	l := inForce(t, nil)
	l.must(leadB, register("a"), noon)
	l.must(leadB, register("b"), noon.Add(time.Hour))
	a, b := l.state.Integration.Keys["key_a"], l.state.Integration.Keys["key_b"]
	if a.Revoked.IsZero() || !b.Revoked.IsZero() || b.Method != agreement.OAuth2 || b.Client.ID != "c-1" {
		t.Errorf("%+v\n%+v", a, b)
	}
	if p := articles.Compile(l.state, noon); p.Grants[1].Client != b.Client || p.Grants[0].Digest != p.Grants[1].Digest {
		t.Errorf("%+v", p.Grants)
	}
	keysOnly := inForce(t, func(a *articles.Agreement) {
		a.ScheduleB.Authentication = []compliance.Authentication{{Methods: []agreement.AuthMethod{agreement.APIKey}}}
	})
	keysOnly.refused(leadB, register("a"), noon, "B", "does not accept OAuth 2.0 client credentials")
	if articles.ClientDigest("agr_1", "a", "bc") == articles.ClientDigest("agr_1", "ab", "c") || articles.ClientDigest("agr_1", "a", "b") == articles.ClientDigest("agr_2", "a", "b") {
		t.Error("two clients have one digest")
	}
}

// A key pair is registered like a key is issued, once in its life; the next has to be another, which
// may be registered before the one in use is revoked.
func TestKeyPairsAreRegistered(t *testing.T) {
	pinned := func(name string) integration.IssueKey {
		c := keyFor("embed", agreement.A, agreement.Test, agreement.Service)
		c.ID, c.Pin, c.Digest = "key_"+name, "pin of "+name, fmt.Sprintf("%064x", len(name))
		return c
	}
	l := inForce(t, func(a *articles.Agreement) { a.ScheduleB.KeysAtOnce = 2 })
	l.must(leadA, pinned("a"), noon)
	l.must(leadA, pinned("bb"), noon)
	l.refused(leadA, pinned("ccc"), noon, "B", "allows 2 live keys")
	l.must(leadA, integration.RevokeKey{ID: "key_a", Party: agreement.A, By: leadA.ID}, noon)
	again := pinned("a")
	again.ID = "key_again"
	l.refused(leadA, again, noon, "B", "has been registered before")
	elsewhere := pinned("ccc")
	elsewhere.Taken = true
	l.refused(leadA, elsewhere, noon, "B", "has been registered before")
	long := pinned("dddd")
	long.Expires = noon.AddDate(0, 0, 90).Add(time.Second)
	l.refused(leadA, long, noon, "B", "at least every ninety (90) days")
	if k := l.state.Integration.Keys["key_bb"]; k.Method != agreement.MTLS || k.Pin != "pin of bb" || k.Client != (integration.Client{}) {
		t.Errorf("%+v", k)
	}
	p := articles.Compile(l.state, noon)
	for i, want := range []bool{false, true} { // the first is revoked
		g := p.Grants[i]
		if got := g.Pinned(noon.UnixNano()); got != want || g.Pinned(noon.AddDate(1, 0, 0).UnixNano()) {
			t.Errorf("%s: a certificate opens something: %v", g.Key, got)
		}
	}
	elsewhere = pinned("ccc")
	elsewhere.Component, elsewhere.Party = "summarise", agreement.B
	l.refused(leadB, elsewhere, noon, "B", "clause B.2 does not accept mutual TLS for summarise")
}
