package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/tests/outside"
)

// OpenAI's own client works through the gateway with nothing but a base URL and a key, recognises
// every refusal, and each of its calls is in usage once, with the tokens that the client was told.
func TestOpenAIClient(t *testing.T) {
	if outside.Lacking(t, append(outside.Programs("node"), outside.Packages("openai")...)...) {
		return
	}
	d := startDemo(t)
	chat := d.issueKey(t, "b_technical", "summarise", "test")
	live := d.issueKey(t, "b_technical", "summarise", "production")
	embed := d.issueKey(t, "a_technical", "embed", "test")
	revoked := d.issueKey(t, "b_technical", "summarise", "test")
	d.api(t, "b_technical", http.MethodDelete, "/keys/"+revoked.ID, nil, nil)

	checks := d.openai(t, chat, embed,
		refused{Model: "calluna-write-1", Status: 403, Code: "model-not-listed", Error: "PermissionDeniedError", Message: "Schedule A"},
		refused{Operation: "responses", Status: 403, Code: "operation-not-listed", Error: "PermissionDeniedError", Message: "Schedule A"},
		refused{Key: live.Secret, Status: 403, Code: "production-closed", Error: "PermissionDeniedError", Clause: "2.2"},
		refused{Headers: map[string]string{"Entente-Purpose": "training"}, Status: 403, Code: "purpose-forbidden", Error: "PermissionDeniedError", Clause: "3.4"},
		refused{Key: chat.Secret[:len(chat.Secret)-1] + "_", Status: 401, Code: "key-invalid", Error: "AuthenticationError"},
		refused{Key: revoked.Secret, Status: 401, Code: "key-invalid", Error: "AuthenticationError"},
		refused{Operation: "embeddings", Key: chat.Secret, Status: 403, Code: "wrong-component", Error: "PermissionDeniedError"})

	answered, streamed := metered{"calluna-extract-1", false, "ok"}, metered{"calluna-extract-1", true, "ok"}
	d.metersOnce(t, chat, checks, answered, answered, streamed, streamed, streamed, metered{"calluna-extract-1", true, "caller_gone"}, answered)
	vector := metered{"tidewater-embed-1", false, "ok"}
	d.metersOnce(t, embed, checks, vector, vector, vector)
	d.metersOnce(t, revoked, nil)
	d.metersOnce(t, live, nil)

	d.completeLast(t)
	checks = d.openai(t, live, gatewayKey{})
	d.metersOnce(t, live, checks, answered, answered, streamed, streamed, streamed, metered{"calluna-extract-1", true, "caller_gone"}, answered)
}

// A demo is what `entente demo --json` prints, and where its data are.
type demoNode struct {
	Console, API, Gateway, Agreement string
	Links                            []struct{ Person, Link string }
	Keys, Tokens                     map[string]string

	dir string
}

// startDemo runs the demo on free ports until the test ends.
func startDemo(t *testing.T, args ...string) demoNode {
	t.Helper()
	d := demoNode{dir: t.TempDir()}
	cmd := exec.Command("entente", append([]string{"demo", "--data", d.dir, "--listen", "127.0.0.1:0", "--gateway", "127.0.0.1:0", "--json"}, args...)...)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
			t.Errorf("the demo ended with %v", err)
		}
		if t.Failed() || strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("the demo's log:\n%s", log.String())
		}
	})
	late := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
	defer late.Stop()
	if err := json.NewDecoder(out).Decode(&d); err != nil {
		t.Fatalf("reading what the demo prints: %v\n%s", err, log.String())
	}
	return d
}

