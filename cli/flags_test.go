package cli

import (
	"flag"
	"io"
	"os"
	"strings"
	"testing"
)

// Whoever runs a node reads about every flag of serve in one place.
func TestOperatingNamesEveryFlagOfServe(t *testing.T) {
	b, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	serve.Flags(f)
	f.VisitAll(func(one *flag.Flag) {
		name := "--" + one.Name
		for rest := string(b); ; {
			_, after, found := strings.Cut(rest, name)
			if !found {
				t.Errorf("docs/operating.md does not say what %s is for", name)
				return
			}
			if after == "" || !strings.ContainsRune("-abcdefghijklmnopqrstuvwxyz", rune(after[0])) {
				return
			}
			rest = after
		}
	})
}
