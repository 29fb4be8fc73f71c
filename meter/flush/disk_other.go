//go:build !linux

package flush

import "os"

// A Disk flushes one file after the other. Open makes one; it may be used by many goroutines.
type Disk struct{}

// Open makes a Disk. Flushing waits in the call.
func Open() *Disk { return new(Disk) }

// Close ends the Disk, which can still be used.
func (*Disk) Close() {}

// Sync brings what was written to mapped, which are pages of f, to disk.
func (*Disk) Sync(_ *os.File, mapped []byte) error { return wait(mapped) }
