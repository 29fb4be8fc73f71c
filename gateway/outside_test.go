package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/egress"
	"entente/meter"
	"entente/tests/outside"
)

var npm = filepath.Join("..", "tests", "npm")

// The protocol's own TypeScript SDK works through the gateway with nothing but an address and a key,
// as client and as server, in both eras: it sees what is listed, is told by which clause the rest is
// denied, and goes on. Every call of a tool is in usage once.
func TestMCPClients(t *testing.T) {
	node, missing := outside.Node()
	if outside.Lacking(t, append(missing, outside.Packages("@modelcontextprotocol/sdk", "@modelcontextprotocol/client", "@modelcontextprotocol/server")...)...) {
		return
	}
	served := struct{ Legacy, Modern string }{}
	serve := exec.CommandContext(t.Context(), node, filepath.Join(npm, "mcp.mjs"), "serve")
	serve.Stderr = os.Stderr
	running(t, serve, &served)
	for era, address := range map[string]string{"legacy": served.Legacy, "modern": served.Modern} {
		t.Run(era, func(t *testing.T) {
			h := houseBefore(t, address)
			check := exec.CommandContext(t.Context(), node, filepath.Join(npm, "mcp.mjs"), "check")
			check.Env = append(os.Environ(), "URL="+h.url+tides, "KEY="+h.keys["tides"].Text().Reveal(), "OTHER_KEY="+h.keys["tides second"].Text().Reveal(), "ERA="+era)
			out, err := check.Output()
			var report struct {
				Results []struct {
					Name, Error string
					OK          bool
				}
			}
			if json.Unmarshal(out, &report) != nil || len(report.Results) < 10 {
				t.Fatalf("%v: %s", err, out)
			}
			for _, r := range report.Results {
				if !r.OK {
					t.Errorf("%s: %s", r.Name, r.Error)
				}
			}
			tools := int64(0)
			for _, r := range h.records() {
				tools += r.ToolCalls
				if !slices.Contains([]meter.Outcome{meter.OK, meter.UpstreamRefused, meter.CallerGone}, r.Outcome) || r.Key != "key_tides" {
					t.Errorf("record %+v", r)
				}
			}
			if tools != 3 {
				t.Errorf("%d calls of tools are metered, 3 were made", tools)
			}
			for _, r := range h.gateway.DrainRefusals() {
				t.Logf("refused: %s under %q, %d times", r.Code, r.Clause, r.Count)
			}
		})
	}
}

// The public conformance suite finds nothing wrong with a conforming server behind the gateway that
// it does not find with the server alone.
func TestMCPConformance(t *testing.T) {
	node, missing := outside.Node()
	missing = append(missing, outside.Packages("@modelcontextprotocol/conformance")...)
	server := filepath.Join("..", "tests", "bin", "everything-server")
	if _, err := os.Stat(server); err != nil {
		missing = append(missing, "the MCP Go SDK's conformance server (make setup builds it)")
	}
	if outside.Lacking(t, missing...) {
		return
	}
	for _, c := range []struct {
		version, sessions string
		least             int
	}{{"2025-06-18", "-stateless=false", 57}, {"2025-11-25", "-stateless=false", 82}, {"2026-07-28", "-stateless=true", 136}} {
		t.Run(c.version, func(t *testing.T) {
			address := freeAddress(t)
			serve := exec.CommandContext(t.Context(), server, "-http", address, c.sessions)
			running(t, serve, nil)
			waitFor(t, address)
			h := houseBefore(t, "http://"+address+"/")
			h.listEverything()
			direct := conformance(t, node, "http://"+address+"/", c.version)
			front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Header.Set("Authorization", "Bearer "+h.keys["tides"].Text().Reveal())
				h.gateway.Handler().ServeHTTP(w, r)
			}))
			defer front.Close()
			through := conformance(t, node, front.URL+tides, c.version)
			passed := 0
			for check, status := range through {
				if status == "SUCCESS" {
					passed++
				}
				if alone, known := direct[check]; status != alone && (status == "FAILURE" || status == "WARNING" || !known) {
					t.Errorf("%s: %s through the gateway, %q alone", check, status, alone)
				}
			}
			for check, alone := range direct {
				if through[check] == "" {
					t.Errorf("%s: not looked at through the gateway, %q alone", check, alone)
				}
			}
			t.Logf("%d checks pass through the gateway, of %d", passed, len(through))
			if passed < c.least {
				t.Errorf("only %d checks pass, %d did when this was written", passed, c.least)
			}
		})
	}
}

