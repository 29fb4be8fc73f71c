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
	"entente/gateway/strictjson"
)

// maxDepth is how deep the arrays and objects of a request may be nested.
const maxDepth = 64

// An ask is what a request asks for, as far as that decides anything, and the one change that the
// gateway makes to its body.
type ask struct {
	articles.Call                 // the operation and what it names
	also          []articles.Item // what it names beside
	stream        bool
	edit          edit         // empty if the body passes as it is
	message       *mcp.Message // of the Model Context Protocol
	most          longest
}

// An edit replaces body[at:end] by text. An empty one replaces nothing.
type edit struct {
	at, end int
	text    string
}

func (e edit) empty() bool { return e == edit{} }

// apply is the body with the edit; every other byte stays as it was.
func (e edit) apply(body []byte) []byte {
	if e.empty() {
		return body
	}
	return slices.Concat(body[:e.at], []byte(e.text), body[e.end:])
}

// errBody is wrapped by everything that is wrong with a body; what it says is for the caller.
var errBody = errors.New("the body is not what this operation takes")

// watched are the members that decide. A service that ignores case would read "Model" as well, so
// the gateway lets no second spelling pass.
var watched = [][]byte{[]byte("model"), []byte("stream"), []byte("stream_options"), []byte("max_tokens"), []byte("max_completion_tokens"), []byte("max_output_tokens"), []byte("n")}

// readAsk reads the body of an AI service's operation. Its edit makes an OpenAI chat stream state its
// usage; it is nil if the caller asked for that already. What two readers could take for different
// things is refused.
func readAsk(body []byte) (ask, error) {
	s := scan{body: body}
	if err := s.object(); err != nil {
		return ask{}, fmt.Errorf("%w: %s", errBody, plainly(err))
	}
	return s.found, nil
}

// plainly says what is wrong without quoting the body, and where.
func plainly(err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	case errors.Is(err, strictjson.ErrDeep):
		return fmt.Sprintf("it is nested deeper than %d", maxDepth)
	}
	return err.Error()
}

type scan struct {
	body  []byte
	found ask

	options bool // stream_options was there
}

func (s *scan) object() error {
	whole, err := strictjson.Check(s.body, maxDepth)
	if err != nil {
		return err
	}
	object, err := strictjson.Members(s.body, whole, s.member)
	if err == nil && !object {
		err = errors.New("it is not a JSON object")
	}
	if err == nil && !s.options {
		last := whole.End - 1
		s.found.edit = edit{last, last, `,"stream_options":{"include_usage":true}`}
	}
	return err
}

func (s *scan) member(name []byte, value strictjson.Span) (err error) {
	switch string(name) {
	case "model":
		s.found.Model, err = s.text(name, value)
		return err
	case "stream":
		s.found.stream, err = s.flag(name, value)
		return err
	case "max_tokens":
		return s.count(name, value, &s.found.most.tokens)
	case "max_completion_tokens":
		return s.count(name, value, &s.found.most.completion)
	case "max_output_tokens":
		return s.count(name, value, &s.found.most.output)
	case "n":
		return s.count(name, value, &s.found.most.answers)
	case "stream_options":
		s.options = true
		return s.streamOptions(name, value)
	}
	for _, w := range watched {
		if bytes.EqualFold(name, w) {
			return fmt.Errorf("the member %q must be written in lower case", w)
		}
	}
	return nil
}

func errKind(name []byte) error {
	return fmt.Errorf("the member %q has a value of the wrong kind", name)
}

// text reads a string.
func (s *scan) text(name []byte, value strictjson.Span) (string, error) {
	quoted := value.Of(s.body)
	if quoted[0] != '"' {
		return "", errKind(name)
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	plain, err := jsontext.AppendUnquote(nil, quoted)
	return string(plain), err
}

// flag reads true, false or null, which is false.
func (s *scan) flag(name []byte, value strictjson.Span) (bool, error) {
	switch s.body[value.At] {
	case 't':
		return true, nil
	case 'f', 'n':
		return false, nil
	}
	return false, errKind(name)
}

// streamOptions finds out how to ask for usage with the fewest bytes changed.
func (s *scan) streamOptions(name []byte, value strictjson.Span) error {
	if s.body[value.At] == 'n' {
		s.found.edit = edit{value.At, value.End, `{"include_usage":true}`}
		return nil
	}
	empty, asked := true, false
	object, err := strictjson.Members(s.body, value, func(name []byte, value strictjson.Span) error {
		empty = false
		switch {
		case string(name) == "include_usage":
			asked = true
			on, err := s.flag(name, value)
			if err == nil && !on {
				s.found.edit = edit{value.At, value.End, "true"}
			}
			return err
		case strings.EqualFold(string(name), "include_usage"):
			return errors.New(`the member "include_usage" must be written in lower case`)
		}
		return nil
	})
	switch begin := value.At + 1; {
	case err != nil:
		return err
	case !object:
		return errKind(name)
	case !asked && empty:
		s.found.edit = edit{begin, begin, `"include_usage":true`}
	case !asked:
		s.found.edit = edit{begin, begin, `"include_usage":true,`}
	}
	return nil
}
