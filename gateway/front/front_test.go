package front

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A place is a server under test, ours or net/http's: a handler may not notice which it is.
type place struct {
	addr string
	mu   sync.Mutex
	seen []string // method, path and body of each request
}

func (p *place) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 1 && len(r.TransferEncoding) > 0 {
		w.Header().Set("Connection", "close") // as the gateway does, because net/http hides a length beside it
	}
	b, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		w.Header().Set("Connection", "close")
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	p.seen = append(p.seen, r.Method+" "+r.URL.Path+" "+string(b))
	p.mu.Unlock()
	fmt.Fprintf(w, "%s %s %d", r.Method, r.URL.Path, len(b))
}

func (p *place) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.seen...)
}

func serve(t *testing.T, s *Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Log = slog.New(slog.DiscardHandler)
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve ended with %v", err)
		}
	})
	return l.Addr().String()
}

func ours(t *testing.T, h http.Handler) string { return serve(t, &Server{Handler: h}) }

func theirs(t *testing.T, h http.Handler) string {
	s := httptest.NewServer(h)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

var both = map[string]func(t *testing.T, h http.Handler) string{"front": ours, "net/http": theirs}

// untold is front where the kernel does not tell who leaves.
func untold(t *testing.T, h http.Handler) string {
	s := &Server{Handler: h}
	s.start()
	s.leave.Close()
	return serve(t, s)
}

var all = map[string]func(t *testing.T, h http.Handler) string{"front": ours, "front, untold": untold, "net/http": theirs}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	return conn
}

// answers sends bytes and reads every answer until the connection is closed or nothing more comes.
func answers(t *testing.T, addr, text string) (statuses []int, bodies []string, closed bool) {
	t.Helper()
	conn := dial(t, addr)
	go io.WriteString(conn, text)
	conn.SetReadDeadline(time.Now().Add(400 * time.Millisecond))
	for r := bufio.NewReader(conn); ; {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			var slow net.Error
			return statuses, bodies, !(errors.As(err, &slow) && slow.Timeout())
		}
		b, _ := io.ReadAll(resp.Body)
		statuses, bodies = append(statuses, resp.StatusCode), append(bodies, string(b))
	}
}

