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

// A walk is over one object or array of a message that is known to be strict JSON.
type walk struct {
	text []byte
	at   int64 // of the value in the text
	dec  *jsontext.Decoder
}

func (s span) walk(text []byte) *walk {
	return &walk{text, s.at, jsontext.NewDecoder(bytes.NewBuffer(s.of(text)))}
}

// value reads the next value whole.
func (w *walk) value() (span, error) {
	v, err := w.dec.ReadValue()
	if err != nil {
		return span{}, err
	}
	end := w.at + w.dec.InputOffset()
	return span{end - int64(len(v)), end}, nil
}

// members visits the members of an object.
func members(text []byte, s span, visit func(name string, value span) error) error {
	w := s.walk(text)
	if w.dec.PeekKind() != '{' {
		return errors.New("a member has a value of the wrong kind")
	}
	if _, err := w.dec.ReadToken(); err != nil {
		return err
	}
	for w.dec.PeekKind() != '}' {
		name, err := w.dec.ReadToken()
		if err != nil {
			return err
		}
		named := name.String()
		value, err := w.value()
		if err != nil {
			return err
		}
		if err := visit(named, value); err != nil {
			return err
		}
	}
	return nil
}

// elements visits the elements of an array.
func elements(text []byte, s span, visit func(value span) error) error {
	w := s.walk(text)
	if w.dec.PeekKind() != '[' {
		return errors.New("a member has a value of the wrong kind")
	}
	if _, err := w.dec.ReadToken(); err != nil {
		return err
	}
	for w.dec.PeekKind() != ']' {
		value, err := w.value()
		if err != nil {
			return err
		}
		if err := visit(value); err != nil {
			return err
		}
	}
	return nil
}

// kind is what a value is: '{', '[', '"', '0', 't', 'f' or 'n'.
func (s span) kind(text []byte) jsontext.Kind { return jsontext.Value(s.of(text)).Kind() }

// str is a string's text.
func (s span) str(text []byte) (string, error) {
	if s.kind(text) != '"' {
		return "", errors.New("a member has a value of the wrong kind")
	}
	plain, err := jsontext.AppendUnquote(nil, s.of(text))
	return string(plain), err
}

// strict is the place of the one JSON value that the text is: no name comes twice, all is UTF-8, and
// nothing is nested too deep or follows it.
func strict(text []byte) (span, error) {
	if tooDeep(text) {
		return span{}, fmt.Errorf("it is nested deeper than %d", maxDepth)
	}
	w := span{0, int64(len(text))}.walk(text)
	v, err := w.value()
	if err != nil {
		return span{}, err
	}
	if _, err := w.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return span{}, errors.New("something follows the message")
	}
	return v, nil
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
