package api_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"entente/tests/outside"
)

// A linter judges an OpenAPI document by its makers' recommended rules, and takes no warning.
type linter struct {
	name, npm, program string
	args               []string
}

var linters = []linter{
	{"Spectral", "@stoplight/spectral-cli", "dist/index.js", []string{"lint", "--ruleset", "rules.yaml", "--fail-severity", "hint"}},
	{"Redocly", "@redocly/cli", "bin/cli.js", []string{"lint", "--extends", "recommended-strict"}},
}

// judge runs a linter on a document.
func (l linter) judge(t *testing.T, node string, document []byte) (clean bool, said string) {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte("extends: [\"spectral:oas\"]\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "openapi.json"), document, 0o600))
	root, err := filepath.Abs(outside.Root())
	must(t, err)
	program := filepath.Join(root, "tests", "npm", "node_modules", l.npm, l.program)
	run := exec.CommandContext(t.Context(), node, slices.Concat([]string{program}, l.args, []string{"openapi.json"})...)
	run.Dir = dir
	run.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true") // it asks nobody else
	out, err := run.CombinedOutput()
	return err == nil, string(out)
}

// Programs that judge OpenAPI documents find nothing in ours, and something in a worse one.
func TestTheDocumentLintsClean(t *testing.T) {
	_, raw := document(t)
	worse := bytes.Replace(raw, []byte(`"operationId":"get-agreement",`), nil, 1)
	if len(worse) == len(raw) {
		t.Fatal("the document has no get-agreement")
	}
	for _, l := range linters {
		t.Run(l.name, func(t *testing.T) {
			node, missing := outside.Node()
			if outside.Lacking(t, slices.Concat(missing, outside.Packages(l.npm))...) {
				return
			}
			if clean, said := l.judge(t, node, raw); !clean {
				t.Errorf("%s finds:\n%s", l.name, said)
			}
			if clean, _ := l.judge(t, node, worse); clean {
				t.Errorf("%s finds nothing in an operation without an id", l.name)
			}
		})
	}
}

// Each operation says more of itself than its title.
func TestEachOperationIsExplained(t *testing.T) {
	d, _ := document(t)
	for path, item := range d.Paths {
		for method, op := range item {
			if op.Description == "" || op.Description == op.Summary {
				t.Errorf("%s %s is not explained", method, path)
			}
		}
	}
}

// nameless lists the members of a schema, and of those within, of which nothing is said.
func nameless(at string, schema any) (all []string) {
	switch s := schema.(type) {
	case map[string]any:
		members, _ := s["properties"].(map[string]any)
		for name, one := range members {
			m, _ := one.(map[string]any)
			if said, _ := m["description"].(string); said == "" && m["$ref"] == nil {
				all = append(all, at+"."+name)
			}
		}
		for name, within := range s {
			all = append(all, nameless(at+"."+name, within)...)
		}
	case []any:
		for _, within := range s {
			all = append(all, nameless(at, within)...)
		}
	}
	return all
}

// The document says of each member, whoever sends it, what it is.
func TestEachMemberIsDescribed(t *testing.T) {
	_, raw := document(t)
	var all map[string]any
	must(t, json.Unmarshal(raw, &all))
	if got := nameless("", map[string]any{"properties": map[string]any{"said": map[string]any{"description": "x"}, "silent": map[string]any{"type": "string"}}}); !slices.Equal(got, []string{".silent"}) {
		t.Fatalf("a member of which nothing is said is found as %v", got)
	}
	for _, name := range nameless("", map[string]any{"components": all["components"], "paths": all["paths"]}) {
		if !strings.Contains(name, ".example") { // an example's members are no schema's
			t.Errorf("nothing is said of %s", name)
		}
	}
}
