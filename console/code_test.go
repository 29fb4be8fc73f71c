package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/mail"
	"entente/mail/mailtest"
)

// writes gives the house a relay, and what reads the n-th letter that it took.
func (h *house) writes() func(n int) mailtest.Letter {
	relay := mailtest.Start(h.t, &mailtest.Server{})
	h.accounts.Mail.Relay = &mail.Relay{Address: relay.Address, From: "Entente <entente@node.example>"}
	return func(n int) mailtest.Letter {
		for until := time.Now().Add(10 * time.Second); len(relay.Letters()) < n && time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
			must(h.t, h.accounts.Mail.Deliver(h.t.Context()))
		}
		return relay.Wait(h.t, n)
	}
}

func TestAPersonEntersByCode(t *testing.T) {
	h := newHouse(t)
	letter := h.writes()
	id := h.signed(draft.Example(today))
	_, page := h.stranger().get("/")
	accessible(t, "start", page)
	res, unknown := h.stranger().post("/codes", url.Values{"address": {"nobody@nowhere.example"}})
	if res.StatusCode != 200 {
		t.Fatalf("an unknown address: %d", res.StatusCode)
	}
	who, ok := must3(h.register.View(id)).State.Texts[0].Frame().Person("mara-voss")
	if !ok {
		t.Fatal("nobody")
	}
	res, known := h.stranger().post("/codes", url.Values{"address": {string(who.Email)}})
	accessible(t, "code", known)
	same := func(page, address string) string {
		return regexp.MustCompile(`sealed\.v1\.[\w.-]+`).ReplaceAllString(strings.ReplaceAll(page, address, "ADDRESS"), "TICKET")
	}
	if res.StatusCode != 200 || same(known, string(who.Email)) != same(unknown, "nobody@nowhere.example") {
		t.Errorf("the page of a known address differs: %s", known)
	}
	code := regexp.MustCompile(`\d{4} \d{4}`).FindString(letter(1).Body)
	ticket := forms(t, known)[0].values["ticket"]
	if res, body := h.stranger().post("/codes/entry", url.Values{"ticket": {ticket}, "address": {"x"}, "code": {"1"}}); res.StatusCode != http.StatusForbidden || len(cookies(res)) > 0 || !strings.Contains(text(t, body), "Not entered") {
		t.Errorf("a wrong code: %d", res.StatusCode)
	}
	res, _ = h.stranger().post("/codes/entry", url.Values{"ticket": {ticket}, "address": {"x"}, "code": {code}})
	if got := cookies(res); res.StatusCode != http.StatusSeeOther || len(got) != 1 || res.Header.Get("Location") != "/agreements/"+string(id) {
		t.Fatalf("the code: %d %v", res.StatusCode, got)
	}
	if res, _ := h.stranger().post("/codes/entry", url.Values{"ticket": {ticket}, "address": {"x"}, "code": {code}}); res.StatusCode != http.StatusForbidden || len(cookies(res)) > 0 {
		t.Errorf("the code again: %d", res.StatusCode)
	}
	if res, body := h.stranger().post("/codes", url.Values{"address": {"no address"}}); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(t, body), "is not an e-mail address") {
		t.Errorf("no address: %d", res.StatusCode)
	}
}

func must3[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestAPartysPeople(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	path := "/agreements/" + string(id) + "/people"
	mara := h.as(id, agreement.A, agreement.Signatory)
	if _, body := mara.get(path); strings.Contains(body, "/people/invitations") || !strings.Contains(text(t, body), "writes no letters") {
		t.Error("a node without a relay offers invitations")
	}
	letter := h.writes()
	_, body := mara.get(path)
	accessible(t, "people", body)
	for name, want := range map[string]bool{"Jonas Lindqvist": true, "Finn Petersen": true, "Declan Moran": false, "Aoife Kearney": false} {
		if strings.Contains(body, name) != want {
			t.Errorf("%s is there: %v", name, !want)
		}
	}
	finn := h.holder(id, agreement.A, agreement.Finance)
	res, _ := mara.post(path+"/invitations", url.Values{"person": {finn.ID}})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("inviting: %d", res.StatusCode)
	}
	if l := letter(1); !strings.Contains(l.Body, "/enter/ent_link_") {
		t.Errorf("the letter: %s", l.Body)
	}
	if _, body := mara.get(path + "?invited"); !strings.Contains(text(t, body), "is on its way") || !strings.Contains(text(t, body), "has a link until") {
		t.Errorf("the page says %s", text(t, body))
	}
	for name, c := range map[string]struct {
		b      *browser
		person articles.Actor
	}{"who has no such role": {h.as(id, agreement.A, agreement.Technical), finn}, "the other party": {h.as(id, agreement.B, agreement.Signatory), finn},
		"the other party's person": {mara, h.holder(id, agreement.B, agreement.Technical)}} {
		if res, body := c.b.post(path+"/invitations", url.Values{"person": {c.person.ID}}); res.StatusCode != http.StatusForbidden || !strings.Contains(text(t, body), "clause 7.1") {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	if res, _ := mara.post(path+"/invitations", url.Values{"person": {"per_nobody"}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("nobody: %d", res.StatusCode)
	}
}
