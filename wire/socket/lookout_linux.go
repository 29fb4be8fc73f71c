package socket

import (
	"net"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Lookout learns from the kernel which of many connections the other side has left, without reading
// them: one goroutine looks after all. Its zero value watches nothing; Open has it begin.
type Lookout struct {
	list  *os.File // the kernel's, of what is watched
	raw   syscall.RawConn
	news  [64]unix.EpollEvent
	fresh int // of news

	mu      sync.Mutex
	last    int32
	watched map[int32]*Conn // by ticket
}

// A seat is what a Lookout knows of a connection. It is the Lookout's.
type seat struct {
	ticket int32 // 0 if the connection is not watched
	gone   func()
}

// Open begins. Where the kernel will not, nothing can be watched.
func (l *Lookout) Open() {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return
	}
	list := os.NewFile(uintptr(fd), "epoll")
	raw, err := list.SyscallConn()
	if err != nil || list.SetReadDeadline(time.Time{}) != nil { // it cannot be waited for
		list.Close()
		return
	}
	l.list, l.raw, l.watched = list, raw, map[int32]*Conn{}
	go l.look()
}

// Close ends the looking.
func (l *Lookout) Close() {
	if l.list != nil {
		l.list.Close()
	}
}

// Watch has gone called, once, when the other side has ended the connection or it has broken; what was
// sent before and not read makes no difference. It reports whether that can be had for this connection,
// which is watched by one at a time. gone must return soon, and may be called while Unwatch is.
func (l *Lookout) Watch(nc net.Conn, gone func()) bool {
	c, ok := nc.(*Conn)
	if !ok || l.list == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.last++; l.last == 0 || l.watched[l.last] != nil; l.last++ {
	}
	event := unix.EpollEvent{Events: unix.EPOLLRDHUP | unix.EPOLLONESHOT, Fd: l.last}
	if !l.tell(c, unix.EPOLL_CTL_ADD, &event) {
		return false
	}
	c.seat = seat{l.last, gone}
	l.watched[l.last] = c
	return true
}

// Unwatch takes Watch back.
func (l *Lookout) Unwatch(nc net.Conn) {
	c, ok := nc.(*Conn)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.seat.ticket != 0 {
		delete(l.watched, c.seat.ticket)
		c.seat = seat{}
		l.tell(c, unix.EPOLL_CTL_DEL, nil) // a connection that is closed has left the list by itself
	}
}

// tell changes the kernel's list, and reports whether it did.
func (l *Lookout) tell(c *Conn, what uintptr, event *unix.EpollEvent) (done bool) {
	err := l.raw.Control(func(list uintptr) {
		_ = c.raw.Control(func(fd uintptr) {
			_, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_CTL, list, what, fd, uintptr(unsafe.Pointer(event)), 0, 0)
			done = errno == 0
		})
	})
	return err == nil && done
}

// look tells who is gone, until the Lookout is closed.
func (l *Lookout) look() {
	for l.raw.Read(l.hear) == nil {
		for _, e := range l.news[:l.fresh] {
			if gone := l.leave(e.Fd); gone != nil {
				gone()
			}
		}
	}
}

// hear takes note of what is new; false has the poller wait.
func (l *Lookout) hear(list uintptr) bool {
	for {
		n, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, list, uintptr(unsafe.Pointer(&l.news)), uintptr(len(l.news)), 0, 0, 0)
		if errno != syscall.EINTR {
			l.fresh = int(n)
			return errno != 0 || n > 0
		}
	}
}

// leave is whom to tell that the holder of a ticket is gone; nil if nobody wants to know any more.
func (l *Lookout) leave(ticket int32) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.watched[ticket]
	if c == nil {
		return nil
	}
	gone := c.seat.gone
	c.seat.gone = nil
	return gone
}
