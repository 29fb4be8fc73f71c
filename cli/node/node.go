// Package node is everything that `entente serve` runs, wired together over one data folder: the
// store behind each interface, what is behind its doors, and what works in the background.
//
// It is a part of the cli, which alone wires: beside cli/folder no other package knows the cellar.
package node

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
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/access/keyset"
	"entente/access/proxy"
	"entente/access/service"
	"entente/access/sso"
	"entente/agreement"
	"entente/api"
	"entente/api/program"
	"entente/cli/doors"
	"entente/cli/folder"
	"entente/console"
	"entente/egress"
	"entente/files"
	"entente/gateway"
	"entente/ledger"
	"entente/ledger/passkey"
	"entente/ledger/seal"
	"entente/mail"
	"entente/meter"
	"entente/notary"
	"entente/quota"
	"entente/register"
	"entente/replay"
	"entente/sqlite"
	"entente/statement"
	"entente/submission"
	"entente/timestamp"
)

// A Node is open over its folder from Open to Close. Only this file knows which store is behind
// which interface.
type Node struct {
	Register  *register.Register
	Notary    *notary.Notary
	Door      *access.Door
	Upstreams *gateway.Upstreams
	Mail      *mail.Queue
	Accounts  *account.Book

	dir       string
	store     *sqlite.Store
	documents *files.Store
	clerk     *statement.Clerk
	meter     *meter.Meter
	gateway   *gateway.Gateway
	services  *service.Desk
	api       *api.API
	console   *console.Console
	followers
	operator access.Key
	shelf    shelf
	log      *slog.Logger
	release  func() error // of the lock on the folder
	refused  tally
	proxies  proxy.Trusted
	damaged  atomic.Bool // the database file is, as far as it has been checked
	memory   memory
	warned   sync.Map // of which read-only agreements the log has told
}

// Settings are what the operator of a node decides.
type Settings struct {
	Dir      string
	Name     string               // the node's name in the origins of its logs
	Gateway  string               // where callers reach the gateway: "https://ai.company.example"; empty means where it listens
	Upstream egress.Policy        // which addresses upstreams may have, and how long they may take
	Total    time.Duration        // how long a call may take in all; zero means as long as it takes
	Issuers  []string             // addresses beyond public ones where issuers of access tokens may publish their keys, as egress.Policy.Allow has them
	Failures int                  // so many calls in a row without an answer make an upstream count as out; zero means 5
	Pause    time.Duration        // and then it is not called for so long; zero means 10 s
	Strict   bool                 // usage waits for the disk
	Journal  int64                // the most bytes that usage takes on its way to the database; zero means all there are
	Follow   []seal.VKey          // the logs that the node witnesses
	Site     passkey.Site         // under which address people reach the node; empty if that is not said, and they have no passkeys then
	Mail     *mail.Relay          // takes the letters to people; nil if the node writes none
	Stamps   *timestamp.Authority // stamps what is signed here; nil if nobody does
	Proxies  proxy.Trusted        // the proxies beyond this machine that say where requests to console and API came from
	Held     int64                // tokens that limits hold for an answer whose call states no maximum; zero means 4,096
	Log      *slog.Logger
	Now      func() time.Time
}

// Open opens a data folder, making it if it is new. Nothing listens yet.
func Open(ctx context.Context, s Settings) (*Node, error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	release, err := files.Lock(s.Dir)
	if err != nil {
		return nil, err
	}
	n := &Node{dir: s.Dir, proxies: s.Proxies, log: s.Log, release: release, refused: tally{source: rand.Text()}}
	if err := n.wire(ctx, s); err != nil {
		return nil, errors.Join(err, n.Close(ctx))
	}
	return n, nil
}

