package negotiation

import (
	"context"
	"encoding/json"
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

// A thread is what was said of a clause, as a node says it.
type thread struct {
	ID       string
	Clause   agreement.Clause
	Version  int
	Resolved time.Time
	Remarks  []struct {
		Party agreement.Party
		Text  string
		At    time.Time
	}
}

var comment = visit.Asking("negotiate comment", "CLAUSE TEXT", "comment on a clause; the other party reads it", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return say(ctx, env, c, id, "clause", "the clause")
	})

var reply = visit.Asking("negotiate reply", "COMMENT TEXT", "reply to a comment", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return say(ctx, env, c, id, "thread", "the comment by its id")
	})

func say(ctx context.Context, env *terminal.Env, c *visit.Visitor, id, about, what string) error {
	if len(env.Args) != 2 {
		return terminal.Misusef("name %s, and say in one argument what you have to say", what)
	}
	var answer struct{ Comment thread }
	if err := c.Call(ctx, http.MethodPost, negotiationPath(id)+"/comments", map[string]string{about: env.Args[0], "text": env.Args[1]}, &answer); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "%s on %s: %s\n", answer.Comment.ID, answer.Comment.Clause.Cite(), terminal.Count(len(answer.Comment.Remarks), "remark"))
	return nil
}

var resolve = visit.Asking("negotiate resolve", "COMMENT", "say that a comment of your party is settled", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one comment by its id")
		}
		if err := c.Call(ctx, http.MethodPost, negotiationPath(id)+"/comments/"+url.PathEscape(env.Args[0])+"/resolution", nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s is resolved\n", env.Args[0])
		return nil
	})

var comments = visit.Asking("negotiate comments", "[CLAUSE] [--all]", "print the comments that are open", "", func(f *flag.FlagSet) {
	f.Bool("all", false, "those that are resolved, too")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	var only agreement.Clause
	if len(env.Args) > 0 {
		var err error
		if only, err = agreement.ParseClause(env.Args[0]); err != nil {
			return terminal.Misusef("%v", err)
		}
	}
	path := negotiationPath(id) + "/comments"
	if terminal.Text(f, "all") != "true" {
		path += "?open=true"
	}
	zone := visit.Clocks(ctx, c, id)
	for raw, err := range c.Items(ctx, path) {
		var t thread
		if err == nil {
			err = json.Unmarshal(raw, &t)
		}
		if err != nil {
			return err
		}
		if only == "" || only == t.Clause {
			fmt.Fprint(env.Stdout, t.said(zone))
		}
	}
	return nil
})

func (t thread) said(zone *time.Location) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s, %s, in version %d", t.ID, t.Clause.Cite(), t.Clause.Title(), t.Version)
	if !t.Resolved.IsZero() {
		fmt.Fprintf(&b, ", resolved on %s", terminal.Local(t.Resolved, zone))
	}
	b.WriteString("\n")
	for _, r := range t.Remarks {
		fmt.Fprintf(&b, "  %s, %s: %s\n", r.Party.Label(), terminal.Local(r.At, zone), terminal.Flatly(r.Text))
	}
	return b.String()
}

var note = visit.Asking("negotiate note", "CLAUSE TEXT", "keep a private note for your party; the other never sees it", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 2 {
			return terminal.Misusef("name the clause, and write the note in one argument")
		}
		var answer struct{ ID string }
		if err := c.Call(ctx, http.MethodPost, negotiationPath(id)+"/notes", map[string]string{"clause": env.Args[0], "text": env.Args[1]}, &answer); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s is kept for your party alone\n", answer.ID)
		return nil
	})

var notes = visit.Asking("negotiate notes", "", "print your party's private notes", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		zone := visit.Clocks(ctx, c, id)
		for raw, err := range c.Items(ctx, negotiationPath(id)+"/notes") {
			var n struct {
				ID, Text string
				Clause   agreement.Clause
				At       time.Time
			}
			if err == nil {
				err = json.Unmarshal(raw, &n)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(env.Stdout, "%s on %s, %s: %s\n", n.ID, n.Clause.Cite(), terminal.Local(n.At, zone), terminal.Flatly(n.Text))
		}
		return nil
	})

var forget = visit.Asking("negotiate forget", "NOTE", "forget a private note of your party", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one note by its id")
		}
		if err := c.Call(ctx, http.MethodDelete, negotiationPath(id)+"/notes/"+url.PathEscape(env.Args[0]), nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s is forgotten\n", env.Args[0])
		return nil
	})
