package negotiation

import (
	"context"
	"errors"
	"flag"
	"strconv"

	"entente/cli/desk"
	"entente/cli/terminal"
	"entente/cli/visit"
)

var redline = visit.Asking("negotiate redline", "[OLD NEW] [-o OUT.html|.docx|.md] [--author NAME] [--date DATE]", "compare two versions that were proposed, by clause and by word",
	`
Without numbers it compares the version proposed last with the last one before it that the other
party proposed or that both signed. The words are those that were proposed, not made anew. The outputs are those of
`+"`entente diff`"+`.`, desk.RedlineFlags,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		by, err := desk.Author(env, f)
		if err != nil {
			return err
		}
		from, to, err := twoVersions(ctx, env, c, id)
		if err != nil {
			return err
		}
		old, err := c.Proposed(ctx, id, from)
		if err != nil {
			return err
		}
		new, err := c.Proposed(ctx, id, to)
		if err != nil {
			return err
		}
		return desk.Compare(old.Text(), new.Text()).Put(env, terminal.Text(f, "o"), by, new.File)
	})

// twoVersions are the numbers that are named, or those of the last version and of what it is compared with.
func twoVersions(ctx context.Context, env *terminal.Env, c *visit.Visitor, id string) (from, to int, err error) {
	switch len(env.Args) {
	case 0:
		n, err := standing(ctx, c, id)
		if err == nil && n.Base == 0 {
			err = errors.New("there is nothing yet to compare; name two versions")
		}
		return n.Base, n.Version, err
	case 2:
		from, err = strconv.Atoi(env.Args[0])
		if err == nil {
			to, err = strconv.Atoi(env.Args[1])
		}
		if err == nil {
			return from, to, nil
		}
	}
	return 0, 0, terminal.Misusef("name two versions by their numbers, the old one and the new one, or none")
}
