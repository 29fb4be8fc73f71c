package gateway_test

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/performance"
	"entente/meter"
)

// talks is a service that upgrades, and then does as it is told with the connection.
func talks(do func(conn net.Conn, r *bufio.Reader)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: %s\r\nSet-Cookie: a=b\r\nSec-WebSocket-Accept: %s\r\n\r\n",
			r.Header.Get("Sec-WebSocket-Protocol"), base64.StdEncoding.EncodeToString(sum[:]))
		do(conn, rw.Reader)
	}
}

// A wsFrame is one short frame.
type wsFrame struct {
	opcode byte
	data   string
}

func readFrame(r io.Reader) (wsFrame, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return wsFrame{}, err
	}
	mask := make([]byte, 4)
	if head[1]&0x80 != 0 {
		io.ReadFull(r, mask)
	}
	data := make([]byte, head[1]&0x7f)
	_, err := io.ReadFull(r, data)
	for i := range data {
		data[i] ^= mask[i%4]
	}
	return wsFrame{head[0] & 0x0f, string(data)}, err
}

func (f wsFrame) bytes(masked bool) []byte {
	b := []byte{0x80 | f.opcode, byte(len(f.data))}
	if masked {
		b[1] |= 0x80
		b = append(b, 0, 0, 0, 0)
	}
	return append(b, f.data...)
}

// echoes answers every message with itself, and a close frame with one, as RFC 6455 has it.
func echoes(conn net.Conn, r *bufio.Reader) {
	for {
		f, err := readFrame(r)
		if err != nil {
			return
		}
		conn.Write(f.bytes(false))
		if f.opcode == 8 {
			return
		}
	}
}

// A socket is a caller's WebSocket.
type socket struct {
	net.Conn
	r    *bufio.Reader
	resp *http.Response
}

func (h *house) socket(key string, lines ...string) *socket {
	h.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	must(h.t, err)
	h.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(conn, "GET /harbour/tides/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: tides\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
		h.keys[key].Text().Reveal(), strings.Join(lines, ""))
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	must(h.t, err)
	return &socket{conn, r, resp}
}

func (s *socket) says(t *testing.T, data string) {
	t.Helper()
	s.Write(wsFrame{1, data}.bytes(true))
	if f, err := readFrame(s.r); err != nil || f.data != data {
		t.Fatalf("%q comes back as %+v, %v", data, f, err)
	}
}

func TestWebSockets(t *testing.T) {
	h := newHarbour(t)
	h.answers(talks(echoes))
	s := h.socket("harbour")
	if s.resp.StatusCode != 101 || s.resp.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" || s.resp.Header.Get("Sec-WebSocket-Protocol") != "tides" || s.resp.Header.Get("Set-Cookie") != "" || s.resp.Header.Get("Entente-Usage-Id") == "" {
		t.Fatalf("%d, %v", s.resp.StatusCode, s.resp.Header)
	}
	if rec, _, err := h.meter.Usage(t.Context(), meter.Query{}); err != nil || len(rec) != 1 || rec[0].State != meter.Open {
		t.Errorf("record %+v, %v", rec, err)
	}
	s.says(t, "high water")
	s.says(t, "low water")
	s.Write(wsFrame{8, "\x03\xe8"}.bytes(true))
	if f, err := readFrame(s.r); err != nil || f.opcode != 8 {
		t.Errorf("the end is %+v, %v", f, err)
	}
	if _, err := s.r.ReadByte(); err != io.EOF {
		t.Errorf("after the end: %v", err)
	}
	rec := h.record()
	if in, out := int64(16+15+8), int64(12+11+4); rec.BytesIn != in || rec.BytesOut != out || rec.Outcome != meter.OK || rec.Status != 101 || !rec.Stream || rec.Operation != "followTides" {
		t.Errorf("record %+v, want %d and %d bytes", rec, in, out)
	}
}

func TestWebSocketsThatAreRefused(t *testing.T) {
	h := newHarbour(t)
	h.answers(talks(echoes))
	if s := h.socket("harbour", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"); s.resp.StatusCode != 400 {
		t.Errorf("two keys: status %d", s.resp.StatusCode)
	}
	if s := h.socket("summarise"); s.resp.StatusCode != 403 {
		t.Errorf("another component's key: status %d", s.resp.StatusCode)
	}
	h.answers(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "use another version", 426) })
	if s := h.socket("harbour"); s.resp.StatusCode != 426 {
		t.Errorf("a service that does not want to: status %d", s.resp.StatusCode)
	}
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n")
		conn.Close()
	})
	if s := h.socket("harbour"); s.resp.StatusCode != 502 {
		t.Errorf("a service that does not know the key: status %d", s.resp.StatusCode)
	}
}

