package gateway

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entente/articles/policy"
)

var update = flag.Bool("update", false, "write the tables of docs/gateway.md and docs/enforcement.md anew")

// What docs/gateway.md says in tables is what the code and the lock files say.
func TestTheTablesOfTheGuide(t *testing.T) {
	name := filepath.Join("..", "docs", "gateway.md")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want := string(b)
	for mark, rows := range map[string]string{"errors": errorRows(), "clients": clientRows(t)} {
		before, rest, found := strings.Cut(want, "<!-- "+mark+" -->\n")
		_, after, closed := strings.Cut(rest, "<!-- /"+mark+" -->\n")
		if !found || !closed {
			t.Fatalf("the guide has no table of %s", mark)
		}
		want = before + "<!-- " + mark + " -->\n" + rows + "<!-- /" + mark + " -->\n" + after
	}
	if want == string(b) {
		return
	}
	if !*update {
		t.Fatal("docs/gateway.md is not what the code says; run go test ./gateway -run TheTablesOfTheGuide -update")
	}
	if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func errorRows() string {
	var rows strings.Builder
	rows.WriteString("| status | code | what it means | class of error | on record |\n|---|---|---|---|---|\n")
	codes := slices.SortedFunc(maps.Keys(kinds), func(a, b policy.Code) int {
		return cmp.Or(cmp.Compare(kinds[a].status, kinds[b].status), strings.Compare(string(a), string(b)))
	})
	for _, code := range codes {
		k := kinds[code]
		fmt.Fprintf(&rows, "| %d | `%s` | %s | `%s` | %s |\n", k.status, code, k.title, k.class, recorded(code))
	}
	return rows.String()
}

// recorded is what becomes of a call that ends with a code.
func recorded(code policy.Code) string {
	outcome := (&refusal{code: code}).outcome()
	switch {
	case outcome.Fault():
		return "`" + string(outcome) + "`, the provider’s"
	case code == tooLong:
		return "`cut`"
	case ends[code] || slices.Contains([]policy.Code{quotaExceeded, notMetered, policy.NotListed, frameInvalid}, code):
		return "refused; `cut` in an answer"
	}
	return "refused"
}

func clientRows(t *testing.T) string {
	var npm struct{ Dependencies map[string]string }
	b, err := os.ReadFile(filepath.Join("..", "tests", "npm", "package.json"))
	if err == nil {
		err = json.Unmarshal(b, &npm)
	}
	modules, moderr := os.ReadFile(filepath.Join("..", "tests", "interop", "go.mod"))
	if err != nil || moderr != nil {
		t.Fatal(err, moderr)
	}
	var rows strings.Builder
	rows.WriteString("| client | version | what passes |\n|---|---|---|\n")
	for _, c := range [][2]string{{"openai", "chat completions, embeddings"}, {"@anthropic-ai/sdk", "messages"}, {"ai", "with the two providers below"},
		{"@ai-sdk/openai", "chat completions and responses"}, {"@ai-sdk/anthropic", "messages"}} {
		fmt.Fprintf(&rows, "| `%s` (npm) | %s | %s |\n", c[0], npm.Dependencies[c[0]], c[1])
	}
	for _, c := range [][2]string{{"github.com/openai/openai-go/v3", "chat completions"}, {"github.com/anthropics/anthropic-sdk-go", "messages"}, {"github.com/modelcontextprotocol/go-sdk", "tools"}} {
		found := regexp.MustCompile(regexp.QuoteMeta(c[0]) + ` v(\S+)`).FindSubmatch(modules)
		if found == nil {
			t.Fatalf("tests/interop does not require %s", c[0])
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s |\n", c[0], found[1], c[1])
	}
	return rows.String()
}

// Every parser that a call passes has a fuzz target, and the guide names them all.
func TestTheFuzzTargetsOfTheGuide(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "docs", "gateway.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(b), "| what is read | fuzz target |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	named := map[string]bool{}
	for _, in := range regexp.MustCompile("`([a-z/]+)` ((?:Fuzz[A-Za-z]+(?:, )?)+)").FindAllStringSubmatch(table, -1) {
		for target := range strings.SplitSeq(in[2], ", ") {
			if target != "" {
				named[in[1]+" "+target] = true
			}
		}
	}
	for _, dir := range []string{"wire", "egress", "access", "access/signature", "access/token", "gateway", "gateway/front", "gateway/mcp", "gateway/strictjson", "gateway/websocket",
		"articles/openapi", "articles/format", "articles/technical", "usage", "meter", "cli/logline"} {
		files, _ := filepath.Glob(filepath.Join("..", dir, "*_test.go"))
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range regexp.MustCompile(`(?m)^func (Fuzz[A-Za-z]+)`).FindAllSubmatch(source, -1) {
				target := dir + " " + string(f[1])
				if !named[target] {
					t.Errorf("the guide does not name %s", target)
				}
				delete(named, target)
			}
		}
	}
	for target := range named {
		t.Errorf("the guide names %s, which is not there", target)
	}
}
