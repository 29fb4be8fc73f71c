package gateway_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/articles"
	"entente/egress"
	"entente/meter"
	"entente/meter/metertest"
	"entente/usage"
)

func TestAPlainCallPassesByteForByte(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	var got *http.Request
	var body []byte
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("Set-Cookie", "upstream=1")
		w.Header().Set("RateLimit", `"upstream";r=1`)
		w.Header().Set("X-Request-Id", "upstream-id")
		w.Header().Set("Entente-Usage-Id", "use_forged")
		w.Header().Set("Openai-Version", "2020-10-01")
		completion(w, r)
	})
	sent := " {\n\t\"model\" : \"calluna-extract-1\",\"top_p\":1.00, \"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9\\/ é\"}]}\r\n"
	r := h.call("POST", chat+"?api_key=ent_live_x", "summarise", sent, "X-Request-Id: mine-1", "OpenAI-Project: p", "Cookie: a=b", "X-Secret: no",
		"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Mcp-Method: tools/call", "Connection: Idempotency-Key", "Idempotency-Key: k")

	if r.StatusCode != 200 || string(r.body) != completionBody {
		t.Fatalf("status %d: %s", r.StatusCode, r.body)
	}
	if string(body) != sent {
		t.Errorf("the upstream got %q, want what was sent", body)
	}
	if got.URL.String() != "/v1/chat/completions" || got.Method != "POST" {
		t.Errorf("the upstream was asked for %s %s", got.Method, got.URL)
	}
	for name, want := range map[string]string{"Authorization": secret, "Openai-Project": "p", "Cookie": "", "X-Secret": "", "Mcp-Method": "tools/call",
		"Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Accept-Encoding": "identity", "Idempotency-Key": "", "X-Request-Id": "",
		"Entente-Request-Id": r.Header.Get("Entente-Request-Id")} {
		if v := got.Header.Get(name); v != want {
			t.Errorf("the upstream got %s: %q, want %q", name, v, want)
		}
	}
	rec := h.record()
	for name, want := range map[string]string{"Set-Cookie": "", "Ratelimit": "", "X-Request-Id": "mine-1", "Openai-Version": "2020-10-01",
		"Entente-Usage-Id": rec.ID.String(), "Entente-Receipt": rec.ID.String() + `;statement="summarise/production/` + rec.Opened.UTC().Truncate(time.Hour).Format(time.RFC3339) + `"`, "Content-Usage": "train-ai=n"} {
		if v := r.Header.Get(name); v != want {
			t.Errorf("the caller got %s: %q, want %q", name, v, want)
		}
	}
	if len(r.Header["X-Request-Id"]) != 1 || len(r.Header["Entente-Usage-Id"]) != 1 {
		t.Errorf("headers of the gateway come twice: %v", r.Header)
	}
	want := meter.Record{ID: rec.ID, Agreement: string(theAgreement), Version: 1, Policy: h.registry.p.Digest, Key: "key_summarise", Party: "b",
		Component: "summarise", Environment: "production", Purpose: "service", DataClass: "customer", Operation: "chat.completions", Model: "calluna-extract-1",
		ClientRequestID: "mine-1", Held: meter.Held{Input: int64(len(sent)), Output: 4096, Bytes: int64(len(sent)) + 64<<10}, Opened: noon, Closed: noon, State: meter.Closed, Outcome: meter.OK, Status: 200, FirstByte: rec.FirstByte,
		Usage:   usage.Usage{Tokens: usage.Tokens{InputUncached: 8, CacheRead: 4, Output: 5}, TokensKnown: true, AnsweredModel: "calluna-extract-1", UsageDigest: rec.UsageDigest},
		BytesIn: int64(len(sent)), BytesOut: int64(len(completionBody))}
	if d := cmp.Diff(want, rec); d != "" {
		t.Error(d)
	}
}

