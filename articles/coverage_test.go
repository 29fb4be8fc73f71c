package articles_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/form"
	"entente/articles/source"
)

var (
	keyInDocs = regexp.MustCompile("`([a-z_]+(?:\\.[a-z_]+)+|[a-z]+_[a-z]+|warranty)`")
	fileName  = regexp.MustCompile(`\.(yaml|md)$`)
)

// The terms of other standards make agreements without errors, and the guide names only keys that there are.
func TestOtherStandardsAreSaid(t *testing.T) {
	guide, err := os.ReadFile("../docs/coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../testdata/coverage/*.yaml")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := source.Read(filepath.Base(name), b)
		for _, l := range f.Lines(f.Check()) {
			if l.Severity == agreement.Error {
				t.Error(l)
			}
		}
		if !strings.Contains(string(guide), filepath.Base(name)) {
			t.Errorf("the guide does not tell of %s", name)
		}
	}
	for _, m := range keyInDocs.FindAllStringSubmatch(string(guide), -1) {
		if form.Describe(m[1]) == "" && !fileName.MatchString(m[1]) {
			t.Errorf("the guide names %s, which is no key", m[1])
		}
	}
}
