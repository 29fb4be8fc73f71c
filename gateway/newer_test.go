package gateway_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/egress"
	"entente/meter"
)

const h2GoAway = 7

// identity is a certificate for 127.0.0.1, and who vouches for it.
func identity() (tls.Certificate, *x509.CertPool) {
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.TLS.Certificates[0], roots
}

// secures makes an https address the place where summarise is served.
func (h *house) secures(address string, roots *x509.CertPool) {
	policy := h.upstreams.Policy
	policy.Allow, policy.Roots = append(policy.Allow, address), roots
	transport := policy.Caller()
	h.upstreams.Policy, h.gateway.Transport = policy, transport
	h.t.Cleanup(transport.CloseIdleConnections)
	must(h.t, h.upstreams.Set(context.Background(), egress.Upstream{Agreement: string(theAgreement), Component: "summarise", Environment: string(agreement.Production),
		Address: "https://" + address + "/v1", Header: "Authorization"}, access.NewSecret(secret)))
}

// A newer is an upstream that speaks HTTP/2 frame by frame. Its answer gets the stream of each call when the call
// is whole.
type newer struct {
	net.Conn
	answer func(n *newer, stream uint32)
}

func (n *newer) send(kind, flags byte, stream uint32, payload []byte) {
	_, _ = n.Write(h2Frame(kind, flags, stream, payload))
}

// says begins an answer.
func (n *newer) says(flags byte, stream uint32, fields ...string) {
	n.send(h2Headers, endHeaders|flags, stream, h2Fields(fields...))
}

func (n *newer) serve() {
	defer n.Close()
	n.SetDeadline(time.Now().Add(20 * time.Second))
	preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	if _, err := io.ReadFull(n, preface); err != nil {
		return
	}
	n.send(h2Settings, 0, 0, nil)
	for head := make([]byte, 9); ; {
		if _, err := io.ReadFull(n, head); err != nil {
			return
		}
		length := int64(head[0])<<16 | int64(head[1])<<8 | int64(head[2])
		if _, err := io.CopyN(io.Discard, n, length); err != nil {
			return
		}
		kind, flags, stream := head[3], head[4], binary.BigEndian.Uint32(head[5:])
		switch {
		case kind == h2Settings && flags == 0:
			n.send(h2Settings, 1, 0, nil)
		case (kind == h2Data || kind == h2Headers) && flags&endStream != 0:
			n.answer(n, stream)
		}
	}
}

// answersNewer serves summarise over HTTP/2, frame by frame.
func (h *house) answersNewer(answer func(n *newer, stream uint32)) {
	certificate, roots := identity()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}})
	must(h.t, err)
	h.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go (&newer{Conn: conn, answer: answer}).serve()
		}
	}()
	h.secures(l.Addr().String(), roots)
}

