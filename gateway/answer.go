package gateway

import (
	"bytes"
	"io"
	"math"
	"net/http"
	"slices"
	"time"

	"entente/egress"
	"entente/meter"
)

// The most that is read from an upstream at once: of a plain answer, and of a stream of events.
const (
	pieceBytes = 32 << 10
	eventBytes = 1 << 10
	mostWhole  = 32 << 10
)

// pass brings an answer to the caller as it comes. Its protocol reads its usage on the way, and may
// change what passes.
//
// The record is closed before the end of the answer is written, so that whatever a caller has
// read to its end is metered, whenever this process dies. The end is the last byte where the
// length is stated, the stream's own last event where it has one, and otherwise what net/http writes when
// the handler returns.
func (a *answer) pass(resp *egress.Response) *refusal {
	c := a.call
	flow := &c.flow
	flow.answer, flow.resp, flow.left, flow.outcome = a, resp, resp.ContentLength, meter.OK
	flow.flush, _ = c.w.(flusher)
	flow.ready, _ = resp.Body.(interface{ Ready() bool })
	if flow.flush == nil {
		flow.flush = controlled{http.NewResponseController(c.w)}
	}
	a.passage = c.conforming(c.protocol.passage(c, resp, &flow.out), resp, &flow.out)
	c.standing.Store(a.passage.quiet)
	a.servedBy(resp.Header)
	if a.passage.events || a.passage.rewrite != nil {
		flow.left = -1
	}
	if resp.StatusCode >= 400 {
		flow.outcome = meter.UpstreamRefused
	}
	// An HTTP/1.0-style body ends with its connection: whether it is whole, only its last event can tell.
	flow.unframed = !resp.Framed
	c.status = resp.StatusCode
	no := a.holdBytes(max(resp.ContentLength, 0))
	if resp.ContentLength > a.most() {
		no = a.tooLarge()
	}
	if no == nil {
		no = flow.run()
	} else {
		no = a.failWith(no)
	}
	c.cut = c.begun && (no != nil || c.outcome == meter.CallerGone)
	if c.cut && no != nil && a.passage.events {
		flow.lastWords(no)
	}
	if c.cut && flow.waiting {
		_ = flow.flush.FlushError() // what passed before has passed
	}
	return no
}

// most is how many bytes of the answer may pass.
func (a *answer) most() int64 {
	if a.passage.most > 0 {
		return a.passage.most
	}
	return math.MaxInt64
}

func (a *answer) tooLarge() *refusal {
	return refuse(answerTooLarge, "", "The provider's service answered with more than the %d bytes that may pass.", a.passage.most)
}

// A flusher sends at once what was written.
type flusher interface{ FlushError() error }

// controlled is a flusher where the writer is none itself.
type controlled struct{ *http.ResponseController }

func (c controlled) FlushError() error { return c.Flush() }

// A flow moves an answer's bytes.
type flow struct {
	answer   *answer
	resp     *egress.Response
	left     int64 // bytes still to come; negative if that is not stated
	unframed bool
	outcome  meter.Outcome // if all goes well
	out      bytes.Buffer  // what the passage's rewriter lets pass
	flush    flusher
	ready    interface{ Ready() bool } // tells whether more of the answer is there; nil if that is not known
	waiting  bool                      // something was written and not sent
	tail     [4]byte                   // the last bytes that were written
}

// ended reports whether the stream's own last event has passed.
func (f *flow) ended() bool {
	ended := f.answer.passage.ended
	return ended != nil && ended()
}

func (f *flow) run() *refusal {
	c := f.answer.call
	piece, large := f.room()
	if large != nil {
		defer c.gateway.buffers.Put(large)
	}
	if f.left == 0 {
		return f.end()
	}
	if f.answer.passage.events {
		f.begin() // who asks for a stream waits for its header before its first event
		f.waiting = true
	}
	for {
		if err := f.await(); err != nil {
			f.answer.close(meter.CallerGone)
			return nil
		}
		n, err := f.resp.Body.Read(piece)
		if n > 0 {
			taken, no := f.piece(piece[:n])
			switch {
			case no != nil:
				return f.answer.failWith(no)
			case !taken:
				f.answer.close(meter.CallerGone)
				return nil
			case c.cutBy != nil: // the stream has its proper end; the service works no longer
				c.stop(c.cutBy)
				c.count(c.cutBy, c.status)
				c.no = c.cutBy
				return nil
			}
		}
		switch {
		case f.ended():
			f.last(piece, err)
			return nil
		case f.left == 0:
			return nil
		case err == io.EOF:
			return f.end()
		case err != nil:
			return f.answer.fail(err)
		}
	}
}

