package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"entente/files"
)

// asking is a command that asks a node's API about one agreement.
func asking(name, args, help, long string, flags func(*flag.FlagSet), do func(context.Context, *Env, *flag.FlagSet, *visitor, string) error) Command {
	return Command{Name: name, Args: args, Help: help, Long: long,
		Flags: func(f *flag.FlagSet) {
			ledgerFlags(f)
			if flags != nil {
				flags(f)
			}
		},
		Run: func(ctx context.Context, env *Env, f *flag.FlagSet) (err error) {
			c, err := dial(ctx, env, f)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, c.close()) }()
			id, err := c.agreement(ctx, f)
			if err != nil {
				return err
			}
			return do(ctx, env, f, c, id)
		}}
}

var accessLink = asking("access link", "PERSON --data DIR", "make a one-time link by which a person enters the console",
	"\nPERSON is the person's id in clause 7.1 of the agreement. Only the node's operator makes links.", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 {
			return misusef("name one person by the id in clause 7.1")
		}
		var answer struct{ Link string }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/links", map[string]string{"agreement": id, "person": env.Args[0]}, &answer); err != nil {
			return err
		}
		base := c.Base
		if base == atRest {
			base = "http://127.0.0.1:8600"
		}
		fmt.Fprintln(env.Stdout, base+"/enter/"+answer.Link)
		return nil
	})

var accessToken = asking("access token", "PERSON [--label TEXT] -o FILE --data DIR", "make an API token for a person", "", func(f *flag.FlagSet) {
	f.String("o", "", "the token `file`; without it the token is printed")
	f.String("label", "", "what the token is for")
}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	if len(env.Args) != 1 {
		return misusef("name one person by the id in clause 7.1")
	}
	var answer struct{ ID, Secret string }
	body := map[string]string{"agreement": id, "person": env.Args[0], "label": text(f, "label")}
	if err := c.Call(ctx, http.MethodPost, "/api/v1/tokens", body, &answer); err != nil {
		return err
	}
	return secretOut(env, text(f, "o"), answer.Secret)
})

// secretOut writes a secret that is shown once to a file of its own, or prints it.
func secretOut(env *Env, name, secret string) error {
	if name == "" {
		fmt.Fprintln(env.Stdout, secret)
		return nil
	}
	return files.WriteFile(name, []byte(secret+"\n"), 0o600)
}

var keyIssue = asking("key issue", "--component NAME --environment test|production --purpose PURPOSE [-o FILE]", "issue your party a key for the gateway",
	"\nThe technical lead of the consuming party issues keys. The secret is shown once; the node keeps its digest.",
	func(f *flag.FlagSet) {
		f.String("component", "", "the component's `name` in clause 1.2")
		f.String("environment", "test", "test or production")
		f.String("purpose", "service", "`what` calls are for (clause 3.2): service, improvement, analytics, training")
		f.String("class", "", "the `class` of data that calls carry (clause 3.4): customer, aggregated or synthetic; customer if not said")
		f.String("label", "", "a `note` for yourselves")
		f.String("expires-in", "", "the key's `life` as an ISO 8601 duration; P90D if not said")
		f.String("o", "", "the key `file`; without it the key is printed")
	},
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		body := map[string]string{"agreement": id}
		for name, field := range map[string]string{"component": "component", "environment": "environment", "purpose": "purpose", "class": "class", "label": "label", "expires-in": "expires_in"} {
			if v := text(f, name); v != "" {
				body[field] = v
			}
		}
		var answer struct{ ID, Secret string }
		if err := c.Call(ctx, http.MethodPost, "/api/v1/keys", body, &answer); err != nil {
			return err
		}
		fmt.Fprintf(env.Stderr, "issued %s; its secret is not shown again\n", answer.ID)
		return secretOut(env, text(f, "o"), answer.Secret)
	})

var keyList = asking("key list", "", "list the keys of the agreement", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		return table(ctx, env, c, "/api/v1/keys?agreement="+url.QueryEscape(id), "id", "component", "environment", "purpose", "party", "state", "expires")
	})

var keyRevoke = asking("key revoke", "KEY [--reason TEXT]", "end a key at once", "", func(f *flag.FlagSet) {
	f.String("reason", "", "`why`; needed if the key is the other party's")
}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	if len(env.Args) != 1 {
		return misusef("name one key by its id")
	}
	path := "/api/v1/keys/" + url.PathEscape(env.Args[0])
	if r := text(f, "reason"); r != "" {
		path += "?reason=" + url.QueryEscape(r)
	}
	return c.Call(ctx, http.MethodDelete, path, nil, nil)
})

var milestoneComplete = asking("milestone complete", "MILESTONE --evidence REF [--kind link|file|report] [--remark TEXT]", "confirm a milestone of clause 2.2", "", func(f *flag.FlagSet) {
	f.String("evidence", "", "the `address` or digest of what shows it")
	f.String("kind", "link", "link, file or report")
	f.String("remark", "", "a `sentence` on the evidence")
}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	if len(env.Args) != 1 || text(f, "evidence") == "" {
		return misusef("name one milestone and --evidence")
	}
	body := map[string]any{"evidence": []map[string]string{{"kind": text(f, "kind"), "ref": text(f, "evidence"), "remark": text(f, "remark")}}}
	return c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/milestones/"+url.PathEscape(env.Args[0])+"/completion", body, nil)
})

