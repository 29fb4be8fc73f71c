// Package socket reads and writes TCP connections of the hot path. A socket of Go's never blocks, so
// that its system calls need not be announced to the scheduler: that saves a tenth of a microsecond
// each and, where a processor goes to sleep between two calls, the waking of the thread that watches
// over announced ones, which can cost more than the call.
package socket

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

// A Conn is a TCP connection. Like any net.Conn it may be used by many goroutines: those who read take
// turns, and those who write.
type Conn struct {
	*net.TCPConn
	raw     syscall.RawConn
	in, out half
	glance  glance
	seat    seat
}

// A half is one direction: what is under way, for the function that net calls with the socket.
type half struct {
	mu     sync.Mutex
	call   func(fd uintptr) bool
	buf    []byte
	lender Lender // nil if buf is given
	n      int
	err    error
}

// A Lender has room for what comes, and takes it back when nothing has come.
type Lender interface {
	Lend() []byte
	TakeBack()
}

// A glance is one look at what has come, without taking it.
type glance struct {
	mu   sync.Mutex
	call func(fd uintptr)
	none bool
	room [1]byte
}

// On returns the connection as one of this package if it is plain TCP, and itself otherwise. The race
// detector learns from announced calls what comes after what, and gets those.
func On(nc net.Conn) net.Conn {
	tcp, ok := nc.(*net.TCPConn)
	if !ok {
		return nc
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nc
	}
	c := &Conn{TCPConn: tcp, raw: raw}
	c.in.call, c.out.call, c.glance.call = c.in.read, c.out.write, c.glance.look
	return c
}

// Silent reports whether the other side has neither sent anything that was not read nor ended.
func (c *Conn) Silent() bool {
	g := &c.glance
	g.mu.Lock()
	defer g.mu.Unlock()
	g.none = false
	return c.raw.Control(g.call) == nil && g.none
}

func (g *glance) look(fd uintptr) {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&g.room)), 1, syscall.MSG_PEEK, 0, 0)
	g.none = errno == syscall.EAGAIN
}

// Read reads what is there, and waits for it within the deadline.
func (c *Conn) Read(p []byte) (int, error) {
	if len(p) == 0 || raced {
		return c.TCPConn.Read(p)
	}
	return c.read(p, nil)
}

// ReadInto reads into room that it borrows for each attempt: while it waits, it has none. What was read
// is in the room that was lent last, which is then not taken back.
func (c *Conn) ReadInto(from Lender) (int, error) {
	if raced {
		return c.TCPConn.Read(from.Lend())
	}
	return c.read(nil, from)
}

func (c *Conn) read(p []byte, from Lender) (int, error) {
	h := &c.in
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buf, h.lender, h.n, h.err = p, from, 0, nil
	err := c.raw.Read(h.call)
	h.buf, h.lender = nil, nil
	switch {
	case err != nil:
		return 0, err
	case h.err != nil:
		return 0, h.err
	case h.n == 0:
		return 0, io.EOF
	}
	return h.n, nil
}

// Write writes all of p, or says why it could not.
func (c *Conn) Write(p []byte) (int, error) {
	if raced {
		return c.TCPConn.Write(p)
	}
	h := &c.out
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buf, h.n, h.err = p, 0, nil
	err := c.raw.Write(h.call)
	h.buf = nil
	if err == nil {
		err = h.err
	}
	return h.n, err
}

// read is one attempt; false has net wait until there is something.
func (h *half) read(fd uintptr) bool {
	if h.lender != nil {
		h.buf = h.lender.Lend()
	}
	for {
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(unsafe.SliceData(h.buf))), uintptr(len(h.buf)))
		switch errno {
		case 0:
			h.n = int(n)
			return true
		case syscall.EINTR:
		case syscall.EAGAIN:
			if h.lender != nil {
				h.buf = nil
				h.lender.TakeBack()
			}
			return false
		default:
			h.err = os.NewSyscallError("read", errno)
			return true
		}
	}
}

func (h *half) write(fd uintptr) bool {
	for h.n < len(h.buf) {
		left := h.buf[h.n:]
		n, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(unsafe.SliceData(left))), uintptr(len(left)))
		switch errno {
		case 0:
			h.n += int(n)
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false
		default:
			h.err = os.NewSyscallError("write", errno)
			return true
		}
	}
	return true
}
