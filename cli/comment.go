package cli

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

var negotiateComment = asking("negotiate comment", "CLAUSE TEXT", "comment on a clause; the other party reads it", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		return say(ctx, env, c, id, "clause", "the clause")
	})

var negotiateReply = asking("negotiate reply", "COMMENT TEXT", "reply to a comment", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		return say(ctx, env, c, id, "thread", "the comment by its id")
	})

func say(ctx context.Context, env *Env, c *visitor, id, about, what string) error {
	if len(env.Args) != 2 {
		return misusef("name %s, and say in one argument what you have to say", what)
	}
	var answer struct{ Comment thread }
	if err := c.Call(ctx, http.MethodPost, negotiationPath(id)+"/comments", map[string]string{about: env.Args[0], "text": env.Args[1]}, &answer); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "%s on %s: %s\n", answer.Comment.ID, answer.Comment.Clause.Cite(), count(len(answer.Comment.Remarks), "remark"))
	return nil
}

var negotiateResolve = asking("negotiate resolve", "COMMENT", "say that a comment of your party is settled", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 {
			return misusef("name one comment by its id")
		}
		if err := c.Call(ctx, http.MethodPost, negotiationPath(id)+"/comments/"+url.PathEscape(env.Args[0])+"/resolution", nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s is resolved\n", env.Args[0])
		return nil
	})

var negotiateComments = asking("negotiate comments", "[CLAUSE] [--all]", "print the comments that are open", "", func(f *flag.FlagSet) {
	f.Bool("all", false, "those that are resolved, too")
}, func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
	var only agreement.Clause
	if len(env.Args) > 0 {
		var err error
		if only, err = agreement.ParseClause(env.Args[0]); err != nil {
			return misusef("%v", err)
		}
	}
	path := negotiationPath(id) + "/comments"
	if text(f, "all") != "true" {
		path += "?open=true"
	}
	for raw, err := range c.Items(ctx, path) {
		var t thread
		if err == nil {
			err = json.Unmarshal(raw, &t)
		}
		if err != nil {
			return err
		}
		if only == "" || only == t.Clause {
			fmt.Fprint(env.Stdout, t.said())
		}
	}
	return nil
})

func (t thread) said() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s, %s, in version %d", t.ID, t.Clause.Cite(), t.Clause.Title(), t.Version)
	if !t.Resolved.IsZero() {
		fmt.Fprintf(&b, ", resolved on %s", instant(t.Resolved))
	}
	b.WriteString("\n")
	for _, r := range t.Remarks {
		fmt.Fprintf(&b, "  %s, %s: %s\n", r.Party.Label(), instant(r.At), flatly(r.Text))
	}
	return b.String()
}

var negotiateNote = asking("negotiate note", "CLAUSE TEXT", "keep a private note for your party; the other never sees it", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 2 {
			return misusef("name the clause, and write the note in one argument")
		}
		var answer struct{ ID string }
		if err := c.Call(ctx, http.MethodPost, negotiationPath(id)+"/notes", map[string]string{"clause": env.Args[0], "text": env.Args[1]}, &answer); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s is kept for your party alone\n", answer.ID)
		return nil
	})

var negotiateNotes = asking("negotiate notes", "", "print your party's private notes", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
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
			fmt.Fprintf(env.Stdout, "%s on %s, %s: %s\n", n.ID, n.Clause.Cite(), instant(n.At), flatly(n.Text))
		}
		return nil
	})

var negotiateForget = asking("negotiate forget", "NOTE", "forget a private note of your party", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 {
			return misusef("name one note by its id")
		}
		if err := c.Call(ctx, http.MethodDelete, negotiationPath(id)+"/notes/"+url.PathEscape(env.Args[0]), nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s is forgotten\n", env.Args[0])
		return nil
	})
