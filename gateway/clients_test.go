package gateway_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/performance"
	"entente/calendar"
	"entente/egress"
	"entente/meter"
	"entente/tests/outside"
)

// The clients that people use work through the gateway with nothing but an address and a key: what
// they are told, and what they take an answer for, is what its sender meant.
func TestAIClients(t *testing.T) {
	node, missing := outside.Node()
	if outside.Lacking(t, append(missing, outside.Packages("openai", "@anthropic-ai/sdk", "ai", "@ai-sdk/openai", "@ai-sdk/anthropic")...)...) {
		return
	}
	h := clientsHouse(t)
	check := exec.CommandContext(t.Context(), node, filepath.Join(npm, "clients.mjs"))
	h.judge(check, 5, 55)
}

// clientsHouse has what clients.mjs wants.
func clientsHouse(t *testing.T) *house {
	h := newHouse(t, egress.Policy{Idle: 5 * time.Second})
	h.gateway.MaxBody = 64 << 10
	h.change(func(s *articles.State) {
		h.addKey(s, "assist full", agreement.B, agreement.Test, agreement.Service, agreement.Synthetic)
	})
	for component, key := range map[string]string{"summarise": "summarise test", "assist": "assist full"} {
		h.limit(performance.Limit{Component: component, Environment: agreement.Test, Per: performance.PerKey, Unit: performance.Requests, Requests: 1, Window: calendar.Duration{Hours: 1}})
		h.answers(obedient)
		path, model := chat, "calluna-extract-1"
		if component == "assist" {
			path, model = "/assist/v1/messages", "calluna-assist-1"
		}
		if r := h.call("POST", path, key, `{"model":"`+model+`","max_tokens":9,"messages":[{"role":"user","content":"plain"}]}`); r.StatusCode != 200 {
			t.Fatalf("the call that fills the limit of %s: %d %s", key, r.StatusCode, r.body)
		}
	}
	return h
}

// judge runs a program of clients that makes the same checks with each, and holds usage to what they did.
func (h *house) judge(check *exec.Cmd, clients, least int) {
	t := h.t
	reveal := func(name string) string { return h.keys[name].Text().Reveal() }
	check.Env = append(os.Environ(), "URL="+h.url, "OPENAI_KEY="+reveal("summarise"), "OPENAI_FULL_KEY="+reveal("summarise test"),
		"ANTHROPIC_KEY="+reveal("assist"), "ANTHROPIC_FULL_KEY="+reveal("assist full"), "MCP_KEY="+reveal("tides"))
	check.Stderr = os.Stderr
	out, err := check.Output()
	var report struct {
		Clients map[string]string
		Results []struct {
			Name, Error string
			OK          bool
		}
	}
	if json.Unmarshal(out, &report) != nil || len(report.Results) < least {
		t.Fatalf("%v: %d checks ran\n%s", err, len(report.Results), out)
	}
	t.Log(report.Clients)
	for _, r := range report.Results {
		if !r.OK {
			t.Errorf("%s: %s", r.Name, r.Error)
		}
	}
	outcomes, unknown := map[meter.Outcome]int{}, 0
	for _, r := range h.records() {
		if r.Component == "tides" {
			continue // whose clients send as many messages as they like
		}
		outcomes[r.Outcome]++
		if r.Outcome == meter.OK && (!r.TokensKnown || r.Tokens.Output != 5 || r.Tokens.InputUncached != 12) {
			t.Errorf("an answer is on record as %+v", r)
		}
		if r.Outcome == meter.CallerGone && !r.Estimated {
			unknown++
		}
	}
	want := map[meter.Outcome]int{meter.OK: 3*clients + 2, meter.CallerGone: clients, meter.UpstreamError: 5 * clients}
	for outcome, n := range want {
		if outcomes[outcome] != n {
			t.Errorf("%d calls are on record as %s, %d were made", outcomes[outcome], outcome, n)
		}
	}
	if len(outcomes) != len(want) || unknown > 0 {
		t.Errorf("outcomes %v; %d broken streams are not marked as estimated", outcomes, unknown)
	}
}