func code(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

// However an upstream fails that speaks HTTP/2, the caller gets a bounded answer that tells nothing of its
// insides, and the call is metered once.
func TestUpstreamFailuresOverHTTP2(t *testing.T) {
	for _, c := range []struct {
		name    string
		answer  func(n *newer, stream uint32)
		status  int
		code    string
		outcome meter.Outcome
	}{
		{"it hangs", func(*newer, uint32) {}, 504, "upstream-timeout", meter.UpstreamTimeout},
		{"it refuses the stream", func(n *newer, stream uint32) { n.send(h2Reset, 0, stream, code(7)) }, 502, "upstream-unreachable", meter.UpstreamError},
		{"it resets the stream", func(n *newer, stream uint32) { n.send(h2Reset, 0, stream, code(2)) }, 502, "upstream-unreachable", meter.UpstreamError},
		{"it goes away", func(n *newer, stream uint32) {
			n.send(h2GoAway, 0, 0, append(append(code(0), code(0)...), inside...))
			n.Close()
		}, 502, "upstream-unreachable", meter.UpstreamError},
		{"it goes away in anger", func(n *newer, stream uint32) {
			n.send(h2GoAway, 0, 0, append(append(code(stream), code(11)...), inside...))
			n.Close()
		}, 502, "upstream-unreachable", meter.UpstreamError},
		{"it closes", func(n *newer, _ uint32) { n.Close() }, 502, "upstream-unreachable", meter.UpstreamError},
		{"it talks garbage", func(n *newer, _ uint32) { io.WriteString(n, "HTTP/1.1 200 OK\r\n\r\n"+inside) }, 502, "upstream-unreachable", meter.UpstreamError},
		{"its fields are garbage", func(n *newer, stream uint32) { n.send(h2Headers, endHeaders, stream, []byte(inside)) }, 502, "upstream-unreachable", meter.UpstreamError},
		{"it has no status", func(n *newer, stream uint32) { n.says(endStream, stream, "x-inside", inside) }, 502, "upstream-unreachable", meter.UpstreamError},
		{"its status is none", func(n *newer, stream uint32) { n.says(endStream, stream, ":status", "2x0") }, 502, "upstream-unreachable", meter.UpstreamError},
		{"its header goes on for ever", func(n *newer, stream uint32) {
			n.send(h2Headers, 0, stream, h2Fields(":status", "200"))
			for range 20_000 {
				if _, err := n.Write(h2Frame(h2Continuation, 0, stream, h2Fields("x-y", strings.Repeat("y", 100)))); err != nil {
					return
				}
			}
		}, 502, "upstream-unreachable", meter.UpstreamError},
		{"it is about to answer for ever", func(n *newer, stream uint32) {
			for range 10_000 {
				n.says(0, stream, ":status", "103", "link", strings.Repeat("x", 100))
			}
		}, 502, "upstream-unreachable", meter.UpstreamError},
		{"its body is shorter than stated", func(n *newer, stream uint32) {
			n.says(0, stream, ":status", "200", "content-type", "application/json", "content-length", "100")
			n.send(h2Data, endStream, stream, nil)
		}, 502, "upstream-unreachable", meter.UpstreamError},
		{"its data come without a header", func(n *newer, stream uint32) { n.send(h2Data, endStream, stream, []byte(inside)) }, 502, "upstream-unreachable", meter.UpstreamError},
		{"it pushes", func(n *newer, stream uint32) {
			n.send(5, endHeaders, stream, append(code(2), h2Fields(":status", "200")...))
		}, 502, "upstream-unreachable", meter.UpstreamError},
		{"it redirects", func(n *newer, stream uint32) {
			n.says(endStream, stream, ":status", "307", "location", "http://169.254.169.254/"+inside)
		}, 502, "upstream-redirected", meter.UpstreamError},
		{"it fails", func(n *newer, stream uint32) {
			n.says(0, stream, ":status", "500")
			n.send(h2Data, endStream, stream, []byte(inside))
		}, 502, "upstream-failed", meter.UpstreamError},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, quick)
			var reached atomic.Int32
			h.answersNewer(func(n *newer, stream uint32) {
				reached.Add(1)
				c.answer(n, stream)
			})
			began := time.Now()
			r := h.call("POST", chat, "summarise", ask(false))
			p := r.problem(t)
			if r.StatusCode != c.status || p.Code != c.code {
				t.Errorf("%d %s, want %d %s", r.StatusCode, p.Code, c.status, c.code)
			}
			if took := time.Since(began); took > 3*time.Second || reached.Load() > 2 {
				t.Errorf("it took %v, and %d calls to the service", took, reached.Load())
			}
			for _, never := range []string{"secret", "10.0.0.7", "127.0.0.1", "panic", "http2", "169.254"} {
				if strings.Contains(string(r.body), never) {
					t.Errorf("the caller reads %q in %s", never, r.body)
				}
			}
			if rec := h.record(); rec.Outcome != c.outcome || rec.Status != c.status || rec.ID.String() != r.Header.Get("Entente-Usage-Id") {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// When an upstream breaks off that speaks HTTP/2, the caller cannot take the part for the whole, and what was
// delivered is on the record.
func TestUpstreamFailuresInAnAnswerOverHTTP2(t *testing.T) {
	events := func(then func(n *newer, stream uint32)) func(n *newer, stream uint32) {
		return func(n *newer, stream uint32) {
			n.says(0, stream, ":status", "200", "content-type", "text/event-stream")
			n.send(h2Data, 0, stream, []byte(strings.Join(chunks[:3], "")))
			then(n, stream)
		}
	}
	for _, c := range []struct {
		name    string
		answer  func(n *newer, stream uint32)
		outcome meter.Outcome
		says    string
	}{
		{"it goes silent", events(func(*newer, uint32) {}), meter.UpstreamTimeout, "upstream-timeout"},
		{"it resets the stream", events(func(n *newer, stream uint32) { n.send(h2Reset, 0, stream, code(2)) }), meter.UpstreamError, "upstream-broke-off"},
		{"it goes away", events(func(n *newer, stream uint32) { n.send(h2GoAway, 0, 0, append(code(0), code(11)...)); n.Close() }), meter.UpstreamError, "upstream-broke-off"},
		{"it closes", events(func(n *newer, _ uint32) { n.Close() }), meter.UpstreamError, "upstream-broke-off"},
		{"it pings and says nothing", events(func(n *newer, _ uint32) {
			for range 100 {
				n.send(h2Ping, 0, 0, make([]byte, 8))
				time.Sleep(10 * time.Millisecond)
			}
		}), meter.UpstreamTimeout, "upstream-timeout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, quick)
			h.answersNewer(c.answer)
			r := h.call("POST", chat, "summarise", ask(true))
			if r.err == nil || !strings.Contains(string(r.body), `"code":"`+c.says+`"`) {
				t.Errorf("%v, the caller reads %s", r.err, r.body)
			}
			if rec := h.record(); rec.Outcome != c.outcome || rec.Counted().Output != 11 {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// A connection of HTTP/2 that is dead without saying so is found out, and does not fail one call after the other.
func TestADeadConnectionOfHTTP2IsLeft(t *testing.T) {
	h := newHouse(t, quick)
	var conns sync.Map // that have died
	var first atomic.Pointer[newer]
	h.answersNewer(func(n *newer, stream uint32) {
		first.CompareAndSwap(nil, n)
		if _, dead := conns.Load(n); dead {
			time.Sleep(3 * time.Second)
		}
		n.says(0, stream, ":status", "200", "content-type", "application/json")
		n.send(h2Data, endStream, stream, []byte(completionBody))
	})
	if got := h.status("summarise"); got != 200 {
		t.Fatalf("before: %d", got)
	}
	conns.Store(first.Load(), true)
	began := time.Now()
	if got := h.status("summarise"); got != 504 {
		t.Fatalf("on the dead connection: %d", got)
	}
	within(t, 2*time.Second, "calls are answered again", func() bool { return h.status("summarise") == 200 })
	t.Logf("answered again after %v", time.Since(began))
}
