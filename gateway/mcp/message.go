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
	"errors"
	"fmt"
	"strings"
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
	arguments    span
	capabilities []capability
	listed       span // of the capabilities
}

// A capability is one that the caller says it has.
type capability struct {
	name   string
	member span // with its name
}

// IsRequest reports whether the message is to be answered.
func (m *Message) IsRequest() bool { return m.Method != "" && m.ID != nil }

// Arguments are params.arguments as they are written, or an empty object if there are none.
func (m *Message) Arguments() []byte {
	if m.arguments == (span{}) {
		return []byte("{}")
	}
	return m.arguments.of(m.text)
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
	whole, err := strict(body)
	if err == nil {
		err = m.read(whole)
	}
	return m, wrong(err)
}

func (m *Message) read(whole span) error {
	switch whole.kind(m.text) {
	case '{':
	case '[':
		return errors.New("send each message by itself: batches are not taken")
	default:
		return errors.New("it is not a JSON object")
	}
	var params span
	version, answers := "", 0
	err := members(m.text, whole, func(name string, v span) (err error) {
		switch name {
		case "jsonrpc":
			version, err = v.str(m.text)
		case "id":
			if k := v.kind(m.text); k != '"' && k != '0' {
				return errors.New("its id is neither a string nor a number")
			}
			m.ID = v.of(m.text)
		case "method":
			m.Method, err = v.str(m.text)
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
	case m.Response || params.end == 0:
		return nil
	}
	return m.readParams(params)
}

func (m *Message) readParams(params span) error {
	return members(m.text, params, func(name string, v span) (err error) {
		switch name {
		case "name":
			m.Name, err = v.str(m.text)
		case "uri":
			m.URI, err = v.str(m.text)
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

func (m *Message) readReference(ref span) error {
	uri, named := "", ""
	err := members(m.text, ref, func(name string, v span) (err error) {
		switch name {
		case "type":
			m.Reference, err = v.str(m.text)
		case "name":
			named, err = v.str(m.text)
		case "uri":
			uri, err = v.str(m.text)
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

func (m *Message) readMeta(meta span) error {
	return members(m.text, meta, func(name string, v span) (err error) {
		switch name {
		case metaVersion:
			m.Version, err = v.str(m.text)
		case metaCapable:
			err = m.readCapabilities(v)
		default:
			err = misspelt(name, []string{metaVersion, metaCapable})
		}
		return err
	})
}

func (m *Message) readCapabilities(v span) error {
	if m.listed.end != 0 {
		return errors.New("the caller's capabilities are stated twice")
	}
	m.listed = v
	end := v.at
	return members(m.text, v, func(name string, value span) error {
		begin := end + int64(strings.IndexByte(string(m.text[end:value.at]), '"'))
		m.capabilities, end = append(m.capabilities, capability{name, span{begin, value.end}}), value.end
		return nil
	})
}

func (m *Message) readSubscriptions(v span) error {
	return members(m.text, v, func(name string, value span) error {
		if name != "resourceSubscriptions" {
			return misspelt(name, []string{"resourceSubscriptions"})
		}
		return elements(m.text, value, func(e span) error {
			uri, err := e.str(m.text)
			m.Subscriptions = append(m.Subscriptions, uri)
			return err
		})
	})
}

// asks are the requests that a server may make of a caller who has the capability for it.
var asks = map[string]string{"sampling": "sampling/createMessage", "elicitation": "elicitation/create", "roots": "roots/list"}

// Withhold is the edit that takes out of the caller's capabilities those for requests that may not
// be made of it, so that no server makes them; nil if there is none.
func (m *Message) Withhold(may func(method string) bool) *Edit {
	var kept []string
	for _, c := range m.capabilities {
		if method := asks[c.name]; method == "" || may(method) {
			kept = append(kept, string(c.member.of(m.text)))
		}
	}
	if len(kept) == len(m.capabilities) {
		return nil
	}
	return &Edit{m.listed.at, m.listed.end, "{" + strings.Join(kept, ",") + "}"}
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
