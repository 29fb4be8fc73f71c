package node_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"entente/metrics"
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
