// Package squeeze sends pages compressed to browsers that take it: the text of a whole agreement is
// long, and repeats itself.
package squeeze

import (
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
)

// Pages compresses the pages and style sheets that a handler answers with. Everything else passes as
// it is, and so does a page that says Cache-Control: no-transform, as one that shows a secret must.
func Pages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if r.Method == http.MethodHead || !accepts(r.Header.Get("Accept-Encoding")) {
			next.ServeHTTP(w, r)
			return
		}
		s := &squeezed{ResponseWriter: w}
		defer s.close()
		next.ServeHTTP(s, r)
	})
}

// accepts reports whether a browser takes gzip.
func accepts(header string) bool {
	for one := range strings.SplitSeq(header, ",") {
		coding, quality, _ := strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(quality), "q="), 64)
			return err != nil || q > 0 // without a quality it is 1
		}
	}
	return false
}

// squeezed decides by its header whether an answer is compressed.
type squeezed struct {
	http.ResponseWriter
	zip   *gzip.Writer // nil if the answer passes as it is
	begun bool
}

func (s *squeezed) WriteHeader(status int) {
	if !s.begun {
		s.begun = true
		h := s.Header()
		kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
		if (kind == "text/html" || kind == "text/css") && !strings.Contains(h.Get("Cache-Control"), "no-transform") {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			s.zip = gzip.NewWriter(s.ResponseWriter)
		}
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *squeezed) Write(b []byte) (int, error) {
	if !s.begun {
		s.WriteHeader(http.StatusOK)
	}
	if s.zip == nil {
		return s.ResponseWriter.Write(b)
	}
	return s.zip.Write(b)
}

// FlushError sends what was written so far.
func (s *squeezed) FlushError() error {
	if s.zip != nil {
		if err := s.zip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(s.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (s *squeezed) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// close ends the answer. Whoever did not read it to its end has left.
func (s *squeezed) close() {
	if s.zip != nil {
		s.zip.Close()
	}
}
