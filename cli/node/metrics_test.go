package node_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/articles/draft"
	"entente/calendar"
	"entente/cli/example"
	"entente/cli/node"
	"entente/egress"
	"entente/metrics"
	"entente/tests/outside"
)

// The operator's page says how the node is; on the other listeners there is none.
func TestMetrics(t *testing.T) {
	n := open(t, filepath.Join(t.TempDir(), "data"), 0)
	defer n.Close(t.Context())
	w := httptest.NewRecorder()
	n.Metrics().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != metrics.ContentType {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	for _, want := range []string{"entente_open_calls 0\n", "entente_metering_refused 0\n", "entente_build_info{version="} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page does not say %q:\n%s", want, w.Body)
		}
	}
	for name, h := range map[string]http.Handler{"the console's": n.Inside(), "the gateway's": n.Calls()} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("%s listener answers with %d", name, w.Code)
		}
	}
}

// After some calls the page says how far the limits of Schedule C are used, shows nothing of what callers
// sent, and is as Prometheus's own tool wants a page to be.
// A free port for the metrics is told as those of the other doors are.
func TestMetricsAreFound(t *testing.T) {
	s := start(t, filepath.Join(t.TempDir(), "data"))
	if status, page := get(t, s.ports.Metrics+"/metrics"); status != http.StatusOK || !strings.Contains(page, "entente_") {
		t.Errorf("%s: %d %s", s.ports.Metrics, status, page)
	}
}

func TestMetricsOfTraffic(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"model":"calluna-extract-1","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}}`)
	}))
	defer service.Close()
	n, err := node.Open(t.Context(), node.Settings{Dir: filepath.Join(t.TempDir(), "data"), Name: "tests.example", Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Upstream: egress.Policy{Allow: []string{strings.TrimPrefix(service.URL, "http://")}}})
	ok(t, err)
	defer n.Close(t.Context())
	made, err := example.Seed(t.Context(), n, draft.Example(calendar.DateOf(n.Notary.Now())))
	ok(t, err)
	ok(t, made.Serve(t.Context(), n, service.URL, "Bearer sk-of-the-service"))
	key := made.Keys["summarise"]["test/service"]
	for range 3 {
		r := httptest.NewRequest(http.MethodPost, "/summarise/v1/chat/completions", strings.NewReader(`{"model":"calluna-extract-1","messages":[{"role":"user","content":"Tide tables."}]}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("Entente-Customer", "a-customer")
		w := httptest.NewRecorder()
		if n.Calls().ServeHTTP(w, r); w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	w := httptest.NewRecorder()
	n.Metrics().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	page := w.Body.String()
	of := `{agreement="` + made.Agreement + `",component="summarise",environment="test",limit="`
	for _, want := range []string{
		"entente_limit_used" + of + `key-requests-second",unit="requests"} `, "entente_limit_held" + of, "entente_limit_max" + of, "entente_upstream_calls 0\n",
		"entente_journal_behind_frames ", "entente_database_wal_bytes ",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
	for _, never := range []string{key, "sk-of", "a-customer", "Tide", strings.TrimPrefix(service.URL, "http://")} {
		if strings.Contains(page, never) {
			t.Errorf("the page shows %q", never)
		}
	}
	if outside.Lacking(t, outside.Programs("promtool")...) {
		return
	}
	check := exec.Command("promtool", "check", "metrics")
	check.Stdin = strings.NewReader(page)
	if said, err := check.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("promtool: %v\n%s", err, said)
	}
}
