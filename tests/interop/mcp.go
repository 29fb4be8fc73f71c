package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// serve offers more than any agreement of the tests lists.
func serve() {
	server := mcp.NewServer(&mcp.Implementation{Name: "tides", Version: "1.0.0"}, nil)
	type question struct {
		Q string `json:"q"`
	}
	for _, name := range []string{"search", "delete"} {
		mcp.AddTool(server, &mcp.Tool{Name: name}, func(_ context.Context, _ *mcp.CallToolRequest, q question) (*mcp.CallToolResult, any, error) {
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: name + " " + q.Q}}}, nil, nil
		})
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1)
	}
	go http.Serve(l, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, nil))
	_ = json.NewEncoder(os.Stdout).Encode(map[string]string{"MCP": "http://" + l.Addr().String() + "/mcp"})
	_, _ = io.Copy(io.Discard, os.Stdin)
}

type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

func connect(ctx context.Context, key string) (*mcp.ClientSession, error) {
	c := mcp.NewClient(&mcp.Implementation{Name: "interop", Version: "1.0.0"}, nil)
	return c.Connect(ctx, &mcp.StreamableClientTransport{Endpoint: os.Getenv("URL") + "/tides/mcp", HTTPClient: &http.Client{Transport: bearer(key)}, MaxRetries: -1}, nil)
}

// tools checks what an agreement that lists the tool search, and not the tool delete, lets through.
func (c *checks) tools() {
	c.kind = "mcp go-sdk"
	c.it("sees and calls the tool that is listed, and is told by which clause the other is denied", func(ctx context.Context) error {
		s, err := connect(ctx, os.Getenv("MCP_KEY"))
		if err != nil {
			return err
		}
		defer s.Close()
		list, err := s.ListTools(ctx, nil)
		if err != nil {
			return err
		}
		if len(list.Tools) != 1 || list.Tools[0].Name != "search" {
			return fmt.Errorf("it sees %d tools", len(list.Tools))
		}
		for range 2 { // it goes on after the refusal
			r, err := s.CallTool(ctx, &mcp.CallToolParams{Name: "search", Arguments: map[string]any{"q": "Brest"}})
			if err != nil {
				return err
			}
			if text, ok := r.Content[0].(*mcp.TextContent); !ok || text.Text != "search Brest" {
				return fmt.Errorf("the tool answers %+v", r.Content[0])
			}
			if _, err = s.CallTool(ctx, &mcp.CallToolParams{Name: "delete", Arguments: map[string]any{"q": "Brest"}}); err == nil || !strings.Contains(err.Error(), "Schedule A of agreement agr_") {
				return fmt.Errorf("the other tool: %v", err)
			}
		}
		return nil
	})
	c.it("is refused with a wrong key", func(ctx context.Context) error {
		key := os.Getenv("MCP_KEY")
		s, err := connect(ctx, key[:len(key)-1]+"_")
		if err == nil {
			s.Close()
			return fmt.Errorf("it was let in")
		}
		return nil
	})
}
