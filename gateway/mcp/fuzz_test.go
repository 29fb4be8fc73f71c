package mcp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"entente/articles/policy"
	"entente/gateway/strictjson"
	"entente/wire"
)

// Whatever passes the strict reader, a lenient one reads as the same method about the same thing,
// also when the message has been edited.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"a":[1,true,null]}}}`,
		`{"jsonrpc":"2.0","id":"x","method":"initialize","params":{"capabilities":{"sampling":{},"roots":{"listChanged":true},"experimental":{}}}}`,
		`{"jsonrpc":"2.0","method":"notifications/cancelled"}`, `{"jsonrpc":"2.0","id":1,"result":{}}`, `[]`, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":"a://{b}"},"_meta":{"io.modelcontextprotocol/clientCapabilities":{"sampling":{}}}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := Read(body)
		if err != nil {
			return
		}
		m.Check()
		m.CheckHeaders(nil)
		body = strictjson.Apply(body, m.Withhold(func(string) bool { return false }))
		var lenient struct {
			Method string
			Params struct {
				Name, URI string
			}
		}
		if err := json.Unmarshal(body, &lenient); err != nil {
			if _, kind := err.(*json.UnmarshalTypeError); !kind || m.Method != "" {
				t.Fatalf("%q is not read by others: %v", body, err)
			}
			return
		}
		if lenient.Method != m.Method || !m.Response && (lenient.Params.Name != m.Name || lenient.Params.URI != m.URI) {
			t.Errorf("%q is read as %+v by others, as %q about %q %q here", body, lenient, m.Method, m.Name, m.URI)
		}
	})
}

// However a stream is cut up, the same passes, and no tool that may not be seen.
func FuzzEvents(f *testing.F) {
	for _, seed := range []string{
		"data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[{\"name\":\"secret\"},{\"name\":\"open\"}],\"cacheScope\":\"public\"}}\n\n",
		": hi\n\nid: 1\ndata:\n\nevent: message\r\ndata: {\"jsonrpc\":\"2.0\",\r\ndata: \"id\":1,\"result\":{}}\r\n\r\n", "\xef\xbb\xbfdata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[{\"name\":\"secret\"}]}}\r\r",
		"event: other\ndata: x\n\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sampling/createMessage\"}\n\n",
	} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		whole, errWhole := passing(stream, len(stream)+1)
		cut, errCut := passing(stream, int(size)+1)
		if (errWhole == nil) != (errCut == nil) || errWhole == nil && !bytes.Equal(whole, cut) {
			t.Errorf("in one piece %q (%v), in pieces of %d %q (%v)", whole, errWhole, size, cut, errCut)
		}
		again, err := passing(whole, 7)
		if errWhole == nil && (err != nil || !bytes.Equal(again, whole)) {
			t.Errorf("what passed is filtered again: %q, then %q (%v)", whole, again, err)
		}
	})
}

func passing(stream []byte, size int) ([]byte, error) {
	var out bytes.Buffer
	e := Events{Filter: &Filter{Lists: func(i policy.Item) bool { return i.Name == "open" }, May: func(string) bool { return false }, ID: []byte("1")}, W: &out, Max: 1 << 16}
	for len(stream) > 0 {
		n := min(size, len(stream))
		if _, err := e.Write(stream[:n]); err != nil {
			return out.Bytes(), err
		}
		stream = stream[n:]
	}
	return out.Bytes(), e.End()
}

// Headers that pass say what the body says, however they are encoded.
func FuzzHeaders(f *testing.F) {
	f.Add("2026-07-28", "tools/call", "search", "=?base64?c2VhcmNo?=", "7")
	f.Add("2025-06-18", "resources/read", "=?base64?w6k=?=", "docs://a", "true")
	f.Add("2026-07-28", "prompts/get", "", "=?base64??=", "1e1")
	f.Fuzz(func(t *testing.T, version, method, name, named, param string) {
		body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method,
			"params": map[string]any{"name": name, "uri": name, "arguments": map[string]any{"a": name, "b": 10, "c": true}}})
		if err != nil {
			return
		}
		m, err := Read(body)
		if err != nil {
			return
		}
		h := wire.Header{{Name: "Mcp-Protocol-Version", Value: version}, {Name: "Mcp-Method", Value: method}, {Name: "Mcp-Name", Value: named}, {Name: "Mcp-Param-A", Value: param}}
		if m.CheckVersion(h) != nil || m.CheckHeaders(h) != nil {
			return
		}
		if version != "" && !slices.Contains(Versions, version) {
			t.Fatalf("version %q", version)
		}
		about := m.Method == "tools/call" || m.Method == "prompts/get" || m.Method == "resources/read"
		if coded := "=?base64?" + base64.StdEncoding.EncodeToString([]byte(m.Name)) + "?="; about && named != m.Name && named != coded {
			t.Fatalf("%q passes for %q", named, m.Name)
		}
		given := param
		if text, ok := strings.CutPrefix(param, "=?base64?"); ok {
			if raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(text, "?=")); err == nil {
				given = string(raw)
			}
		}
		n, wrong := strconv.ParseFloat(given, 64)
		if m.Method == "tools/call" && given != m.Name && given != "true" && (wrong != nil || n != 10) {
			t.Fatalf("the argument %q passes, and the call has none", param)
		}
	})
}
