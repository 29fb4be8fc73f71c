package squeeze

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhatIsCompressed(t *testing.T) {
	text := strings.Repeat("Each party shall keep a record. ", 100)
	for _, test := range []struct {
		name, accept, kind, cache string
		want                      bool
	}{
		{"a page", "gzip, deflate, br", "text/html; charset=utf-8", "no-store", true},
		{"a style sheet", "br;q=1.0, GZIP;q=0.8", "text/css; charset=utf-8", "public", true},
		{"a page for a browser without gzip", "br", "text/html", "", false},
		{"a page for a browser that says nothing", "", "text/html", "", false},
		{"a page for a browser that refuses gzip", "gzip;q=0", "text/html", "", false},
		{"a page for a browser that refuses it at length", "gzip; q=0.00", "text/html", "", false},
		{"a page with a secret", "gzip", "text/html", "no-store, no-transform", false},
		{"a download", "gzip", "application/zip", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Accept-Encoding", test.accept)
			w := httptest.NewRecorder()
			Pages(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", test.kind)
				w.Header().Set("Cache-Control", test.cache)
				w.WriteHeader(http.StatusConflict)
				for _, half := range []string{text[:999], text[999:]} {
					if _, err := io.WriteString(w, half); err != nil {
						t.Error(err)
					}
				}
			})).ServeHTTP(w, r)
			got := w.Body.Bytes()
			if packed := w.Header().Get("Content-Encoding") == "gzip"; packed != test.want {
				t.Fatalf("compressed: %v", packed)
			} else if packed {
				z, err := gzip.NewReader(bytes.NewReader(got))
				if err != nil {
					t.Fatal(err)
				}
				if got, err = io.ReadAll(z); err != nil {
					t.Fatal(err)
				}
			}
			if string(got) != text || w.Code != http.StatusConflict || w.Header().Get("Vary") != "Accept-Encoding" {
				t.Errorf("status %d, %d bytes, Vary %q", w.Code, len(got), w.Header().Get("Vary"))
			}
		})
	}
}

func TestAnAnswerWithoutABodyStaysEmpty(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	Pages(http.RedirectHandler("/elsewhere", http.StatusSeeOther)).ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/elsewhere" {
		t.Errorf("status %d to %q", w.Code, w.Header().Get("Location"))
	}
}
