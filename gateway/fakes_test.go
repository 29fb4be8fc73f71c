package gateway_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"entente/access"
	"entente/articles/policy"
	"entente/egress"
	"entente/meter"
	"entente/meter/metertest"
)

// A registry stands in for the register: one agreement.
type registry struct {
	mu sync.Mutex
	p  *policy.Policy
}

func (r *registry) set(p *policy.Policy) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.p = p
}

func (r *registry) Grant(digest [32]byte) (*policy.Policy, *policy.Grant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.p.Grants {
		if r.p.Grants[i].Digest == digest {
			return r.p, &r.p.Grants[i]
		}
	}
	return nil, nil
}

func (r *registry) Offers(component string) *policy.Policy {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.p.Routes[component] == nil {
		return nil
	}
	return r.p
}

// sums is a store that can be told not to add up, or not to answer.
type sums struct {
	*metertest.Store
	fail  atomic.Bool
	hangs atomic.Bool
}

func (s *sums) Save(ctx context.Context, records []meter.Record) error {
	for s.hangs.Load() && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	return s.Store.Save(ctx, records)
}

func (s *sums) Summary(ctx context.Context, q meter.Query) ([]meter.Sum, error) {
	if s.fail.Load() {
		return nil, metertest.ErrFault
	}
	return s.Store.Summary(ctx, q)
}

func (s *sums) Recall(ctx context.Context, r meter.Recall) ([]meter.Used, error) {
	if s.fail.Load() {
		return nil, metertest.ErrFault
	}
	return s.Store.Recall(ctx, r)
}

// A directory keeps upstreams in memory.
type directory struct {
	mu   sync.Mutex
	kept []egress.Upstream
	err  error
}

func (d *directory) KeepUpstream(_ context.Context, u egress.Upstream) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return d.err
	}
	for i, have := range d.kept {
		if have.Agreement == u.Agreement && have.Component == u.Component && have.Environment == u.Environment {
			d.kept[i] = u
			return nil
		}
	}
	d.kept = append(d.kept, u)
	return nil
}

func (d *directory) DropUpstream(_ context.Context, u egress.Upstream, _ access.Answer) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kept = slices.DeleteFunc(d.kept, func(have egress.Upstream) bool {
		return d.err == nil && have.Agreement == u.Agreement && have.Component == u.Component && have.Environment == u.Environment
	})
	return d.err
}

func (d *directory) Upstreams(context.Context) ([]egress.Upstream, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]egress.Upstream(nil), d.kept...), d.err
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// What upstreams answer.
const (
	completionBody = `{"id":"c1","object":"chat.completion","model":"calluna-extract-1","choices":[{"index":0,"message":{"role":"assistant","content":"High water at six."},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17,"prompt_tokens_details":{"cached_tokens":4}}}`
	embeddingsBody = `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.25,-0.5]}],"model":"tidewater-embed-1","usage":{"prompt_tokens":7,"total_tokens":7}}`
)

func completion(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, completionBody)
}

// chunks are an OpenAI chat stream, an event each; the last but one states usage and nothing else.
var chunks = []string{
	`data: {"id":"s1","object":"chat.completion.chunk","model":"calluna-extract-1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null}` + "\n\n",
	`data: {"id":"s1","object":"chat.completion.chunk","model":"calluna-extract-1","choices":[{"index":0,"delta":{"content":"High "}}],"usage":null}` + "\n\n",
	`data: {"id":"s1","object":"chat.completion.chunk","model":"calluna-extract-1","choices":[{"index":0,"delta":{"content":"water."},"finish_reason":"stop"}],"usage":null}` + "\n\n",
	`data: {"id":"s1","object":"chat.completion.chunk","model":"calluna-extract-1","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}}` + "\n\n",
	"data: [DONE]\n\n",
}

// streams answers with events, each sent at once.
func streams(events ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		for _, e := range events {
			io.WriteString(w, e)
			w.(http.Flusher).Flush()
		}
	}
}
