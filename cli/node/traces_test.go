package node_test

import (
	"errors"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/calendar"
	"entente/ledger/passkey"
	"entente/ledger/passkey/passkeytest"
	"entente/ledger/seal"
	"entente/notary"
)

// What an earlier release kept of where a signer came from, under a name that says nothing of them, is the signer's own
// after the next start, and goes when they are erased; what belongs to no signature goes at once.
func TestTracesOfEarlierReleasesAreTheirSigners(t *testing.T) {
	dir := t.TempDir()
	n := open(t, dir, 0)
	id, person := signedByPasskey(t, n.Notary, "the nonce")
	for _, nonce := range []string{"the nonce", "of nobody"} {
		sealed, err := n.Accounts.Sealer.Seal("trace/"+nonce, access.NewSecret("where from"))
		ok(t, err)
		ok(t, n.Store().KeepSecret(t.Context(), "trace/"+nonce, []byte(sealed)))
	}
	ok(t, n.Close(t.Context()))

	n = open(t, dir, 0)
	own := "trace/the nonce/" + string(id) + "/" + person
	sealed, err := n.Store().SealedSecret(t.Context(), own)
	ok(t, err)
	if text, err := n.Accounts.Sealer.Open(own, string(sealed)); err != nil || text.Reveal() != "where from" {
		t.Errorf("what was kept of the signer: %v", err)
	}
	ok(t, erase(n, id, person))
	for _, name := range []string{"trace/the nonce", "trace/of nobody", own} {
		if _, err := n.Store().SealedSecret(t.Context(), name); !errors.Is(err, access.ErrNoSecret) {
			t.Errorf("%s is there: %v", name, err)
		}
	}
	ok(t, n.Close(t.Context()))
}

// signedByPasskey is an agreement that one signatory has signed with a passkey, and their pseudonym.
func signedByPasskey(t *testing.T, n *notary.Notary, nonce string) (id agreement.ID, person string) {
	t.Helper()
	id, err := n.Open(t.Context())
	ok(t, err)
	a := draft.Example(calendar.DateOf(n.Now()))
	for i, who := range a.Governance.People {
		if who.ID == "tobias-reuter" { // so that Mara Voss is not the last signatory, who cannot be erased
			a.Governance.People[i].Roles = append(a.Governance.People[i].Roles, agreement.Signatory)
		}
	}
	p, err := signing.Bind(a, nil)
	ok(t, err)
	attached := map[string][]byte{}
	for _, at := range a.Agreement.Attachments {
		attached[at.Name] = draft.Attachments()[at.File]
	}
	_, err = n.Propose(t.Context(), notary.Order{Agreement: id, Actor: articles.Actor{Party: agreement.Host, ID: "operator"}}, notary.Proposal{File: draft.Write(a), Package: p, Attachments: attached})
	ok(t, err)
	v, err := n.Register.View(id)
	ok(t, err)
	m, _ := v.Member("mara-voss")
	o := notary.Order{Agreement: id, Actor: articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}}
	d, from, site := passkeytest.New(-8), seal.Sum(nil).String(), passkey.Site{Origin: "https://node.example"}
	c := signing.Confirmation{Key: d.Key(), Origin: site.Origin, Nonce: nonce, Address: from, Agent: from}
	statement, challenge, err := n.AskPasskey(t.Context(), o, p.Digest().String(), c)
	ok(t, err)
	_, err = n.SignConfirmed(t.Context(), o, p.Digest().String(), c, statement, d.Confirm(site, challenge), func([]byte) error { return nil })
	ok(t, err)
	return id, m.ID
}
