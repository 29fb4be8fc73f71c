package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"entente/files"
)

var serve = Command{
	Name: "serve", Args: "--data DIR [--listen ADDR] [--gateway ADDR] [--ports-file F]", Help: "run the node: console, API and gateway",
	Long: `
The node keeps everything in DIR: the ledgers and projections in entente.db, documents by digest,
usage in a journal, the key that seals secrets (kek) and the operator's token. Back up the folder
as a whole, and keep a copy of kek elsewhere.

Console and API listen on --listen, the gateway for AI traffic on --gateway. Port 0 takes a free
port; --ports-file says which. Both are bound to loopback unless told otherwise; put a TLS proxy in
front before you bind them to anything else.

An upstream (where a provider serves a component) must be a public address, unless the operator
allows another with --egress-allow, for example 127.0.0.1:7001 or 10.20.0.0/16.

SIGTERM ends the node gracefully: no new calls, running ones finish within --grace, usage is on disk.`,
	Flags: func(f *flag.FlagSet) { serveFlags(f) },
	Run:   runServe,
}

func serveFlags(f *flag.FlagSet) {
	f.String("data", "", "the data `folder`; made if it is new")
	f.String("listen", "127.0.0.1:8600", "`address` of console and API")
	f.String("gateway", "127.0.0.1:8601", "`address` of the gateway")
	f.String("ports-file", "", "write the bound addresses to this `file` as JSON")
	f.String("name", "entente.local", "the node's `name` in the origins of its logs")
	f.String("egress-allow", "", "comma-separated `addresses` that upstreams may have beyond public ones")
	f.String("durability", "standard", "`when` usage is on disk: standard (within 50 ms) or strict (before the first byte)")
	f.Duration("grace", 10*time.Second, "how long running calls may take to finish at the end")
}

func text(f *flag.FlagSet, name string) string { return f.Lookup(name).Value.String() }

func runServe(ctx context.Context, env *Env, f *flag.FlagSet) error {
	if text(f, "data") == "" || len(env.Args) > 0 {
		return misusef("--data DIR says where the node keeps everything; it takes no other arguments")
	}
	s, err := nodeSettings(env, f)
	if err != nil {
		return err
	}
	d, err := listen(f)
	if err != nil {
		return err
	}
	n, err := openNode(ctx, s)
	if err != nil {
		return errors.Join(err, d.close())
	}
	return n.serve(ctx, env, f, d, nil)
}

func nodeSettings(env *Env, f *flag.FlagSet) (settings, error) {
	durability := text(f, "durability")
	if durability != "standard" && durability != "strict" {
		return settings{}, misusef("--durability is standard or strict, not %q", durability)
	}
	s := settings{dir: text(f, "data"), name: text(f, "name"), strict: durability == "strict", now: env.Now,
		log: slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo}))}
	for _, a := range strings.Split(text(f, "egress-allow"), ",") {
		if a = strings.TrimSpace(a); a != "" {
			s.allow = append(s.allow, a)
		}
	}
	return s, nil
}

// ports are the addresses that a node listens on, as the ports file says them.
type ports struct {
	Listen  string `json:"listen"`
	Gateway string `json:"gateway"`
}

// serve opens the doors until the context ends; ready is called once they are open.
func (n *node) serve(ctx context.Context, env *Env, f *flag.FlagSet, d *doors, ready func(ports) error) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	n.run(background)
	d.inside.open(n.inside())
	d.outside.open(n.outside())
	err := n.announce(env, f, d.ports())
	if err == nil && ready != nil {
		err = ready(d.ports())
	}
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-d.failures:
		}
	}
	return errors.Join(err, n.end(f, d, stop))
}

func (n *node) announce(env *Env, f *flag.FlagSet, p ports) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := files.WriteFile(filepath.Join(n.dir, "ports.json"), b, 0o600); err != nil {
		return fmt.Errorf("writing the ports: %w", err)
	}
	if name := text(f, "ports-file"); name != "" {
		if err := files.WriteFile(name, b, 0o600); err != nil {
			return fmt.Errorf("writing the ports file: %w", err)
		}
	}
	n.log.Info("the node is ready", "console", "http://"+p.Listen, "gateway", "http://"+p.Gateway)
	return nil
}

// end stops taking calls, lets running ones finish, and closes the node.
func (n *node) end(f *flag.FlagSet, d *doors, stop func()) error {
	grace, _ := time.ParseDuration(text(f, "grace"))
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	n.log.Info("the node is ending")
	cut, err := d.shut(ctx)
	if cut {
		n.log.Warn("calls were still running and were cut off")
	}
	stop()
	last, cancelLast := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancelLast()
	return errors.Join(err, n.close(last))
}

func doorServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second,
		IdleTimeout: 30 * time.Second, MaxHeaderBytes: 32 << 10}
}

// run starts what works in the background: the clock, the counters of refusals, and the care of the
// database.
func (n *node) run(ctx context.Context) {
	wake := make(chan struct{}, 1)
	n.register.Changed = func() {
		n.gateway.Recheck()
		select {
		case wake <- struct{}{}:
		default:
		}
	}
	go n.notary.Keep(ctx, n.log, wake)
	go n.keepRefusals(ctx)
	go n.inspect(ctx)
	go n.sweep(ctx)
}

// inspect reads the whole database file once. If it is damaged the node says that it is not ready, so
// that no proxy sends it more work; the operator decides what becomes of it.
func (n *node) inspect(ctx context.Context) {
	began := time.Now()
	switch err := n.store.CheckIntegrity(ctx); {
	case ctx.Err() != nil:
	case err != nil:
		n.damaged.Store(true)
		n.log.Error("THE DATABASE IS DAMAGED; /readyz says so until the node is started on a whole file", "error", err)
	default:
		n.log.Info("the database was checked", "took", time.Since(began))
	}
}

// answersKept is how long a retry gets the answer of the first attempt.
const answersKept = 30 * 24 * time.Hour

// sweep deletes, now and daily, the answers that no retry will ask for any more.
func (n *node) sweep(ctx context.Context) {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		if err := n.store.Sweep(ctx, n.notary.Now().Add(-answersKept)); err != nil && ctx.Err() == nil {
			n.log.Warn("old answers were not deleted", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-daily.C:
		}
	}
}
