package api_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"entente/agreement"
	"entente/mail"
	"entente/mail/mailtest"
)

// A person signs through the API by a code that a letter brings: it counts once, for who asked, and for what they have
// read; and nobody is sent a code that could not count.
func TestSigningByACodeThroughTheAPI(t *testing.T) {
	h := newHouse(t)
	relay := mailtest.Start(t, &mailtest.Server{})
	p := h.propose(example())
	ask, sign := "/api/v1/agreements/"+p.id+"/signing-codes", "/api/v1/agreements/"+p.id+"/signatures"
	body := map[string]any{"manifest": h.latest(p)["manifest"]}
	h.refused(503, "", p.people[signatoryA], "POST", ask, body) // the node writes no letters

	h.accounts.Mail.Relay = &mail.Relay{Address: relay.Address, From: "entente@node.example"}
	letters := len(relay.Letters())
	var sent struct {
		Ticket    string
		SentTo    string `json:"sent_to"`
		Reference string
	}
	h.ok(p.people[signatoryA], "POST", ask, body, &sent)
	must(t, h.accounts.Mail.Deliver(t.Context()))
	letter := relay.Wait(t, letters+1)
	code := regexp.MustCompile(`\d{4} \d{4}`).FindString(letter.Body)
	if sent.SentTo != "mara.voss@calluna.example" || letter.To != sent.SentTo || !strings.Contains(letter.Body, sent.Reference) || code == "" {
		t.Fatalf("the letter to %s, of %+v: %s", letter.To, sent, letter.Body)
	}
	typed := map[string]any{"ticket": sent.Ticket, "code": code, "name": "Mara Voss", "title": "Managing Director", "authority": true, "consent": true}
	with := func(name string, value any) map[string]any {
		changed := maps.Clone(typed)
		changed[name] = value
		return map[string]any{"manifest": body["manifest"], "by_code": changed}
	}
	h.refused(422, "", p.people[signatoryA], "POST", sign, with("authority", false))
	h.refused(422, "", p.people[signatoryA], "POST", sign, with("consent", false))
	h.refused(422, "", p.people[signatoryA], "POST", sign, with("code", "0000000"))
	h.refused(422, "", p.people[signatoryA], "POST", sign, with("ticket", "x"))
	h.refused(409, "signatures", p.people[signatoryA], "POST", sign, with("name", "Sara Voss"))
	h.refused(422, "", p.people[signatoryB], "POST", sign, with("name", "Mara Voss")) // it was not sent to them
	var done struct {
		SignedBy []string `json:"signed_by"`
	}
	h.ok(p.people[signatoryA], "POST", sign, with("code", code), &done)
	if len(done.SignedBy) != 1 {
		t.Errorf("signed by %v", done.SignedBy)
	}
	h.refused(409, "signatures", p.people[signatoryA], "POST", sign, with("code", code))

	letters = len(relay.Letters())
	h.refused(409, "signatures", p.people[signatoryA], "POST", ask, body) // who has signed gets no further code
	h.refused(403, "7.1", p.people[financeA], "POST", ask, body)
	must(t, h.accounts.Mail.Deliver(t.Context()))
	if got := len(relay.Letters()); got != letters {
		t.Errorf("%d letters were written that nobody needs", got-letters)
	}
	v, err := h.register.View(agreement.ID(p.id))
	must(t, err)
	if s := v.State.Life.Versions[0].Signatures; len(s) != 1 || s[0].Custody != agreement.HeldByNode {
		t.Errorf("the ledger has %+v", s)
	}
}
