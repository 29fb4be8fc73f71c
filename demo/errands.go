package demo

import (
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"strings"

	"entente/demo/prose"
)

// A call is a request before it is sent.
type call struct {
	method, path string
	header       http.Header
	body         []byte
}

// An errand is one kind of call: which key it takes, and what it asks for.
type errand struct {
	times   int // in each deck
	key     Target
	path    string
	purpose string // declared in the header, if any
	body    func(*rand.Rand) map[string]any
}

// errands are what a deck is made of: about one call in four breaks the agreement.
var errands = []errand{
	{times: 8, key: Target{Component: summariser, Environment: "test", Purpose: "service"}, path: "chat/completions", body: abstract},
	{times: 4, key: Target{Component: summariser, Environment: "test", Purpose: "service"}, path: "chat/completions", body: streamed},
	{times: 1, key: Target{Component: summariser, Environment: "test", Purpose: "improvement"}, path: "chat/completions", body: abstract},
	{times: 1, key: Target{Component: summariser, Environment: "test", Purpose: "service"}, path: "models"},
	{times: 5, key: Target{Component: embedder, Environment: "test", Purpose: "service"}, path: "embeddings", body: vectors},
	{times: 1, key: Target{Component: embedder, Environment: "test", Purpose: "improvement"}, path: "embeddings", body: vectors},

	{times: 1, key: Target{Component: summariser, Environment: "production", Purpose: "service"}, path: "chat/completions", body: abstract},
	{times: 1, key: Target{Component: embedder, Environment: "production", Purpose: "service"}, path: "embeddings", body: vectors},
	{times: 1, key: Target{Component: summariser, Environment: "test", Purpose: "service"}, path: "chat/completions", body: unlistedModel},
	{times: 1, key: Target{Component: summariser, Environment: "test", Purpose: "service"}, path: "responses", body: unlistedOperation},
	{times: 1, key: Target{Component: summariser, Environment: "test", Purpose: "service"}, path: "chat/completions", purpose: "training", body: abstract},
	{times: 1, key: Target{Component: embedder, Environment: "test", Purpose: "service"}, path: "embeddings", purpose: "training", body: vectors},
	{times: 1, key: Target{Component: summariser, Environment: "test", Purpose: "service", Revoked: true}, path: "chat/completions", body: abstract},
	{times: 1, key: Target{Component: embedder, Environment: "test", Purpose: "service", Revoked: true}, path: "embeddings", body: vectors},
}

// next draws a call from the deck, which is made anew and shuffled when it is used up, so that every
// kind comes in its turn. It is nil if no target serves any errand.
func (c *Caller) next() *call {
	if len(c.deck) == 0 {
		for i := range errands {
			if len(c.keysFor(errands[i].key)) > 0 {
				for range errands[i].times {
					c.deck = append(c.deck, &errands[i])
				}
			}
		}
		c.Rand.Shuffle(len(c.deck), func(i, j int) { c.deck[i], c.deck[j] = c.deck[j], c.deck[i] })
	}
	if len(c.deck) == 0 {
		return nil
	}
	e := c.deck[0]
	c.deck = c.deck[1:]
	return c.prepare(e)
}

// keysFor are the keys of the targets that are like want.
func (c *Caller) keysFor(want Target) []string {
	var keys []string
	for _, t := range c.Targets {
		if key := t.Key; key != "" {
			if t.Key = ""; t == want {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func (c *Caller) prepare(e *errand) *call {
	keys := c.keysFor(e.key)
	if len(keys) == 0 { // the targets changed since the deck was made
		return c.next()
	}
	a := &call{method: http.MethodGet, path: "/" + e.key.Component + "/v1/" + e.path, header: http.Header{}}
	a.header.Set("Authorization", "Bearer "+keys[c.Rand.IntN(len(keys))])
	a.header.Set("User-Agent", agents[e.key.Component])
	a.header.Set("X-Request-Id", requestID(c.Rand))
	if e.purpose != "" {
		a.header.Set("Entente-Purpose", e.purpose)
	}
	if e.body != nil {
		a.method, a.body = http.MethodPost, encode(e.body(c.Rand))
		a.header.Set("Content-Type", "application/json")
	}
	return a
}

// agents are the programs that call each component: the other party's.
var agents = map[string]string{summariser: "tidewater-results/4.2", embedder: "calluna-reader/3.1"}

func requestID(r *rand.Rand) string {
	var b []byte
	for range 12 {
		b = append(b, byte(r.Uint32()))
	}
	return "req_" + hex.EncodeToString(b)
}

func draw[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// abstract asks for the summary of an article or of three; every fourth is German.
func abstract(r *rand.Rand) map[string]any {
	ask, articles := draw(r, []string{"Summarise in one sentence.", "Summarise in two sentences.", "Give me a short summary of this.", "Summarise this."}), englishArticles
	if r.IntN(4) == 0 {
		ask, articles = draw(r, []string{"Fasse den Text in einem Satz zusammen.", "Bitte fasse den Text in zwei Sätzen zusammen."}), germanArticles
	}
	texts := []string{draw(r, articles)}
	for range draw(r, []int{0, 0, 2}) {
		texts = append(texts, draw(r, articles))
	}
	return map[string]any{"model": SummariserModel, "max_tokens": 60 + 20*r.IntN(6), "temperature": 0.2, "messages": []map[string]string{
		{"role": "system", "content": guide},
		{"role": "user", "content": ask + "\n\n" + strings.Join(texts, "\n\n")},
	}}
}

func streamed(r *rand.Rand) map[string]any {
	m := abstract(r)
	m["stream"] = true
	if r.IntN(2) == 0 {
		m["stream_options"] = map[string]bool{"include_usage": true}
	}
	return m
}

// vectors asks for the vectors of a query, or of the passages of an article.
func vectors(r *rand.Rand) map[string]any {
	m := map[string]any{"model": EmbedderModel, "input": draw(r, queries), "encoding_format": draw(r, []string{"float", "base64"})}
	if r.IntN(2) == 0 {
		var passages []string
		for _, s := range prose.Sentences(draw(r, [][]string{englishArticles, germanArticles}[r.IntN(2)])) {
			passages = append(passages, s.Text)
		}
		m["input"] = passages
	}
	if r.IntN(3) == 0 {
		m["dimensions"] = 64 << r.IntN(3)
	}
	return m
}

// unlistedModel asks for a model that would come next, had the parties agreed on it.
func unlistedModel(r *rand.Rand) map[string]any {
	m := abstract(r)
	m["model"] = "calluna-extract-2-preview"
	return m
}

// unlistedOperation asks through an operation that the summariser does not offer.
func unlistedOperation(r *rand.Rand) map[string]any {
	return map[string]any{"model": SummariserModel, "input": draw(r, englishArticles)}
}
