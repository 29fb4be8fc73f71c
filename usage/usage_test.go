package usage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestUsageObjectsBecomeKindsThatDoNotOverlap(t *testing.T) {
	for _, c := range []struct {
		name    string
		dialect Dialect
		object  string
		want    Tokens
	}{
		{"a plain chat", OpenAIChat, `{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29}`, Tokens{InputUncached: 19, Output: 10}},
		{"a chat with cache and reasoning inside", OpenAIChat,
			`{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,"prompt_tokens_details":{"cached_tokens":1920,"cache_write_tokens":6,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":192,"audio_tokens":0,"accepted_prediction_tokens":0}}`,
			Tokens{InputUncached: 80, CacheRead: 1920, CacheWrite: 6, Output: 108, Reasoning: 192}},
		{"reasoning that the total shows to stand beside", OpenAIChat,
			`{"prompt_tokens":10,"completion_tokens":5,"total_tokens":115,"completion_tokens_details":{"reasoning_tokens":100}}`, Tokens{InputUncached: 10, Output: 5, Reasoning: 100}},
		{"embeddings", OpenAIChat, `{"prompt_tokens":8,"total_tokens":8}`, Tokens{InputUncached: 8}},
		{"details that are null", OpenAIChat, `{"prompt_tokens":8,"completion_tokens":0,"total_tokens":8,"prompt_tokens_details":null,"completion_tokens_details":null}`, Tokens{InputUncached: 8}},
		{"white space, unknown members and their order", OpenAIChat, " {\n \"cost\" : 1.5e-3 , \"completion_tokens\" : 1,\t\"x\":[{\"prompt_tokens\":9}], \"prompt_tokens\" : 2 } ", Tokens{InputUncached: 2, Output: 1}},
		{"a response", OpenAIResponses,
			`{"input_tokens":328,"input_tokens_details":{"cached_tokens":128},"output_tokens":52,"output_tokens_details":{"reasoning_tokens":20},"total_tokens":380}`,
			Tokens{InputUncached: 200, CacheRead: 128, Output: 32, Reasoning: 20}},
		{"a message", AnthropicMessages,
			`{"input_tokens":21,"cache_creation_input_tokens":188086,"cache_read_input_tokens":5,"cache_creation":{"ephemeral_5m_input_tokens":188086,"ephemeral_1h_input_tokens":0},"output_tokens":393,"output_tokens_details":{"thinking_tokens":93},"service_tier":"standard","inference_geo":"eu"}`,
			Tokens{InputUncached: 21, CacheRead: 5, CacheWrite: 188086, Output: 300, Reasoning: 93}},
		{"a message without a cache", AnthropicMessages, `{"input_tokens":10,"output_tokens":25,"cache_read_input_tokens":null}`, Tokens{InputUncached: 10, Output: 25}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadUsage(c.dialect, []byte(c.object))
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Fatalf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestUsageThatDoesNotAddUpIsRefused(t *testing.T) {
	for name, object := range map[string]string{
		"nothing":           ``,
		"no object":         `[1]`,
		"cut off":           `{"prompt_tokens":1,"completion_tokens":2`,
		"empty":             `{}`,
		"text behind it":    `{"prompt_tokens":1} x`,
		"negative":          `{"prompt_tokens":-1,"completion_tokens":2}`,
		"a fraction":        `{"prompt_tokens":1.5,"completion_tokens":2}`,
		"an exponent":       `{"prompt_tokens":1e3,"completion_tokens":2}`,
		"a string":          `{"prompt_tokens":"12","completion_tokens":2}`,
		"too large":         `{"prompt_tokens":1099511627777,"completion_tokens":2}`,
		"far too large":     `{"prompt_tokens":99999999999999999999999,"completion_tokens":2}`,
		"cache over prompt": `{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":6}}`,
		"reasoning over":    `{"prompt_tokens":5,"completion_tokens":2,"completion_tokens_details":{"reasoning_tokens":6}}`,
		"other names":       `{"Prompt_Tokens":5,"completion_tokens":2}`,
	} {
		if got, err := ReadUsage(OpenAIChat, []byte(object)); !errors.Is(err, ErrUsage) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	if _, err := ReadUsage(AnthropicMessages, []byte(`{"input_tokens":5}`)); !errors.Is(err, ErrUsage) {
		t.Errorf("a message without output: %v", err)
	}
}

// What a decoder of whole JSON reads, the walk reads too.
func TestTheWalkReadsWhatADecoderReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string) int64 { return rapid.Int64Range(0, 1<<39).Draw(t, name) }
		cached, reasoning := n("cached"), n("reasoning")
		object := map[string]any{
			"prompt_tokens": cached + n("uncached"), "completion_tokens": reasoning + n("output"), "total_tokens": nil,
			"prompt_tokens_details":                 map[string]any{"cached_tokens": cached, "x": rapid.String().Draw(t, "x")},
			"completion_tokens_details":             map[string]any{"reasoning_tokens": reasoning},
			rapid.StringN(1, 5, -1).Draw(t, "name"): []any{rapid.String().Draw(t, "text"), map[string]any{"usage": 1}},
		}
		raw, err := json.MarshalIndent(object, "", rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "indent"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadUsage(OpenAIChat, raw)
		want := Tokens{InputUncached: object["prompt_tokens"].(int64) - cached, CacheRead: cached, Output: object["completion_tokens"].(int64) - reasoning, Reasoning: reasoning}
		if err != nil || got != want {
			t.Fatalf("%s: got %+v, %v, want %+v", raw, got, err, want)
		}
		body, _ := json.Marshal(map[string]any{"model": "m", "usage": object, "choices": []any{map[string]any{"text": `"usage":{"prompt_tokens":1}}`, "usage": 7}}})
		tap := BodyTap{Dialect: OpenAIChat}
		tap.Write(body)
		if u := tap.Usage(); u.Tokens != want || !u.TokensKnown || u.AnsweredModel != "m" {
			t.Fatalf("%s: got %+v", body, u)
		}
	})
}

func tapBody(d Dialect, body string, pieces int) Usage {
	tap := BodyTap{Dialect: d}
	for _, piece := range cut(body, pieces) {
		tap.Write([]byte(piece))
	}
	return tap.Usage()
}

func cut(s string, size int) (pieces []string) {
	for len(s) > size {
		pieces, s = append(pieces, s[:size]), s[size:]
	}
	return append(pieces, s)
}

func sha(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func TestUsageOfPlainAnswers(t *testing.T) {
	object := `{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29}`
	known := func(model string) Usage {
		return Usage{Tokens: Tokens{InputUncached: 19, Output: 10}, TokensKnown: true, AnsweredModel: model, UsageDigest: sha(object)}
	}
	long := strings.Repeat("lorem ipsum ", 30_000)
	for _, c := range []struct {
		name, body string
		want       Usage
	}{
		{"usage at the end", `{"id":"x","model":"m-1","choices":[{"message":{"content":"hi"}}],"usage":` + object + `}`, known("m-1")},
		{"usage before other members", `{"model":"m-1","usage":` + object + ` , "service_tier":"default","system_fingerprint":null}` + "\n", known("m-1")},
		{"usage first", `{"usage":` + object + `,"model":"m-1","choices":[]}`, known("m-1")},
		{"model behind a long list", `{"object":"list","data":[` + strings.Repeat(`0.125,`, 9000) + `1],"model":"m-1","usage":` + object + `}`, known("m-1")},
		{"an answer that quotes usage", `{"model":"m-1","choices":[{"message":{"content":"{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}"}}],"usage":` + object + `}`, known("m-1")},
		{"usage inside other members, behind", `{"model":"m-1","usage":` + object + `,"metadata":{"usage":{"prompt_tokens":1,"completion_tokens":1}},"tools":[{"usage":{"prompt_tokens":2}}]}`, known("m-1")},
		{"many false usages behind", `{"model":"m-1","usage":` + object + `,"x":[` + strings.Repeat(`{"usage":{"prompt_tokens":1}},`, 50) + `1]}`, known("m-1")},
		{"a long answer, usage at the end", `{"model":"m-1","choices":[{"message":{"content":"` + long + `"}}],"usage":` + object + `}`, known("m-1")},
		{"a long answer, usage too early to be kept", `{"model":"m-1","usage":` + object + `,"choices":[{"message":{"content":"` + long + `"}}]}`, Usage{AnsweredModel: "m-1"}},
		{"no usage", `{"object":"list","data":[]}`, Usage{}},
		{"usage is null", `{"model":"m-1","usage":null}`, Usage{AnsweredModel: "m-1"}},
		{"usage is no object", `{"model":"m-1","usage":7}`, Usage{AnsweredModel: "m-1"}},
		{"usage inside only", `{"error":{"usage":` + object + `}}`, Usage{}},
		{"usage that does not add up", `{"model":"m-1","usage":{"prompt_tokens":-1}}`, Usage{AnsweredModel: "m-1", UsageDigest: sha(`{"prompt_tokens":-1}`)}},
		{"no JSON", `<html>"usage":{"prompt_tokens":1}`, Usage{}},
		{"cut off", `{"model":"m-1","usage":{"prompt_tokens":19,"completion_tok`, Usage{AnsweredModel: "m-1"}},
		{"nothing", ``, Usage{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, size := range []int{len(c.body) + 1, 1 << 15, 4001} {
				if diff := cmp.Diff(c.want, tapBody(OpenAIChat, c.body, size)); diff != "" {
					t.Fatalf("in pieces of %d (-want +got):\n%s", size, diff)
				}
			}
		})
	}
}

func FuzzUsage(f *testing.F) {
	f.Add([]byte(`{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":4}}`))
	f.Add([]byte(`{"input_tokens":21,"cache_creation_input_tokens":1,"cache_read_input_tokens":5,"output_tokens":393}`))
	f.Add([]byte(`{"input_tokens":328,"input_tokens_details":{"cached_tokens":128},"output_tokens":52,"output_tokens_details":{"reasoning_tokens":20}}`))
	f.Add([]byte(`{"model":"m","usage":{"prompt_tokens":1,"x":"\\\"}"},"y":[{"usage":{}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, d := range []Dialect{OpenAIChat, OpenAIResponses, AnthropicMessages} {
			tokens, err := ReadUsage(d, raw)
			for _, n := range []int64{tokens.InputUncached, tokens.CacheRead, tokens.CacheWrite, tokens.Output, tokens.Reasoning} {
				if n < 0 || n > 1<<40 || (err != nil && n != 0) {
					t.Fatalf("%s gave %+v, %v", raw, tokens, err)
				}
			}
			tap := BodyTap{Dialect: d}
			tap.Write(raw)
			if u := tap.Usage(); u.TokensKnown && json.Valid(raw) {
				checkAgainstDecoder(t, d, raw, u)
			}
		}
	})
}

// checkAgainstDecoder holds that of valid JSON only the outermost usage is ever read.
func checkAgainstDecoder(t *testing.T, d Dialect, raw []byte, u Usage) {
	var body map[string]json.RawMessage
	if err := json.Unmarshal(raw, &body); err != nil {
		t.Fatalf("%s is no object but gave %+v", raw, u)
	}
	want, err := ReadUsage(d, body["usage"])
	if err != nil || want != u.Tokens {
		t.Fatalf("%s gave %+v, its usage says %+v, %v", raw, u, want, err)
	}
}

func BenchmarkBodyTap(b *testing.B) {
	body := []byte(fmt.Sprintf(`{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"small-1","choices":[{"index":0,"message":{"role":"assistant","content":%q},"finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}}`, strings.Repeat("word ", 50)))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		tap := BodyTap{Dialect: OpenAIChat}
		tap.Write(body)
		if !tap.Usage().TokensKnown {
			b.Fatal("not read")
		}
	}
}