// api calls the node's API as one of the demo's token holders, or with a token, and reads the
// answer. Anything but success ends the test.
func (d demoNode) api(t *testing.T, token, method, path string, body, answer any) {
	t.Helper()
	if known, ok := d.Tokens[token]; ok {
		token = known
	}
	var content io.Reader = http.NoBody
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, d.API+path, content)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}
	got, err := (&http.Client{Timeout: 20 * time.Second}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode > 299 {
		t.Fatalf("%s %s: %s %v\n%s", method, path, got.Status, err, b)
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(b, answer); err != nil {
		t.Fatalf("%s %s: %v\n%s", method, path, err, b)
	}
}

type gatewayKey struct{ ID, Component, Secret, holder string }

func (d demoNode) issueKey(t *testing.T, holder, component, environment string) gatewayKey {
	t.Helper()
	k := gatewayKey{holder: holder}
	d.api(t, holder, http.MethodPost, "/keys", map[string]string{"component": component, "environment": environment, "purpose": "service", "label": t.Name()}, &k)
	return k
}

// completeLast confirms the milestone that production waits for.
func (d demoNode) completeLast(t *testing.T) {
	t.Helper()
	d.api(t, "b_technical", http.MethodPost, "/agreements/"+d.Agreement+"/milestones/security-review/completion",
		map[string]any{"evidence": []map[string]string{{"kind": "link", "ref": "https://tidewater.example/evidence/review"}}}, nil)
}

// A refusal that the client must recognise, as openai.mjs wants it said.
type refused struct {
	Operation string            `json:"operation,omitempty"`
	Model     string            `json:"model,omitempty"`
	Key       string            `json:"key,omitempty"`
	Headers   map[string]string `json:"headers,omitempty"`
	Status    int               `json:"status"`
	Code      string            `json:"code"`
	Error     string            `json:"error"`
	Message   string            `json:"message,omitempty"`
	Clause    string            `json:"clause,omitempty"`
}

// A checked is one check of an outside program.
type checked struct {
	Name    string
	OK      bool
	Error   string
	Headers map[string]string
	Usage   struct {
		Prompt     int64 `json:"prompt_tokens"`
		Completion int64 `json:"completion_tokens"`
	}
}

// openai runs the client's checks with a key for chat and, if it is given, one for embeddings.
func (d demoNode) openai(t *testing.T, chat, embed gatewayKey, refusals ...refused) []checked {
	t.Helper()
	args := []string{"--header", "entente-usage-id"}
	for _, r := range refusals {
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, "--refused", string(b))
	}
	env := []string{"CHAT_URL=" + d.Gateway + "/summarise/v1", "CHAT_KEY=" + chat.Secret, "CHAT_MODEL=calluna-extract-1"}
	if embed.Secret != "" {
		env = append(env, "EMBED_URL="+d.Gateway+"/embed/v1", "EMBED_KEY="+embed.Secret, "EMBED_MODEL=tidewater-embed-1")
	}
	all := runProgram(t, env, nil, "openai.mjs", args...)
	if len(all) < 7+len(refusals) {
		t.Errorf("only %d checks ran", len(all))
	}
	return all
}

// runProgram runs a program of tests/npm, makes each of its checks a subtest and returns them.
func runProgram(t *testing.T, env []string, input []byte, program string, args ...string) []checked {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", append([]string{filepath.Join("tests", "npm", program)}, args...)...)
	cmd.Env, cmd.Stdin = append(os.Environ(), env...), bytes.NewReader(input)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.Output()
	var report struct{ Results []checked }
	if json.Unmarshal(out, &report) != nil || len(report.Results) == 0 {
		t.Fatalf("%s: %v\n%s%s", program, err, out, log.String())
	}
	failed := false
	for _, c := range report.Results {
		failed = !t.Run(c.Name, func(t *testing.T) {
			if !c.OK {
				t.Error(c.Error)
			}
		}) || failed
	}
	if err != nil && !failed {
		t.Errorf("%s: %v\n%s", program, err, log.String())
	}
	return report.Results
}

// A metered call, as usage has it.
type metered struct {
	Model   string
	Stream  bool
	Outcome string
}

type usageRecord struct {
	ID, Key, State string
	metered
	Input  int64 `json:"input_tokens"`
	Output int64 `json:"output_tokens"`
}

// metersOnce holds the usage of a key to the calls that were made with it, in any order, since an
// aborted call may be closed after the next one, and to what the client was told of those whose usage id it noted.
func (d demoNode) metersOnce(t *testing.T, k gatewayKey, checks []checked, want ...metered) {
	t.Helper()
	records := d.usage(t, k, len(want))
	var got []metered
	noted := map[string]usageRecord{}
	for _, r := range records {
		got, noted[r.ID] = append(got, r.metered), r
	}
	inOrder := func(a, b metered) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
	slices.SortFunc(want, inOrder)
	slices.SortFunc(got, inOrder)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("usage of a key for %s (-made +metered)\n%s", k.Component, diff)
	}
	seen := 0
	for _, c := range checks {
		r, ok := noted[c.Headers["entente-usage-id"]]
		if !ok {
			continue
		}
		seen++
		if told := [2]int64{c.Usage.Prompt, c.Usage.Completion}; told != [2]int64{r.Input, r.Output} {
			t.Errorf("%s: the client was told of %v tokens, %v are metered", c.Name, told, [2]int64{r.Input, r.Output})
		}
	}
	if len(want) > 0 && seen == 0 {
		t.Error("no usage id that the client noted is in usage")
	}
}

// usage are the records of a key, in their order, once so many of them are closed.
func (d demoNode) usage(t *testing.T, k gatewayKey, closed int) []usageRecord {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		var mine []usageRecord
		open := 0
		for after := ""; ; {
			var page struct {
				Items []usageRecord
				Next  string
			}
			d.api(t, k.holder, http.MethodGet, "/usage?limit=1000&component="+k.Component+"&after="+url.QueryEscape(after), nil, &page)
			for _, r := range page.Items {
				if r.Key != k.ID {
					continue
				}
				mine = append(mine, r)
				if r.State != "closed" {
					open++
				}
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if open == 0 && len(mine) >= closed || time.Now().After(until) {
			return mine
		}
	}
}
