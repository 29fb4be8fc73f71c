package news

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"strings"
	"text/tabwriter"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var portfolio = terminal.Command{Name: "portfolio", Help: "list all agreements that name you, what needs care first",
	Long: `
It takes a token of yours that was made on your page in the console, having entered by a code or by your
company's sign-in: so the node knows that the address is yours. With another token it lists the agreement of that
token alone. What your company has promised one partner is held against its agreements with others
(clause 1.3), and shown to you alone if you sit in both.`,
	Flags: visit.NodeFlags,
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) (err error) {
		c, err := visit.Dial(ctx, env, f)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.Close()) }()
		var p folio
		if err := c.Call(ctx, http.MethodGet, "/api/v1/portfolio", nil, &p); err != nil {
			return err
		}
		return p.print(env)
	}}

// A folio is a portfolio as the node tells it.
type folio struct {
	Proven bool
	Items  []struct {
		Agreement, Number, Stage, Own, Other, Health, Owes, Owed string
		Care                                                     []struct{ Clause, Fact string }
		Next                                                     *struct{ What, Day string }
		Calls, Tokens, Refused                                   int64
	}
	Conflicts []struct {
		Promise, With, Tier, What, Exception, From, Until string
		Where, Named                                      []string
		Signed                                            bool
	}
}

func (p folio) print(env *terminal.Env) error {
	numbers := map[string]string{}
	w := tabwriter.NewWriter(env.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "HEALTH\tNUMBER\tFOR\tWITH\tSTAGE\tNEXT\tCALLS\tTOKENS\tREFUSED\tOWES\tIS OWED")
	for _, l := range p.Items {
		numbers[l.Agreement] = l.Number
		next := "nothing"
		if l.Next != nil {
			next = l.Next.Day
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\n", l.Health, l.Number, l.Own, l.Other, l.Stage, next, l.Calls, l.Tokens, l.Refused, l.Owes, l.Owed)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, l := range p.Items {
		for _, one := range l.Care {
			fmt.Fprintf(env.Stdout, "%s, clause %s: %s\n", l.Number, one.Clause, one.Fact)
		}
	}
	for _, c := range p.Conflicts {
		fmt.Fprintf(env.Stdout, "conflict: %s promises, by clause 1.3, %q (%s)%s; it meets %s%s\n", numbers[c.Promise], c.What, c.Tier, within(c.From, c.Until), numbers[c.With], also(c.Where, c.Named, c.Exception, c.Signed))
	}
	if !p.Proven {
		fmt.Fprintln(env.Stderr, "this is the agreement of the token alone: a token that was made on your page in the console, having entered by a code, lists all that name your address")
	}
	return nil
}

// within says from when, and until when if that is certain.
func within(from, until string) string {
	if until == "" {
		return " from " + from
	}
	return " from " + from + " until " + until
}

// also says what else is known of a conflict.
func also(where, named []string, exception string, signed bool) string {
	var all []string
	if len(where) > 0 {
		all = append(all, "in "+strings.Join(where, ", "))
	}
	if len(named) > 0 {
		all = append(all, "both name "+strings.Join(named, ", "))
	}
	if exception != "" {
		all = append(all, "it may be excepted: "+exception)
	}
	if !signed {
		all = append(all, "not both are signed yet")
	}
	if all == nil {
		return ""
	}
	return " (" + strings.Join(all, "; ") + ")"
}
