// Package visit is how a command asks a node: it finds the node that the flags name, a running one or
// one that lies in a folder of this machine, shows it who asks, and says in the words of the flags what the
// node refuses.
package visit

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"entente/cli/node"
	"entente/cli/terminal"
	"entente/client"
)

// A Visitor asks a node's API: a running one over HTTP, or the one in a data folder that no process
// runs, opened for the length of the command.
type Visitor struct {
	*client.Client
	Door  string // where people enter with a browser
	Close func() error
}

// NodeFlags say which node, and who asks.
func NodeFlags(f *flag.FlagSet) {
	f.String("node", "", "the node's `URL`, for example http://127.0.0.1:8600 (or ENTENTE_NODE)")
	f.String("token-file", "", "a `file` with your API token (or ENTENTE_TOKEN)")
	f.String("signer", "", "in place of a token: a `file` with the Ed25519 private key (PEM) by which your requests are signed (or ENTENTE_SIGNER); see `entente access signer`")
	f.String("data", "", "instead of --node: the data `folder` of a node on this machine; you act as its operator unless you give a token")
}

// Dial makes the client that the flags and the environment ask for.
func Dial(ctx context.Context, env *terminal.Env, f *flag.FlagSet) (*Visitor, error) {
	token, err := tokenOf(env, f)
	switch {
	case err != nil:
		return nil, err
	case token != "" && !strings.HasPrefix(token, "ent_"):
		return nil, terminal.Misusef("what is given as the token is none: it begins with ent_. ENTENTE_TOKEN holds the token itself; a file that holds it is named with --token-file")
	}
	if dir := terminal.Text(f, "data"); dir != "" {
		return dialFolder(ctx, env, dir, token)
	}
	node, signer := cmp.Or(terminal.Text(f, "node"), env.Getenv("ENTENTE_NODE")), cmp.Or(terminal.Text(f, "signer"), env.Getenv("ENTENTE_SIGNER"))
	if node == "" || token == "" && signer == "" {
		return nil, terminal.Misusef("say which node and who you are: --node URL and --token-file FILE (or ENTENTE_NODE and ENTENTE_TOKEN), or --data DIR")
	}
	v, err := dialURL(node, token)
	if err == nil && signer != "" && terminal.Text(f, "token-file") == "" {
		v.Signer, err = readSigner(signer)
	}
	return v, err
}

// readSigner reads the private key of a program that signs its requests.
func readSigner(name string) (ed25519.PrivateKey, error) {
	b, err := terminal.ReadAtMost(name, 64<<10)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, terminal.Misusef("%s is no private key in PEM; make one with: openssl genpkey -algorithm ed25519 -out %s", name, name)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	known, is := key.(ed25519.PrivateKey)
	if err != nil || !is {
		return nil, terminal.Misusef("%s is no Ed25519 key; make one with: openssl genpkey -algorithm ed25519 -out %s", name, name)
	}
	return known, nil
}

func tokenOf(env *terminal.Env, f *flag.FlagSet) (string, error) {
	name := terminal.Text(f, "token-file")
	if name == "" {
		return env.Getenv("ENTENTE_TOKEN"), nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("reading the token: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

func dialURL(node, token string) (*Visitor, error) {
	c, err := client.New(node, token)
	if err != nil {
		return nil, terminal.Misusef("%v", err)
	}
	return &Visitor{c, c.Base, func() error { return nil }}, nil
}

// dialFolder reaches the node that runs on a folder, or opens it if none does.
func dialFolder(ctx context.Context, env *terminal.Env, dir, token string) (*Visitor, error) {
	if _, err := os.Stat(filepath.Join(dir, "entente.db")); err != nil {
		return nil, fmt.Errorf("there is no node in %s: %w", dir, err)
	}
	operator, err := node.Operator(dir)
	if err != nil {
		return nil, err
	}
	if token == "" {
		token = operator.Text().Reveal()
	}
	if p, ok := node.Running(dir); ok {
		v, err := dialURL("http://"+p.Plain(), token)
		if err == nil {
			v.Door = p.Door()
		}
		return v, err
	}
	n, err := node.Open(ctx, node.Settings{Dir: dir, Name: "entente.local", Log: Quiet(env), Now: env.Now})
	if err != nil {
		return nil, err
	}
	n.Notary.Tick(ctx, Quiet(env))
	return &Visitor{&client.Client{Base: nowhere, Token: token, Via: handlerTransport{n.Inside()}}, "http://127.0.0.1:8600", func() error { return n.Close(context.WithoutCancel(ctx)) }}, nil
}

// nowhere stands for the address of a node that no process runs.
const nowhere = "http://node"

// AtRest reports whether no process runs the node.
func (v *Visitor) AtRest() bool { return v.Base == nowhere }

// Quiet is the log of a node that is open for the length of a command.
func Quiet(env *terminal.Env) *slog.Logger {
	return slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// handlerTransport answers requests with a handler in this process.
type handlerTransport struct{ http.Handler }

func (t handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.RequestURI = r.URL.RequestURI()
	t.ServeHTTP(w, r)
	return w.Result(), nil
}
