package usage

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func chunk(content string) string {
	return fmt.Sprintf(`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"m-1","choices":[{"index":0,"delta":{"content":%q},"finish_reason":null}],"usage":null}`, content) + "\n\n"
}

const (
	roleChunk   = `data: {"id":"chatcmpl-1","model":"m-1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null}` + "\n\n"
	chatUsage   = `{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29}`
	usageChunk  = `data: {"id":"chatcmpl-1","model":"m-1","choices":[],"usage":` + chatUsage + "}\n\n"
	filterChunk = `data: {"id":"","model":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}` + "\n\n"
	done        = "data: [DONE]\n\n"
	ping        = ": keep alive\n\n"

	messageStart = "event: message_start\n" + `data: {"type":"message_start","message":{"id":"msg_1","model":"c-1","content":[],"usage":{"input_tokens":25,"cache_read_input_tokens":7,"output_tokens":1}}}` + "\n\n"
	messageText  = "event: content_block_delta\n" + `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello \"usage\" {"}}` + "\n\n"
	messageDelta = "event: message_delta\n" + `data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}}` + "\n\n"
	messageStop  = "event: message_stop\n" + `data: {"type":"message_stop"}` + "\n\n"

	responseUsage   = `{"input_tokens":12,"input_tokens_details":{"cached_tokens":2},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":21}`
	responseCreated = "event: response.created\n" + `data: {"type":"response.created","response":{"id":"resp_1","model":"m-2","usage":null}}` + "\n\n"
	responseDelta   = "event: response.output_text.delta\n" + `data: {"type":"response.output_text.delta","delta":"Hi"}` + "\n\n"
	responseDone    = "event: response.completed\n" + `data: {"type":"response.completed","response":{"id":"resp_1","model":"m-2","output":[{"usage":{"input_tokens":1,"output_tokens":1}}],"usage":` + responseUsage + `,"metadata":{}}}` + "\n\n"
)

// prompted is a request with 16 bytes of text, which are taken for four tokens.
const prompted = `{"model":"m-1","messages":[{"role":"user","content":"sixteen letters."}]}`

// estimated is what is estimated of an answer with so many bytes of text.
func estimated(text int64) Usage {
	return Usage{Tokens: Tokens{InputUncached: 4, Output: (text + 3) / 4}, Most: Bound{40, text}, Estimated: true, AnsweredModel: "m-1"}
}

func tapped(d Dialect, stream string, size int) (Usage, *Tap) {
	tap := &Tap{Dialect: d, Most: Bound{40, -1}, Request: []byte(prompted)}
	for _, piece := range cut(stream, size) {
		tap.Write([]byte(piece))
	}
	return tap.Usage(), tap
}

