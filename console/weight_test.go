package console_test

import (
	"regexp"
	"runtime"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/articlestest"
	"entente/articles/draft"
)

// The first page with its style sheet and its script are less than 100 kB on the wire, compressed; a page with a secret passes as
// it is, because the length of compressed text tells of its content.
func TestPagesAreLight(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.as(id, agreement.B, agreement.Technical)
	b.header.Set("Accept-Encoding", "gzip, deflate, br")
	home := "/agreements/" + string(id)
	res, body := b.get(home)
	whole := len(body)
	b.header.Del("Accept-Encoding")
	_, plain := b.get(home)
	b.header.Set("Accept-Encoding", "gzip, deflate, br")
	parts := regexp.MustCompile(`(?:<link rel="stylesheet" href|<script [^>]*src)="([^"]+)"`).FindAllStringSubmatch(plain, -1)
	for _, part := range parts {
		more, body := b.get(part[1])
		if whole += len(body); more.StatusCode != 200 {
			t.Errorf("%s: %d", part[1], more.StatusCode)
		}
	}
	if res.StatusCode != 200 || res.Header.Get("Content-Encoding") != "gzip" || len(parts) < 2 || whole > 100_000 {
		t.Errorf("%d, %q: the first page and %d files beside it are %d bytes", res.StatusCode, res.Header.Get("Content-Encoding"), len(parts), whole)
	}
	res, body = b.post(home+"/keys", keyOf(1, "summarise", "test", "service"))
	if res.StatusCode != 200 || res.Header.Get("Content-Encoding") != "" || secretOf(t, body) == "" {
		t.Errorf("%d, %q: the page of a key", res.StatusCode, res.Header.Get("Content-Encoding"))
	}
}

// An agreement of three hundred rows of each kind is read like any other: its pages are light, and no page works more than in
// proportion to the text. What the margin beside the whole text leaves out is on the clause's own page.
func TestPagesOfAVeryLongAgreementAreLight(t *testing.T) {
	const rows = 300
	h := newHouse(t)
	id := h.signed(articlestest.Strained(rows))
	b := h.as(id, agreement.B, agreement.Technical)
	home := "/agreements/" + string(id)
	_, whole := b.get(home)
	if n := strings.Count(whole, "Confirm that it is met"); n > 30 || !strings.Contains(text(t, whole), " requirements") {
		t.Errorf("beside the whole text there are %d forms for requirements, or nothing leads to the others", n)
	}
	if _, own := b.get(home + "/clauses/2.2"); strings.Count(own, "Confirm that it is met") < rows {
		t.Errorf("the clause's own page has %d forms for requirements", strings.Count(own, "Confirm that it is met"))
	}
	b.header.Set("Accept-Encoding", "gzip")
	for _, path := range []string{"", "/clauses/2.1", "/clauses/2.2", "/components", "/components/part-0", "/timeline", "/negotiation", "/ledger", "/people"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		res, body := b.get(home + path)
		runtime.ReadMemStats(&after)
		if res.StatusCode != 200 || len(body) > 100_000 {
			t.Errorf("%s: %d, %d bytes", path, res.StatusCode, len(body))
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 150<<20 {
			t.Errorf("%s takes %d MiB on its way", path, n>>20)
		}
	}
}
