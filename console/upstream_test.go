package console_test

import (
	"net/url"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// The technical lead of the party that provides a component says in the console where it is served. Nobody else can, the other
// party does not see it, and the secret is on no page.
func TestTheProviderSaysWhereAComponentIsServed(t *testing.T) {
	const secret = "Bearer sk-of-the-provider"
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	page := "/agreements/" + string(id) + "/components/summarise"
	lead := h.as(id, agreement.A, agreement.Technical)
	wish := func(key int, address string) url.Values {
		return url.Values{"key": {anyKey(key)}, "environment": {"test"}, "address": {address}, "header": {"Authorization"}, "secret": {secret}}
	}
	for name, c := range map[string]struct {
		*browser
		status int
		why    string
	}{
		"the other party": {h.as(id, agreement.B, agreement.Technical), 409, "Party A provides summarise"},
		"finance":         {h.as(id, agreement.A, agreement.Finance), 403, "for the technical lead of a party (clause 7.1)"},
	} {
		if _, body := c.get(page); strings.Contains(body, "/upstream") {
			t.Errorf("%s has the form", name)
		}
		if res, body := c.post(page+"/upstream", wish(1, "https://evil.example/v1")); res.StatusCode != c.status || !strings.Contains(text(t, body), c.why) {
			t.Errorf("%s: %d: %s", name, res.StatusCode, text(t, body))
		}
	}
	if n := len(h.console.Upstreams.Of(id)); n != 0 {
		t.Fatalf("%d upstreams were set by who may not", n)
	}
	if _, body := lead.get(page); !strings.Contains(text(t, body), "Not said yet: calls are refused") {
		t.Error("the lead is not told that nothing is served")
	}
	res, body := lead.post(page+"/upstream", wish(2, "http://127.0.0.1:9/"))
	if res.StatusCode != 422 || strings.Contains(body, secret) || !strings.Contains(body, `aria-invalid="true"`) {
		t.Errorf("an inner address: %d: %s", res.StatusCode, text(t, body))
	}
	accessible(t, "an inner address", body)
	res, body = lead.post(page+"/upstream", wish(3, "https://api.calluna.example/v1"))
	if res.StatusCode != 303 {
		t.Fatalf("%d: %s", res.StatusCode, text(t, body))
	}
	_, body = lead.get(res.Header.Get("Location"))
	accessible(t, "where it is served", body)
	if said := text(t, body); !strings.Contains(said, "https://api.calluna.example/v1 , with a secret in Authorization") && !strings.Contains(said, "https://api.calluna.example/v1, with a secret in Authorization") || strings.Contains(body, "sk-of") {
		t.Errorf("it says %s", said)
	}
	if _, body := h.as(id, agreement.B, agreement.Technical).get(page); strings.Contains(body, "api.calluna.example") {
		t.Error("the other party sees the address")
	}
	end := url.Values{"key": {anyKey(4)}, "environment": {"test"}}
	if res, _ := h.as(id, agreement.B, agreement.Technical).post(page+"/upstream/end", end); res.StatusCode != 409 || len(h.console.Upstreams.Of(id)) != 1 {
		t.Errorf("the other party lets it be forgotten: %d", res.StatusCode)
	}
	for range 2 { // the same form twice is one act
		if res, body := does(lead, page+"/upstream/end", end); res.StatusCode != 200 || !strings.Contains(text(t, body), "Forgotten, and the secret deleted") || strings.Contains(body, "api.calluna.example") {
			t.Errorf("it is not forgotten: %s", text(t, body))
		}
	}
	end.Set("key", anyKey(5))
	if res, body := lead.post(page+"/upstream/end", end); res.StatusCode != 422 || !strings.Contains(text(t, body), "Nothing is kept for this environment") {
		t.Errorf("what is not there is forgotten: %d", res.StatusCode)
	}
	if said := h.log.String(); strings.Contains(said, "sk-of") {
		t.Error("the secret is in the log")
	}
}