// Whatever ends a WebSocket, the caller learns why, and the record says who it was.
func TestWebSocketsEnd(t *testing.T) {
	quiet := func(conn net.Conn, r *bufio.Reader) { io.Copy(io.Discard, r) }
	for _, c := range []struct {
		name    string
		serve   func(net.Conn, *bufio.Reader)
		end     func(h *house, s *socket)
		code    uint16
		reason  string
		outcome meter.Outcome
		clause  string
	}{
		{"the key is revoked", echoes, func(h *house, s *socket) { h.revoke("harbour") }, 1008, "key-invalid: Schedule B", meter.Cut, "B"},
		{"a suspension", quiet, func(h *house, s *socket) { h.suspend() }, 1008, "suspended: clause 12.2", meter.Cut, "12.2"},
		{"the key expires", quiet, func(h *house, s *socket) { h.pass(90 * 24 * time.Hour) }, 1008, "key-invalid", meter.Cut, "B"},
		{"silence", quiet, func(h *house, s *socket) {}, 1001, "", meter.OK, ""},
		{"the service breaks off", func(conn net.Conn, r *bufio.Reader) { readFrame(r) }, func(h *house, s *socket) { s.Write(wsFrame{1, "x"}.bytes(true)) }, 1011, "upstream-broke-off", meter.UpstreamError, ""},
		{"the service sends no frames", func(conn net.Conn, r *bufio.Reader) { conn.Write([]byte{0x83, 0x00}); io.Copy(io.Discard, r) }, func(h *house, s *socket) {}, 1011, "upstream-broke-off", meter.UpstreamError, ""},
		{"the caller sends no frames", quiet, func(h *house, s *socket) { s.Write(wsFrame{1, "x"}.bytes(false)) }, 1002, "frame-invalid", meter.Cut, ""},
		{"the caller leaves", quiet, func(h *house, s *socket) { s.Close() }, 0, "", meter.CallerGone, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHarbour(t)
			h.gateway.Silence = 1500 * time.Millisecond
			if c.code != 1001 {
				h.gateway.Silence = time.Minute
			}
			h.answers(talks(c.serve))
			s := h.socket("harbour")
			began := time.Now()
			c.end(h, s)
			if c.code != 0 {
				f, err := readFrame(s.r)
				if err == nil && f.opcode != 8 {
					f, err = readFrame(s.r)
				}
				if err != nil || f.opcode != 8 || binary.BigEndian.Uint16([]byte(f.data)) != c.code || !strings.Contains(f.data, c.reason) {
					t.Errorf("the end is %+v, %v", f, err)
				}
				if took := time.Since(began); c.outcome == meter.Cut && took > 1500*time.Millisecond {
					t.Errorf("the end took %v", took)
				}
			}
			if rec := h.record(); rec.Outcome != c.outcome || rec.Clause != c.clause || rec.Status != 101 {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// Bytes both ways count under one hard limit, whoever sends them.
func TestWebSocketsUnderAHardLimit(t *testing.T) {
	h := newHarbour(t)
	h.limit(performance.Limit{Component: "harbour", Environment: agreement.Production, Per: performance.PerKey, Unit: performance.Bytes, Bytes: 5000, Window: aDay, Hard: true})
	h.answers(talks(echoes))
	s := h.socket("harbour")
	for {
		s.Write(wsFrame{1, strings.Repeat("x", 100)}.bytes(true))
		f, err := readFrame(s.r)
		if err != nil {
			t.Fatal(err)
		}
		if f.opcode == 8 {
			if !strings.Contains(f.data, "quota-exceeded: Schedule C") {
				t.Errorf("the end is %q", f.data)
			}
			break
		}
	}
	if rec := h.record(); rec.Outcome != meter.Cut || rec.Clause != "C" || rec.BytesIn+rec.BytesOut > 5000 || rec.BytesIn+rec.BytesOut < 4700 {
		t.Errorf("record %+v", rec)
	}
}
