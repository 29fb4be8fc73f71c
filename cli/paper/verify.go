package paper

import (
	"context"
	"flag"
	"fmt"
	"os"

	"entente/cli/desk"
	"entente/cli/signed"
	"entente/cli/terminal"
	"entente/ledger/seal"
)

var verify = terminal.Command{
	Name: "verify", Args: "[--key a=KEY] [--key b=KEY] [--log VKEY] FILE", Help: "verify a signed agreement, a PDF, a ledger bundle or a receipt, offline",
	Long: `
FILE is an agreement file with its signed package beside it (FILE.signed.json), a signed package
alone, a PDF (signed, or a draft: then whether its pages are those of the file within it), a bundle made by ` + "`entente bundle`" + `, or the receipt of a call made by
` + "`entente usage prove`" + `. Needs no server and no account. Every verdict is a
line; the exit status is 1 if one of them fails.

What the file says of its own keys is only as good as the file. Pin what you know from elsewhere:
--key a=ed25519:… is the key with which Party A signs, --log … the key of the log.`,
	Flags: func(f *flag.FlagSet) {
		f.Var(&signed.Keys{}, "key", "a `party's` signing key that you know from elsewhere: a=ed25519:… or a=passkey:…")
		f.String("log", "", "the log's verifier `key`, known from elsewhere")
		f.Bool("json", false, "print verdicts as a JSON array")
	},
	Run: runVerify,
}

func runVerify(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
	if len(env.Args) != 1 {
		return terminal.Misusef("name one agreement file, signed package, PDF, bundle or receipt")
	}
	b, err := os.ReadFile(env.Args[0])
	if err != nil {
		return terminal.Misusef("%v", err)
	}
	var log seal.VKey
	if known := terminal.Text(f, "log"); known != "" {
		if log, err = seal.ParseVKey(known); err != nil {
			return terminal.Misusef("--log: %v", err)
		}
	}
	verdicts, err := signed.Verdicts(env.Args[0], b, *f.Lookup("key").Value.(*signed.Keys), log)
	if err != nil {
		return fmt.Errorf("%s: %w", env.Args[0], err)
	}
	return desk.Report(env, verdicts, terminal.Text(f, "json") == "true")
}
