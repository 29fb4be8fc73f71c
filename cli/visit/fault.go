package visit

import (
	"errors"
	"flag"
	"strings"

	"entente/cli/terminal"
	"entente/client"
)

// InFlags turns what a node says of a request into what is wrong with the flags from which it was made,
// if all of it is.
func InFlags(err error, f *flag.FlagSet) error {
	var p *client.Problem
	if !errors.As(err, &p) || len(p.Errors) == 0 {
		return err
	}
	var all []string
	for _, e := range p.Errors {
		_, member, _ := strings.Cut(e.Location, ".")
		name := strings.ReplaceAll(member, "_", "-")
		if f.Lookup(name) == nil {
			return err
		}
		all = append(all, "--"+name+": "+e.Message)
	}
	return terminal.Misusef("%s", strings.Join(all, "\n  "))
}
