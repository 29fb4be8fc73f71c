package gateway_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/articles"
	"entente/articles/performance"
	"entente/egress"
	"entente/meter"
)

const (
	tides  = "/tides/mcp"
	meta   = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"sampling":{"tools":{}},"elicitation":{},"roots":{}}}`
	legacy = "MCP-Protocol-Version: 2025-11-25"
	modern = "MCP-Protocol-Version: 2026-07-28"
)

// message is a request; params are the members of its params.
func message(method, params string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":7,"method":%q,"params":{%s}}`, method, params)
}

func rpcResult(result string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"jsonrpc":"2.0","id":7,"result":`+result+`}`)
	}
}

// A toldError is an error of JSON-RPC whose data is the problem, or a problem that is one as well.
type toldError struct {
	Version string `json:"jsonrpc"`
	ID      any
	Code    any // of the problem
	Clause  string
	Error   struct {
		Code    int
		Message string
		Data    struct {
			Status                  int
			Code, Clause, Agreement string
			Text                    string `json:"clause_text"`
			Supported               []string
		}
	}
}

// What does not pass is refused with the code of JSON-RPC that clients know, the clause beside it, and
// never reaches the provider.
func TestMCPRefusals(t *testing.T) {
	call := func(name string) string { return message("tools/call", `"name":`+name) }
	for _, c := range []struct {
		name    string
		body    string
		headers []string
		status  int
		rpc     int
		code    string
	}{
		{"a tool that is not listed", call(`"delete"`), []string{legacy}, 200, -32003, "tool-not-listed"},
		{"a tool that is not listed, without sessions", message("tools/call", `"name":"delete",`+meta), []string{modern, "Mcp-Method: tools/call", "Mcp-Name: delete"}, 200, -32003, "tool-not-listed"},
		{"a tool that only the header names well", message("tools/call", `"name":"delete",`+meta), []string{modern, "Mcp-Method: tools/call", "Mcp-Name: search"}, 400, -32020, "header-mismatch"},
		{"a header that lies though none is asked for", call(`"delete"`), []string{legacy, "Mcp-Name: search"}, 400, -32020, "header-mismatch"},
		{"another method in the header", message("tools/call", `"name":"search",`+meta), []string{modern, "Mcp-Method: tools/list", "Mcp-Name: search"}, 400, -32020, "header-mismatch"},
		{"no name in the headers", message("tools/call", `"name":"search",`+meta), []string{modern, "Mcp-Method: tools/call"}, 400, -32020, "header-mismatch"},
		{"no method in the headers", message("tools/list", meta), []string{modern}, 400, -32020, "header-mismatch"},
		{"no version in the headers", message("tools/list", meta), []string{"Mcp-Method: tools/list"}, 400, -32020, "header-mismatch"},
		{"another version in the headers", message("tools/list", meta), []string{legacy, "Mcp-Method: tools/list"}, 400, -32020, "header-mismatch"},
		{"the name twice in the headers", message("tools/call", `"name":"search",`+meta), []string{modern, "Mcp-Method: tools/call", "Mcp-Name: search", "Mcp-Name: search"}, 400, -32020, "header-mismatch"},
		{"a parameter that is no argument", message("tools/call", `"name":"search","arguments":{"region":"north"},`+meta),
			[]string{modern, "Mcp-Method: tools/call", "Mcp-Name: search", "Mcp-Param-Region: south"}, 400, -32020, "header-mismatch"},
		{"a version that nobody knows", message("tools/list", ""), []string{"MCP-Protocol-Version: 2031-01-01"}, 400, -32022, "protocol-version-unsupported"},
		{"a resource that is not listed", message("resources/read", `"uri":"tides://secret"`), []string{legacy}, 200, -32003, "resource-not-listed"},
		{"a resource above a listed template", message("resources/read", `"uri":"tides://ports/..%2fsecret"`), []string{legacy}, 200, -32003, "resource-not-listed"},
		{"watching a resource that is not listed", message("resources/subscribe", `"uri":"tides://secret"`), []string{legacy}, 200, -32003, "resource-not-listed"},
		{"listening for a resource that is not listed", message("subscriptions/listen", `"notifications":{"resourceSubscriptions":["tides://today","tides://secret"]},`+meta),
			[]string{modern, "Mcp-Method: subscriptions/listen"}, 200, -32003, "resource-not-listed"},
		{"a prompt that is not listed", message("prompts/get", `"name":"search"`), []string{legacy}, 200, -32003, "prompt-not-listed"},
		{"completing a prompt that is not listed", message("completion/complete", `"ref":{"type":"ref/prompt","name":"secret"}`), []string{legacy}, 200, -32003, "prompt-not-listed"},
		{"completing a template that is not listed", message("completion/complete", `"ref":{"type":"ref/resource","uri":"tides://{x}"}`), []string{legacy}, 200, -32003, "resource-not-listed"},
		{"an unknown method", message("vendor/do", ""), []string{legacy}, 200, -32601, "operation-not-listed"},
		{"an unknown method, without sessions", message("vendor/do", meta), []string{modern, "Mcp-Method: vendor/do"}, 404, -32601, "operation-not-listed"},
		{"a method that this version no longer has", message("resources/subscribe", `"uri":"tides://today",`+meta), []string{modern, "Mcp-Method: resources/subscribe"}, 404, -32601, "no-such-method"},
		{"an operation of the transport as a method", message("session.end", ""), []string{legacy}, 200, -32601, "operation-not-listed"},
		{"a task", message("tasks/list", ""), []string{legacy}, 200, -32601, "operation-not-listed"},
		{"a batch", "[" + call(`"search"`) + "]", []string{legacy}, 400, -32600, "body-invalid"},
		{"a name that comes twice", call(`"search","name":"delete"`), []string{legacy}, 400, -32600, "body-invalid"},
		{"a name in another spelling", call(`"search","Name":"delete"`), []string{legacy}, 400, -32600, "body-invalid"},
		{"a name that is no text", call(`{"a":1}`), []string{legacy}, 400, -32600, "body-invalid"},
		{"no name", message("tools/call", ""), []string{legacy}, 400, -32600, "body-invalid"},
		{"no message", `"hello"`, nil, 400, -32600, "body-invalid"},
		{"a message that is nested too deep", message("tools/call", `"name":"search","arguments":`+strings.Repeat("[", 100)+strings.Repeat("]", 100)), nil, 400, -32600, "body-invalid"},
		{"a session that nobody opened", call(`"search"`), []string{legacy, "Mcp-Session-Id: abc"}, 404, -32003, "session-unknown"},
		{"a session with a mark that is made up", call(`"search"`), []string{legacy, "Mcp-Session-Id: abc.AAAAAAAAAAAAAAAAAAAAAA"}, 404, -32003, "session-unknown"},
		{"the page of a web site", call(`"search"`), []string{legacy, "Origin: https://evil.example"}, 403, -32003, "origin-not-listed"},
		{"another purpose", call(`"search"`), []string{legacy, "Entente-Purpose: improvement"}, 403, -32003, "purpose-forbidden"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.answers(func(http.ResponseWriter, *http.Request) { t.Error("the message reached the provider") })
			r := h.call("POST", tides, "tides", c.body, c.headers...)
			var e toldError
			if err := json.Unmarshal(r.body, &e); err != nil {
				t.Fatalf("%v: %s", err, r.body)
			}
			within := e.Error.Data.Code != ""
			code, clause := fmt.Sprint(e.Code), e.Clause
			media := "application/problem+json"
			if within {
				code, clause, media = e.Error.Data.Code, e.Error.Data.Clause, "application/json"
			}
			if r.StatusCode != c.status || e.Version != "2.0" || e.Error.Code != c.rpc || code != c.code || r.Header.Get("Content-Type") != media {
				t.Errorf("got %d %s: %s", r.StatusCode, r.Header.Get("Content-Type"), r.body)
			}
			if within && fmt.Sprint(e.ID) != "7" {
				t.Errorf("the error answers %v", e.ID)
			}
			if strings.HasSuffix(c.code, "not-listed") && (clause != "A" || within && len(e.Error.Data.Text) < 20) {
				t.Errorf("no clause: %s", r.body)
			}
			if c.code == "protocol-version-unsupported" && len(e.Error.Data.Supported) == 0 {
				t.Errorf("nothing is said to be supported: %s", r.body)
			}
			if got := h.gateway.DrainRefusals(); len(got) != 1 || got[0].Code != c.code || got[0].Count != 1 {
				t.Errorf("counted %+v", got)
			}
			if n := len(h.records()); n != 0 {
				t.Errorf("%d records", n)
			}
		})
	}
}

// What is listed passes byte for byte, and is metered: as a call of a tool where it is one.
func TestMCPPasses(t *testing.T) {
	for _, c := range []struct {
		name, body string
		headers    []string
		answer     string
		tools      int64
	}{
		{"a tool", message("tools/call", `"name":"search","arguments":{"q":"Brest"}`), []string{legacy}, ` {"content":[ {"type":"text","text":"07:12"}]}`, 1},
		{"a tool, without sessions", message("tools/call", `"name":"search","arguments":{"port":{"n":42},"region":"Grönland"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}`),
			[]string{modern, "Mcp-Method: tools/call", "Mcp-Name: =?base64?c2VhcmNo?=", "Mcp-Param-Port: 42.0", "Mcp-Param-Region: =?base64?R3LDtm5sYW5k?="}, `{"resultType":"complete","content":[]}`, 1},
		{"a resource", message("resources/read", `"uri":"tides://ports/brest"`), []string{legacy}, `{"contents":[]}`, 0},
		{"a prompt", message("prompts/get", `"name":"brief"`), []string{legacy}, `{"messages":[]}`, 0},
		{"a completion", message("completion/complete", `"ref":{"type":"ref/resource","uri":"tides://ports/{name}"}`), []string{legacy}, `{"completion":{"values":["brest"]}}`, 0},
		{"a response to what the server asked", `{"jsonrpc":"2.0","id":"e1","result":{"action":"accept"}}`, []string{legacy}, `{}`, 0},
		{"an early version", message("ping", ""), nil, `{}`, 0},
		{"a page on the same machine", message("ping", ""), []string{"Origin: http://localhost:3000"}, `{}`, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			var got []byte
			var header http.Header
			h.answers(func(w http.ResponseWriter, r *http.Request) {
				got, _ = io.ReadAll(r.Body)
				header = r.Header
				rpcResult(c.answer)(w, r)
			})
			r := h.call("POST", tides, "tides", c.body, c.headers...)
			if want := `{"jsonrpc":"2.0","id":7,"result":` + c.answer + `}`; r.StatusCode != 200 || string(r.body) != want || string(got) != c.body {
				t.Errorf("status %d: %s\nthe provider got %s", r.StatusCode, r.body, got)
			}
			for _, line := range c.headers {
				name, value, _ := strings.Cut(line, ": ")
				if name != "Origin" && header.Get(name) != value {
					t.Errorf("the provider got %s: %q", name, header.Get(name))
				}
			}
			if header.Get("Authorization") != secret {
				t.Errorf("the provider got the credential %q", header.Get("Authorization"))
			}
			if rec := h.record(); rec.Outcome != meter.OK || rec.ToolCalls != c.tools || rec.BytesIn != int64(len(c.body)) || rec.BytesOut != int64(len(r.body)) || rec.Tokens.Total() != 0 || rec.Estimated {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// A call of a tool that the server answers with an error is a request, and no call of a tool.
func TestMCPFailedToolCallsAreNotCounted(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"Unknown tool"}}`)
	})
	r := h.call("POST", tides, "tides", message("tools/call", `"name":"search"`))
	if rec := h.record(); r.StatusCode != 200 || rec.ToolCalls != 0 || rec.Operation != "tools/call" || rec.Outcome != meter.OK {
		t.Errorf("status %d, record %+v", r.StatusCode, rec)
	}
}

