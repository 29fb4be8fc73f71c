// Package mcp reads the messages of the Model Context Protocol as they pass through the gateway.
//
// Of what a caller sends it reads what decides (Read): the method and the tool, prompt or resource
// that it names, out of the body and never out of the headers that repeat them, which are only
// compared (Message.CheckHeaders). Of what a server answers it takes out what an agreement does not
// list (Filter): from lists, and what the server asks of the caller. Messages of both eras of the
// protocol are read, with sessions (2024-11-05 to 2025-11-25) and without (2026-07-28).
//
// Every message is one strict JSON object. Batches, which only the revision of 2025-03-26 had, are
// refused: each message is a call of its own, decided and metered.
package mcp

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"entente/gateway/strictjson"
)

// A Message is what decides of a message that a caller sends.
type Message struct {
	ID       []byte // as it is written; nil if there is none
	Method   string // empty if this is a response
	Response bool

	Name, URI     string   // params.name and params.uri
	Reference     string   // what completion/complete is about: ref.type
	RefName       string   // ref.name, or ref.uri
	Subscriptions []string // resources that subscriptions/listen is to watch
	Version       string   // of the protocol, in params._meta

	text         []byte
	arguments    strictjson.Span
	capabilities []capability
	listed       strictjson.Span // of the capabilities
}

// A capability is one that the caller says it has.
type capability struct {
	name   string
	member strictjson.Span // with its name
}

// IsRequest reports whether the message is to be answered.
func (m *Message) IsRequest() bool { return m.Method != "" && m.ID != nil }

// Arguments are params.arguments as they are written, or an empty object if there are none.
func (m *Message) Arguments() []byte {
	if m.arguments == (strictjson.Span{}) {
		return []byte("{}")
	}
	return m.arguments.Of(m.text)
}

var (
	topNames    = []string{"jsonrpc", "id", "method", "params", "result", "error"}
	paramNames  = []string{"name", "uri", "ref", "_meta", "arguments", "capabilities", "notifications"}
	refNames    = []string{"type", "name", "uri"}
	metaVersion = "io.modelcontextprotocol/protocolVersion"
	metaCapable = "io.modelcontextprotocol/clientCapabilities"
)

// Read reads one message of a caller. An error wraps ErrMessage; the message then has its ID if that
// could be read.
func Read(body []byte) (*Message, error) {
	m := &Message{text: body}
	whole, err := strictjson.Check(body)
	if err == nil {
		err = m.read(whole)
	}
	return m, wrong(err)
}

func (m *Message) read(whole strictjson.Span) error {
	switch whole.Kind(m.text) {
	case '{':
	case '[':
		return errors.New("send each message by itself: batches are not taken")
	default:
		return errors.New("it is not a JSON object")
	}
	var params strictjson.Span
	version, answers := "", 0
	err := members(m.text, whole, func(name string, v strictjson.Span) (err error) {
		switch name {
		case "jsonrpc":
			version, err = str(m.text, v)
		case "id":
			if k := v.Kind(m.text); k != '"' && k != '0' {
				return errors.New("its id is neither a string nor a number")
			}
			m.ID = v.Of(m.text)
		case "method":
			m.Method, err = str(m.text, v)
			if err == nil && m.Method == "" {
				err = errors.New("its method is empty")
			}
		case "params":
			params = v
		case "result", "error":
			answers++
		default:
			err = misspelt(name, topNames)
		}
		return err
	})
	if err != nil {
		return err
	}
	m.Response = answers > 0
	switch {
	case version != "2.0":
		return errors.New(`it has no "jsonrpc": "2.0"`)
	case m.Response && (m.Method != "" || m.ID == nil || answers > 1):
		return errors.New("it is neither a request, nor a notification, nor a response")
	case !m.Response && m.Method == "":
		return errors.New("it has no method")
	case m.Response || params.End == 0:
		return nil
	}
	return m.readParams(params)
}

