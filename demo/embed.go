package demo

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"net/http"
	"strings"

	"entente/demo/prose"
)

// The limits of one request.
const (
	maxInputs      = 2_048
	maxInputTokens = 8_192   // of one text
	maxAllTokens   = 300_000 // of all texts
)

// How many dimensions a vector has if the caller does not say, and at most.
const (
	defaultDimensions = 128
	maxDimensions     = 256
)

var embedParameters = strings.Fields("model input dimensions encoding_format user")

type embedRequest struct {
	Input      inputs  `json:"input"`
	Dimensions *int    `json:"dimensions"`
	Encoding   *string `json:"encoding_format"`
}

// inputs are the texts of a request: one, or a list of them.
type inputs []string

func (i *inputs) UnmarshalJSON(b []byte) error {
	if err := (*texts)(i).UnmarshalJSON(b); err != nil {
		return wrong(http.StatusBadRequest, "input", "invalid_type", "input is a text or a list of texts; this service takes no token numbers")
	}
	return nil
}

// check refuses what is beyond the limits, and returns how many tokens there are.
func (e *embedRequest) check() (int, error) {
	switch {
	case len(e.Input) == 0:
		return 0, wrong(http.StatusBadRequest, "input", "missing_required_parameter", "the request has no input")
	case len(e.Input) > maxInputs:
		return 0, wrong(http.StatusBadRequest, "input", "too_many_inputs", "the request has %d texts; at most %d are taken at once", len(e.Input), maxInputs)
	case e.dimensions() < 1 || e.dimensions() > maxDimensions:
		return 0, wrong(http.StatusBadRequest, "dimensions", "invalid_value", "dimensions are from 1 to %d", maxDimensions)
	case e.Encoding != nil && *e.Encoding != "float" && *e.Encoding != "base64":
		return 0, wrong(http.StatusBadRequest, "encoding_format", "invalid_value", "encoding_format is \"float\" or \"base64\"")
	}
	all := 0
	for i, text := range e.Input {
		n := prose.Tokens(text)
		all += n
		switch {
		case strings.TrimSpace(text) == "":
			return 0, wrong(http.StatusBadRequest, "input", "invalid_value", "text %d is empty", i)
		case n > maxInputTokens:
			return 0, wrong(http.StatusBadRequest, "input", "context_length_exceeded", "text %d has %d tokens; %s reads at most %d", i, n, EmbedderModel, maxInputTokens)
		case all > maxAllTokens:
			return 0, wrong(http.StatusBadRequest, "input", "context_length_exceeded", "the texts have more than %d tokens together", maxAllTokens)
		}
	}
	return all, nil
}

func (e *embedRequest) dimensions() int {
	if e.Dimensions == nil {
		return defaultDimensions
	}
	return *e.Dimensions
}

// embedded is one vector of an answer.
type embedded struct {
	Object    string `json:"object"`
	Index     int    `json:"index"`
	Embedding any    `json:"embedding"`
}

type embedUsage struct {
	Prompt int `json:"prompt_tokens"`
	Total  int `json:"total_tokens"`
}

type embedAnswer struct {
	Object string     `json:"object"`
	Data   []embedded `json:"data"`
	Model  string     `json:"model"`
	Usage  embedUsage `json:"usage"`
}

// embeddings is the operation behind embeddings.
func embeddings(_ http.ResponseWriter, _ *http.Request, body []byte) (any, error) {
	var asked embedRequest
	if err := decode(body, &asked); err != nil {
		return nil, err
	}
	n, err := asked.check()
	if err != nil {
		return nil, err
	}
	a := embedAnswer{Object: "list", Model: EmbedderModel, Usage: embedUsage{n, n}}
	for i, text := range asked.Input {
		v := prose.Vector(text, asked.dimensions())
		e := embedded{Object: "embedding", Index: i, Embedding: v}
		if asked.Encoding != nil && *asked.Encoding == "base64" {
			e.Embedding = pack(v)
		}
		a.Data = append(a.Data, e)
	}
	return a, nil
}

// pack writes a vector as OpenAI's clients unpack it: 32-bit floats, the low byte first, in base64.
func pack(v []float32) string {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return base64.StdEncoding.EncodeToString(b)
}
