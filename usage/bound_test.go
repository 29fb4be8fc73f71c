package usage

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTheTextOfAnEventIsCounted(t *testing.T) {
	for _, c := range []struct {
		name    string
		dialect Dialect
		data    string
		want    int64
	}{
		{"content", OpenAIChat, `{"choices":[{"index":0,"delta":{"content":"abc"}}]}`, 3},
		{"two choices", OpenAIChat, `{"choices":[{"delta":{"content":"abc"}}, {"delta":{"content":"de"}}]}`, 5},
		{"a tool call, its id and type aside", OpenAIChat, `{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"find","arguments":"{\"a\":1}"}}]}}]}`, 4 + 9},
		{"reasoning and refusals", OpenAIChat, `{"choices":[{"delta":{"role":"assistant","reasoning_content":"hm","refusal":"no"}}]}`, 4},
		{"what stands beside", OpenAIChat, `{"id":"x","model":"m","choices":[{"finish_reason":"stop","logprobs":{"content":"no text"},"delta":{}}],"usage":null}`, 0},
		{"an old completion", OpenAIChat, `{"choices":[{"text":"abc"}]}`, 3},
		{"no choices", OpenAIChat, `{"choices":[]}`, 0},
		{"thinking", AnthropicMessages, `{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hmm"}}`, 3},
		{"the name of a tool", AnthropicMessages, `{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"find","input":{}}}`, 4},
		{"a signature", AnthropicMessages, `{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"AAAA"}}`, 0},
		{"arguments", OpenAIResponses, `{"type":"response.function_call_arguments.delta","delta":"{}"}`, 2},
		{"a text that is done", OpenAIResponses, `{"type":"response.output_text.done","text":"Hi"}`, 0},
	} {
		if got := c.dialect.text([]byte(c.data)).bytes; got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestWhatCannotBeIsDisputed(t *testing.T) {
	said := func(input, cached, output, reasoning int64) Usage {
		return Usage{TokensKnown: true, Tokens: Tokens{InputUncached: input, CacheRead: cached, Output: output, Reasoning: reasoning}}
	}
	disputed := func(u Usage) Usage { u.Disputed = true; return u }
	for _, c := range []struct {
		name      string
		said      Usage
		most      Bound
		delivered int64
		want      Usage
	}{
		{"what can be", said(90, 10, 50, 50), Bound{200, 100}, 400, said(90, 10, 50, 50)},
		{"an end mark that counts", said(90, 0, 101, 0), Bound{200, 100}, 400, said(90, 0, 101, 0)},
		{"more than the maximum", said(90, 0, 1<<40, 0), Bound{200, 100}, 400, disputed(said(90, 0, 100, 0))},
		{"reasoning beyond the maximum", said(90, 0, 40, 500), Bound{200, 100}, 400, disputed(said(90, 0, 40, 60))},
		{"reasoning that nobody sees", said(90, 0, 40, 50_000), Bound{200, -1}, 400, said(90, 0, 40, 50_000)},
		{"more than anybody reasons", said(90, 0, 40, 1<<40), Bound{200, -1}, 400, disputed(said(90, 0, 40, 1<<20-40))},
		{"a long answer", said(90, 0, 1<<21, 0), Bound{200, -1}, 1 << 22, said(90, 0, 1<<21, 0)},
		{"a document that the request refers to", said(100_000, 0, 5, 0), Bound{200, -1}, 400, said(100_000, 0, 5, 0)},
		{"more than any model reads", said(1<<40, 7, 5, 0), Bound{200, -1}, 400, disputed(said(1<<21-7, 7, 5, 0))},
	} {
		if diff := cmp.Diff(c.want, c.said.Believed(c.most, c.delivered)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// What is estimated is a token for each four bytes of text, and limits count what it cannot exceed.
func TestPlainAnswersWithoutUsageAreEstimated(t *testing.T) {
	for _, c := range []struct {
		answer string
		most   Bound
		want   Tokens
		bound  Bound
	}{
		{`{"model":"m-1","choices":[{"text":"abcde"}]}`, Bound{30, -1}, Tokens{InputUncached: 4, Output: 2}, Bound{30, 44}},
		{`{"model":"m-1","content":[{"type":"text","text":"abcdefgh"}]}`, Bound{30, -1}, Tokens{InputUncached: 4, Output: 2}, Bound{30, 61}},
		{`{"model":"m-1"`, Bound{30, -1}, Tokens{InputUncached: 4}, Bound{30, 14}},
		{`{"model":"m-1","choices":[{"text":"` + strings.Repeat("x", 100) + `"}]}`, Bound{30, 5}, Tokens{InputUncached: 4, Output: 5}, Bound{30, 5}},
		{`{"model":"m-1","choices":[]}`, Bound{3, 5}, Tokens{InputUncached: 3}, Bound{3, 5}},
		{``, Bound{30, 5}, Tokens{}, Bound{}},
	} {
		tap := BodyTap{Dialect: OpenAIChat, Most: c.most, Request: []byte(prompted)}
		tap.Write([]byte(c.answer))
		got := tap.Usage()
		if got.Estimated != (c.answer != "") || got.TokensKnown || got.Tokens != c.want || got.Most != c.bound {
			t.Errorf("%s: %+v", c.answer, got)
		}
		if most := got.Counted(); most.Input() != c.bound.Input || most.Output != c.bound.Output {
			t.Errorf("%s: limits count %+v", c.answer, most)
		}
	}
}

func TestOnlyTheTextOfARequestIsEstimated(t *testing.T) {
	for request, want := range map[string]int64{
		prompted:                             16,
		`{"input":["abc","de"]}`:             5,
		`{"prompt":"abc","user":"somebody"}`: 3,
		`{"system":"ab","messages":[{"role":"user","content":[{"type":"text","text":"cd"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAAAAAAAAAA"}}]}]}`: 4,
		`{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"text","text":"x"}]}]}`:                                     1,
		`{"messages":[{"role":"assistant","tool_calls":[{"id":"call_1","function":{"name":"find","arguments":"{}"}}]}]}`:                                                                  6,
		``: 0, `not JSON`: 0,
	} {
		if got := promptBytes([]byte(request)); got != want {
			t.Errorf("%s: %d, want %d", request, got, want)
		}
	}
}

func TestTheBasisIsNamed(t *testing.T) {
	for want, u := range map[Basis]Usage{Stated: {TokensKnown: true}, Delivered: {Estimated: true, Most: Bound{Input: 1}}, Upper: {Estimated: true, Tokens: Tokens{Output: 1}},
		Unknown: {Estimated: true}, "": {}} {
		if got := u.Basis(); got != want {
			t.Errorf("%+v: %q, want %q", u, got, want)
		}
	}
}

// valid holds that each event of a stream carries JSON, or is the end of a chat.
func valid(t *testing.T, stream string) {
	t.Helper()
	for _, line := range strings.Split(stream, "\n") {
		if data, ok := strings.CutPrefix(line, "data: "); ok && data != "[DONE]" && !json.Valid([]byte(data)) {
			t.Errorf("%s is not JSON", data)
		}
	}
}

func TestACappedStreamEndsAsItsDialectDoes(t *testing.T) {
	block := "event: content_block_start\n" + `data: {"type":"content_block_start","index":3,"content_block":{"type":"text","text":""}}` + "\n\n"
	created := "event: response.created\n" + `data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"m-2","output":[],"usage":null}}` + "\n\n"
	delta := strings.Replace(responseDelta, `"delta":`, `"sequence_number":4,"delta":`, 1)
	for _, c := range []struct {
		name    string
		cap     Cap
		dialect Dialect
		stream  string
		passes  string
		ends    string
	}{
		{"a chat", Cap{}, OpenAIChat, roleChunk + chunk("abc") + chunk("defg") + usageChunk + done, roleChunk + chunk("abc"),
			`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":0,"model":"m-1","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}]}` + "\n\n" + done},
		{"a chat of two whose usage was asked for", Cap{Choices: 2, Usage: true}, OpenAIChat, chunk("abc") + chunk("defg"), chunk("abc"),
			`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":0,"model":"m-1","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"},{"index":1,"delta":{},"logprobs":null,"finish_reason":"length"}]}` + "\n\n" +
				`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":0,"model":"m-1","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":1,"total_tokens":5}}` + "\n\n" + done},
		{"messages", Cap{}, AnthropicMessages, messageStart + block + messageText + messageStop, messageStart + block,
			"event: content_block_stop\n" + `data: {"type":"content_block_stop","index":3}` + "\n\n" + "event: message_delta\n" +
				`data: {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"output_tokens":1}}` + "\n\n" + messageStop},
		{"responses", Cap{}, OpenAIResponses, created + delta + delta + delta + responseDone, created + delta + delta,
			"event: response.incomplete\n" + `data: {"type":"response.incomplete","sequence_number":5,"response":{"id":"resp_1","object":"response","model":"m-2","output":[],"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"usage":{"input_tokens":4,"input_tokens_details":{"cached_tokens":0},"output_tokens":1,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":5}}}` + "\n\n"},
	} {
		for _, size := range []int{len(c.stream), 5, 1} {
			var out bytes.Buffer
			capped := c.cap
			capped.Tap, capped.W = &Tap{Dialect: c.dialect, Most: Bound{40, -1}, Request: []byte(prompted)}, &out
			capped.Allow = func(text, pieces, bytes int64) bool { return text <= 5 }
			for _, piece := range cut(c.stream, size) {
				capped.Write([]byte(piece))
			}
			if diff := cmp.Diff(c.passes+c.ends, out.String()); diff != "" || !capped.Cut() {
				t.Errorf("%s, cut %v (-want +got):\n%s", c.name, capped.Cut(), diff)
			}
			valid(t, out.String())
		}
	}
}

// A stream that is allowed passes byte for byte up to its own end, however it is cut up, and its tap
// reads the same.
func TestAnAllowedStreamPassesUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stream := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{roleChunk, chunk("abc"), chunk("é\n"), ping, filterChunk, usageChunk, done, "data: broken", "\r\n\r\n", "\r"}), 0, 12).Draw(t, "events"), "")
		var out bytes.Buffer
		capped := Cap{Tap: &Tap{Dialect: OpenAIChat, Most: Bound{40, -1}, Request: []byte(prompted)}, W: &out, Allow: func(int64, int64, int64) bool { return true }}
		for _, piece := range cut(stream, rapid.IntRange(1, 200).Draw(t, "size")) {
			capped.Write([]byte(piece))
		}
		want, tap := tapped(OpenAIChat, stream, len(stream)+1)
		if err := capped.End(); err != nil || out.String() != stream[:len(stream)-tap.Behind()] || capped.Cut() {
			t.Fatalf("%v, cut %v: %q became %q", err, capped.Cut(), stream, out.String())
		}
		if capped.Tap.Usage() != want {
			t.Fatalf("%q: %+v, want %+v", stream, capped.Tap.Usage(), want)
		}
	})
}

func FuzzCap(f *testing.F) {
	f.Add([]byte(roleChunk+chunk("abc")+usageChunk+done), 1)
	f.Add([]byte(messageStart+messageText+messageStop), 2)
	f.Add([]byte(responseCreated+responseDelta+responseDone), 3)
	f.Fuzz(func(t *testing.T, stream []byte, dialect int) {
		capped := Cap{Tap: &Tap{Dialect: Dialect(1 + uint(dialect)%3), Most: Bound{40, -1}, Request: []byte(prompted)}, W: io.Discard}
		capped.Allow = func(text, _, _ int64) bool { return text < 8 }
		capped.Write(stream)
		capped.End()
		if u := capped.Tap.Usage(); u.Estimated && capped.Tap.events.unread == 0 && u.Tokens.Reasoning == 0 && u.Tokens.Output > 8 && capped.Tap.first == nil {
			t.Fatalf("%q: %+v was delivered", stream, u)
		}
	})
}
