package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api"
	"entente/console"
	"entente/egress"
	"entente/files"
	"entente/gateway"
	"entente/ledger"
	"entente/meter"
	"entente/notary"
	"entente/quota"
	"entente/register"
	"entente/sqlite"
)

// A node is everything that `entente serve` runs, wired together over one data folder. Only this
// file knows which store is behind which interface.
type node struct {
	dir       string
	store     *sqlite.Store
	documents *files.Store
	register  *register.Register
	notary    *notary.Notary
	door      *access.Door
	meter     *meter.Meter
	upstreams *gateway.Upstreams
	gateway   *gateway.Gateway
	api       *api.API
	console   *console.Console
	operator  access.Key
	log       *slog.Logger
	release   func() error // of the lock on the folder
	refused   tally
	damaged   atomic.Bool // the database file is, as far as it has been checked
}

// settings are what the operator of a node decides.
type settings struct {
	dir    string
	name   string   // the node's name in the origins of its logs
	allow  []string // addresses that upstreams may have beyond public ones
	strict bool     // usage waits for the disk
	log    *slog.Logger
	now    func() time.Time
}

// openNode opens a data folder, making it if it is new. Nothing listens yet.
func openNode(ctx context.Context, s settings) (*node, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	release, err := files.Lock(s.dir)
	if err != nil {
		return nil, err
	}
	n := &node{dir: s.dir, log: s.log, release: release, refused: tally{source: rand.Text()}}
	if err := n.wire(ctx, s); err != nil {
		return nil, errors.Join(err, n.close(ctx))
	}
	return n, nil
}

func (n *node) wire(ctx context.Context, s settings) (err error) {
	sealer, err := openSealer(s.dir)
	if err != nil {
		return err
	}
	if n.operator, err = openOperator(s.dir); err != nil {
		return err
	}
	if n.store, err = sqlite.Open(filepath.Join(s.dir, "entente.db")); err != nil {
		return err
	}
	n.documents = &files.Store{Dir: filepath.Join(s.dir, "documents")}
	n.register = &register.Register{Journal: n.store, Library: n.documents, Now: s.now}
	if err := n.register.Load(ctx); err != nil {
		return err
	}
	n.notary = &notary.Notary{Journal: n.store, Documents: n.documents, Register: n.register, Sealer: sealer,
		Keys: access.SealedKeys{Vault: n.store, Sealer: sealer}, Now: s.now, Rand: rand.Reader, Name: s.name}
	n.door = &access.Door{Store: n.store, Register: n.register, Now: s.now, Rand: rand.Reader, Operator: n.operator.Digest()}
	if n.meter, err = meter.Start(meter.Config{Dir: filepath.Join(s.dir, "usage"), Store: n.store, Now: s.now, Rand: rand.Reader, Strict: s.strict, Log: s.log}); err != nil {
		return err
	}
	return n.wireDoors(ctx, s, sealer)
}

func (n *node) wireDoors(ctx context.Context, s settings, sealer *access.Sealer) error {
	policy := egress.Policy{Allow: s.allow, Ports: []uint16{443}}
	if err := policy.Check(); err != nil {
		return misusef("--egress-allow: %v", err)
	}
	n.upstreams = &gateway.Upstreams{Directory: n.store, Sealer: sealer, Policy: policy}
	if err := n.upstreams.Load(ctx); err != nil {
		return fmt.Errorf("reading the upstreams: %w", err)
	}
	n.gateway = &gateway.Gateway{Register: n.register, Meter: n.meter, Quotas: &quota.Book{Meter: n.meter}, Upstreams: n.upstreams, Transport: policy.RoundTripper(), Now: s.now, Log: s.log}
	n.console = &console.Console{Register: n.register, Notary: n.notary, Door: n.door, Live: n.live, Source: n.source, Now: s.now, Log: s.log}
	n.api = &api.API{Register: n.register, Notary: n.notary, Door: n.door, Usage: n.meter, Source: n.source, Documents: n.documents,
		Upstreams: n.upstreams, Live: n.live, Now: s.now, Log: s.log, Ready: n.ready}
	return nil
}

func (n *node) source(ctx context.Context, id agreement.ID) ledger.Source {
	return n.store.Source(ctx, id)
}

// inside is the handler of console and API on one listener.
func (n *node) inside() http.Handler {
	mux := http.NewServeMux()
	apiHandler := n.api.Handler()
	for _, prefix := range []string{"/api/", "/openapi.json", "/livez", "/readyz"} {
		mux.Handle(prefix, apiHandler)
	}
	mux.Handle("/", n.console.Handler())
	return mux
}

// outside is the handler of the gateway's listener.
func (n *node) outside() http.Handler {
	calls := n.gateway.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := n.ready(r.Context()); err != nil && r.URL.Path == "/readyz" {
			notReady(w, err)
			return
		}
		calls.ServeHTTP(w, r)
	})
}

// Why a node is not ready, in words for everyone; its log says more.
var (
	errDamaged   = errors.New("the database file is damaged: restore it from a backup")
	errUnmetered = errors.New("calls cannot be metered, and nothing is served unmetered")
)

// ready says why the node should get no more work; nil if it should.
func (n *node) ready(context.Context) error {
	switch {
	case n.damaged.Load():
		return errDamaged
	case n.meter.Status().Err != nil:
		return errUnmetered
	}
	return nil
}

// close ends what open began, in the opposite order.
func (n *node) close(ctx context.Context) error {
	var errs []error
	if n.gateway != nil {
		errs = append(errs, n.storeRefusals(ctx))
	}
	if n.meter != nil {
		errs = append(errs, n.meter.Stop(ctx))
	}
	if n.store != nil {
		errs = append(errs, n.store.Close())
	}
	if n.release != nil {
		errs = append(errs, n.release())
	}
	return errors.Join(errs...)
}

// openSealer reads the key that seals secrets at rest, making it in a new folder.
func openSealer(dir string) (*access.Sealer, error) {
	path := filepath.Join(dir, "kek")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		kek := make([]byte, access.KEKBytes)
		if _, err := io.ReadFull(rand.Reader, kek); err != nil {
			return nil, fmt.Errorf("drawing the key for secrets: %w", err)
		}
		text = []byte(hex.EncodeToString(kek) + "\n")
		if err := files.WriteFile(path, text, 0o600); err != nil {
			return nil, fmt.Errorf("writing the key for secrets: %w", err)
		}
	} else if err != nil {
		return nil, fmt.Errorf("reading the key for secrets: %w", err)
	}
	kek, err := hex.DecodeString(string(trimmed(text)))
	if err != nil {
		return nil, fmt.Errorf("the file %s does not hold a key of %d bytes in hexadecimal", path, access.KEKBytes)
	}
	return access.NewSealer(kek, rand.Reader)
}

// openOperator reads the token of the node's operator, making it in a new folder. The operator
// opens agreements and makes links for people; in an agreement the operator has no role.
func openOperator(dir string) (access.Key, error) {
	path := filepath.Join(dir, "operator.token")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		k, err := access.Mint(access.API, rand.Reader)
		if err != nil {
			return k, err
		}
		if err := files.WriteFile(path, []byte(k.Text().Reveal()+"\n"), 0o600); err != nil {
			return k, fmt.Errorf("writing the operator's token: %w", err)
		}
		return k, nil
	}
	if err != nil {
		return access.Key{}, fmt.Errorf("reading the operator's token: %w", err)
	}
	k, err := access.ParseKey(string(trimmed(text)))
	if err != nil {
		return k, fmt.Errorf("the file %s holds no token: %w", path, err)
	}
	return k, nil
}

func trimmed(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return b
}
