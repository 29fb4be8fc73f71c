package mcp

import (
	"strings"
	"testing"

	"entente/articles/policy"
)

// BenchmarkRead is the strict reading of a call of a tool of about 1 KiB.
func BenchmarkRead(b *testing.B) {
	body := []byte(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"search","arguments":{"q":"` + strings.Repeat("tide table ", 80) +
		`"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := Read(body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkList is the filtering of a list of 50 tools, of which half may be seen.
func BenchmarkList(b *testing.B) {
	tool := `{"name":"a","description":"` + strings.Repeat("x", 200) + `","inputSchema":{"type":"object","properties":{"q":{"type":"string"}}}},`
	list := []byte(`{"jsonrpc":"2.0","id":7,"result":{"tools":[` + strings.TrimSuffix(strings.Repeat(tool+strings.Replace(tool, `"a"`, `"b"`, 1), 25), ",") + `]}}`)
	f := &Filter{Lists: func(i policy.Item) bool { return i.Name == "a" }}
	b.ReportAllocs()
	b.SetBytes(int64(len(list)))
	for b.Loop() {
		if out, err := f.Message(list); err != nil || len(out) >= len(list) {
			b.Fatal(err, len(out))
		}
	}
}
