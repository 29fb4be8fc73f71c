//go:build interop

package gateway_test

import (
	"flag"
	"net/url"
	"os/exec"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/egress"
)

var interop = flag.String("interop", "", "the program of tests/interop; make interop builds and runs it")

// The same holds for the Go clients of OpenAI, Anthropic and the Model Context Protocol.
func TestGoClients(t *testing.T) {
	served := struct{ MCP string }{}
	running(t, exec.CommandContext(t.Context(), *interop, "serve"), &served)
	h := clientsHouse(t)
	server, err := url.Parse(served.MCP)
	must(t, err)
	policy := h.upstreams.Policy
	policy.Allow = append(policy.Allow, server.Host)
	h.upstreams.Policy, h.gateway.Transport = policy, policy.Caller()
	must(t, h.upstreams.Set(t.Context(), egress.Upstream{Agreement: string(theAgreement), Component: "tides", Environment: string(agreement.Production),
		Address: served.MCP, Header: "Authorization"}, access.NewSecret(secret)))
	h.judge(exec.CommandContext(t.Context(), *interop, "check"), 2, 24)
}
