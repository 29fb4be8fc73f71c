package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"entente/api/outline"
	"entente/api/typescript"
	"entente/tests/outside"

	"github.com/google/go-cmp/cmp"
)

// the npm package
var typescriptClient = filepath.Join("..", "client", "typescript")

// The npm package has the operations of the document, and no others.
func TestTheTypeScriptClientIsOfTheDocument(t *testing.T) {
	_, raw := document(t)
	d, err := outline.Read(raw)
	must(t, err)
	for name, write := range map[string]func(*outline.Document) (string, error){"operations.js": typescript.Table, "operations.d.ts": typescript.Types} {
		got, err := write(d)
		must(t, err)
		file := filepath.Join(typescriptClient, name)
		if *update {
			must(t, os.WriteFile(file, []byte(got), 0o644))
		}
		want, err := os.ReadFile(file)
		must(t, err)
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got; -update writes it anew):\n%s", file, diff)
		}
	}
}

// Whoever gets the package gets its licence, which is the repository's.
func TestThePackageHasItsLicence(t *testing.T) {
	ours, err := os.ReadFile(filepath.Join("..", "LICENSE"))
	must(t, err)
	packed, err := os.ReadFile(filepath.Join(typescriptClient, "LICENSE"))
	must(t, err)
	if diff := cmp.Diff(string(ours), string(packed)); diff != "" {
		t.Errorf("(-ours +the package's):\n%s", diff)
	}
}

// workshop is a folder in which the npm package is installed as npm packs it.
func workshop(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	packed := run(t, typescriptClient, "npm", "pack", "--silent", "--pack-destination", dir)
	into := filepath.Join(dir, "node_modules", "entente-client")
	must(t, os.MkdirAll(into, 0o700))
	run(t, dir, "tar", "-xzf", strings.TrimSpace(packed), "-C", into, "--strip-components=1")
	must(t, os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"type":"module"}`), 0o600))
	return dir
}

func run(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", program, err, out, complaint.String())
	}
	return string(out)
}

// exampleOfReadme is what README.md shows, as a module.
func exampleOfReadme(t *testing.T) string {
	raw, err := os.ReadFile(filepath.Join(typescriptClient, "README.md"))
	must(t, err)
	_, after, _ := strings.Cut(string(raw), "```ts\n")
	shown, _, ended := strings.Cut(after, "\n```")
	if !ended || !strings.Contains(shown, "new Entente(") {
		t.Fatal("README.md shows no example")
	}
	return "declare const process: { env: Record<string, string> };\ndeclare const id: string, address: string, signal: AbortSignal;\n" + shown + "\n"
}

// The TypeScript client keeps tsc --strict content, works in Node.js and in Chromium against a running node,
// and what its README shows is right.
func TestTheTypeScriptClientAgainstANode(t *testing.T) {
	node, missing := outside.Node()
	missing = append(missing, append(outside.Packages("typescript", "playwright-core"), outside.Programs("npm", "tar", "chromium")...)...)
	if outside.Lacking(t, missing...) {
		return
	}
	tests, err := filepath.Abs(filepath.Join(outside.Root(), "tests", "npm"))
	must(t, err)
	dir := workshop(t)
	checks, err := os.ReadFile(filepath.Join(tests, "checks.ts"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "checks.ts"), checks, 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "readme.ts"), []byte(exampleOfReadme(t)), 0o600))
	run(t, dir, node, filepath.Join(tests, "node_modules", "typescript", "bin", "tsc"), "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess",
		"--target", "es2024", "--module", "nodenext", "--lib", "es2024,dom,dom.iterable,dom.asynciterable", "--types", "", "checks.ts", "readme.ts")

	var runs []map[string]any
	for range 2 {
		runs = append(runs, triedFrom(t, dir))
	}
	judged(t, node, 18, map[string]any{"runs": runs}, "client.mjs", filepath.Join(dir, "checks.js"))
}

// judged runs a program of tests/npm with a plan, to which the browser's path is added, and fails for each of its
// results that is not good, and if there are fewer than so many.
func judged(t *testing.T, node string, least int, plan map[string]any, program string, args ...string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	must(t, err)
	plan["chromium"] = chromium
	input, err := json.Marshal(plan)
	must(t, err)
	cmd := exec.CommandContext(t.Context(), node, append([]string{filepath.Join(outside.Root(), "tests", "npm", program)}, args...)...)
	cmd.Stdin = bytes.NewReader(input)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	var said struct {
		Results []struct {
			Name, Error string
			OK          bool
		}
	}
	if json.Unmarshal(out, &said) != nil || len(said.Results) < least {
		t.Fatalf("%v\n%s%s", err, out, complaint.String())
	}
	for _, r := range said.Results {
		if !r.OK {
			t.Errorf("%s: %s", r.Name, r.Error)
		}
	}
}

// triedFrom is a node of its own, from whose origin a browser can load the client and what was compiled.
func triedFrom(t *testing.T, dir string) map[string]any {
	h := newHouse(t)
	p := h.settle(example())
	mux := http.NewServeMux()
	mux.Handle("/", h.api.Handler())
	mux.Handle("/client/", http.StripPrefix("/client/", http.FileServer(http.Dir(filepath.Join(dir, "node_modules", "entente-client")))))
	mux.Handle("/try/checks.js", http.StripPrefix("/try/", http.FileServer(http.Dir(dir))))
	mux.HandleFunc("/try/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><script type="importmap">{"imports":{"entente-client":"/client/entente.js"}}</script>`))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return map[string]any{"node": s.URL, "agreement": p.id, "tokens": map[string]string{"technicalA": p.people[technicalA], "technicalB": p.people[technicalB], "financeA": p.people[financeA]}}
}
