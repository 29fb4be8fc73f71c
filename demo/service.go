package demo

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// maxBody is the largest request that a service reads, in bytes.
const maxBody = 2 << 20

// released is when the models came out, in Unix seconds.
const released = 1_793_491_200 // 2026-11-01

// A service is one model behind one operation.
type service struct {
	key        [sha256.Size]byte // the digest of the key
	keyed      bool
	model      string
	owner      string
	path       string
	parameters []string // what a request may name
	operate    operation
}

// An operation answers a request whose body is strict JSON with known parameters. It returns the answer,
// or nil if it has written one itself.
type operation func(w http.ResponseWriter, r *http.Request, body []byte) (any, error)

// A fault is an error as OpenAI's clients read it.
type fault struct {
	status  int
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    *string `json:"code"`
}

func (f *fault) Error() string { return f.Message }

// wrong is a fault of the caller's; param and code may be empty.
func wrong(status int, param, code, format string, args ...any) *fault {
	f := &fault{status: status, Message: fmt.Sprintf(format, args...), Type: "invalid_request_error"}
	if param != "" {
		f.Param = &param
	}
	if code != "" {
		f.Code = &code
	}
	return f
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := s.answer(w, r)
	var f *fault
	switch {
	case errors.As(err, &f):
		writeJSON(w, f.status, map[string]*fault{"error": f})
	case err != nil: // the caller is gone
	case answer != nil:
		writeJSON(w, http.StatusOK, answer)
	}
}

func (s *service) answer(w http.ResponseWriter, r *http.Request) (any, error) {
	if !s.admits(r.Header.Get("Authorization")) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		return nil, wrong(http.StatusUnauthorized, "", "invalid_api_key", "the key is missing or wrong; send it as 'Authorization: Bearer KEY'")
	}
	method := http.MethodGet
	if r.URL.Path == s.path {
		method = http.MethodPost
	} else if r.URL.Path != "/v1/models" && !strings.HasPrefix(r.URL.Path, "/v1/models/") {
		return nil, wrong(http.StatusNotFound, "", "unknown_url", "there is nothing at %.100q; this service has POST %s and GET /v1/models", r.URL.Path, s.path)
	}
	if r.Method != method {
		w.Header().Set("Allow", method)
		return nil, wrong(http.StatusMethodNotAllowed, "", "method_not_supported", "%.100q takes %s only", r.URL.Path, method)
	}
	if method == http.MethodGet {
		return s.models(strings.TrimPrefix(r.URL.Path, "/v1/models"))
	}
	body, err := s.read(w, r)
	if err != nil {
		return nil, err
	}
	return s.operate(w, r, body)
}

// admits compares digests, which takes the same time wherever the keys differ.
func (s *service) admits(authorization string) bool {
	scheme, key, _ := strings.Cut(authorization, " ")
	got := sha256.Sum256([]byte(key))
	return s.keyed && strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(got[:], s.key[:]) == 1
}

// read returns the body of a request that is strict JSON, names no unknown parameter and asks for
// the service's model.
func (s *service) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, wrong(http.StatusRequestEntityTooLarge, "", "request_too_large", "the request is larger than %d bytes", maxBody)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the request: %w", err)
	}
	names, err := strictly(body)
	if err != nil {
		return nil, wrong(http.StatusBadRequest, "", "invalid_json", "the body cannot be read: %v", err)
	}
	for _, name := range names {
		if !slices.Contains(s.parameters, name) {
			return nil, wrong(http.StatusBadRequest, name, "unknown_parameter", "this service knows no parameter %.100q", name)
		}
	}
	var asked struct {
		Model string `json:"model"`
	}
	if err := decode(body, &asked); err != nil {
		return nil, err
	}
	return body, s.known(asked.Model)
}

func (s *service) known(model string) error {
	switch model {
	case s.model:
		return nil
	case "":
		return wrong(http.StatusBadRequest, "model", "missing_required_parameter", "the request names no model; this service has %s", s.model)
	}
	return wrong(http.StatusNotFound, "model", "model_not_found", "there is no model %.100q; this service has %s", model, s.model)
}

// models answers with the list of models, or with one of them if a path follows.
func (s *service) models(rest string) (any, error) {
	model := map[string]any{"id": s.model, "object": "model", "created": released, "owned_by": s.owner}
	if rest == "" {
		return map[string]any{"object": "list", "data": []any{model}}, nil
	}
	return model, s.known(strings.TrimPrefix(rest, "/"))
}

// decode reads strict JSON into v and says of a value of the wrong type where it is.
func decode(body []byte, v any) error {
	err := json.Unmarshal(body, v)
	var kind *json.UnmarshalTypeError
	var f *fault
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &kind):
		return wrong(http.StatusBadRequest, kind.Field, "invalid_type", "%q cannot be a %s", kind.Field, kind.Value)
	case err != nil:
		return wrong(http.StatusBadRequest, "", "invalid_json", "the body cannot be read: %v", err)
	}
	return nil
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(encode(v), '\n'))
}

// encode writes JSON on one line and leaves <, > and & as they are.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("demo: %T has no JSON: %v", v, err)) // only our own types come here
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
