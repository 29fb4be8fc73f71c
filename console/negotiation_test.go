package console_test

import (
	"net/url"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
	"entente/notary"
)

// formOf is the form of a page that leads to an action and has a value, if it is offered.
func formOf(t testing.TB, page, action, field, value string) (form, bool) {
	t.Helper()
	for _, f := range forms(t, page) {
		if strings.HasSuffix(f.action, action) && (field == "" || f.values[field] == value) {
			return f, true
		}
	}
	return form{}, false
}

// filled is a form as it is sent, with what somebody has filled in.
func (f form) filled(more ...string) url.Values {
	out := url.Values{}
	for name, value := range f.values {
		out.Set(name, value)
	}
	for i := 0; i+1 < len(more); i += 2 {
		out.Set(more[i], more[i+1])
	}
	return out
}

// An offer names the last day on which it is open, and not the day on which it has lapsed.
func TestAnOfferNamesItsLastDay(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	last := today.AddDays(10)
	h.put(id, agreement.B, 45, notary.Proposal{Expires: last.AddDays(1).In(draft.Example(today).Frame().Zone()).UTC()})
	_, body := h.as(id, agreement.A, agreement.Legal).get("/agreements/" + string(id) + "/negotiation")
	if said := text(t, body); !strings.Contains(said, "Open until"+last.Words()) {
		t.Errorf("it does not say that it is open until %s: %s", last.Words(), said)
	}
}

// The parties come to one text in their browsers: one proposes, the other rejects, asks and accepts.
func TestTheNegotiation(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	path := "/agreements/" + string(id) + "/negotiation"
	a, b := h.as(id, agreement.A, agreement.Legal), h.as(id, agreement.B, agreement.Legal)
	says := func(who *browser, path string, want ...string) string {
		t.Helper()
		res, body := who.get(path)
		accessible(t, path, body)
		for _, one := range want {
			if said := text(t, body); res.StatusCode != 200 || !strings.Contains(said, one) {
				t.Fatalf("%d: the page does not say %q: %s", res.StatusCode, one, said)
			}
		}
		return body
	}
	says(a, path, "Version 1 is signed by both parties. Nothing is being negotiated.")
	h.counter(id, agreement.B, 45)

	body := says(a, path, "It is for Party A to answer version 2", "Proposed", "by Party B", "we need time", "Clause 6.3, Payment", "commerce.payment.net_days", "Was", "30", "45", "Waits for Party A", "forty-five (45)")
	reject, ok := formOf(t, body, "/negotiation/answers", "reject", "6.3")
	if !ok {
		t.Fatal("clause 6.3 cannot be rejected")
	}
	res, refused := a.post(reject.action, reject.filled("reason", " "))
	if res.StatusCode != 422 || !strings.Contains(text(t, refused), "Say why your party does not accept the clause") || !strings.Contains(refused, `id="again" open`) {
		t.Errorf("a rejection without a reason: %d", res.StatusCode)
	}
	accessible(t, "refused", refused)
	if res, _ := a.post(reject.action, reject.filled("reason", "thirty days are usual")); res.StatusCode != 303 {
		t.Fatalf("rejecting: %d", res.StatusCode)
	}
	says(b, path, "Version 2 will not be signed as it is: it is for Party B to propose another.", "Party A rejects it: thirty days are usual")

	begin, _ := formOf(t, body, "/negotiation/comments", "where", "any")
	if res, _ := a.post(begin.action, begin.filled("clause", "6.3", "text", "would 37 do?")); res.StatusCode != 303 {
		t.Fatalf("commenting: %d", res.StatusCode)
	}
	body = says(b, path, "would 37 do?", "Tobias Reuter")
	if _, ok := formOf(t, body, "/negotiation/resolutions", "", ""); ok {
		t.Error("the other party can settle the comment")
	}
	reply, _ := formOf(t, body, "/negotiation/replies", "", "")
	if res, _ := b.post(reply.action, reply.filled("text", "it would")); res.StatusCode != 303 {
		t.Fatalf("replying: %d", res.StatusCode)
	}
	settle, _ := formOf(t, says(a, path, "it would"), "/negotiation/resolutions", "", "")
	if res, _ := a.post(settle.action, settle.filled()); res.StatusCode != 303 {
		t.Fatalf("settling: %d", res.StatusCode)
	}
	says(b, path, "Settled")

	h.counter(id, agreement.B, 37)
	body = says(a, path, "It is for Party A to answer version 3", "37")
	accept, _ := formOf(t, body, "/negotiation/answers", "accept", "6.3")
	if res, _ := a.post(accept.action, accept.filled()); res.StatusCode != 303 {
		t.Fatalf("accepting: %d", res.StatusCode)
	}
	says(a, path, "No clause of version 3 is open: it is for Party A and Party B to sign.")
	signatory := h.as(id, agreement.A, agreement.Signatory)
	says(signatory, path, "Read and sign version 3")
	says(a, path+"/redline?old=1&new=3", "Version 3 against version 1", "commerce.payment.net_days", "thirty (30)", "thirty-seven (37)")
	says(a, path+"/redline?old=1&new=3&whole=yes", "Force majeure")
	for _, wrong := range []string{"/redline?old=0&new=1", "/redline?old=1&new=4", "/redline?old=1&new=x", "/redline?old=1", "/redline?old=01&new=1"} {
		if res, _ := a.get(path + wrong); res.StatusCode != 404 {
			t.Errorf("%s gave %d", wrong, res.StatusCode)
		}
	}

	h.offer(id, agreement.B, 38, agreement.B)
	if body := says(signatory, path, "Signs first", "Party B"); strings.Contains(text(t, body), "Read and sign") {
		t.Error("Party A is offered to sign before Party B")
	}
}