// A request that two readers could read in two ways never brings a second one with it.
func TestNothingIsSmuggled(t *testing.T) {
	const hidden = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	post := func(fields, body string) string { return "POST /seen HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body }
	for name, text := range map[string]string{
		"length and chunks":              post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"+hidden),
		"chunks and length":              post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"+hidden),
		"two lengths":                    post("Content-Length: 0\r\nContent-Length: 35\r\n", hidden),
		"a list of lengths":              post("Content-Length: 0, 35\r\n", hidden),
		"a signed length":                post("Content-Length: +0\r\n", hidden),
		"a length with a space before":   post("Content-Length : 0\r\n", hidden),
		"a coding with a space before":   post("Transfer-Encoding : chunked\r\nContent-Length: 35\r\n", hidden),
		"a disguised coding":             post("Transfer-Encoding: xchunked\r\n", hidden),
		"two codings":                    post("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n"+hidden),
		"a coding twice":                 post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"+hidden),
		"a folded coding":                post("X: y\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n"+hidden),
		"a coding with a vertical tab":   post("Transfer-Encoding: \x0bchunked\r\n", "0\r\n\r\n"+hidden),
		"a NUL in a name":                post("Content\x00-Length: 35\r\n", hidden),
		"a bare CR in a value":           post("X: y\rContent-Length: 35\r\n", hidden),
		"a chunk's size with a sign":     post("Transfer-Encoding: chunked\r\n", "+0\r\n\r\n"+hidden),
		"a chunk's size with 0x":         post("Transfer-Encoding: chunked\r\n", "0x0\r\n\r\n"+hidden),
		"a chunk that overflows":         post("Transfer-Encoding: chunked\r\n", "10000000000000000\r\n\r\n"+hidden),
		"a chunk without its line break": post("Transfer-Encoding: chunked\r\n", "1\r\nAB\r\n0\r\n\r\n"+hidden),
		"an extension with a bare CR":    post("Transfer-Encoding: chunked\r\n", "1;a\rb\r\nA\r\n0\r\n\r\n"+hidden),
		"chunks in HTTP/1.0":             "POST /seen HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"HTTP/1.0 goes on":               "GET /seen HTTP/1.0\r\nHost: x\r\n\r\n" + hidden,
		"two hosts":                      "GET /seen HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + hidden,
		"a body after an end":            post("Connection: close\r\nContent-Length: 0\r\n", hidden),
	} {
		for kind, start := range both {
			t.Run(name+" at "+kind, func(t *testing.T) {
				p := &place{}
				statuses, _, closed := answers(t, start(t, p), text)
				for _, r := range p.requests() {
					if strings.Contains(r, "/smuggled ") {
						t.Errorf("the hidden request was served: %q, statuses %v", p.requests(), statuses)
					}
				}
				if !closed {
					t.Errorf("the connection stays open after %v", statuses)
				}
			})
		}
	}
}

func TestRequestsAreAnsweredAlike(t *testing.T) {
	const get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
	for _, c := range []struct {
		name, text string
		statuses   []int
		seen       []string
		closed     bool
	}{
		{"one", get, []int{200}, []string{"GET /a "}, false},
		{"three at once", get + get + get, []int{200, 200, 200}, []string{"GET /a ", "GET /a ", "GET /a "}, false},
		{"bodies at once", "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nde", []int{200, 200}, []string{"POST /a abc", "POST /b de"}, false},
		{"chunks", "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n", []int{200}, []string{"POST /a abc"}, true},
		{"an end is asked for", "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n" + get, []int{200}, []string{"GET /a "}, true},
		{"HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n", []int{200}, []string{"GET /a "}, true},
		{"an absolute address", "GET http://y/a?b HTTP/1.1\r\nHost: x\r\n\r\n", []int{200}, []string{"GET /a "}, false},
		{"no host", "GET /a HTTP/1.1\r\n\r\n", []int{400}, nil, true},
		{"a host that is none", "GET /a HTTP/1.1\r\nHost: a b\r\n\r\n", []int{400}, nil, true},
		{"no version", "GET /a\r\nHost: x\r\n\r\n", []int{400}, nil, true},
		{"another version", "GET /a HTTP/3.0\r\nHost: x\r\n\r\n", []int{505}, nil, true},
		{"a method that is none", "GE(T /a HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}, nil, true},
		{"a name that is none", "GET /a HTTP/1.1\r\nHost: x\r\nX (: y\r\n\r\n", []int{400}, nil, true},
		{"an unknown coding", "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", []int{501}, nil, true},
		{"an unknown expectation", "POST /a HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nContent-Length: 3\r\n\r\nabc", []int{417}, nil, true},
		{"a body that ends early", "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", []int{400}, nil, true},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", []int{400}, nil, true},
	} {
		for kind, start := range both {
			t.Run(c.name+" at "+kind, func(t *testing.T) {
				p := &place{}
				statuses, bodies, closed := answers(t, start(t, p), c.text)
				if diff := cmp.Diff(c.statuses, statuses) + cmp.Diff(c.seen, p.requests()); diff != "" || closed != c.closed {
					t.Errorf("closed %v, answers %q, want- got+\n%s", closed, bodies, diff)
				}
			})
		}
	}
}

// Where net/http lets pass what we refuse.
func TestOnlyTheFrontRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"bare line feeds":       "GET /a HTTP/1.1\nHost: x\n\n",
		"the same length twice": "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
		"a connect":             "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n",
		"a space too many":      "GET  /a HTTP/1.1\r\nHost: x\r\n\r\n",
		"a tab":                 "GET\t/a HTTP/1.1\r\nHost: x\r\n\r\n",
		"too many fields":       "GET /a HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X: y\r\n", maxFields) + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			p := &place{}
			statuses, _, closed := answers(t, ours(t, p), text)
			if len(statuses) != 1 || statuses[0]/100 != 4 || !closed || len(p.requests()) > 0 {
				t.Errorf("statuses %v, closed %v, seen %q", statuses, closed, p.requests())
			}
		})
	}
}

