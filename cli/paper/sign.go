package paper

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"entente/agreement"
	"entente/articles/signing"
	"entente/cli/desk"
	"entente/cli/signed"
	"entente/cli/terminal"
	"entente/files"
	"entente/ledger"
	"entente/timestamp"
)

var identityNew = terminal.Command{
	Name: "identity new", Args: "[-o FILE] [--custody person|party]", Help: "make a signing key that you hold yourself",
	Long: `
Writes an Ed25519 key to FILE (entente-identity.json), readable by you alone, and prints its public
half. Give the public half to the other party, or put it into parties.a.signing_key of the
agreement; keep the file out of every repository and back it up.`,
	Flags: func(f *flag.FlagSet) {
		f.String("o", "entente-identity.json", "the key `file`")
		f.String("custody", "person", "`who` holds the key: person or party")
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		held := ledger.Custody(terminal.Text(f, "custody"))
		if len(env.Args) > 0 || (held != ledger.HeldByPerson && held != ledger.HeldByParty) {
			return terminal.Misusef("it takes no arguments, and --custody is person or party")
		}
		out := terminal.Text(f, "o")
		key, err := signed.NewIdentity(out, held)
		if err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, key)
		fmt.Fprintf(env.Stderr, "wrote %s; keep it to yourself\n", out)
		return nil
	},
}

var sign = terminal.Command{
	Name: "sign", Args: "FILE --party a|b --name NAME --title TITLE [--key FILE] [--previous FILE] [--timestamp URL]", Help: "sign an agreement with a key that you hold",
	Long: `
Checks FILE, refuses it if it has errors, and signs its manifest: the digests of the terms, the
wording, the PDF, the template, each attachment and the version before. The signature goes into the PDF
too, as PAdES has it: ` + "`entente render --signed FILE -o FILE.pdf`" + ` writes that PDF. The result stands beside the file as
FILE.signed.json and holds everything that was signed; send both to the other party, who signs in
turn and adds the second signature to the same file. ` + "`entente submit FILE`" + ` brings the file with the
signatures it has to a node, and again with those that were added since.`,
	Flags: func(f *flag.FlagSet) {
		f.String("party", "", "the `party` for which you sign: a or b")
		f.String("name", "", "your `name`")
		f.String("title", "", "your `title`")
		f.String("key", "entente-identity.json", "your key `file`")
		f.String("timestamp", "", "the `address` of a time-stamp authority (RFC 3161) that confirms when the signature in the PDF was there")
		f.String("previous", "", "the version that this one replaces: its `file`, signed package, signed PDF or bundle of the ledger")
	},
	Run: runSign,
}

func runSign(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
	party := agreement.Party(strings.ToLower(terminal.Text(f, "party")))
	if len(env.Args) != 1 || (party != agreement.A && party != agreement.B) || terminal.Text(f, "name") == "" || terminal.Text(f, "title") == "" {
		return terminal.Misusef("name one agreement file, --party a or b, --name and --title")
	}
	key, held, err := signed.ReadIdentity(terminal.Text(f, "key"))
	if err != nil {
		return err
	}
	file, _, err := desk.Sound(env, env.Args[0])
	if err != nil {
		return err
	}
	p, err := signed.Open(file.Agreement, env.Args[0], terminal.Text(f, "previous"))
	if err != nil {
		return err
	}
	for _, s := range p.Signatures {
		st, err := p.VerifySignature(s)
		if err != nil {
			return fmt.Errorf("a signature in %s: %w", signed.Beside(env.Args[0]), err)
		}
		if st.Party == party {
			return fmt.Errorf("%s has already signed: %s on %s", party.Label(), st.Name, st.Date.Format("2 January 2006"))
		}
	}
	s, err := p.Sign(signing.Pen{Party: party, Name: terminal.Text(f, "name"), Title: terminal.Text(f, "title"), At: env.Now(), Custody: held, Key: key})
	if err != nil {
		return err
	}
	if authority := terminal.Text(f, "timestamp"); authority != "" {
		stamps, err := timestamp.Named(authority)
		if err != nil {
			return terminal.Misusef("--timestamp: %v", err)
		}
		if s, err = stamps.Stamp(ctx, s); err != nil {
			return err
		}
	}
	p = p.With(s)
	b, err := p.Bytes()
	if err != nil {
		return err
	}
	if err := files.WriteFile(signed.Beside(env.Args[0]), append(b, '\n'), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "signed manifest %s for %s; %d of 2 signatures in %s\n", p.Digest(), party.Label(), len(p.Signatures), signed.Beside(env.Args[0]))
	return nil
}
