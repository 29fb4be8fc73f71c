// Package front takes the gateway's connections. It speaks HTTP/1.1 itself, strictly: a request that
// could be read in two ways is refused and its connection closed, and what a caller can hold on to is
// bounded in bytes and in time. Connections that begin as HTTP/2 are handed to net/http.
//
// A handler is an ordinary http.Handler, and no rule of the gateway is here. It may use its request
// and header until it returns, not longer: the next request on the connection takes their place.
package front

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"entente/wire/socket"
)

// A Server serves a handler on any number of listeners. Handler is required; the zero value of all
// else is a sound choice. It must not be copied or changed once it serves.
type Server struct {
	Handler http.Handler
	Bare    bool        // the handler takes the fields of HTTP/1.1 requests from its ResponseWriter (Received), and their Header is nil
	TLS     *tls.Config // makes callers speak TLS; nil means plain connections
	Log     *slog.Logger

	HeaderTime  time.Duration // from a request's first byte, or a connection's begin, to the end of its header; zero means 5 s
	IdleTime    time.Duration // between two requests; zero means 30 s
	HeaderBytes int           // of the request's line and fields; zero means 32 KiB

	once   sync.Once
	newer  *http.Server // for HTTP/2
	handed handed
	leave  socket.Lookout // for callers that leave

	mu        sync.Mutex
	listeners map[net.Listener]bool
	conns     map[*conn]bool
	closing   atomic.Bool
}

// Bounds of HTTP/2, which net/http keeps.
const (
	maxStreams   = 100
	maxFields    = 128
	lingerTime   = 500 * time.Millisecond // so that a caller reads why it was refused before it learns that the connection is closed
	settleTime   = 20 * time.Millisecond  // until a caller's leaving is watched for
	defaultBytes = 32 << 10
)

func (s *Server) start() {
	s.once.Do(func() {
		s.listeners, s.conns = map[net.Listener]bool{}, map[*conn]bool{}
		s.leave.Open()
		s.handed.conns, s.handed.done = make(chan net.Conn), make(chan struct{})
		var both http.Protocols
		both.SetHTTP1(true)
		both.SetHTTP2(true)
		both.SetUnencryptedHTTP2(true)
		s.newer = &http.Server{Handler: s.Handler, Protocols: &both, ReadHeaderTimeout: s.headerTime(), IdleTimeout: s.idleTime(), MaxHeaderBytes: s.headerBytes(),
			HTTP2:    &http.HTTP2Config{MaxConcurrentStreams: maxStreams, MaxReceiveBufferPerConnection: 1 << 20, MaxReceiveBufferPerStream: 256 << 10, PingTimeout: 15 * time.Second, SendPingTimeout: 30 * time.Second},
			ErrorLog: slog.NewLogLogger(s.logger().Handler(), slog.LevelDebug)}
		go func() { _ = s.newer.Serve(&s.handed) }() // it ends when the server does
	})
}

// handed is the listener from which net/http takes the connections that it shall serve.
type handed struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (h *handed) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.done:
		return nil, net.ErrClosed
	}
}

func (h *handed) Close() error {
	h.once.Do(func() { close(h.done) })
	return nil
}

func (h *handed) Addr() net.Addr { return &net.TCPAddr{} }

func (h *handed) give(c net.Conn) {
	select {
	case h.conns <- c:
	case <-h.done:
		c.Close()
	}
}

// Serve takes connections until the server or the listener is closed; it returns http.ErrServerClosed
// after Shutdown or Close.
func (s *Server) Serve(l net.Listener) error {
	s.start()
	s.mu.Lock()
	s.listeners[l] = true
	closed := s.closing.Load()
	s.mu.Unlock()
	if closed { // before it began
		l.Close()
		return http.ErrServerClosed
	}
	for pause := time.Duration(0); ; {
		c, err := l.Accept()
		if s.closing.Load() {
			if err == nil {
				c.Close()
			}
			l.Close()
			return http.ErrServerClosed
		}
		if err == nil {
			pause = 0
			go s.take(c)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		pause = min(max(2*pause, 5*time.Millisecond), time.Second) // no more files, usually
		s.logger().Warn("a connection could not be taken", "err", err, "pause", pause)
		time.Sleep(pause)
	}
}

// Shutdown lets calls under way end, takes no new ones, and waits until all connections are closed or ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stopListening()
	done := make(chan error, 1)
	go func() { done <- s.newer.Shutdown(ctx) }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for s.closeIdle() > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	err := <-done
	s.leave.Close()
	return err
}

// Close closes everything at once.
func (s *Server) Close() error {
	s.stopListening()
	s.mu.Lock()
	for c := range s.conns {
		c.close()
	}
	s.mu.Unlock()
	s.leave.Close()
	return s.newer.Close()
}

func (s *Server) stopListening() {
	s.start()
	s.closing.Store(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.listeners {
		l.Close()
		delete(s.listeners, l)
	}
}

// closeIdle closes connections that carry no call, and returns how many are left.
func (s *Server) closeIdle() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		if c.idle.Load() {
			c.close()
		}
	}
	return len(s.conns)
}

// add notes a connection; false when the server is closing.
func (s *Server) add(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing.Load() {
		return false
	}
	s.conns[c] = true
	return true
}

func (s *Server) remove(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

func (s *Server) logger() *slog.Logger {
	if s.Log == nil {
		return slog.Default()
	}
	return s.Log
}

func (s *Server) headerTime() time.Duration { return cmp.Or(s.HeaderTime, 5*time.Second) }
func (s *Server) idleTime() time.Duration   { return cmp.Or(s.IdleTime, 30*time.Second) }
func (s *Server) headerBytes() int          { return cmp.Or(s.HeaderBytes, defaultBytes) }
