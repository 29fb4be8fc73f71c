package front

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/wire"
)

// reading is a request as a reader understood it, and how much it left unread.
type reading struct {
	Method, Target, Path, Query, Host, Body string
	Minor                                   int
	Chunked                                 bool
	Header                                  http.Header
	Rest                                    string
}

// here reads a request as the front does, its body included.
func here(text string) (reading, error) {
	c := &conn{server: &Server{}, Conn: nil, req: &http.Request{Header: http.Header{}}}
	from := strings.NewReader(text)
	c.in.From = from
	c.out.conn = c
	if err := c.in.Fill(c.server.headerBytes()); err != nil {
		return reading{}, err
	}
	head, err := c.in.Head(wire.Limits{Bytes: c.server.headerBytes(), Fields: maxFields}, func() {})
	if err != nil {
		return reading{}, err
	}
	if err := c.begin(head); err != nil {
		return reading{}, err
	}
	var body []byte
	if c.body != noBody {
		if body, err = io.ReadAll(&c.body.from); err != nil {
			return reading{}, err
		}
	}
	got := readingOf(c.req, body)
	behind, err := io.ReadAll(from)
	got.Rest = string(c.in.Peek()) + string(behind)
	return got, err
}

func there(text string) (reading, error) {
	in := bufio.NewReader(strings.NewReader(text))
	r, err := http.ReadRequest(in)
	if err != nil {
		return reading{}, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return reading{}, err
	}
	got := readingOf(r, body)
	rest, _ := io.ReadAll(in)
	got.Rest = string(rest)
	return got, nil
}

func readingOf(r *http.Request, body []byte) reading {
	return reading{Method: r.Method, Target: r.RequestURI, Path: r.URL.Path, Query: r.URL.RawQuery, Host: r.Host, Body: string(body), Minor: r.ProtoMinor,
		Chunked: len(r.TransferEncoding) > 0, Header: r.Header.Clone()}
}

// What the front takes for a request, net/http takes for the same request, with the same body and the
// same bytes behind it: nothing can be hidden from one of the two.
func FuzzRequest(f *testing.F) {
	const post = "POST /a/v1/messages?b=c HTTP/1.1\r\nHost: x\r\n"
	for _, seed := range []string{
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n", post + "Content-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost: y\r\n\r\n",
		post + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\nGET", post + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"GET http://y:80/%2e%2e/?x HTTP/1.0\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close, x\r\n\r\n", post + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
		post + "X: y\r\n z\r\n\r\n", post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", "GET //a/..;/b HTTP/1.1\r\nHost:\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n",
		post + "X: \x00\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", post + "TE: trailers\r\nTrailer: X\r\nPragma: no-cache\r\n\r\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := here(text)
		if err != nil {
			return // refused, and the connection with it
		}
		want, err := there(text)
		if err != nil {
			t.Fatalf("taken as %+v, and net/http says %v", got, err)
		}
		// net/http keeps these out of the header or tells them apart elsewhere, with no effect on what is read.
		for _, name := range []string{"Connection", "Trailer", "Pragma", "Cache-Control", "Content-Length"} {
			delete(got.Header, name)
			delete(want.Header, name)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("net/http (-) and the front (+) read it differently:\n%s", d)
		}
	})
}
