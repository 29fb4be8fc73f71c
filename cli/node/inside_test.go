package node_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Whatever a path looks like, whoever answers guards the answer, and nobody is led to another site.
func TestEveryPathIsGuarded(t *testing.T) {
	dir, _ := seeded(t, 40)
	n := open(t, dir, 0)
	defer n.Close(t.Context())
	inside := n.Inside()
	for path, of := range map[string]string{
		"/": "people", "//evil.example/": "people", "/.//evil.example": "people", "/agreements//x/..": "people", "/apis": "people", "/nowhere": "people", "/witness": "people",
		"/api": "machines", "/api/v1/me": "machines", "/api//v1/me": "machines", "/api/v1/../../x": "machines", "/livez": "machines", "/witness/vkey": "machines", "/openapi.json": "machines",
	} {
		for _, method := range []string{"GET", "POST", "TRACE"} {
			r := httptest.NewRequest(method, "http://node.example/", nil)
			r.URL.Path, r.RequestURI = path, path
			w := httptest.NewRecorder()
			inside.ServeHTTP(w, r)
			h := w.Result().Header
			if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") == "" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
				t.Errorf("%s %s is not guarded: %d %v", method, path, w.Code, h)
			}
			if to := h.Get("Location"); to != "" && (to[0] != '/' || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`)) {
				t.Errorf("%s %s leads to %q", method, path, to)
			}
			if person := h.Get("X-Frame-Options") == "DENY"; w.Code != http.StatusForbidden && person != (of == "people") {
				t.Errorf("%s %s is answered for %t, want for %s", method, path, person, of)
			}
		}
	}
}
