package demo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const key = "key-of-the-test"

// ask sends one request to a service and returns its answer.
func ask(t *testing.T, h http.Handler, body string) *httptest.ResponseRecorder {
	t.Helper()
	path := "/v1/chat/completions"
	if s := h.(*service); s.model == EmbedderModel {
		path = "/v1/embeddings"
	}
	return request(h, "POST", path, "Bearer "+key, body)
}

func request(h http.Handler, method, path, authorization, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func read[T any](t *testing.T, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return v
}

// An errorAnswer is what OpenAI's clients look for; param and code are null or a text.
type errorAnswer struct {
	Error struct {
		Message string
		Type    string
		Param   *string
		Code    *string
	}
}

func TestRefusals(t *testing.T) {
	const chat, embed = "/v1/chat/completions", "/v1/embeddings"
	good := `{"model":"calluna-extract-1","messages":[{"role":"user","content":"It rains."}]}`
	with := func(member string) string {
		return `{"model":"calluna-extract-1","messages":[{"role":"user","content":"It rains."}],` + member + `}`
	}
	messages := func(m string) string { return `{"model":"calluna-extract-1","messages":` + m + `}` }
	input := func(in string) string { return `{"model":"tidewater-embed-1","input":` + in + `}` }
	tests := []struct {
		name, method, path, authorization, body string
		status                                  int
		code, param                             string
	}{
		{"no key", "POST", chat, "", good, 401, "invalid_api_key", ""},
		{"a wrong key", "POST", chat, "Bearer other", good, 401, "invalid_api_key", ""},
		{"the beginning of the key", "POST", chat, "Bearer " + key[:5], good, 401, "invalid_api_key", ""},
		{"another scheme", "POST", chat, "Basic " + key, good, 401, "invalid_api_key", ""},
		{"models without a key", "GET", "/v1/models", "", "", 401, "invalid_api_key", ""},
		{"nothing there", "POST", "/v1/responses", "Bearer " + key, good, 404, "unknown_url", ""},
		{"without v1", "POST", "/chat/completions", "Bearer " + key, good, 404, "unknown_url", ""},
		{"wrong method", "GET", chat, "Bearer " + key, "", 405, "method_not_supported", ""},
		{"wrong method for models", "DELETE", "/v1/models", "Bearer " + key, "", 405, "method_not_supported", ""},
		{"no such model to show", "GET", "/v1/models/other", "Bearer " + key, "", 404, "model_not_found", "model"},
		{"too large", "POST", chat, "Bearer " + key, strings.Repeat(" ", maxBody+1), 413, "request_too_large", ""},

		{"empty", "POST", chat, "Bearer " + key, "", 400, "invalid_json", ""},
		{"not JSON", "POST", chat, "Bearer " + key, "model=x", 400, "invalid_json", ""},
		{"not an object", "POST", chat, "Bearer " + key, `["model"]`, 400, "invalid_json", ""},
		{"cut off", "POST", chat, "Bearer " + key, good[:40], 400, "invalid_json", ""},
		{"more behind", "POST", chat, "Bearer " + key, good + "{}", 400, "invalid_json", ""},
		{"not UTF-8", "POST", chat, "Bearer " + key, strings.Replace(good, "rains", "r\xff", 1), 400, "invalid_json", ""},
		{"a name twice", "POST", chat, "Bearer " + key, with(`"model":"calluna-extract-1"`), 400, "invalid_json", ""},
		{"a name twice, inside", "POST", chat, "Bearer " + key, messages(`[{"role":"user","content":"a","content":"b"}]`), 400, "invalid_json", ""},
		{"too deep", "POST", chat, "Bearer " + key, with(`"metadata":` + strings.Repeat("[", 40) + strings.Repeat("]", 40)), 400, "invalid_json", ""},
		{"an unknown parameter", "POST", chat, "Bearer " + key, with(`"beam":4`), 400, "unknown_parameter", "beam"},
		{"a parameter in capitals", "POST", chat, "Bearer " + key, with(`"Model":"x"`), 400, "unknown_parameter", "Model"},

		{"no model", "POST", chat, "Bearer " + key, `{"messages":[]}`, 400, "missing_required_parameter", "model"},
		{"another model", "POST", chat, "Bearer " + key, strings.Replace(good, "extract", "write", 1), 404, "model_not_found", "model"},
		{"the model is no text", "POST", chat, "Bearer " + key, `{"model":5}`, 400, "invalid_type", "model"},
		{"no messages", "POST", chat, "Bearer " + key, messages("[]"), 400, "missing_required_parameter", "messages"},
		{"messages are a text", "POST", chat, "Bearer " + key, messages(`"hello"`), 400, "invalid_type", "messages"},
		{"no such role", "POST", chat, "Bearer " + key, messages(`[{"role":"boss","content":"a"}]`), 400, "invalid_value", "messages"},
		{"no content", "POST", chat, "Bearer " + key, messages(`[{"role":"user"}]`), 400, "missing_required_parameter", "messages"},
		{"content is a number", "POST", chat, "Bearer " + key, messages(`[{"role":"user","content":5}]`), 400, "invalid_type", "messages"},
		{"a part is a text", "POST", chat, "Bearer " + key, messages(`[{"role":"user","content":["a"]}]`), 400, "invalid_type", "messages"},
		{"a picture", "POST", chat, "Bearer " + key, messages(`[{"role":"user","content":[{"type":"image_url"}]}]`), 400, "unsupported_value", "messages"},
		{"too long", "POST", chat, "Bearer " + key, messages(`[{"role":"user","content":"` + strings.Repeat("a ", maxContext) + `"}]`), 400, "context_length_exceeded", "messages"},
		{"two answers", "POST", chat, "Bearer " + key, with(`"n":2`), 400, "unsupported_value", "n"},
		{"tools", "POST", chat, "Bearer " + key, with(`"tools":[{}]`), 400, "unsupported_value", "tools"},
		{"an answer in JSON", "POST", chat, "Bearer " + key, with(`"response_format":{"type":"json_object"}`), 400, "unsupported_value", "response_format"},
		{"an answer in sound", "POST", chat, "Bearer " + key, with(`"modalities":["text","audio"]`), 400, "unsupported_value", "modalities"},
		{"probabilities", "POST", chat, "Bearer " + key, with(`"logprobs":true`), 400, "unsupported_value", "logprobs"},
		{"stream_options without stream", "POST", chat, "Bearer " + key, with(`"stream_options":{"include_usage":true}`), 400, "unsupported_value", "stream_options"},
		{"five stops", "POST", chat, "Bearer " + key, with(`"stop":["a","b","c","d","e"]`), 400, "unsupported_value", "stop"},
		{"an empty stop", "POST", chat, "Bearer " + key, with(`"stop":""`), 400, "unsupported_value", "stop"},
		{"stop is a number", "POST", chat, "Bearer " + key, with(`"stop":5`), 400, "invalid_type", "stop"},
		{"no tokens", "POST", chat, "Bearer " + key, with(`"max_tokens":0`), 400, "unsupported_value", "max_tokens"},
		{"two limits", "POST", chat, "Bearer " + key, with(`"max_tokens":5,"max_completion_tokens":5`), 400, "unsupported_value", "max_tokens"},

		{"no input", "POST", embed, "Bearer " + key, `{"model":"tidewater-embed-1"}`, 400, "missing_required_parameter", "input"},
		{"an empty list", "POST", embed, "Bearer " + key, input("[]"), 400, "missing_required_parameter", "input"},
		{"an empty text", "POST", embed, "Bearer " + key, input(`["a"," "]`), 400, "invalid_value", "input"},
		{"token numbers", "POST", embed, "Bearer " + key, input("[1,2]"), 400, "invalid_type", "input"},
		{"input is an object", "POST", embed, "Bearer " + key, input("{}"), 400, "invalid_type", "input"},
		{"too many texts", "POST", embed, "Bearer " + key, input("[" + strings.Repeat(`"a",`, maxInputs) + `"a"]`), 400, "too_many_inputs", "input"},
		{"a text too long", "POST", embed, "Bearer " + key, input(`"` + strings.Repeat("a ", maxInputTokens+1) + `"`), 400, "context_length_exceeded", "input"},
		{"texts too long together", "POST", embed, "Bearer " + key, input(`["` + strings.Repeat(strings.Repeat("a ", 8000)+`","`, 38) + `a"]`), 400, "context_length_exceeded", "input"},
		{"too many dimensions", "POST", embed, "Bearer " + key, input(`"a","dimensions":257`), 400, "invalid_value", "dimensions"},
		{"no dimensions", "POST", embed, "Bearer " + key, input(`"a","dimensions":0`), 400, "invalid_value", "dimensions"},
		{"half a dimension", "POST", embed, "Bearer " + key, input(`"a","dimensions":0.5`), 400, "invalid_type", "dimensions"},
		{"an unknown encoding", "POST", embed, "Bearer " + key, input(`"a","encoding_format":"int8"`), 400, "invalid_value", "encoding_format"},
		{"a chat's parameter", "POST", embed, "Bearer " + key, input(`"a","stream":true`), 400, "unknown_parameter", "stream"},
	}
	summariser, embedder := Summariser(key), Embedder(key)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := summariser
			if tt.path == embed {
				h = embedder
			}
			w := request(h, tt.method, tt.path, tt.authorization, tt.body)
			var got errorAnswer
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatalf("%v: %s", err, w.Body)
			}
			if w.Code != tt.status || text(got.Error.Code) != tt.code || text(got.Error.Param) != tt.param || got.Error.Type != "invalid_request_error" || got.Error.Message == "" {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
			if strings.Contains(w.Body.String(), key[:5]) {
				t.Errorf("the answer repeats the key: %s", w.Body)
			}
		})
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestAnEmptyKeyAdmitsNoOne(t *testing.T) {
	for _, authorization := range []string{"", "Bearer", "Bearer ", "bearer  "} {
		if w := request(Summariser(""), "GET", "/v1/models", authorization, ""); w.Code != http.StatusUnauthorized {
			t.Errorf("%q: got %d", authorization, w.Code)
		}
	}
}

