package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/notary"
)

func TestAKeyIsShownOnce(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	before := h.size(id)
	res, body := b.post(home+"/keys", keyOf(1, "summarise", "production", "service"))
	secret := secretOf(t, body)
	if res.StatusCode != 200 || secret == "" || h.size(id) != before+1 || !strings.Contains(text(t, body), "Production is still closed") {
		t.Fatalf("%d: %s", res.StatusCode, text(t, body))
	}
	accessible(t, "key", body)
	for _, path := range []string{"", "/clauses/2.1", "/ledger", fmt.Sprintf("/ledger/%d", before), fmt.Sprintf("/ledger/%d/leaf", before), "/bundle"} {
		if _, body := b.get(home + path); strings.Contains(body, secret) || strings.Contains(body, secret[18:60]) {
			t.Errorf("%s shows the secret", path)
		}
	}
	if strings.Contains(h.log.String(), secret) {
		t.Error("the log holds the secret")
	}

	// The same form sent again is the same act; another's, or another form by its key, is not answered.
	if res, again := b.post(home+"/keys", keyOf(1, "summarise", "production", "service")); res.StatusCode != 200 || secretOf(t, again) != secret {
		t.Errorf("sent again: %d", res.StatusCode)
	}
	for name, try := range map[string]func() (*http.Response, string){
		"another form": func() (*http.Response, string) { return b.post(home+"/keys", keyOf(1, "summarise", "test", "service")) },
		"another person": func() (*http.Response, string) {
			return h.as(id, agreement.B, agreement.Finance).post(home+"/keys", keyOf(1, "summarise", "production", "service"))
		},
		"another act": func() (*http.Response, string) { return b.post(home+"/milestones/completion", completion(1, "launch")) },
		"the other party's own": func() (*http.Response, string) {
			return h.as(id, agreement.A, agreement.Finance).post(home+"/keys", keyOf(1, "summarise", "production", "service"))
		},
	} {
		if res, body := try(); res.StatusCode < 400 || strings.Contains(body, secret) {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	if h.size(id) != before+1 {
		t.Errorf("%d entries were added, want 1", h.size(id)-before)
	}
}

func secretOf(t *testing.T, body string) string {
	for _, one := range tags(t, body) {
		if one.name == "textarea" && one.attrs["id"] == "secret" {
			return one.text
		}
	}
	return ""
}

// However often and fast a form is sent, it is one act with one answer.
func TestAFormThatIsSentManyTimesIsOneAct(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.as(id, agreement.B, agreement.Technical)
	before := h.size(id)
	secrets := make([]string, 12)
	var all sync.WaitGroup
	for i := range secrets {
		all.Go(func() {
			_, body := b.post("/agreements/"+string(id)+"/keys", keyOf(7, "summarise", "test", "service"))
			secrets[i] = secretOf(t, body)
		})
	}
	all.Wait()
	for _, s := range secrets {
		if s == "" || s != secrets[0] {
			t.Fatalf("the answers differ: %q", secrets)
		}
	}
	if h.size(id) != before+1 {
		t.Errorf("%d entries were added, want 1", h.size(id)-before)
	}
}

func TestAKeyIsRevoked(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b, a := h.as(id, agreement.B, agreement.Technical), h.as(id, agreement.A, agreement.Technical)
	b.post(home+"/keys", keyOf(1, "summarise", "test", "service"))
	key := theKey(h, id)
	if res, body := a.post(home+"/keys/revocation", url.Values{"key": {anyKey(2)}, "id": {key}, "reason": {""}}); res.StatusCode != http.StatusConflict || !strings.Contains(text(t, body), "must give a reason") {
		t.Errorf("the provider gives no reason: %d", res.StatusCode)
	}
	if res, _ := b.post(home+"/keys/revocation", url.Values{"key": {anyKey(3)}, "id": {key}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("its own party revokes: %d", res.StatusCode)
	}
	if _, body := b.get(home + "/clauses/2.1"); !strings.Contains(text(t, body), "1 key revoked or expired") || !strings.Contains(text(t, body), "Revoked on 23 November 2026") {
		t.Errorf("clause 2.1 is %s", text(t, body))
	}
	if res, _ := b.post(home+"/keys/revocation", url.Values{"key": {anyKey(4)}, "id": {"key_none"}}); res.StatusCode != http.StatusConflict {
		t.Errorf("no such key: %d", res.StatusCode)
	}
}

// A key that is bound to networks says so beside its clause; what is no network is sent back.
func TestAKeyIsBoundToNetworks(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	form := keyOf(7, "summarise", "test", "service")
	form.Set("networks", "203.0.113.1/24")
	if res, body := b.post(home+"/keys", form); res.StatusCode != 422 || !strings.Contains(text(t, body), "no bits behind the prefix") {
		t.Fatalf("%d: %s", res.StatusCode, text(t, body))
	}
	form.Set("networks", "203.0.113.0/24, 2001:db8::/32")
	if res, body := b.post(home+"/keys", form); res.StatusCode != 200 {
		t.Fatalf("%d: %s", res.StatusCode, text(t, body))
	}
	if _, body := b.get(home + "/clauses/2.1"); !strings.Contains(text(t, body), "only from 203.0.113.0/24, 2001:db8::/32") {
		t.Error(text(t, body))
	}
}

// The row of a credential says how it is shown, if that is not as a key, and what the record says of it.
func TestACredentialSaysHowItIsShown(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.A, agreement.Technical)
	for _, r := range []notary.KeyRequest{
		{Label: "by certificate", Pin: access.Pin{0xab}},
		{Label: "by token", Client: integration.Client{Issuer: "https://id.calluna.example", ID: "reader", Keys: "{}"}},
	} {
		r.Component, r.Environment, r.Purpose = "embed", agreement.Test, agreement.Service
		_, _, err := h.notary.IssueKey(t.Context(), notary.Order{Agreement: id, Actor: who}, r, nil)
		must(t, err)
	}
	b := h.as(id, agreement.A, agreement.Technical)
	pin := access.Pin{0xab}.String()
	for path, wants := range map[string][]string{
		"/clauses/2.1": {"shown as a client certificate with the public key " + pin, "shown as an access token of the client reader of https://id.calluna.example"},
		"/ledger":      {"registered the client certificate with the public key " + pin, "registered the client reader of https://id.calluna.example"},
	} {
		_, body := b.get("/agreements/" + string(id) + path)
		accessible(t, path, body)
		for _, want := range wants {
			if !strings.Contains(text(t, body), want) {
				t.Errorf("%s does not say %q: %s", path, want, text(t, body))
			}
		}
	}
}
