package gateway_test

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/egress"
	"entente/gateway/front"
	"entente/meter"
)

// fronts are the ways to serve the gateway: its own loop, and net/http's, to which it hands HTTP/2.
var fronts = map[string]func(h *house) (addr string){
	"front": func(h *house) string { return strings.TrimPrefix(h.url, "http://") },
	"net/http": func(h *house) string {
		srv := httptest.NewUnstartedServer(h.gateway.Handler())
		srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		srv.Config.ReadHeaderTimeout = 5 * time.Second
		srv.Start()
		h.t.Cleanup(srv.Close)
		return srv.Listener.Addr().String()
	},
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	return conn
}

// statuses reads answers until the connection is closed, or nothing comes for some time.
func statuses(conn net.Conn) (all []int, closed bool) {
	for r := bufio.NewReader(conn); ; {
		conn.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			var slow net.Error
			return all, !(errors.As(err, &slow) && slow.Timeout())
		}
		io.Copy(io.Discard, resp.Body)
		all = append(all, resp.StatusCode)
	}
}

// lenient is where net/http lets pass, or waits for, what the gateway's own loop refuses. A node serves
// no HTTP/1.1 by net/http; the rest of the corpus shows that it could.
var lenient = map[string]bool{"a folded field": true, "a line of a megabyte": true, "a chunk that is too long": true}

// A request in which two readers could see two is one call or none: what it hides reaches no service
// and is on no record, with a good key, behind every front.
func TestNoCallIsSmuggled(t *testing.T) {
	for kind, serve := range fronts {
		h := newHouse(t, egress.Policy{})
		var reached atomic.Int32
		h.answers(func(w http.ResponseWriter, r *http.Request) {
			if body, _ := io.ReadAll(r.Body); bytes.Contains(body, []byte("HIDDEN")) {
				reached.Add(1)
			}
			completion(w, r)
		})
		addr, key := serve(h), h.keys["summarise"].Text().Reveal()
		begin := "POST " + chat + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\nContent-Type: application/json\r\n"
		body := strings.Replace(ask(false), "Tide tables", "HIDDEN", 1)
		hidden := begin + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
		whole := ask(false)
		chunk := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(whole), whole)
		length := fmt.Sprintf("Content-Length: %d\r\n", len(whole))
		for name, text := range map[string]string{
			"length and chunks":            begin + length + "Transfer-Encoding: chunked\r\n\r\n" + chunk + hidden,
			"chunks and length":            begin + "Transfer-Encoding: chunked\r\n" + length + "\r\n" + chunk + hidden,
			"an end that is early":         begin + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
			"two codings":                  begin + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunk + hidden,
			"a disguised coding":           begin + "Transfer-Encoding: xchunked\r\n\r\n" + chunk + hidden,
			"a coding behind a tab":        begin + "Transfer-Encoding:\tchunked\r\nTransfer-Encoding: x\r\n\r\n" + chunk + hidden,
			"two lengths":                  begin + length + fmt.Sprintf("Content-Length: %d\r\n\r\n%s%s", len(whole)+len(hidden), whole, hidden),
			"a list of lengths":            begin + fmt.Sprintf("Content-Length: %d, 0\r\n\r\n%s%s", len(whole), whole, hidden),
			"a length that is none":        begin + fmt.Sprintf("Content-Length: 0x%x\r\n\r\n%s%s", len(whole), whole, hidden),
			"a folded field":               begin + "X: y\r\n " + length + "\r\n" + hidden,
			"bare line feeds":              strings.ReplaceAll(begin+"Transfer-Encoding: x\r\n\r\n", "\r\n", "\n") + hidden,
			"a NUL":                        begin + "X: \x00\r\n" + length + "\r\n" + whole + hidden,
			"a line of a megabyte":         begin + "X: " + strings.Repeat("y", 1<<20) + "\r\n\r\n" + hidden,
			"a chunk that is none":         begin + "Transfer-Encoding: chunked\r\n\r\nz\r\n" + hidden,
			"a chunk that is too long":     begin + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + hidden,
			"a trailer that is a request":  begin + "Transfer-Encoding: chunked\r\n\r\n" + strings.TrimSuffix(chunk, "\r\n") + hidden,
			"pipelined after chunks":       begin + "Transfer-Encoding: chunked\r\n\r\n" + chunk + hidden,
			"an upgrade":                   "GET " + chat + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nAuthorization: Bearer bad\r\n\x00\r\n\r\n" + hidden,
			"an upgrade to HTTP/2":         begin + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 1, 2\r\n\r\n" + hidden,
			"an expectation that is none":  begin + "Expect: wonders\r\n" + length + "\r\n" + whole + hidden,
			"a method with a body in HEAD": strings.Replace(begin, "POST", "HEAD", 1) + "Content-Length: 3, 4\r\n\r\n" + hidden,
		} {
			t.Run(name+" at "+kind, func(t *testing.T) {
				if kind == "net/http" && lenient[name] {
					return
				}
				conn := dial(t, addr)
				go io.WriteString(conn, text)
				all, closed := statuses(conn)
				if reached.Swap(0) > 0 || len(all) > 1 || !closed {
					t.Errorf("statuses %v, closed %v: the hidden call was made, or another may follow", all, closed)
				}
			})
		}
	}
}

