package gateway

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"entente/egress"
	"entente/gateway/websocket"
	"entente/meter"
)

// A tunnel is a WebSocket under way: what either side sends passes to the other as it comes, counted,
// until one of them or the node ends it.
type tunnel struct {
	answer   *answer
	caller   net.Conn
	from     io.Reader // the caller, with what it has sent already
	upstream io.ReadWriteCloser
	up, down direction
	heard    atomic.Int64 // when something passed, in Unix nanoseconds

	mu     sync.Mutex
	held   int64
	ending bool
}

// A direction is one way through a tunnel.
type direction struct {
	frames  websocket.Frames
	bytes   atomic.Int64
	partial bool  // what passed ends in the middle of a frame
	err     error // why it ended; nil if its side closed it
}

const (
	tunnelPiece = 8 << 10                // read at once
	lastWords   = 500 * time.Millisecond // for the close frame
	tunnelTick  = time.Second            // between two looks at the key, and at the silence
)

// open makes the caller's connection a tunnel to the one on which the upstream has agreed to a
// WebSocket, and stays until it ends.
func (a *answer) open(resp *egress.Response) *refusal {
	c := a.call
	upstream, ok := resp.Body.(io.ReadWriteCloser)
	if !ok {
		return a.failWith(byUpstream(errors.New("the upstream's connection cannot be written to")))
	}
	c.copyHeader(resp.Header)
	c.out.Set("Connection", "Upgrade")
	c.out.Set("Upgrade", "websocket")
	c.out.Del("Content-Length")
	head := append(c.out.Append([]byte("HTTP/1.1 101 Switching Protocols\r\n")), "\r\n"...)
	conn, buffered, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		return a.failWith(refuse(noTunnel, "", "A WebSocket begins on a connection that speaks HTTP/1.1."))
	}
	defer conn.Close()
	t := &tunnel{answer: a, caller: conn, from: buffered.Reader, upstream: upstream}
	t.up.frames.Masked = true
	c.tunnel, c.begun, c.status = t, true, http.StatusSwitchingProtocols
	c.standing.Store(true)
	a.first = max(c.gateway.Now().Sub(c.opened), time.Microsecond)
	if err := t.grant(head); err != nil {
		a.close(meter.CallerGone)
		return nil
	}
	return t.run()
}

// grant tells the caller that the connection is a WebSocket from here on.
func (t *tunnel) grant(head []byte) error {
	t.allow()
	_, err := t.caller.Write(head)
	return err
}

// allow gives the caller time to take the next bytes, unless the tunnel is ending.
func (t *tunnel) allow() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ending {
		_ = t.caller.SetWriteDeadline(time.Now().Add(t.answer.call.gateway.stall()))
	}
}

// run pumps both ways until one ends, then ends the other.
func (t *tunnel) run() *refusal {
	t.heard.Store(time.Now().UnixNano())
	ended := make(chan *direction, 2)
	for d, ends := range map[*direction]struct {
		from io.Reader
		to   io.Writer
	}{&t.up: {t.from, t.upstream}, &t.down: {t.upstream, t.caller}} {
		go func() {
			d.err = t.pump(d, ends.from, ends.to)
			ended <- d
		}()
	}
	first, left := t.wait(ended), 2
	if first != nil {
		left = 1
	}
	t.mu.Lock()
	t.ending = true
	_ = t.caller.SetReadDeadline(time.Now())
	_ = t.caller.SetWriteDeadline(time.Now().Add(lastWords)) // what is under way may still arrive
	t.mu.Unlock()
	t.upstream.Close()
	for range left {
		<-ended
	}
	return t.end(first)
}

// wait waits for the first direction to end, or for the node to end both; then it is nil.
func (t *tunnel) wait(ended <-chan *direction) *direction {
	c := t.answer.call
	tick := time.NewTicker(tunnelTick)
	defer tick.Stop()
	for {
		select {
		case d := <-ended:
			return d
		case <-c.line.Done():
			return nil
		case now := <-tick.C:
			if now.Sub(time.Unix(0, t.heard.Load())) > c.gateway.silence() {
				c.stop(errSilent)
			}
		}
	}
}

var (
	errSilent = errors.New("neither side of the WebSocket said anything for too long")
	errOther  = errors.New("nobody takes what is sent")
)

// pump passes one direction on, no faster than it is taken. It returns nil when its side ends the
// connection, and errOther when the other side does.
func (t *tunnel) pump(d *direction, from io.Reader, to io.Writer) error {
	piece := make([]byte, tunnelPiece)
	for {
		n, err := from.Read(piece)
		if n > 0 {
			if wrong := t.pass(d, piece[:n], to); wrong != nil {
				return wrong
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

func (t *tunnel) pass(d *direction, p []byte, to io.Writer) error {
	if err := d.frames.Follow(p); err != nil {
		return err
	}
	if no := t.hold(int64(len(p))); no != nil {
		t.answer.call.stop(no)
		return no
	}
	t.heard.Store(time.Now().UnixNano())
	t.allow()
	d.bytes.Add(int64(len(p)))
	if _, err := to.Write(p); err != nil {
		d.partial = true
		return errOther
	}
	d.partial = !d.frames.Between()
	return nil
}

// hold holds n more bytes under hard limits.
func (t *tunnel) hold(n int64) *refusal {
	c := t.answer.call
	if !c.hold.Hard() {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held += n
	return c.grow(0, t.held)
}

// end closes the record, and tells the caller why if it was the node that ended the connection.
func (t *tunnel) end(first *direction) *refusal {
	a := t.answer
	a.call.sent = t.down.bytes.Load()
	var no *refusal
	switch cause := a.call.line.Err(); {
	case errors.As(cause, &no):
	case errors.Is(cause, errSilent):
		a.close(meter.OK)
		t.say(websocket.GoingAway, "nothing was said for too long")
		return nil
	case first == &t.up && errors.Is(first.err, websocket.ErrFrame):
		no = refuse(frameInvalid, "", "What the caller sends is no frame of a WebSocket.")
	case t.closed():
		a.close(meter.OK)
		return nil
	case t.callerLeft(first):
		a.close(meter.CallerGone)
		return nil
	default:
		no = refuse(upstreamBroke, "", "The provider's service broke off in the middle of the connection.")
	}
	a.failWith(no)
	t.say(closing(no), string(no.code)+by(no))
	return no
}

// callerLeft reports whether it was the caller who ended the connection.
func (t *tunnel) callerLeft(first *direction) bool {
	switch first {
	case &t.up:
		return !errors.Is(first.err, errOther)
	case &t.down:
		return errors.Is(first.err, errOther)
	}
	return true // the node itself ends
}

// closed reports whether either side has ended the connection in order.
func (t *tunnel) closed() bool { return t.up.frames.Closed() || t.down.frames.Closed() }

func closing(no *refusal) uint16 {
	switch {
	case no.code == frameInvalid:
		return websocket.ProtocolError
	case no.outcome() == meter.Cut:
		return websocket.Policy
	}
	return websocket.ServerError
}

func by(no *refusal) string {
	if no.clause == "" {
		return ""
	}
	return ": " + no.clause.Cite()
}

// say ends the connection in order, as far as the caller is between two frames.
func (t *tunnel) say(code uint16, reason string) {
	if t.down.partial || t.down.frames.Closed() {
		return
	}
	_ = t.caller.SetDeadline(time.Now().Add(lastWords))
	if _, err := t.caller.Write(websocket.Close(code, reason)); err == nil {
		_, _ = io.CopyN(io.Discard, t.caller, 64<<10) // a connection that is closed before all was read is reset, and takes the last words along
	}
}
