package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"entente/egress"
)

// A client asks a node's API: a running one over HTTP, or the one in a data folder that no process
// runs, opened for the length of the command.
type client struct {
	base  string
	token string
	via   http.RoundTripper
	close func() error
}

func clientFlags(f *flag.FlagSet) {
	f.String("node", "", "the node's `URL`, for example http://127.0.0.1:8600 (or ENTENTE_NODE)")
	f.String("token-file", "", "a `file` with your API token (or ENTENTE_TOKEN)")
	f.String("data", "", "instead of --node: the data `folder` of a node on this machine; you act as its operator unless you give a token")
}

// dial makes the client that the flags and the environment ask for.
func dial(ctx context.Context, env *Env, f *flag.FlagSet) (*client, error) {
	token, err := tokenOf(env, f)
	if err != nil {
		return nil, err
	}
	if dir := text(f, "data"); dir != "" {
		return dialFolder(ctx, env, dir, token)
	}
	node := text(f, "node")
	if node == "" {
		node = env.Getenv("ENTENTE_NODE")
	}
	if node == "" || token == "" {
		return nil, misusef("say which node and who you are: --node URL and --token-file FILE (or ENTENTE_NODE and ENTENTE_TOKEN), or --data DIR")
	}
	return dialURL(node, token)
}

func tokenOf(env *Env, f *flag.FlagSet) (string, error) {
	name := text(f, "token-file")
	if name == "" {
		return env.Getenv("ENTENTE_TOKEN"), nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("reading the token: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// dialURL reaches a node that the user names; that is the permission to connect there.
func dialURL(node, token string) (*client, error) {
	u, err := url.Parse(node)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, misusef("%q is not a node's URL, for example http://127.0.0.1:8600", node)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	policy := egress.Policy{Allow: []string{net.JoinHostPort(u.Hostname(), port)}}
	return &client{strings.TrimSuffix(node, "/"), token, policy.RoundTripper(), func() error { return nil }}, nil
}

// dialFolder reaches the node that runs on a folder, or opens it if none does.
func dialFolder(ctx context.Context, env *Env, dir, token string) (*client, error) {
	if _, err := os.Stat(filepath.Join(dir, "entente.db")); err != nil {
		return nil, fmt.Errorf("there is no node in %s: %w", dir, err)
	}
	operator, err := openOperator(dir)
	if err != nil {
		return nil, err
	}
	if token == "" {
		token = operator.Text().Reveal()
	}
	if p, ok := running(dir); ok {
		return dialURL("http://"+p.Listen, token)
	}
	n, err := openNode(ctx, settings{dir: dir, name: "entente.local", log: slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), now: env.Now})
	if err != nil {
		return nil, err
	}
	n.notary.Tick(ctx, n.log)
	return &client{"http://node", token, handlerTransport{n.inside()}, func() error { return n.close(context.WithoutCancel(ctx)) }}, nil
}

// running finds the node that serves a folder: its ports file, if someone answers there.
func running(dir string) (ports, bool) {
	b, err := os.ReadFile(filepath.Join(dir, "ports.json"))
	var p ports
	if err != nil || json.Unmarshal(b, &p) != nil {
		return p, false
	}
	conn, err := net.DialTimeout("tcp", p.Listen, time.Second)
	if err != nil {
		return p, false
	}
	return p, conn.Close() == nil
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

// call sends one request and reads the answer into out, which may be nil, a *[]byte for what is not
// JSON, or something that JSON is read into. Writes carry an idempotency key.
func (c *client) call(ctx context.Context, method, path string, body, out any) error {
	var content io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if method != http.MethodGet {
		key := make([]byte, 16)
		if _, err := rand.Read(key); err != nil {
			return err
		}
		r.Header.Set("Idempotency-Key", hex.EncodeToString(key))
	}
	answer, err := c.via.RoundTrip(r)
	if err != nil {
		return fmt.Errorf("asking the node: %w", err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, 1<<30))
	if err != nil {
		return fmt.Errorf("reading the node's answer: %w", err)
	}
	if answer.StatusCode >= 300 {
		return problem(answer, b)
	}
	switch out := out.(type) {
	case nil:
		return nil
	case *[]byte:
		*out = b
		return nil
	default:
		return json.Unmarshal(b, out)
	}
}

// problem is the node's refusal in one line: what, why and under which clause.
func problem(answer *http.Response, b []byte) error {
	var p struct {
		Title, Detail, Clause string
		Errors                []struct{ Message, Location string }
		Findings              []struct {
			Line, Column                          int
			Severity, Clause, Rule, Message, Hint string
		}
	}
	if json.Unmarshal(b, &p) != nil || p.Title+p.Detail == "" {
		return fmt.Errorf("the node answered %s", answer.Status)
	}
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	for _, e := range p.Errors {
		text += fmt.Sprintf("\n  %s: %s", e.Location, e.Message)
	}
	for _, e := range p.Findings {
		text += fmt.Sprintf("\n  %d:%d: %s: clause %s: %s [%s]", e.Line, e.Column, e.Severity, e.Clause, e.Message, e.Rule)
	}
	return errors.New(text)
}

// agreementFlag is the --agreement flag of a command, or the only agreement that the caller has.
func (c *client) agreement(ctx context.Context, f *flag.FlagSet) (string, error) {
	if id := text(f, "agreement"); id != "" {
		return id, nil
	}
	var page struct{ Items []struct{ ID, Number string } }
	if err := c.call(ctx, http.MethodGet, "/api/v1/agreements", nil, &page); err != nil {
		return "", err
	}
	switch len(page.Items) {
	case 0:
		return "", errors.New("there is no agreement on the node yet; `entente submit FILE` brings one")
	case 1:
		return page.Items[0].ID, nil
	}
	return "", misusef("the node has %d agreements; name one with --agreement", len(page.Items))
}
