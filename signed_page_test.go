package main

import (
	"context"
	"crypto/rand"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/carried"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/articles/signing/signingtest"
	"entente/calendar"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/passkey/passkeytest"
	"entente/ledger/seal"
	"entente/notary"
	"entente/notary/notarytest"
	"entente/register"
)

// statements are the cases of statements that hold or do not, as the page judges them.
func statements(t *testing.T) []any {
	t.Helper()
	var all []any
	for _, c := range signingtest.Cases(t) {
		all = append(all, map[string]any{"name": c.Name, "holds": c.Holds, "manifest": c.Package.Digest(), "terms": c.Package.Terms, "signed": c.Signed, "others": c.Package.Signatures})
	}
	return all
}

// confirmedPage is the page of an agreement whose one party signed with a passkey, and for the other somebody by a code
// whom its signatory had let.
func confirmedPage(t *testing.T, folder string) string {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	sealer, err := access.NewSealer(make([]byte, access.KEKBytes), rand.Reader)
	must(err)
	journal, documents := &notarytest.Journal{}, &notarytest.Documents{}
	now := func() time.Time { return notarytest.Day }
	reg := &register.Register{Journal: journal, Library: documents, Now: now}
	n := &notary.Notary{Journal: journal, Documents: documents, Register: reg, Keys: &notarytest.Keys{}, Sealer: sealer, Now: now, Rand: rand.Reader, Name: "node.example"}
	ctx := context.Background()
	id, err := n.Open(ctx)
	must(err)
	a := draft.Example(calendar.DateOf(now()))
	p, err := signing.Bind(a, nil)
	must(err)
	_, err = n.Propose(ctx, notary.Order{Agreement: id, Actor: articles.Actor{Party: agreement.Host, ID: "operator"}}, notary.Proposal{File: draft.Write(a), Package: p, Attachments: attachments(a)})
	must(err)
	manifest := p.Digest().String()
	order := func(person string) notary.Order {
		v, err := reg.View(id)
		must(err)
		m, _ := v.Member(person)
		return notary.Order{Agreement: id, Actor: articles.Actor{Party: m.Party, ID: m.ID, Roles: m.Roles}}
	}
	device, from := passkeytest.New(-7), seal.Sum([]byte("from")).String()
	c := signing.Confirmation{Key: device.Key(), Origin: signingtest.Site.Origin, Nonce: "a nonce", Address: from, Agent: from}
	statement, challenge, err := n.AskPasskey(ctx, order("mara-voss"), manifest, c)
	must(err)
	_, err = n.SignConfirmed(ctx, order("mara-voss"), manifest, c, statement, device.Confirm(signingtest.Site, challenge), func([]byte) error { return nil })
	must(err)
	let := order("aoife-kearney")
	let.Command = agreement.DelegateSigning{ID: "del_1", Party: agreement.B, By: let.Actor.ID, To: order("conor-whelan").Actor.ID, Reason: "a journey", Until: now().Add(time.Hour)}
	_, err = n.Do(ctx, let)
	must(err)
	e := signing.Emailed{Mailbox: "conor.whelan@tidewater.example", Sent: now(), Consent: signing.Consent, Nonce: "tick_1", Address: from, Agent: from}
	_, err = n.SignMailed(ctx, order("conor-whelan"), manifest, notary.Typed{Name: "Conor Whelan", Title: "Head of Legal"}, e, func() error { return nil })
	must(err)
	source := journal.Source(ctx, id)
	report, err := ledger.Audit(source, ledger.Anchors{})
	must(err)
	content := map[seal.Digest]bundle.Document{}
	for _, d := range report.Documents {
		data, err := documents.Document(d.Digest.String())
		must(err)
		content[d.Digest] = bundle.Document{Digest: d.Digest, MediaType: d.MediaType, Data: data}
	}
	b, err := bundle.Collect(string(id), source, slices.Collect(maps.Values(content)))
	must(err)
	for _, v := range signing.JudgeBundle(b, func(signing.Package) []bundle.Verdict { return nil }) {
		if !v.OK {
			t.Errorf("%s: %s", v.Subject, v.Why)
		}
	}
	page, err := carried.Page(b)
	must(err)
	name := filepath.Join(folder, "confirmed.html")
	must(os.WriteFile(name, page, 0o600))
	return name
}

func attachments(a articles.Agreement) map[string][]byte {
	all, byFile := map[string][]byte{}, draft.Attachments()
	for _, at := range a.Agreement.Attachments {
		all[at.Name] = byFile[at.File]
	}
	return all
}
