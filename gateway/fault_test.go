package gateway_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/articles/policy"
	"entente/egress"
	"entente/meter"
)

// quick are an upstream's bounds in tests.
var quick = egress.Policy{Connect: 200 * time.Millisecond, Header: 200 * time.Millisecond, Idle: 200 * time.Millisecond}

// raw answers with bytes on the connection, and then does with it what is asked.
func raw(text string, after func(net.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		io.WriteString(conn, text)
		if after != nil {
			after(conn)
		}
		conn.Close()
	}
}

// drips sends one byte every 20 ms.
func drips(text string) http.HandlerFunc {
	return raw("", func(conn net.Conn) {
		for i := range text {
			if _, err := conn.Write([]byte{text[i]}); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
}

// answer is the header of an answer in JSON, with more fields.
func answer(fields string) string {
	return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + fields + "\r\n"
}

func reset(conn net.Conn) {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	conn.(*net.TCPConn).SetLinger(0)
}

func hang(conn net.Conn) { time.Sleep(time.Second) }

// inside is what upstreams say and callers never read.
const inside = "panic at /srv/model/secret.go:12 (10.0.0.7)"

// A failure is an upstream's before it has begun to answer, and what the caller and the record say of it.
type failure struct {
	name    string
	answer  http.HandlerFunc
	status  int
	code    string
	outcome meter.Outcome
}

var failures = []failure{
	{"it hangs", raw("", hang), 504, "upstream-timeout", meter.UpstreamTimeout},
	{"it hangs in its header", raw("HTTP/1.1 200 OK\r\nContent-", hang), 504, "upstream-timeout", meter.UpstreamTimeout},
	{"it resets", raw("", reset), 502, "upstream-unreachable", meter.UpstreamError},
	{"it closes", raw("", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"it talks garbage", raw("\x16\x03\x01 garbage "+inside+"\r\n\r\n", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"its header is huge", raw("HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 1<<20)+"\r\n\r\n", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"it redirects", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/"+inside, 307)
	}, 502, "upstream-redirected", meter.UpstreamError},
	{"it switches protocols", raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", hang), 502, "upstream-failed", meter.UpstreamError},
	{"its answer ends before it begins", raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\nSet-Cookie: a=b\r\nX-Inside: "+inside+"\r\n\r\n", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"its answer has bad chunks", raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"it half-closes", raw("", func(c net.Conn) { c.(interface{ CloseWrite() error }).CloseWrite(); hang(c) }), 502, "upstream-unreachable", meter.UpstreamError},
	{"its header drips", drips("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"), 504, "upstream-timeout", meter.UpstreamTimeout},
	{"it is about to answer for ever", raw(strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 100), hang), 502, "upstream-unreachable", meter.UpstreamError},
	{"its lengths differ", raw(answer("Content-Length: 2\r\nContent-Length: 3\r\n")+"{}", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"its length is negative", raw(answer("Content-Length: -2\r\n")+"{}", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"its length stands beside chunks", raw(answer("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n")+"2\r\n{}\r\n0\r\n\r\n", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"its coding is unknown", raw(answer("Transfer-Encoding: x-flate, chunked\r\n")+"2\r\n{}\r\n0\r\n\r\n", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"a field is folded", raw(answer("X: y\r\n z: "+inside+"\r\nContent-Length: 2\r\n")+"{}", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"a field has a NUL", raw(answer("X: \x00"+inside+"\r\nContent-Length: 2\r\n")+"{}", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"its fields are too many", raw(answer(strings.Repeat("X: y\r\n", 1000))+"{}", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"its chunk is larger than numbers are", raw(answer("Transfer-Encoding: chunked\r\n")+"fffffffffffffffff\r\n{}", nil), 502, "upstream-unreachable", meter.UpstreamError},
	{"it fails", func(w http.ResponseWriter, r *http.Request) { http.Error(w, inside, 500) }, 502, "upstream-failed", meter.UpstreamError},
	{"it is overloaded", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "7")
		http.Error(w, inside, 503)
	}, 503, "upstream-failed", meter.UpstreamError},
	{"it does not know the node", func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "Incorrect API key provided: sk-upstream-secret", 401)
	}, 502, "upstream-refused", meter.UpstreamError},
}

// However an upstream fails, the caller gets a bounded answer that tells nothing of its insides,
// and the call is metered.
func TestUpstreamFailuresBeforeTheAnswer(t *testing.T) {
	for _, c := range failures {
		for _, w := range transits[:2] {
			t.Run(c.name+", "+w.name, func(t *testing.T) {
				t.Parallel()
				h := newHouse(t, quick)
				h.over(w)
				h.answers(c.answer)
				began := time.Now()
				r := h.call("POST", chat, "summarise", ask(false))
				p := r.problem(t)
				if r.StatusCode != c.status || p.Code != c.code {
					t.Errorf("%d %s, want %d %s", r.StatusCode, p.Code, c.status, c.code)
				}
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("it took %v", took)
				}
				for _, never := range []string{"secret", "10.0.0.7", "127.0.0.1", "panic", "dial", "169.254"} {
					if strings.Contains(string(r.body), never) {
						t.Errorf("the caller reads %q in %s", never, r.body)
					}
				}
				if r.Header.Get("X-Inside") != "" {
					t.Error("a header of the upstream's is on a problem")
				}
				rec := h.record()
				if rec.Outcome != c.outcome || rec.Status != c.status || rec.ID.String() != r.Header.Get("Entente-Usage-Id") {
					t.Errorf("record %+v", rec)
				}
				if c.status == 503 && r.Header.Get("Retry-After") != "7" {
					t.Errorf("Retry-After: %q", r.Header.Get("Retry-After"))
				}
				if n := len(h.gateway.DrainRefusals()); n != 0 {
					t.Errorf("an upstream's failure is counted as %d refusals", n)
				}
			})
		}
	}
}

// When an upstream breaks off, the caller cannot take the part for the whole, and what was
// delivered is on the record.
func TestUpstreamFailuresInTheAnswer(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	chunked := func(events ...string) string {
		text := head + "Transfer-Encoding: chunked\r\n\r\n"
		for _, e := range events {
			text += fmt.Sprintf("%x\r\n%s\r\n", len(e), e)
		}
		return text
	}
	for _, c := range []struct {
		name    string
		answer  http.HandlerFunc
		outcome meter.Outcome
		says    string // code of the last event
		output  int64
	}{
		{"a stream goes silent", raw(chunked(chunks[:3]...), hang), meter.UpstreamTimeout, "upstream-timeout", 11},
		{"a stream is reset", raw(chunked(chunks[:3]...), func(c net.Conn) { time.Sleep(50 * time.Millisecond); reset(c) }), meter.UpstreamError, "upstream-broke-off", 11},
		{"a stream is cut off", raw(chunked(chunks[:2]...), nil), meter.UpstreamError, "upstream-broke-off", 5},
		{"a stream is cut off in an event", raw(chunked(chunks[0], chunks[1], chunks[2][:90]), nil), meter.UpstreamError, "", 5},
		{"a stream without framing ends early", raw(head+"\r\n"+chunks[0]+chunks[1], nil), meter.UpstreamError, "upstream-broke-off", 5},
		{"a body is cut off", raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"+completionBody, nil), meter.UpstreamError, "", 5},
		{"a body has bad chunks", raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\nzz\r\nabc", nil), meter.UpstreamError, "", 5},
	} {
		for _, w := range transits {
			t.Run(c.name+", "+w.name, func(t *testing.T) {
				t.Parallel()
				h := newHouse(t, quick)
				h.over(w)
				h.answers(c.answer)
				r := h.call("POST", chat, "summarise", ask(strings.Contains(c.name, "stream")))
				if r.err == nil {
					t.Errorf("the caller takes %q for whole", r.body)
				}
				rec := h.record()
				if r.StatusCode != 200 || rec.Outcome != c.outcome || rec.Counted().Output != c.output || rec.Status != 200 {
					t.Errorf("status %d, record %+v", r.StatusCode, rec)
				}
				_, last, _ := strings.Cut(string(r.body), "event: error\ndata: ")
				var p told
				if c.says != "" {
					must(t, json.Unmarshal([]byte(last), &p))
				}
				if p.Code != c.says || c.says != "" && p.Error.Message == "" {
					t.Errorf("the stream ends with %q, want %q", last, c.says)
				}
			})
		}
	}
}

func TestAnUnframedStreamThatEndsIsWhole(t *testing.T) {
	h := newHouse(t, quick)
	h.answers(raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"+strings.Join(chunks, ""), nil))
	r := h.call("POST", chat, "summarise", ask(true))
	if rec := h.record(); r.err != nil || rec.Outcome != meter.OK || rec.Tokens.Output != 5 {
		t.Errorf("%v, record %+v", r.err, rec)
	}
}

// endless streams until the gateway leaves, and says so.
func endless(left chan<- struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		defer func() { left <- struct{}{} }()
		for {
			io.WriteString(w, chunks[1])
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
}

func TestACallerWhoLeavesEndsTheCallUpstream(t *testing.T) {
	for _, when := range []string{"in the stream", "before the answer"} {
		t.Run(when, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			left := make(chan struct{}, 1)
			arrived := make(chan struct{}, 1)
			h.answers(func(w http.ResponseWriter, r *http.Request) {
				arrived <- struct{}{}
				if when == "in the stream" {
					endless(left)(w, r)
					return
				}
				io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
				left <- struct{}{}
			})
			ctx, leave := context.WithCancel(context.Background())
			go func() {
				<-arrived
				time.Sleep(50 * time.Millisecond)
				leave()
			}()
			resp, err := client.Do(h.request("POST", chat, "summarise", ask(true)).WithContext(ctx))
			if err == nil {
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
			select {
			case <-left:
			case <-time.After(2 * time.Second):
				t.Fatal("the upstream goes on")
			}
			rec := h.record()
			if rec.Outcome != meter.CallerGone || when == "in the stream" && (!rec.Estimated || rec.Tokens.Output == 0) {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// A caller who takes nothing of an answer is not waited for.
func TestAStalledCallerIsCutOff(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.gateway.Stall = 100 * time.Millisecond
	left := make(chan struct{}, 1)
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		defer func() { left <- struct{}{} }()
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat(chunks[1], 1000)); err != nil {
				return
			}
		}
	})
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	must(t, err)
	defer conn.Close()
	body := ask(true)
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", chat, h.keys["summarise"].Text().Reveal(), len(body), body)
	select {
	case <-left:
	case <-time.After(5 * time.Second):
		t.Fatal("the gateway waits")
	}
	if rec := h.record(); rec.Outcome != meter.CallerGone {
		t.Errorf("record %+v", rec)
	}
}

func TestNoGoroutineStays(t *testing.T) {
	h := newHouse(t, quick)
	h.status("summarise")
	time.Sleep(50 * time.Millisecond)
	before := runtime.NumGoroutine()
	for _, answer := range []http.HandlerFunc{raw("", hang), raw("", reset), raw("junk\r\n\r\n", nil), completion, streams(chunks...), streams(chunks[:2]...)} {
		h.answers(answer)
		for range 5 {
			h.call("POST", chat, "summarise", ask(true))
		}
		ctx, leave := context.WithTimeout(context.Background(), 20*time.Millisecond)
		if resp, err := client.Do(h.request("POST", chat, "summarise", ask(true)).WithContext(ctx)); err == nil {
			resp.Body.Close()
		}
		leave()
	}
	after := 0
	for range 300 {
		if after = runtime.NumGoroutine(); after <= before+4 { // connections that are kept to the upstream
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	buf := make([]byte, 1<<20)
	t.Errorf("%d goroutines before, %d after\n%s", before, after, buf[:runtime.Stack(buf, true)])
}

// Whatever is asked of any path, an answer of 2xx has a usage record that names it, lists of
// models and probes aside.
func TestNothingIsServedUnmetered(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	var ids []string
	for _, method := range []string{"GET", "POST", "PUT", "HEAD", "OPTIONS", "PATCH", "TRACE"} {
		for _, component := range []string{"summarise", "embed", "assist", "other", "%2e%2e", ""} {
			for _, rest := range []string{"/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/messages", "/v1/models", "/v1/models/x", "/v1//messages",
				"/v1/chat%2Fcompletions", "/v1/messages/", "/V1/messages", "/v1/files", "/v1", "/mcp", "", "/v1/chat/completions/..;/x"} {
				for _, key := range []string{"summarise", "embed", "assist", ""} {
					r := h.call(method, "/"+component+rest, key, `{"model":"calluna-extract-1","input":"x"}`)
					id := r.Header.Get("Entente-Usage-Id")
					if r.StatusCode/100 == 2 && id == "" && !strings.HasSuffix(rest, "/models") {
						t.Errorf("%s /%s%s with %q: %d without a record", method, component, rest, key, r.StatusCode)
					}
					if id != "" {
						ids = append(ids, id)
					}
				}
			}
		}
	}
	have := map[string]bool{}
	for _, rec := range h.records() {
		have[rec.ID.String()] = true
	}
	for _, id := range ids {
		if !have[id] {
			t.Errorf("%s is not on the record", id)
		}
	}
	if len(ids) == 0 || len(have) != len(ids) {
		t.Errorf("%d records, %d answers that name one", len(have), len(ids))
	}
}

// A key is looked up by its digest alone: a register that finds the wrong grant is not believed.
func TestTheDigestIsCompared(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.gateway.Register = wrong{h.registry}
	k, err := access.Mint(access.Live, strings.NewReader(strings.Repeat("x", 64)))
	must(t, err)
	if r := h.call("POST", chat, "Bearer "+k.Text().Reveal(), ask(false)); r.StatusCode != 401 {
		t.Errorf("status %d", r.StatusCode)
	}
}

type wrong struct{ *registry }

func (w wrong) Grant([32]byte) (*policy.Policy, *policy.Grant) { return w.p, &w.p.Grants[0] }
