package gateway

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// An upload is a request's body on its way to the upstream: counted as it passes, and bounded in
// bytes, in silence and in time. What is counted is what goes on record: once it is, nothing more passes.
type upload struct {
	call    *call
	body    io.ReadCloser
	control *http.ResponseController
	began   time.Time

	mu    sync.Mutex
	bytes int64
	over  bool
}

// uploadTime is how long a request's body may take in all.
const uploadTime = time.Hour

var (
	errOver = errors.New("the request's body is no longer wanted")
	errLeft = errors.New("the caller left in the middle of the request")
)

func newUpload(c *call) *upload {
	return &upload{call: c, body: c.r.Body, control: http.NewResponseController(c.w), began: time.Now()}
}

func (u *upload) Read(p []byte) (int, error) {
	if !u.wait() {
		return 0, errOver
	}
	n, err := u.body.Read(p)
	if !u.count(n) {
		return 0, errOver
	}
	if err != nil && err != io.EOF {
		u.fail(err)
	}
	return n, err
}

// wait gives the caller time for the next bytes.
func (u *upload) wait() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.over {
		by, last := time.Now().Add(u.call.gateway.bodyTime()), u.began.Add(uploadTime)
		if last.Before(by) {
			by = last
		}
		_ = u.control.SetReadDeadline(by)
	}
	return !u.over
}

// count reports whether n more bytes may pass.
func (u *upload) count(n int) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.over {
		return false
	}
	most := u.call.gateway.maxTransfer()
	if u.bytes+int64(n) > most {
		u.call.stop(refuse(bodyTooLarge, "", "A request may have %d bytes.", most))
		return false
	}
	u.bytes += int64(n)
	return true
}

// fail ends the call: the upstream must not take a part for the whole.
func (u *upload) fail(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		u.call.stop(refuse(bodyTooSlow, "", "The request's body did not arrive in time."))
		return
	}
	u.call.stop(errLeft)
}

// Close lets nothing more pass.
func (u *upload) Close() error {
	u.end()
	return nil
}

// end lets nothing more pass, and returns how much did.
func (u *upload) end() int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.over = true
	return u.bytes
}

// received is how many bytes of the request's body came and, where they pass on, went.
func (c *call) received() int64 {
	if c.tunnel != nil {
		return c.tunnel.up.bytes.Load()
	}
	if c.upload != nil {
		return c.upload.end()
	}
	return int64(len(c.body))
}
