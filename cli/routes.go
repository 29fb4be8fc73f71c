package cli

import (
	"context"
	"flag"
	"fmt"
	"text/tabwriter"

	"entente/api"
	"entente/cli/terminal"
	"entente/console"
)

var routes = terminal.Command{
	Name: "routes", Args: "[--json] [--console]", Help: "list what the API serves and who may, or the console's pages",
	Flags: func(f *flag.FlagSet) {
		f.Bool("json", false, "print JSON")
		f.Bool("console", false, "list the console's pages instead")
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		if terminal.Text(f, "console") == "true" {
			pages := (&console.Console{}).Routes()
			if terminal.Text(f, "json") == "true" {
				return terminal.JSON(env.Stdout, pages)
			}
			for _, p := range pages {
				fmt.Fprintln(env.Stdout, p)
			}
			return nil
		}
		all := (&api.API{}).Routes()
		if terminal.Text(f, "json") == "true" {
			return terminal.JSON(env.Stdout, all)
		}
		w := tabwriter.NewWriter(env.Stdout, 0, 4, 2, ' ', 0)
		for _, r := range all {
			fmt.Fprintf(w, "%s\t%s\t%v\n", r.Method, r.Path, r.Roles)
		}
		return w.Flush()
	},
}
