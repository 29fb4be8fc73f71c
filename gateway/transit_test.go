package gateway_test

import (
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	"entente/gateway/front"
)

// A transit is how a call travels: what the caller speaks, and whether the service is reached by TLS.
type transit struct {
	name           string
	secure, newer  bool // the caller speaks TLS; HTTP/2
	secureUpstream bool
}

var transits = []transit{
	{name: "HTTP/1.1"},
	{name: "HTTP/2 in TLS, TLS to the service", secure: true, newer: true, secureUpstream: true},
	{name: "HTTP/1.1 in TLS", secure: true},
	{name: "HTTP/2, TLS to the service", newer: true, secureUpstream: true},
}

// over makes calls of the house travel another way. Nothing else changes.
func (h *house) over(w transit) {
	if w.secureUpstream {
		up := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.mu.Lock()
			serve := h.serve
			h.mu.Unlock()
			serve(w, r)
		}))
		up.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		certificate, roots := identity()
		up.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
		up.StartTLS()
		h.t.Cleanup(func() { up.CloseClientConnections(); up.Close() })
		h.secures(up.Listener.Addr().String(), roots)
	}
	h.url, h.client = h.door(w, 0)
}

// door opens the gateway to callers of a transit, and returns where it is and a client for it.
func (h *house) door(w transit, headerTime time.Duration) (url string, c *http.Client) {
	var protocols http.Protocols
	protocols.SetHTTP1(!w.newer)
	protocols.SetHTTP2(w.newer && w.secure)
	protocols.SetUnencryptedHTTP2(w.newer && !w.secure)
	transport := &http.Transport{DisableCompression: true, Protocols: &protocols, IdleConnTimeout: time.Second, DisableKeepAlives: !w.newer}
	certificate, roots := identity()
	calls := h.gateway.Handler()
	counted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.begun.Add(1)
		defer h.ended.Add(1)
		calls.ServeHTTP(w, r)
	})
	s := &front.Server{Handler: counted, Log: slog.New(slog.DiscardHandler), HeaderTime: headerTime}
	scheme := "http://"
	if w.secure {
		scheme = "https://"
		s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2", "http/1.1"}}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(h.t, err)
	go s.Serve(l)
	h.t.Cleanup(func() { transport.CloseIdleConnections(); s.Close() })
	return scheme + l.Addr().String(), &http.Client{Transport: transport}
}
