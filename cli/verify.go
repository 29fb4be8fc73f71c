package cli

import (
	"context"
	"flag"
	"fmt"
	"os"

	"entente/cli/signed"
	"entente/ledger/bundle"
	"entente/ledger/seal"
)

var verify = Command{
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

func runVerify(ctx context.Context, env *Env, f *flag.FlagSet) error {
	if len(env.Args) != 1 {
		return misusef("name one agreement file, signed package, PDF, bundle or receipt")
	}
	b, err := os.ReadFile(env.Args[0])
	if err != nil {
		return misusef("%v", err)
	}
	var log seal.VKey
	if known := text(f, "log"); known != "" {
		if log, err = seal.ParseVKey(known); err != nil {
			return misusef("--log: %v", err)
		}
	}
	verdicts, err := signed.Verdicts(env.Args[0], b, *f.Lookup("key").Value.(*signed.Keys), log)
	if err != nil {
		return fmt.Errorf("%s: %w", env.Args[0], err)
	}
	return report(env, verdicts, text(f, "json") == "true")
}

// A verdictLine is a verdict as --json prints it.
type verdictLine struct {
	Subject string `json:"subject"`
	OK      bool   `json:"ok"`
	Why     string `json:"why"`
}

func report(env *Env, verdicts []bundle.Verdict, asJSON bool) error {
	bad := 0
	for _, v := range verdicts {
		if !v.OK {
			bad++
		}
	}
	if asJSON {
		printed := []verdictLine{}
		for _, v := range verdicts {
			printed = append(printed, verdictLine(v))
		}
		if err := printJSON(env.Stdout, printed); err != nil {
			return err
		}
	} else {
		for _, v := range verdicts {
			mark := "ok    "
			if !v.OK {
				mark = "FAILED"
			}
			fmt.Fprintf(env.Stdout, "%s  %s: %s\n", mark, v.Subject, v.Why)
		}
	}
	if bad > 0 {
		fmt.Fprintf(env.Stderr, "%d of %d verdicts failed\n", bad, len(verdicts))
		return errFailed
	}
	fmt.Fprintf(env.Stderr, "all %d verdicts hold\n", len(verdicts))
	return nil
}
