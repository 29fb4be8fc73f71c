package flush

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Disk flushes one file after the other. Open makes one; it may be used by many goroutines.
type Disk struct {
	mu      sync.Mutex
	queue   uintptr // the kernel's, for asynchronous input and output; 0 if there is none
	told    *os.File
	raw     syscall.RawConn // of told
	heard   func(fd uintptr) bool
	count   [8]byte // what was heard
	request request
	list    [1]*request
	answer  answer
}

// A request is the kernel's struct iocb.
type request struct {
	data     uint64
	key      uint64
	code     uint16
	priority int16
	file     uint32
	zeros    [4]uint64
	flags    uint32
	tells    uint32
}

// An answer is its struct io_event.
type answer struct {
	data, request uint64
	result, more  int64
}

const (
	codeDataSync = 3 // IOCB_CMD_FDSYNC
	flagTells    = 1 // IOCB_FLAG_RESFD
)

// Open makes a Disk. Where the kernel offers no queue, or forbids it, flushing waits in the call.
func Open() *Disk {
	d := new(Disk)
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return d
	}
	d.told = os.NewFile(uintptr(fd), "eventfd")
	_, _, errno := syscall.Syscall(unix.SYS_IO_SETUP, 1, uintptr(unsafe.Pointer(&d.queue)), 0)
	if d.raw, err = d.told.SyscallConn(); err != nil || errno != 0 {
		d.Close()
		return d
	}
	d.request = request{code: codeDataSync, flags: flagTells, tells: uint32(fd)}
	d.list[0], d.heard = &d.request, d.hear
	return d
}

// Close ends the Disk, which can still be used: it then waits in the call.
func (d *Disk) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.queue != 0 {
		_, _, _ = syscall.Syscall(unix.SYS_IO_DESTROY, d.queue, 0, 0)
		d.queue = 0
	}
	if d.told != nil {
		d.told.Close()
		d.told = nil
	}
}

// Sync brings what was written to mapped, which are pages of f, to disk.
func (d *Disk) Sync(f *os.File, mapped []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.queue == 0 || !d.ask(f) {
		return wait(mapped)
	}
	return d.hearOut()
}

// ask hands the request in, which does not block, and reports whether the kernel has taken it.
func (d *Disk) ask(f *os.File) bool {
	raw, err := f.SyscallConn()
	if err != nil {
		return false
	}
	taken := false
	err = raw.Control(func(fd uintptr) {
		d.request.file = uint32(fd)
		n, _, errno := syscall.RawSyscall(unix.SYS_IO_SUBMIT, d.queue, 1, uintptr(unsafe.Pointer(&d.list)))
		taken = errno == 0 && n == 1
	})
	return err == nil && taken
}

// hearOut waits for the answer. However that goes, it does not return before there is one.
func (d *Disk) hearOut() error {
	call := syscall.RawSyscall6 // which has an answer to fetch
	if d.raw.Read(d.heard) != nil {
		call = syscall.Syscall6
	}
	for {
		n, _, errno := call(unix.SYS_IO_GETEVENTS, d.queue, 1, 1, uintptr(unsafe.Pointer(&d.answer)), 0, 0)
		switch {
		case errno == syscall.EINTR:
		case errno != 0:
			return os.NewSyscallError("io_getevents", errno)
		case n == 1 && d.answer.result < 0:
			return os.NewSyscallError("fdatasync", syscall.Errno(-d.answer.result))
		case n == 1:
			return nil
		default:
			return os.NewSyscallError("io_getevents", errors.New("no answer"))
		}
	}
}

// hear takes note that there is an answer; false has the poller wait for one.
func (d *Disk) hear(fd uintptr) bool {
	for {
		_, _, errno := syscall.RawSyscall(unix.SYS_READ, fd, uintptr(unsafe.Pointer(&d.count)), uintptr(len(d.count)))
		if errno != syscall.EINTR {
			return errno != syscall.EAGAIN
		}
	}
}
