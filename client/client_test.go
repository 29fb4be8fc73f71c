package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"entente/client"
	"entente/egress"

	"github.com/google/go-cmp/cmp"
)

// node is a server that answers as h does, and a client of it.
func node(t *testing.T, h http.HandlerFunc) *client.Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c, err := client.New(s.URL+"/", "ent_api_token")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAddresses(t *testing.T) {
	for _, wrong := range []string{"", "127.0.0.1:8600", "ftp://127.0.0.1", "http://", "http://:8600", "http://node.example/?x=1"} {
		if _, err := client.New(wrong, "t"); !errors.Is(err, client.ErrAddress) {
			t.Errorf("%q: got %v", wrong, err)
		}
	}
	for _, right := range []string{"http://127.0.0.1:8600", "https://node.example", "https://node.example/entente/", "http://[::1]:8600"} {
		if c, err := client.New(right, "t"); err != nil || strings.HasSuffix(c.Base, "/") {
			t.Errorf("%q: got %v", right, err)
		}
	}
}

// Every request shows the token; each write has a name of its own, reads have none.
func TestWhatARequestShows(t *testing.T) {
	keys := map[string]bool{}
	c := node(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer ent_api_token" {
			t.Errorf("%s %s shows %q", r.Method, r.URL, r.Header.Get("Authorization"))
		}
		key := r.Header.Get("Idempotency-Key")
		if (r.Method == http.MethodGet) != (key == "") || keys[key] {
			t.Errorf("%s: key %q", r.Method, key)
		}
		keys[key] = key != ""
		fmt.Fprint(w, `{"id":"x"}`)
	})
	for _, method := range []string{"GET", "POST", "POST", "DELETE"} {
		var out struct{ ID string }
		if err := c.Call(t.Context(), method, "/api", nil, &out); err != nil || out.ID != "x" {
			t.Errorf("%s: %v, %+v", method, err, out)
		}
	}
}

func TestARefusal(t *testing.T) {
	for name, tt := range map[string]struct{ sent, said string }{
		"a clause":      {`{"title":"no","detail":"cannot do this: why (clause 7.1)","clause":"7.1"}`, "cannot do this: why (clause 7.1)"},
		"one fault":     {`{"title":"no","detail":"body.a: is missing","errors":[{"location":"body.a","message":"is missing"}]}`, "body.a: is missing"},
		"two faults":    {`{"title":"no","detail":"two","errors":[{"location":"a","message":"x"},{"location":"b","message":"y"}]}`, "two\n  a: x\n  b: y"},
		"a finding":     {`{"title":"no","detail":"mend","findings":[{"line":3,"column":4,"severity":"error","clause":"6.1","message":"m","rule":"r"}]}`, "mend\n  3:4: error: clause 6.1: m [r]"},
		"not a problem": {`<html>`, "the node answered 409 Conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			c := node(t, func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(http.StatusConflict)
				fmt.Fprint(w, tt.sent)
			})
			var p *client.Problem
			if err := c.Call(t.Context(), "POST", "/", map[string]int{"a": 1}, nil); !errors.As(err, &p) || p.Status != http.StatusConflict || err.Error() != tt.said {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A node that is not there and one that is only slow are told apart, and so is a user who left.
func TestSilence(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone, err := client.New("http://"+l.Addr().String(), "t")
	if err = errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	if err := gone.Call(t.Context(), "GET", "/", nil, nil); !errors.Is(err, client.ErrUnreachable) || !strings.Contains(err.Error(), gone.Base) {
		t.Errorf("nobody there: %v", err)
	}
	stranger := httptest.NewTLSServer(http.NotFoundHandler())
	defer stranger.Close()
	untrusted, err := client.New(stranger.URL, "t")
	if err != nil {
		t.Fatal(err)
	}
	if err := untrusted.Call(t.Context(), "GET", "/", nil, nil); !errors.Is(err, client.ErrStranger) || !strings.Contains(err.Error(), "unknown authority") || !strings.Contains(err.Error(), "SSL_CERT_FILE") {
		t.Errorf("a certificate of nobody known: %v", err)
	}
	slow := node(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	host := strings.TrimPrefix(slow.Base, "http://")
	slow.Via = egress.Policy{Allow: []string{host}, Header: 50 * time.Millisecond}.RoundTripper()
	for method, said := range map[string]string{"GET": "try again", "POST": "may still do what you asked"} {
		if err := slow.Call(t.Context(), method, "/", nil, nil); !errors.Is(err, client.ErrSlow) || !strings.Contains(err.Error(), said) {
			t.Errorf("slow %s: %v", method, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := slow.Call(ctx, "GET", "/", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("left: %v", err)
	}
}

// A list is read to its end, each page behind the one before, whatever else the query says.
func TestItems(t *testing.T) {
	c := node(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.RawQuery {
		case "", "a=1":
			fmt.Fprint(w, `{"items":[1,2],"next":"b c"}`)
		case "after=b+c", "a=1&after=b+c":
			fmt.Fprint(w, `{"items":[],"next":"d"}`)
		case "after=d", "a=1&after=d":
			fmt.Fprint(w, `{"items":[3]}`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	for _, path := range []string{"/list", "/list?a=1"} {
		var got []string
		for item, err := range c.Items(t.Context(), path) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(item))
		}
		if diff := cmp.Diff([]string{"1", "2", "3"}, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	for item, err := range c.Items(t.Context(), "/list?other") {
		if err == nil {
			t.Errorf("got %s", json.RawMessage(item))
		}
	}
}