func TestModels(t *testing.T) {
	for model, h := range map[string]http.Handler{SummariserModel: Summariser(key), EmbedderModel: Embedder(key)} {
		w := request(h, "GET", "/v1/models", "Bearer "+key, "")
		list := read[struct {
			Object string
			Data   []map[string]any
		}](t, w)
		if list.Object != "list" || len(list.Data) != 1 || list.Data[0]["id"] != model || list.Data[0]["object"] != "model" {
			t.Errorf("got %s", w.Body)
		}
		one := read[map[string]any](t, request(h, "GET", "/v1/models/"+model, "Bearer "+key, ""))
		if d := cmp.Diff(list.Data[0], one); d != "" {
			t.Error(d)
		}
	}
}

// Whatever is sent, a service answers with JSON or a stream and a status that says what it is.
func fuzz(f *testing.F, h *service, path string) {
	f.Fuzz(func(t *testing.T, body string) {
		w := request(h, "POST", path, "Bearer "+key, body)
		switch kind := w.Header().Get("Content-Type"); {
		case kind == "text/event-stream; charset=utf-8" && w.Code == http.StatusOK:
			if !strings.HasSuffix(w.Body.String(), "\n\ndata: [DONE]\n\n") {
				t.Errorf("the stream has no end: %s", w.Body)
			}
		case kind != "application/json" || !json.Valid(w.Body.Bytes()):
			t.Errorf("%d %s: %s", w.Code, kind, w.Body)
		case (w.Code == http.StatusOK) == strings.HasPrefix(w.Body.String(), `{"error"`):
			t.Errorf("%d: %s", w.Code, w.Body)
		}
	})
}

