package mcp

import (
	"errors"
	"fmt"
	"strings"

	"entente/gateway/strictjson"
)

// ErrMessage is wrapped by everything that is wrong with a message; what it says quotes nothing of it.
var ErrMessage = errors.New("the body is not one JSON-RPC message")

var errKind = errors.New("a member has a value of the wrong kind")

// members visits the members of an object.
func members(text []byte, object strictjson.Span, visit func(name string, value strictjson.Span) error) error {
	is, err := strictjson.Members(text, object, func(name []byte, value strictjson.Span) error { return visit(string(name), value) })
	if !is {
		return errKind
	}
	return err
}

// elements visits the elements of an array.
func elements(text []byte, array strictjson.Span, visit func(value strictjson.Span) error) error {
	is, err := strictjson.Elements(text, array, visit)
	if !is {
		return errKind
	}
	return err
}

// str is a string's text.
func str(text []byte, v strictjson.Span) (string, error) {
	plain, is := strictjson.Text(text, v)
	if !is {
		return "", errKind
	}
	return plain, nil
}

// wrong words what is wrong with a message.
func wrong(err error) error {
	if err == nil || errors.Is(err, ErrMessage) || isAsked(err) {
		return err
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
