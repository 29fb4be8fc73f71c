package snippet_test

import (
	"encoding/json"
	"go/format"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/console/snippet"
	"entente/tests/outside"
)

// programs say what each language is run with.
var programs = map[string][]string{"curl": {"sh"}, "Python": {"python3"}, "JavaScript": {"node"}, "Go": {"go", "run"}}

// Whatever a body says, each language sends exactly that, with the key from the environment, and fails on a
// refusal after it has printed it.
func TestEveryLanguageSendsTheCall(t *testing.T) {
	awkward := "it's \"quoted\" \\ `back` $HOME \u2028 <&> Grüße 😀\n"
	body := map[string]any{"model": awkward, "max_tokens": 20, "messages": []any{map[string]any{"role": "user", "content": "One sentence."}}}
	type seen struct {
		Method, Path, Auth, Accept, Type string
		Body                             any
	}
	var got seen
	status := http.StatusOK
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = seen{r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("Accept"), r.Header.Get("Content-Type"), nil}
		if len(b) > 0 {
			if err := json.Unmarshal(b, &got.Body); err != nil {
				t.Errorf("%q: %v", b, err)
			}
		}
		w.WriteHeader(status)
		io.WriteString(w, "answered\n")
	}))
	defer srv.Close()
	post := snippet.Call{Method: "POST", URL: srv.URL + "/it's/v1/chat/completions", Accept: "application/json, text/event-stream", Body: body}
	var plain any
	b, _ := json.Marshal(body)
	json.Unmarshal(b, &plain)
	for _, s := range snippet.Of(post) {
		t.Run(s.Language, func(t *testing.T) {
			if outside.Lacking(t, outside.Programs(append(programs[s.Language][:1:1], strings.ToLower(strings.Fields(s.Run + " curl")[0]))...)...) {
				return
			}
			said, err := run(t, s)
			want := seen{"POST", "/it's/v1/chat/completions", "Bearer ent_test_secret", "application/json, text/event-stream", "application/json", plain}
			if diff := cmp.Diff(want, got); diff != "" || err != nil || !strings.Contains(said, "answered") {
				t.Errorf("%v, it prints %q; sent, want- got+\n%s", err, said, diff)
			}
			status = http.StatusForbidden
			if said, err := run(t, s); (err == nil) != (s.Language == "curl") || !strings.Contains(said, "answered") {
				t.Errorf("of a refusal: %v, it prints %q", err, said)
			}
			status = http.StatusOK
		})
	}
	for _, s := range snippet.Of(snippet.Call{Method: "GET", URL: srv.URL + "/harbour/berths"}) {
		if outside.Lacking(t, outside.Programs(programs[s.Language][0])...) {
			continue
		}
		if said, err := run(t, s); err != nil || got.Method != "GET" || got.Path != "/harbour/berths" || got.Type != "" || got.Body != nil {
			t.Errorf("%s: %v, %q, %+v", s.Language, err, said, got)
		}
	}
}

// run pastes a snippet.
func run(t *testing.T, s snippet.Snippet) (string, error) {
	t.Helper()
	if s.Language == "Go" {
		if b, err := format.Source([]byte(s.Code)); err != nil || string(b) != s.Code {
			t.Errorf("the program is not formatted: %v\n%s", err, b)
		}
	}
	file := filepath.Join(t.TempDir(), "pasted.sh")
	if s.File != "" {
		file = filepath.Join(t.TempDir(), s.File)
	}
	if err := os.WriteFile(file, []byte(s.Code), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append(programs[s.Language][1:len(programs[s.Language]):len(programs[s.Language])], file)
	cmd := exec.Command(programs[s.Language][0], args...)
	cmd.Env = append(os.Environ(), snippet.Key+"=ent_test_secret")
	b, err := cmd.CombinedOutput()
	return string(b), err
}