// listEverything lists in Schedule A what the conformance suite uses.
func (h *house) listEverything() {
	h.text(func(a *articles.Agreement) {
		a.ScheduleA.Components = slices.Clone(a.ScheduleA.Components)
		for i, s := range a.ScheduleA.Components {
			if s.Component != "tides" {
				continue
			}
			s.Operations = []string{"sampling/createMessage", "elicitation/create", "roots/list"}
			s.Resources = []string{"test://static-binary", "test://static-text", "test://watched-resource", "test://template/{id}/data", "test://{+any}"}
			s.Prompts = []string{"test_input_required_result_prompt", "test_prompt_with_arguments", "test_prompt_with_embedded_resource", "test_prompt_with_image", "test_simple_prompt"}
			s.Tools = strings.Fields(`json_schema_2020_12_tool test_audio_content test_elicitation test_elicitation_sep1034_defaults test_elicitation_sep1330_enums
				test_embedded_resource test_error_handling test_image_content test_input_required_result_capabilities test_input_required_result_elicitation
				test_input_required_result_list_roots test_input_required_result_multi_round test_input_required_result_multiple_inputs
				test_input_required_result_request_state test_input_required_result_sampling test_input_required_result_tampered_state test_logging_tool
				test_missing_capability test_multiple_content_types test_reconnection test_sampling test_simple_text test_streaming_elicitation
				test_tool_with_logging test_tool_with_progress test_trigger_prompt_change test_trigger_tool_change test_x_mcp_header`)
			a.ScheduleA.Components[i] = s
		}
	})
}

// conformance runs the suite and returns the status of each check, by scenario and check.
func conformance(t *testing.T, node, address, version string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, filepath.Join(npm, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js"),
		"server", "--url", address, "--suite", "all", "--spec-version", version, "-o", dir)
	log, err := cmd.CombinedOutput()
	files, _ := filepath.Glob(filepath.Join(dir, "*", "checks.json"))
	if len(files) == 0 {
		t.Fatalf("the suite did not run: %v\n%s", err, log)
	}
	found := map[string]string{}
	at := regexp.MustCompile(`-\d{4}-\d\d-\d\dT.*$`)
	for _, file := range files {
		var checks []struct{ ID, Status string }
		b, err := os.ReadFile(file)
		must(t, err)
		must(t, json.Unmarshal(b, &checks))
		scenario := at.ReplaceAllString(filepath.Base(filepath.Dir(file)), "")
		for _, c := range checks {
			name := scenario + " " + c.ID
			if worse := found[name]; worse == "" || c.Status == "FAILURE" {
				found[name] = c.Status
			}
		}
	}
	return found
}

// houseBefore is a house before a server for the component tides.
func houseBefore(t *testing.T, address string) *house {
	t.Helper()
	u, err := url.Parse(address)
	must(t, err)
	h := newHouse(t, egress.Policy{Allow: []string{u.Host}})
	must(t, h.upstreams.Set(t.Context(), egress.Upstream{Agreement: string(theAgreement), Component: "tides", Environment: string(agreement.Production),
		Address: address, Header: "Authorization"}, access.NewSecret(secret)))
	return h
}

// running starts a program that ends when its input does, or when the test does, and reads the line that it says it is ready with.
func running(t *testing.T, cmd *exec.Cmd, ready any) {
	t.Helper()
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	if ready == nil {
		go io.Copy(io.Discard, out)
		return
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	must(t, errors.Join(err, json.Unmarshal(bytes.TrimSpace(line), ready)))
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

func waitFor(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}
