// Interop calls the gateway with the Go clients of OpenAI, Anthropic and the Model Context Protocol. It is a
// module of its own, so that the product depends on none of them.
//
//	interop serve
//
// serves tools, a resource and a prompt by MCP on a free port, prints {"MCP":"http://…"}, and ends when its input does.
//
//	URL=http://127.0.0.1:8601 OPENAI_KEY=… OPENAI_FULL_KEY=… ANTHROPIC_KEY=… ANTHROPIC_FULL_KEY=… MCP_KEY=… interop check
//
// makes the checks that tests/npm/clients.mjs makes, prints {"clients":{name: version},"results":[{"name","ok",…}]}
// and ends with 0 if all passed. Make interop runs both.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

type result struct {
	Name  string `json:"name"`
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
}

type checks struct {
	kind    string
	results []result
}

// it makes one check.
func (c *checks) it(what string, run func(ctx context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r := result{Name: c.kind + ": " + what, OK: true}
	if err := run(ctx); err != nil {
		r.OK, r.Error = false, err.Error()
	}
	c.results = append(c.results, r)
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "serve" {
		serve()
		return
	}
	var all checks
	all.generating("openai-go", openAIClient)
	all.generating("anthropic-sdk-go", anthropicClient)
	all.tools()
	report := struct {
		Clients map[string]string `json:"clients"`
		Results []result          `json:"results"`
	}{versions(), all.results}
	_ = json.NewEncoder(os.Stdout).Encode(report)
	for _, r := range all.results {
		if !r.OK {
			os.Exit(1)
		}
	}
}

func versions() map[string]string {
	found := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if strings.Contains(m.Path, "openai-go") || strings.Contains(m.Path, "anthropic-sdk-go") || strings.Contains(m.Path, "modelcontextprotocol") {
				found[m.Path] = m.Version
			}
		}
	}
	return found
}

const said = "High water at six."

// An answered call is what a client made of the answer.
type answered struct {
	text          string
	input, output int64
	pieces        int
}

// A seen error is what a client tells of a refusal.
type seen struct {
	status      int
	code, retry string
}

// A client makes calls over one protocol. A nil each takes every piece; one that answers false leaves.
type client interface {
	ask(ctx context.Context, text string) (answered, error)
	stream(ctx context.Context, text string, each func() bool) (answered, error)
	seen(err error) seen
}

// An over is what a check wants otherwise than usual.
type over struct{ wrongKey, full, otherModel, nowhere bool }

func (c *checks) generating(kind string, make func(over) client) {
	c.kind = kind
	c.it("is answered, and told the usage", func(ctx context.Context) error {
		return same(answered{said, 12, 5, 0})(make(over{}).ask(ctx, "plain"))
	})
	c.it("streams, and is told the usage", func(ctx context.Context) error {
		return same(answered{said, 12, 5, 2})(make(over{}).stream(ctx, "plain", nil))
	})
	c.it("leaves in the middle of a stream, and calls again", func(ctx context.Context) error {
		cl := make(over{})
		leaving, leave := context.WithCancel(ctx)
		a, err := cl.stream(leaving, "slowly", func() bool { leave(); return false })
		if err == nil && a.text == said {
			return fmt.Errorf("the whole answer came before it left")
		}
		return same(answered{said, 12, 5, 0})(cl.ask(ctx, "plain"))
	})
	c.it("takes a stream that breaks off for an error", func(ctx context.Context) error {
		if a, err := make(over{}).stream(ctx, "break off", nil); err == nil || a.pieces == 0 {
			return fmt.Errorf("it took %+v for an answer (%v)", a, err)
		}
		return nil
	})
	for _, f := range []struct {
		name string
		over over
		text string
		want seen
	}{
		{"knows 401", over{wrongKey: true}, "plain", seen{401, "key-invalid", ""}},
		{"knows 403", over{otherModel: true}, "plain", seen{403, "model-not-listed", ""}},
		{"knows 404", over{nowhere: true}, "plain", seen{404, "no-such-operation", ""}},
		{"knows 413", over{}, strings.Repeat("x", 80<<10), seen{413, "body-too-large", ""}},
		{"knows 429, and how long to wait", over{full: true}, "plain", seen{429, "rate-exceeded", "3600"}},
		{"knows a failure of the service", over{}, "fail with 500", seen{502, "upstream-failed", ""}},
		{"knows an overload of the service, and how long to wait", over{}, "fail with 503", seen{503, "upstream-failed", "7"}},
	} {
		c.it(f.name, func(ctx context.Context) error {
			cl := make(f.over)
			_, plain := cl.ask(ctx, f.text)
			_, streamed := cl.stream(ctx, f.text, nil)
			for _, err := range []error{plain, streamed} {
				if err == nil {
					return fmt.Errorf("the call was answered")
				}
				if got := cl.seen(err); got != f.want {
					return fmt.Errorf("it sees %+v, want %+v: %w", got, f.want, err)
				}
			}
			return nil
		})
	}
}

func same(want answered) func(answered, error) error {
	return func(got answered, err error) error {
		if err == nil && got != want {
			err = fmt.Errorf("it has %+v, want %+v", got, want)
		}
		return err
	}
}
