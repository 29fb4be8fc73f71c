package cli

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"entente/agreement"
	"entente/cli/terminal"
	"entente/cli/visit"
)

var keyList = visit.Asking("key list", "", "list the keys of the agreement", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return visit.Table(ctx, env, c, "/api/v1/keys?agreement="+url.QueryEscape(id), "id", "component", "environment", "purpose", "party", "method", "state", "expires", "used", "label")
	})

var keyRevoke = visit.Asking("key revoke", "KEY [--reason TEXT]", "end a key at once", "", func(f *flag.FlagSet) {
	f.String("reason", "", "`why`; needed if the key is the other party's")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	if len(env.Args) != 1 {
		return terminal.Misusef("name one key by its id")
	}
	path := "/api/v1/keys/" + url.PathEscape(env.Args[0])
	if r := terminal.Text(f, "reason"); r != "" {
		path += "?reason=" + url.QueryEscape(r)
	}
	var answer struct{ Component, Environment string }
	if err := c.Call(ctx, http.MethodDelete, path, nil, &answer); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "%s, for %s in %s, opens nothing any more\n", env.Args[0], answer.Component, answer.Environment)
	return nil
})

// A milestoneAnswer is how a milestone stands after an act.
type milestoneAnswer struct {
	Milestone struct {
		Responsible string
		Confirmed   map[agreement.Party]any
		Completed   time.Time
	}
	Production bool `json:"production_open"`
}

// said is what has happened and what is still to happen.
func (a milestoneAnswer) said(id string) string {
	production := "production is closed"
	if a.Production {
		production = "production is open"
	}
	if !a.Milestone.Completed.IsZero() {
		return fmt.Sprintf("milestone %s is complete; %s", id, production)
	}
	for _, p := range agreement.Both {
		if _, done := a.Milestone.Confirmed[p]; done {
			return fmt.Sprintf("milestone %s is confirmed by %s and waits for %s; %s", id, p.Label(), p.Other().Label(), production)
		}
	}
	return fmt.Sprintf("milestone %s is open; %s", id, production)
}

var milestoneComplete = visit.Asking("milestone complete", "MILESTONE --evidence REF [--kind link|file|report] [--remark TEXT]", "confirm a milestone of clause 2.2", "", func(f *flag.FlagSet) {
	f.String("evidence", "", "the `address` or digest of what shows it")
	f.String("kind", "link", "link, file or report")
	f.String("remark", "", "a `sentence` on the evidence")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	if len(env.Args) != 1 || terminal.Text(f, "evidence") == "" {
		return terminal.Misusef("name one milestone and --evidence")
	}
	body := map[string]any{"evidence": []map[string]string{{"kind": terminal.Text(f, "kind"), "ref": terminal.Text(f, "evidence"), "remark": terminal.Text(f, "remark")}}}
	var answer milestoneAnswer
	if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/milestones/"+url.PathEscape(env.Args[0])+"/completion", body, &answer); err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, answer.said(env.Args[0]))
	return nil
})

var milestoneReopen = visit.Asking("milestone reopen", "MILESTONE --reason TEXT", "say that a milestone is no longer met", "", func(f *flag.FlagSet) {
	f.String("reason", "", "`why`")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	if len(env.Args) != 1 {
		return terminal.Misusef("name one milestone")
	}
	var answer milestoneAnswer
	if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/milestones/"+url.PathEscape(env.Args[0])+"/reopening", map[string]string{"reason": terminal.Text(f, "reason")}, &answer); err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, answer.said(env.Args[0]))
	return nil
})

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

var usageCommand = visit.Asking("usage", "[--component NAME] [--customer ID] [--from DAY] [--to DAY] [--records] [--json]", "show metered usage by component, environment, purpose and day", "", func(f *flag.FlagSet) {
	f.String("component", "", "only this `component`")
	f.String("customer", "", "only calls for this `customer`, as callers name them")
	f.String("from", "", "from this `day` on, as 2026-12-01")
	f.String("to", "", "to this `day`, included")
	f.Bool("records", false, "list the single calls")
	f.Bool("json", false, "print JSON")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	q := url.Values{"agreement": {id}}
	for _, name := range []string{"component", "customer", "from", "to"} {
		if v := terminal.Text(f, name); v != "" {
			q.Set(name, v)
		}
	}
	path, columns := "/api/v1/usage/summary?", []string{"day", "component", "environment", "purpose", "calls", "failed", "input_tokens", "cached_tokens", "output_tokens", "estimated_output_tokens", "units", "tool_calls"}
	if terminal.Text(f, "records") == "true" {
		path, columns = "/api/v1/usage?", []string{"id", "opened", "component", "environment", "purpose", "state", "outcome", "input_tokens", "cached_tokens", "output_tokens", "basis", "item", "units", "tool_calls", "client_request_id"}
	}
	if terminal.Text(f, "json") == "true" {
		var b []byte
		if err := c.Call(ctx, http.MethodGet, path+q.Encode(), nil, &b); err != nil {
			return err
		}
		_, err := fmt.Fprintf(env.Stdout, "%s\n", b)
		return err
	}
	return visit.Table(ctx, env, c, path+q.Encode(), columns...)
})
