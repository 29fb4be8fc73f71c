package websocket

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"entente/wire"
)

func ask(lines ...string) *http.Request {
	r := &http.Request{Method: "GET", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Connection": {"keep-alive, Upgrade"}, "Upgrade": {"WebSocket"},
		"Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}, "Sec-Websocket-Version": {"13"}}}
	for _, l := range lines {
		name, value, _ := strings.Cut(l, ": ")
		r.Header.Del(name)
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	return r
}

func TestHandshake(t *testing.T) {
	for name, c := range map[string]struct {
		r          *http.Request
		asked, bad bool
	}{
		"all right":              {ask(), true, false},
		"no key":                 {ask("Sec-WebSocket-Key: "), true, true},
		"a short key":            {ask("Sec-WebSocket-Key: YWJj"), true, true},
		"an old version":         {ask("Sec-WebSocket-Version: 8"), true, true},
		"something else as well": {ask("Upgrade: websocket, h2c"), true, true},
		"something else":         {ask("Upgrade: h2c"), false, true},
		"no connection option":   {ask("Connection: keep-alive"), false, false},
	} {
		h := wire.HeaderOf(c.r.Header)
		if err := Check(c.r, h); Asked(c.r, h) != c.asked || c.asked && errors.Is(err, ErrHandshake) != c.bad {
			t.Errorf("%s: asked %v, %v", name, Asked(c.r, h), err)
		}
	}
	r := ask()
	r.Method = "POST"
	if Check(r, wire.HeaderOf(r.Header)) == nil {
		t.Error("a POST may become a WebSocket")
	}
}

// The example of RFC 6455, 1.3.
func TestGranted(t *testing.T) {
	h := wire.Header{{Name: "Connection", Value: "Upgrade"}, {Name: "Upgrade", Value: "websocket"}, {Name: "Sec-Websocket-Accept", Value: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}}
	if !Granted(101, h, "dGhlIHNhbXBsZSBub25jZQ==") || Granted(101, h, "dGhlIHNhbXBsZSBub25jZR==") || Granted(200, h, "dGhlIHNhbXBsZSBub25jZQ==") {
		t.Error("the key does not decide")
	}
}

func frame(opcode byte, masked bool, n int) []byte {
	b := []byte{0x80 | opcode, 0}
	switch {
	case n < 126:
		b[1] = byte(n)
	case n < 1<<16:
		b[1] = 126
		b = append(b, byte(n>>8), byte(n))
	default:
		b[1] = 127
		b = append(b, 0, 0, 0, 0, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	if masked {
		b[1] |= 0x80
		b = append(b, 1, 2, 3, 4)
	}
	return append(b, bytes.Repeat([]byte{0x88}, n)...)
}

// However the bytes are cut into pieces, the ends of frames are found.
func TestFramesAreFollowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		masked := rapid.Bool().Draw(t, "masked")
		f, ends, at := Frames{Masked: masked}, map[int]bool{0: true}, 0
		var all []byte
		for _, n := range rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 125, 126, 300, 65535, 65536, 70000}), 1, 4).Draw(t, "lengths") {
			all = append(all, frame(rapid.SampledFrom([]byte{0, 1, 2}).Draw(t, "opcode"), masked, n)...)
			ends[len(all)] = true
		}
		for at < len(all) {
			n := min(len(all)-at, rapid.SampledFrom([]int{1, 2, 3, 7, 100, 5000, 60000}).Draw(t, "piece"))
			if err := f.Follow(all[at : at+n]); err != nil {
				t.Fatal(err)
			}
			if at += n; f.Between() != ends[at] {
				t.Fatalf("after %d bytes: between frames is %v", at, f.Between())
			}
		}
		if err := f.Follow(frame(8, masked, 2)); err != nil || !f.Closed() || f.Follow([]byte{0x81}) == nil {
			t.Fatalf("a close frame: %v, closed %v", err, f.Closed())
		}
	})
}

func TestWhatIsNoFrame(t *testing.T) {
	for name, b := range map[string][]byte{
		"not masked by a caller": {0x81, 1, 'x'}, "an unknown kind": {0x83, 0x80, 0, 0, 0, 0}, "a control frame in parts": {0x08, 0x80, 0, 0, 0, 0},
		"a long control frame": {0x89, 0xfe, 1, 0, 0, 0, 0, 0}, "a length beyond all": {0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	} {
		f := Frames{Masked: true}
		if err := f.Follow(b); !errors.Is(err, ErrFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if f := (Frames{}); f.Follow([]byte{0x81, 0x80, 0, 0, 0, 0}) == nil {
		t.Error("a service masks")
	}
}

func TestClose(t *testing.T) {
	for _, reason := range []string{"", "suspended", strings.Repeat("é", 100)} {
		b := Close(Policy, reason)
		var f Frames
		if err := f.Follow(b); err != nil || !f.Closed() || len(b) > 127 || !utf8.Valid(b[4:]) || !strings.HasPrefix(reason, string(b[4:])) {
			t.Errorf("%q makes % x", reason, b)
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(frame(1, true, 5), 3)
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		whole, parts := Frames{Masked: true}, Frames{Masked: true}
		cut = min(max(cut, 0), len(b))
		err := whole.Follow(b)
		again := parts.Follow(b[:cut])
		if again == nil {
			again = parts.Follow(b[cut:])
		}
		if (err == nil) != (again == nil) || err == nil && whole != parts {
			t.Fatalf("%v and %v, %+v and %+v", err, again, whole, parts)
		}
	})
}

// A handshake that passes asks in the one way of RFC 6455, and only the answer to its own key grants it.
func FuzzHandshake(f *testing.F) {
	f.Add("GET", "Upgrade", "websocket", "dGhlIHNhbXBsZSBub25jZQ==", "13", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
	f.Add("GET", "keep-alive, Upgrade", "WebSocket", "AAAAAAAAAAAAAAAAAAAAAA==", "8", "")
	f.Fuzz(func(t *testing.T, method, connection, upgrade, key, version, accept string) {
		r := &http.Request{Method: method, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Connection": {connection}, "Upgrade": {upgrade},
			"Sec-Websocket-Key": {key}, "Sec-Websocket-Version": {version}}}
		h := wire.HeaderOf(r.Header)
		if !Asked(r, h) || Check(r, h) != nil {
			return
		}
		if method != "GET" || !strings.EqualFold(upgrade, "websocket") || version != "13" || len(key) < 24 {
			t.Fatalf("%s %q %q %q", method, upgrade, key, version)
		}
		answer := wire.Header{{Name: "Connection", Value: "Upgrade"}, {Name: "Upgrade", Value: "websocket"}, {Name: "Sec-Websocket-Accept", Value: accept}}
		sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		if Granted(101, answer, key) != (accept == base64.StdEncoding.EncodeToString(sum[:])) {
			t.Fatalf("%q for %q", accept, key)
		}
	})
}
