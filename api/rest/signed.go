package rest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"entente/access"
	"entente/access/signature"
)

// Spent counts things by name, over a restart and for all processes of a node, until a time.
type Spent interface {
	Count(ctx context.Context, name string, now, until time.Time) (times int, err error)
}

// An arrival is a request of which it is to be found out whose it is: by a token, or by what its sender signed.
type arrival struct {
	*http.Request
	signed *signature.Signed // once the signature was found to hold
}

// caller is whose request it is. Asked again, while an answer goes on, it is looked up again.
func (d *Desk) caller(ctx context.Context, a *arrival) (access.Caller, error) {
	switch {
	case a.signed != nil:
		return d.house.Door.Known(ctx, access.SignerDigest(a.signed.Key), access.Signer)
	case len(a.Header.Values("Authorization")) == 0 && signature.Is(a.Request):
		return d.signer(ctx, a)
	}
	token, err := bearer(a.Request)
	if err != nil {
		return access.Caller{}, err
	}
	return d.byToken(ctx, token, a.Request)
}

// signer is whose signature a request bears. Each nonce of a key counts once.
func (d *Desk) signer(ctx context.Context, a *arrival) (access.Caller, error) {
	now, here := d.house.Door.Now(), d.authority(a.Request)
	if here == "" {
		return access.Caller{}, unsigned("this node does not say under which address it is reached (--public-url), so that only what is signed on its own machine counts")
	}
	s, err := signature.Read(a.Request, here, now)
	if err != nil {
		return access.Caller{}, err
	}
	c, err := d.house.Door.Known(ctx, access.SignerDigest(s.Key), access.Signer)
	if err != nil {
		return access.Caller{}, err
	}
	once := sha256.Sum256(append(s.Key[:len(s.Key):len(s.Key)], s.Nonce...))
	times, err := d.house.Spent.Count(ctx, "signature/"+hex.EncodeToString(once[:]), now, s.Until)
	switch {
	case err != nil:
		return access.Caller{}, err
	case times > 1:
		return access.Caller{}, unsigned("it was sent before: draw a new nonce, and keep the Idempotency-Key where it is the same request")
	}
	a.signed = &s
	return c, nil
}

// authority is the node as a request is to be signed for it: by its own address, so that what is signed for another
// node does not count here. On this machine it is also the address of the very connection that the request came by:
// what a request says of itself is its sender's word, and nodes on many machines are called 127.0.0.1.
func (d *Desk) authority(r *http.Request) string {
	if arrived(r) {
		scheme := "http"
		if r.TLS != nil {
			scheme = "https"
		}
		return signature.Authority(scheme, r.Host)
	}
	scheme, host, _ := strings.Cut(d.house.Origin, "://")
	return signature.Authority(scheme, host)
}

// arrived reports whether a request came straight from this machine to the loopback address and port that it names.
// What a proxy passed on did not: it came from the proxy's caller.
func arrived(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	at, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if err != nil || at == nil || !from.Addr().Unmap().IsLoopback() || !at.IP.IsLoopback() || len(r.Header.Values("X-Forwarded-For")) > 0 {
		return false
	}
	name, port, err := net.SplitHostPort(r.Host)
	if err != nil || port != strconv.Itoa(at.Port) {
		return false
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap() == at.AddrPort().Addr().Unmap() || strings.EqualFold(name, "localhost")
}

// covered refuses a body that is not the one that was signed.
func (a *arrival) covered() error {
	if a.signed == nil {
		return nil
	}
	b, err := io.ReadAll(a.Body) // which has been read within its bounds, and lies in memory
	if err != nil {
		return err
	}
	a.Body = io.NopCloser(bytes.NewReader(b))
	return a.signed.Covers(b)
}

// unsigned is that a request's signature does not count.
func unsigned(why string) *Problem {
	p := NewProblem(http.StatusUnauthorized, "signature", "The signature of the request does not count", strings.TrimPrefix(why, signature.ErrSignature.Error()+": "))
	p.header = http.Header{"Www-Authenticate": {`Bearer realm="entente"`}}
	return p
}
