package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// A signatory lets counsel sign on the page of the negotiation; both parties read it there; counsel signs on the page on
// which one signs, which says for whom; and cannot once it was taken back.
func TestSomebodySignsForASignatoryInTheConsole(t *testing.T) {
	h := newHouse(t)
	id := h.propose("", draft.Example(today), nil)
	home := "/agreements/" + string(id)
	mara, tobias, aoife := h.as(id, agreement.A, agreement.Signatory), h.as(id, agreement.A, agreement.Legal), h.as(id, agreement.B, agreement.Signatory)
	if _, page := tobias.get(home + "/sign"); !strings.Contains(text(t, page), "no version that waits") {
		t.Errorf("counsel may sign: %s", text(t, page))
	}
	let := func() {
		t.Helper()
		_, page := mara.get(home + "/negotiation")
		accessible(t, "negotiation", page)
		f := formTo(t, page, home+"/negotiation/delegations")
		f.values["person"], f.values["until"], f.values["reason"] = "tobias-reuter", today.AddDays(3).String(), "I travel."
		if res, page := mara.post(f.action, sent(f)); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("letting counsel sign: %d %s", res.StatusCode, text(t, page))
		}
	}
	let()
	for _, b := range []*browser{mara, aoife} {
		if _, page := b.get(home + "/negotiation"); !strings.Contains(text(t, page), "Tobias Reuter may sign for Mara Voss (Party A) until") || !strings.Contains(text(t, page), "I travel.") {
			t.Errorf("a party does not read it: %s", text(t, page))
		}
	}
	_, page := mara.get(home + "/negotiation")
	back := formTo(t, page, home+"/negotiation/delegations/end")
	if res, _ := aoife.post(back.action, sent(back)); res.StatusCode == http.StatusSeeOther {
		t.Error("the other party took it back")
	}
	if res, page := mara.post(back.action, sent(back)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("taking it back: %d %s", res.StatusCode, text(t, page))
	}
	if _, page := tobias.get(home + "/sign"); !strings.Contains(text(t, page), "no version that waits") {
		t.Errorf("after it was taken back: %s", text(t, page))
	}
	let()
	d, handle := tobias.makes("Counsel's key")
	action, form := tobias.signs(home+"/sign", d, handle)
	if _, page := tobias.get(home + "/sign"); !strings.Contains(text(t, page), "Instead ofMara Voss, Managing Director") {
		t.Errorf("the page does not say for whom: %s", text(t, page))
	}
	if res, page := tobias.post(action, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("signing: %d %s", res.StatusCode, text(t, page))
	}
	v := must3(h.register.View(id)).State.Life.Versions[0]
	if len(v.Signatures) != 1 || v.Signatures[0].Party != agreement.A || v.Signatures[0].Custody != "person" {
		t.Errorf("the ledger has %+v", v.Signatures)
	}
}

// sent is a form as a browser sends it.
func sent(f form) url.Values {
	values := url.Values{}
	for name, value := range f.values {
		values.Set(name, value)
	}
	return values
}
