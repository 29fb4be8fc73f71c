package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"entente/access/proxy"
	"entente/cli/doors"
	"entente/cli/logline"
	"entente/cli/node"
	"entente/cli/terminal"
	"entente/egress"
	"entente/gateway/certificate"
	"entente/ledger/passkey"
	"entente/ledger/seal"
	"entente/timestamp"
)

var serve = terminal.Command{
	Name: "serve", Args: "--data DIR [--listen ADDR] [--gateway ADDR] [--ports-file F]", Help: "run the node: console, API and gateway",
	Long: `
The node keeps everything in DIR: the ledgers and projections in entente.db, documents by digest,
usage in a journal, the key that seals secrets (kek) and the operator's token. The command backup copies
it all while the node serves.

Console and API listen on --listen, the gateway for AI traffic on --gateway. Port 0 takes a free
port; --ports-file says which, as long as the node runs. Both speak plain HTTP and are bound to
loopback. With --tls-cert and --tls-key the gateway speaks TLS (1.2 and 1.3, HTTP/2 and HTTP/1.1), and
console and API with --listen-tls as well; renewed files are taken within seconds, without a restart.
With --acme-names an authority such as Let's Encrypt certifies the node in place of files, if the gateway
is what it finds at port 443 of these names.
A plain listener beyond loopback is refused unless --behind-tls-proxy says that a proxy in front of it
ends TLS: tokens, keys and what calls carry would cross the network for anybody to read. With --metrics
the node says there how it is and what passes, for Prometheus; that listener is the operator's, and
shows the ids of agreements.

An upstream (where a provider serves a component) must be a public address, unless the operator
allows another with --egress-allow, for example 127.0.0.1:7001 or 10.20.0.0/16.

SIGTERM ends the node gracefully: no new calls, running ones finish within --grace, usage is on disk.`,
	Flags: func(f *flag.FlagSet) { serveFlags(f) },
	Run:   runServe,
}

func serveFlags(f *flag.FlagSet) {
	doorFlags(f)
	f.String("tls-cert", "", "a PEM `file` with the certificate that the gateway shows, and its chain")
	f.String("tls-key", "", "a PEM `file` with the certificate's private key")
	f.String("acme-names", "", "instead of --tls-cert: comma-separated `names` of this node, which an authority certifies (ACME)")
	f.String("acme-directory", certificate.LetsEncrypt, "the authority's directory, a `URL`")
	f.String("acme-email", "", "the operator's `address`, for the authority")
	f.Bool("acme-accept-terms", false, "you agree to the authority's terms of service")
	f.String("gateway-url", "", "where callers reach the gateway, a `URL` such as https://ai.company.example, if not at --gateway: the console shows it to engineers")
	f.Bool("listen-tls", false, "console and API speak TLS as well, with the gateway's certificate")
	f.String("egress-allow", "", "comma-separated `addresses` that upstreams may have beyond public ones")
	f.String("issuer-allow", "", "comma-separated `addresses` beyond public ones where issuers of access tokens may publish their keys")
	f.Duration("upstream-connect", 5*time.Second, "how `long` connecting to an upstream may take, and its TLS handshake")
	f.Duration("upstream-header", time.Minute, "how `long` an upstream may take until its answer begins")
	f.Duration("upstream-idle", time.Minute, "how `long` an upstream may be silent in the middle of an answer")
	f.Duration("upstream-total", time.Hour, "how `long` a call may take in all, unless it waits for news; 0 for as long as it takes")
	f.Int("upstream-failures", 5, "so `many` calls in a row without an answer, within a minute, make an upstream count as out")
	f.Duration("upstream-pause", 10*time.Second, "how `long` an upstream that is out is not called, until one call tries again")
	f.String("durability", "standard", "`when` usage is on disk: standard (within 50 ms) or strict (before the first byte)")
	f.Int64("journal-limit", 8<<30, "the most `bytes` that usage takes on disk on its way to the database; then calls are refused until the database has it")
	f.Int64("hold-tokens", 4096, "how many `tokens` a limit holds for an answer whose call states no maximum")
	mailFlags(f)
	f.String("timestamp", "", "a time-stamp authority (RFC 3161) that stamps what is signed on this node, a `URL`; it is reached as upstreams are (--egress-allow), and a signature without its answer stands all the same")
	f.String("follow", "", "a `file` with the keys of logs that this node witnesses, a line each (see the command witness)")
}