func FuzzSummariser(f *testing.F) {
	for _, body := range []string{
		`{"model":"calluna-extract-1","messages":[{"role":"user","content":"Summarise in two sentences: It rains. It snows. It thaws."}]}`,
		`{"model":"calluna-extract-1","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"„Am 3. Mai.“ # a\n- b"}]}],"max_tokens":3,"stop":["a"]}`,
		`{"model":"calluna-extract-1","messages":[{"role":"assistant","content":null},{"role":"user","content":"<document></document>"}],"stream":true,"stream_options":{"include_usage":true},"stop":null}`,
		`{"model":"calluna-extract-1","messages":null,"n":null,"response_format":null}`, "\xff", "", "[[", `{"":{"":[1,2,{}]}}`,
	} {
		f.Add(body)
	}
	h := Summariser(key).(*service)
	h.operate = (&chat{now: noon, pace: 1}).complete
	fuzz(f, h, "/v1/chat/completions")
}

func FuzzEmbedder(f *testing.F) {
	for _, body := range []string{
		`{"model":"tidewater-embed-1","input":"The harbour is closed."}`,
		`{"model":"tidewater-embed-1","input":["a","?!","日本"],"dimensions":1,"encoding_format":"base64"}`,
		`{"model":"tidewater-embed-1","input":null,"dimensions":null,"encoding_format":null,"user":null}`,
	} {
		f.Add(body)
	}
	fuzz(f, Embedder(key).(*service), "/v1/embeddings")
}
