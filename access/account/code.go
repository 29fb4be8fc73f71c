package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/netip"
	"strings"
	"sync"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/mail"
)

// The errors of codes that callers branch on.
var (
	ErrTooOften = errors.New("too many codes were asked for; wait an hour, or enter by another way")
	ErrCode     = errors.New("the code is not the one that was sent, or it counts no more")
	ErrNoMail   = errors.New("this node writes no letters: its operator has named no mail relay")
)

// Limits of codes.
const (
	codeLife     = 10 * time.Minute
	codeDigits   = 8
	codeTries    = 5
	perAddress   = 5  // letters to an address within an hour
	perNetwork   = 30 // askings, and failed tries, from a network within an hour
	mostPending  = 10_000
	mostCounted  = 100_000
	countingSpan = time.Hour
)

// codes are those that were sent and not used yet, and how often they were asked for. They are in memory
// alone: a node that starts again forgets them, and whoever waits asks for another.
type codes struct {
	mu      sync.Mutex
	pending map[string]*pending // by ticket
	counts  map[string]*count   // by "address/…" and "network/…"
}

// A pending code is there for every asking, whether the address is known or not: so nobody can tell.
type pending struct {
	address string
	code    access.Secret // empty where nobody has the address
	until   time.Time
	tries   int
}

type count struct {
	n     int
	until time.Time
}

// SendCode sends a code to an address if it is that of a person here, and gives the ticket with which the
// code counts. Whether it is, the answer does not say and does not take longer to say. The error is
// ErrTooOften, ErrNoMail, or that the address is none.
func (b *Book) SendCode(ctx context.Context, address string, from netip.Addr) (ticket string, err error) {
	if !b.HasMail() {
		return "", ErrNoMail
	}
	address = fold(address)
	if err := mail.CheckAddress(address); err != nil {
		return "", err
	}
	if ticket, err = access.NewID(b.Door.Rand, "tick_"); err != nil {
		return "", err
	}
	code, err := drawCode(b.Door.Rand)
	if err != nil {
		return "", err
	}
	now := b.Door.Now()
	b.codes.mu.Lock()
	defer b.codes.mu.Unlock()
	b.codes.sweep(now)
	if len(b.codes.pending) >= mostPending || !b.codes.allow("address/"+address, perAddress, now) || !b.codes.allow("network/"+network(from), perNetwork, now) {
		return "", ErrTooOften
	}
	p := &pending{address: address, until: now.Add(codeLife)}
	b.codes.pending[ticket] = p
	known := b.seats(address)
	if len(known) == 0 {
		return ticket, nil
	}
	p.code = code
	go b.postCode(context.WithoutCancel(ctx), ticket, known[0].Person, code, p.until)
	return ticket, nil
}

func drawCode(rand io.Reader) (access.Secret, error) {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(codeDigits), nil)
	random := make([]byte, 16) // so many that what is left of the division favours no code that anybody could notice
	if _, err := io.ReadFull(rand, random); err != nil {
		return access.Secret{}, fmt.Errorf("drawing a code: %w", err)
	}
	n := new(big.Int).Mod(new(big.Int).SetBytes(random), most)
	return access.NewSecret(fmt.Sprintf("%0*d", codeDigits, n)), nil
}

// postCode writes the letter. Whoever asked does not wait for it: that it is written would show that the
// address is known.
func (b *Book) postCode(ctx context.Context, ticket string, to agreement.Person, code access.Secret, until time.Time) {
	shown := code.Reveal()[:4] + " " + code.Reveal()[4:]
	err := b.Mail.Post(ctx, mail.Letter{Key: "code/" + ticket, To: string(to.Email), Expires: until, Subject: "Your code to enter Entente",
		Text: fmt.Sprintf("Somebody asked for a code to enter Entente at %s with your address.\n\n    %s\n\nIt counts once, for ten minutes, in the browser that asked for it. Nobody will ever ask you for it:\nif somebody does, or if it was not you who asked, ignore this letter.\n", b.Site.Origin, shown)})
	if err != nil {
		b.Log.Error("a code was not sent", "error", err)
	}
}

// EnterByCode begins a session for whoever has a code, at the first of their seats; the label says where. The
// error is ErrCode, whatever is wrong, ErrTooOften, or access.ErrNoEntry if no agreement names them any more.
func (b *Book) EnterByCode(ctx context.Context, ticket, code string, from netip.Addr, label string) (access.Key, access.Caller, error) {
	address, err := b.checkCode(ticket, code, from)
	if err != nil {
		return access.Key{}, access.Caller{}, err
	}
	return b.EnterAs(ctx, address, label)
}

// checkCode says to which address a code was sent, once: it counts with the ticket that it was asked for
// with, and no more after five tries.
func (b *Book) checkCode(ticket, code string, from netip.Addr) (address string, err error) {
	now := b.Door.Now()
	b.codes.mu.Lock()
	defer b.codes.mu.Unlock()
	b.codes.sweep(now)
	p, found := b.codes.pending[ticket]
	typed := access.NewSecret(strings.Join(strings.Fields(code), ""))
	if found && !p.code.IsZero() && p.tries < codeTries && p.code.Equal(typed) {
		delete(b.codes.pending, ticket)
		return p.address, nil
	}
	if found {
		if p.tries++; p.tries >= codeTries {
			p.code = access.Secret{}
		}
	}
	if !b.codes.allow("failed/"+network(from), perNetwork, now) {
		return "", ErrTooOften
	}
	return "", ErrCode
}

// sweep forgets what counts no more.
func (c *codes) sweep(now time.Time) {
	if c.pending == nil {
		c.pending, c.counts = map[string]*pending{}, map[string]*count{}
	}
	for ticket, p := range c.pending {
		if !now.Before(p.until) {
			delete(c.pending, ticket)
		}
	}
	for of, n := range c.counts {
		if !now.Before(n.until) {
			delete(c.counts, of)
		}
	}
}

// allow counts something, and says whether it may be once more.
func (c *codes) allow(of string, most int, now time.Time) bool {
	sum := sha256.Sum256([]byte(of))
	n := c.counts[string(sum[:])]
	if n == nil {
		if len(c.counts) >= mostCounted {
			return false
		}
		n = &count{until: now.Add(countingSpan)}
		c.counts[string(sum[:])] = n
	}
	n.n++
	return n.n <= most
}

// network is the block of addresses that one connection usually has.
func network(from netip.Addr) string {
	bits := 24
	if from = from.Unmap(); from.Is6() {
		bits = 64
	}
	block, err := from.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return block.String()
}