// doorFlags say where a node is reached, on a real node as on that of the demo.
func doorFlags(f *flag.FlagSet) {
	f.String("data", "", "the data `folder`; made if it is new")
	f.String("listen", "127.0.0.1:8600", "`address` of console and API")
	f.String("gateway", "127.0.0.1:8601", "`address` of the gateway")
	f.Bool("behind-tls-proxy", false, "permit addresses beyond loopback: a proxy in front of them ends TLS")
	f.String("ports-file", "", "write the bound addresses to this `file` as JSON")
	f.String("name", "entente.local", "the node's `name` in the origins of its logs")
	f.String("trusted-proxies", "", "comma-separated `addresses` or blocks of proxies on other machines whose X-Forwarded-For and X-Forwarded-Proto count at console and API")
	f.String("public-url", "", "the `address` under which people reach console and API, for example https://entente.company.example; passkeys and links in letters need it")
	f.String("metrics", "", "the `address` of /metrics for Prometheus, apart from the other two; none if not said")
	f.Duration("grace", 10*time.Second, "how long running calls may take to finish at the end")
}

// leastJournal has room for the segments that are laid out ahead, and for some that wait.
const leastJournal = 128 << 20

// span is a flag that is a duration.
func span(f *flag.FlagSet, name string) time.Duration {
	d, _ := time.ParseDuration(terminal.Text(f, name)) // the flag has parsed it
	return d
}

// headroom is how many bytes the collector's work waits for beyond what the heap asks for: a node's heap
// is small, and a busy gateway would have it swept many times a second. Nobody writes to it, so that it
// takes no memory.
const headroom = 32 << 20

func runServe(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
	unused := make([]byte, headroom)
	defer runtime.KeepAlive(unused)
	if terminal.Text(f, "data") == "" || len(env.Args) > 0 {
		return terminal.Misusef("--data DIR says where the node keeps everything; it takes no other arguments")
	}
	if err := guarded(f); err != nil {
		return err
	}
	lines := logline.To(env.Stderr, slog.LevelInfo)
	defer lines.Flush()
	slog.SetDefault(slog.New(lines)) // what libraries say of a strange service takes the same way, and loses its secrets there
	s, err := nodeSettings(env, f, slog.Default())
	if err != nil {
		return err
	}
	secure, authority, err := shown(env, f, s.Log)
	if err != nil {
		return err
	}
	d, err := doors.Listen(doors.Listening{Inside: terminal.Text(f, "listen"), Outside: terminal.Text(f, "gateway"), TLS: secure, InsideTLS: terminal.Text(f, "listen-tls") == "true"})
	if err != nil {
		return err
	}
	service, err := service(f)
	if err != nil {
		return errors.Join(err, d.Close())
	}
	service.ACME = authority
	n, err := node.Open(ctx, s)
	if err != nil {
		return errors.Join(err, d.Close())
	}
	return n.Serve(ctx, d, service)
}

// guarded refuses to speak plain HTTP to a network.
func guarded(f *flag.FlagSet) error {
	for _, name := range []string{"listen", "gateway", "metrics"} {
		if name == "metrics" && terminal.Text(f, name) == "" {
			continue
		}
		host, _, err := net.SplitHostPort(terminal.Text(f, name))
		if err != nil {
			return terminal.Misusef("--%s is an address with a port, for example 127.0.0.1:8600", name)
		}
		ip, _ := netip.ParseAddr(host)
		secured := terminal.Text(f, "tls-cert")+terminal.Text(f, "acme-names") != "" && (name == "gateway" || name == "listen" && terminal.Text(f, "listen-tls") == "true")
		if host != "localhost" && !ip.IsLoopback() && !secured && terminal.Text(f, "behind-tls-proxy") != "true" {
			return terminal.Misusef("--%s %s is not a loopback address, and the node would speak plain HTTP there: give it a certificate (--tls-cert or --acme-names; for console and API also --listen-tls), or put a proxy that ends TLS in front of it and say so with --behind-tls-proxy", name, terminal.Text(f, name))
		}
	}
	return nil
}

func service(f *flag.FlagSet) (node.Service, error) {
	s := node.Service{Ports: terminal.Text(f, "ports-file"), Grace: span(f, "grace")}
	if at := terminal.Text(f, "metrics"); at != "" {
		listener, err := net.Listen("tcp", at)
		if err != nil {
			return s, fmt.Errorf("listening for metrics: %w", err)
		}
		s.Metrics = listener
	}
	return s, nil
}

