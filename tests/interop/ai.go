package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"
)

// keyOf is the key that a client of a protocol shows.
func keyOf(protocol string, o over) string {
	if o.full {
		return os.Getenv(protocol + "_FULL_KEY")
	}
	key := os.Getenv(protocol + "_KEY")
	if o.wrongKey {
		return key[:len(key)-1] + "_"
	}
	return key
}

type openAI struct {
	client openai.Client
	model  string
}

func openAIClient(o over) client {
	address := os.Getenv("URL") + "/summarise/v1"
	if o.nowhere {
		address += "/nothing"
	}
	c := openAI{openai.NewClient(openaioption.WithBaseURL(address), openaioption.WithAPIKey(keyOf("OPENAI", o)), openaioption.WithMaxRetries(0)), "calluna-extract-1"}
	if o.otherModel {
		c.model = "other-1"
	}
	return c
}

func (c openAI) params(text string) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{Model: c.model, Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)}}
}

func (c openAI) ask(ctx context.Context, text string) (answered, error) {
	r, err := c.client.Chat.Completions.New(ctx, c.params(text))
	if err != nil {
		return answered{}, err
	}
	return answered{r.Choices[0].Message.Content, r.Usage.PromptTokens, r.Usage.CompletionTokens, 0}, nil
}

func (c openAI) stream(ctx context.Context, text string, each func() bool) (answered, error) {
	params := c.params(text)
	params.StreamOptions.IncludeUsage = openai.Bool(true)
	s := c.client.Chat.Completions.NewStreaming(ctx, params)
	defer s.Close()
	var a answered
	for s.Next() {
		chunk := s.Current()
		a.input, a.output = max(a.input, chunk.Usage.PromptTokens), max(a.output, chunk.Usage.CompletionTokens)
		if len(chunk.Choices) == 0 || chunk.Choices[0].Delta.Content == "" {
			continue
		}
		a.text, a.pieces = a.text+chunk.Choices[0].Delta.Content, a.pieces+1
		if each != nil && !each() {
			return a, nil
		}
	}
	return a, s.Err()
}

func (c openAI) seen(err error) seen {
	var e *openai.Error
	if !errors.As(err, &e) {
		return seen{}
	}
	return seen{e.StatusCode, e.Code, retryAfter(e.Response)}
}

type claude struct {
	client anthropic.Client
	model  string
}

func anthropicClient(o over) client {
	address := os.Getenv("URL") + "/assist"
	if o.nowhere {
		address += "/v1/nothing"
	}
	c := claude{anthropic.NewClient(anthropicoption.WithBaseURL(address), anthropicoption.WithAPIKey(keyOf("ANTHROPIC", o)), anthropicoption.WithMaxRetries(0)), "calluna-assist-1"}
	if o.otherModel {
		c.model = "other-1"
	}
	return c
}

func (c claude) params(text string) anthropic.MessageNewParams {
	return anthropic.MessageNewParams{Model: anthropic.Model(c.model), MaxTokens: 64, Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(text))}}
}

func (c claude) ask(ctx context.Context, text string) (answered, error) {
	m, err := c.client.Messages.New(ctx, c.params(text))
	if err != nil {
		return answered{}, err
	}
	return answered{m.Content[0].Text, m.Usage.InputTokens, m.Usage.OutputTokens, 0}, nil
}

func (c claude) stream(ctx context.Context, text string, each func() bool) (answered, error) {
	s := c.client.Messages.NewStreaming(ctx, c.params(text))
	defer s.Close()
	var whole anthropic.Message
	pieces := 0
	for s.Next() {
		event := s.Current()
		if err := whole.Accumulate(event); err != nil {
			return answered{}, err
		}
		if event.Type != "content_block_delta" {
			continue
		}
		if pieces++; each != nil && !each() {
			return answered{pieces: pieces}, nil
		}
	}
	a := answered{input: whole.Usage.InputTokens, output: whole.Usage.OutputTokens, pieces: pieces}
	if len(whole.Content) > 0 {
		a.text = whole.Content[0].Text
	}
	return a, s.Err()
}

func (c claude) seen(err error) seen {
	var e *anthropic.Error
	if !errors.As(err, &e) {
		return seen{}
	}
	var body struct{ Code string }
	_ = json.Unmarshal([]byte(e.RawJSON()), &body)
	return seen{e.StatusCode, body.Code, retryAfter(e.Response)}
}

func retryAfter(r *http.Response) string {
	if r == nil {
		return ""
	}
	return r.Header.Get("Retry-After")
}
