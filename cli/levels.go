package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"
)

var levelsCommand = asking("levels", "[--json]", "show the service levels of Schedule C, promised and measured",
	"\nOver the window that goes on now, from the records of real calls, as far as their hours are stated. The exit\nstatus is 1 if a service level is missed so far.",
	func(f *flag.FlagSet) { f.Bool("json", false, "print JSON") },
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		var b []byte
		if err := c.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id+"/levels", nil, &b); err != nil {
			return err
		}
		var all struct {
			Items []struct {
				Component, Environment string
				From, To               time.Time
				Kept                   bool
				Figures                []struct {
					Name, Promised, Measured string
					Kept                     bool
				}
			}
		}
		if err := json.Unmarshal(b, &all); err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		missed := false
		w := tabwriter.NewWriter(env.Stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, "COMPONENT\tENVIRONMENT\tSERVICE LEVEL\tPROMISED\tMEASURED\t")
		for _, l := range all.Items {
			missed = missed || !l.Kept
			for _, one := range l.Figures {
				mark := ""
				if !one.Kept {
					mark = "MISSED"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Component, l.Environment, one.Name, one.Promised, one.Measured, mark)
			}
		}
		if text(f, "json") == "true" {
			fmt.Fprintf(env.Stdout, "%s\n", b)
		} else if err := w.Flush(); err != nil {
			return err
		}
		if len(all.Items) > 0 {
			fmt.Fprintf(env.Stderr, "measured from %s to %s\n", all.Items[0].From.Format(time.RFC3339), all.Items[0].To.Format(time.RFC3339))
		}
		if missed {
			return errFailed
		}
		return nil
	})
