package console_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// Whoever leaves before a page is there is no failure of the node: nothing is logged as one.
func TestLeavingIsNoFailure(t *testing.T) {
	h := newHouse(t)
	id := h.propose("", draft.Example(today), nil)
	b := h.as(id, agreement.A, agreement.Signatory)
	gone, leave := context.WithCancel(t.Context())
	leave()
	form := strings.NewReader("key=" + anyKey(1) + "&component=embed&environment=test&purpose=service")
	r := httptest.NewRequest("POST", "/agreements/"+string(id)+"/keys", form).WithContext(gone)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if res := b.do(r); res.StatusCode < 400 {
		t.Errorf("status %d", res.StatusCode)
	}
	if said := h.log.String(); strings.Contains(said, "level=ERROR") {
		t.Errorf("the log says\n%s", said)
	}
}
