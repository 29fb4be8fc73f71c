package visit

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"

	"entente/cli/terminal"
)

// Asking is a command that asks a node's API about one agreement.
func Asking(name, args, help, long string, flags func(*flag.FlagSet), do func(context.Context, *terminal.Env, *flag.FlagSet, *Visitor, string) error) terminal.Command {
	return terminal.Command{Name: name, Args: args, Help: help, Long: long,
		Flags: func(f *flag.FlagSet) {
			Flags(f)
			if flags != nil {
				flags(f)
			}
		},
		Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) (err error) {
			c, err := Dial(ctx, env, f)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, c.Close()) }()
			id, err := c.Agreement(ctx, f)
			if err != nil {
				return err
			}
			return do(ctx, env, f, c, id)
		}}
}

// Agreement is the --agreement flag of a command, or the only agreement that the caller has.
func (v *Visitor) Agreement(ctx context.Context, f *flag.FlagSet) (string, error) {
	if id := terminal.Text(f, "agreement"); id != "" {
		return id, nil
	}
	var page struct{ Items []struct{ ID, Number string } }
	if err := v.Call(ctx, http.MethodGet, "/api/v1/agreements", nil, &page); err != nil {
		return "", err
	}
	switch len(page.Items) {
	case 0:
		return "", errors.New("there is no agreement on the node yet; `entente submit FILE` brings one")
	case 1:
		return page.Items[0].ID, nil
	}
	return "", terminal.Misusef("the node has %d agreements; name one with --agreement", len(page.Items))
}

// Show asks a node for an answer and fills it in. With --json it prints what the node said, as it came, and shown says
// that nothing is left to print.
func (v *Visitor) Show(ctx context.Context, env *terminal.Env, f *flag.FlagSet, method, path string, body, answer any) (shown bool, err error) {
	var b []byte
	if err := v.Call(ctx, method, path, body, &b); err != nil {
		return false, err
	}
	if err := json.Unmarshal(b, answer); err != nil {
		return false, fmt.Errorf("reading the answer: %w", err)
	}
	if terminal.Text(f, "json") != "true" {
		return false, nil
	}
	_, err = fmt.Fprintf(env.Stdout, "%s\n", b)
	return true, err
}

// Flags say which node and which of its agreements, and who asks.
func Flags(f *flag.FlagSet) {
	NodeFlags(f)
	f.String("agreement", "", "the agreement's `id`, if there are several")
}
