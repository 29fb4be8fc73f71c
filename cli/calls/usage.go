package calls

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var usage = visit.Asking("usage", "[--component NAME] [--customer ID] [--from DAY] [--to DAY] [--records] [--json]", "show metered usage by component, environment, purpose and day", "", func(f *flag.FlagSet) {
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
