package calls

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"text/tabwriter"
	"time"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var levels = visit.Asking("levels", "[--json]", "show the service levels of Schedule C, promised and measured, and what followed",
	"\nOver the window that goes on now, from the records of real calls, as far as their hours are stated; then the\nwindows that are over, service credits and rights to leave, as the ledger has them. The exit status is 1 if\na service level is missed so far.",
	func(f *flag.FlagSet) { f.Bool("json", false, "print JSON") },
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		var all serviceLevels
		shown, err := c.Show(ctx, env, f, http.MethodGet, "/api/v1/agreements/"+id+"/levels", nil, &all)
		if err == nil && !shown {
			err = all.print(env.Stdout, visit.Clocks(ctx, c, id))
		}
		if err != nil {
			return err
		}
		if len(all.Items) > 0 {
			fmt.Fprintf(env.Stderr, "measured from %s to %s; what was refused is counted by whole UTC days\n", terminal.Instant(all.Items[0].From), terminal.Instant(all.Items[0].To))
		}
		for _, l := range all.Items {
			if !l.Kept {
				return terminal.ErrFailed
			}
		}
		return nil
	})

// serviceLevels are what a node says of Schedule C.
type serviceLevels struct {
	Items   []serviceLevel
	Windows []serviceLevel
	Credits []struct {
		Component, Creditor, Availability, Credit, Fees, Amount string
		From, To                                                time.Time
		Given                                                   bool
	}
	Leave []struct {
		Component, Party string
		Missed           int
		Until            time.Time
	}
}

// A serviceLevel is a row of clause C.1 in a window.
type serviceLevel struct {
	Component, Environment string
	From, To               time.Time
	Kept                   bool
	Minutes                int64
	Excluded               int64 `json:"excluded_minutes"`
	Down                   int64 `json:"down_minutes"`
	Made                   int64 `json:"calls_made"`
	Faults                 int64 `json:"provider_failures"`
	Caller                 int64 `json:"caller_failures"`
	Cut                    int64 `json:"cut_under_a_clause"`
	Node                   int64 `json:"gateway_failures"`
	Refused                int64
	Figures                []struct {
		Name, Promised, Measured string
		Kept                     bool
	}
}

func (s serviceLevels) print(out io.Writer, zone *time.Location) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "COMPONENT\tENVIRONMENT\tSERVICE LEVEL\tPROMISED\tMEASURED\t")
	for _, l := range s.Items {
		for _, one := range l.Figures {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Component, l.Environment, one.Name, one.Promised, one.Measured, missed(one.Kept))
		}
	}
	fmt.Fprintln(w, "\nCOMPONENT\tENVIRONMENT\tMINUTES\tEXCLUDED\tDOWN\tCALLS\tFAILED: PROVIDER\tCALLER\tGATEWAY\tCUT UNDER A CLAUSE\tREFUSED (UTC DAYS)")
	for _, l := range s.Items {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", l.Component, l.Environment, l.Minutes, l.Excluded, l.Down, l.Made, l.Faults, l.Caller, l.Node, l.Cut, l.Refused)
	}
	if len(s.Windows) > 0 {
		fmt.Fprintln(w, "\nWINDOW UNTIL\tCOMPONENT\tENVIRONMENT\tSERVICE LEVEL\tPROMISED\tMEASURED\t")
	}
	for _, l := range s.Windows {
		for _, one := range l.Figures {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", terminal.Instant(l.To), l.Component, l.Environment, one.Name, one.Promised, one.Measured, missed(one.Kept))
		}
	}
	s.printCredits(w, zone)
	return w.Flush()
}

func (s serviceLevels) printCredits(w io.Writer, zone *time.Location) {
	if len(s.Credits) > 0 {
		fmt.Fprintln(w, "\nWINDOW UNTIL\tCOMPONENT\tCREDIT OF PARTY\tAVAILABILITY\tCREDIT\tOF FEES\tAMOUNT\t")
	}
	for _, c := range s.Credits {
		given := ""
		if !c.Given {
			given = "NOT GIVEN"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", terminal.Instant(c.To), c.Component, c.Creditor, c.Availability, c.Credit, c.Fees, c.Amount, given)
	}
	for _, l := range s.Leave {
		fmt.Fprintf(w, "\nparty %s may terminate: service levels of %s were missed in %d windows", l.Party, l.Component, l.Missed)
		if !l.Until.IsZero() {
			fmt.Fprintf(w, "; notice until %s", terminal.Until(l.Until, zone))
		}
		fmt.Fprintln(w)
	}
}

// missed marks what was not kept.
func missed(kept bool) string {
	if kept {
		return ""
	}
	return "MISSED"
}
