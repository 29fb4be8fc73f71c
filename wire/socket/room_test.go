//go:build !race

package socket_test

import (
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"entente/wire/socket"
)

// A lender tells what becomes of its room.
type lender struct {
	room  [16]byte
	lent  int // and not taken back
	waits chan struct{}
}

func (l *lender) Lend() []byte {
	l.lent++
	return l.room[:]
}

func (l *lender) TakeBack() {
	l.lent--
	l.waits <- struct{}{}
}

// A connection that waits has no room; what comes is in the room that was lent last. (Under the race
// detector a connection keeps the room that it is given.)
func TestAWaitNeedsNoRoom(t *testing.T) {
	ours, theirs := pair(t)
	l := &lender{waits: make(chan struct{}, 8)}
	type got struct {
		n   int
		err error
	}
	read := func() <-chan got {
		done := make(chan got, 1)
		go func() {
			n, err := ours.(*socket.Conn).ReadInto(l)
			done <- got{n, err}
		}()
		return done
	}
	done := read()
	<-l.waits
	if _, err := io.WriteString(theirs, "abc"); err != nil {
		t.Fatal(err)
	}
	if g := <-done; g.err != nil || string(l.room[:g.n]) != "abc" || l.lent != 1 {
		t.Fatalf("%d bytes, %q, %v, lent %d times", g.n, l.room, g.err, l.lent)
	}
	l.lent = 0
	done = read()
	<-l.waits
	if err := ours.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if g := <-done; !errors.Is(g.err, os.ErrDeadlineExceeded) || l.lent != 0 {
		t.Fatalf("%v, lent %d times", g.err, l.lent)
	}
	if err := ours.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	if g := <-read(); g.err != io.EOF || l.lent != 1 {
		t.Fatalf("%v, lent %d times", g.err, l.lent)
	}
}