func TestStreamsPassByteForByte(t *testing.T) {
	all := strings.Join(chunks, "")
	withoutUsage := strings.Join(append(append([]string{}, chunks[:3]...), chunks[4]), "")
	asks := `"stream_options":{"include_usage":true}`
	for _, c := range []struct{ name, sent, upstreamGets, want string }{
		{"usage is asked for and taken out again",
			`{"model":"calluna-extract-1","stream":true,"messages":[]}`, `{"model":"calluna-extract-1","stream":true,"messages":[],` + asks + `}`, withoutUsage},
		{"white space at the end stays",
			"{\"model\":\"calluna-extract-1\",\"stream\":true \n} \n", "{\"model\":\"calluna-extract-1\",\"stream\":true \n," + asks + "} \n", withoutUsage},
		{"a caller who asks keeps it", `{"model":"calluna-extract-1","stream":true,"stream_options": {"include_usage": true}}`,
			`{"model":"calluna-extract-1","stream":true,"stream_options": {"include_usage": true}}`, all},
		{"a caller who says no does not get it", `{"stream_options":{"include_usage":false },"model":"calluna-extract-1","stream":true}`,
			`{"stream_options":{"include_usage":true },"model":"calluna-extract-1","stream":true}`, withoutUsage},
		{"other options stay", `{"stream_options":{ "include_obfuscation":false},"model":"calluna-extract-1","stream":true}`,
			`{"stream_options":{"include_usage":true, "include_obfuscation":false},"model":"calluna-extract-1","stream":true}`, withoutUsage},
		{"empty options", `{"stream_options":{ },"model":"calluna-extract-1","stream":true}`,
			`{"stream_options":{"include_usage":true },"model":"calluna-extract-1","stream":true}`, withoutUsage},
		{"no options", `{"stream_options": null,"model":"calluna-extract-1","stream":true}`,
			`{"stream_options": {"include_usage":true},"model":"calluna-extract-1","stream":true}`, withoutUsage},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			var got []byte
			h.answers(func(w http.ResponseWriter, r *http.Request) {
				got, _ = io.ReadAll(r.Body)
				streams(chunks...)(w, r)
			})
			r := h.call("POST", chat, "summarise", c.sent)
			if r.err != nil || string(r.body) != c.want {
				t.Errorf("the caller got %q (%v), want %q", r.body, r.err, c.want)
			}
			if string(got) != c.upstreamGets {
				t.Errorf("the upstream got  %s\nwant              %s", got, c.upstreamGets)
			}
			rec := h.record()
			want := usage.Tokens{InputUncached: 12, Output: 5}
			if rec.Tokens != want || !rec.TokensKnown || rec.Outcome != meter.OK || !rec.Stream || rec.BytesOut != int64(len(c.want)) {
				t.Errorf("record %+v, want tokens %+v and %d bytes", rec, want, len(c.want))
			}
		})
	}
}

// The first event reaches the caller while the upstream still waits with the second.
func TestNothingIsHeldBack(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	next := make(chan struct{})
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.(http.Flusher).Flush()
		for _, e := range chunks {
			<-next
			io.WriteString(w, e)
			w.(http.Flusher).Flush()
		}
	})
	resp, err := client.Do(h.request("POST", chat, "summarise", strings.Replace(ask(true), `"stream":true`, `"stream":true,"stream_options":{"include_usage":true}`, 1)))
	must(t, err)
	defer resp.Body.Close()
	for _, e := range chunks {
		next <- struct{}{}
		got := make([]byte, len(e))
		if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != e {
			t.Fatalf("got %q (%v), want %q", got, err, e)
		}
	}
}

// A caller who has read the stream's own last event finds the record closed, before the connection says so.
func TestTheRecordIsClosedBeforeTheEnd(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		body   string
		until  string
	}{
		{"a stream", func(w http.ResponseWriter, r *http.Request) {
			streams(chunks...)(w, r)
			<-r.Context().Done()
		}, ask(true), "data: [DONE]\n\n"},
		{"a body with its length", completion, ask(false), completionBody},
		{"an empty body", func(w http.ResponseWriter, r *http.Request) {}, ask(false), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.answers(c.answer)
			resp, err := client.Do(h.request("POST", chat, "summarise", c.body))
			must(t, err)
			defer resp.Body.Close()
			var got []byte
			for one := make([]byte, 1); !bytes.HasSuffix(got, []byte(c.until)); got = append(got, one...) {
				if _, err := io.ReadFull(resp.Body, one); err != nil {
					t.Fatal(err)
				}
			}
			must(t, h.meter.Flush(t.Context()))
			all := h.store.All()
			if len(all) != 1 || all[0].State != meter.Closed || all[0].Outcome != meter.OK || all[0].BytesOut != int64(len(got)) && c.name != "a stream" {
				t.Errorf("after the last byte: %+v", all)
			}
		})
	}
}

