package socket_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"entente/tests/left"
	"entente/wire/socket"
)

func TestMain(m *testing.M) { os.Exit(left.Nothing(m)) }

// pair are both ends of a connection over loopback.
func pair(t *testing.T) (ours net.Conn, theirs *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dialled, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs = socket.On(accepted), dialled.(*net.TCPConn)
	if _, ok := ours.(*socket.Conn); !ok {
		t.Fatalf("a %T", ours)
	}
	t.Cleanup(func() { ours.Close(); theirs.Close() })
	return ours, theirs
}

// Much more than the kernel holds goes both ways at once, and arrives as it was.
func TestAllPassesBothWays(t *testing.T) {
	ours, theirs := pair(t)
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	errs := make(chan error, 3)
	go func() { _, err := ours.Write(sent); errs <- err }()
	go func() { _, err := theirs.Write(sent); errs <- err }()
	back := make([]byte, len(sent))
	go func() { _, err := io.ReadFull(theirs, back); errs <- err }()
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(ours, got); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got, sent) || !bytes.Equal(back, sent) {
		t.Error("what came is not what was sent")
	}
}

// Many may write and read at once, and no piece is torn.
func TestManyTakeTurns(t *testing.T) {
	ours, theirs := pair(t)
	const each = 200
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for range each {
				_, _ = ours.Write(bytes.Repeat([]byte{'a' + byte(i)}, 64))
			}
		})
	}
	for range 4 * each {
		piece := make([]byte, 64)
		if _, err := io.ReadFull(theirs, piece); err != nil || bytes.Count(piece, piece[:1]) != len(piece) {
			t.Fatalf("%q, %v", piece, err)
		}
	}
	all.Wait()
	read := make(chan int, 4)
	for range 4 {
		all.Go(func() {
			buf, sum := make([]byte, 100), 0
			for {
				n, err := ours.Read(buf)
				sum += n
				if err != nil {
					read <- sum
					return
				}
			}
		})
	}
	_, _ = theirs.Write(make([]byte, 1<<20))
	_ = theirs.CloseWrite()
	all.Wait()
	if sum := <-read + <-read + <-read + <-read; sum != 1<<20 {
		t.Errorf("%d bytes were read of %d", sum, 1<<20)
	}
}

// Ends and deadlines are told as any connection tells them.
func TestEndsAreTold(t *testing.T) {
	ours, theirs := pair(t)
	buf := make([]byte, 8)
	_ = ours.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if n, err := ours.Read(buf); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("silence: %d, %v", n, err)
	}
	_ = ours.SetReadDeadline(time.Time{})
	if n, err := ours.Read(nil); n != 0 || err != nil {
		t.Errorf("nothing asked for: %d, %v", n, err)
	}
	_ = theirs.CloseWrite()
	if n, err := ours.Read(buf); n != 0 || err != io.EOF {
		t.Errorf("the end: %d, %v", n, err)
	}
	_ = ours.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
	n, err := ours.Write(make([]byte, 64<<20))
	if n == 64<<20 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("nobody takes it: %d, %v", n, err)
	}
	ours, theirs = pair(t)
	_ = theirs.SetLinger(0)
	theirs.Close()
	_ = ours.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := ours.Read(buf); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a reset: %v", err)
	}
	if _, err := ours.Write(buf); !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a write behind a reset: %v", err)
	}
	ours.Close()
	if _, err := ours.Read(buf); !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	if _, err := ours.Write(buf); !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

// Whether something has come is seen without taking it.
func TestSilenceIsSeen(t *testing.T) {
	ours, theirs := pair(t)
	conn := ours.(*socket.Conn)
	_ = ours.SetReadDeadline(time.Unix(1, 0)) // which is about waiting, and this does not wait
	if !conn.Silent() {
		t.Error("nothing was sent, and something has come")
	}
	_ = ours.SetReadDeadline(time.Time{})
	_, _ = theirs.Write([]byte("ab"))
	buf := make([]byte, 1)
	for _, want := range []string{"a", "b"} {
		if _, err := ours.Read(buf); err != nil || string(buf) != want {
			t.Fatalf("%q, %v", buf, err)
		}
		if got := conn.Silent(); got != (want == "b") {
			t.Errorf("silent behind %q: %v", want, got)
		}
	}
	_ = theirs.CloseWrite()
	_, _ = ours.Read(buf) // waits for the end
	if conn.Silent() {
		t.Error("silent behind the end")
	}
	ours.Close()
	if conn.Silent() {
		t.Error("silent when closed")
	}
}

// Closing a connection ends whoever waits on it.
func TestClosingEndsAWait(t *testing.T) {
	ours, _ := pair(t)
	done := make(chan error)
	go func() { _, err := ours.Read(make([]byte, 1)); done <- err }()
	time.Sleep(10 * time.Millisecond)
	ours.Close()
	if err := <-done; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

func TestWhatIsNotTCPStaysAsItIs(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	if socket.On(a) != a {
		t.Error("a pipe is no socket")
	}
}

func TestNothingIsAllocated(t *testing.T) {
	ours, theirs := pair(t)
	buf, echo := make([]byte, 64), make([]byte, 64)
	go func() {
		for {
			n, err := theirs.Read(echo)
			if err != nil {
				return
			}
			_, _ = theirs.Write(echo[:n])
		}
	}()
	if n := testing.AllocsPerRun(200, func() {
		_, _ = ours.Write(buf)
		_, _ = io.ReadFull(ours, buf)
	}); n > 0 {
		t.Errorf("%v allocations for a call", n)
	}
	theirs.Close()
}
