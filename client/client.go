// Package client asks a node's API, as the programs of a partner do.
//
// It shows a token of one person, names each write so that repeating it is the same operation, goes
// through lists page by page, and returns every refusal as a Problem that cites its clause.
package client

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"entente/access/signature"
	"entente/egress"
)

// A Client asks one node as one person. Many goroutines may use it.
type Client struct {
	Base   string // the node's URL, without a slash at its end
	Token  string
	Signer ed25519.PrivateKey // signs each request in place of the token (RFC 9421), if there is one
	Via    http.RoundTripper
}

// The errors that callers branch on.
var (
	ErrAddress     = errors.New("not a node's URL; write one like http://127.0.0.1:8600")
	ErrUnreachable = errors.New("no node answers")
	ErrSlow        = errors.New("the node did not answer in time")
	ErrStranger    = errors.New("the node's certificate is not trusted here")
)

// New makes a client of the node at a URL that the user names; that is the permission to connect
// there. The error wraps ErrAddress.
func New(node, token string) (*Client, error) {
	u, err := url.Parse(node)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%q is %w", node, ErrAddress)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	policy := egress.Policy{Allow: []string{net.JoinHostPort(u.Hostname(), port)}}
	return &Client{Base: strings.TrimSuffix(node, "/"), Token: token, Via: policy.RoundTripper()}, nil
}

// largest is the most bytes of an answer that are read.
const largest = 1 << 30

// Call sends one request and reads the answer into out, which may be nil, a *[]byte for what is not
// JSON, or something that JSON is read into. A refusal is a *Problem; when the node cannot be asked
// the error wraps ErrUnreachable, ErrStranger when the node does not prove to be who it should be, and
// ErrSlow when it was asked and did not answer.
func (c *Client) Call(ctx context.Context, method, path string, body, out any) error {
	r, err := c.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	answer, err := c.Via.RoundTrip(r)
	if err != nil {
		return c.silence(r, err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(io.LimitReader(answer.Body, largest))
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
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("reading the node's answer: %w", err)
	}
	return nil
}

func (c *Client) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("writing the request: %w", err)
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, c.Base+path, bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if method != http.MethodGet {
		r.Header.Set("Idempotency-Key", rand.Text())
	}
	if c.Signer == nil {
		r.Header.Set("Authorization", "Bearer "+c.Token)
		return r, nil
	}
	return r, signature.Sign(r, content, c.Signer, rand.Text(), time.Now())
}

// silence tells a node that is not there from one that is only slow. What a slow one was asked to do
// may still happen.
func (c *Client) silence(r *http.Request, err error) error {
	var network *net.OpError
	var timed interface{ Timeout() bool }
	var certificate *tls.CertificateVerificationError
	switch {
	case r.Context().Err() != nil:
		return fmt.Errorf("asking the node: %w", r.Context().Err())
	case errors.As(err, &certificate):
		return fmt.Errorf("%w: %s: %w; a certificate of your own authority is trusted where SSL_CERT_FILE names the authority's", ErrStranger, c.Base, certificate.Err)
	case errors.As(err, &network) && network.Op == "dial", !errors.As(err, &timed) || !timed.Timeout():
		return fmt.Errorf("%w at %s: is it running, and is the address right?", ErrUnreachable, c.Base)
	case r.Method == http.MethodGet:
		return fmt.Errorf("%w: it is there, at %s, but busy; try again", ErrSlow, c.Base)
	}
	return fmt.Errorf("%w: it is there, at %s, but busy, and may still do what you asked; look before you ask again", ErrSlow, c.Base)
}

// Items goes through a list, page by page; path may have a query. A page can be empty and have one behind it: a
// node looks through so many things for a page, and hands on those that the query asks for.
func (c *Client) Items(ctx context.Context, path string) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		joint := "?"
		if strings.Contains(path, "?") {
			joint = "&"
		}
		for next := path; next != ""; {
			var page struct {
				Items []json.RawMessage
				Next  string
			}
			if err := c.Call(ctx, http.MethodGet, next, nil, &page); err != nil {
				yield(nil, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			next = ""
			if page.Next != "" {
				next = path + joint + "after=" + url.QueryEscape(page.Next)
			}
		}
	}
}
