package frame

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"
)

// MostUpload is the most bytes of a file that somebody sends by a form.
const MostUpload = 6 << 20

// An Upload is a file that came with a form.
type Upload struct {
	Name    string // as its sender calls it, without folders
	Content []byte // empty if no file was chosen
}

// ReadUpload reads a form of ours with one file, named "file": both of bounded length, each field once and UTF-8.
func ReadUpload(w http.ResponseWriter, r *http.Request) (Upload, url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, MostUpload+mostForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return Upload{}, nil, errors.Join(ErrForm, err)
	}
	var u Upload
	f, left := url.Values{}, int64(mostForm)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return u, f, nil
		}
		if err != nil {
			return Upload{}, nil, errors.Join(ErrForm, err)
		}
		name, most := part.FormName(), left
		if name == "file" {
			most = MostUpload
		}
		content, err := io.ReadAll(io.LimitReader(part, most+1))
		switch {
		case err != nil:
			return Upload{}, nil, errors.Join(ErrForm, err)
		case int64(len(content)) > most:
			return Upload{}, nil, errors.Join(ErrForm, &http.MaxBytesError{Limit: most})
		case f.Has(name) || name == "" || !utf8.ValidString(name):
			return Upload{}, nil, ErrForm
		case name == "file":
			u = Upload{path.Base(strings.ReplaceAll(part.FileName(), `\`, "/")), content}
		case !utf8.Valid(content):
			return Upload{}, nil, ErrForm
		}
		if name == "file" {
			content = nil
		}
		left -= int64(len(name) + len(content))
		f.Set(name, string(content))
	}
}

// Enclosed sends a file for people to keep, and never to be run or shown where the console is: browsers take it
// for nothing but bytes.
func Enclosed(w http.ResponseWriter, name string, content []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Content-Length", fmt.Sprint(len(content)))
	w.Write(content)
}
