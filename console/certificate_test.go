package console_test

import (
	"net/url"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// Whoever is responsible for security shows the certificate beside clause 8.2, where both parties see it.
func TestACertificateIsShown(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	a := h.as(id, agreement.A, agreement.Security)
	form := url.Values{"key": {anyKey(3)}, "name": {"ISO/IEC 27001:2022"}, "until": {"soon"}, "ref": {"https://calluna.example/iso"}, "scope": {""}}
	if res, body := a.post(home+"/certificates", form); res.StatusCode != 422 || !strings.Contains(text(t, body), "last day of the certificate") {
		t.Fatalf("%d: %s", res.StatusCode, text(t, body))
	}
	form.Set("until", "2039-05-31")
	before := h.size(id)
	if res, body := a.post(home+"/certificates", form); res.StatusCode != 303 || h.size(id) != before+1 {
		t.Fatalf("%d: %s", res.StatusCode, text(t, body))
	}
	for _, who := range []agreement.Party{agreement.A, agreement.B} {
		_, body := h.as(id, who, agreement.Finance).get(home + "/clauses/8.2")
		if !strings.Contains(text(t, body), "ISO/IEC 27001:2022, Party A: valid until 31 May 2039") {
			t.Error(text(t, body))
		}
		if strings.Contains(body, home+"/certificates") {
			t.Error("a form is offered to whom clause 7.1 does not give the act")
		}
	}
	_, body := a.get(home + "/clauses/8.2")
	if !strings.Contains(body, home+"/certificates") {
		t.Error("no form is offered")
	}
	accessible(t, "8.2", body)
}
