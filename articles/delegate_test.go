package articles_test

import (
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
)

// A signatory lets a person of their own party sign, for a reason and a time, and may take it back; nobody else becomes a
// signatory by it.
func TestSigningIsDelegated(t *testing.T) {
	l, manifest := proposed(t, func(a *articles.Agreement) { a.General.Signatures.Simple = true })
	counsel := articles.Actor{Party: agreement.A, ID: "per_tobias", Roles: []agreement.Role{agreement.Legal}}
	engineer := articles.Actor{Party: agreement.B, ID: "per_declan", Roles: []agreement.Role{agreement.Technical}}
	l.state.Members = map[string]agreement.Member{}
	for _, who := range []articles.Actor{signerA, signerB, counsel, engineer} {
		l.state.Members[who.ID] = agreement.Member{ID: who.ID, Party: who.Party, Roles: who.Roles}
	}
	let := agreement.DelegateSigning{ID: "del_1", Party: agreement.A, By: signerA.ID, To: counsel.ID, Reason: "a journey", Until: noon.Add(48 * time.Hour)}
	sign := func(who articles.Actor) agreement.Sign {
		return agreement.Sign{Party: who.Party, Manifest: manifest.String(), Signer: who.ID, Statement: "sha256:00", Key: "k", Custody: "node"}
	}
	l.refused(counsel, sign(counsel), noon, "7.1", "only the signatory")
	l.refused(counsel, let, noon, "7.1", "only the signatory")
	for why, bend := range map[string]func(c *agreement.DelegateSigning){
		"no such person":      func(c *agreement.DelegateSigning) { c.To = engineer.ID },
		"sign for themselves": func(c *agreement.DelegateSigning) { c.To = signerA.ID },
		"needs a reason":      func(c *agreement.DelegateSigning) { c.Reason = "" },
		"needs an end":        func(c *agreement.DelegateSigning) { c.Until = noon },
		"within a year":       func(c *agreement.DelegateSigning) { c.Until = noon.Add(agreement.MostDelegated + 1) },
	} {
		bent := let
		bend(&bent)
		l.refused(signerA, bent, noon, agreement.SignatureBlock, why)
	}
	l.must(signerA, let, noon)
	l.refused(engineer, sign(engineer), noon, "7.1", "only the signatory")
	l.refused(counsel, sign(counsel), noon.Add(48*time.Hour), "7.1", "counts no more")
	l.refused(signerB, agreement.EndDelegation{ID: "del_1", Party: agreement.B, By: signerB.ID}, noon, agreement.SignatureBlock, "no such delegation")
	l.must(signerA, agreement.EndDelegation{ID: "del_1", Party: agreement.A, By: signerA.ID}, noon)
	l.refused(signerA, agreement.EndDelegation{ID: "del_1", Party: agreement.A, By: signerA.ID}, noon, agreement.SignatureBlock, "no such delegation")
	l.refused(counsel, sign(counsel), noon, "7.1", "only the signatory")
	let.ID = "del_2"
	l.must(signerA, let, noon)
	l.must(counsel, sign(counsel), noon)
	if v, _ := l.state.Life.Latest(); len(v.Signatures) != 1 || v.Signatures[0].Signer != counsel.ID || !l.state.Life.Delegations[1].Lets(v.Signatures[0]) || l.state.Life.Delegations[0].Lets(v.Signatures[0]) {
		t.Errorf("it has %+v of %+v", v.Signatures, l.state.Life.Delegations)
	}
}
