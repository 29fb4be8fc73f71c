package news

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var deadlines = visit.Asking("deadlines", "[--mine] [--state open|late|done]", "list what is due under an agreement, and who owes it", "",
	func(f *flag.FlagSet) {
		f.Bool("mine", false, "only those that are yours to keep by clause 7.1")
		f.String("state", "", "only those that stand `so`: open, late or done")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		query := url.Values{"yours": {terminal.Text(f, "mine")}}
		if state := terminal.Text(f, "state"); state != "" {
			query.Set("state", state)
		}
		return visit.Table(ctx, env, c, "/api/v1/agreements/"+id+"/deadlines?"+query.Encode(), "day", "state", "clause", "owes", "role", "what")
	})

var calendarNew = visit.Asking("calendar new", "[--label TEXT]", "make an address at which a calendar program finds your deadlines",
	"\nWhoever knows the address sees them: it is printed this once. `entente access revoke` ends it.",
	func(f *flag.FlagSet) { f.String("label", "", "what the address is `for`") },
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		var made struct {
			ID, Mine, Agreement string
			Expires             time.Time
		}
		if err := c.Call(ctx, http.MethodPost, "/api/v1/calendars", map[string]string{"label": terminal.Text(f, "label")}, &made); err != nil {
			return err
		}
		door := strings.TrimSuffix(c.Door, "/")
		_, err := fmt.Fprintf(env.Stdout, "%s, until %s\nyour deadlines        %s%s\nof the whole agreement %s%s\n", made.ID, made.Expires.Format(time.DateOnly), door, made.Mine, door, made.Agreement)
		return err
	})

var table = visit.Asking("table", "deadlines|keys|ledger|milestones|usage [--json]", "print a table for a spreadsheet (CSV)", "",
	func(f *flag.FlagSet) { f.Bool("json", false, "print it as a JSON array") },
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one table")
		}
		path := "/api/v1/agreements/" + id + "/tables/" + url.PathEscape(env.Args[0])
		if terminal.Text(f, "json") == "true" {
			path += "?format=json"
		}
		var b []byte
		if err := c.Call(ctx, http.MethodGet, path, nil, &b); err != nil {
			return err
		}
		_, err := env.Stdout.Write(b)
		return err
	})
