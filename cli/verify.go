package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"entente/agreement"
	"entente/articles/signing"
	"entente/articles/source"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

var verify = Command{
	Name: "verify", Args: "[--key a=KEY] [--key b=KEY] [--log VKEY] FILE", Help: "verify a signed agreement, a ledger bundle or a receipt, offline",
	Long: `
FILE is an agreement file with its signed package beside it (FILE.signed.json), a signed package
alone, a bundle made by ` + "`entente ledger export`" + `, or the receipt of a call made by
` + "`entente usage prove`" + `. Needs no server and no account. Every verdict is a
line; the exit status is 1 if one of them fails.

What the file says of its own keys is only as good as the file. Pin what you know from elsewhere:
--key a=ed25519:… is the key with which Party A signs, --log … the key of the log.`,
	Flags: func(f *flag.FlagSet) {
		f.Var(&pinned{}, "key", "a `party's` signing key that you know from elsewhere: a=ed25519:…")
		f.String("log", "", "the log's verifier `key`, known from elsewhere")
		f.Bool("json", false, "print verdicts as a JSON array")
	},
	Run: runVerify,
}

// pinned are public keys known from elsewhere, by party.
type pinned map[agreement.Party]seal.PublicKey

func (p *pinned) String() string { return "" }

func (p *pinned) Set(s string) error {
	party, key, ok := cut(s)
	if !ok || (party != agreement.A && party != agreement.B) {
		return errors.New("write a=ed25519:… or b=ed25519:…")
	}
	k, err := seal.ParsePublicKey(key)
	if err != nil {
		return err
	}
	if *p == nil {
		*p = pinned{}
	}
	(*p)[party] = k
	return nil
}

func cut(s string) (agreement.Party, string, bool) {
	if len(s) < 3 || s[1] != '=' {
		return "", "", false
	}
	return agreement.Party(s[:1]), s[2:], true
}

func runVerify(ctx context.Context, env *Env, f *flag.FlagSet) error {
	if len(env.Args) != 1 {
		return misusef("name one agreement file, signed package, bundle or receipt")
	}
	keys := *f.Lookup("key").Value.(*pinned)
	verdicts, err := verdictsOn(env.Args[0], keys, text(f, "log"))
	if err != nil {
		return err
	}
	return report(env, verdicts, text(f, "json") == "true")
}

func verdictsOn(name string, keys pinned, log string) ([]bundle.Verdict, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, misusef("%v", err)
	}
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return verifyBundle(b, keys, log)
	case isReceipt(b):
		return verifyReceipt(b, log)
	case bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")):
		return verifyPackage(b, keys)
	}
	return verifyFile(name, b, keys)
}

// verifyFile checks an agreement file against the signed package beside it.
func verifyFile(name string, content []byte, keys pinned) ([]bundle.Verdict, error) {
	signed, err := os.ReadFile(sidecar(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s is not signed: there is no %s beside it", name, sidecar(name))
	}
	if err != nil {
		return nil, err
	}
	p, err := signing.Parse(signed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", sidecar(name), err)
	}
	file, _ := source.Read(name, content)
	terms, err := canonical.Marshal(file.Agreement.Complete())
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	same := bundle.Verdict{Subject: "The agreement file", OK: true, Why: "It says what the signed terms say."}
	if string(terms) != string(p.Terms) {
		same = bundle.Verdict{Subject: "The agreement file", Why: "It was changed since it was signed: its terms are not the signed ones."}
	}
	attached := bundle.Verdict{Subject: "The attachments", OK: true, Why: "Each is the file that the front page names."}
	if err := attachmentsMatch(file.Agreement, filepath.Dir(name)); err != nil {
		attached.OK, attached.Why = false, err.Error()+"."
	}
	return append([]bundle.Verdict{same, attached}, judgePackage(p, keys)...), nil
}

func verifyPackage(b []byte, keys pinned) ([]bundle.Verdict, error) {
	p, err := signing.Parse(b)
	if err != nil {
		return nil, err
	}
	return judgePackage(p, keys), nil
}

func judgePackage(p signing.Package, keys pinned) []bundle.Verdict {
	return append(p.Verify(), judgeKeys(p, keys)...)
}

// judgeKeys compares the keys that signed with those that the verifier knows from elsewhere.
func judgeKeys(p signing.Package, keys pinned) []bundle.Verdict {
	var verdicts []bundle.Verdict
	for _, s := range p.Signatures {
		st, err := p.VerifySignature(s)
		want, known := keys[st.Party]
		if err != nil || !known {
			continue
		}
		v := bundle.Verdict{Subject: "The key of " + st.Party.Label(), OK: st.Key == want, Why: "It is the key that you named."}
		if !v.OK {
			v.Why = fmt.Sprintf("%v: %s signed, and you named %s.", signing.ErrWrongKey, st.Key, want)
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// verifyBundle checks a ledger bundle: the ledger itself, then each version with its signatures,
// then that replaying the entries gives a state.
func verifyBundle(b []byte, keys pinned, log string) ([]bundle.Verdict, error) {
	bundle, err := bundle.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("reading the bundle: %w", err)
	}
	anchors := ledger.Anchors{Agreement: bundle.Agreement}
	if log != "" {
		if anchors.Log, err = seal.ParseVKey(log); err != nil {
			return nil, misusef("--log: %v", err)
		}
	}
	return judgeBundle(bundle, anchors, keys), nil
}

func judgeBundle(b bundle.Bundle, anchors ledger.Anchors, keys pinned) []bundle.Verdict {
	return bundle.Verify(b, anchors, func(b bundle.Bundle, _ ledger.Report) []bundle.Verdict {
		return signing.JudgeBundle(b, func(p signing.Package) []bundle.Verdict { return judgeKeys(p, keys) })
	})
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
