package main

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What docs/reliability.md says is tried is tried: the tests that it names are there, and the script runs them as
// often as it says.
func TestReliabilityTable(t *testing.T) {
	have := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9]+)\(`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "node_modules" {
			return filepath.SkipDir
		}
		if err == nil && strings.HasSuffix(path, "_test.go") {
			for _, found := range declared.FindAllSubmatch(readFile(t, path), -1) {
				have[string(found[1])] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	script := string(readFile(t, "tests/soak.sh"))
	rows := 0
	for line := range strings.Lines(string(readFile(t, "docs/reliability.md"))) {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || !strings.Contains(cells[3], "`") {
			continue
		}
		rows++
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[3], -1) {
			if !have[name[1]] {
				t.Errorf("the table names %s, which is not there", name[1])
			}
		}
		for _, flag := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[4], -1) {
			if !strings.Contains(script, flag[1]) {
				t.Errorf("the table says %q, and make soak does not run that", flag[1])
			}
		}
	}
	if rows < 20 {
		t.Errorf("%d rows of the table were read", rows)
	}
	named := regexp.MustCompile("`(Test[^`]+)`").FindAllSubmatch(readFile(t, "docs/asvs.md"), -1)
	for _, name := range named {
		if !have[string(name[1])] {
			t.Errorf("docs/asvs.md names %s, which is not there", name[1])
		}
	}
	if len(named) < 30 {
		t.Errorf("docs/asvs.md names %d tests", len(named))
	}
}
