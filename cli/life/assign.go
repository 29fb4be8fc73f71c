package life

import (
	"context"
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

// An assignment is a transfer of the agreement, as a node says it.
type assignment struct {
	ID        string
	Party     agreement.Party
	To        struct{ Name, Kind string }
	On        string
	Consent   bool `json:"consent_needed"`
	Consented time.Time
	Refused   time.Time
	Reason    string
	Withdrawn time.Time
	Takes     time.Time `json:"takes_effect"`
	LateSince string    `json:"notice_was_due"`
}

func (a assignment) said(zone *time.Location) string {
	said := fmt.Sprintf("%s %s to %s (%s): ", a.ID, a.Party.Label(), terminal.Flatly(a.To.Name), a.To.Kind)
	switch {
	case !a.Refused.IsZero():
		return said + "refused: " + terminal.Flatly(a.Reason)
	case !a.Withdrawn.IsZero():
		return said + "withdrawn on " + terminal.Local(a.Withdrawn, zone)
	case a.Takes.IsZero():
		return said + "waits for the consent of " + a.Party.Other().Label()
	case a.Consent:
		return said + "consented to, takes effect on " + terminal.Local(a.Takes, zone)
	}
	said += "needs no consent, takes effect on " + terminal.Local(a.Takes, zone)
	if a.LateSince != "" {
		said += "; the notice came late, it was due by " + terminal.Flatly(a.LateSince)
	}
	return said
}

var assign = visit.Asking("assign", "--to NAME --address TEXT --kind affiliate|acquirer|other [--competitor] --on DAY --people ID[,ID] --evidence REF",
	"pass your party's side of the agreement on (clause 13.3)",
	`
Where clause 13.3 asks for the other party's consent, nothing changes until it is given. From the day on
only those of your party act who are named with --people, by their ids in clause 7.1; a signatory is among
them, and names others by an amendment. Where no consent is needed, the day may have passed: the entry is the
notice that clause 13.3 asks for, and has effect from then on. --evidence shows that whoever takes over accepts all terms in
writing.`,
	func(f *flag.FlagSet) {
		f.String("to", "", "the full legal `name` of who takes the agreement over")
		f.String("address", "", "its registered `address`")
		f.String("registration", "", "its register and `number`")
		f.String("kind", "", "what it is to your party: `affiliate`, acquirer or other")
		f.Bool("competitor", false, "it competes with the other party")
		f.String("on", "", "the `day` from which it has effect")
		f.String("people", "", "the `ids` of the people who go on acting, with commas between")
		f.String("evidence", "", "the `address` or digest of what shows it")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		to := map[string]any{}
		for _, name := range []string{"to", "address", "kind", "on", "people", "evidence"} {
			if terminal.Text(f, name) == "" {
				return terminal.Misusef("say --%s", name)
			}
		}
		to["name"], to["address"], to["kind"], to["competitor"] = terminal.Text(f, "to"), terminal.Text(f, "address"), terminal.Text(f, "kind"), terminal.Text(f, "competitor") == "true"
		if r := terminal.Text(f, "registration"); r != "" {
			to["registration"] = r
		}
		body := map[string]any{"to": to, "on": terminal.Text(f, "on"), "people": strings.Split(terminal.Text(f, "people"), ","), "evidence": terminal.Text(f, "evidence")}
		return actOn(ctx, env, c, id, http.MethodPost, "", body)
	})

// actOn does something about an assignment and says how it stands then.
func actOn(ctx context.Context, env *terminal.Env, v *visit.Visitor, id, method, path string, body any) error {
	zone := visit.Clocks(ctx, v, id)
	var a assignment
	if err := v.Call(ctx, method, "/api/v1/agreements/"+id+"/assignments"+path, body, &a); err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, a.said(zone))
	return nil
}

var assignmentConsent = visit.Asking("assignment consent", "ASSIGNMENT", "consent to the other party's assignment", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one assignment by its id")
		}
		return actOn(ctx, env, c, id, http.MethodPost, "/"+url.PathEscape(env.Args[0])+"/consent", nil)
	})

var assignmentRefuse = visit.Asking("assignment refuse", "ASSIGNMENT --reason TEXT", "refuse the other party's assignment", "", func(f *flag.FlagSet) {
	f.String("reason", "", "`why`; the other party reads it")
}, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	if len(env.Args) != 1 || terminal.Text(f, "reason") == "" {
		return terminal.Misusef("name one assignment by its id, and say the --reason")
	}
	return actOn(ctx, env, c, id, http.MethodPost, "/"+url.PathEscape(env.Args[0])+"/refusal", map[string]string{"reason": terminal.Text(f, "reason")})
})

var assignmentWithdraw = visit.Asking("assignment withdraw", "ASSIGNMENT", "withdraw an assignment of your party before it takes effect", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one assignment by its id")
		}
		return actOn(ctx, env, c, id, http.MethodDelete, "/"+url.PathEscape(env.Args[0]), nil)
	})

var assignmentList = visit.Asking("assignment list", "", "list who passed the agreement on, and who asks to", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		var all struct{ Items []assignment }
		if err := c.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id+"/assignments", nil, &all); err != nil {
			return err
		}
		zone := visit.Clocks(ctx, c, id)
		for _, a := range all.Items {
			fmt.Fprintln(env.Stdout, a.said(zone))
		}
		return nil
	})
