package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"entente/articles"
	"entente/gateway/mcp"
)

// maxDepth is how deep the arrays and objects of a request may be nested.
const maxDepth = 64

// An ask is what a request asks for, as far as that decides anything, and the one change that the
// gateway makes to its body.
type ask struct {
	articles.Call                 // the operation and what it names
	also          []articles.Item // what it names beside
	stream        bool
	edit          *edit        // nil if the body passes as it is
	message       *mcp.Message // of the Model Context Protocol
	most          longest
}

// An edit replaces body[at:end] by text.
type edit struct {
	at, end int64
	text    string
}

// apply is the body with the edit; every other byte stays as it was.
func (e *edit) apply(body []byte) []byte {
	if e == nil {
		return body
	}
	return slices.Concat(body[:e.at], []byte(e.text), body[e.end:])
}

// errBody is wrapped by everything that is wrong with a body; what it says is for the caller.
var errBody = errors.New("the body is not what this operation takes")

// watched are the members that decide. A service that ignores case would read "Model" as well, so
// the gateway lets no second spelling pass.
var watched = []string{"model", "stream", "stream_options", "max_tokens", "max_completion_tokens", "max_output_tokens", "n"}

// readAsk reads the body of an AI service's operation in one strict pass. Its edit makes an OpenAI
// chat stream state its usage; it is nil if the caller asked for that already. Names that come twice, text that is not UTF-8,
// nesting beyond maxDepth and anything after the object are refused, because two readers could take
// them for different things.
func readAsk(body []byte) (ask, error) {
	s := scan{dec: jsontext.NewDecoder(bytes.NewBuffer(body))}
	err := s.object()
	if err == nil {
		_, err = s.dec.ReadToken()
		if err == nil {
			err = errors.New("something follows the JSON object")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		return ask{}, fmt.Errorf("%w: %s", errBody, plainly(err))
	}
	return s.found, nil
}

// plainly says what is wrong without quoting the body, and where.
func plainly(err error) string {
	var bad *jsontext.SyntacticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "a member's name comes twice"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "it ends too early"
	case errors.As(err, &bad):
		return fmt.Sprintf("it is not strict JSON in UTF-8 (byte %d)", bad.ByteOffset)
	}
	return err.Error()
}

type scan struct {
	dec   *jsontext.Decoder
	found ask

	options bool // stream_options was there
}

func (s *scan) object() error {
	t, err := s.dec.ReadToken()
	if err != nil {
		return err
	}
	if t.Kind() != '{' {
		return errors.New("it is not a JSON object")
	}
	for s.dec.PeekKind() != '}' {
		name, err := s.dec.ReadToken()
		if err != nil {
			return err
		}
		if err := s.member(name.String()); err != nil {
			return err
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	if !s.options {
		last := s.dec.InputOffset() - 1
		s.found.edit = &edit{last, last, `,"stream_options":{"include_usage":true}`}
	}
	return nil
}

func (s *scan) member(name string) error {
	switch name {
	case "model":
		t, err := s.value('"')
		s.found.Model = t
		return err
	case "stream":
		t, err := s.value('t', 'f', 'n')
		s.found.stream = t == "true"
		return err
	case "max_tokens":
		return s.count(&s.found.most.tokens)
	case "max_completion_tokens":
		return s.count(&s.found.most.completion)
	case "max_output_tokens":
		return s.count(&s.found.most.output)
	case "n":
		return s.count(&s.found.most.answers)
	case "stream_options":
		s.options = true
		return s.streamOptions()
	}
	for _, w := range watched {
		if strings.EqualFold(name, w) {
			return fmt.Errorf("the member %q must be written in lower case", w)
		}
	}
	return s.skip()
}

// value reads a value that is one token of the kinds given.
func (s *scan) value(kinds ...jsontext.Kind) (string, error) {
	if k := s.dec.PeekKind(); k != 0 && !slices.Contains(kinds, k) {
		return "", fmt.Errorf("the member %q has a value of the wrong kind", s.dec.StackPointer().LastToken())
	}
	t, err := s.dec.ReadToken()
	if err != nil {
		return "", err
	}
	return t.String(), nil
}

// streamOptions finds out how to ask for usage with the fewest bytes changed.
func (s *scan) streamOptions() error {
	switch s.dec.PeekKind() {
	case 'n':
		_, err := s.dec.ReadToken()
		s.replace("null", `{"include_usage":true}`)
		return err
	case '{':
	default:
		_, err := s.value('{', 'n')
		return err
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	begin, empty, asked := s.dec.InputOffset(), true, false
	for s.dec.PeekKind() != '}' {
		name, err := s.dec.ReadToken()
		if err != nil {
			return err
		}
		empty = false
		switch n := name.String(); {
		case n == "include_usage":
			asked = true
			err = s.includeUsage()
		case strings.EqualFold(n, "include_usage"):
			err = errors.New(`the member "include_usage" must be written in lower case`)
		default:
			err = s.skip()
		}
		if err != nil {
			return err
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	switch {
	case !asked && empty:
		s.found.edit = &edit{begin, begin, `"include_usage":true`}
	case !asked:
		s.found.edit = &edit{begin, begin, `"include_usage":true,`}
	}
	return nil
}

func (s *scan) includeUsage() error {
	t, err := s.value('t', 'f', 'n')
	if err == nil && t != "true" {
		s.replace(t, "true")
	}
	return err
}

// replace edits the token that was read last.
func (s *scan) replace(token, text string) {
	end := s.dec.InputOffset()
	s.found.edit = &edit{end - int64(len(token)), end, text}
}

// skip reads one value of any kind.
func (s *scan) skip() error {
	depth := s.dec.StackDepth()
	for {
		t, err := s.dec.ReadToken()
		switch {
		case err != nil:
			return err
		case s.dec.StackDepth() > maxDepth:
			return fmt.Errorf("it is nested deeper than %d", maxDepth)
		case s.dec.StackDepth() == depth && t.Kind() != 0:
			return nil
		}
	}
}
