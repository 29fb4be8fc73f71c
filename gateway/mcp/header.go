package mcp

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"entente/gateway/strictjson"
	"entente/wire"
)

// Versions of the protocol that are read, the newest first.
var Versions = []string{"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}

// stateless is the first version without sessions.
const stateless = "2026-07-28"

// ErrVersion means that a message is of a version that is not read.
var ErrVersion = errors.New("the version of the protocol is not supported")

// ErrMethod means that a message's version has no such method.
var ErrMethod = errors.New("there is no such method")

// ErrHeaders means that the headers of a message say something else than its body.
var ErrHeaders = errors.New("the headers do not say what the body says")

// Stateless reports whether a request without a body is of the era without sessions.
func Stateless(h wire.Header) bool { return h.Get("Mcp-Protocol-Version") >= stateless }

// Asked is the version that a message is of, as far as it says.
func (m *Message) Asked(h wire.Header) string {
	return cmp.Or(m.Version, h.Get("Mcp-Protocol-Version"))
}

// CheckVersion refuses a version that is not read, one that the header and the body disagree about,
// and a method that the version no longer has.
func (m *Message) CheckVersion(h wire.Header) error {
	asked := m.Asked(h)
	switch {
	case m.Version != "" && h.Get("Mcp-Protocol-Version") != m.Version:
		return fmt.Errorf("%w: MCP-Protocol-Version is not that of params._meta", ErrHeaders)
	case asked != "" && !slices.Contains(Versions, asked):
		return fmt.Errorf("%w: this gateway takes %s", ErrVersion, strings.Join(Versions, ", "))
	case m.Stateless(h) && m.IsRequest() && slices.Contains(gone, m.Method):
		return fmt.Errorf("%w: %s has no %s", ErrMethod, asked, m.Method)
	case m.Stateless(h) && m.Response:
		return fmt.Errorf("%w: %s has no responses of the caller", ErrMessage, asked)
	}
	return nil
}

// gone are the methods that only versions with sessions have.
var gone = []string{"initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"}

// Stateless reports whether the message is of the era without sessions.
func (m *Message) Stateless(h wire.Header) bool { return m.Version >= stateless || Stateless(h) }

// CheckHeaders compares the headers that repeat what is in the body with it. Where the version asks
// for them they must be there; where it does not, they must not lie.
func (m *Message) CheckHeaders(h wire.Header) error {
	for _, f := range h {
		if _, n := h.Find(f.Name); n > 1 && strings.HasPrefix(f.Name, "Mcp-") {
			return fmt.Errorf("%w: %s comes twice", ErrHeaders, f.Name)
		}
	}
	required := m.Stateless(h) && m.IsRequest()
	if err := same(h, "Mcp-Method", m.Method, required); err != nil {
		return err
	}
	if err := m.checkName(h, required); err != nil {
		return err
	}
	return m.checkParams(h)
}

func (m *Message) checkName(h wire.Header, required bool) error {
	switch m.Method {
	case "tools/call", "prompts/get":
		return same(h, "Mcp-Name", m.Name, required)
	case "resources/read":
		return same(h, "Mcp-Name", m.URI, required)
	}
	if m.Name != "" || m.URI != "" {
		return same(h, "Mcp-Name", m.Name+m.URI, false)
	}
	return nil
}

// same compares a header, decoded, with what the body says. An empty header is one that is there.
func same(h wire.Header, name, body string, required bool) error {
	sent, n := h.Find(name)
	switch {
	case n == 0 && required:
		return fmt.Errorf("%w: %s is missing", ErrHeaders, name)
	case n == 0:
		return nil
	}
	value, err := decode(sent)
	if err != nil || value != body {
		return fmt.Errorf("%w: %s is not what the body says", ErrHeaders, name)
	}
	return nil
}

// decode reads a header's value: plain printable ASCII, or base64 of UTF-8 between markers.
func decode(value string) (string, error) {
	if coded, ok := strings.CutPrefix(value, "=?base64?"); ok {
		if coded, ok = strings.CutSuffix(coded, "?="); ok {
			plain, err := base64.StdEncoding.Strict().DecodeString(coded)
			return string(plain), err
		}
	}
	if strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c > '~' }) {
		return "", errors.New("the value has a character that must be encoded")
	}
	return value, nil
}

// checkParams compares Mcp-Param headers with the arguments of a tool's call. Which argument a header
// repeats, only the tool's schema says; but a value that no argument has is not what the body says.
func (m *Message) checkParams(h wire.Header) error {
	for _, f := range h {
		if !strings.HasPrefix(f.Name, "Mcp-Param-") {
			continue
		}
		value, err := decode(f.Value)
		if err != nil || m.Method == "tools/call" && !m.hasArgument(m.arguments, value) {
			return fmt.Errorf("%w: %s is not an argument of the call", ErrHeaders, f.Name)
		}
	}
	return nil
}

// hasArgument looks for a value within objects; what is in arrays is never repeated in headers.
func (m *Message) hasArgument(at strictjson.Span, value string) bool {
	if at.End == 0 {
		return false
	}
	found := false
	switch raw := at.Of(m.text); at.Kind(m.text) {
	case '{':
		_ = members(m.text, at, func(_ string, v strictjson.Span) error { // strict JSON throughout
			found = found || m.hasArgument(v, value)
			return nil
		})
	case '"':
		text, err := str(m.text, at)
		return err == nil && text == value
	case 't', 'f':
		return string(raw) == value
	case '0':
		return sameNumber(raw, value)
	}
	return found
}

func sameNumber(raw []byte, value string) bool {
	if bytes.Equal(raw, []byte(value)) {
		return true
	}
	a, err := strconv.ParseFloat(string(raw), 64)
	b, wrong := strconv.ParseFloat(value, 64)
	return err == nil && wrong == nil && a == b
}
