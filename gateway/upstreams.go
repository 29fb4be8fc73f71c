package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"entente/access"
	"entente/agreement"
	"entente/egress"
)

// Upstreams knows where each component is served, and holds the secrets for it in memory only, opened. Looking one
// up takes no lock. Its fields are set before Load.
type Upstreams struct {
	Directory Directory
	Sealer    *access.Sealer
	Policy    egress.Policy
	Circuit   Circuit

	mu    sync.Mutex // of those who write
	table atomic.Pointer[map[place]*upstream]
}

type place struct{ agreement, component, environment string }

// An upstream is ready to be called.
type upstream struct {
	kept   egress.Upstream
	base   *url.URL
	header string // canonical; that which carries the secret
	secret access.Secret
	last   atomic.Pointer[lastAddress]
	breaker
}

// A lastAddress is where the last operation was called: mostly the next is the same.
type lastAddress struct {
	path   string
	target *egress.Target
}

// Load reads the directory and opens every secret. An address that the egress policy no longer
// permits is kept, and refused when it is dialled.
func (u *Upstreams) Load(ctx context.Context) error {
	all, err := u.Directory.Upstreams(ctx)
	if err != nil {
		return fmt.Errorf("listing the upstreams: %w", err)
	}
	table := map[place]*upstream{}
	for _, kept := range all {
		up, err := u.open(kept)
		if err != nil {
			return err
		}
		table[placeOf(kept)] = up
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.table.Store(&table)
	return nil
}

func (u *Upstreams) open(kept egress.Upstream) (*upstream, error) {
	base, err := url.Parse(kept.Address)
	if err != nil {
		return nil, fmt.Errorf("the address of %s cannot be read", sealedName(kept))
	}
	if base.Path == "" {
		base.Path = "/" // else JoinPath makes a path that is not rooted
	}
	up := &upstream{kept: kept, base: base, header: http.CanonicalHeaderKey(kept.Header), breaker: breaker{rules: u.Circuit}}
	if len(kept.Sealed) > 0 {
		up.secret, err = u.Sealer.Open(sealedName(kept), string(kept.Sealed))
	}
	return up, err
}

// A Directory keeps upstreams.
type Directory interface {
	// KeepUpstream stores an upstream durably, in place of an earlier one of the same component and environment.
	KeepUpstream(ctx context.Context, u egress.Upstream) error
	// DropUpstream forgets an upstream and its secret durably, and keeps the answer with that: both or
	// neither. There may be no upstream, and an answer without a key is not kept.
	DropUpstream(ctx context.Context, u egress.Upstream, answer access.Answer) error
	// Upstreams returns all of them.
	Upstreams(ctx context.Context) ([]egress.Upstream, error)
}

// Set makes an address the place where a component is served, with the value of its header, and
// keeps it durably. The secret is given whole each time: otherwise whoever may change the address
// could have a secret that they never saw sent to themselves. A refusal wraps egress.ErrUpstream.
func (u *Upstreams) Set(ctx context.Context, up egress.Upstream, secret access.Secret) error {
	if err := u.judge(up, secret); err != nil {
		return fmt.Errorf("%w: %w", egress.ErrUpstream, err)
	}
	up.Sealed = nil
	if !secret.IsZero() {
		sealed, err := u.Sealer.Seal(sealedName(up), secret)
		if err != nil {
			return err
		}
		up.Sealed = []byte(sealed)
	}
	ready, err := u.open(up)
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.Directory.KeepUpstream(ctx, up); err != nil {
		return fmt.Errorf("keeping %s: %w", sealedName(up), err)
	}
	table := u.copied()
	table[placeOf(up)] = ready
	u.table.Store(&table)
	return nil
}

// Drop forgets where a component is served, and the secret, and keeps the answer with that. Calls
// under way go on.
func (u *Upstreams) Drop(ctx context.Context, up egress.Upstream, answer access.Answer) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.Directory.DropUpstream(ctx, up, answer); err != nil {
		return err
	}
	table := u.copied()
	delete(table, placeOf(up))
	u.table.Store(&table)
	return nil
}

