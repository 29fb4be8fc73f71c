package api_test

import (
	"testing"

	"entente/agreement"
)

// A party has its own people erased and nobody else's; who was erased is nobody any more, to links, tokens
// and a second erasure.
func TestAPartyErasesItsOwnPeople(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	const path = "/api/v1/erasures"
	h.refused(403, "7.1", p.people[legalA], "POST", path, map[string]string{"person": financeB})
	h.refused(404, "", p.people[legalA], "POST", path, map[string]string{"person": "nobody"})
	h.refused(404, "", p.people[legalA], "POST", path, map[string]string{"agreement": "agr_aaaaaaaaaaaaaaaa", "person": financeA})
	h.refused(409, "13.5", p.people[legalA], "POST", path, map[string]string{"person": signatoryA})
	var receipt struct {
		Agreement agreement.ID
		Person    string
		Party     agreement.Party
		Entry     int64
	}
	h.ok(p.people[legalA], "POST", path, map[string]string{"person": financeA}, &receipt, "Idempotency-Key", "one")
	if again := h.ok(p.people[legalA], "POST", path, map[string]string{"person": financeA}, nil, "Idempotency-Key", "one"); again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("asked again: %s", again.body)
	}
	if receipt.Party != agreement.A || string(receipt.Agreement) != p.id || receipt.Entry != int64(h.size(p))-1 {
		t.Errorf("%+v", receipt)
	}
	h.refused(401, "", p.people[financeA], "GET", "/api/v1/me", nil)
	for _, person := range []string{financeA, receipt.Person} {
		h.refused(404, "", h.operator, "POST", path, map[string]string{"agreement": p.id, "person": person})
		h.refused(404, "", h.operator, "POST", "/api/v1/links", map[string]string{"agreement": p.id, "person": person})
		h.refused(404, "", h.operator, "POST", "/api/v1/tokens", map[string]string{"agreement": p.id, "person": person})
	}
	h.refused(422, "", h.operator, "POST", path, map[string]string{"person": financeB})
}
