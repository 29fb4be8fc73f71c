// Package gateway is the door for AI traffic: a call to a partner's component goes through here,
// and passes if the agreement lets it.
//
// Each call takes the same steps in the same order: the key is looked up, the body is read as far
// as it decides anything, the policy decides, Schedule C's limits are counted, a usage record is
// opened, the call is forwarded, the answer streams back as it comes, and the record is closed
// before the answer's end reaches the caller. A call that does not pass learns which clause of
// which agreement says so, in its words.
//
// The gateway never shows the caller's key to the provider or the provider's secret to the caller,
// follows no redirects, keeps no bodies and logs none.
package gateway

import (
	"cmp"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"entente/access/keyset"
	"entente/articles/policy"
	"entente/egress"
	"entente/gateway/measure"
	"entente/meter"
	"entente/quota"
	"entente/wire"
)

// A Register knows keys and policies. It answers without waiting.
type Register interface {
	// Grant finds the policy and the grant of a key by its digest; nil if no agreement knows it.
	Grant(digest [32]byte) (*policy.Policy, *policy.Grant)
	// Offers is the policy of the only agreement that offers a component; nil if none or several do.
	Offers(component string) *policy.Policy
}

// A Gateway forwards calls. The first six fields are required.
type Gateway struct {
	Register  Register
	Meter     *meter.Meter
	Quotas    *quota.Book
	Upstreams *Upstreams
	Transport *egress.Client // it bounds connecting, waiting and silence
	Now       func() time.Time
	Log       *slog.Logger // a line for each call; nil means slog.Default

	KeySets *keyset.Book // of issuers that publish their keys; nil where no client is registered by their address

	MaxBody     int64 // the largest request that is read before it is forwarded, in bytes; zero means 4 MiB
	MaxTransfer int64 // the largest request and the largest answer of a plain HTTP API, in bytes; zero means 1 GiB

	BodyTime time.Duration // how long a request's body may take to arrive; zero means 30 s
	Silence  time.Duration // how long neither side of a WebSocket may say anything; zero means 5 min
	Stall    time.Duration // how long a caller may take nothing of an answer; zero means 10 s
	Total    time.Duration // how long a call may take from its record's beginning to the answer's end, unless it is open for news; zero means as long as it takes

	Measures measure.Book // what passed, for the operator

	refusals  refusals
	tokens    tokens
	open      openCalls
	desks     sync.Map // of *policy.Grant, *desk
	deskCount atomic.Int64
	buffers   sync.Pool
}

// Handler serves the gateway: /{component}/v1/… for calls, and /livez and /readyz.
func (g *Gateway) Handler() http.Handler { return http.HandlerFunc(g.serve) }

func (g *Gateway) serve(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 1 && len(r.TransferEncoding) > 0 {
		// net/http drops a Content-Length that came beside it. Whoever sent both may have meant what
		// follows for the next caller (RFC 9112, 6.3).
		w.Header().Set("Connection", "close")
	}
	switch r.URL.Path {
	case "/livez":
		g.say(w, nil)
		return
	case "/readyz":
		g.say(w, g.Meter.Status().Err)
		return
	}
	c := g.begin(w, r)
	if no := c.run(); no != nil {
		c.refuse(no)
	}
	c.log()
	if c.cut {
		panic(http.ErrAbortHandler) // the caller must not take a part for the whole
	}
	c.leave()
}

// say answers a probe.
func (g *Gateway) say(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("not ready: calls cannot be metered\n"))
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

func (g *Gateway) begin(w http.ResponseWriter, r *http.Request) *call {
	c := taken(w)
	c.gateway, c.w, c.r, c.id, c.at = g, w, r, requestID(), g.Now()
	if b, ok := w.(bare); ok {
		c.in, c.out = b.Received(), b.Fields()
	} else {
		c.in, c.out = wire.HeaderOf(r.Header), &c.fields
	}
	c.component, c.rest, _ = strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	c.out.Add("Entente-Request-Id", c.id)
	c.out.Add("X-Content-Type-Options", "nosniff")
	if c.theirs = printable(c.in.Get("X-Request-Id")); c.theirs != "" {
		c.out.Add("X-Request-Id", c.theirs)
	} else {
		c.out.Add("X-Request-Id", c.id)
	}
	return c
}

// A bare writer hands over the fields as they came, and takes those of the answer, without the maps
// of net/http. It has a place in which something is kept for its connection's next request.
type bare interface {
	Received() wire.Header
	Fields() *wire.Header
	Kept() *any
	ReadWithin(time.Duration)
	SetStall(time.Duration)
}

// taken is a call to begin with: the memory of the connection's last one, if that was left.
func taken(w http.ResponseWriter) *call {
	if b, ok := w.(bare); ok {
		at := b.Kept()
		if c, ok := (*at).(*call); ok {
			*at = nil
			return c
		}
	}
	return new(call)
}

// leave leaves the call's memory to the connection's next one, unless somebody else may still look at it.
func (c *call) leave() {
	b, ok := c.w.(bare)
	if !ok || c.seen || c.upload != nil || c.tunnel != nil || c.going.Lent() {
		return
	}
	*c = call{shown: c.shown}
	*b.Kept() = c
}

// requestID is a name that no other request has. It is no secret.
func requestID() string {
	const digits = "abcdefghijklmnopqrstuvwxyz234567"
	id := [30]byte{'r', 'e', 'q', '_'}
	for at, bits := 4, uint64(0); at < len(id); at++ {
		if (at-4)%12 == 0 {
			bits = rand.Uint64()
		}
		id[at] = digits[bits&31]
		bits >>= 5
	}
	return string(id[:])
}

// printable is a caller's own id as it is kept and echoed: at most 128 bytes of printable ASCII.
func printable(s string) string {
	s = s[:min(len(s), 128)]
	if plainASCII(s) {
		return s
	}
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, s)
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Recheck decides all open calls again and ends those that the agreement refuses now. It is called
// when a policy changes, and by Watch; it returns at once.
func (g *Gateway) Recheck() {
	defer g.open.looked()
	for _, c := range g.open.all() {
		c.recheck(g.Now())
	}
}

// DrainRefusals returns what was refused since it was last called.
func (g *Gateway) DrainRefusals() []meter.Refusal { return g.refusals.drain() }

// Open is how many calls are at an upstream now.
func (g *Gateway) Open() int { return g.open.number() }

// DrainRefused returns the refused calls that were kept since it was last called.
func (g *Gateway) DrainRefused() []meter.Refused { return g.refusals.taken() }

func (g *Gateway) logger() *slog.Logger {
	if g.Log == nil {
		return slog.Default()
	}
	return g.Log
}

// maxBody is the largest request.
func (g *Gateway) maxBody() int64 { return cmp.Or(g.MaxBody, 4<<20) }

func (g *Gateway) maxTransfer() int64      { return cmp.Or(g.MaxTransfer, 1<<30) }
func (g *Gateway) bodyTime() time.Duration { return cmp.Or(g.BodyTime, 30*time.Second) }
func (g *Gateway) silence() time.Duration  { return cmp.Or(g.Silence, 5*time.Minute) }
func (g *Gateway) stall() time.Duration    { return cmp.Or(g.Stall, 10*time.Second) }