func TestEmbeddingsResponsesAndMessagesAreCounted(t *testing.T) {
	for _, c := range []struct {
		name, path, key, body string
		answer                http.HandlerFunc
		want                  usage.Tokens
	}{
		{"embeddings", "/embed/v1/embeddings", "embed", `{"model":"tidewater-embed-1","input":"tide"}`, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, embeddingsBody)
		}, usage.Tokens{InputUncached: 7}},
		{"responses, streamed", "/summarise/v1/responses", "summarise", `{"model":"calluna-extract-1","stream":true,"input":"x"}`, streams(
			"event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"model\":\"calluna-extract-1\",\"usage\":null}}\n\n",
			"event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"High\"}\n\n",
			"event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"model\":\"calluna-extract-1\",\"usage\":{\"input_tokens\":9,\"output_tokens\":6,\"output_tokens_details\":{\"reasoning_tokens\":2},\"total_tokens\":15}}}\n\n"),
			usage.Tokens{InputUncached: 9, Output: 4, Reasoning: 2}},
		{"messages, streamed", "/assist/v1/messages?beta=true", "assist", `{"model":"calluna-assist-1","stream":true,"max_tokens":9,"messages":[]}`, streams(
			"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"calluna-assist-1\",\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":3,\"output_tokens\":1}}}\n\n",
			"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"High\"}}\n\n",
			"event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":8}}\n\n",
			"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"), usage.Tokens{InputUncached: 10, CacheRead: 3, Output: 8}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			var query string
			h.answers(func(w http.ResponseWriter, r *http.Request) { query = r.URL.RawQuery; c.answer(w, r) })
			r := h.call("POST", c.path, c.key, c.body)
			if rec := h.record(); r.StatusCode != 200 || rec.Tokens != c.want || !rec.TokensKnown || rec.Outcome != meter.OK {
				t.Errorf("status %d, record %+v, want %+v", r.StatusCode, rec, c.want)
			}
			if _, want, _ := strings.Cut(c.path, "?"); query != want {
				t.Errorf("the upstream got the query %q, want %q", query, want)
			}
		})
	}
}

func TestAStreamWithoutUsageIsEstimated(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.answers(streams(chunks[0], chunks[1], chunks[2], chunks[4]))
	h.call("POST", chat, "summarise", ask(true))
	if rec := h.record(); rec.Most != (usage.Bound{Input: int64(len(ask(true))), Output: int64(len("High water."))}) || rec.Tokens != (usage.Tokens{InputUncached: 3, Output: 3}) || !rec.Estimated || rec.TokensKnown || rec.Outcome != meter.OK {
		t.Errorf("record %+v", rec)
	}
}

func TestAnthropicClientsAuthenticateByXApiKey(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.answers(completion)
	r := h.call("POST", "/assist/v1/messages", "", `{"model":"calluna-assist-1","messages":[]}`, "x-api-key: "+h.keys["assist"].Text().Reveal(), "anthropic-version: 2023-06-01")
	if r.StatusCode != 200 {
		t.Errorf("status %d: %s", r.StatusCode, r.body)
	}
}

func TestModelsAreThoseOfScheduleA(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.answers(func(http.ResponseWriter, *http.Request) { t.Error("the upstream was called") })
	for path, want := range map[string]string{
		"/summarise/v1/models":                   `{"object":"list","data":[{"id":"calluna-extract-1","object":"model","created":0,"owned_by":"Party A"}]}`,
		"/summarise/v1/models/calluna-extract-1": `{"id":"calluna-extract-1","object":"model","created":0,"owned_by":"Party A"}`,
		"/assist/v1/models/calluna-assist-1":     `{"type":"model","id":"calluna-assist-1","display_name":"calluna-assist-1","created_at":"1970-01-01T00:00:00Z"}`,
		"/assist/v1/models":                      `{"data":[{"type":"model","id":"calluna-assist-1","display_name":"calluna-assist-1","created_at":"1970-01-01T00:00:00Z"}],"has_more":false,"first_id":"calluna-assist-1","last_id":"calluna-assist-1"}`,
	} {
		component, _, _ := strings.Cut(path[1:], "/")
		if r := h.call("GET", path, component, ""); r.StatusCode != 200 || string(r.body) != want {
			t.Errorf("%s: status %d: %s", path, r.StatusCode, r.body)
		}
	}
	if n := len(h.records()); n != 0 {
		t.Errorf("%d records of calls that were not made", n)
	}
}

