package gateway_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente/egress"
	"entente/meter"
)

// Whichever way a call travels, a caller who leaves ends it at the service within a second.
func TestCallersLeaveByEveryTransit(t *testing.T) {
	for _, w := range transits {
		for _, streaming := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, in a stream %v", w.name, streaming), func(t *testing.T) {
				t.Parallel()
				h := newHouse(t, egress.Policy{})
				h.over(w)
				arrived, left := make(chan struct{}, 1), make(chan struct{}, 1)
				h.answers(func(w http.ResponseWriter, r *http.Request) {
					arrived <- struct{}{}
					if streaming {
						endless(left)(w, r)
						return
					}
					io.Copy(io.Discard, r.Body)
					<-r.Context().Done()
					left <- struct{}{}
				})
				ctx, leave := context.WithCancel(t.Context())
				go func() {
					<-arrived
					time.Sleep(100 * time.Millisecond)
					leave()
				}()
				resp, err := h.client.Do(h.request("POST", chat, "summarise", ask(true)).WithContext(ctx))
				if err == nil {
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
				select {
				case <-left:
				case <-time.After(time.Second):
					t.Fatal("the call to the service goes on")
				}
				if rec := h.record(); rec.Outcome != meter.CallerGone || streaming && rec.Tokens.Output == 0 {
					t.Errorf("record %+v", rec)
				}
			})
		}
	}
}

// A stream is a caller's call over HTTP/2, made frame by frame.
type stream struct {
	net.Conn
	id uint32
}

// frames opens a connection of HTTP/2 to the gateway on which nothing is taken but what keeps the connection.
func (h *house) frames(w transit, headerTime time.Duration) *stream {
	url, _ := h.door(w, headerTime)
	_, address, _ := strings.Cut(url, "://")
	var conn net.Conn
	var err error
	if w.secure {
		conn, err = tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	} else {
		conn, err = net.Dial("tcp", address)
	}
	must(h.t, err)
	h.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	go io.Copy(io.Discard, conn) // it reads, and never says that there is room for more
	io.WriteString(conn, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	conn.Write(h2Frame(h2Settings, 0, 0, nil))
	return &stream{Conn: conn, id: 1}
}

// begin sends the header of the next call.
func (s *stream) begin(h *house) {
	s.Write(h2Frame(h2Headers, endHeaders, s.id, h2Fields(":method", "POST", ":scheme", "http", ":path", chat, ":authority", "x",
		"authorization", "Bearer "+h.keys["summarise"].Text().Reveal(), "content-type", "application/json")))
}

func (s *stream) data(flags byte, text string) error {
	_, err := s.Write(h2Frame(h2Data, flags, s.id, []byte(text)))
	return err
}

var newerTransits = []transit{{name: "HTTP/2 in TLS", secure: true, newer: true}, {name: "HTTP/2", newer: true}}

// A caller of HTTP/2 who makes no room for an answer is cut off as one who does not read, however many
// streams he opens, and while the connection itself is well.
func TestStalledStreamsOfHTTP2(t *testing.T) {
	const perConnection = 50
	for _, w := range newerTransits {
		t.Run(w.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.gateway.Stall = 300 * time.Millisecond
			var open atomic.Int32
			text := []byte(strings.Repeat(chunks[1], 100))
			h.answers(func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				open.Add(1)
				defer open.Add(-1)
				w.Header().Set("Content-Type", "text/event-stream")
				for r.Context().Err() == nil {
					if _, err := w.Write(text); err != nil {
						return
					}
				}
			})
			conns := max(1, *stalledReaders/perConnection)
			for range conns {
				s := h.frames(w, 30*time.Second)
				for range perConnection {
					s.begin(h)
					must(t, s.data(endStream, ask(true)))
					s.id += 2
				}
			}
			within(t, 2*time.Minute, "every call is on record as left by its caller", func() bool {
				gone := 0
				for _, r := range h.records() {
					if r.Outcome == meter.CallerGone {
						gone++
					}
				}
				return gone == conns*perConnection
			})
			within(t, time.Second, "no call to the service is open", func() bool { return open.Load() == 0 })
			t.Logf("%d streams on %d connections take nothing; each is on record once, and nothing of theirs is open", conns*perConnection, conns)
		})
	}
}

