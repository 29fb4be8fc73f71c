package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"entente/articles/policy"
	"entente/gateway/mcp"
	"entente/gateway/strictjson"
)

// An ask is what a request asks for, as far as that decides anything, and the one change that the
// gateway makes to its body.
type ask struct {
	policy.Call               // the operation and what it names
	also        []policy.Item // what it names beside
	stream      bool
	edit        strictjson.Edit
	message     *mcp.Message // of the Model Context Protocol
	most        longest
}

// errBody is wrapped by everything that is wrong with a body; what it says is for the caller.
var errBody = errors.New("the body is not what this operation takes")

// watched are the members that decide. A service that ignores case would read "Model" as well, so
// the gateway lets no second spelling pass.
var watched = [][]byte{[]byte("model"), []byte("stream"), []byte("stream_options"), []byte("max_tokens"), []byte("max_completion_tokens"), []byte("max_output_tokens"), []byte("n")}

// readAsk reads the body of an AI service's operation. Its edit makes an OpenAI chat stream state its
// usage; it is nil if the caller asked for that already. What two readers could take for different
// things is refused. The models that are known need no copy.
func readAsk(body []byte, models []string) (ask, error) {
	s := scan{body: body, models: models}
	if err := s.object(); err != nil {
		return ask{}, fmt.Errorf("%w: %w", errBody, err)
	}
	return s.found, nil
}

type scan struct {
	body   []byte
	models []string
	found  ask

	options bool // stream_options was there
}

func (s *scan) object() error {
	whole, err := strictjson.Check(s.body)
	if err != nil {
		return err
	}
	object, err := strictjson.Members(s.body, whole, s.member)
	if err == nil && !object {
		err = errors.New("it is not a JSON object")
	}
	if err == nil && !s.options {
		last := whole.End - 1
		s.found.edit = strictjson.Edit{Span: strictjson.Span{At: last, End: last}, Text: `,"stream_options":{"include_usage":true}`}
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
	if lower(name) {
		return nil
	}
	for _, w := range watched {
		if bytes.EqualFold(name, w) {
			return fmt.Errorf("the member %q must be written in lower case", w)
		}
	}
	return nil
}

// lower reports whether a name is its own lower case, and so no second spelling of another: there are
// letters beyond ASCII that fold into it.
func lower(name []byte) bool {
	for _, c := range name {
		if 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func errKind(name []byte) error {
	return fmt.Errorf("the member %q has a value of the wrong kind", name)
}

// text reads a string.
func (s *scan) text(name []byte, value strictjson.Span) (string, error) {
	plain, is := strictjson.Text(s.body, value, s.models...)
	if !is {
		return "", errKind(name)
	}
	return plain, nil
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
		s.found.edit = strictjson.Edit{Span: value, Text: `{"include_usage":true}`}
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
				s.found.edit = strictjson.Edit{Span: value, Text: "true"}
			}
			return err
		case strings.EqualFold(string(name), "include_usage"):
			return errors.New(`the member "include_usage" must be written in lower case`)
		}
		return nil
	})
	switch begin := (strictjson.Span{At: value.At + 1, End: value.At + 1}); {
	case err != nil:
		return err
	case !object:
		return errKind(name)
	case !asked && empty:
		s.found.edit = strictjson.Edit{Span: begin, Text: `"include_usage":true`}
	case !asked:
		s.found.edit = strictjson.Edit{Span: begin, Text: `"include_usage":true,`}
	}
	return nil
}
