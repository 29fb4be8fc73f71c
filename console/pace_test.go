package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"entente/access/pace"
	"entente/agreement"
	"entente/articles/draft"
)

// Whoever asks for pages too often is told how long to wait, and nothing of theirs is done; everybody else goes on.
func TestPagesHaveAPace(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	hasty, calm := h.as(id, agreement.B, agreement.Technical), h.as(id, agreement.A, agreement.Technical)
	h.console.Pace.Rate = pace.Rate{Burst: 3, PerMinute: 2}
	h.pass(time.Hour) // what was asked before is forgotten
	for n := range 3 {
		if res, _ := hasty.get(home); res.StatusCode != http.StatusOK {
			t.Fatalf("page %d: %d", n+1, res.StatusCode)
		}
	}
	before := h.size(id)
	refused := func(who string, res *http.Response, body string) {
		t.Helper()
		accessible(t, who, body)
		if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") != "30" || !strings.Contains(text(t, body), "Wait 30 seconds and load the page again") {
			t.Errorf("%s: %d, %q: %s", who, res.StatusCode, res.Header.Get("Retry-After"), text(t, body))
		}
	}
	res, body := hasty.get(home)
	refused("a page too many", res, body)
	style := body[strings.Index(body, "/static/"):]
	style = style[:strings.Index(style, `"`)]
	res, body = hasty.post(home+"/keys", keyOf(1, "summarise", "test", "service"))
	refused("a form too many", res, body)
	if h.size(id) != before {
		t.Error("what was refused was done")
	}
	if res, _ := calm.get(home); res.StatusCode != http.StatusOK {
		t.Errorf("somebody else: %d", res.StatusCode)
	}
	for range 3 {
		h.stranger().get("/")
	}
	res, body = h.stranger().get("/")
	refused("strangers of one network", res, body)
	res, body = h.stranger().get(home)
	refused("a stranger at a page of others", res, body)
	if res, _ := h.stranger().get(style); res.StatusCode != http.StatusOK {
		t.Errorf("the style sheet: %d", res.StatusCode)
	}
	if res, _ := calm.get(home); res.StatusCode != http.StatusOK {
		t.Errorf("who has entered, beside strangers: %d", res.StatusCode)
	}
	h.pass(30 * time.Second)
	if res, _ := hasty.get(home); res.StatusCode != http.StatusOK {
		t.Errorf("after the wait: %d", res.StatusCode)
	}
}