func (n *Node) wire(ctx context.Context, s Settings) (err error) {
	sealer, err := openSealer(s.Dir)
	if err != nil {
		return err
	}
	if n.operator, err = Operator(s.Dir); err != nil {
		return err
	}
	if n.store, err = sqlite.Open(filepath.Join(s.Dir, "entente.db")); err != nil {
		return err
	}
	n.shelf = shelf{n.store, sealer}
	n.documents = &files.Store{Dir: filepath.Join(s.Dir, "documents")}
	if err := n.eraseAgain(ctx); err != nil {
		return err
	}
	n.Register = &register.Register{Journal: n.store, Library: n.documents, Now: s.Now}
	if err := n.Register.Load(ctx); err != nil {
		return err
	}
	n.memory.dir = filepath.Join(s.Dir, folder.ConfirmedDir)
	if err := n.recall(ctx); err != nil {
		return fmt.Errorf("reading what the parties have confirmed: %w", err)
	}
	for _, v := range n.Register.Views() {
		n.warn(v)
	}
	n.Register.Changed = n.memory.note
	n.Notary = &notary.Notary{Journal: n.store, Documents: n.documents, Register: n.Register, Sealer: sealer,
		Keys: access.SealedKeys{Vault: n.store, Sealer: sealer}, Now: s.Now, Rand: rand.Reader, Name: s.Name, Customers: n.customers, Stamp: stamper(s)}
	n.Door = &access.Door{Store: n.store, Register: n.Register, Now: s.Now, Rand: rand.Reader, Operator: n.operator.Digest()}
	n.Mail = &mail.Queue{Store: n.store, Relay: s.Mail, Sealer: sealer, Now: s.Now, Rand: rand.Reader, Log: s.Log}
	n.Accounts = &account.Book{Passkeys: n.store, Vault: n.store, Spent: n.store, Door: n.Door, Sealer: sealer, Site: s.Site, Mail: n.Mail, Log: s.Log}
	if err := n.ownTraces(ctx); err != nil {
		return err
	}
	if n.meter, err = meter.Start(meter.Config{Dir: filepath.Join(s.Dir, "usage"), Store: n.store, Now: s.Now, Rand: rand.Reader, Strict: s.Strict, Limit: s.Journal, Log: s.Log}); err != nil {
		return err
	}
	n.clerk = &statement.Clerk{Register: n.Register, Notary: n.Notary, Store: n.store, Settle: n.meter.StillOpen, Archive: n.store, Uses: n.uses, Now: s.Now, Log: s.Log}
	return n.wireDoors(ctx, s, sealer)
}

func (n *Node) wireDoors(ctx context.Context, s Settings, sealer *access.Sealer) error {
	policy := s.Upstream
	policy.Ports = []uint16{443}
	if err := policy.Check(); err != nil {
		return fmt.Errorf("reading what upstreams may be: %w", err)
	}
	n.Upstreams = &gateway.Upstreams{Directory: n.store, Sealer: sealer, Policy: policy, Circuit: gateway.Circuit{Failures: s.Failures, Pause: s.Pause}}
	if err := n.Upstreams.Load(ctx); err != nil {
		return fmt.Errorf("reading the upstreams: %w", err)
	}
	issuers := &keyset.Book{Policy: egress.Policy{Allow: s.Issuers}, Now: s.Now, Log: s.Log}
	if err := issuers.Policy.Check(); err != nil {
		return fmt.Errorf("reading where issuers may be: %w", err)
	}
	companies := &sso.Desk{Vault: n.store, Sealer: sealer, Accounts: n.Accounts, Keys: issuers, Now: s.Now, Rand: rand.Reader, Log: s.Log}
	n.gateway = &gateway.Gateway{KeySets: issuers, Register: n.Register, Meter: n.meter, Quotas: &quota.Book{Meter: n.meter, Output: s.Held}, Upstreams: n.Upstreams, Transport: policy.Caller(),
		Total: s.Total, Now: s.Now, Log: s.Log}
	clerk := &submission.Clerk{Register: n.Register, Notary: n.Notary}
	n.console = &console.Console{SignIn: companies, Clerk: clerk, Register: n.Register, Notary: n.Notary, Door: n.Door, Accounts: n.Accounts, Live: n.live, Source: n.source, Drawer: &access.Drawer{Vault: n.store, Sealer: sealer}, Seen: seen{n}, Upstreams: n.Upstreams, Shelf: n.store, Cabinet: n.store, Gateway: s.Gateway, Now: s.Now, Log: s.Log}
	witnessed, err := n.wireWitness(ctx, s)
	if err != nil {
		return err
	}
	notebook := &access.Notebook{Store: n.store, Sealer: sealer, Now: s.Now, Rand: rand.Reader}
	n.console.Notebook = notebook
	receipts := &statement.Desk{Store: n.store, Source: n.source, Open: n.meter.Find}
	n.console.Calls = callBook{replay.Reader{Register: n.Register, Records: receipts, Refused: n.refusedCall, Flush: n.meter.Flush}, receipts}
	n.services = &service.Desk{Door: n.Door, Vault: n.store, Sealer: sealer, Spent: n.store, Keys: issuers, Origin: s.Site.Origin, Log: s.Log, Made: n.Accounts.TokenMade}
	n.console.Services = n.services
	n.api = &api.API{Services: n.services, SignIn: companies, Clerk: clerk, Witness: witnessed, Register: n.Register, Notary: n.Notary, Door: n.Door, Accounts: n.Accounts, Usage: n.meter, Receipts: receipts, Refused: n.refusedCall, Room: n.gateway.Room, Levels: n.levels, Source: n.source, Documents: n.documents,
		Upstreams: n.Upstreams, KeySets: issuers, Notebook: notebook, Answers: n.store, Live: n.live, Used: n.store.LastUse, Now: s.Now, Log: s.Log, Ready: n.ready}
	n.wireFollowers(s, sealer)
	return nil
}

