package gateway

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"time"

	"entente/meter"
	"entente/usage"
)

// pieceBytes is the most that is read from an upstream at once.
const pieceBytes = 32 << 10

// pass brings an answer to the caller as it comes. Two things are done with it on the way: its
// usage is read, and the chunk that only the gateway asked for is taken out.
//
// The record is closed before the end of the answer is written, so that whatever a caller has
// read to its end is metered, whenever this process dies. The end is the last byte where the
// length is stated, the stream's own last event where it has one, and otherwise what net/http writes when
// the handler returns.
func (a *answer) pass(resp *http.Response) *refusal {
	c := a.call
	flow := flow{answer: a, resp: resp, left: resp.ContentLength, flush: http.NewResponseController(c.w), outcome: meter.OK}
	if isEventStream(resp.Header) {
		tap := &usage.Tap{Dialect: c.op.dialect}
		a.reading, flow.ended, flow.left = tap, tap.Ended, -1
		if c.asksUsage() {
			flow.strip = &usage.Strip{W: &flow.out}
		}
	} else {
		a.reading = &usage.BodyTap{Dialect: c.op.dialect}
	}
	if resp.StatusCode >= 400 {
		flow.outcome = meter.UpstreamRefused
	}
	// An HTTP/1.0-style body ends with its connection: whether it is whole, only its last event can tell.
	flow.unframed = resp.ContentLength < 0 && resp.ProtoMajor == 1 && len(resp.TransferEncoding) == 0
	c.status = resp.StatusCode
	no := flow.run()
	c.cut = c.begun && (no != nil || c.outcome == meter.CallerGone)
	if c.cut && no != nil && flow.ended != nil {
		flow.lastWords(no)
	}
	return no
}

func isEventStream(h http.Header) bool {
	media, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && media == "text/event-stream"
}

// A flow moves an answer's bytes.
type flow struct {
	answer   *answer
	resp     *http.Response
	left     int64       // bytes still to come; negative if that is not stated
	ended    func() bool // the stream's last event has passed; nil if this is no stream of events
	unframed bool
	outcome  meter.Outcome // if all goes well
	strip    *usage.Strip
	out      bytes.Buffer // what strip lets pass
	flush    *http.ResponseController
	tail     [4]byte // the last bytes that were written
	checked  time.Time
}

func (f *flow) run() *refusal {
	c := f.answer.call
	piece := c.gateway.piece()
	defer c.gateway.buffers.Put(piece)
	if f.left == 0 {
		return f.end()
	}
	if f.ended != nil {
		f.begin()
		_ = f.flush.Flush() // who asks for a stream waits for its header before its first event
	}
	for {
		n, err := f.resp.Body.Read(piece[:])
		if n > 0 {
			if !f.piece(piece[:n]) {
				f.answer.close(meter.CallerGone)
				return nil
			}
		}
		switch {
		case err == io.EOF:
			return f.end()
		case err != nil && f.answer.closed: // how an upstream ends its connection after the end does not matter
			return nil
		case err != nil:
			return f.answer.fail(err)
		case f.left == 0:
			return nil
		}
	}
}

// begin sends the header. Of a plain answer that is when its first byte is there: until then a
// failure can still be told in full.
func (f *flow) begin() {
	c := f.answer.call
	if c.begun {
		return
	}
	c.begun = true
	c.copyHeader(f.resp.Header)
	if f.ended != nil {
		c.w.Header().Del("Content-Length") // taking a chunk out changes it
		c.w.Header().Set("X-Accel-Buffering", "no")
	}
	c.extendWrite()
	c.w.WriteHeader(f.resp.StatusCode)
}

// piece passes the next bytes on, and reports whether the caller took them.
func (f *flow) piece(p []byte) bool {
	a, c := f.answer, f.answer.call
	if a.first == 0 {
		a.first = max(c.gateway.Now().Sub(c.opened), time.Microsecond)
	}
	_, _ = a.reading.Write(p)
	if f.left > 0 {
		f.left -= min(int64(len(p)), f.left)
	}
	p = f.stripped(p)
	if f.left == 0 || (f.ended != nil && f.ended()) {
		a.last = int64(len(p))
		a.close(f.outcome)
	}
	if !f.write(p) {
		return false
	}
	if now := c.gateway.Now(); now.Sub(f.checked) > time.Second {
		f.checked = now
		c.recheck(now) // keys expire and agreements end without anybody saying so
	}
	return true
}

func (f *flow) stripped(p []byte) []byte {
	if f.strip == nil {
		return p
	}
	f.out.Reset()
	_, _ = f.strip.Write(p) // a buffer takes everything
	return f.out.Bytes()
}

// write sends bytes to the caller, at once unless they are the last.
func (f *flow) write(p []byte) bool {
	f.begin()
	if len(p) == 0 {
		return true
	}
	c := f.answer.call
	c.extendWrite()
	n, err := c.w.Write(p)
	c.sent += int64(n)
	if err == nil && f.left != 0 {
		err = f.flush.Flush()
	}
	f.remember(p)
	return err == nil
}

func (f *flow) remember(p []byte) {
	last := append(f.tail[:], p[max(len(p)-len(f.tail), 0):]...)
	copy(f.tail[:], last[len(last)-len(f.tail):])
}

// end is the end of the answer as its framing tells it.
func (f *flow) end() *refusal {
	a := f.answer
	if f.strip != nil {
		f.out.Reset()
		_ = f.strip.End()
		f.write(f.out.Bytes())
	}
	if f.unframed && f.ended != nil && !f.ended() {
		return a.fail(io.ErrUnexpectedEOF)
	}
	a.close(f.outcome)
	f.begin()
	return nil
}

// lastWords tells the reader of a stream why it ends, as an event that AI clients take for an error.
func (f *flow) lastWords(no *refusal) {
	tail := f.tail[:]
	between := f.answer.call.sent == 0 || bytes.HasSuffix(tail, []byte("\n\n")) || bytes.HasSuffix(tail, []byte("\r\n\r\n")) || bytes.HasSuffix(tail, []byte("\r\r"))
	if !between {
		return // in the middle of an event, whose reader would take this for a part of it
	}
	c := f.answer.call
	data := no.problem(c.id, c.policy, true).bytes()
	f.left = -1
	f.write(append(append([]byte("event: error\ndata: "), data...), "\n\n"...))
}

func (g *Gateway) piece() *[pieceBytes]byte {
	if p, ok := g.buffers.Get().(*[pieceBytes]byte); ok {
		return p
	}
	return new([pieceBytes]byte)
}
