package cli

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

var deadlinesCommand = asking("deadlines", "[--mine] [--state open|late|done]", "list what is due under an agreement, and who owes it", "",
	func(f *flag.FlagSet) {
		f.Bool("mine", false, "only those that are yours to keep by clause 7.1")
		f.String("state", "", "only those that stand `so`: open, late or done")
	},
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		query := url.Values{"yours": {text(f, "mine")}}
		if state := text(f, "state"); state != "" {
			query.Set("state", state)
		}
		return table(ctx, env, c, "/api/v1/agreements/"+id+"/deadlines?"+query.Encode(), "day", "state", "clause", "owes", "role", "what")
	})

var calendarNew = asking("calendar new", "[--label TEXT]", "make an address at which a calendar program finds your deadlines",
	"\nWhoever knows the address sees them: it is printed this once. `entente access revoke` ends it.",
	func(f *flag.FlagSet) { f.String("label", "", "what the address is `for`") },
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, _ string) error {
		var made struct {
			ID, Mine, Agreement string
			Expires             time.Time
		}
		if err := c.Call(ctx, http.MethodPost, "/api/v1/calendars", map[string]string{"label": text(f, "label")}, &made); err != nil {
			return err
		}
		door := strings.TrimSuffix(c.door, "/")
		_, err := fmt.Fprintf(env.Stdout, "%s, until %s\nyour deadlines        %s%s\nof the whole agreement %s%s\n", made.ID, made.Expires.Format(time.DateOnly), door, made.Mine, door, made.Agreement)
		return err
	})

var tableCommand = asking("table", "deadlines|keys|ledger|milestones|usage [--json]", "print a table for a spreadsheet (CSV)", "",
	func(f *flag.FlagSet) { f.Bool("json", false, "print it as a JSON array") },
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 {
			return misusef("name one table")
		}
		path := "/api/v1/agreements/" + id + "/tables/" + url.PathEscape(env.Args[0])
		if text(f, "json") == "true" {
			path += "?format=json"
		}
		var b []byte
		if err := c.Call(ctx, http.MethodGet, path, nil, &b); err != nil {
			return err
		}
		_, err := env.Stdout.Write(b)
		return err
	})
