package socket_test

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"entente/wire/socket"
)

func lookout(t *testing.T) *socket.Lookout {
	t.Helper()
	l := new(socket.Lookout)
	l.Open()
	t.Cleanup(l.Close)
	return l
}

// leaving watches a connection and tells when the other side has left.
func leaving(t *testing.T, l *socket.Lookout, c net.Conn) <-chan struct{} {
	t.Helper()
	gone := make(chan struct{})
	if !l.Watch(c, func() { close(gone) }) {
		t.Fatal("it cannot be watched")
	}
	return gone
}

func awaited(t *testing.T, gone <-chan struct{}) {
	t.Helper()
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Error("nobody was told")
	}
}

func TestWhoLeavesIsTold(t *testing.T) {
	for name, leave := range map[string]func(*net.TCPConn){
		"closing":      func(c *net.TCPConn) { c.Close() },
		"half-closing": func(c *net.TCPConn) { _ = c.CloseWrite() },
		"resetting":    func(c *net.TCPConn) { _ = c.SetLinger(0); c.Close() },
		"sending before": func(c *net.TCPConn) {
			_, _ = c.Write([]byte("the next request"))
			c.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := lookout(t)
			ours, theirs := pair(t)
			gone := leaving(t, l, ours)
			leave(theirs)
			awaited(t, gone)
			l.Unwatch(ours)
		})
		t.Run(name+", before it is watched", func(t *testing.T) {
			ours, theirs := pair(t)
			leave(theirs)
			awaited(t, leaving(t, lookout(t), ours))
		})
	}
}

// What is not watched any more, or only sends, is not told. Another connection's leaving afterwards shows
// that the Lookout has come by.
func TestWhoStaysIsNotTold(t *testing.T) {
	l := lookout(t)
	var told atomic.Int32
	sends, sender := pair(t)
	left, leaver := pair(t)
	for range 3 { // and again
		for _, c := range []net.Conn{sends, left} {
			if !l.Watch(c, func() { told.Add(1) }) {
				t.Fatal("it cannot be watched")
			}
		}
		if _, err := sender.Write([]byte("more")); err != nil {
			t.Fatal(err)
		}
		l.Unwatch(left)
		l.Unwatch(sends)
	}
	if !l.Watch(sends, func() { told.Add(1) }) {
		t.Fatal("it cannot be watched")
	}
	leaver.Close()
	last, other := pair(t)
	gone := leaving(t, l, last)
	other.Close()
	awaited(t, gone)
	if n := told.Load(); n != 0 {
		t.Errorf("%d were told", n)
	}
}

// More than the kernel tells at once are told once each.
func TestManyLeave(t *testing.T) {
	l := lookout(t)
	const many = 200
	told := make(chan int, 2*many)
	others := make([]*net.TCPConn, many)
	for i := range many {
		ours, theirs := pair(t)
		others[i] = theirs
		if !l.Watch(ours, func() { told <- i }) {
			t.Fatal("it cannot be watched")
		}
	}
	for _, c := range others {
		c.Close()
	}
	seen := map[int]bool{}
	for range many {
		select {
		case i := <-told:
			if seen[i] {
				t.Errorf("%d is told twice", i)
			}
			seen[i] = true
		case <-time.After(10 * time.Second):
			t.Fatalf("%d of %d were told", len(seen), many)
		}
	}
}

func TestWhatCannotBeWatchedIsSaidSo(t *testing.T) {
	ours, theirs := pair(t)
	shut := lookout(t)
	shut.Close()
	closed, _ := pair(t)
	closed.Close()
	for name, c := range map[string]struct {
		l  *socket.Lookout
		nc net.Conn
	}{
		"no lookout was opened": {new(socket.Lookout), ours}, "a lookout that is closed": {shut, ours},
		"a connection that is closed": {lookout(t), closed}, "another kind of connection": {lookout(t), theirs},
	} {
		if c.l.Watch(c.nc, func() { t.Errorf("%s: told", name) }) {
			t.Errorf("%s is watched", name)
		}
		c.l.Unwatch(c.nc)
	}
}