// A body that drips over HTTP/2 is not waited for, and one that is broken off is no call.
func TestBodiesOfHTTP2ThatDoNotArrive(t *testing.T) {
	for _, w := range newerTransits {
		for name, fault := range map[string]func(*stream){
			"it drips": func(s *stream) {
				for range 40 {
					if s.data(0, " ") != nil {
						return
					}
					time.Sleep(50 * time.Millisecond)
				}
			},
			"it stops":              func(s *stream) { s.data(0, ask(false)[:20]); time.Sleep(2 * time.Second) },
			"its stream is reset":   func(s *stream) { s.data(0, ask(false)[:20]); s.Write(h2Frame(h2Reset, 0, s.id, code(8))) },
			"its connection closes": func(s *stream) { s.data(0, ask(false)[:20]); s.Close() },
			"it is reset": func(s *stream) {
				s.data(0, ask(false)[:20])
				reset(s.Conn)
				s.Close()
			},
		} {
			t.Run(name+", "+w.name, func(t *testing.T) {
				t.Parallel()
				h := newHouse(t, egress.Policy{})
				h.gateway.BodyTime = 500 * time.Millisecond
				h.answers(func(w http.ResponseWriter, r *http.Request) { t.Error("the service was called") })
				s := h.frames(w, 0)
				s.begin(h)
				within(t, 5*time.Second, "the gateway begins to read it", func() bool { return h.begun.Load() == 1 })
				go fault(s)
				within(t, 1500*time.Millisecond, "the gateway has let go of it", func() bool { return h.ended.Load() == 1 })
				if all := h.records(); len(all) != 0 {
					t.Errorf("records %+v", all)
				}
			})
		}
	}
}

// Who begins a TLS handshake and does not go on, or ends a connection in the middle of it, keeps nobody
// waiting and holds nothing for long.
func TestHandshakesThatDoNotEnd(t *testing.T) {
	const slow = 300
	h := newHouse(t, egress.Policy{})
	url, c := h.door(transits[2], time.Second)
	h.url, h.client = url, c
	if got := h.status("summarise"); got != 200 {
		t.Fatalf("status %d", got)
	}
	files := openFiles(t)
	hello := []byte{0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3} // of 512 bytes, eleven
	began := time.Now()
	var ended atomic.Int32
	for i := range slow {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "https://"))
		must(t, err)
		go func() {
			defer conn.Close()
			conn.Write(hello[:i%len(hello)])
			io.Copy(io.Discard, conn)
			ended.Add(1)
		}()
	}
	slowest := time.Duration(0)
	for range 20 {
		at := time.Now()
		if got := h.status("summarise"); got != 200 {
			t.Fatalf("status %d meanwhile", got)
		}
		slowest = max(slowest, time.Since(at))
	}
	within(t, 5*time.Second, "all are sent away", func() bool { return ended.Load() == slow })
	within(t, 3*time.Second, "the files are given back", func() bool { return openFiles(t) <= files+4 })
	t.Logf("%d handshakes were given up after %v; others were served within %v", slow, time.Since(began), slowest)
	if slowest > time.Second {
		t.Error("others waited")
	}
}

// A TLS connection that is cut where its end was not announced has brought no call, even if what came looks whole.
func TestABodyCutOffInTLSIsNoCall(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	url, _ := h.door(transits[2], 0)
	h.answers(func(w http.ResponseWriter, r *http.Request) { t.Error("the service was called") })
	conn, err := tls.Dial("tcp", strings.TrimPrefix(url, "https://"), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
	must(t, err)
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n%s", chat, h.keys["summarise"].Text().Reveal(), ask(false))
	within(t, 5*time.Second, "the gateway begins to read it", func() bool { return h.begun.Load() == 1 })
	conn.NetConn().Close()
	within(t, time.Second, "the gateway has let go of it", func() bool { return h.ended.Load() == 1 })
	if all := h.records(); len(all) != 0 {
		t.Errorf("records %+v", all)
	}
}
