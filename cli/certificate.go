package cli

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"time"
)

var certificateRecord = asking("certificate record", "NAME --valid-until DAY --evidence REF [--scope TEXT]", "show the certificate that your party holds (clause 8.2)",
	"\nNAME is a certification of clause B.4. When a required one has expired and its grace is over, production\ncloses for your party's components until you show a new one.",
	func(f *flag.FlagSet) {
		f.String("valid-until", "", "the last `day` of the certificate, as 2027-11-30")
		f.String("evidence", "", "the `address` or digest of what shows it")
		f.String("scope", "", "`what` it covers")
	},
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		if len(env.Args) != 1 || text(f, "valid-until") == "" || text(f, "evidence") == "" {
			return misusef("name one certification, --valid-until and --evidence")
		}
		body := map[string]string{"name": env.Args[0], "valid_until": text(f, "valid-until"), "evidence": text(f, "evidence")}
		if scope := text(f, "scope"); scope != "" {
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
			line += "; without a new one, production closes at " + instant(answer.Closes)
		}
		fmt.Fprintln(env.Stdout, line)
		return nil
	})

var certificateList = asking("certificate list", "", "list the certifications of clause B.4 and how they stand", "", nil,
	func(ctx context.Context, env *Env, f *flag.FlagSet, c *visitor, id string) error {
		return table(ctx, env, c, "/api/v1/agreements/"+id+"/certificates", "name", "party", "required", "valid_until", "closes", "evidence")
	})
