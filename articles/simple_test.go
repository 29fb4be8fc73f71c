package articles_test

import (
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/lifetest"
	"entente/articles/signing"
	"entente/ledger/seal"
)

// A key that the node keeps binds a party only where the text says so, and an amendment only where the version that
// both have signed says so too; a key that a person or party holds always does.
func TestTheNodesKeyBindsWhereBothLetIt(t *testing.T) {
	allow := func(simple bool) func(*articles.Agreement) {
		return func(a *articles.Agreement) { a.General.Signatures.Simple = simple }
	}
	with := func(who articles.Actor, manifest seal.Digest, custody string) agreement.Sign {
		return agreement.Sign{Party: who.Party, Manifest: manifest.String(), Signer: who.ID, Statement: "sha256:00", Key: "k", Custody: custody}
	}
	for _, c := range []struct {
		name                string
		first, second       bool
		firstWhy, secondWhy string
	}{
		{name: "allowed in both", first: true, second: true},
		{name: "in neither", firstWhy: "version 1 allows no simple electronic signatures", secondWhy: "version 2 allows no simple"},
		{name: "given up by the amendment", first: true, secondWhy: "version 2 allows no simple"},
		{name: "brought in by the amendment itself", second: true, firstWhy: "version 1 allows no simple", secondWhy: "version 1 allows no simple"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, manifest := lifetest.Proposed(t, allow(c.first))
			try := func(manifest seal.Digest, why string) {
				t.Helper()
				for _, who := range []articles.Actor{lifetest.SignerA, lifetest.SignerB} {
					if why != "" {
						l.Refused(who, with(who, manifest, "node"), lifetest.Noon, agreement.SignatureBlock, why)
						l.Must(who, with(who, manifest, "person"), lifetest.Noon)
					} else {
						l.Must(who, with(who, manifest, "node"), lifetest.Noon)
					}
				}
			}
			try(manifest, c.firstWhy)
			next := *l.State.Text()
			allow(c.second)(&next)
			next.Commerce.Payment.NetDays++
			p, err := signing.Bind(next, &manifest)
			if err != nil {
				t.Fatal(err)
			}
			try(l.Propose(next, &manifest), c.secondWhy)
			if got := l.State.Life.Versions[1].Manifest; got != p.Digest().String() {
				t.Errorf("version 2 is %s", got)
			}
		})
	}
}
