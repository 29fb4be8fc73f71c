package gateway

import (
	"errors"
	"time"
)

// What an upstream may still do once a stream's own last event has passed: end its answer in order, so
// that the connection can be used again. What it sends instead belongs to no answer and passes to nobody.
const (
	lastTime  = 250 * time.Millisecond
	lastBytes = 4 << 10
)

var errEnded = errors.New("the stream's own last event has passed")

// last waits for the end of an answer whose last event has passed, and ends the call to an upstream that
// goes on. How it ends does not matter any more: the record is closed. Err is what reading has come to.
func (f *flow) last(room []byte, err error) {
	if err != nil {
		return
	}
	stop := f.answer.call.stop
	defer time.AfterFunc(lastTime, func() { stop(errEnded) }).Stop()
	for left := lastBytes; left >= 0 && err == nil; {
		f.await()
		var n int
		n, err = f.resp.Body.Read(room)
		left -= n
	}
}
