package policy_test

import (
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/compliance"
	"entente/articles/integration"
	"entente/articles/lifetest"
	"entente/articles/margins"
	"entente/articles/policy"
	"entente/calendar"
)

var securityA = articles.Actor{Party: agreement.A, ID: "per_nele", Roles: []agreement.Role{agreement.Security}}

// A required certificate that expires closes production for its holder's components after the grace,
// and a new one opens it; test stays open.
func TestAnExpiredCertificateClosesProduction(t *testing.T) {
	l := lifetest.InForce(t, func(a *articles.Agreement) {
		a.ScheduleB.KeyRotation = calendar.Duration{Years: 5}
		a.ScheduleB.Certifications = []compliance.Certification{
			{Name: "ISO", Party: agreement.BothParties, Required: true, Grace: calendar.Duration{Days: 30}, ValidUntil: lifetest.Day.AddDays(100)},
			{Name: "SOC", Party: "a", ValidUntil: lifetest.Day.AddDays(10)},
		}
		a.Integration.Requirements = nil
	})
	keys := map[string]integration.IssueKey{"production": lifetest.KeyFor("summarise", agreement.B, agreement.Production, agreement.Service),
		"test": lifetest.KeyFor("summarise", agreement.B, agreement.Test, agreement.Service), "of the other": lifetest.KeyFor("embed", agreement.A, agreement.Production, agreement.Service)}
	leads := map[string]articles.Actor{"production": lifetest.LeadB, "test": lifetest.LeadB, "of the other": lifetest.LeadA}
	for name, k := range keys {
		k.Expires = lifetest.Noon.AddDate(2, 0, 0)
		l.Must(leads[name], k, lifetest.Noon)
	}
	verdict := func(name string, at time.Time) policy.Verdict {
		p := policy.Compile(l.State, at)
		for i, g := range p.Grants {
			if g.Key == keys[name].ID {
				c := policy.Call{Component: keys[name].Component, Operation: "chat.completions", Model: "calluna-extract-1", At: at.UnixNano()}
				if c.Component == "embed" {
					c.Operation, c.Model = "embeddings", l.State.Text().ScheduleA.Components[1].Models[0].Name
				}
				return p.Decide(&p.Grants[i], c)
			}
		}
		t.Fatalf("no key %s", name)
		return policy.Verdict{}
	}
	closes := lifetest.Day.AddDays(131).In(l.State.Text().Frame().Zone()) // its last day is the 100th, and the grace is 30 days
	for _, name := range []string{"production", "of the other"} {
		if v := verdict(name, closes.Add(-1)); !v.OK {
			t.Errorf("%s, before the grace is over: %+v", name, v)
		}
		if v := verdict(name, closes); v.OK || v.Clause != "8.2" || v.Code != policy.Uncertified {
			t.Errorf("%s, after the grace: %+v", name, v)
		}
	}
	if v := verdict("test", closes); !v.OK {
		t.Errorf("in test: %+v", v)
	}
	instants := policy.Compile(l.State, lifetest.Noon).Instants()
	found := false
	for _, at := range instants {
		found = found || at.Equal(closes)
	}
	if !found {
		t.Errorf("the clock does not wake at %s: %v", closes, instants)
	}

	show := compliance.RecordCertificate{Name: "ISO", Party: agreement.A, By: securityA.ID, Evidence: "https://a.example/iso", ValidUntil: lifetest.Day.AddDays(465)}
	l.Refused(lifetest.LeadA, show, closes, "7.1", "security")
	other := show
	other.Name = "TISAX"
	l.Refused(securityA, other, closes, "8.2", "no certification")
	other = show
	other.ValidUntil = lifetest.Day
	l.Refused(securityA, other, closes, "8.2", "has expired")
	other = show
	other.Evidence = " "
	l.Refused(securityA, other, closes, "8.2", "needs evidence")
	before := policy.Compile(l.State, closes).Digest
	l.Must(securityA, show, closes)
	if after := policy.Compile(l.State, closes).Digest; after == before {
		t.Error("the digest of the policy does not tell")
	}
	if v := verdict("production", closes); !v.OK {
		t.Errorf("with a new certificate: %+v", v)
	}
	if v := verdict("of the other", closes); v.OK {
		t.Error("one party's certificate opens the other's components")
	}
	for _, m := range margins.All(l.State, margins.Live{Now: closes}) {
		if m.Clause == "8.2" && (m.Status != margins.Late || m.Fact != "1 of 3 certificates valid") {
			t.Errorf("%+v", m)
		}
	}
}
