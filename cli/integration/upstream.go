package integration

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var upstreamSet = visit.Asking("upstream set", "COMPONENT test|production ADDRESS [--header NAME] [--secret-file FILE]", "say where your party serves a component",
	"\nThe technical lead of the providing party sets it. The secret is what the gateway sends in --header\n(Authorization); it is sealed on the node, and neither the ledger nor a log ever has it.",
	func(f *flag.FlagSet) {
		f.String("header", "Authorization", "the `header` that carries the secret")
		f.String("secret-file", "", "a `file` with the header's whole value, for example: Bearer sk-…")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 3 {
			return terminal.Misusef("name the component, the environment and the address")
		}
		body := map[string]string{"address": env.Args[2]}
		if name := terminal.Text(f, "secret-file"); name != "" {
			b, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			body["header"], body["secret"] = terminal.Text(f, "header"), strings.TrimSpace(string(b))
		}
		if err := c.Call(ctx, http.MethodPut, upstreamPath(id, env.Args), body, nil); err != nil {
			return err
		}
		secret := "no secret"
		if body["secret"] != "" {
			secret = "a secret in " + body["header"]
		}
		fmt.Fprintf(env.Stdout, "%s in %s is served at %s, with %s\n", env.Args[0], env.Args[1], env.Args[2], secret)
		return nil
	})

func upstreamPath(id string, args []string) string {
	return "/api/v1/agreements/" + id + "/upstreams/" + url.PathEscape(args[0]) + "/" + url.PathEscape(args[1])
}

var upstreamList = visit.Asking("upstream list", "", "list where your party's components are served", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return visit.Table(ctx, env, c, "/api/v1/agreements/"+id+"/upstreams", "component", "environment", "address", "header", "has_secret")
	})

var upstreamDelete = visit.Asking("upstream delete", "COMPONENT test|production", "forget where your party serves a component, and the secret", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 2 {
			return terminal.Misusef("name the component and the environment")
		}
		if err := c.Call(ctx, http.MethodDelete, upstreamPath(id, env.Args), nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s in %s is served nowhere now\n", env.Args[0], env.Args[1])
		return nil
	})