// A caller who leaves in the middle of a body has made no call.
func TestAnAbortedUploadIsNoCall(t *testing.T) {
	for kind, serve := range fronts {
		for name, text := range map[string]string{
			"with a length": "Content-Length: 500\r\n\r\n" + ask(false),
			"in chunks":     "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"mod\r\n40\r\nel",
		} {
			for how, leave := range map[string]func(*net.TCPConn){"closing": func(c *net.TCPConn) { c.Close() }, "half-closing": func(c *net.TCPConn) { c.CloseWrite() },
				"resetting": func(c *net.TCPConn) { c.SetLinger(0); c.Close() }} {
				t.Run(fmt.Sprintf("%s, %s, at %s", name, how, kind), func(t *testing.T) {
					h := newHouse(t, egress.Policy{})
					h.answers(func(w http.ResponseWriter, r *http.Request) { t.Error("the service was called") })
					conn := dial(t, serve(h))
					fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n%s", chat, h.keys["summarise"].Text().Reveal(), text)
					time.Sleep(20 * time.Millisecond)
					leave(conn.(*net.TCPConn))
					if how == "half-closing" {
						if all, closed := statuses(conn); len(all) > 1 || len(all) == 1 && all[0] != 400 || !closed {
							t.Errorf("statuses %v, closed %v", all, closed)
						}
					}
					time.Sleep(50 * time.Millisecond)
					if all := h.records(); len(all) != 0 {
						t.Errorf("records %+v", all)
					}
				})
			}
		}
	}
}

// While five hundred callers send their headers or bodies a byte at a time, others are served, and
// the slow ones are told in time that they were too slow.
func TestSlowCallersAreNotWaitedFor(t *testing.T) {
	slow := max(500, *stalledReaders)
	h := newHouse(t, egress.Policy{})
	h.gateway.BodyTime = time.Second
	srv := &front.Server{Handler: h.gateway.Handler(), Log: slog.New(slog.DiscardHandler), HeaderTime: time.Second}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go srv.Serve(l)
	defer srv.Close()
	key := h.keys["summarise"].Text().Reveal()
	head := "POST " + chat + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\nContent-Type: application/json\r\n"
	var all sync.WaitGroup
	var longest atomic.Int64
	for i := range slow {
		all.Go(func() {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			began := time.Now()
			if i%2 == 0 {
				io.WriteString(conn, head+"Content-Length: 500\r\n\r\n")
			} else {
				io.WriteString(conn, head)
			}
			gone := make(chan struct{})
			go func() { io.Copy(io.Discard, conn); close(gone) }()
			for {
				select {
				case <-gone:
					if took := int64(time.Since(began)); took > longest.Load() {
						longest.Store(took)
					}
					return
				case <-time.After(100 * time.Millisecond):
					io.WriteString(conn, "X")
				}
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	slowest := time.Duration(0)
	for range 50 {
		began := time.Now()
		if got := h.status("summarise"); got != 200 {
			t.Fatalf("status %d meanwhile", got)
		}
		slowest = max(slowest, time.Since(began))
	}
	all.Wait()
	t.Logf("%d slow callers; others were served within %v; the slow ones were sent away after at most %v", slow, slowest, time.Duration(longest.Load()))
	if slowest > time.Second || time.Duration(longest.Load()) > 5*time.Second {
		t.Error("that is too long")
	}
}

var stalledReaders = flag.Int("stalled-readers", 100, "how many callers take nothing of an answer; make soak has a thousand, and as many who send slowly")

// Callers who take nothing of what they asked for hold nothing for long.
func TestManyStalledReaders(t *testing.T) {
	readers := *stalledReaders
	h := newHouse(t, egress.Policy{})
	h.gateway.Stall = 300 * time.Millisecond
	var open atomic.Int32
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		open.Add(1)
		defer open.Add(-1)
		w.Header().Set("Content-Type", "text/event-stream")
		text := []byte(strings.Repeat(chunks[1], 100))
		for r.Context().Err() == nil {
			if _, err := w.Write(text); err != nil {
				return
			}
		}
	})
	files, body := openFiles(t), ask(true)
	var conns []net.Conn
	for range readers {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		must(t, err)
		conn.(*net.TCPConn).SetReadBuffer(4096)
		conns = append(conns, conn)
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", chat, h.keys["summarise"].Text().Reveal(), len(body), body)
	}
	within(t, 2*time.Minute, "every call is on record as left by its caller", func() bool {
		gone := 0
		for _, r := range h.records() {
			if r.Outcome == meter.CallerGone {
				gone++
			}
		}
		return gone == readers
	})
	within(t, time.Second, "no call to the service is open", func() bool { return open.Load() == 0 })
	for _, conn := range conns {
		conn.Close()
	}
	within(t, 5*time.Second, "the files are given back", func() bool { return openFiles(t) <= files+4 })
	h.answers(completion)
	if got := h.status("summarise second"); got != 200 {
		t.Errorf("the next call: %d", got)
	}
	t.Logf("%d callers read nothing; each is on record once, and nothing of theirs is open", readers)
}
