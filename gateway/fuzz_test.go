package gateway_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"entente/egress"
	"entente/gateway"
)

// What the gateway reads of a body is what any other reader of JSON reads, and asking for usage
// changes nothing else.
func FuzzRequestBody(f *testing.F) {
	for _, seed := range []string{ask(true), ask(false), `{}`, `{"model":"a","model":"b"}`, `{"Model":"a"}`, `{"stream":null}`, `{"stream":1}`, `[1]`, ``, `{`, "\xff",
		`{"stream_options":{"include_usage":false},"stream":true}`, `{"stream_options":null}`, `{"stream_options":[]}`, `{"stream_options":{"a":{"include_usage":true}}}`,
		`{"m\u006fdel":"x"}`, `{"model":"\ud800"}`, `{"a":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`, `{} {}`, "{\"model\":\"a\\u0000\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		model, stream, asking, err := gateway.ReadAsk(body)
		if err != nil {
			if msg := err.Error(); strings.ContainsAny(msg, "\n\x00") || len(msg) > 200 {
				t.Fatalf("an error for the caller: %q", msg)
			}
			return
		}
		var want map[string]any
		if err := json.Unmarshal(body, &want); err != nil || !utf8.Valid(body) {
			t.Fatalf("%q passes, but cannot be read: %v", body, err)
		}
		if m, _ := want["model"].(string); m != model {
			t.Errorf("model %q, want %q", model, m)
		}
		if s, _ := want["stream"].(bool); s != stream {
			t.Errorf("stream %v, want %v", stream, s)
		}
		var got map[string]any
		if err := json.Unmarshal(asking, &got); err != nil {
			if len(want) == 0 {
				return // never asked for: without "stream" nothing is a stream
			}
			t.Fatalf("%q became %q: %v", body, asking, err)
		}
		options, _ := got["stream_options"].(map[string]any)
		if options["include_usage"] != true {
			t.Errorf("%q became %q, which does not ask", body, asking)
		}
		if o, ok := want["stream_options"].(map[string]any); ok {
			o["include_usage"] = true
		} else {
			want["stream_options"] = map[string]any{"include_usage": true}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

// Whatever is asked, the answer is whole: 2xx with a usage id or a list of models, or a problem
// that says the same in its status, its body and its error member.
func FuzzProblem(f *testing.F) {
	h := newHouse(f, egress.Policy{})
	handler := h.gateway.Handler()
	key := h.keys["summarise"].Text().Reveal()
	for _, seed := range [][5]string{{"POST", chat, "service", "mine", ask(false)}, {"GET", "/summarise/v1/models", "", "", ""}, {"POST", chat, "training", "a\tb", "{"},
		{"PUT", "/embed/v1/embeddings", "x\ny", strings.Repeat("é", 300), ""}, {"POST", "/%2e/v1/messages?x=%zz", "", "", "{}"}} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4], true)
	}
	f.Fuzz(func(t *testing.T, method, path, purpose, id, body string, known bool) {
		r, err := http.NewRequest(method, "http://gateway"+path, strings.NewReader(body))
		if err != nil {
			return // no request at all
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header["Entente-Purpose"], r.Header["X-Request-Id"] = []string{purpose}, []string{id}
		if known {
			r.Header.Set("X-Api-Key", key)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		answer := reply{Response: w.Result(), body: w.Body.Bytes()}
		for name, values := range answer.Header {
			for _, v := range values {
				if strings.ContainsAny(v, "\r\n\x00") {
					t.Fatalf("header %s: %q", name, v)
				}
			}
		}
		switch {
		case r.URL.Path == "/livez", r.URL.Path == "/readyz":
		case answer.StatusCode == 200 && answer.Header.Get("Entente-Usage-Id") == "" && !strings.HasSuffix(r.URL.Path, "/v1/models"):
			t.Errorf("%s %q is served unmetered", method, path)
		case answer.StatusCode != 200:
			answer.problem(t)
		}
	})
}

// The units that an answer states are what any other reader of JSON finds at that place.
func FuzzUnits(f *testing.F) {
	f.Add([]byte(`{"usage":{"pages":7,"~":[1,2]}}`), "/usage/pages")
	f.Add([]byte(`{"usage":{"a/b":[0,18446744073709551615,1e3]}}`), "/usage/a~1b/2")
	f.Add([]byte(`7`), "/")
	f.Fuzz(func(t *testing.T, body []byte, pointer string) {
		got, stated := gateway.UnitsAt(body, pointer)
		if !stated {
			return
		}
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		var want any
		if err := dec.Decode(&want); err != nil {
			t.Fatalf("%d units in %q: %v", got, body, err)
		}
		for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
			step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
			switch in := want.(type) {
			case map[string]any:
				want = in[step]
			case []any:
				i, err := strconv.Atoi(step)
				if err != nil || i < 0 || i >= len(in) {
					t.Fatalf("%d units at %q of %q", got, pointer, body)
				}
				want = in[i]
			}
		}
		if n, ok := want.(json.Number); !ok || n.String() != strconv.FormatInt(got, 10) {
			t.Errorf("%d units at %q of %q, where others read %v", got, pointer, body, want)
		}
	})
}