const toolList = `{"tools":[{"name":"delete","inputSchema":{"a":"search"}}, {"inputSchema":{},"name":"search"},{"name":"forecast"},{"name":"Search "}],"ttlMs":1000, "cacheScope":"public","nextCursor":"x"}`

// Lists show what Schedule A lists and nothing else, whether they come in one piece or as events, and
// may not be kept for others.
func TestMCPListsAreFiltered(t *testing.T) {
	const tools = `{"tools":[{"inputSchema":{},"name":"search"},{"name":"forecast"}],"ttlMs":1000, "cacheScope":"private","nextCursor":"x"}`
	for _, c := range []struct{ method, sent, want string }{
		{"tools/list", toolList, tools},
		{"resources/list", `{"resources":[{"uri":"tides://today"},{"uri":"tides://secret"},{"uri":"tides://ports/brest"}]}`, `{"resources":[{"uri":"tides://today"},{"uri":"tides://ports/brest"}]}`},
		{"resources/templates/list", `{"resourceTemplates":[{"uriTemplate":"tides://ports/{name}"},{"uriTemplate":"tides://{x}"}]}`, `{"resourceTemplates":[{"uriTemplate":"tides://ports/{name}"}]}`},
		{"prompts/list", `{"prompts":[{"name":"secret"}]}`, `{"prompts":[]}`},
	} {
		t.Run(c.method, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.answers(rpcResult(c.sent))
			want := `{"jsonrpc":"2.0","id":7,"result":` + c.want + `}`
			if r := h.call("POST", tides, "tides", message(c.method, "")); r.StatusCode != 200 || string(r.body) != want {
				t.Errorf("status %d: %s, want %s", r.StatusCode, r.body, want)
			}
			h.answers(streams(": wait\n\n", "id: 1\ndata: \n\n", "event: message\r\nid: 2\r\ndata: {\"jsonrpc\":\"2.0\",\"id\":7,\r\ndata: \"result\":"+c.sent+"}\r\n\r\n"))
			r := h.call("POST", tides, "tides", message(c.method, ""))
			events := ": wait\n\nid: 1\ndata: \n\nevent: message\nid: 2\ndata: {\"jsonrpc\":\"2.0\",\"id\":7,\ndata: \"result\":" + c.want + "}\n\n"
			if r.err != nil || string(r.body) != events {
				t.Errorf("%v: %q, want %q", r.err, r.body, events)
			}
			for _, rec := range h.records() {
				if rec.Outcome != meter.OK {
					t.Errorf("record %+v", rec)
				}
			}
		})
	}
}

