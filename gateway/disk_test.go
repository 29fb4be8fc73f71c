package gateway_test

import (
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"entente/egress"
	"entente/meter"
	"entente/meter/metertest"
	"entente/tests/outside"
)

// On a real file system that is full, while the database is away, calls are refused rather than served
// unmetered, the probes say so, and all is well again without a restart when there is room. Every call
// that was served is on record once.
func TestAFullDiskAndItsEnd(t *testing.T) {
	disk, err := os.MkdirTemp("", "disk")
	must(t, err)
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk).CombinedOutput(); err != nil {
		os.Remove(disk)
		outside.Lacking(t, "the right to mount a small file system: "+string(out))
		return
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", disk).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
		os.Remove(disk)
	})
	t.Setenv("TMPDIR", disk) // where the first t.TempDir of the test, the house's, will be
	h := newHouse(t, egress.Policy{})
	h.store.FailWith(func() metertest.Fault { return metertest.Lost })
	must(t, os.WriteFile(disk+"/ballast", make([]byte, 64<<10), 0o600))
	ballast, err := os.OpenFile(disk+"/ballast", os.O_WRONLY|os.O_APPEND, 0)
	must(t, err)
	for err == nil {
		_, err = ballast.Write(make([]byte, 4096))
	}
	ballast.Close()

	var mu sync.Mutex
	served, full := map[string]bool{}, false
	var all sync.WaitGroup
	deadline := time.Now().Add(60 * time.Second)
	for range 8 {
		all.Go(func() {
			for time.Now().Before(deadline) {
				r := h.call("POST", chat, "summarise", ask(false))
				mu.Lock()
				if r.StatusCode == 200 {
					served[r.Header.Get("Entente-Usage-Id")] = true
				} else if p := r.problem(t); p.Code != "not-metered" || r.StatusCode != 503 || r.Header.Get("Retry-After") == "" {
					t.Errorf("a full disk is told as %d %s", r.StatusCode, r.body)
				} else {
					full = true
				}
				end := full
				mu.Unlock()
				if end {
					return
				}
			}
		})
	}
	all.Wait()
	if !full {
		t.Fatalf("%d calls were served and the disk is not full", len(served))
	}
	once := func() int {
		r := h.call("POST", chat, "summarise", ask(false))
		if r.StatusCode == 200 {
			served[r.Header.Get("Entente-Usage-Id")] = true
		}
		return r.StatusCode
	}
	within(t, 10*time.Second, "the node is not ready", func() bool { // calls that end give room for a few
		return once() == 503 && h.call("GET", "/readyz", "", "").StatusCode == 503
	})
	if got := h.call("GET", "/livez", "", "").StatusCode; got != 200 {
		t.Errorf("/livez: %d", got)
	}
	must(t, os.Remove(disk+"/ballast"))
	h.store.FailWith(nil)
	within(t, 10*time.Second, "calls are served again", func() bool { return once() == 200 })
	records := h.records()
	for _, r := range records {
		if !served[r.ID.String()] || r.State != meter.Closed {
			t.Errorf("record %+v", r)
		}
		delete(served, r.ID.String())
	}
	t.Logf("%d calls are on record; %d that were served are not", len(records), len(served))
	if len(served) > 0 || h.call("GET", "/readyz", "", "").StatusCode != 200 {
		t.Errorf("%d calls are lost", len(served))
	}
}
