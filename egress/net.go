package egress

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"

	"entente/wire"
)

// byNet makes a call through net/http, which knows how to begin its body again.
func (c *Client) byNet(ctx context.Context, q *Call) (*Response, error) {
	req := (&http.Request{Method: q.Method, URL: q.Target.URL, Host: q.Host, Header: make(http.Header, len(q.Header)), Body: q.Body, ContentLength: q.Length, GetBody: q.Again, Close: q.Close}).WithContext(ctx)
	q.Header.AddTo(req.Header)
	q.lent = true
	if req.Header["User-Agent"] == nil {
		req.Header["User-Agent"] = []string{""} // else it would name itself
	}
	if q.Body == nil && len(q.Whole) > 0 {
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(q.Whole)), nil }
		req.Body, _ = req.GetBody()
		req.ContentLength = int64(len(q.Whole))
	}
	resp, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	framed := resp.ContentLength >= 0 || resp.ProtoMajor > 1 || len(resp.TransferEncoding) > 0
	return &Response{StatusCode: resp.StatusCode, Header: wire.HeaderOf(resp.Header), ContentLength: resp.ContentLength, Framed: framed, Body: resp.Body}, nil
}

// RoundTrip is Call for those who speak net/http.
func (c *Client) RoundTrip(req *http.Request) (*http.Response, error) {
	q := &Call{Method: req.Method, Target: TargetOf(req.URL), Host: req.Host, Header: wire.HeaderOf(req.Header), Again: req.GetBody, Close: req.Close}
	if q.Method == "" {
		q.Method = http.MethodGet
	}
	if req.Body != nil && req.Body != http.NoBody {
		if q.Body, q.Length = req.Body, -1; req.ContentLength > 0 {
			q.Length = req.ContentLength
		}
	}
	resp, err := c.Call(req.Context(), q)
	if err != nil {
		return nil, err
	}
	made := &http.Response{Status: strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode), StatusCode: resp.StatusCode, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header, len(resp.Header)), ContentLength: resp.ContentLength, Body: resp.Body, Request: req}
	resp.Header.AddTo(made.Header)
	delete(made.Header, "Transfer-Encoding")
	return made, nil
}
