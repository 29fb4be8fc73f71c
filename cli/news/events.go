package news

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"time"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var events = visit.Asking("events", "[--follow] [--after EVENT] [--type TYPE] [--json]", "print what has happened under an agreement, and what happens",
	"\nEach event is an entry of the ledger and names its clause. --type takes one type, such as\nentente.term.breach_notified.v1, several with commas, or entente.term.* for all of an article.",
	func(f *flag.FlagSet) {
		f.Bool("follow", false, "go on with what happens, until you end it")
		f.String("after", "", "the `id` of the event that you have seen last")
		f.String("type", "", "only events of these `types`")
		f.Bool("json", false, "print each event as a CloudEvent, one a line")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		query := url.Values{}
		if kinds := terminal.Text(f, "type"); kinds != "" {
			query.Set("type", kinds)
		}
		path := "/api/v1/agreements/" + id + "/events"
		show := func(b []byte) error { return printEvent(env, b, terminal.Text(f, "json") == "true") }
		if terminal.Text(f, "follow") == "true" {
			if c.AtRest() {
				return errors.New("no node runs on the folder, so nothing happens there; start it with `entente serve`")
			}
			return c.Follow(ctx, path+"?"+query.Encode(), terminal.Text(f, "after"), show)
		}
		if after := terminal.Text(f, "after"); after != "" {
			query.Set("after", after)
		}
		for {
			var page struct {
				Items []json.RawMessage
				Next  string
			}
			if err := c.Call(ctx, "GET", path+"?"+query.Encode(), nil, &page); err != nil {
				return err
			}
			for _, item := range page.Items {
				if err := show(item); err != nil {
					return err
				}
			}
			if page.Next == "" {
				return nil
			}
			query.Set("after", page.Next)
		}
	})

func printEvent(env *terminal.Env, b []byte, whole bool) error {
	if whole {
		_, err := fmt.Fprintf(env.Stdout, "%s\n", b)
		return err
	}
	var e struct {
		ID   string
		Time time.Time
		Data struct{ Clause, Says string }
	}
	if err := json.Unmarshal(b, &e); err != nil {
		return fmt.Errorf("reading an event: %w", err)
	}
	_, err := fmt.Fprintf(env.Stdout, "%s  %s  %-5s %s\n", e.ID, e.Time.Format("2006-01-02 15:04:05Z"), terminal.ClauseMark(e.Data.Clause), e.Data.Says)
	return err
}
