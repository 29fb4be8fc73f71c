package rest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"entente/ledger/canonical"

	"github.com/danielgtaylor/huma/v2"
)

// Bounds of what is sent, in bytes and in time.
const (
	smallBody = 1 << 20 // JSON
	LargeBody = 8 << 20 // agreement files with their attachments

	smallTime = 4 * time.Second
	largeTime = 30 * time.Second
)

// readBody reads the whole body and puts it back for the handler; what it returns is the body in
// canonical JSON, so that a retry is known whatever its white space.
func readBody(op *huma.Operation, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	limit, patience := op.MaxBodyBytes-1, smallTime
	if limit > smallBody {
		patience = largeTime
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(patience)) // where a connection cannot, there is none to keep waiting
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		w.Header().Set("Connection", "close") // the deadline stands, so that nobody waits for the rest
		return nil, unread(err, limit)
	}
	_ = control.SetReadDeadline(time.Time{})
	r.Body = io.NopCloser(bytes.NewReader(b))
	switch {
	case len(b) == 0:
		return nil, nil
	case op.RequestBody == nil:
		return nil, NewProblem(http.StatusBadRequest, "malformed", "The request is malformed", "this operation takes no body")
	}
	if op.RequestBody.Content["text/plain"] != nil {
		if !utf8.Valid(b) {
			return nil, Malformed("body", "it is not UTF-8")
		}
		return b, nil
	}
	if err := isJSON(r.Header); err != nil {
		return nil, err
	}
	canonical, err := canonical.JSON(b)
	if err != nil {
		return nil, Malformed("body", JSONFault(err))
	}
	if hasControls(canonical) {
		return nil, Malformed("body", "a text contains a control character other than tab and line break")
	}
	return canonical, nil
}

// hasControls looks for the escapes that canonical JSON has for control characters only.
func hasControls(canonical []byte) bool {
	for i := 0; i+1 < len(canonical); i++ {
		if canonical[i] != '\\' {
			continue
		}
		i++
		if bytes.IndexByte([]byte("ubf"), canonical[i]) >= 0 {
			return true
		}
	}
	return false
}

func unread(err error, limit int64) *Problem {
	var large *http.MaxBytesError
	var slow net.Error
	switch {
	case errors.As(err, &large):
		return NewProblem(http.StatusRequestEntityTooLarge, "too-large", "The request is too large", fmt.Sprintf("the body may have %d bytes", limit))
	case errors.As(err, &slow) && slow.Timeout():
		return NewProblem(http.StatusRequestTimeout, "too-slow", "The request came too slowly", "the body did not arrive in time")
	}
	return NewProblem(http.StatusBadRequest, "malformed", "The request is malformed", "the body broke off")
}

// isJSON refuses a body of any other kind, so that no page of a browser can send one unasked.
func isJSON(h http.Header) error {
	kind, parameters, err := mime.ParseMediaType(h.Get("Content-Type"))
	charset := strings.ToLower(parameters["charset"])
	if err != nil || kind != "application/json" || len(h.Values("Content-Type")) != 1 || (charset != "" && charset != "utf-8") || h.Get("Content-Encoding") != "" {
		return NewProblem(http.StatusUnsupportedMediaType, "not-json", "The body is not JSON", "send application/json in UTF-8, not compressed")
	}
	return nil
}

// JSONFault says what is wrong with a JSON text without repeating any of its values.
func JSONFault(err error) string {
	var fault *canonical.Error
	if !errors.As(err, &fault) {
		return "it is not JSON that is read here"
	}
	why := fault.Why
	if strings.Contains(why, "number ") {
		why = "a number has no exact form that every reader sees alike: write it as a string"
	}
	return fmt.Sprintf("at byte %d: %s", fault.Offset, clip(why))
}