// gatewayURL is where callers reach the gateway, without a slash at its end; empty if that is not said.
func gatewayURL(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "", nil
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery+u.Fragment != "":
		return "", terminal.Misusef("--gateway-url is an address such as https://ai.company.example, not %q", text)
	}
	return strings.TrimSuffix(text, "/"), nil
}

func nodeSettings(env *terminal.Env, f *flag.FlagSet, log *slog.Logger) (node.Settings, error) {
	durability := terminal.Text(f, "durability")
	if durability != "standard" && durability != "strict" {
		return node.Settings{}, terminal.Misusef("--durability is standard or strict, not %q", durability)
	}
	held, _ := strconv.ParseInt(terminal.Text(f, "hold-tokens"), 10, 64) // the flag has parsed it
	if held < 1 {
		return node.Settings{}, terminal.Misusef("--hold-tokens is a number of tokens from 1 on")
	}
	journal, _ := strconv.ParseInt(terminal.Text(f, "journal-limit"), 10, 64) // the flag has parsed it
	if journal < leastJournal {
		return node.Settings{}, terminal.Misusef("--journal-limit is a number of bytes from %d on", int64(leastJournal))
	}
	for _, name := range []string{"upstream-connect", "upstream-header", "upstream-idle", "upstream-pause"} {
		if span(f, name) <= 0 {
			return node.Settings{}, terminal.Misusef("--%s is a time longer than none, for example 5s", name)
		}
	}
	if total := span(f, "upstream-total"); total < 0 || total > 0 && total < span(f, "upstream-header") {
		return node.Settings{}, terminal.Misusef("--upstream-total is at least --upstream-header, or 0")
	}
	failures, _ := strconv.Atoi(terminal.Text(f, "upstream-failures"))
	if failures < 1 {
		return node.Settings{}, terminal.Misusef("--upstream-failures is a number of calls from 1 on")
	}
	front, err := gatewayURL(terminal.Text(f, "gateway-url"))
	if err != nil {
		return node.Settings{}, err
	}
	s := node.Settings{Gateway: front, Upstream: egress.Policy{Connect: span(f, "upstream-connect"), TLS: span(f, "upstream-connect"), Header: span(f, "upstream-header"), Idle: span(f, "upstream-idle")},
		Total: span(f, "upstream-total"), Failures: failures, Pause: span(f, "upstream-pause"), Held: held, Dir: terminal.Text(f, "data"), Name: terminal.Text(f, "name"), Strict: durability == "strict", Journal: journal, Now: env.Now, Log: log}
	s.Upstream.Allow, s.Issuers = terminal.Listed(terminal.Text(f, "egress-allow")), terminal.Listed(terminal.Text(f, "issuer-allow"))
	if s.Follow, err = logKeys(terminal.Text(f, "follow")); err != nil {
		return s, err
	}
	if s.Mail, err = relay(f); err != nil {
		return s, err
	}
	if address := terminal.Text(f, "public-url"); address != "" {
		if s.Site, err = passkey.ParseSite(address); err != nil {
			return s, terminal.Misusef("--public-url: %v", err)
		}
	}
	if s.Proxies, err = proxy.Parse(terminal.Listed(terminal.Text(f, "trusted-proxies"))); err != nil {
		return s, terminal.Misusef("--trusted-proxies: %v", err)
	}
	if err := s.Upstream.Check(); err != nil {
		return s, terminal.Misusef("--egress-allow: %v", err)
	}
	if address := terminal.Text(f, "timestamp"); address != "" {
		if s.Stamps, err = timestamp.At(address, egress.Policy{Allow: s.Upstream.Allow}); err != nil {
			return s, terminal.Misusef("--timestamp: %v", err)
		}
	}
	if err := (egress.Policy{Allow: s.Issuers}).Check(); err != nil {
		return s, terminal.Misusef("--issuer-allow: %v", err)
	}
	return s, nil
}

// logKeys reads a file with the verifier keys of logs, a line each; empty lines and those that begin
// with # do not count.
func logKeys(name string) (keys []seal.VKey, err error) {
	if name == "" {
		return nil, nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, terminal.Misusef("--follow: %v", err)
	}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, err := seal.ParseVKey(line)
		if err != nil || k.Kind != seal.LogKind {
			return nil, terminal.Misusef("--follow: %.80q is not the key of a log, as /log/log.vkey of its node says it", line)
		}
		keys = append(keys, k)
	}
	return keys, nil
}
