package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxDepth is how deep the arrays and objects of a request may be nested.
const maxDepth = 32

// strictly reads one JSON object and returns the names of its members. It refuses what two readers could
// take for different things: text that is not UTF-8, a name that comes twice, something after the object.
func strictly(body []byte) ([]string, error) {
	if !utf8.Valid(body) {
		return nil, errors.New("it is not UTF-8")
	}
	s := nesting{dec: json.NewDecoder(bytes.NewReader(body))}
	for {
		t, err := s.dec.Token()
		if err == nil {
			err = s.take(t)
		}
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		if len(s.open) == 0 {
			break
		}
	}
	if _, err := s.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON object")
	}
	return s.top, nil
}

// nesting follows the tokens of one JSON object.
type nesting struct {
	dec  *json.Decoder
	open []level
	top  []string // names of the outermost object's members
}

// A level is an object or array that is open; names is nil in an array.
type level struct {
	names map[string]bool
	value bool // a name was read and its value comes next
}

func (s *nesting) take(t json.Token) error {
	if len(s.open) == 0 && t != json.Delim('{') {
		return errors.New("it is not a JSON object")
	}
	switch t {
	case json.Delim('}'), json.Delim(']'):
		s.open = s.open[:len(s.open)-1]
		return nil
	}
	if name, err := s.name(t); name || err != nil {
		return err
	}
	switch t {
	case json.Delim('{'):
		s.open = append(s.open, level{names: map[string]bool{}})
	case json.Delim('['):
		s.open = append(s.open, level{})
	}
	if len(s.open) > maxDepth {
		return fmt.Errorf("it is nested deeper than %d", maxDepth)
	}
	return nil
}

// name takes a token that is the name of a member; of any other it notes that the value has come.
func (s *nesting) name(t json.Token) (bool, error) {
	if len(s.open) == 0 {
		return false, nil
	}
	in := &s.open[len(s.open)-1]
	if in.names == nil || in.value {
		in.value = false
		return false, nil
	}
	name, ok := t.(string)
	if !ok {
		return false, errors.New("a member has no name")
	}
	if in.names[name] {
		return true, fmt.Errorf("the member %.100q comes twice", name)
	}
	in.names[name], in.value = true, true
	if len(s.open) == 1 {
		s.top = append(s.top, name)
	}
	return true, nil
}
