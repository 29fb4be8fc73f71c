package gateway_test

import (
	"bytes"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"entente/egress"
	"entente/meter"
)

// ping is an event that passes.
const ping = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1}}\n\n"

// goesOn begins a stream and then an event that has no end; left says when it was told to stop.
func goesOn(begin string, left chan<- struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer close(left)
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, begin)
		for text := bytes.Repeat([]byte("#"), 64<<10); r.Context().Err() == nil; {
			if _, err := w.Write(text); err != nil {
				return
			}
		}
	}
}

// An event without an end takes little memory: one of MCP ends its stream, because what it says cannot be judged;
// one of an AI service passes, and is counted by its length.
func TestEventsWithoutAnEnd(t *testing.T) {
	t.Run("of MCP", func(t *testing.T) {
		h := newHouse(t, egress.Policy{})
		left := make(chan struct{})
		h.answers(goesOn(ping+`data: {"jsonrpc":"2.0","id":7,"result":{"x":"`, left))
		r := h.call("POST", tides, "tides", message("tools/call", `"name":"search"`))
		<-left
		if rec := h.record(); len(r.body) > 8<<10 || !strings.HasPrefix(string(r.body), ping) || strings.Contains(string(r.body), "###") || rec.Outcome != meter.UpstreamError {
			t.Errorf("%v, %d bytes: %.200s; record %+v", r.err, len(r.body), r.body, rec)
		}
	})
	t.Run("of an AI service", func(t *testing.T) {
		const read = 64 << 20
		h := newHouse(t, egress.Policy{})
		left := make(chan struct{})
		h.answers(goesOn(chunks[0]+`data: {"id":"s1","choices":[{"index":0,"delta":{"content":"`, left))
		resp, err := client.Do(h.request("POST", chat, "summarise", ask(true)))
		must(t, err)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = io.CopyN(io.Discard, resp.Body, read)
		must(t, err)
		runtime.ReadMemStats(&after)
		resp.Body.Close()
		<-left
		if after.HeapInuse > before.HeapInuse+(32<<20) {
			t.Errorf("%d MiB of heap, %d before", after.HeapInuse>>20, before.HeapInuse>>20)
		}
		if rec := h.record(); rec.Outcome != meter.CallerGone || !rec.Estimated || rec.Counted().Output < read/2 {
			t.Errorf("record %+v", rec)
		}
	})
}
