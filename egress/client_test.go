package egress

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/wire"
)

// A peer answers each request on each connection with bytes that a test gives.
type peer struct {
	addr     string
	conns    atomic.Int32
	requests atomic.Int32
}

// newPeer serves connections with f, which gets the number of the connection, from 1.
func newPeer(t *testing.T, f func(p *peer, number int, conn net.Conn, r *bufio.Reader)) *peer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{addr: l.Addr().String()}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			number := int(p.conns.Add(1))
			all.Go(func() { defer conn.Close(); f(p, number, conn, bufio.NewReader(conn)) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return p
}

// request reads the next request whole; false at the end of the connection.
func (p *peer) request(r *bufio.Reader) bool {
	req, err := http.ReadRequest(r)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, req.Body)
	p.requests.Add(1)
	return err == nil
}

// saying answers every request with the same bytes.
func saying(text string) func(p *peer, number int, conn net.Conn, r *bufio.Reader) {
	return func(p *peer, _ int, conn net.Conn, r *bufio.Reader) {
		for p.request(r) {
			if _, err := io.WriteString(conn, text); err != nil {
				return
			}
		}
	}
}

const short = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// caller calls a peer through the policy's round tripper, which the test closes.
func caller(t *testing.T, p *peer, policy Policy) *Client {
	t.Helper()
	policy.Allow = append(policy.Allow, p.addr)
	c := policy.Caller()
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func call(t *testing.T, c *Client, method, url, body string) (*http.Response, string, error) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.RoundTrip(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp, string(b), err
}

func TestAnswersAreReadAsTheStandardSays(t *testing.T) {
	for _, c := range []struct {
		name, method, text string
		status             int
		body               string
		conns              int32 // after two calls: 1 if the connection is kept
	}{
		{"a length", "POST", short, 200, "ok", 1},
		{"chunks", "POST", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n", 200, "ok", 1},
		{"no reason", "POST", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200, "ok", 1},
		{"interim answers", "POST", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + short, 200, "ok", 1},
		{"no content", "POST", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", 1},
		{"not modified", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", 304, "", 1},
		{"an answer to HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", 200, "", 1},
		{"an announced end", "POST", "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nok", 200, "ok", 2},
		{"HTTP/1.0", "POST", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", 2},
		{"more than the answer", "POST", short + "HTTP/1.1 200 OK\r\n", 200, "ok", 2},
		{"kept for no time", "POST", "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=0\r\nContent-Length: 2\r\n\r\nok", 200, "ok", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPeer(t, saying(c.text))
			client := caller(t, p, Policy{})
			for range 2 {
				resp, body, err := call(t, client, c.method, "http://"+p.addr+"/v1", "{}")
				if err != nil || resp.StatusCode != c.status || body != c.body {
					t.Fatalf("got %v, %q, %v", resp, body, err)
				}
				time.Sleep(5 * time.Millisecond)
			}
			if got := p.conns.Load(); got != c.conns {
				t.Errorf("%d connections for two calls, want %d", got, c.conns)
			}
		})
	}
}

func TestAnswersThatAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"two framings":     "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"two lengths":      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
		"a folded line":    "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/2":           "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
		"no status":        "HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\nok",
		"a long status":    "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok",
		"a signed status":  "HTTP/1.1 +20 OK\r\nContent-Length: 2\r\n\r\nok",
		"a NUL":            "HTTP/1.1 200 OK\r\nX: \x00\r\nContent-Length: 2\r\n\r\nok",
		"endless interims": strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100) + short,
		"a huge header":    "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 70<<10) + "\r\n\r\n",
		"another coding":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok",
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, saying(text))
			resp, body, err := call(t, caller(t, p, Policy{}), "POST", "http://"+p.addr+"/v1", "{}")
			var hidden *Error
			if !errors.As(err, &hidden) || hidden.Timeout() {
				t.Fatalf("got %v, %q, %v; want a refusal", resp, body, err)
			}
			if p.requests.Load() != 1 {
				t.Errorf("%d requests", p.requests.Load())
			}
		})
	}
}

// A kept connection that the upstream has closed costs the caller nothing; one that it closes on the
// call may have charged for it, so only a safe method is sent again.
func TestACallIsMadeTwiceOnlyIfNobodyIsChargedTwice(t *testing.T) {
	t.Run("closed before the call", func(t *testing.T) {
		p := newPeer(t, func(p *peer, _ int, conn net.Conn, r *bufio.Reader) {
			if p.request(r) {
				io.WriteString(conn, short) // and the connection is closed, without a word
			}
		})
		c := caller(t, p, Policy{})
		for range 3 {
			if _, body, err := call(t, c, "POST", "http://"+p.addr, "{}"); err != nil || body != "ok" {
				t.Fatalf("%q, %v", body, err)
			}
			time.Sleep(20 * time.Millisecond)
		}
		if p.requests.Load() != 3 {
			t.Errorf("%d requests for three calls", p.requests.Load())
		}
	})
	for method, want := range map[string]int32{"POST": 2, "GET": 3} {
		t.Run("closed on a "+method, func(t *testing.T) {
			p := newPeer(t, func(p *peer, number int, conn net.Conn, r *bufio.Reader) {
				for n := 1; p.request(r); n++ {
					if number == 1 && n == 2 {
						return // after the request was read
					}
					io.WriteString(conn, short)
				}
			})
			c := caller(t, p, Policy{})
			if _, _, err := call(t, c, method, "http://"+p.addr, ""); err != nil {
				t.Fatal(err)
			}
			_, _, err := call(t, c, method, "http://"+p.addr, "")
			if (err == nil) != (method == "GET") || p.requests.Load() != want {
				t.Errorf("%v after %d requests, want %d", err, p.requests.Load(), want)
			}
		})
	}
}