func (n *Node) source(ctx context.Context, id agreement.ID) ledger.Source {
	return n.store.Source(ctx, id)
}

// Inside is the handler of console and API on one listener. The path alone says who answers: a router would answer one
// that is not clean by itself, without the headers that guard every answer of theirs.
func (n *Node) Inside() http.Handler {
	machines, programs, people := n.api.Handler(), n.api.OAuth(), n.console.Handler()
	return n.proxies.Before(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case slices.Contains(program.Paths, path):
			programs.ServeHTTP(w, r)
		case slices.Contains([]string{"/api", "/openapi.json", "/livez", "/readyz"}, path), strings.HasPrefix(path, "/api/"), strings.HasPrefix(path, "/witness/"):
			machines.ServeHTTP(w, r)
		default:
			people.ServeHTTP(w, r)
		}
	}))
}

// outside is the handler of the gateway's listener.
func (n *Node) outside() http.Handler {
	calls := n.gateway.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			calls.ServeHTTP(w, r)
			return
		}
		if err := n.ready(r.Context()); err != nil {
			doors.NotReady(w, err)
			return
		}
		calls.ServeHTTP(w, r)
		n.remark(w)
	})
}

// lateSpan is how long usage may be on its way to the database before the node says so.
const lateSpan = 5 * time.Second

// remark tells, where a node is ready, what is not as it should be.
func (n *Node) remark(w io.Writer) {
	for _, id := range n.readOnly() {
		fmt.Fprintf(w, "read-only: %s\n", id)
	}
	if late := n.meter.Status().Waiting; late > lateSpan {
		fmt.Fprintf(w, "usage waits in the journal: the database has not taken it for %d s\n", int(late.Seconds()))
	}
}

// Why a node is not ready, in words for everyone; its log says more.
var (
	errDamaged   = errors.New("the database file is damaged: restore it from a backup")
	errUnmetered = errors.New("calls cannot be metered, and nothing is served unmetered")
)

// ready says why the node should get no more work; nil if it should.
func (n *Node) ready(context.Context) error {
	switch {
	case n.damaged.Load():
		return errDamaged
	case n.meter.Status().Err != nil:
		return errUnmetered
	}
	return nil
}

// Close ends what Open began, in the opposite order.
func (n *Node) Close(ctx context.Context) error {
	var errs []error
	if n.gateway != nil {
		errs = append(errs, n.storeRefusals(ctx), n.storeRefused(ctx))
		(&http.Client{Transport: n.gateway.Transport}).CloseIdleConnections()
	}
	if n.meter != nil {
		errs = append(errs, n.meter.Stop(ctx))
	}
	if n.store != nil {
		errs = append(errs, n.remember(ctx), n.store.Close())
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
	kek, err := hex.DecodeString(strings.TrimRight(string(text), "\r\n"))
	if err != nil {
		return nil, fmt.Errorf("the file %s does not hold a key of %d bytes in hexadecimal", path, access.KEKBytes)
	}
	return access.NewSealer(kek, rand.Reader)
}

// Operator reads the token of the node's operator, making it in a new folder. The operator
// opens agreements and makes links for people; in an agreement the operator has no role.
func Operator(dir string) (access.Key, error) {
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
	k, err := access.ParseKey(strings.TrimRight(string(text), "\r\n"))
	if err != nil {
		return k, fmt.Errorf("the file %s holds no token: %w", path, err)
	}
	return k, nil
}
