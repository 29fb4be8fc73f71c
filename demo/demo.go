// Package demo is the world around the example partnership: a summariser and an embedder, small
// but real AI services that run offline, and the traffic of two companies that call each other's.
//
// Both services speak the OpenAI wire format and do their work with arithmetic on words, without a
// model file and without a network. A service trusts one key and counts its tokens the same way each
// time, so what the gateway meters can be checked by hand. They are meant to run on
// loopback behind the gateway; nothing else of the product depends on them.
package demo

import (
	"crypto/sha256"
	"net/http"
	"time"
)

// The models of the two services, as Schedule A of the example agreement lists them.
const (
	SummariserModel = "calluna-extract-1"
	EmbedderModel   = "tidewater-embed-1"
)

// Summariser is Calluna's service: POST /v1/chat/completions answers with the sentences that say
// most of the text in the last message, in their order, whole or streamed; GET /v1/models lists the model.
// Every request must carry key as a Bearer token; an empty key admits no one.
func Summariser(key string) http.Handler {
	c := &chat{now: time.Now, pace: 4 * time.Millisecond}
	return &service{key: sha256.Sum256([]byte(key)), keyed: key != "", model: SummariserModel, owner: "calluna",
		path: "/v1/chat/completions", parameters: chatParameters, operate: c.complete}
}

// Embedder is Tidewater's service: POST /v1/embeddings answers with a vector of unit length for
// each text, near those of texts that share words and parts of words; GET /v1/models lists the model.
// Every request must carry key as a Bearer token; an empty key admits no one.
func Embedder(key string) http.Handler {
	return &service{key: sha256.Sum256([]byte(key)), keyed: key != "", model: EmbedderModel, owner: "tidewater",
		path: "/v1/embeddings", parameters: embedParameters, operate: embeddings}
}