var milestoneReopen = asking("milestone reopen", "MILESTONE --reason TEXT", "say that a milestone is no longer met", "", func(f *flag.FlagSet) {
	f.String("reason", "", "`why`")
}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	if len(env.Args) != 1 {
		return misusef("name one milestone")
	}
	return c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/milestones/"+url.PathEscape(env.Args[0])+"/reopening", map[string]string{"reason": text(f, "reason")}, nil)
})

var upstreamSet = asking("upstream set", "COMPONENT test|production ADDRESS [--header NAME] [--secret-file FILE]", "say where your party serves a component",
	"\nThe technical lead of the providing party sets it. The secret is what the gateway sends in --header\n(Authorization); it is sealed on the node, and neither the ledger nor a log ever has it.",
	func(f *flag.FlagSet) {
		f.String("header", "Authorization", "the `header` that carries the secret")
		f.String("secret-file", "", "a `file` with the header's whole value, for example: Bearer sk-…")
	},
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 3 {
			return misusef("name the component, the environment and the address")
		}
		body := map[string]string{"address": env.Args[2]}
		if name := text(f, "secret-file"); name != "" {
			b, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			body["header"], body["secret"] = text(f, "header"), strings.TrimSpace(string(b))
		}
		return c.Call(ctx, http.MethodPut, "/api/v1/agreements/"+id+"/upstreams/"+url.PathEscape(env.Args[0])+"/"+url.PathEscape(env.Args[1]), body, nil)
	})

var usageCommand = asking("usage", "[--component NAME] [--customer ID] [--from DAY] [--to DAY] [--records] [--json]", "show metered usage by component, environment, purpose and day", "", func(f *flag.FlagSet) {
	f.String("component", "", "only this `component`")
	f.String("customer", "", "only calls for this `customer`, as callers name them")
	f.String("from", "", "from this `day` on, as 2026-12-01")
	f.String("to", "", "to this `day`, included")
	f.Bool("records", false, "list the single calls")
	f.Bool("json", false, "print JSON")
}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	q := url.Values{"agreement": {id}}
	for _, name := range []string{"component", "customer", "from", "to"} {
		if v := text(f, name); v != "" {
			q.Set(name, v)
		}
	}
	path, columns := "/api/v1/usage/summary?", []string{"day", "component", "environment", "purpose", "calls", "failed", "input_tokens", "cached_tokens", "output_tokens"}
	if text(f, "records") == "true" {
		path, columns = "/api/v1/usage?", []string{"id", "opened", "component", "environment", "purpose", "state", "outcome", "input_tokens", "cached_tokens", "output_tokens", "client_request_id"}
	}
	if text(f, "json") == "true" {
		var b []byte
		if err := c.Call(ctx, http.MethodGet, path+q.Encode(), nil, &b); err != nil {
			return err
		}
		_, err := fmt.Fprintf(env.Stdout, "%s\n", b)
		return err
	}
	return table(ctx, env, c, path+q.Encode(), columns...)
})

// table prints a listing of the API, page by page.
func table(ctx context.Context, env *Env, c *visitor, path string, columns ...string) error {
	w := tabwriter.NewWriter(env.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, strings.ToUpper(strings.ReplaceAll(strings.Join(columns, "\t"), "_", " ")))
	for raw, err := range c.Items(ctx, path) {
		var item map[string]any
		if err == nil {
			err = json.Unmarshal(raw, &item)
		}
		if err != nil {
			return err
		}
		cells := make([]string, len(columns))
		for i, name := range columns {
			if v, ok := item[name]; ok && v != nil {
				cells[i] = cell(v)
			}
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	return w.Flush()
}

func cell(v any) string {
	if n, ok := v.(float64); ok {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprint(v)
}

var suspend = asking("suspend", "[COMPONENT] --reason TEXT", "suspend a component, or the whole agreement", "", func(f *flag.FlagSet) {
	f.String("reason", "", "`why`")
}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	body := map[string]string{"reason": text(f, "reason")}
	if len(env.Args) > 0 {
		body["component"] = env.Args[0]
	}
	return c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/suspensions", body, nil)
})

var resume = asking("resume", "[COMPONENT]", "lift a suspension", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		scope := "all"
		if len(env.Args) > 0 {
			scope = env.Args[0]
		}
		return c.Call(ctx, http.MethodDelete, "/api/v1/agreements/"+id+"/suspensions/"+url.PathEscape(scope), nil, nil)
	})

var terminate = asking("terminate", "--ground notice|material_breach|insolvency|material_change [--breach ID] [--reason TEXT]", "end the agreement under Article 12", "", func(f *flag.FlagSet) {
	f.String("ground", "", "`why` it ends")
	f.String("breach", "", "the notified `breach`, where that is the ground")
	f.String("reason", "", "the `reason` in words; needed for a cause")
}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	body := map[string]string{"ground": text(f, "ground")}
	for _, name := range []string{"breach", "reason"} {
		if v := text(f, name); v != "" {
			body[name] = v
		}
	}
	return c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/termination", body, nil)
})
