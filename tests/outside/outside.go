// Package outside finds what tests need beside Go: programs, npm packages, published vectors. A test
// whose needs are not there does not run, and says so on standard error; where CI is true it fails,
// so that no run of the continuous integration passes by leaving something out.
package outside

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Lacking says that a test does not run, if anything is missing. It reports whether that is so.
func Lacking(t testing.TB, missing ...string) bool {
	t.Helper()
	if len(missing) == 0 {
		return false
	}
	said := fmt.Sprintf("NOT RUN: %s, because this machine lacks %s", t.Name(), strings.Join(missing, ", "))
	if os.Getenv("CI") == "true" {
		t.Fatal(said)
	}
	fmt.Fprintln(os.Stderr, said)
	return true
}

// Programs are those of the named that are not on the path, with how to get them.
func Programs(names ...string) []string {
	return without(names, func(name string) bool {
		_, err := exec.LookPath(name)
		return err == nil
	})
}

// Packages are those of the named npm packages that tests/npm does not hold, with how to get them.
func Packages(names ...string) []string {
	return without(names, func(name string) bool {
		_, err := os.Stat(filepath.Join(Root(), "tests", "npm", "node_modules", name, "package.json"))
		return err == nil
	})
}

func without(names []string, there func(string) bool) (missing []string) {
	for _, name := range names {
		if !there(name) {
			missing = append(missing, name+" (make setup installs it)")
		}
	}
	return missing
}

// Node is a Node.js of version 22 or later, from tests/npm or the path; missing says that there is none.
func Node() (program string, missing []string) {
	installed, _ := filepath.Glob(filepath.Join(Root(), "tests", "npm", "node_modules", "node-*", "bin", "node"))
	for _, candidate := range append(installed, "node") {
		out, err := exec.Command(candidate, "--version").Output()
		major := 0
		if _, scan := fmt.Sscanf(string(out), "v%d.", &major); err == nil && scan == nil && major >= 22 {
			return candidate, nil
		}
	}
	return "", []string{"Node.js 22 (make setup installs it)"}
}

// Vectors is a file of published test vectors, which stand in ../shared/vectors beside the project's
// root; nil where it is not there, and the test does not run.
func Vectors(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(Root(), "..", "shared", "vectors", file))
	if err != nil && Lacking(t, "../shared/vectors/"+file) {
		return nil
	}
	return b
}

// Root is the project's folder: the nearest one above that holds its module.
func Root() string {
	at, err := os.Getwd()
	for ; err == nil && !slices.Contains([]string{"/", "."}, at); at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at
		}
	}
	return "."
}
