package usage

import (
	"strings"
	"testing"
)

// How a call was served is read where the dialect says it, from whole answers, long ones and streams,
// and only where tiers or regions are agreed.
func TestHowACallWasServed(t *testing.T) {
	long := strings.Repeat("x", wholeBody)
	for _, c := range []struct {
		name    string
		dialect Dialect
		answer  string
		stream  bool
		want    Served
	}{
		{"a chat", OpenAIChat, `{"model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1},"service_tier":"default","system_fingerprint":"f"}`, false, Served{Tier: "default"}},
		{"a chat whose tier stands first", OpenAIChat, `{"service_tier":"flex","choices":[{"text":"\"service_tier\":\"default\""}],"usage":{"prompt_tokens":1,"completion_tokens":1}}`, false, Served{Tier: "flex"}},
		{"a chat without usage", OpenAIChat, `{"choices":[],"service_tier":"default"}`, false, Served{Tier: "default"}},
		{"a chat that says nothing", OpenAIChat, `{"choices":[{"message":{"content":"a","service_tier":"x"}}],"service_tier":null}`, false, Served{}},
		{"a long chat", OpenAIChat, `{"choices":[{"message":{"content":"` + long + `"}}],"usage":{"prompt_tokens":1,"completion_tokens":1},"service_tier":"default"}`, false, Served{Tier: "default"}},
		{"responses", OpenAIResponses, `{"object":"response","service_tier":"priority","usage":{"input_tokens":1,"output_tokens":1}}`, false, Served{Tier: "priority"}},
		{"a message", AnthropicMessages, `{"model":"m","usage":{"input_tokens":1,"output_tokens":1,"service_tier":"standard","inference_geo":"eu"}}`, false, Served{"standard", "eu"}},
		{"a message whose text says so", AnthropicMessages, `{"content":[{"text":"\"inference_geo\":\"us\""}],"service_tier":"x","usage":{"input_tokens":1,"output_tokens":1}}`, false, Served{}},
		{"a number", OpenAIChat, `{"choices":[],"service_tier":7}`, false, Served{}},
		{"chunks", OpenAIChat, `data: {"choices":[{"delta":{"content":"a"}}],"service_tier":null}` + "\n\n" + `data: {"choices":[],"service_tier":"default","usage":{"prompt_tokens":1,"completion_tokens":1}}` + "\n\n" + done, true, Served{Tier: "default"}},
		{"events of responses", OpenAIResponses, `data: {"type":"response.completed","response":{"service_tier":"flex","usage":{"input_tokens":1,"output_tokens":1}}}` + "\n\n", true, Served{Tier: "flex"}},
		{"events of messages", AnthropicMessages, `data: {"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"standard","inference_geo":"us"}}}` + "\n\n" +
			`data: {"type":"message_delta","usage":{"output_tokens":3}}` + "\n\n", true, Served{"standard", "us"}},
	} {
		agreed := Agreed{Tiers: []string{"default", "standard"}, Regions: []string{"eu"}}
		for _, asked := range []Agreed{agreed, {}} {
			want := c.want
			if len(asked.Tiers) == 0 {
				want = Served{}
			}
			var got Usage
			if c.stream {
				tap := &Tap{Dialect: c.dialect, Agreed: asked}
				for _, piece := range cut(c.answer, 7) {
					tap.Write([]byte(piece))
				}
				got = tap.Usage()
			} else {
				tap := &BodyTap{Dialect: c.dialect, Agreed: asked}
				tap.Write([]byte(c.answer))
				got = tap.Usage()
			}
			if got.Served != want {
				t.Errorf("%s, asked for %v: %+v, want %+v", c.name, asked, got.Served, want)
			}
		}
	}
}

// A name that is agreed is not copied; looking for it takes no memory.
func TestAgreedNamesTakeNoMemory(t *testing.T) {
	tap := &BodyTap{Dialect: AnthropicMessages, Agreed: Agreed{Tiers: []string{"standard"}, Regions: []string{"eu"}}}
	tap.Write([]byte(`{"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"standard","inference_geo":"eu"}}`))
	chat := &BodyTap{Dialect: OpenAIChat, Agreed: Agreed{Tiers: []string{"default"}}}
	chat.Write([]byte(`{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1},"service_tier":"default"}`))
	object := member(tap.kept, "usage")
	if n := testing.AllocsPerRun(100, func() { tap.served(object); chat.served(nil) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
