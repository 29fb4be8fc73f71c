package integration

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"entente/agreement"
	"entente/cli/terminal"
	"entente/cli/visit"
)

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
