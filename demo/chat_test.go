package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func noon() time.Time { return time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC) }

// still is a summariser whose clock stands still and whose streams hardly pause.
func still() *service {
	s := Summariser(key).(*service)
	s.operate = (&chat{now: noon, pace: 1}).complete
	return s
}

func chatBody(content string, members ...string) string {
	return fmt.Sprintf(`{"model":"calluna-extract-1","messages":[{"role":"user","content":%s}]%s}`, encode(content), strings.Join(append([]string{""}, members...), ","))
}

const harbour = "The harbour was closed on Monday. A storm had damaged the pier. Ships waited outside for two days. The pier will be repaired in spring."

func TestPlainAnswer(t *testing.T) {
	w := ask(t, still(), chatBody(harbour))
	want := `{"id":"chatcmpl-","object":"chat.completion","created":1793620800,"model":"calluna-extract-1","service_tier":"default","system_fingerprint":"fp_calluna-extract-1",` +
		`"choices":[{"index":0,"message":{"role":"assistant","content":"The harbour was closed on Monday. A storm had damaged the pier.","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],` +
		`"usage":{"prompt_tokens":30,"completion_tokens":14,"total_tokens":44,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},` +
		`"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}` + "\n"
	id := read[struct{ ID string }](t, w).ID
	if d := cmp.Diff(want, strings.Replace(w.Body.String(), id, "chatcmpl-", 1)); d != "" {
		t.Error(d)
	}
	if len(id) != len("chatcmpl-")+24 {
		t.Errorf("the id is %q", id)
	}
}

func TestTheSameAskedAgainHasTheSameID(t *testing.T) {
	id := func(body string) string { return read[struct{ ID string }](t, ask(t, still(), body)).ID }
	if id(chatBody(harbour)) != id(chatBody(harbour)) {
		t.Error("the same request got another id")
	}
	if id(chatBody(harbour)) == id(chatBody(harbour+" Boats, too.")) {
		t.Error("another request got the same id")
	}
}

func TestHowAnswersEnd(t *testing.T) {
	tests := []struct{ name, body, content, finish string }{
		{"cut at max_tokens", chatBody(harbour, `"max_tokens":3`), "The harbour was", "length"},
		{"cut at max_completion_tokens", chatBody(harbour, `"max_completion_tokens":8`), "The harbour was closed on Monday.", "length"},
		{"just fits", chatBody(harbour, `"max_tokens":14`), "The harbour was closed on Monday. A storm had damaged the pier.", "stop"},
		{"at a stop", chatBody(harbour, `"stop":" Monday"`), "The harbour was closed on", "stop"},
		{"at the first of stops", chatBody(harbour, `"stop":["pier","storm"]`), "The harbour was closed on Monday. A ", "stop"},
		{"no text", chatBody("  "), "There is no text to summarise.", "stop"},
		{"parts of a message", `{"model":"calluna-extract-1","messages":[{"role":"user","content":[{"type":"text","text":"Summarise in one sentence:"},{"type":"text","text":"` + harbour + `"}]}]}`,
			"The harbour was closed on Monday.", "stop"},
		{"what has no effect", chatBody(harbour, `"temperature":2`, `"seed":4`, `"user":"u"`, `"stop":null`, `"n":1`, `"tools":[]`, `"response_format":{"type":"text"}`, `"max_tokens":7`), "The harbour was closed on Monday.", "length"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := read[completion](t, ask(t, still(), tt.body)).Choices[0]
			if got.Message.Content != tt.content || *got.Finish != tt.finish {
				t.Errorf("got %q, %s", got.Message.Content, *got.Finish)
			}
		})
	}
}

// events are the chunks of a stream, which must end as it should.
func events(t rapid.TB, body string) []completion {
	t.Helper()
	body, ended := strings.CutSuffix(body, "data: [DONE]\n\n")
	if !ended {
		t.Fatalf("the stream does not end with [DONE]: %s", body)
	}
	var all []completion
	for _, e := range strings.Split(strings.TrimSuffix(body, "\n\n"), "\n\n") {
		var c completion
		if err := json.Unmarshal([]byte(strings.TrimPrefix(e, "data: ")), &c); err != nil {
			t.Fatalf("%v: %s", err, e)
		}
		all = append(all, c)
	}
	return all
}

