package console_test

import (
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// The first page and its style sheet are less than 100 kB on the wire; a page with a secret passes as
// it is, because the length of compressed text tells of its content.
func TestPagesAreLight(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.as(id, agreement.B, agreement.Technical)
	b.header.Set("Accept-Encoding", "gzip, deflate, br")
	home := "/agreements/" + string(id)
	res, body := b.get(home)
	if n := len(body); res.StatusCode != 200 || res.Header.Get("Content-Encoding") != "gzip" || n > 100_000 {
		t.Errorf("%d, %q: the first page is %d bytes", res.StatusCode, res.Header.Get("Content-Encoding"), n)
	}
	res, body = b.post(home+"/keys", keyOf(1, "summarise", "test", "service"))
	if res.StatusCode != 200 || res.Header.Get("Content-Encoding") != "" || secretOf(t, body) == "" {
		t.Errorf("%d, %q: the page of a key", res.StatusCode, res.Header.Get("Content-Encoding"))
	}
}