func TestUsageOfStreams(t *testing.T) {
	long := strings.Repeat("x", MaxEvent)
	start, last := `{"input_tokens":25,"cache_read_input_tokens":7,"output_tokens":1}`, `{"output_tokens":15}`
	chat := Usage{Tokens: Tokens{InputUncached: 19, Output: 10}, TokensKnown: true, AnsweredModel: "m-1", UsageDigest: sha(chatUsage)}
	for _, c := range []struct {
		name     string
		dialect  Dialect
		stream   string
		want     Usage
		ended    bool
		oversize bool
	}{
		{"a chat", OpenAIChat, roleChunk + chunk("Hel") + ping + chunk("lo") + usageChunk + done, chat, true, false},
		{"a chat with CRLF", OpenAIChat, strings.ReplaceAll(roleChunk+chunk("Hel")+usageChunk+done, "\n", "\r\n"), chat, true, false},
		{"a chat with CR", OpenAIChat, strings.ReplaceAll(roleChunk+chunk("Hel")+usageChunk+done, "\n", "\r"), chat, true, false},
		{"a chat with a byte order mark", OpenAIChat, "\ufeff" + usageChunk, chat, false, false},
		{"a chat without a space behind data", OpenAIChat, strings.ReplaceAll(chunk("x")+usageChunk+done, "data: ", "data:"), chat, true, false},
		{"data in two lines", OpenAIChat, strings.Replace(usageChunk, `"choices"`, "\ndata: \"choices\"", 1), chat, false, false},
		{"usage on every chunk: the last counts", OpenAIChat, strings.Replace(chunk("a"), `"usage":null`, `"usage":{"prompt_tokens":19,"completion_tokens":1}`, 1) + usageChunk + chunk("b"), chat, false, false},
		{"usage behind which the stream breaks off", OpenAIChat, chunk("a") + strings.TrimRight(usageChunk, "\n"), chat, false, false},
		{"no usage: the bytes of the text are counted", OpenAIChat, roleChunk + chunk("a") + chunk("b") + chunk("cé") + done, estimated(5), true, false},
		{"broken off in the middle of usage", OpenAIChat, chunk("a") + usageChunk[:len(usageChunk)-20], estimated(1), false, false},
		{"text that quotes usage", OpenAIChat, chunk(`"usage":{"prompt_tokens":1,"completion_tokens":1}`) + usageChunk, chat, false, false},
		{"an event that is too large passes unread", OpenAIChat, chunk("a") + chunk(long) + usageChunk + done, chat, true, true},
		{"usage that is too large is not read", OpenAIChat, chunk("a") + strings.Replace(usageChunk, `"id"`, `"x":"`+long+`","id"`, 1) + done,
			estimated(1 + int64(len(usageChunk)+len(`"x":"",`)+len(long)-2)), true, true},
		{"usage that does not add up", OpenAIChat, chunk("a") + strings.Replace(usageChunk, "19", "-19", 1),
			Usage{Tokens: Tokens{InputUncached: 4, Output: 1}, Most: Bound{40, 1}, Estimated: true, AnsweredModel: "m-1", UsageDigest: sha(strings.Replace(chatUsage, "19", "-19", 1))}, false, false},
		{"nothing", OpenAIChat, "", Usage{}, false, false},
		{"messages", AnthropicMessages, messageStart + messageText + messageText + messageDelta + messageStop,
			Usage{Tokens: Tokens{InputUncached: 25, CacheRead: 7, Output: 15}, TokensKnown: true, AnsweredModel: "c-1", UsageDigest: sha(start + "\n" + last)}, true, false},
		{"messages, broken off: input is known, output counted", AnthropicMessages, messageStart + messageText + messageText + messageText,
			Usage{Tokens: Tokens{InputUncached: 25, CacheRead: 7, Output: 13}, Most: Bound{32, 3 * 17}, Estimated: true, AnsweredModel: "c-1", UsageDigest: sha(start)}, false, false},
		{"responses", OpenAIResponses, responseCreated + responseDelta + responseDone,
			Usage{Tokens: Tokens{InputUncached: 10, CacheRead: 2, Output: 5, Reasoning: 4}, TokensKnown: true, AnsweredModel: "m-2", UsageDigest: sha(responseUsage)}, true, false},
		{"responses, broken off", OpenAIResponses, responseCreated + responseDelta + responseDelta,
			Usage{Tokens: Tokens{InputUncached: 4, Output: 1}, Most: Bound{40, 4}, Estimated: true, AnsweredModel: "m-2"}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, size := range []int{len(c.stream) + 1, 4096, 7, 1} {
				if len(c.stream) > MaxEvent && size < 4096 {
					continue
				}
				got, tap := tapped(c.dialect, c.stream, size)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Fatalf("in pieces of %d (-want +got):\n%s", size, diff)
				}
				if tap.Ended() != c.ended || tap.Oversize() != c.oversize {
					t.Fatalf("in pieces of %d: ended %v, oversize %v", size, tap.Ended(), tap.Oversize())
				}
				if again := tap.Usage(); again != got {
					t.Fatalf("asked again: %+v", again)
				}
			}
		})
	}
}

// However long an event or a line is, a tap holds no more than it promises.
func TestATapHoldsLittle(t *testing.T) {
	for name, endless := range map[string]string{"a line": "data: lorem ip", "a name": "lorem ip", "an event": "data: lorem ip\n"} {
		tap := Tap{Dialect: OpenAIChat}
		block := []byte(strings.Repeat(endless, 4096/len(endless)))
		for range 2000 {
			tap.Write(block)
		}
		if held := cap(tap.events.line) + cap(tap.events.data); held > 3*MaxEvent {
			t.Errorf("%s: %d bytes held", name, held)
		}
		if !tap.Oversize() {
			t.Errorf("%s: not said to be too large", name)
		}
		tap.Write([]byte("\n\n" + usageChunk))
		if !tap.Usage().TokensKnown {
			t.Errorf("%s: the tap did not recover", name)
		}
	}
}

func stripped(stream string, size int) string {
	var out bytes.Buffer
	strip := Strip{W: &out}
	for _, piece := range cut(stream, size) {
		strip.Write([]byte(piece))
	}
	strip.End()
	return out.String()
}

