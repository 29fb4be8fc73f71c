package front

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// A handler may do what it likes with its request and the fields of it: the next one on the connection,
// which is the same, says what it says.
func TestAHandlersChangesEndWithItsRequest(t *testing.T) {
	var seen []string
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in := w.(*response).Received()
		seen = append(seen, strings.Join([]string{r.Method, r.URL.Path, r.RequestURI, r.Host, r.Proto, in.Get("X-A"), in.Get("X-B")}, " "))
		in.Set("X-A", "changed")
		in.Del("X-B")
		r.Method, r.URL.Path, r.RequestURI, r.Host, r.Proto = "PUT", "/changed", "/changed", "changed", "changed"
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &Server{Handler: handler, Bare: true, Log: slog.New(slog.DiscardHandler)}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	defer func() { srv.Close(); <-done }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const one = "GET /a HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-B: 2\r\n\r\n"
	if _, err := io.WriteString(conn, one+one+strings.Replace(one, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil {
		t.Fatal(err)
	}
	want := slices.Repeat([]string{"GET /a /a x HTTP/1.1 1 2"}, 3)
	if !slices.Equal(seen, want) {
		t.Errorf("the handler saw %q, want %q", seen, want)
	}
}
