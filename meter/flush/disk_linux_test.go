package flush_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"entente/meter/flush"
	"entente/tests/left"
)

func TestMain(m *testing.M) { os.Exit(left.Nothing(m)) }

const pages = 16 << 12

// mapping is a file with as many bytes as it has pages mapped.
func mapping(t *testing.T) (*os.File, []byte) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "mapped"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if _, err := f.Write(make([]byte, pages)); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	mem, err := unix.Mmap(int(f.Fd()), 0, pages, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Munmap(mem) })
	return f, mem
}

// dirty is how much of a mapped file the kernel has not brought to disk, as it tells itself.
func dirty(t *testing.T, f *os.File) string {
	t.Helper()
	all, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(all), f.Name())
	_, size, told := strings.Cut(after, "Private_Dirty:")
	if size, _, told = strings.Cut(size, "kB"); !found || !told {
		t.Fatalf("%s is not among what is mapped", f.Name())
	}
	return strings.TrimSpace(size)
}

// What Sync leaves to do is what msync leaves: nothing, where the file is on a disk. So it is before and
// after the Disk was closed, and for a file that cannot be asked about.
func TestNothingStaysDirty(t *testing.T) {
	byMsync, mem := mapping(t)
	mem[0] = 1
	if err := unix.Msync(mem, unix.MS_SYNC); err != nil {
		t.Fatal(err)
	}
	want := dirty(t, byMsync)
	d := flush.Open()
	f, mem := mapping(t)
	shut, alike := mapping(t)
	for _, c := range []struct {
		name string
		file *os.File
		mem  []byte
		turn func()
	}{
		{"open", f, mem, func() {}},
		{"once more", f, mem, func() {}},
		{"a file that is shut", shut, alike, func() { shut.Close() }},
		{"closed", f, mem, d.Close},
		{"closed twice", f, mem, d.Close},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.turn()
			for i := range c.mem {
				c.mem[i]++
			}
			if got := dirty(t, c.file); got != "64" {
				t.Fatalf("%s kB are dirty before", got)
			}
			if err := d.Sync(c.file, c.mem); err != nil {
				t.Fatal(err)
			}
			if got := dirty(t, c.file); got != want {
				t.Errorf("%s kB are dirty, msync leaves %s", got, want)
			}
		})
	}
}

// Many may ask at once, each about its own file, and each is answered when its own is on disk.
func TestManyTakeTurns(t *testing.T) {
	d := flush.Open()
	defer d.Close()
	var all sync.WaitGroup
	errs := make(chan error, 8)
	for range 8 {
		f, mem := mapping(t)
		all.Go(func() {
			for i := range 20 {
				mem[i*512]++
				if err := d.Sync(f, mem); err != nil {
					errs <- fmt.Errorf("turn %d: %w", i, err)
					return
				}
			}
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
}

// What cannot be flushed is told.
func TestWhatFailsIsTold(t *testing.T) {
	d := flush.Open()
	defer d.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	_, mem := mapping(t)
	if err := d.Sync(w, mem[1:]); err == nil { // no page begins there
		t.Error("a pipe, and no page, were flushed")
	}
}
