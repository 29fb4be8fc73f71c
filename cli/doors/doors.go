// Package doors is where a node is entered: the listeners of console and API, of the gateway and, for the commands
// of the same machine, one more where those speak TLS. They are there before the node is, and say that it is
// starting until it opens them.
package doors

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

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

// Doors are those of a node: that of console and API, that of the gateway and, where console and API
// speak TLS, one more for the commands of this machine.
type Doors struct {
	inside, outside door
	local           door   // its listener is nil where inside is plain
	secured         bool   // callers of the gateway speak TLS
	asks, asksIn    asking // whether callers of the gateway, and of the API, are asked for a certificate
	failures        chan error
}

// An asking says whether callers are asked for a certificate of theirs; nobody is before it is set.
type asking struct{ atomic.Pointer[func() bool] }

func (a *asking) now() bool {
	asks := a.Load()
	return asks != nil && (*asks)()
}

// A Listening says where a node listens, and who speaks TLS there.
type Listening struct {
	Inside, Outside string      // the addresses of console and API, and of the gateway
	TLS             *tls.Config // that callers of the gateway speak; nil for plain connections
	InsideTLS       bool        // browsers and programs that come to console and API speak it too
}

// Listen takes both addresses, so that whoever watches the node sees from the first moment that it
// runs.
func Listen(l Listening) (*Doors, error) {
	d := &Doors{failures: make(chan error, 3), secured: l.TLS != nil}
	var err error
	if d.inside.listener, err = net.Listen("tcp", l.Inside); err != nil {
		return nil, fmt.Errorf("listening for console and API: %w", err)
	}
	if d.outside.listener, err = net.Listen("tcp", l.Outside); err != nil {
		return nil, errors.Join(fmt.Errorf("listening for the gateway: %w", err), d.inside.listener.Close())
	}
	d.inside.server = Server(&d.inside)
	callers := l.TLS
	if l.TLS != nil {
		callers = certificate.Asking(l.TLS, d.asks.now)
	}
	d.outside.server = &front.Server{Handler: &d.outside, Bare: true, TLS: callers}
	if l.TLS != nil && l.InsideTLS {
		if d.local.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return nil, errors.Join(fmt.Errorf("listening for the commands of this machine: %w", err), d.inside.listener.Close(), d.outside.listener.Close())
		}
		d.inside.server, d.local.server = securedServer(&d.inside, certificate.Asking(l.TLS, d.asksIn.now)), Server(&d.local)
	}
	for _, one := range d.all() {
		go func() { d.failures <- one.server.Serve(one.listener) }()
	}
	return d, nil
}

// Rooms are what is behind the doors.
type Rooms struct {
	Inside, Outside         http.Handler
	AsksInside, AsksOutside func() bool // whether who comes is asked for a certificate of theirs
}

// Open lets everyone in.
func (d *Doors) Open(r Rooms) {
	d.inside.open(r.Inside)
	d.local.open(r.Inside)
	d.outside.open(r.Outside)
	d.asksIn.Store(&r.AsksInside)
	d.asks.Store(&r.AsksOutside)
}

// Failed says why a door no longer lets anyone in, though it was not shut.
func (d *Doors) Failed() <-chan error { return d.failures }

// Gateway is where callers find the gateway.
func (d *Doors) Gateway() string { return scheme(d.secured) + d.Ports().Gateway }

// all are the doors that there are, those that face callers first.
func (d *Doors) all() []*door {
	if d.local.listener == nil {
		return []*door{&d.outside, &d.inside}
	}
	return []*door{&d.outside, &d.inside, &d.local}
}

// Ports are the addresses that were taken.
func (d *Doors) Ports() Ports {
	p := Ports{Listen: d.inside.listener.Addr().String(), Gateway: d.outside.listener.Addr().String()}
	if d.local.listener != nil {
		p.Local = d.local.listener.Addr().String()
	}
	return p
}

// Close cuts off whoever is still there.
func (d *Doors) Close() error {
	var errs []error
	for _, one := range d.all() {
		errs = append(errs, one.server.Close())
	}
	return errors.Join(errs...)
}

// Shut lets no one in any more and waits until those inside have left, or until the context ends and
// they are cut off; it says whether anyone was.
func (d *Doors) Shut(ctx context.Context) (cut bool, err error) {
	for _, one := range d.all() {
		err = errors.Join(err, one.server.Shutdown(ctx))
	}
	if err == nil {
		return false, nil
	}
	return true, d.Close()
}

// A tlsServer is a server of net/http whose callers speak TLS.
type tlsServer struct{ *http.Server }

// Serve takes connections as the config of the server says.
func (s tlsServer) Serve(l net.Listener) error { return s.ServeTLS(l, "", "") }

// securedServer is Server for those who speak TLS. Browsers are told to speak nothing else to this
// host for a year (RFC 6797).
func securedServer(h http.Handler, config *tls.Config) tlsServer {
	s := Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		h.ServeHTTP(w, r)
	}))
	s.TLSConfig, s.ErrorLog = config, slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug) // handshakes fail at strangers' will
	return tlsServer{s}
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
		NotReady(w, errStarting)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(`{"status":"ok"}`))
}

// NotReady answers for a node that takes no work now, as the API does (RFC 9457).
func NotReady(w http.ResponseWriter, why error) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Retry-After", "1")
	h.Set("Connection", "close") // what was sent with the request is not read
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "urn:entente:problem:not-ready", "title": "The node cannot do this now", "status": http.StatusServiceUnavailable, "detail": why.Error()})
}

// Server is a server of net/http with the limits that a node has for all of them.
func Server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second,
		IdleTimeout: 30 * time.Second, MaxHeaderBytes: 32 << 10}
}
