package integration

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"time"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var certificateRecord = visit.Asking("certificate record", "NAME --valid-until DAY --evidence REF [--scope TEXT]", "show the certificate that your party holds (clause 8.2)",
	"\nNAME is a certification of clause B.4. When a required one has expired and its grace is over, production\ncloses for your party's components until you show a new one.",
	func(f *flag.FlagSet) {
		f.String("valid-until", "", "the last `day` of the certificate, as 2027-11-30")
		f.String("evidence", "", "the `address` or digest of what shows it")
		f.String("scope", "", "`what` it covers")
	},
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 || terminal.Text(f, "valid-until") == "" || terminal.Text(f, "evidence") == "" {
			return terminal.Misusef("name one certification, --valid-until and --evidence")
		}
		body := map[string]string{"name": env.Args[0], "valid_until": terminal.Text(f, "valid-until"), "evidence": terminal.Text(f, "evidence")}
		if scope := terminal.Text(f, "scope"); scope != "" {
			body["scope"] = scope
		}
		var answer struct {
			ValidUntil string `json:"valid_until"`
			Closes     time.Time
		}
		if err := c.Call(ctx, http.MethodPost, "/api/v1/agreements/"+id+"/certificates", body, &answer); err != nil {
			return err
		}
		line := env.Args[0] + " is on record, valid until " + answer.ValidUntil
		if !answer.Closes.IsZero() {
			line += "; without a new one, the last day of production is " + visit.By(ctx, c, id, answer.Closes.Add(-1))
		}
		fmt.Fprintln(env.Stdout, line)
		return nil
	})

var certificateList = visit.Asking("certificate list", "", "list the certifications of clause B.4 and how they stand", "", nil,
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		return visit.Table(ctx, env, c, "/api/v1/agreements/"+id+"/certificates", "name", "party", "required", "valid_until", "closes", "evidence")
	})
