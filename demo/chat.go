package demo

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"entente/demo/prose"
)

// maxContext is how many tokens a prompt may have, and defaultAnswer how many an answer has at most when
// the caller sets no limit.
const (
	maxContext    = 32_768
	defaultAnswer = 1_024
)

// chatParameters are what a request may name. Those that steer how words are drawn at random, and those
// for the provider's own books, have no effect: nothing is drawn at random here.
var chatParameters = strings.Fields(`model messages max_tokens max_completion_tokens stop stream stream_options n tools functions tool_choice
	function_call response_format modalities audio logprobs top_logprobs
	frequency_penalty logit_bias metadata parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_retention
	reasoning_effort safety_identifier seed service_tier store temperature top_p user verbosity`)

// A chatRequest holds the parameters that have an effect.
type chatRequest struct {
	Messages            []message              `json:"messages"`
	MaxTokens           *int                   `json:"max_tokens"`
	MaxCompletionTokens *int                   `json:"max_completion_tokens"`
	Stop                texts                  `json:"stop"`
	Stream              bool                   `json:"stream"`
	StreamOptions       *streamOptions         `json:"stream_options"`
	N                   *int                   `json:"n"`
	Tools               []json.RawMessage      `json:"tools"`
	Functions           []json.RawMessage      `json:"functions"`
	ResponseFormat      *struct{ Type string } `json:"response_format"`
	Modalities          []string               `json:"modalities"`
	Logprobs            bool                   `json:"logprobs"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type message struct {
	Role    string  `json:"role"`
	Content content `json:"content"`
}

// content is the text of a message; of several parts, a paragraph each.
type content struct {
	text  string
	given bool
}

func (c *content) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case 'n':
		return nil
	case '"':
		c.given = true
		return json.Unmarshal(b, &c.text)
	case '[':
	default:
		return wrong(http.StatusBadRequest, "messages", "invalid_type", "the content of a message is a text or a list of parts")
	}
	var parts []struct{ Type, Text string }
	if err := json.Unmarshal(b, &parts); err != nil {
		return wrong(http.StatusBadRequest, "messages", "invalid_type", "a part of a message's content is an object with type and text")
	}
	var all []string
	for _, p := range parts {
		if p.Type != "text" {
			return wrong(http.StatusBadRequest, "messages", "unsupported_value", "this service reads parts of type \"text\" only, not %.100q", p.Type)
		}
		all = append(all, p.Text)
	}
	c.text, c.given = strings.Join(all, "\n\n"), true
	return nil
}

// texts are one text or a list of them.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		*t = texts{""}
		return json.Unmarshal(b, &(*t)[0])
	}
	return json.Unmarshal(b, (*[]string)(t))
}

var roles = []string{"system", "developer", "user", "assistant", "tool", "function"}

// check refuses what this service cannot do, rather than do something else.
func (c *chatRequest) check() error {
	unsupported := func(param, why string) error {
		return wrong(http.StatusBadRequest, param, "unsupported_value", "%s", why)
	}
	switch {
	case len(c.Messages) == 0:
		return wrong(http.StatusBadRequest, "messages", "missing_required_parameter", "the request has no messages")
	case c.N != nil && *c.N != 1:
		return unsupported("n", "this service gives one answer: n can only be 1")
	case len(c.Tools)+len(c.Functions) > 0:
		return unsupported("tools", "this service calls no tools")
	case c.ResponseFormat != nil && c.ResponseFormat.Type != "text":
		return unsupported("response_format", "this service answers in plain text")
	case slices.ContainsFunc(c.Modalities, func(m string) bool { return m != "text" }):
		return unsupported("modalities", "this service answers in plain text")
	case c.Logprobs:
		return unsupported("logprobs", "this service draws nothing at random and has no probabilities")
	case c.StreamOptions != nil && !c.Stream:
		return unsupported("stream_options", "stream_options go with \"stream\": true")
	case len(c.Stop) > 4 || slices.Contains(c.Stop, ""):
		return unsupported("stop", "stop takes up to 4 texts, none of them empty")
	case c.MaxTokens != nil && c.MaxCompletionTokens != nil:
		return unsupported("max_tokens", "give max_completion_tokens or max_tokens, not both")
	case c.limit() < 1:
		return unsupported("max_tokens", "the limit of tokens is at least 1")
	}
	for i, m := range c.Messages {
		if !slices.Contains(roles, m.Role) {
			return wrong(http.StatusBadRequest, "messages", "invalid_value", "message %d: %.100q is no role", i, m.Role)
		}
		if !m.Content.given && m.Role != "assistant" {
			return wrong(http.StatusBadRequest, "messages", "missing_required_parameter", "message %d has no content", i)
		}
	}
	return nil
}

func (c *chatRequest) limit() int {
	for _, n := range []*int{c.MaxCompletionTokens, c.MaxTokens} {
		if n != nil {
			return *n
		}
	}
	return defaultAnswer
}

// chat is the operation behind chat completions.
type chat struct {
	seen prefixes
	now  func() time.Time
	pace time.Duration // between two chunks of a stream
}

// usage counts tokens as OpenAI does: cached ones are part of the prompt's.
type usage struct {
	Prompt     int           `json:"prompt_tokens"`
	Completion int           `json:"completion_tokens"`
	Total      int           `json:"total_tokens"`
	In         promptDetails `json:"prompt_tokens_details"`
	Out        answerDetails `json:"completion_tokens_details"`
}

type promptDetails struct {
	Cached int `json:"cached_tokens"`
	Audio  int `json:"audio_tokens"`
}

type answerDetails struct {
	Reasoning int `json:"reasoning_tokens"`
	Audio     int `json:"audio_tokens"`
	Accepted  int `json:"accepted_prediction_tokens"`
	Rejected  int `json:"rejected_prediction_tokens"`
}

// An answer is a completion before it is written, whole or in chunks.
type answer struct {
	id      string
	created int64
	text    string
	finish  string // stop or length
	usage   usage
}

func (c *chat) complete(w http.ResponseWriter, r *http.Request, body []byte) (any, error) {
	var asked chatRequest
	if err := decode(body, &asked); err != nil {
		return nil, err
	}
	if err := asked.check(); err != nil {
		return nil, err
	}
	p := newPrompt(asked.Messages)
	if p.tokens > maxContext {
		return nil, wrong(http.StatusBadRequest, "messages", "context_length_exceeded", "the messages have %d tokens; %s reads at most %d", p.tokens, SummariserModel, maxContext)
	}
	a := c.answer(&asked, p)
	if asked.Stream {
		return nil, c.stream(w, r, a, asked.StreamOptions != nil && asked.StreamOptions.IncludeUsage)
	}
	return a.whole(), nil
}

// answer depends on the request alone, its id too, except for the time and what is counted as cached.
func (c *chat) answer(asked *chatRequest, p *prompt) answer {
	b := readBrief(asked.Messages)
	s := prose.Summarise(b.text, b.want, asked.limit())
	a := answer{created: c.now().Unix(), text: s.Text, finish: "stop"}
	if s.Cut {
		a.finish = "length"
	}
	for _, stop := range asked.Stop {
		if before, _, found := strings.Cut(a.text, stop); found {
			a.text, a.finish = before, "stop"
		}
	}
	n := prose.Tokens(a.text)
	a.usage = usage{Prompt: p.tokens, Completion: n, Total: p.tokens + n, In: promptDetails{Cached: c.seen.cached(p.steps)}}
	p.hash.Write([]byte(a.text))
	a.id = "chatcmpl-" + hex.EncodeToString(p.hash.Sum(nil)[:12])
	return a
}
