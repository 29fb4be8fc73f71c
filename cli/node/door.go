package node

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"

	"entente/gateway/certificate"
	"entente/gateway/front"
)

// A door is a listener with a server. It is there before the node is: until it is opened, whoever
// comes is told that the node is starting.
type door struct {
	listener net.Listener
	server   server
	behind   atomic.Pointer[http.Handler]
}

// A server is that of net/http for console and API, and the gateway's own front.
type server interface {
	Serve(l net.Listener) error
	Shutdown(ctx context.Context) error
	Close() error
}

// Doors are the two of a node.
type Doors struct {
	inside, outside door                        // console and API, and the gateway
	secured         bool                        // callers of the gateway speak TLS
	asks            atomic.Pointer[func() bool] // whether callers of the gateway are asked for a certificate
	failures        chan error
}

// Listen takes both addresses, that of console and API and that of the gateway, so that whoever
// watches the node sees from the first moment that it runs. Callers of the gateway speak TLS if
// secure is not nil.
func Listen(inside, outside string, secure *tls.Config) (*Doors, error) {
	d := &Doors{failures: make(chan error, 2), secured: secure != nil}
	if secure != nil {
		secure = certificate.Asking(secure, func() bool { asks := d.asks.Load(); return asks != nil && (*asks)() })
	}
	d.inside.server, d.outside.server = doorServer(&d.inside), &front.Server{Handler: &d.outside, TLS: secure}
	var err error
	if d.inside.listener, err = net.Listen("tcp", inside); err != nil {
		return nil, fmt.Errorf("listening for console and API: %w", err)
	}
	if d.outside.listener, err = net.Listen("tcp", outside); err != nil {
		return nil, errors.Join(fmt.Errorf("listening for the gateway: %w", err), d.inside.listener.Close())
	}
	for _, one := range []*door{&d.inside, &d.outside} {
		go func() { d.failures <- one.server.Serve(one.listener) }()
	}
	return d, nil
}

// Ports are the addresses that were taken.
func (d *Doors) Ports() Ports {
	return Ports{d.inside.listener.Addr().String(), d.outside.listener.Addr().String()}
}

// Close cuts off whoever is still there.
func (d *Doors) Close() error {
	return errors.Join(d.outside.server.Close(), d.inside.server.Close())
}

// shut lets no one in any more and waits until those inside have left, or until the context ends and
// they are cut off; it says whether anyone was.
func (d *Doors) shut(ctx context.Context) (cut bool, err error) {
	if err := errors.Join(d.outside.server.Shutdown(ctx), d.inside.server.Shutdown(ctx)); err == nil {
		return false, nil
	}
	return true, d.Close()
}

// open lets everyone in to h.
func (d *door) open(h http.Handler) { d.behind.Store(&h) }

var errStarting = errors.New("the node is starting: it is reading its ledgers")

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := d.behind.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	if r.URL.Path != "/livez" {
		notReady(w, errStarting)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(`{"status":"ok"}`))
}

// notReady answers for a node that takes no work now, as the API does (RFC 9457).
func notReady(w http.ResponseWriter, why error) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Retry-After", "1")
	h.Set("Connection", "close") // what was sent with the request is not read
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "urn:entente:problem:not-ready", "title": "The node cannot do this now", "status": http.StatusServiceUnavailable, "detail": why.Error()})
}