// A session belongs to the key that opened it: no other key of the same party has it.
func TestMCPSessionsBelongToTheirKey(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	var sessions []string
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		sessions = append(sessions, r.Method+" "+r.Header.Get("Mcp-Session-Id"))
		w.Header().Set("Mcp-Session-Id", "s.1")
		rpcResult(`{}`)(w, r)
	})
	open := h.call("POST", tides, "tides", message("initialize", `"protocolVersion":"2025-11-25","capabilities":{}`))
	mine := "Mcp-Session-Id: " + open.Header.Get("Mcp-Session-Id")
	if !strings.HasPrefix(mine, "Mcp-Session-Id: s.1.") {
		t.Fatalf("the session is %q", mine)
	}
	for _, c := range []struct {
		method, key, session string
		status               int
	}{
		{"POST", "tides", mine, 200}, {"POST", "tides second", mine, 404}, {"GET", "tides second", mine, 404}, {"DELETE", "tides second", mine, 404},
		{"POST", "tides", "Mcp-Session-Id: s.1", 404}, {"POST", "tides", mine + "x", 404}, {"GET", "tides", mine, 200}, {"DELETE", "tides", mine, 200},
	} {
		body := ""
		if c.method == "POST" {
			body = message("ping", "")
		}
		if r := h.call(c.method, tides, c.key, body, legacy, c.session); r.StatusCode != c.status {
			t.Errorf("%s with %s and %q: %d %s", c.method, c.key, c.session, r.StatusCode, r.body)
		}
	}
	if d := cmp.Diff([]string{"POST ", "POST s.1", "GET s.1", "DELETE s.1"}, sessions); d != "" {
		t.Errorf("what the provider was asked (-want +got)\n%s", d)
	}
	if r := h.call("GET", tides, "tides", "", modern); r.StatusCode != 405 || r.Header.Get("Allow") != "POST" {
		t.Errorf("a stream without sessions: %d, Allow %q", r.StatusCode, r.Header.Get("Allow"))
	}
}

