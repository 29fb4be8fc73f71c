package calls

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var maintenanceAnnounce = visit.Asking("maintenance announce", "COMPONENT --from TIME --until TIME --what TEXT [--environment test|production]", "announce maintenance of a component that your party provides (clause C.3)",
	"\nTIME is to the minute, as 2026-11-30T22:00Z. Announced with the notice that clause C.3 requires, its minutes\nare left out of service levels; announced late, they count as any others.",
	func(f *flag.FlagSet) {
		f.String("environment", "production", "test or production")
		f.String("from", "", "`when` it begins")
		f.String("until", "", "`when` it is over")
		f.String("what", "", "what is `done`")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 || terminal.Text(f, "what") == "" {
			return terminal.Misusef("name one component, --from, --until and --what is done")
		}
		from, err := minute(terminal.Text(f, "from"))
		if err != nil {
			return terminal.Misusef("--from: %v", err)
		}
		until, err := minute(terminal.Text(f, "until"))
		if err != nil {
			return terminal.Misusef("--until: %v", err)
		}
		body := map[string]any{"component": env.Args[0], "environment": terminal.Text(f, "environment"), "from": from, "until": until, "what": terminal.Text(f, "what")}
		var answer struct {
			ID     string
			InTime bool `json:"in_time"`
		}
		if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/maintenance", body, &answer); err != nil {
			return err
		}
		if answer.InTime {
			fmt.Fprintf(env.Stdout, "%s is announced in time: it is left out of service levels as far as clause C.3 has room for it\n", answer.ID)
		} else {
			fmt.Fprintf(env.Stdout, "%s is announced, without the notice that clause C.3 requires: it counts as any other time\n", answer.ID)
		}
		return nil
	})

// minute reads a time to the minute, or longer.
func minute(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time: write it as 2026-11-30T22:00Z or 2026-11-30T23:00+01:00", s)
}

var maintenanceWithdraw = visit.Asking("maintenance withdraw", "ANNOUNCEMENT", "withdraw an announcement of maintenance before it begins", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one announcement by its id")
		}
		if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/maintenance/"+url.PathEscape(env.Args[0])+"/withdrawal", nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s is withdrawn\n", env.Args[0])
		return nil
	})

var maintenanceList = visit.Asking("maintenance list", "", "list the maintenance that was announced", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return visit.Table(ctx, env, c, "/api/v1/agreements/"+id+"/maintenance", "id", "component", "environment", "from", "until", "in_time", "withdrawn", "what")
	})
