package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// load calls until the node has been killed in the middle: after some time, or when clients have
// read the first bytes of answers that go on.
func (t *trial) load(callers int, worst bool) {
	stop := make(chan struct{})
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: 5 * time.Second}
			for {
				select {
				case <-stop:
					return
				default:
					t.call(client, kinds[c%len(kinds)])
				}
			}
		})
	}
	all.Go(func() { t.issue(stop) })
	time.Sleep(time.Duration(200+rand.IntN(300)) * time.Millisecond)
	if worst {
		select {
		case <-t.first: // an old one
		default:
		}
		select {
		case <-t.first:
		case <-time.After(2 * time.Second):
		}
	}
	t.node.Process.Kill()
	t.node.Wait()
	close(stop)
	all.Wait()
}

// A kind of call: to which component, with what, and what the end of a whole answer says.
type kind struct{ name, component, path, body, end string }

var kinds = []kind{
	{"plain", "summarise", "/v1/chat/completions", `{"model":"calluna-extract-1","messages":[{"role":"user","content":"Tides."}]}`, `"total_tokens":17}}`},
	{"stream", "summarise", "/v1/chat/completions", `{"model":"calluna-extract-1","stream":true,"messages":[{"role":"user","content":"Tides."}]}`, "data: [DONE]\n\n"},
	{"mcp", "tides", "/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{}}}`, `"isError":false}}`},
}

// pause is how long the upstream waits in the middle of an answer.
const pause = 8 * time.Millisecond

// answer is the upstream: it says a part, waits, and says the rest.
func answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	media, parts := "application/json", []string{
		`{"id":"c1","object":"chat.completion","created":1,"model":"calluna-extract-1","choices":[{"index":0,"message":{"role":"assistant",`,
		`"content":"High water at six."},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}}`}
	switch {
	case bytes.Contains(body, []byte(`"stream":true`)):
		const chunk = `data: {"id":"s1","object":"chat.completion.chunk","created":1,"model":"calluna-extract-1","choices":`
		media, parts = "text/event-stream", []string{chunk + `[{"index":0,"delta":{"role":"assistant","content":"High "}}]}` + "\n\n",
			chunk + `[{"index":0,"delta":{"content":"water at six."},"finish_reason":"stop"}]}` + "\n\n",
			chunk + `[],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}}` + "\n\n", "data: [DONE]\n\n"}
	case bytes.Contains(body, []byte(`"tools/call"`)):
		parts = []string{`{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text",`, `"text":"07:12"}],"isError":false}}`}
	}
	w.Header().Set("Content-Type", media)
	for i, part := range parts {
		if i > 0 {
			time.Sleep(pause)
		}
		if _, err := io.WriteString(w, part); err != nil {
			return
		}
		w.(http.Flusher).Flush()
	}
}

func (t *trial) call(client *http.Client, k kind) {
	r, err := http.NewRequest(http.MethodPost, t.gateway+"/"+k.component+k.path, strings.NewReader(k.body))
	if err != nil {
		return
	}
	r.Header = http.Header{"Authorization": {"Bearer " + t.keys[k.component]}, "Content-Type": {"application/json"},
		"Accept": {"application/json, text/event-stream"}, "Mcp-Protocol-Version": {"2025-06-18"}}
	t.mu.Lock()
	t.started++
	t.mu.Unlock()
	answer, err := client.Do(r)
	if err != nil {
		time.Sleep(5 * time.Millisecond)
		return
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		time.Sleep(20 * time.Millisecond)
		return
	}
	id := answer.Header.Get("Entente-Usage-Id")
	var one [1]byte
	if _, err := io.ReadFull(answer.Body, one[:]); err != nil {
		return
	}
	t.saw(id)
	rest, err := io.ReadAll(answer.Body)
	if err != nil || !bytes.HasSuffix(rest, []byte(k.end)) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, twice := t.completed[id]; twice {
		t.doubled++
	}
	t.completed[id] = k.name
}

// saw notes that the first byte of an answer was read.
func (t *trial) saw(id string) {
	t.mu.Lock()
	t.begun[id] = true
	t.mu.Unlock()
	select {
	case t.first <- struct{}{}:
	default:
	}
}

// issue asks for keys, each under one idempotency key until it is answered.
func (t *trial) issue(stop chan struct{}) {
	client := &http.Client{Transport: &http.Transport{}, Timeout: 3 * time.Second}
	for {
		select {
		case <-stop:
			return
		default:
		}
		t.mu.Lock()
		name := fmt.Sprintf("kill-%d", len(t.issued))
		t.mu.Unlock()
		r, err := http.NewRequest(http.MethodPost, t.api+"/api/v1/keys", strings.NewReader(`{"component":"summarise","environment":"test","purpose":"service","label":"`+name+`"}`))
		if err != nil {
			return
		}
		r.Header.Set("Authorization", "Bearer "+t.token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", name)
		answer, err := client.Do(r)
		if err != nil {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		var made struct{ ID string }
		err = json.NewDecoder(answer.Body).Decode(&made)
		answer.Body.Close()
		if err == nil && made.ID != "" {
			t.mu.Lock()
			t.issued[name] = made.ID
			t.mu.Unlock()
		}
		time.Sleep(10 * time.Millisecond)
	}
}