func TestBoundsHold(t *testing.T) {
	s := &Server{Handler: &place{}, HeaderTime: 100 * time.Millisecond, IdleTime: 100 * time.Millisecond}
	addr := serve(t, s)
	for name, text := range map[string]string{
		"nothing":            "",
		"half a header":      "GET / HTTP/1.1\r\nHost",
		"silence afterwards": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"half a body":        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
		"half a chunk":       "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
	} {
		t.Run(name, func(t *testing.T) {
			conn, began := dial(t, addr), time.Now()
			io.WriteString(conn, text)
			io.Copy(io.Discard, conn)
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it held the connection for %v", took)
			}
		})
	}
	t.Run("a header byte by byte", func(t *testing.T) {
		conn, began := dial(t, addr), time.Now()
		for range 200 {
			if _, err := io.WriteString(conn, "X"); err != nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if took := time.Since(began); took > 1500*time.Millisecond {
			t.Errorf("it was waited for %v", took)
		}
	})
	t.Run("a huge header", func(t *testing.T) {
		statuses, _, closed := answers(t, addr, "GET / HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("y", 100<<10)+"\r\n\r\n")
		if len(statuses) != 1 || statuses[0] != 431 || !closed {
			t.Errorf("statuses %v, closed %v", statuses, closed)
		}
	})
}

// A caller who leaves ends the context of its call, whichever way it leaves.
func TestLeavingEndsTheCall(t *testing.T) {
	for name, leave := range map[string]func(net.Conn){
		"closing":      func(c net.Conn) { c.Close() },
		"half-closing": func(c net.Conn) { c.(*net.TCPConn).CloseWrite() },
		"resetting":    func(c net.Conn) { c.(*net.TCPConn).SetLinger(0); c.Close() },
	} {
		for kind, start := range all {
			t.Run(name+" at "+kind, func(t *testing.T) {
				ended := make(chan error, 1)
				addr := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					select {
					case <-r.Context().Done():
						ended <- nil
					case <-time.After(3 * time.Second):
						ended <- errors.New("the call goes on")
					}
				}))
				conn := dial(t, addr)
				io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na")
				time.Sleep(50 * time.Millisecond)
				leave(conn)
				if err := <-ended; err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// Closing the server ends its calls, whether or not the kernel tells who leaves.
func TestClosingEndsTheCall(t *testing.T) {
	for _, told := range []bool{true, false} {
		began, ended := make(chan struct{}), make(chan struct{})
		s := &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(began)
			<-r.Context().Done()
			close(ended)
		})}
		s.start()
		if !told {
			s.leave.Close()
		}
		conn := dial(t, serve(t, s))
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		<-began
		s.Close()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Errorf("told %v: the call goes on", told)
		}
	}
}

// What a long call's caller sends meanwhile is the next request, whole.
func TestSendingDuringACallIsTheNextRequest(t *testing.T) {
	for kind, start := range all {
		t.Run(kind, func(t *testing.T) {
			var calls atomic.Int32
			addr := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				time.Sleep(100 * time.Millisecond)
				io.WriteString(w, r.URL.Path)
			}))
			conn := dial(t, addr)
			r := bufio.NewReader(conn)
			io.WriteString(conn, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
			time.Sleep(60 * time.Millisecond)
			for i := range 3 {
				fmt.Fprintf(conn, "GET /%d HTTP/1.1\r\nHost: x\r\n\r\n", i+2)
			}
			for i := range 4 {
				resp, err := http.ReadResponse(r, nil)
				if err != nil {
					t.Fatal(err)
				}
				if b, _ := io.ReadAll(resp.Body); string(b) != fmt.Sprintf("/%d", i+1) {
					t.Errorf("answer %d is %q", i+1, b)
				}
			}
			if calls.Load() != 4 {
				t.Errorf("%d calls", calls.Load())
			}
		})
	}
}

func TestAnswersAreFramedAlike(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"short":      func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") },
		"nothing":    func(w http.ResponseWriter, r *http.Request) {},
		"no content": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) },
		"a length": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "5")
			io.WriteString(w, "hello")
		},
		"large": func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, strings.Repeat("x", 100<<10)) },
		"in pieces": func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "a")
			w.(http.Flusher).Flush()
			io.WriteString(w, "b")
		},
		"early hints": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(103); io.WriteString(w, "after") },
		"an error":    func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", 418) },
		"a bad field": func(w http.ResponseWriter, r *http.Request) { w.Header().Set("X", "a\r\nY: b"); io.WriteString(w, "x") },
	} {
		for _, method := range []string{"GET", "HEAD"} {
			t.Run(name+" to "+method, func(t *testing.T) {
				got := map[string]string{}
				for kind, start := range both {
					addr := start(t, h)
					for range 2 { // the connection stays usable
						req, _ := http.NewRequest(method, "http://"+addr, nil)
						resp, err := http.DefaultTransport.RoundTrip(req)
						if err != nil {
							t.Fatal(err)
						}
						b, err := io.ReadAll(resp.Body)
						resp.Body.Close()
						got[kind] = fmt.Sprint(resp.StatusCode, len(b), err, resp.Header["X"], resp.Header["Y"])
						if method == "GET" {
							got[kind] += fmt.Sprint(resp.ContentLength, resp.TransferEncoding)
						}
					}
				}
				if got["front"] != got["net/http"] {
					t.Errorf("ours %s, theirs %s", got["front"], got["net/http"])
				}
			})
		}
	}
}

func TestGoingOnIsSaidOnlyWhenTheBodyIsRead(t *testing.T) {
	for kind, start := range both {
		t.Run(kind, func(t *testing.T) {
			addr := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/read" {
					io.Copy(w, r.Body)
					return
				}
				http.Error(w, "no", 403)
			}))
			for path, want := range map[string][]int{"/read": {100, 200}, "/refuse": {403}} {
				conn := dial(t, addr)
				r := bufio.NewReader(conn)
				fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", path)
				for _, status := range want {
					resp, err := http.ReadResponse(r, nil)
					if err != nil || resp.StatusCode != status {
						t.Fatalf("%s: got %v, %v; want %d", path, resp, err, status)
					}
					if status == 100 {
						io.WriteString(conn, "ok")
					}
				}
			}
		})
	}
}

