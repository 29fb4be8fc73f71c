// Package left holds the tests of a package to leaving nothing behind: no goroutine that still runs and no
// socket that is still open when the last of them has ended.
package left

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Nothing runs the tests, and fails if they leave something behind. It is called by TestMain.
func Nothing(m *testing.M) (code int) {
	before := len(sockets())
	if code = m.Run(); code != 0 {
		return code
	}
	http.DefaultClient.CloseIdleConnections()
	var running, open []string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if running, open = goroutines(), sockets(); len(running) == 0 && len(open) <= before {
			return 0
		}
		runtime.GC() // what nobody holds any more closes its file
	}
	fmt.Fprintf(os.Stderr, "the tests have left %d goroutines and %d sockets behind (%d were there before)\n%s\n", len(running), len(open), before, strings.Join(running, "\n\n"))
	return 1
}

// goroutines are the stacks of all that run, but this one and those of the runtime and the test's own frame.
func goroutines() (found []string) {
	all := make([]byte, 8<<20)
	all = all[:runtime.Stack(all, true)]
	for stack := range strings.SplitSeq(string(all), "\n\n") {
		if !strings.Contains(stack, "entente/tests/left.") && !strings.Contains(stack, "os/signal.loop") && !strings.Contains(stack, "testing.(*M).startAlarm") {
			found = append(found, stack)
		}
	}
	return found
}

// sockets are the files of the process that are sockets; none where the system does not tell.
func sockets() (found []string) {
	files, _ := filepath.Glob("/proc/self/fd/*")
	for _, name := range files {
		if to, err := os.Readlink(name); err == nil && strings.HasPrefix(to, "socket:") {
			found = append(found, to)
		}
	}
	return found
}
