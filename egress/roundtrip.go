package egress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"time"
)

// A roundTripper is Transport with what a transport cannot do by itself: it ends an answer that falls
// silent for longer than idle, makes a call twice at most, and returns no error but *Error, also from
// the body.
type roundTripper struct {
	next *http.Transport
	idle time.Duration
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the pool.
func (t *roundTripper) CloseIdleConnections() { t.next.CloseIdleConnections() }

func (t *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	resp, err := t.next.RoundTrip(req.WithContext(twice(ctx, cancel)))
	if err != nil {
		if cause := context.Cause(ctx); cause == errSentBack {
			err = cause
		}
		cancel(nil)
		return nil, Hide(err)
	}
	resp.Request = req
	if conn, ok := resp.Body.(io.ReadWriteCloser); ok {
		resp.Body = &upgraded{ReadWriteCloser: conn, cancel: cancel}
		return resp, nil
	}
	resp.Body = &watchedBody{body: resp.Body, ctx: ctx, cancel: cancel, idle: t.idle}
	return resp, nil
}

var errSentBack = errors.New("the upstream sends every call back")

// twice lets a call be made on a second connection, when the first turned out to be closed or to take no more
// calls, but not on a third: net/http would go on for as long as an upstream of HTTP/2 says that it has not begun.
func twice(ctx context.Context, cancel context.CancelCauseFunc) context.Context {
	tries := 0
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		if tries++; tries > 2 {
			cancel(errSentBack)
		}
	}})
}

// upgraded is the connection of a 101 answer, which may be silent for as long as it likes.
type upgraded struct {
	io.ReadWriteCloser
	cancel context.CancelCauseFunc
}

func (u *upgraded) Close() error {
	err := u.ReadWriteCloser.Close()
	u.cancel(nil)
	return err
}

// A silence is the upstream's: it sent nothing for too long.
type silence time.Duration

func (s silence) Error() string { return fmt.Sprintf("no byte for %v", time.Duration(s)) }
func (s silence) Timeout() bool { return true }

// watchedBody cancels its request when one Read waits for longer than idle. Time in
// which nobody reads does not count: a slow client is not the upstream's silence.
type watchedBody struct {
	body   io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	idle   time.Duration
	timer  *time.Timer
}

func (b *watchedBody) Read(p []byte) (int, error) {
	if b.timer == nil {
		b.timer = time.AfterFunc(b.idle, func() { b.cancel(silence(b.idle)) })
	} else {
		b.timer.Reset(b.idle)
	}
	n, err := b.body.Read(p)
	b.timer.Stop()
	if err == nil || err == io.EOF {
		return n, err
	}
	var quiet silence
	if cause := context.Cause(b.ctx); errors.As(cause, &quiet) {
		err = quiet
	}
	return n, Hide(err)
}

func (b *watchedBody) Close() error {
	if b.timer != nil {
		b.timer.Stop()
	}
	err := b.body.Close()
	b.cancel(nil)
	return err
}