// obedient is a service that does what the last message says, under each of the three protocols.
func obedient(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	asked := string(body)
	for _, status := range []int{500, 503} {
		if strings.Contains(asked, fmt.Sprintf("fail with %d", status)) {
			w.Header().Set("Retry-After", "7")
			http.Error(w, "out of memory at /srv/secret", status)
			return
		}
	}
	said := answersOf[r.URL.Path]
	if !strings.Contains(asked, `"stream":true`) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, said.plain)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for i, event := range said.events {
		io.WriteString(w, event)
		w.(http.Flusher).Flush()
		switch {
		case strings.Contains(asked, "break off") && strings.Contains(event, "High "):
			time.Sleep(50 * time.Millisecond)
			panic(http.ErrAbortHandler)
		case strings.Contains(asked, "slowly") && i > 0:
			select {
			case <-r.Context().Done():
				return
			case <-time.After(300 * time.Millisecond):
			}
		}
	}
}

// answersOf is what the obedient service says by path: a text of five tokens to a prompt of twelve.
var answersOf = map[string]struct {
	plain  string
	events []string
}{
	"/v1/chat/completions": {
		`{"id":"c1","object":"chat.completion","created":1,"model":"calluna-extract-1","choices":[{"index":0,"message":{"role":"assistant","content":"High water at six."},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}}`,
		events("", `{"id":"s1","object":"chat.completion.chunk","created":1,"model":"calluna-extract-1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}`,
			`{"id":"s1","object":"chat.completion.chunk","created":1,"model":"calluna-extract-1","choices":[{"index":0,"delta":{"content":"High "}}]}`,
			`{"id":"s1","object":"chat.completion.chunk","created":1,"model":"calluna-extract-1","choices":[{"index":0,"delta":{"content":"water at six."},"finish_reason":"stop"}]}`,
			`{"id":"s1","object":"chat.completion.chunk","created":1,"model":"calluna-extract-1","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}}`, `[DONE]`)},
	"/v1/messages": {
		`{"id":"msg_1","type":"message","role":"assistant","model":"calluna-assist-1","content":[{"type":"text","text":"High water at six."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":5}}`,
		events("type", `{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"calluna-assist-1","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":1}}}`,
			`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`,
			`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"High "}}`,
			`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"water at six."}}`,
			`{"type":"content_block_stop","index":0}`,
			`{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}`,
			`{"type":"message_stop"}`)},
	"/v1/responses": {
		`{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"calluna-extract-1","output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"High water at six.","annotations":[]}]}],"usage":{"input_tokens":12,"input_tokens_details":{"cached_tokens":0},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":17}}`,
		events("type", `{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1,"status":"in_progress","model":"calluna-extract-1","output":[]}}`,
			`{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","status":"in_progress","content":[]}}`,
			`{"type":"response.output_text.delta","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"High "}`,
			`{"type":"response.output_text.delta","sequence_number":3,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"water at six."}`,
			`{"type":"response.output_item.done","sequence_number":4,"output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"High water at six.","annotations":[]}]}}`,
			`{"type":"response.completed","sequence_number":5,"response":{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"calluna-extract-1","output":[],"usage":{"input_tokens":12,"input_tokens_details":{"cached_tokens":0},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":17}}}`)},
}

// events are messages as events of a stream, named by the member that says what they are, if they have one.
func events(named string, messages ...string) []string {
	all := make([]string, len(messages))
	for i, m := range messages {
		all[i] = "data: " + m + "\n\n"
		if named != "" {
			_, kind, _ := strings.Cut(m, `"`+named+`":"`)
			kind, _, _ = strings.Cut(kind, `"`)
			all[i] = "event: " + kind + "\n" + all[i]
		}
	}
	return all
}
