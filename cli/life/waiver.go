package life

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"entente/agreement"
	"entente/cli/terminal"
	"entente/cli/visit"
)

// A waiver is a clause that a party has set aside, as a node says it.
type waiver struct {
	ID        string
	Clause    agreement.Clause
	Component string
	Party     agreement.Party
	For       string
	Given     time.Time
	Until     time.Time
	Ended     time.Time
	Holds     bool
	Software  bool            `json:"software_keeps_clause"`
	Effect    []string        `json:"set_aside_for"`
	Waits     agreement.Party `json:"waits_for"`
}

func (w waiver) said(zone *time.Location) string {
	what := w.Clause.Cite()
	if w.Component != "" {
		what += " for " + w.Component
	}
	said := fmt.Sprintf("%s %s, set aside by %s on %s until the end of %s: %s", w.ID, what, w.Party.Label(), terminal.Local(w.Given, zone), w.Until.Add(-1).In(zone).Format(time.DateOnly), terminal.Flatly(w.For))
	switch {
	case !w.Ended.IsZero():
		said += fmt.Sprintf(" (ended on %s)", terminal.Local(w.Ended, zone))
	case !w.Holds:
		said += " (over)"
	}
	return said
}

var waive = visit.Asking("waive", "CLAUSE --for TEXT --until DAY [--component NAME]", "set a clause aside for a time: your party does not insist on it",
	`
It holds through the day given with --until, a year at most; what is to last longer is an amendment. Where
the software keeps the clause for your party, it refuses nothing under it until then; where it keeps it for
both, both set it aside. Clauses that serve the other party, or more than the two, cannot be set aside.`,
	func(f *flag.FlagSet) {
		f.String("for", "", "for `what`; the other party reads it")
		f.String("until", "", "the last `day`, as 2027-01-31")
		f.String("component", "", "only for this `component`")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 || terminal.Text(f, "for") == "" {
			return terminal.Misusef("name one clause by its number, and say --for what it is set aside")
		}
		until, err := visit.EndOf(ctx, c, id, terminal.Text(f, "until"))
		if err != nil {
			return err
		}
		body := map[string]any{"clause": env.Args[0], "for": terminal.Text(f, "for"), "until": until}
		if name := terminal.Text(f, "component"); name != "" {
			body["component"] = name
		}
		zone := visit.Clocks(ctx, c, id)
		var w waiver
		if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/waivers", body, &w); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, w.said(zone))
		fmt.Fprint(env.Stdout, w.effect())
		return nil
	})

// effect is what the software makes of the waiver.
func (w waiver) effect() string {
	var b strings.Builder
	if !w.Software {
		b.WriteString("The software does not keep this clause; the waiver stands on the record.\n")
	}
	if len(w.Effect) > 0 {
		fmt.Fprintf(&b, "The software refuses nothing under it for %s until then.\n", terminal.Flatly(strings.Join(w.Effect, ", ")))
	}
	if w.Waits != "" {
		fmt.Fprintf(&b, "It has no effect before %s sets the clause aside, too.\n", w.Waits.Label())
	}
	return b.String()
}

var waiverEnd = visit.Asking("waiver end", "WAIVER", "end a waiver of your party before its time", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one waiver by its id")
		}
		zone := visit.Clocks(ctx, c, id)
		var w waiver
		if err := c.Call(ctx, http.MethodDelete, "/api/v1/agreements/"+id+"/waivers/"+url.PathEscape(env.Args[0]), nil, &w); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, w.said(zone))
		return nil
	})