func TestLeavingClosesTheConnection(t *testing.T) {
	for _, text := range []string{"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"} {
		gone := make(chan struct{})
		p := newPeer(t, func(p *peer, _ int, conn net.Conn, r *bufio.Reader) {
			p.request(r)
			io.WriteString(conn, text)
			r.ReadByte()
			close(gone)
		})
		ctx, leave := context.WithCancel(context.Background())
		req, _ := http.NewRequestWithContext(ctx, "POST", "http://"+p.addr, strings.NewReader("{}"))
		time.AfterFunc(30*time.Millisecond, leave)
		resp, err := caller(t, p, Policy{}).RoundTrip(req)
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			resp.Body.Close()
		}
		if !errors.Is(err, context.Canceled) && text == "" || err == nil {
			t.Errorf("got %v", err)
		}
		select {
		case <-gone:
		case <-time.After(2 * time.Second):
			t.Fatal("the upstream goes on")
		}
	}
}

// An upstream may answer before it has read the whole body, and that answer arrives.
func TestAnEarlyAnswerToALargeBody(t *testing.T) {
	p := newPeer(t, func(p *peer, _ int, conn net.Conn, r *bufio.Reader) {
		if _, err := http.ReadRequest(r); err == nil {
			io.WriteString(conn, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")
			time.Sleep(200 * time.Millisecond)
		}
	})
	body := strings.Repeat("x", 32<<20)
	resp, text, err := call(t, caller(t, p, Policy{}), "POST", "http://"+p.addr, body)
	if err != nil || resp.StatusCode != 413 || text != "no" {
		t.Fatalf("got %v, %q, %v", resp, text, err)
	}
}

func TestBodiesArriveWhole(t *testing.T) {
	s, policy := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%d %d %v", len(b), r.ContentLength, r.TransferEncoding)
	})
	c := policy.Caller()
	defer c.CloseIdleConnections()
	for _, size := range []int{0, 1, inline, inline + 1, 1 << 20} {
		text := strings.Repeat("x", size)
		for _, body := range []io.Reader{strings.NewReader(text), io.MultiReader(strings.NewReader(text))} {
			req, _ := http.NewRequest("POST", s.URL, body)
			resp, err := c.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if _, known := body.(*strings.Reader); err != nil || !strings.HasPrefix(string(got), fmt.Sprintf("%d ", size)) || strings.Contains(string(got), "chunked") == known {
				t.Errorf("%d bytes: %q, %v", size, got, err)
			}
		}
	}
}

// An upstream that sends its header byte by byte does not outlast the bound for the whole of it.
func TestATricklingHeaderIsATimeout(t *testing.T) {
	p := newPeer(t, func(p *peer, _ int, conn net.Conn, r *bufio.Reader) {
		p.request(r)
		for range 200 {
			if _, err := io.WriteString(conn, "H"); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
	began := time.Now()
	_, _, err := call(t, caller(t, p, Policy{Header: 100 * time.Millisecond}), "POST", "http://"+p.addr, "{}")
	var hidden *Error
	if !errors.As(err, &hidden) || !hidden.Timeout() || time.Since(began) > time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestAHeaderThatWouldSmuggleIsNotSent(t *testing.T) {
	p := newPeer(t, saying(short))
	c := caller(t, p, Policy{})
	for _, edit := range []func(*http.Request){
		func(r *http.Request) { r.Header["X"] = []string{"a\r\nY: b"} },
		func(r *http.Request) { r.Header["X: a\r\nY"] = []string{"b"} },
		func(r *http.Request) { r.Host = "a\r\nX: y" },
		func(r *http.Request) { r.Method = "GET / HTTP/1.1\r\nX:" },
		func(r *http.Request) { r.URL.RawQuery = "a b" },
	} {
		req, _ := http.NewRequest("POST", "http://"+p.addr, nil)
		edit(req)
		if _, err := c.RoundTrip(req); err == nil {
			t.Errorf("%v was sent", req)
		}
	}
	if p.requests.Load() != 0 {
		t.Errorf("%d requests arrived", p.requests.Load())
	}
}

func TestTLSUpstreamsOverHTTP1(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }))
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c := Policy{Allow: []string{s.Listener.Addr().String()}, Roots: roots}.Caller()
	defer c.CloseIdleConnections()
	for range 3 {
		if _, body, err := call(t, c, "POST", s.URL, "{}"); err != nil || body != "HTTP/1.1" {
			t.Fatalf("%q, %v", body, err)
		}
	}
	if len(c.idle) != 1 || c.kept != 1 {
		t.Errorf("%d connections are kept for %d origins", c.kept, len(c.idle))
	}
}

// FuzzAnswer: whatever an upstream sends, reading it ends, and what is said to be whole is.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(short))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.0 404 x\r\n\r\nbody"))
	f.Add([]byte("HTTP/1.1 204 No Content\r\nKeep-Alive: timeout=3, max=1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		v := &conn{}
		v.in = wire.Reader{From: bytes.NewReader(text)}
		a := &answer{conn: v}
		if a.read(&Call{Method: "POST"}) != nil {
			return
		}
		if s := a.resp.StatusCode; s < 100 || s > 999 || s < 200 && s != 101 {
			t.Fatalf("status %d", s)
		}
		n, err := io.Copy(io.Discard, &a.body)
		if a.resp.ContentLength > 0 && a.body.Ended() && a.resp.StatusCode/100 != 1 && n != a.resp.ContentLength && n != 0 {
			t.Fatalf("%d bytes of %d are taken for the whole", n, a.resp.ContentLength)
		}
		if err != nil && a.body.Ended() {
			t.Fatalf("%v, and whole", err)
		}
	})
}
