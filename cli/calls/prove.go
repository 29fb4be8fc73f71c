package calls

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"entente/cli/terminal"
	"entente/cli/visit"
	"entente/files"
)

var prove = visit.Asking("usage prove", "CALL [-o FILE]", "write the receipt of a metered call, once its hour is stated",
	"\nCALL is the usage id that the answer bore in Entente-Usage-Id. The receipt holds the call’s record, the proof that\nit is in the statement of its hour, and the proof that the statement is in the ledger. `entente verify FILE`\nchecks it on any machine, without a node.",
	func(f *flag.FlagSet) { f.String("o", "", "the output `file`; standard output if not said") },
	func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, _ string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name one call by its usage id: use_…")
		}
		var got struct {
			State     string
			Statement struct{ From, To time.Time }
			Receipt   json.RawMessage
		}
		if err := c.Call(ctx, http.MethodGet, "/api/v1/receipts/"+url.PathEscape(env.Args[0]), nil, &got); err != nil {
			return err
		}
		switch got.State {
		case "open":
			return fmt.Errorf("%s has not ended; its hour is stated some time after %s", env.Args[0], got.Statement.To.Format(time.RFC3339))
		case "metered":
			return fmt.Errorf("%s is metered and not stated yet; its hour is stated some time after %s", env.Args[0], got.Statement.To.Format(time.RFC3339))
		}
		proof := append(got.Receipt, '\n')
		if out := terminal.Text(f, "o"); out != "" {
			if err := files.WriteFile(out, proof, 0o644); err != nil {
				return err
			}
			fmt.Fprintf(env.Stderr, "wrote %s; entente verify checks it\n", out)
			return nil
		}
		_, err := env.Stdout.Write(proof)
		return err
	})
