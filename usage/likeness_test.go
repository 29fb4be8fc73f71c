package usage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What is known from the event before is what reading the event itself says.
func TestAnEventThatIsLikeTheLastSaysWhatItSaysAlone(t *testing.T) {
	forms := map[Dialect][]string{
		OpenAIChat: {
			`{"model":"m","choices":[{"index":0,"delta":{"content":"%s"}}]}`, `{"choices":[{"index":0,"delta":{"content":"%s"}}],"usage":null}`,
			`{"choices":[{"delta":{"content":"a"}},{"delta":{"content":"%s"}}]}`, `{"choices":[{"delta":{"role":"%s","content":"a"}}]}`,
			`{"choices":[{"text":"%s"}],"usage":{"prompt_tokens":4,"completion_tokens":1}}`, `{"choices":[{"delta":{"%s":"a"}}]}`,
			`{"service_tier":"%s","choices":[{"delta":{"content":"a"}}]}`, `{"delta":"%s","choices":[]}`, `[DONE]`, `{"choices":[{"delta":{"content":"%s`,
		},
		AnthropicMessages: {
			`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}`, `{"type":"%s","delta":{"text":"a"}}`,
			`{"type":"message_delta","delta":{"stop_reason":"%s"},"usage":{"output_tokens":3}}`, `{"type":"content_block_start","content_block":{"type":"text","text":"%s"}}`,
			`{"type":"content_block_delta","delta":{"type":"signature_delta","signature":"%s"}}`, `{"type":"message_stop"}`,
		},
		OpenAIResponses: {
			`{"type":"response.output_text.delta","sequence_number":1,"delta":"%s"}`, `{"type":"%s.delta","delta":"a"}`,
			`{"type":"response.completed","response":{"model":"%s","usage":{"input_tokens":1,"output_tokens":2}}}`,
		},
	}
	words := rapid.SampledFrom([]string{"", "a", "tide", "usage", "choices", `\"`, `\\`, `","usage":{"prompt_tokens":9,"completion_tokens":9},"x":"`, "message_stop", "content_block_delta", "default", strings.Repeat("long ", 120), "}", "é"})
	rapid.Check(t, func(t *rapid.T) {
		dialect := rapid.SampledFrom([]Dialect{OpenAIChat, AnthropicMessages, OpenAIResponses}).Draw(t, "dialect")
		form := rapid.SampledFrom(forms[dialect])
		agreed := Agreed{Tiers: []string{"default", "tide"}}
		got, want := &Tap{Dialect: dialect, Agreed: agreed}, &Tap{Dialect: dialect, Agreed: agreed}
		written := form.Draw(t, "first")
		for range rapid.IntRange(1, 12).Draw(t, "events") {
			if rapid.IntRange(0, 3).Draw(t, "other") == 0 {
				written = form.Draw(t, "form")
			}
			event := "data: " + strings.ReplaceAll(written, "%s", words.Draw(t, "word")) + "\n\n"
			want.like = likeness{} // as if none had come before
			for _, tap := range []*Tap{got, want} {
				if _, err := fmt.Fprint(tap, event); err != nil {
					t.Fatal(err)
				}
			}
			if got.text != want.text || got.pieces != want.pieces || got.ended != want.ended || got.model != want.model {
				t.Fatalf("after %s: %d bytes in %d pieces, want %d in %d", event, got.text, got.pieces, want.text, want.pieces)
			}
		}
		if diff := cmp.Diff(want.Usage(), got.Usage()); diff != "" {
			t.Error(diff)
		}
	})
}

// Most of a stream is not read but compared.
func TestAPieceIsLikeTheOneBefore(t *testing.T) {
	var l likeness
	first := []byte(`{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}`)
	l.note(first, OpenAIChat.text(first))
	for _, c := range []struct {
		name, data string
		want       int64
		ok         bool
	}{
		{"longer", `{"choices":[{"index":0,"delta":{"content":"high tide"},"finish_reason":null}]}`, 9, true},
		{"empty", `{"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]}`, 0, true},
		{"an escape", `{"choices":[{"index":0,"delta":{"content":"\n"},"finish_reason":null}]}`, 2, false},
		{"another member", `{"choices":[{"index":0,"delta":{"content":"","x":"a"},"finish_reason":null}]}`, 8, false},
		{"the end", `{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}`, 0, false},
		{"shorter than what is around it", `{"choices":[{"index":0,"delta":{"content":"`, 0, false},
	} {
		n, ok := l.text([]byte(c.data))
		if ok != c.ok || ok && n != c.want {
			t.Errorf("%s: %d, %v", c.name, n, ok)
		}
	}
}
