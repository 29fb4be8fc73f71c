package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A mock is the upstream that all proxies share: one thread over epoll, so that it never limits
// what is measured. A plain request gets a chat completion of 617 bytes; a streamed one gets 20
// chunks, 5 ms apart, as a model would send them; one that asks to idle gets a first chunk and then
// nothing.
type mock struct {
	addr     string
	listener int
	epoll    int
	conns    map[int32]*mockConn
	due      []*mockConn // that wait for their next chunk, in order
}

type mockConn struct {
	fd    int
	in    []byte
	sent  int // chunks of the stream under way
	next  time.Time
	ended bool
}

const (
	completionBytes = 617
	chunkCount      = 20
	chunkGap        = 5 * time.Millisecond
)

var (
	completion = plainAnswer()
	streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Accel-Buffering: no\r\nTransfer-Encoding: chunked\r\n\r\n"
	chunk      = asChunk(`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"calluna-extract-1","choices":[{"index":0,"delta":{"content":" tide"},"finish_reason":null}]}` + "\n\n")
	lastChunks = asChunk(`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"calluna-extract-1","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":20,"total_tokens":29}}`+"\n\ndata: [DONE]\n\n") + "0\r\n\r\n"
)

func asChunk(text string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(text), text) }

func plainAnswer() string {
	const head = `{"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"calluna-extract-1","choices":[{"index":0,"message":{"role":"assistant","content":"`
	const tail = `"},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17,"prompt_tokens_details":{"cached_tokens":4}}}`
	body := head + strings.Repeat("tide ", 200)[:completionBytes-len(head)-len(tail)] + tail
	return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

func startMock() (*mock, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f, err := l.(*net.TCPListener).File()
	if err != nil {
		return nil, err
	}
	m := &mock{addr: l.Addr().String(), listener: int(f.Fd()), conns: map[int32]*mockConn{}}
	if m.epoll, err = unix.EpollCreate1(0); err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(m.listener, true); err != nil {
		return nil, err
	}
	if err := m.watch(m.listener); err != nil {
		return nil, err
	}
	go m.serve(f)
	return m, l.Close()
}

func (m *mock) watch(fd int) error {
	return unix.EpollCtl(m.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (m *mock) serve(keep *os.File) {
	defer keep.Close()
	events, buf := make([]unix.EpollEvent, 256), make([]byte, 64<<10)
	for {
		n, err := unix.EpollWait(m.epoll, events, m.wait())
		if err != nil && err != unix.EINTR {
			fmt.Fprintln(os.Stderr, "the upstream:", err)
			return
		}
		for _, e := range events[:max(n, 0)] {
			if int(e.Fd) == m.listener {
				m.accept()
				continue
			}
			m.read(m.conns[e.Fd], buf)
		}
		m.send(time.Now())
	}
}

// wait is how long nothing is due, in milliseconds.
func (m *mock) wait() int {
	if len(m.due) == 0 {
		return -1
	}
	return int(max(time.Until(m.due[0].next)+time.Millisecond-1, 0) / time.Millisecond)
}

func (m *mock) accept() {
	for {
		fd, _, err := unix.Accept4(m.listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err != nil {
			return
		}
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
		m.conns[int32(fd)] = &mockConn{fd: fd}
		if err := m.watch(fd); err != nil {
			m.drop(m.conns[int32(fd)])
		}
	}
}

func (m *mock) drop(c *mockConn) {
	delete(m.conns, int32(c.fd))
	c.ended = true
	unix.Close(c.fd)
}

func (m *mock) read(c *mockConn, buf []byte) {
	if c == nil {
		return
	}
	n, err := unix.Read(c.fd, buf)
	if err == unix.EAGAIN {
		return
	}
	if n <= 0 || err != nil {
		m.drop(c)
		return
	}
	c.in = append(c.in, buf[:n]...)
	for {
		size := messageSize(c.in)
		if size == 0 {
			return
		}
		m.answer(c, c.in[:size])
		c.in = append(c.in[:0], c.in[size:]...)
	}
}

// messageSize is the size of the first request in b, or 0 if it is not whole yet.
func messageSize(b []byte) int {
	head := bytes.Index(b, []byte("\r\n\r\n"))
	if head < 0 {
		return 0
	}
	size := head + 4
	for _, line := range bytes.Split(b[:head], []byte("\r\n")) {
		name, value, ok := bytes.Cut(line, []byte(": "))
		if ok && strings.EqualFold(string(name), "Content-Length") {
			n, _ := strconv.Atoi(string(value))
			size += n
		}
	}
	if size > len(b) {
		return 0
	}
	return size
}

func (m *mock) answer(c *mockConn, request []byte) {
	switch {
	case !bytes.Contains(request, []byte(`"stream":true`)):
		m.write(c, completion)
	case bytes.Contains(request, []byte(`"content":"idle"`)):
		m.write(c, streamHead+chunk)
	default:
		c.sent, c.next = 0, time.Now().Add(chunkGap)
		m.due = append(m.due, c)
		m.write(c, streamHead)
	}
}

// send sends the chunks that are due. All wait for the same time, so the first is always due first.
func (m *mock) send(now time.Time) {
	for len(m.due) > 0 && !m.due[0].next.After(now) {
		c := m.due[0]
		m.due = m.due[1:]
		if c.ended {
			continue
		}
		if c.sent++; c.sent == chunkCount {
			m.write(c, lastChunks)
			continue
		}
		m.write(c, chunk)
		c.next = now.Add(chunkGap)
		m.due = append(m.due, c)
	}
}

func (m *mock) write(c *mockConn, text string) {
	if n, err := unix.Write(c.fd, []byte(text)); (err != nil || n < len(text)) && !c.ended {
		m.drop(c)
	}
}
