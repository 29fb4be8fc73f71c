package access

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"time"

	"entente/cli/terminal"
	"entente/cli/visit"
)

var signer = visit.Asking("access signer", "KEY [--label TEXT] [--access read] [--parts LIST] [--expires-in P30D]", "let a program of yours sign its requests in place of showing a token",
	`
KEY is a file with the program's Ed25519 public key (PEM). The program keeps the private key and signs each
request (HTTP Message Signatures, RFC 9421), so that no secret passes and none lies on the node:

    openssl genpkey -algorithm ed25519 -out program.pem
    openssl pkey -in program.pem -pubout -out program.pub.pem
    entente access signer program.pub.pem --label 'night build'
    entente portfolio --node URL --signer program.pem
`, limitFlags, func(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
		if len(env.Args) != 1 {
			return terminal.Misusef("name the file with the public key")
		}
		key, err := terminal.ReadAtMost(env.Args[0], 64<<10)
		if err != nil {
			return err
		}
		var answer struct {
			ID, KeyID string
			Expires   time.Time
		}
		body := limited(f)
		body["public_key"] = string(key)
		if err := c.Call(ctx, http.MethodPost, "/api/v1/signers", body, &answer); err != nil {
			return err
		}
		fmt.Fprintf(env.Stdout, "%s signs for you until %s, as keyid %s\n", answer.ID, answer.Expires.Format(time.DateOnly), answer.KeyID)
		return nil
	})
