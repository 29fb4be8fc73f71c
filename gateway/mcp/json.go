package mcp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrMessage is wrapped by everything that is wrong with a message; what it says quotes nothing of it.
var ErrMessage = errors.New("the body is not one JSON-RPC message")

// maxDepth is how deep the arrays and objects of a message may be nested.
const maxDepth = 64

// A span is a value's place in a message.
type span struct{ at, end int64 }

func (s span) of(text []byte) []byte { return text[s.at:s.end] }

var errKind = errors.New("a member has a value of the wrong kind")

// members visits the members of an object of a text that is strict JSON.
func members(text []byte, s span, visit func(name string, value span) error) error {
	if s.kind(text) != '{' {
		return errKind
	}
	for at := space(text, s.at+1); text[at] != '}'; {
		name := span{at, skip(text, at)}
		value := span{at: space(text, space(text, name.end)+1)} // behind the colon
		value.end = skip(text, value.at)
		plain, err := name.str(text)
		if err != nil {
			return err
		}
		if err := visit(plain, value); err != nil {
			return err
		}
		if at = space(text, value.end); text[at] == ',' {
			at = space(text, at+1)
		}
	}
	return nil
}

// elements visits the elements of an array of a text that is strict JSON.
func elements(text []byte, s span, visit func(value span) error) error {
	if s.kind(text) != '[' {
		return errKind
	}
	for at := space(text, s.at+1); text[at] != ']'; {
		value := span{at, skip(text, at)}
		if err := visit(value); err != nil {
			return err
		}
		if at = space(text, value.end); text[at] == ',' {
			at = space(text, at+1)
		}
	}
	return nil
}

// space is the place of the first byte from at that is no white space.
func space(text []byte, at int64) int64 {
	for text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t' {
		at++
	}
	return at
}

// skip is the place behind the value that begins at a place.
func skip(text []byte, at int64) int64 {
	depth := 0
	for ; at < int64(len(text)); at++ {
		switch text[at] {
		case '"':
			for at++; text[at] != '"'; at++ {
				if text[at] == '\\' {
					at++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default:
			if depth > 0 || at+1 < int64(len(text)) && !ends(text[at+1]) {
				continue
			}
		}
		if depth == 0 {
			return at + 1
		}
	}
	return at
}

// ends reports whether a number, true, false or null has ended before a byte.
func ends(c byte) bool {
	return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t'
}

// kind is what a value is: '{', '[', '"', '0', 't', 'f' or 'n'.
func (s span) kind(text []byte) jsontext.Kind { return jsontext.Value(s.of(text)).Kind() }

// str is a string's text.
func (s span) str(text []byte) (string, error) {
	raw := s.of(text)
	if raw[0] != '"' {
		return "", errKind
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), nil
	}
	plain, err := jsontext.AppendUnquote(nil, raw)
	return string(plain), err
}

// strict is the place of the one JSON value that the text is: no name comes twice, all is UTF-8, and
// nothing is nested too deep or follows it.
func strict(text []byte) (span, error) {
	if tooDeep(text) {
		return span{}, fmt.Errorf("it is nested deeper than %d", maxDepth)
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(text))
	v, err := dec.ReadValue()
	if err != nil {
		return span{}, err
	}
	end := dec.InputOffset()
	at := end - int64(len(v))
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return span{}, errors.New("something follows the message")
	}
	return span{at, end}, nil
}

func tooDeep(text []byte) bool {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			if depth++; depth > maxDepth {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}

// wrong words what is wrong with a message.
func wrong(err error) error {
	if err == nil || errors.Is(err, ErrMessage) || isAsked(err) {
		return err
	}
	var bad *jsontext.SyntacticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return fmt.Errorf("%w: a member's name comes twice", ErrMessage)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it ends too early", ErrMessage)
	case errors.As(err, &bad):
		return fmt.Errorf("%w: it is not strict JSON in UTF-8", ErrMessage)
	}
	return fmt.Errorf("%w: %w", ErrMessage, err)
}

// misspelt refuses a name that differs from a watched one by the case of its letters only: a server
// that ignores case would take it for the watched one.
func misspelt(name string, watched []string) error {
	for _, w := range watched {
		if name != w && strings.EqualFold(name, w) {
			return fmt.Errorf("the member %q must be written exactly so", w)
		}
	}
	return nil
}

// An Edit replaces a message's bytes from At to End by Text.
type Edit struct {
	At, End int64
	Text    string
}

// apply makes edits that do not overlap.
func apply(text []byte, edits []Edit) []byte {
	if len(edits) == 0 {
		return text
	}
	slices.SortFunc(edits, func(a, b Edit) int { return int(a.At - b.At) })
	var out []byte
	at := int64(0)
	for _, e := range edits {
		out = append(append(out, text[at:e.At]...), e.Text...)
		at = e.End
	}
	return append(out, text[at:]...)
}
