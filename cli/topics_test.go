package cli_test

import (
	"bytes"
	"regexp"
	"testing"

	"entente/cli"
	"entente/cli/terminal"
)

// Help names each command once, under one heading.
func TestHelpNamesEachCommandOnce(t *testing.T) {
	var out bytes.Buffer
	cli.Run(t.Context(), &terminal.Env{Args: []string{"help"}, Stdout: &out, Stderr: &out})
	seen := map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^  (\S+(?: \S+){0,2})  +\S`).FindAllStringSubmatch(out.String(), -1) {
		if seen[line[1]] {
			t.Errorf("%s is listed twice", line[1])
		}
		seen[line[1]] = true
	}
	if len(seen) < 75 || !seen["negotiate status"] || !seen["check"] {
		t.Errorf("%d commands are listed", len(seen))
	}
}
