// Package flush brings mapped files to disk without holding up who runs beside. Go gives up a processor
// to a call that blocks only when its watcher notices, and a watcher that has noticed looks every twenty
// microseconds for a while: with one processor, a flush every few milliseconds costs more in this way than
// by itself. So the kernel is asked to flush on a thread of its own, where it can, and tells when it has.
package flush

import (
	"os"

	"golang.org/x/sys/unix"
)

// wait flushes and waits, as can be done everywhere.
func wait(mapped []byte) error { return os.NewSyscallError("msync", unix.Msync(mapped, unix.MS_SYNC)) }