func TestStripTakesOutTheUsageChunkAndNothingElse(t *testing.T) {
	usageLast := strings.Replace(chunk("bye"), `"usage":null`, `"usage":`+chatUsage, 1)
	for _, c := range []struct{ name, in, want string }{
		{"a chat", roleChunk + chunk("Hi") + usageChunk + done, roleChunk + chunk("Hi") + done},
		{"with CRLF", strings.ReplaceAll(roleChunk+usageChunk+done, "\n", "\r\n"), strings.ReplaceAll(roleChunk+done, "\n", "\r\n")},
		{"with CR", strings.ReplaceAll(roleChunk+usageChunk+done, "\n", "\r"), strings.ReplaceAll(roleChunk+done, "\n", "\r")},
		{"comments stay", ping + chunk("Hi") + ping + usageChunk + ping + done, ping + chunk("Hi") + ping + ping + done},
		{"a comment right before it stays", ": x\n" + usageChunk + done, ": x\n" + done},
		{"empty choices without usage stay", filterChunk + chunk("Hi") + usageChunk, filterChunk + chunk("Hi")},
		{"usage beside a choice stays", usageLast + done, usageLast + done},
		{"usage null beside no choice stays", strings.Replace(usageChunk, chatUsage, "null", 1), strings.Replace(usageChunk, chatUsage, "null", 1)},
		{"white space inside", "data:  { \"choices\" : [ ]\t, \"usage\" : " + chatUsage + " }\n\n" + done, done},
		{"an event with a name and an id", "event: x\nid: 7\n" + usageChunk + done, done},
		{"usage at a broken end", chunk("Hi") + strings.TrimRight(usageChunk, "\n"), chunk("Hi")},
		{"half of it at a broken end", chunk("Hi") + usageChunk[:60], chunk("Hi") + usageChunk[:60]},
		{"extra blank lines", "\n\n" + chunk("Hi") + "\n" + usageChunk + "\n" + done, "\n\n" + chunk("Hi") + "\n" + "\n" + done},
		{"no stream at all", "<html>\n<p>\n", "<html>\n<p>\n"},
		{"nothing", "", ""},
		{"a very long event", chunk(strings.Repeat("x", 200_000)) + usageChunk, chunk(strings.Repeat("x", 200_000))},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, size := range []int{len(c.in) + 1, 4096, 13, 2, 1} {
				if diff := cmp.Diff(c.want, stripped(c.in, size)); diff != "" {
					t.Fatalf("in pieces of %d (-want +got):\n%s", size, diff)
				}
			}
		})
	}
}

// Bytes of an ordinary chunk pass in the Write that brings them, as soon as its first choice has begun.
func TestStripHoldsNothingBack(t *testing.T) {
	var out bytes.Buffer
	strip := Strip{W: &out}
	stream := roleChunk + chunk("Hello")
	begins := strings.Index(stream, `"choices":[{`) + len(`"choices":[{`)
	for i := range stream {
		strip.Write([]byte{stream[i]})
		if inFirst := i < len(roleChunk); inFirst && i >= begins-1 && out.Len() != i+1 {
			t.Fatalf("after byte %d, %d have passed", i+1, out.Len())
		}
	}
	for _, whole := range []string{chunk("a"), ping, filterChunk, done, "event: x\ndata: y\n\n"} {
		out.Reset()
		strip.Write([]byte(whole))
		if out.String() != whole {
			t.Fatalf("%q: %q passed at once", whole, out.String())
		}
	}
}

func TestAStripsErrorIsItsWritersAndStays(t *testing.T) {
	gone := errors.New("client gone")
	calls := 0
	strip := Strip{W: writerFunc(func([]byte) (int, error) { calls++; return 0, gone })}
	for range 3 {
		if _, err := strip.Write([]byte(chunk("a"))); !errors.Is(err, gone) {
			t.Fatalf("got %v", err)
		}
	}
	if calls != 1 {
		t.Errorf("wrote %d times to a writer that is gone", calls)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// However a stream of any events is cut up, the same is read and the same passes: all but the mere usage.
func TestCutsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOf(rapid.SampledFrom([]string{
			roleChunk, chunk("a"), chunk("\"choices\":[]"), usageChunk, filterChunk, done, ping, "\n", "event: x\n\n", "data\n\n", "data: {\n\n",
		})).Draw(t, "events")
		stream := strings.Join(events, "")
		want := strings.ReplaceAll(stream, usageChunk, "")
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "line end")
		stream, want = strings.ReplaceAll(stream, "\n", end), strings.ReplaceAll(want, "\n", end)

		whole, _ := tapped(OpenAIChat, stream, len(stream)+1)
		var out bytes.Buffer
		tap, strip := Tap{Dialect: OpenAIChat, Most: Bound{40, -1}, Request: []byte(prompted)}, Strip{W: &out}
		for rest := stream; len(rest) > 0; {
			n := rapid.IntRange(1, min(len(rest), 200)).Draw(t, "cut")
			tap.Write([]byte(rest[:n]))
			strip.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		strip.End()
		if got := tap.Usage(); got != whole {
			t.Fatalf("cut up: %+v, whole: %+v", got, whole)
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Fatalf("passed (-want +got):\n%s", diff)
		}
	})
}