func (u *Upstreams) copied() map[place]*upstream {
	if have := u.table.Load(); have != nil {
		return maps.Clone(*have)
	}
	return map[place]*upstream{}
}

func (u *Upstreams) judge(up egress.Upstream, secret access.Secret) error {
	if err := u.Policy.CheckURL(up.Address); err != nil {
		return err
	}
	switch name := http.CanonicalHeaderKey(up.Header); {
	case up.Agreement == "" || up.Component == "" || up.Environment == "":
		return errors.New("it must name agreement, component and environment")
	case (name == "") != secret.IsZero():
		return errors.New("a header needs its value, and a value the name of its header: give both or neither")
	case name != "" && (!isToken(name) || slices.Contains(framing, name)):
		return fmt.Errorf("%q is not a header that can carry a secret: Authorization and x-api-key are usual", up.Header)
	case strings.ContainsFunc(secret.Reveal(), func(c rune) bool { return c < ' ' || c > '~' }):
		return errors.New("the secret contains a line break or another character that a header cannot carry")
	}
	return nil
}

// framing are headers that say where a message begins and ends, what it is, or where it goes.
var framing = []string{"Host", "Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Expect",
	"Content-Type", "Content-Encoding", "Accept-Encoding", "Keep-Alive", "Proxy-Connection"}

func isToken(s string) bool {
	return strings.Trim(s, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Of returns what is kept for an agreement, by component and environment, the secrets sealed.
func (u *Upstreams) Of(id agreement.ID) []egress.Upstream {
	var found []egress.Upstream
	if table := u.table.Load(); table != nil {
		for at, up := range *table {
			if at.agreement == string(id) {
				found = append(found, up.kept)
			}
		}
	}
	slices.SortFunc(found, func(a, b egress.Upstream) int {
		return cmp.Or(strings.Compare(a.Component, b.Component), strings.Compare(a.Environment, b.Environment))
	})
	return found
}

// lookup finds where a component is served; nil if that is not configured.
func (u *Upstreams) lookup(id agreement.ID, component string, e agreement.Environment) *upstream {
	table := u.table.Load()
	if table == nil {
		return nil
	}
	return (*table)[place{string(id), component, string(e)}]
}

func placeOf(u egress.Upstream) place { return place{u.Agreement, u.Component, u.Environment} }

// sealedName is what a secret is sealed to, so that one upstream's does not open as another's.
func sealedName(u egress.Upstream) string {
	return "upstream/" + u.Agreement + "/" + u.Component + "/" + u.Environment
}

// address is where an operation of the upstream is called. Nobody may change it.
func (u *upstream) address(path, query string) *egress.Target {
	if query != "" {
		return egress.TargetOf(u.join(path, query))
	}
	last := u.last.Load()
	if last == nil || last.path != path {
		last = &lastAddress{path, egress.TargetOf(u.join(path, ""))}
		u.last.Store(last)
	}
	return last.target
}

func (u *upstream) join(path, query string) *url.URL {
	to := u.base.JoinPath(path)
	if path == "" {
		to = u.base.JoinPath()
	}
	to.RawQuery = joined(to.RawQuery, query)
	return to
}

func joined(query, more string) string {
	if more == "" {
		return query
	}
	return strings.TrimPrefix(query+"&"+more, "&")
}

// exactly is where a path leads that goes on as it came: percent-encoded, and beginning with a slash.
func (u *upstream) exactly(path, query string) *egress.Target {
	to := *u.base
	plain, _ := url.PathUnescape(path)
	to.Path, to.RawPath = strings.TrimSuffix(u.base.Path, "/")+plain, strings.TrimSuffix(u.base.EscapedPath(), "/")+path
	to.RawQuery = joined(to.RawQuery, query)
	return egress.TargetOf(&to)
}