// begin sends the header. Of a plain answer that is when its first byte is there: until then a
// failure can still be told in full.
func (f *flow) begin() {
	c, p := f.answer.call, f.answer.passage
	if c.begun {
		return
	}
	c.begun = true
	c.copyHeader(f.resp.Header)
	if p.events || p.rewrite != nil {
		c.out.Del("Content-Length") // what is changed has another
	}
	if p.events {
		c.out.Set("X-Accel-Buffering", "no")
	}
	c.extendWrite()
	c.writeHeader(f.resp.StatusCode)
}

// piece passes the next bytes on, and reports whether the caller took them, or why they may not pass.
func (f *flow) piece(p []byte) (taken bool, no *refusal) {
	a, c := f.answer, f.answer.call
	if a.first == 0 {
		a.at = c.gateway.Now()
		a.first = max(a.at.Sub(c.opened), time.Microsecond)
		defer func() { a.at = time.Time{} }()
	}
	if no := a.holdBytes(a.seen + int64(len(p))); no != nil {
		return true, no
	}
	if a.seen+int64(len(p)) > a.most() {
		return true, a.tooLarge()
	}
	whole, once := a.passage.reading.(interface{ Whole([]byte) })
	once = once && a.seen == 0 && f.left == int64(len(p)) && a.passage.rewrite == nil
	a.seen += int64(len(p))
	switch {
	case once && len(p) <= mostWhole:
		whole.Whole(p)
	case a.passage.reading != nil:
		_, _ = a.passage.reading.Write(p)
	}
	if a.passage.behind != nil {
		p = p[:len(p)-a.passage.behind()]
	}
	if f.left > 0 {
		f.left -= min(int64(len(p)), f.left)
	}
	if p, no = f.rewritten(p); no != nil {
		return !c.begun || f.write(p), no // what came before it may pass
	}
	if f.left == 0 || f.ended() {
		a.last = int64(len(p))
		a.close(f.outcome)
	}
	return f.write(p), nil
}

// rewritten is what passes of p.
func (f *flow) rewritten(p []byte) ([]byte, *refusal) {
	rewrite := f.answer.passage.rewrite
	if rewrite == nil {
		return p, nil
	}
	f.out.Reset()
	_, err := rewrite.Write(p)
	return f.out.Bytes(), refusalOf(err)
}

// await sends what was written before the next bytes of the upstream are waited for. What is there
// already goes on together with what follows at once.
func (f *flow) await() error {
	if !f.waiting || f.ready != nil && f.ready.Ready() {
		return nil
	}
	f.waiting = false
	return f.flush.FlushError()
}

// write passes bytes to the caller.
func (f *flow) write(p []byte) bool {
	if len(p) == 0 {
		return true
	}
	f.begin()
	c := f.answer.call
	c.extendWrite()
	n, err := c.w.Write(p)
	c.sent += int64(n)
	f.waiting = f.left != 0
	f.remember(p)
	return err == nil
}

func (f *flow) remember(p []byte) {
	if len(p) >= len(f.tail) {
		copy(f.tail[:], p[len(p)-len(f.tail):])
		return
	}
	copy(f.tail[:], f.tail[len(p):])
	copy(f.tail[len(f.tail)-len(p):], p)
}

// end is the end of the answer as its framing tells it.
func (f *flow) end() *refusal {
	a := f.answer
	f.out.Reset()
	if rewrite := a.passage.rewrite; rewrite != nil {
		if no := refusalOf(rewrite.End()); no != nil && !a.closed {
			return a.failWith(no)
		}
	}
	if f.unframed && a.passage.ended != nil && !f.ended() {
		f.write(f.out.Bytes())
		return a.fail(io.ErrUnexpectedEOF)
	}
	a.last = int64(f.out.Len())
	a.close(f.outcome)
	f.begin()
	f.write(f.out.Bytes())
	return nil
}

// lastWords tells the reader of a stream why it ends, as an event that the protocol's clients take for an error.
func (f *flow) lastWords(no *refusal) {
	tail := f.tail[:]
	between := f.answer.call.sent == 0 || bytes.HasSuffix(tail, []byte("\n\n")) || bytes.HasSuffix(tail, []byte("\r\n\r\n")) || bytes.HasSuffix(tail, []byte("\r\r"))
	if !between {
		return // in the middle of an event, whose reader would take this for a part of it
	}
	said := f.answer.call.words(no)
	f.left = -1
	f.write(slices.Concat([]byte("event: "+said.event+"\ndata: "), said.body, []byte("\n\n")))
}

// room is where the next bytes of the upstream go. A stream of events may be silent for long and keeps
// little; everything else passes quickly and takes room that others use again.
func (f *flow) room() (piece []byte, large *[pieceBytes]byte) {
	if f.answer.passage.events {
		return make([]byte, eventBytes), nil
	}
	g := f.answer.call.gateway
	large, _ = g.buffers.Get().(*[pieceBytes]byte)
	if large == nil {
		large = new([pieceBytes]byte)
	}
	return large[:], large
}