// Counting tokens is a call, but nothing is generated and nothing charged as if it were.
func TestCountingTokensUsesNone(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	var asked string
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Path
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"input_tokens":2095}`)
	})
	r := h.call("POST", "/assist/v1/messages/count_tokens", "assist", `{"model":"calluna-assist-1","messages":[]}`)
	rec := h.record()
	if r.StatusCode != 200 || string(r.body) != `{"input_tokens":2095}` || asked != "/v1/messages/count_tokens" {
		t.Errorf("status %d: %s, asked for at %s", r.StatusCode, r.body, asked)
	}
	if rec.Operation != "messages.count_tokens" || rec.Tokens != (usage.Tokens{}) || rec.TokensKnown || rec.Estimated || rec.Outcome != meter.OK {
		t.Errorf("record %+v", rec)
	}
}

func TestTheUpstreamsOwnRefusalsReachTheCaller(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	const body = `{"error":{"message":"maximum context length","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(400)
		io.WriteString(w, body)
	})
	r := h.call("POST", chat, "summarise", ask(false))
	if rec := h.record(); r.StatusCode != 400 || string(r.body) != body || rec.Outcome != meter.UpstreamRefused || rec.Status != 400 {
		t.Errorf("status %d: %s; record %+v", r.StatusCode, r.body, rec)
	}
}

func TestContentUsageFollowsClause34(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.text(func(a *articles.Agreement) {
		a.Sharing.Training.CustomerDataNever, a.Sharing.Forbidden.Training = false, false
		a.Sharing.Training.Consents = append(a.Sharing.Training.Consents[:0:0], a.Sharing.Training.Consents...)
		c := a.Sharing.Training.Consents[0]
		c.Class, c.Provider, c.Data = "customer", "a", nil
		a.Sharing.Training.Consents[0] = c
	})
	if r := h.call("POST", chat, "summarise", ask(false)); r.Header.Get("Content-Usage") != "" {
		t.Errorf("Content-Usage: %q where training is permitted", r.Header.Get("Content-Usage"))
	}
}

// When the journal is full nothing is served, when there is room again everything is, and what was
// served is on the record.
func TestAFullJournalRefusesAndRecovers(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	small, err := meter.Start(meter.Config{Dir: t.TempDir(), Store: h.store, Now: h.clock, Log: slog.New(slog.DiscardHandler), SegmentBytes: 64 << 10, Limit: 128 << 10})
	must(t, err)
	must(t, h.meter.Stop(context.Background()))
	h.meter, h.gateway.Meter = small, small
	t.Cleanup(func() { must(t, small.Stop(context.Background())) })
	h.store.FailWith(func() metertest.Fault { return metertest.Lost })
	served := 0
	for ; h.call("POST", chat, "summarise", ask(false)).StatusCode == 200; served++ {
		if served > 5000 {
			t.Fatal("the journal never fills")
		}
	}
	r := h.call("POST", chat, "summarise", ask(false))
	if p := r.problem(t); p.Status != 503 || p.Code != "not-metered" || r.Header.Get("Retry-After") == "" || r.Header.Get("Entente-Usage-Id") != "" {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	for path, want := range map[string]int{"/livez": 200, "/readyz": 503} {
		if r := h.call("GET", path, "", ""); r.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, r.StatusCode, want)
		}
	}
	h.store.FailWith(nil)
	must(t, small.Flush(t.Context()))
	for deadline := time.Now().Add(5 * time.Second); h.call("POST", chat, "summarise", ask(false)).StatusCode != 200; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it stays full")
		}
	}
	if n := len(h.records()); served == 0 || n != served+1 {
		t.Errorf("%d records of %d calls served", n, served+1)
	}
}

func TestProbes(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	for _, path := range []string{"/livez", "/readyz"} {
		if r := h.call("GET", path, "", ""); r.StatusCode != 200 || string(r.body) != "ok\n" {
			t.Errorf("%s: %d %s", path, r.StatusCode, r.body)
		}
	}
}

func TestTheLogHasNoSecrets(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	key := h.keys["summarise"].Text().Reveal()
	h.call("POST", chat+"?key="+key, "summarise", ask(false))
	h.call("POST", "/"+key+"/v1/chat/completions", "summarise", ask(false))
	h.call("GET", "/"+key, "", "")
	h.call("POST", chat, "Bearer "+key[:len(key)-1]+"x", ask(false))
	logs := h.logs.String()
	for _, never := range []string{key, key[20:40], secret, "sk-upstream", "Tide tables", "?key"} {
		if strings.Contains(logs, never) {
			t.Errorf("the log contains %q:\n%s", never, logs)
		}
	}
	if n := strings.Count(logs, "msg=call"); n != 4 {
		t.Errorf("%d lines for 4 calls:\n%s", n, logs)
	}
	for _, want := range []string{"operation=chat.completions", "status=200", "outcome=ok", "key=key_summarise", "code=key-invalid clause=B"} {
		if !strings.Contains(logs, want) {
			t.Errorf("the log lacks %q:\n%s", want, logs)
		}
	}
}