func (m *Message) readParams(params strictjson.Span) error {
	return members(m.text, params, func(name string, v strictjson.Span) (err error) {
		switch name {
		case "name":
			m.Name, err = str(m.text, v)
		case "uri":
			m.URI, err = str(m.text, v)
		case "arguments":
			m.arguments = v
		case "ref":
			if m.Method == "completion/complete" {
				err = m.readReference(v)
			}
		case "_meta":
			err = m.readMeta(v)
		case "capabilities":
			if m.Method == "initialize" {
				err = m.readCapabilities(v)
			}
		case "notifications":
			if m.Method == "subscriptions/listen" {
				err = m.readSubscriptions(v)
			}
		default:
			err = misspelt(name, paramNames)
		}
		return err
	})
}

func (m *Message) readReference(ref strictjson.Span) error {
	uri, named := "", ""
	err := members(m.text, ref, func(name string, v strictjson.Span) (err error) {
		switch name {
		case "type":
			m.Reference, err = str(m.text, v)
		case "name":
			named, err = str(m.text, v)
		case "uri":
			uri, err = str(m.text, v)
		default:
			err = misspelt(name, refNames)
		}
		return err
	})
	m.RefName = named
	if m.Reference == "ref/resource" {
		m.RefName = uri
	}
	return err
}

func (m *Message) readMeta(meta strictjson.Span) error {
	return members(m.text, meta, func(name string, v strictjson.Span) (err error) {
		switch name {
		case metaVersion:
			m.Version, err = str(m.text, v)
		case metaCapable:
			err = m.readCapabilities(v)
		default:
			err = misspelt(name, []string{metaVersion, metaCapable})
		}
		return err
	})
}

func (m *Message) readCapabilities(v strictjson.Span) error {
	if m.listed.End != 0 {
		return errors.New("the caller's capabilities are stated twice")
	}
	m.listed = v
	end := v.At
	return members(m.text, v, func(name string, value strictjson.Span) error {
		begin := end + bytes.IndexByte(m.text[end:value.At], '"')
		m.capabilities, end = append(m.capabilities, capability{name, strictjson.Span{At: begin, End: value.End}}), value.End
		return nil
	})
}

func (m *Message) readSubscriptions(v strictjson.Span) error {
	return members(m.text, v, func(name string, value strictjson.Span) error {
		if name != "resourceSubscriptions" {
			return misspelt(name, []string{"resourceSubscriptions"})
		}
		return elements(m.text, value, func(e strictjson.Span) error {
			uri, err := str(m.text, e)
			m.Subscriptions = append(m.Subscriptions, uri)
			return err
		})
	})
}

// asks are the requests that a server may make of a caller who has the capability for it.
var asks = map[string]string{"sampling": "sampling/createMessage", "elicitation": "elicitation/create", "roots": "roots/list"}

// Withhold is the edit that takes out of the caller's capabilities those for requests that may not
// be made of it, so that no server makes them.
func (m *Message) Withhold(may func(method string) bool) (e strictjson.Edit) {
	var kept []string
	for _, c := range m.capabilities {
		if method := asks[c.name]; method == "" || may(method) {
			kept = append(kept, string(c.member.Of(m.text)))
		}
	}
	if len(kept) < len(m.capabilities) {
		e = strictjson.Edit{Span: m.listed, Text: "{" + strings.Join(kept, ",") + "}"}
	}
	return e
}

// needs is an error if a value that the method needs is not there.
func (m *Message) needs(what, value string) error {
	if value == "" {
		return fmt.Errorf("%w: %s needs %s", ErrMessage, m.Method, what)
	}
	return nil
}

// Check holds that a message names what its method is about.
func (m *Message) Check() error {
	switch m.Method {
	case "tools/call", "prompts/get":
		return m.needs("params.name", m.Name)
	case "resources/read", "resources/subscribe", "resources/unsubscribe":
		return m.needs("params.uri", m.URI)
	case "completion/complete":
		if m.Reference != "ref/prompt" && m.Reference != "ref/resource" {
			return m.needs("params.ref of the type ref/prompt or ref/resource", "")
		}
		return m.needs("what params.ref is about", m.RefName)
	}
	return nil
}