// The server learns only of the caller's capabilities that Schedule A lets it use.
func TestMCPCapabilitiesAreWithheld(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	var got string
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = string(b)
		rpcResult(`{}`)(w, r)
	})
	for sent, want := range map[string]string{
		message("initialize", `"capabilities":{ "roots":{"listChanged":true}, "elicitation":{} ,"sampling":{},"experimental":{"x":{}}},"protocolVersion":"2025-11-25"`): message("initialize", `"capabilities":{"elicitation":{},"experimental":{"x":{}}},"protocolVersion":"2025-11-25"`),
		message("tools/call", `"name":"search",`+meta): message("tools/call", `"name":"search","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}`),
	} {
		headers := []string{legacy}
		if strings.Contains(sent, "2026") {
			headers = []string{modern, "Mcp-Method: tools/call", "Mcp-Name: search"}
		}
		if r := h.call("POST", tides, "tides", sent, headers...); r.StatusCode != 200 || got != want {
			t.Errorf("status %d, the provider got %s\nwant %s", r.StatusCode, got, want)
		}
	}
}

// What the server asks of the caller passes where Schedule A lists it. Where it does not, an answer
// that waits for it ends and says so; a stream of its own goes on without it.
func TestMCPServersAskOnlyWhatIsListed(t *testing.T) {
	event := func(m string) string { return "data: {\"jsonrpc\":\"2.0\"," + m + "}\n\n" }
	elicit, sample := event(`"id":1,"method":"elicitation/create","params":{}`), event(`"id":2,"method":"sampling/createMessage","params":{}`)
	progress, ping := event(`"method":"notifications/progress","params":{}`), event(`"id":3,"method":"ping"`)
	other, updated, secret := event(`"method":"vendor/told"`), event(`"method":"notifications/resources/updated","params":{"uri":"tides://today"}`), event(`"method":"notifications/resources/updated","params":{"uri":"tides://secret"}`)
	result := event(`"id":7,"result":{"content":[]}`)
	t.Run("in an answer", func(t *testing.T) {
		h := newHouse(t, egress.Policy{})
		h.answers(streams(progress, elicit, other, ping, "event: endpoint\ndata: /sse\n\n", result, ": more\n\n", progress))
		if r := h.call("POST", tides, "tides", message("tools/call", `"name":"search"`)); r.err != nil || string(r.body) != progress+elicit+ping+result {
			t.Errorf("%v: %s", r.err, r.body)
		}
		if rec := h.record(); rec.ToolCalls != 1 || rec.Outcome != meter.OK {
			t.Errorf("record %+v", rec)
		}
	})
	t.Run("in an answer that waits", func(t *testing.T) {
		h := newHouse(t, egress.Policy{})
		h.answers(func(w http.ResponseWriter, r *http.Request) {
			streams(progress, sample)(w, r)
			<-r.Context().Done()
		})
		r := h.call("POST", tides, "tides", message("tools/call", `"name":"search"`))
		last, ok := strings.CutPrefix(string(r.body), progress+"event: message\ndata: ")
		var e toldError
		if !ok || json.Unmarshal([]byte(last), &e) != nil || fmt.Sprint(e.ID) != "7" || e.Error.Code != -32601 || e.Error.Data.Clause != "A" {
			t.Errorf("%v: %s", r.err, r.body)
		}
		if rec := h.record(); rec.Outcome != meter.Cut {
			t.Errorf("record %+v", rec)
		}
	})
	t.Run("in a result", func(t *testing.T) {
		for asked, refused := range map[string]bool{"elicitation/create": false, "sampling/createMessage": true} {
			h := newHouse(t, egress.Policy{})
			answer := `{"resultType":"input_required","inputRequests":{"a":{"method":"` + asked + `"}}}`
			h.answers(rpcResult(answer))
			r := h.call("POST", tides, "tides", message("tools/call", `"name":"search",`+meta), modern, "Mcp-Method: tools/call", "Mcp-Name: search")
			if strings.Contains(string(r.body), "operation-not-listed") != refused || strings.Contains(string(r.body), "inputRequests") == refused {
				t.Errorf("%s: %d %s", asked, r.StatusCode, r.body)
			}
		}
	})
	t.Run("in an error", func(t *testing.T) {
		h := newHouse(t, egress.Policy{})
		h.text(func(a *articles.Agreement) {
			a.ScheduleA.Components = slices.Clone(a.ScheduleA.Components)
			a.ScheduleA.Components[len(a.ScheduleA.Components)-1].Operations = nil
		})
		h.answers(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"jsonrpc":"2.0","id":7,"error":{"code":-32042,"message":"go there","data":{"elicitations":[{"url":"https://evil.example"}]}}}`)
		})
		if r := h.call("POST", tides, "tides", message("tools/call", `"name":"search"`)); strings.Contains(string(r.body), "evil") || !strings.Contains(string(r.body), "operation-not-listed") {
			t.Errorf("%d %s", r.StatusCode, r.body)
		}
	})
	t.Run("on a stream of its own", func(t *testing.T) {
		h := newHouse(t, egress.Policy{})
		h.answers(streams(sample, elicit, secret, updated, event(`"id":9,"result":`+toolList)))
		r := h.call("GET", tides, "tides", "", legacy, "Last-Event-ID: 4")
		if body := string(r.body); r.err != nil || !strings.HasPrefix(body, elicit+updated) || strings.Contains(body, "sampling") || strings.Contains(body, "delete") || !strings.Contains(body, "forecast") {
			t.Errorf("%v: %s", r.err, body)
		}
		if rec := h.record(); rec.Operation != "stream" || !rec.Stream || rec.Outcome != meter.OK || rec.BytesOut != int64(len(r.body)) {
			t.Errorf("record %+v", rec)
		}
	})
}

// What a server says that is no message does not reach the caller, nor what is too long.
func TestMCPServersSendMessages(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"a page": func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<html>tools</html>") },
		"a batch": func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `[{"jsonrpc":"2.0","id":7,"result":{}}]`)
		},
		"a name twice":        rpcResult(`{"tools":[],"tools":[{"name":"delete"}]}`),
		"another spelling":    rpcResult(`{"Tools":[{"name":"delete"}]}`),
		"a tool without name": rpcResult(`{"tools":["delete"]}`),
		"too much":            rpcResult(`{"x":"` + strings.Repeat("x", 5<<20) + `"}`),
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.answers(answer)
			r := h.call("POST", tides, "tides", message("tools/list", ""))
			if r.StatusCode != 502 || strings.Contains(string(r.body), "delete") || !strings.Contains(string(r.body), "upstream-failed") {
				t.Errorf("%d %.200s", r.StatusCode, r.body)
			}
			if rec := h.record(); rec.Outcome != meter.UpstreamError || rec.Status != 502 {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// A revoked key ends its open stream, a limit holds for messages as for any call, and an event
// passes while the next is waited for.
func TestMCPStreamsFollowTheAgreement(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	progress := "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n"
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		streams(progress)(w, r)
		<-r.Context().Done()
	})
	resp, err := client.Do(h.request("GET", tides, "tides", "", legacy))
	must(t, err)
	defer resp.Body.Close()
	read := bufio.NewReader(resp.Body)
	if line, err := read.ReadString('\n'); err != nil || !strings.HasPrefix(line, "data: ") {
		t.Fatalf("%q %v", line, err)
	}
	h.revoke("tides")
	done := make(chan string)
	go func() { rest, _ := io.ReadAll(read); done <- string(rest) }()
	select {
	case rest := <-done:
		if !strings.Contains(rest, "key-invalid") {
			t.Errorf("the stream ended with %q", rest)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the stream of a revoked key stays open")
	}
	h.limit(performance.Limit{Component: "tides", Per: performance.PerParty, Unit: performance.Requests, Requests: 1, Window: seconds(60)})
	h.answers(rpcResult(`{}`))
	h.call("POST", tides, "tides second", message("ping", ""))
	if r := h.call("POST", tides, "tides second", message("ping", "")); r.StatusCode != 429 || !strings.Contains(string(r.body), `"jsonrpc":"2.0"`) {
		t.Errorf("above the rate: %d %s", r.StatusCode, r.body)
	}
}

// A stream on which nothing has to be said is not the provider's fault when nothing is: it ends in
// order, and the caller listens again. A tool that says nothing for as long is.
func TestMCPSilenceEndsAStreamInOrder(t *testing.T) {
	h := newHouse(t, egress.Policy{Idle: 100 * time.Millisecond})
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		streams(": wait\n\n")(w, r)
		<-r.Context().Done()
	})
	for _, c := range []struct {
		method, body string
		outcome      meter.Outcome
		whole        bool
	}{
		{"GET", "", meter.OK, true},
		{"POST", message("subscriptions/listen", `"notifications":{"toolsListChanged":true}`), meter.OK, true},
		{"POST", message("tools/call", `"name":"search"`), meter.UpstreamTimeout, false},
	} {
		r := h.call(c.method, tides, "tides", c.body, legacy)
		all := h.records()
		if rec := all[len(all)-1]; (r.err == nil) != c.whole || rec.Outcome != c.outcome {
			t.Errorf("%s %s: %v, record %+v", c.method, c.body, r.err, rec)
		}
	}
}
