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

// asvs are the numbers of the requirements of levels 1 and 2 of OWASP ASVS 5.0.0: those of a section behind its number.
const asvs = `
1.1:1,2 1.2:1,2,3,4,5,6,7,8,9 1.3:1,2,3,4,5,6,7,8,9,10,11 1.4:1,2,3 1.5:1,2 2.1:1,2,3 2.2:1,2,3 2.3:1,2,3,4 2.4:1 3.2:1,2 3.3:1,2,3,4 3.4:1,2,3,4,5,6
3.5:1,2,3,4,5 3.7:1,2 4.1:1,2,3 4.2:1 4.3:1,2 4.4:1,2,3,4 5.1:1 5.2:1,2,3 5.3:1,2 5.4:1,2,3 6.1:1,2,3 6.2:1,2,3,4,5,6,7,8,9,10,11,12 6.3:1,2,3,4
6.4:1,2,3,4 6.5:1,2,3,4,5 6.6:1,2,3 6.8:1,2,3,4 7.1:1,2,3 7.2:1,2,3,4 7.3:1,2 7.4:1,2,3,4,5 7.5:1,2 7.6:1,2 8.1:1,2 8.2:1,2,3 8.3:1 8.4:1 9.1:1,2,3
9.2:1,2,3,4 10.1:1,2 10.2:1,2 10.3:1,2,3,4 10.4:1,2,3,4,5,6,7,8,9,10,11 10.5:1,2,3,4,5 10.6:1,2 10.7:1,2,3 11.1:1,2 11.2:1,2,3 11.3:1,2,3 11.4:1,2,3,4
11.5:1 11.6:1 12.1:1,2,3 12.2:1,2 12.3:1,2,3,4 13.1:1 13.2:1,2,3,4,5 13.3:1,2 13.4:1,2,3,4,5 14.1:1,2 14.2:1,2,3,4 14.3:1,2,3 15.1:1,2,3 15.2:1,2,3
15.3:1,2,3,4,5,6,7 16.1:1 16.2:1,2,3,4,5 16.3:1,2,3,4 16.4:1,2,3 16.5:1,2,3 17.1:1 17.2:1,2,3,4 17.3:1,2`

// Every requirement of levels 1 and 2 is judged.
func TestEveryRequirementIsJudged(t *testing.T) {
	judged := map[string]bool{}
	for line := range strings.Lines(string(readFile(t, "docs/asvs.md"))) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		for number := range strings.SplitSeq(cells[1], ",") {
			judged[strings.TrimSpace(number)] = true
		}
	}
	all := 0
	for section := range strings.FieldsSeq(asvs) {
		name, numbers, _ := strings.Cut(section, ":")
		chapter, _, _ := strings.Cut(name, ".")
		for number := range strings.SplitSeq(numbers, ",") {
			all++
			if !judged[name+"."+number] && !judged[name] && !judged[chapter] {
				t.Errorf("docs/asvs.md does not judge %s.%s", name, number)
			}
		}
	}
	if all != 253 {
		t.Errorf("%d requirements are listed", all)
	}
}
