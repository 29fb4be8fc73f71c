package negotiation

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"entente/agreement"
	"entente/cli/terminal"
	"entente/cli/visit"
)

// A delegation is one as a node says it.
type delegation struct {
	ID, By, Signatory, To, Person string
	Reason                        string
	Party                         agreement.Party
	Until, Ended                  time.Time
	Counts                        bool
}

// said is who lets whom sign until when, in the agreement's time zone.
func (d delegation) said(zone *time.Location) string {
	may := "may sign"
	if !d.Counts {
		may = "might sign"
	}
	said := fmt.Sprintf("%s %s: %s %s for %s until the end of %s (%s): %s", terminal.Flatly(d.ID), d.Party.Label(), terminal.Flatly(cmp.Or(d.Person, d.To)), may,
		terminal.Flatly(cmp.Or(d.Signatory, d.By)), d.Until.Add(-1).In(zone).Format(time.DateOnly), zone, terminal.Flatly(d.Reason))
	if !d.Ended.IsZero() {
		said += " (taken back on " + d.Ended.In(zone).Format(time.DateOnly) + ")"
	}
	return said
}

var delegate = visit.Asking("negotiate delegate", "PERSON --until DAY --reason TEXT", "let a person of your party sign for you",
	`
PERSON is their id in clause 7.1. Both parties read it. They sign in any way in which you could, and their signature
says that it is for you and by which entry of the ledger; what it rests on, anybody can verify.`,
	func(f *flag.FlagSet) {
		f.String("until", "", "the last `day` on which they may, as 2027-01-31, in the agreement's time zone; at most a year from now")
		f.String("reason", "", "`why`; the other party reads it")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 || terminal.Text(f, "reason") == "" {
			return terminal.Misusef("name one person by their id in clause 7.1, and say --reason")
		}
		until, err := visit.EndOf(ctx, c, id, terminal.Text(f, "until"))
		if err != nil {
			return err
		}
		var made delegation
		body := map[string]any{"person": env.Args[0], "reason": terminal.Text(f, "reason"), "until": until}
		if err := c.Call(ctx, http.MethodPost, negotiationPath(id)+"/delegations", body, &made); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s %s may sign for you until the end of %s\n", terminal.Flatly(made.ID), terminal.Flatly(made.Person), terminal.Text(f, "until"))
		return nil
	})

var recall = visit.Asking("negotiate recall", "DELEGATION", "take a delegation of your party back", `
What was signed by it before stays signed.`, nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one delegation by its id; `entente negotiate delegations` lists them")
		}
		var ended delegation
		if err := c.Call(ctx, http.MethodDelete, negotiationPath(id)+"/delegations/"+url.PathEscape(env.Args[0]), nil, &ended); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s counts no more\n", terminal.Flatly(ended.ID))
		return nil
	})

var delegations = visit.Asking("negotiate delegations", "", "list who may sign for a signatory, and who might", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		zone := visit.Clocks(ctx, c, id)
		for raw, err := range c.Items(ctx, negotiationPath(id)+"/delegations") {
			var d delegation
			if err == nil {
				err = json.Unmarshal(raw, &d)
			}
			if err != nil {
				return err
			}
			fmt.Fprintln(env.Stdout, d.said(zone))
		}
		return nil
	})