func TestAnAbortedAnswerIsNotTakenForWhole(t *testing.T) {
	for kind, start := range both {
		t.Run(kind, func(t *testing.T) {
			addr := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				io.WriteString(w, "half")
				w.(http.Flusher).Flush()
				panic(http.ErrAbortHandler)
			}))
			resp, err := http.DefaultTransport.RoundTrip(httptest.NewRequest("GET", "http://"+addr, nil))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if b, err := io.ReadAll(resp.Body); err == nil {
				t.Errorf("%q is taken for whole", b)
			}
		})
	}
}

func TestAStalledReaderIsCutOff(t *testing.T) {
	ended := make(chan error, 1)
	addr := ours(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for {
			http.NewResponseController(w).SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				ended <- err
				return
			}
		}
	}))
	conn := dial(t, addr)
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	select {
	case err := <-ended:
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
	case <-time.After(3 * time.Second):
		t.Fatal("it is waited for")
	}
}

func TestHijackingGivesWhatWasRead(t *testing.T) {
	for kind, start := range both {
		t.Run(kind, func(t *testing.T) {
			addr := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				conn, rw, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
				line, _ := rw.ReadString('\n')
				io.WriteString(conn, line)
			}))
			conn := dial(t, addr)
			io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nhello\n")
			b, err := io.ReadAll(conn)
			if err != nil || !strings.HasSuffix(string(b), "\r\n\r\nhello\n") {
				t.Errorf("%q, %v", b, err)
			}
		})
	}
}

func protocols(set func(*http.Protocols)) *http.Protocols {
	p := &http.Protocols{}
	set(p)
	return p
}

func TestHTTP2WithAndWithoutTLS(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		fmt.Fprint(w, r.Proto, " ", string(b), " ", r.TLS != nil)
	})
	certified := httptest.NewUnstartedServer(nil)
	certified.StartTLS()
	defer certified.Close()
	config := certified.TLS.Clone()
	config.NextProtos = []string{"h2", "http/1.1"}
	plain, secure := ours(t, h), serve(t, &Server{Handler: h, TLS: config})
	trust := &tls.Config{RootCAs: certified.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, ServerName: "example.com"}
	for _, c := range []struct {
		name, url, want string
		protocols       *http.Protocols
	}{
		{"h2c", "http://" + plain, "HTTP/2.0 body false", protocols(func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) })},
		{"HTTP/1.1", "http://" + plain, "HTTP/1.1 body false", protocols(func(p *http.Protocols) { p.SetHTTP1(true) })},
		{"h2", "https://" + secure, "HTTP/2.0 body true", protocols(func(p *http.Protocols) { p.SetHTTP2(true) })},
		{"HTTP/1.1 with TLS", "https://" + secure, "HTTP/1.1 body true", protocols(func(p *http.Protocols) { p.SetHTTP1(true) })},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := &http.Client{Transport: &http.Transport{Protocols: c.protocols, TLSClientConfig: trust.Clone()}}
			defer client.CloseIdleConnections()
			for range 3 {
				resp, err := client.Post(c.url, "text/plain", strings.NewReader("body"))
				if err != nil {
					t.Fatal(err)
				}
				b, _ := io.ReadAll(resp.Body)
				resp.Body.Close()
				if string(b) != c.want {
					t.Errorf("got %q, want %q", b, c.want)
				}
			}
		})
	}
}

func TestShutdownLetsCallsEnd(t *testing.T) {
	began, release := make(chan struct{}), make(chan struct{})
	s := &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(began)
		<-release
		io.WriteString(w, "done")
	})}
	addr := serve(t, s)
	idle := dial(t, addr)
	conn := dial(t, addr)
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	<-began
	ended := make(chan error, 1)
	go func() { ended <- s.Shutdown(context.Background()) }()
	if _, err := idle.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("an idle connection: %v", err)
	}
	select {
	case err := <-ended:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || !resp.Close {
		t.Fatalf("%v, %v", resp, err)
	}
	if b, _ := io.ReadAll(resp.Body); string(b) != "done" {
		t.Errorf("%q", b)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", addr); err == nil {
		t.Error("it still listens")
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	s := &Server{Handler: &place{}, Log: slog.New(slog.DiscardHandler)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	for range 20 {
		conn := dial(t, l.Addr().String())
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		conn.Read(make([]byte, 1000))
	}
	s.Close()
	for range 200 {
		if runtime.NumGoroutine() <= before+1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}

func TestAServerThatIsClosedServesNobody(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Handler: http.NotFoundHandler()}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("serving ends with %v", err)
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("the listener still listens")
	}
}
