package life

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"entente/agreement"
	"entente/cli/terminal"
	"entente/cli/visit"
)

type letter struct {
	ID      string
	Party   agreement.Party
	Given   time.Time
	Clauses []agreement.Clause
	Title   string
}

var letterGive = visit.Asking("letter give", "FILE --title TEXT --clause CLAUSE[,CLAUSE]", "put a side letter of your party on record",
	"\nIt binds the party that gives it and changes no clause: an amendment does.", func(f *flag.FlagSet) {
		f.String("title", "", "what the letter is `about`")
		f.String("clause", "", "the `clauses` to which it belongs, by number, with commas between")
	}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 || terminal.Text(f, "title") == "" || terminal.Text(f, "clause") == "" {
			return terminal.Misusef("name the file, --title and --clause")
		}
		b, err := os.ReadFile(env.Args[0])
		if err != nil {
			return err
		}
		var l letter
		body := map[string]any{"title": terminal.Text(f, "title"), "clauses": strings.Split(terminal.Text(f, "clause"), ","), "text": string(b)}
		if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/letters", body, &l); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s stands beside %s\n", l.ID, cited(l.Clauses))
		return nil
	})

var letterShow = visit.Asking("letter show", "LETTER", "print a side letter", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one letter by its id; `entente history` lists them")
		}
		var b []byte
		if err := c.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id+"/letters/"+url.PathEscape(env.Args[0]), nil, &b); err != nil {
			return err
		}
		_, err := env.Stdout.Write(b)
		return err
	})