// FuzzTap feeds anything, cut anywhere: nothing panics, cuts do not matter, and what passes is what
// came, but for pieces left out whole.
func FuzzTap(f *testing.F) {
	f.Add([]byte(roleChunk+chunk("Hi")+usageChunk+done), uint8(7))
	f.Add([]byte(messageStart+messageText+messageDelta+messageStop), uint8(1))
	f.Add([]byte(responseCreated+responseDelta+responseDone), uint8(30))
	f.Add([]byte("\r\n\r\rdata:{\"choices\":[],\"usage\":{}}\r\r\n: x\r"), uint8(2))
	f.Add([]byte("\r\n\r\rdata:{\"choices\":[],\"usage\rdata:\":{}}\r\r\n: x\r"), uint8(2)) // a line end within a name
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		pieces := max(int(size), 1)
		for _, d := range []Dialect{OpenAIChat, OpenAIResponses, AnthropicMessages} {
			whole, _ := tapped(d, string(stream), len(stream)+1)
			parts, _ := tapped(d, string(stream), pieces)
			if whole != parts {
				t.Fatalf("whole %+v, in parts %+v", whole, parts)
			}
			if whole.TokensKnown && whole.Estimated {
				t.Fatalf("known and estimated: %+v", whole)
			}
		}
		whole, parts := stripped(string(stream), len(stream)+1), stripped(string(stream), pieces)
		if whole != parts {
			t.Fatalf("whole %q, in parts %q", whole, parts)
		}
		if !bytes.Contains(stream, usageKey) && whole != string(stream) {
			t.Fatalf("%q passed as %q", stream, whole)
		}
	})
}

func BenchmarkTapAndStrip(b *testing.B) {
	pieces := [][]byte{[]byte(chunk("token"))}
	b.SetBytes(int64(len(pieces[0])))
	tap, strip := Tap{Dialect: OpenAIChat}, Strip{W: writerFunc(func(p []byte) (int, error) { return len(p), nil })}
	b.ReportAllocs()
	for b.Loop() {
		tap.Write(pieces[0])
		strip.Write(pieces[0])
	}
}

// However a stream and what stands behind its last event are cut up, the tap says of each byte on which
// side of the end it is, and reads nothing behind it.
func TestTheTapKnowsWhereAStreamEnds(t *testing.T) {
	streams := map[Dialect]string{OpenAIChat: roleChunk + chunk("Hel") + usageChunk + done, OpenAIResponses: responseCreated + responseDelta + responseDone,
		AnthropicMessages: messageStart + messageText + messageDelta + messageStop}
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom([]Dialect{OpenAIChat, OpenAIResponses, AnthropicMessages}).Draw(t, "dialect")
		stream := streams[d]
		if rapid.Bool().Draw(t, "CRLF") {
			stream = strings.ReplaceAll(stream, "\n", "\r\n")
		}
		behind := strings.Repeat(streams[d]+"data: x\r\r", rapid.IntRange(0, 3).Draw(t, "behind"))
		tap, passed := &Tap{Dialect: d}, ""
		for _, piece := range cut(stream+behind, rapid.IntRange(1, len(stream)*2).Draw(t, "size")) {
			tap.Write([]byte(piece))
			passed += piece[:len(piece)-tap.Behind()]
		}
		// Where a CRLF was cut in two, its CR has ended the event already.
		if passed != stream && passed+"\n" != stream || !tap.Ended() {
			t.Errorf("%q passed of %q", passed, stream)
		}
		if want, _ := tapped(d, stream, len(stream)); !cmp.Equal(tap.Usage().Tokens, want.Tokens) {
			t.Errorf("%+v, want %+v", tap.Usage().Tokens, want.Tokens)
		}
	})
}