// Whatever is asked, a stream is the plain answer in pieces, and states the same usage if it is asked to.
func TestStreamIsThePlainAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content, limit := rapid.String().Draw(t, "content"), rapid.IntRange(1, 30).Draw(t, "limit")
		if rapid.Bool().Draw(t, "article") {
			content = rapid.SampledFrom(englishArticles).Draw(t, "text")
		}
		members := fmt.Sprintf(`"max_tokens":%d`, limit)
		send := func(body string) string {
			return request(still(), "POST", "/v1/chat/completions", "Bearer "+key, body).Body.String()
		}
		var plain completion
		if err := json.Unmarshal([]byte(send(chatBody(content, members))), &plain); err != nil {
			t.Fatal(err)
		}
		withUsage := rapid.Bool().Draw(t, "usage")
		body := send(chatBody(content, members, `"stream":true`, fmt.Sprintf(`"stream_options":{"include_usage":%v}`, withUsage)))
		if n := strings.Count(body, `"usage":`); (withUsage && n != strings.Count(body, `"id":`)) || (!withUsage && n != 0) {
			t.Fatalf("%d chunks have usage: %s", n, body)
		}
		chunks := events(t, body)
		if withUsage {
			last := chunks[len(chunks)-1]
			if d := cmp.Diff(plain.Usage, last.Usage); d != "" || len(last.Choices) != 0 {
				t.Fatalf("%s %v", d, last.Choices)
			}
			chunks = chunks[:len(chunks)-1]
		}
		joined := ""
		for i, c := range chunks {
			if c.ID != plain.ID || c.Object != "chat.completion.chunk" || len(c.Choices) != 1 || (c.Choices[0].Finish != nil) != (i == len(chunks)-1) {
				t.Fatalf("chunk %d: %+v", i, c)
			}
			if s := c.Choices[0].Delta.Content; s != nil {
				joined += *s
			}
		}
		if joined != plain.Choices[0].Message.Content || *chunks[len(chunks)-1].Choices[0].Finish != *plain.Choices[0].Finish {
			t.Fatalf("streamed %q, plain %q", joined, plain.Choices[0].Message.Content)
		}
	})
}

func TestStreamIsPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		w := ask(t, Summariser(key), chatBody("The harbour is closed.", `"stream":true`))
		if n := time.Duration(len(events(t, w.Body.String()))); time.Since(begin) != n*4*time.Millisecond || !w.Flushed {
			t.Errorf("%d chunks took %v", n, time.Since(begin))
		}
	})
}

func TestStreamEndsWhenTheCallerGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		r := httptest.NewRequestWithContext(ctx, "POST", "/v1/chat/completions", strings.NewReader(chatBody(harbour, `"stream":true`)))
		r.Header.Set("Authorization", "Bearer "+key)
		w, begin := httptest.NewRecorder(), time.Now()
		Summariser(key).ServeHTTP(w, r)
		if took := time.Since(begin); took > 12*time.Millisecond || strings.Contains(w.Body.String(), "[DONE]") {
			t.Errorf("it went on for %v: %s", took, w.Body)
		}
	})
}

func TestLongPromptsThatComeAgainAreCached(t *testing.T) {
	long := strings.Repeat("The harbour is closed and ships wait. ", 30) // 8 tokens each
	tests := []struct {
		name   string
		given  []string
		when   string
		cached int
	}{
		{"never seen", nil, long, 0},
		{"seen", []string{long}, long, 192},
		{"the same beginning", []string{long + "One thing."}, long + "Quite another thing, and more of it.", 192},
		{"a shorter one", []string{long}, long[:len(long)/2-len(long)/2%38], 0},
		{"a longer one", []string{long}, long + long, 192},
		{"another beginning", []string{long}, "But " + long, 0},
		{"other space", []string{long}, strings.Replace(long, " ", "  ", 1), 0},
		{"short ones are not", []string{harbour, harbour}, harbour, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := still()
			for _, content := range tt.given {
				ask(t, h, chatBody(content))
			}
			u := read[struct{ Usage usage }](t, ask(t, h, chatBody(tt.when))).Usage
			if u.In.Cached != tt.cached || u.In.Cached > u.Prompt {
				t.Errorf("%d of %d tokens are cached, want %d", u.In.Cached, u.Prompt, tt.cached)
			}
		})
	}
}

func TestOldPromptsAreForgotten(t *testing.T) {
	var p prefixes
	prompt := func(n int) []digest {
		d := func(step byte) digest { return digest{byte(n), byte(n >> 8), byte(n >> 16), step} }
		return []digest{d(1), d(2)}
	}
	for n := range prefixKept {
		p.cached(prompt(n))
		p.cached(prompt(0)) // keeps it in use
	}
	if got := p.cached(prompt(0)); got != 2*prefixStep {
		t.Errorf("what is in use was forgotten: %d", got)
	}
	if got := p.cached(prompt(1)); got != 0 {
		t.Errorf("what is old was kept: %d", got)
	}
	if p.order.Len() != prefixKept || len(p.at) != prefixKept {
		t.Errorf("%d and %d are kept", p.order.Len(), len(p.at))
	}
}

// The hardest text for a limit of tokens, as long as a request can be, is summarised soon: work that
// grows by its square would take minutes.
func TestLargestTextIsQuick(t *testing.T) {
	for _, text := range []string{strings.Repeat("A. ", maxContext/2-10), strings.Repeat("Aa\n\n", maxContext-10), strings.Repeat("a ", maxContext-10), strings.Repeat("Summarise: ", 10_000)} {
		begin := time.Now()
		ask(t, still(), chatBody(text, `"max_tokens":1`))
		if took := time.Since(begin); took > 30*time.Second {
			t.Errorf("%.10q… took %v", text, took)
		}
	}
}
