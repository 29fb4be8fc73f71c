package gateway_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente/articles/performance"
	"entente/egress"
	"entente/meter"
)

// aStream is an AI stream from beginning to end, and what asks for it.
type aStream struct {
	name, path, key, ask string
	events               []string // the last ends the stream
}

var aiStreams = []aStream{
	{"chat", chat, "summarise", `{"model":"calluna-extract-1","stream":true,"stream_options":{"include_usage":true},"max_tokens":99,"messages":[]}`, chunks},
	{"chat, whose usage only the gateway wants", chat, "summarise", ask(true), chunks},
	{"responses", "/summarise/v1/responses", "summarise", `{"model":"calluna-extract-1","stream":true,"max_output_tokens":99,"input":"x"}`, []string{
		"event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"model\":\"calluna-extract-1\",\"usage\":null}}\n\n",
		"event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"Six.\"}\n\n",
		"event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"model\":\"calluna-extract-1\",\"usage\":{\"input_tokens\":12,\"output_tokens\":5,\"total_tokens\":17}}}\n\n"}},
	{"messages", "/assist/v1/messages", "assist", `{"model":"calluna-assist-1","stream":true,"max_tokens":99,"messages":[]}`, []string{
		"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"calluna-assist-1\",\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}}\n\n",
		"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Six.\"}}\n\n",
		"event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":5}}\n\n",
		"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"}},
}

// What an upstream sends behind a stream's own last event passes to nobody, whenever and however much
// it is, and the call to an upstream that goes on is ended: what passes is what is metered.
func TestNothingPassesBehindAStreamsEnd(t *testing.T) {
	const hidden = "data: {\"choices\":[{\"delta\":{\"content\":\"unmetered\"}}]}\n\n"
	ways := map[string]func(io.Writer, func(), string) error{ // the last event is given
		"in one piece with it": func(w io.Writer, flush func(), last string) error {
			_, err := io.WriteString(w, last+strings.Repeat(hidden, 9))
			flush()
			return err
		},
		"a moment later": func(w io.Writer, flush func(), last string) error {
			_, _ = io.WriteString(w, last)
			flush()
			time.Sleep(20 * time.Millisecond)
			_, err := io.WriteString(w, hidden)
			return err
		},
		"without end": func(w io.Writer, flush func(), last string) error {
			_, err := io.WriteString(w, last)
			for err == nil {
				_, err = io.WriteString(w, strings.Repeat(hidden, 50))
			}
			return err
		},
		"slowly, without end": func(w io.Writer, flush func(), last string) error {
			_, err := io.WriteString(w, last)
			for err == nil {
				flush()
				time.Sleep(10 * time.Millisecond)
				_, err = io.WriteString(w, ":")
			}
			return err
		},
	}
	for _, s := range aiStreams {
		for way, send := range ways {
			for _, limited := range []bool{false, true} {
				t.Run(s.name+", "+way+map[bool]string{true: ", under a hard limit"}[limited], func(t *testing.T) {
					h := newHouse(t, egress.Policy{})
					if limited {
						h.limit(hard(performance.Tokens, performance.Limit{Component: s.key, Environment: "production", Tokens: 1_000_000}))
					}
					over := make(chan struct{})
					h.answers(func(w http.ResponseWriter, r *http.Request) {
						defer close(over)
						io.Copy(io.Discard, r.Body)
						w.Header().Set("Content-Type", "text/event-stream")
						flush := w.(http.Flusher).Flush
						last := len(s.events) - 1
						io.WriteString(w, strings.Join(s.events[:last], ""))
						flush()
						_ = send(w, flush, s.events[last])
					})
					want := strings.Join(s.events, "")
					if s.ask == ask(true) {
						want = strings.Join(s.events[:3], "") + s.events[4]
					}
					began := time.Now()
					r := h.call("POST", s.path, s.key, s.ask)
					if r.err != nil || string(r.body) != want {
						t.Errorf("%v, %d bytes passed, want the stream's %d:\n%.2000s", r.err, len(r.body), len(want), r.body)
					}
					if took := time.Since(began); took > 2*time.Second {
						t.Errorf("the stream ended after %v", took)
					}
					rec := h.record()
					if rec.Outcome != meter.OK || !rec.TokensKnown || rec.Tokens.Output != 5 || rec.BytesOut != int64(len(want)) {
						t.Errorf("record %+v", rec)
					}
					select {
					case <-over:
					case <-time.After(time.Second):
						t.Error("the upstream goes on")
					}
				})
			}
		}
	}
}

// An upstream that ends its stream in order, if a little late, is called again over the same connection.
func TestAnOrderlyStreamKeepsItsConnection(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	var from [2]atomic.Value
	var n atomic.Int32
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		from[n.Add(1)-1].Store(r.RemoteAddr)
		streams(chunks...)(w, r)
		time.Sleep(10 * time.Millisecond)
	})
	for range 2 {
		if r := h.call("POST", chat, "summarise", ask(true)); r.err != nil || r.StatusCode != 200 {
			t.Fatalf("%d, %v", r.StatusCode, r.err)
		}
	}
	if from[0].Load() != from[1].Load() {
		t.Errorf("the calls came from %v and %v", from[0].Load(), from[1].Load())
	}
}
