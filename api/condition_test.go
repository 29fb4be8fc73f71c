package api_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

type served struct {
	Address string
	Tag     string `json:"etag"`
}

// What somebody has changed since it was read is not replaced, nor what is there already if nothing was to
// be; a tag is of the secret, too, and says nothing of it.
func TestNobodyReplacesWhatTheyHaveNotRead(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	lead, path := p.people[technicalA], "/api/v1/agreements/"+p.id+"/upstreams/summarise/test"
	put := func(address, secret string) map[string]string {
		return map[string]string{"address": address, "header": "Authorization", "secret": secret}
	}
	h.refused(404, "", lead, "GET", path, nil)
	h.refused(412, "", lead, "PUT", path, put("https://a.example", "x"), "If-Match", "*")
	var first, second, read served
	h.ok(lead, "PUT", path, put("https://a.example", "x"), &first, "If-None-Match", "*")
	if a := h.ok(lead, "GET", path, nil, &read); read != first || a.header.Get("ETag") != first.Tag || len(first.Tag) < 20 {
		t.Errorf("set %+v, read %+v with %q", first, read, a.header.Get("ETag"))
	}
	h.refused(412, "", lead, "PUT", path, put("https://b.example", "x"), "If-None-Match", "*")
	h.ok(lead, "PUT", path, put("https://a.example", "another"), &second, "If-Match", first.Tag)
	if second.Tag == first.Tag {
		t.Error("another secret has the same tag")
	}
	h.refused(412, "", lead, "PUT", path, put("https://c.example", "x"), "If-Match", first.Tag)
	h.refused(412, "", lead, "DELETE", path, nil, "If-Match", first.Tag)
	h.ok(lead, "DELETE", path, nil, nil, "If-Match", `"another", `+second.Tag)
	h.refused(404, "", lead, "GET", path, nil)

	// A retry is answered as the first time, though the tag has changed by it; with another condition it is another request.
	h.ok(lead, "PUT", path, put("https://a.example", "x"), &first, "If-None-Match", "*", "Idempotency-Key", "k")
	h.ok(lead, "PUT", path, put("https://a.example", "x"), &read, "If-None-Match", "*", "Idempotency-Key", "k")
	if read != first {
		t.Errorf("the retry says %+v, the first %+v", read, first)
	}
	h.refused(422, "", lead, "PUT", path, put("https://a.example", "x"), "If-Match", first.Tag, "Idempotency-Key", "k")
}

// Of many who have read the same, one replaces it.
func TestOneOfManyReplaces(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	lead, path := p.people[technicalA], "/api/v1/agreements/"+p.id+"/upstreams/summarise/test"
	var first served
	h.ok(lead, "PUT", path, map[string]string{"address": "https://a.example"}, &first)
	var won atomic.Int32
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if a := h.do(lead, "PUT", path, map[string]string{"address": fmt.Sprintf("https://a%d.example", i)}, "If-Match", first.Tag); a.status == 200 {
				won.Add(1)
			} else if a.status != 412 {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 8 replaced it", won.Load())
	}
}
