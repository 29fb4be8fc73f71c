// Package websocket knows as much of the WebSocket protocol (RFC 6455) as a gateway needs that passes
// connections on: whether a request asks for one, whether an answer grants it, where one frame ends
// and the next begins, and how a connection is closed in order. It does not look into messages, so
// that extensions pass.
package websocket

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"entente/wire"
)

// Asked reports whether a request asks for a WebSocket.
func Asked(r *http.Request, h wire.Header) bool {
	return r.ProtoMajor == 1 && r.ProtoMinor == 1 && h.Lists("Connection", "upgrade") && h.Lists("Upgrade", "websocket")
}

// ErrHandshake is wrapped by what is wrong with a request for a WebSocket.
var ErrHandshake = errors.New("the request asks for a WebSocket in a way that RFC 6455 does not know")

// Check looks at a request that asks for a WebSocket.
func Check(r *http.Request, h wire.Header) error {
	text, keys := h.Find("Sec-Websocket-Key")
	key, err := base64.StdEncoding.DecodeString(text)
	protocol, protocols := h.Find("Upgrade")
	version, versions := h.Find("Sec-Websocket-Version")
	switch {
	case r.Method != http.MethodGet, r.ContentLength != 0:
		return ErrHandshake
	case protocols != 1 || !strings.EqualFold(protocol, "websocket"):
		return ErrHandshake
	case keys != 1 || err != nil || len(key) != 16:
		return ErrHandshake
	case versions != 1 || version != "13":
		return ErrHandshake
	}
	return nil
}

// Headers are those of the handshake that go from the caller to the service.
var Headers = []string{"Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Protocol", "Sec-Websocket-Extensions"}

// Granted reports whether an answer grants the WebSocket that was asked for with a key.
func Granted(status int, h wire.Header, key string) bool {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return status == http.StatusSwitchingProtocols && h.Lists("Connection", "upgrade") && h.Lists("Upgrade", "websocket") &&
		h.Get("Sec-Websocket-Accept") == base64.StdEncoding.EncodeToString(sum[:])
}

// ErrFrame means that bytes are no frames.
var ErrFrame = errors.New("the bytes are no frames of a WebSocket")

// Frames follows one direction of a connection. Its zero value follows a service; Masked is for a caller.
type Frames struct {
	Masked bool

	head   [14]byte
	have   int    // bytes of the head
	left   uint64 // bytes of the payload
	closed bool
}

// Follow looks at the next bytes. It holds them to what a gateway relies on: lengths, and that callers
// mask what they send and services do not.
func (f *Frames) Follow(p []byte) error {
	for len(p) > 0 {
		if f.left > 0 {
			n := min(uint64(len(p)), f.left)
			f.left -= n
			p = p[n:]
			continue
		}
		if f.closed {
			return ErrFrame // nothing follows the end
		}
		f.head[f.have] = p[0]
		f.have++
		p = p[1:]
		if f.have < 2 || f.have < f.need() {
			continue
		}
		if err := f.begin(); err != nil {
			return err
		}
	}
	return nil
}

// need is how long the head is, once two bytes of it are there.
func (f *Frames) need() int {
	n := 2
	switch f.head[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if f.head[1]&0x80 != 0 {
		n += 4
	}
	return n
}

func (f *Frames) begin() error {
	short := f.head[1] & 0x7f
	switch short {
	case 126:
		f.left = uint64(binary.BigEndian.Uint16(f.head[2:]))
	case 127:
		f.left = binary.BigEndian.Uint64(f.head[2:])
	default:
		f.left = uint64(short)
	}
	opcode, control := f.head[0]&0x0f, f.head[0]&0x08 != 0
	switch {
	case f.Masked != (f.head[1]&0x80 != 0), f.left>>63 != 0:
		return ErrFrame
	case control && (short > 125 || f.head[0]&0x80 == 0 || opcode > 10), !control && opcode > 2:
		return ErrFrame
	}
	f.have, f.closed = 0, opcode == 8
	return nil
}

// Between reports whether a frame has ended and the next has not begun.
func (f *Frames) Between() bool { return f.have == 0 && f.left == 0 }

// Closed reports whether a close frame has passed.
func (f *Frames) Closed() bool { return f.closed && f.left == 0 }

// The codes with which a gateway closes connections.
const (
	GoingAway     = 1001
	ProtocolError = 1002
	Policy        = 1008
	ServerError   = 1011
)

// Close is a service's close frame, with a reason of which as much is said as fits.
func Close(code uint16, reason string) []byte {
	for len(reason) > 123 {
		_, size := utf8.DecodeLastRuneInString(reason)
		reason = reason[:len(reason)-size]
	}
	return append(binary.BigEndian.AppendUint16([]byte{0x88, byte(2 + len(reason))}, code), reason...)
}
