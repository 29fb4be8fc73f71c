package articles_test

import (
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/lifetest"
)

// A signatory lets a person of their own party sign, for a reason and a time, and may take it back; nobody else becomes a
// signatory by it.
func TestSigningIsDelegated(t *testing.T) {
	l, manifest := lifetest.Proposed(t, func(a *articles.Agreement) { a.General.Signatures.Simple = true })
	counsel := articles.Actor{Party: agreement.A, ID: "per_tobias", Roles: []agreement.Role{agreement.Legal}}
	engineer := articles.Actor{Party: agreement.B, ID: "per_declan", Roles: []agreement.Role{agreement.Technical}}
	l.State.Members = map[string]agreement.Member{}
	for _, who := range []articles.Actor{lifetest.SignerA, lifetest.SignerB, counsel, engineer} {
		l.State.Members[who.ID] = agreement.Member{ID: who.ID, Party: who.Party, Roles: who.Roles}
	}
	let := agreement.DelegateSigning{ID: "del_1", Party: agreement.A, By: lifetest.SignerA.ID, To: counsel.ID, Reason: "a journey", Until: lifetest.Noon.Add(48 * time.Hour)}
	sign := func(who articles.Actor) agreement.Sign {
		return agreement.Sign{Party: who.Party, Manifest: manifest.String(), Signer: who.ID, Statement: "sha256:00", Key: "k", Custody: "node"}
	}
	l.Refused(counsel, sign(counsel), lifetest.Noon, "7.1", "only the signatory")
	l.Refused(counsel, let, lifetest.Noon, "7.1", "only the signatory")
	for why, bend := range map[string]func(c *agreement.DelegateSigning){
		"no such person":      func(c *agreement.DelegateSigning) { c.To = engineer.ID },
		"sign for themselves": func(c *agreement.DelegateSigning) { c.To = lifetest.SignerA.ID },
		"needs a reason":      func(c *agreement.DelegateSigning) { c.Reason = "" },
		"needs an end":        func(c *agreement.DelegateSigning) { c.Until = lifetest.Noon },
		"within a year":       func(c *agreement.DelegateSigning) { c.Until = lifetest.Noon.Add(agreement.MostDelegated + 1) },
	} {
		bent := let
		bend(&bent)
		l.Refused(lifetest.SignerA, bent, lifetest.Noon, agreement.SignatureBlock, why)
	}
	l.Must(lifetest.SignerA, let, lifetest.Noon)
	l.Refused(engineer, sign(engineer), lifetest.Noon, "7.1", "only the signatory")
	l.Refused(counsel, sign(counsel), lifetest.Noon.Add(48*time.Hour), "7.1", "counts no more")
	l.Refused(lifetest.SignerB, agreement.EndDelegation{ID: "del_1", Party: agreement.B, By: lifetest.SignerB.ID}, lifetest.Noon, agreement.SignatureBlock, "no such delegation")
	l.Must(lifetest.SignerA, agreement.EndDelegation{ID: "del_1", Party: agreement.A, By: lifetest.SignerA.ID}, lifetest.Noon)
	l.Refused(lifetest.SignerA, agreement.EndDelegation{ID: "del_1", Party: agreement.A, By: lifetest.SignerA.ID}, lifetest.Noon, agreement.SignatureBlock, "no such delegation")
	l.Refused(counsel, sign(counsel), lifetest.Noon, "7.1", "only the signatory")
	let.ID = "del_2"
	l.Must(lifetest.SignerA, let, lifetest.Noon)
	l.Must(counsel, sign(counsel), lifetest.Noon)
	if v, _ := l.State.Life.Latest(); len(v.Signatures) != 1 || v.Signatures[0].Signer != counsel.ID || !l.State.Life.Delegations[1].Lets(v.Signatures[0]) || l.State.Life.Delegations[0].Lets(v.Signatures[0]) {
		t.Errorf("it has %+v of %+v", v.Signatures, l.State.Life.Delegations)
	}
}
