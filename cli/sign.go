package cli

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/signing"
	"entente/files"
	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// An identity is a signing key in the hands of a person or a party, as it is kept in a file.
type identity struct {
	Format string         `json:"format"`
	Key    seal.PublicKey `json:"key"`
	Seed   string         `json:"seed"`
	Held   ledger.Custody `json:"custody"`
}

const identityForm = "entente-identity/1"

var identityNew = Command{
	Name: "identity new", Args: "[-o FILE] [--custody person|party]", Help: "make a signing key that you hold yourself",
	Long: `
Writes an Ed25519 key to FILE (entente-identity.json), readable by you alone, and prints its public
half. Give the public half to the other party, or put it into parties.a.signing_key of the
agreement; keep the file out of every repository and back it up.`,
	Flags: func(f *flag.FlagSet) {
		f.String("o", "entente-identity.json", "the key `file`")
		f.String("custody", "person", "`who` holds the key: person or party")
	},
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		held := ledger.Custody(text(f, "custody"))
		if len(env.Args) > 0 || (held != ledger.HeldByPerson && held != ledger.HeldByParty) {
			return misusef("it takes no arguments, and --custody is person or party")
		}
		out := text(f, "o")
		if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%s is there already: a key is never overwritten; choose another name with -o", out)
		}
		k, err := seal.Generate(rand.Reader)
		if err != nil {
			return err
		}
		b, err := json.MarshalIndent(identity{identityForm, k.Public(), k.RevealSeed(), held}, "", "  ")
		if err != nil {
			return err
		}
		if err := files.WriteFile(out, append(b, '\n'), 0o600); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, k.Public())
		fmt.Fprintf(env.Stderr, "wrote %s; keep it to yourself\n", out)
		return nil
	},
}

func readIdentity(name string) (seal.PrivateKey, ledger.Custody, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return seal.PrivateKey{}, "", fmt.Errorf("reading the identity: %w (make one with `entente identity new`)", err)
	}
	var id identity
	if err := canonical.Decode(b, &id); err != nil || id.Format != identityForm {
		return seal.PrivateKey{}, "", fmt.Errorf("%s is not an identity file", name)
	}
	k, err := seal.PrivateKeyFromSeed(id.Seed)
	if err != nil || k.Public() != id.Key {
		return seal.PrivateKey{}, "", fmt.Errorf("%s is damaged: its key does not match", name)
	}
	return k, id.Held, nil
}

var sign = Command{
	Name: "sign", Args: "FILE --party a|b --name NAME --title TITLE [--key FILE] [--previous FILE]", Help: "sign an agreement with a key that you hold",
	Long: `
Checks FILE, refuses it if it has errors, and signs its manifest: the digests of the terms, the
wording, the template, each attachment and the version before. The result stands beside the file as
FILE.signed.json and holds everything that was signed; send both to the other party, who signs in
turn and adds the second signature to the same file. ` + "`entente submit FILE`" + ` brings the file with the
signatures it has to a node, and again with those that were added since.`,
	Flags: func(f *flag.FlagSet) {
		f.String("party", "", "the `party` for which you sign: a or b")
		f.String("name", "", "your `name`")
		f.String("title", "", "your `title`")
		f.String("key", "entente-identity.json", "your key `file`")
		f.String("previous", "", "the signed package (FILE.signed.json) of the version that this one replaces")
	},
	Run: runSign,
}

func runSign(ctx context.Context, env *Env, f *flag.FlagSet) error {
	party := agreement.Party(strings.ToLower(text(f, "party")))
	if len(env.Args) != 1 || (party != agreement.A && party != agreement.B) || text(f, "name") == "" || text(f, "title") == "" {
		return misusef("name one agreement file, --party a or b, --name and --title")
	}
	key, held, err := readIdentity(text(f, "key"))
	if err != nil {
		return err
	}
	p, err := packageOf(env, env.Args[0], text(f, "previous"))
	if err != nil {
		return err
	}
	for _, s := range p.Signatures {
		st, err := p.VerifySignature(s)
		if err != nil {
			return fmt.Errorf("a signature in %s: %w", sidecar(env.Args[0]), err)
		}
		if st.Party == party {
			return fmt.Errorf("%s has already signed: %s on %s", party.Label(), st.Name, st.Date.Format("2 January 2006"))
		}
	}
	s, err := p.Sign(party, text(f, "name"), text(f, "title"), env.Now(), held, key)
	if err != nil {
		return err
	}
	p = p.With(s)
	b, err := p.Bytes()
	if err != nil {
		return err
	}
	if err := files.WriteFile(sidecar(env.Args[0]), append(b, '\n'), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "signed manifest %s for %s; %d of 2 signatures in %s\n", p.Digest(), party.Label(), len(p.Signatures), sidecar(env.Args[0]))
	return nil
}

func sidecar(name string) string { return name + ".signed.json" }

// packageOf is what a file's sidecar holds, if it is of this text, or a new package of the file.
func packageOf(env *Env, name, previous string) (signing.Package, error) {
	file, _, err := sound(env, name)
	if err != nil {
		return signing.Package{}, err
	}
	if err := attachmentsMatch(file.Agreement, filepath.Dir(name)); err != nil {
		return signing.Package{}, err
	}
	before, err := previousDigest(previous)
	if err != nil {
		return signing.Package{}, err
	}
	fresh, err := signing.Bind(file.Agreement, before)
	if err != nil {
		return signing.Package{}, err
	}
	b, err := os.ReadFile(sidecar(name))
	if errors.Is(err, os.ErrNotExist) {
		return fresh, nil
	}
	if err != nil {
		return signing.Package{}, err
	}
	p, err := signing.Parse(b)
	if err != nil {
		return signing.Package{}, fmt.Errorf("%s: %w", sidecar(name), err)
	}
	if string(p.Terms) != string(fresh.Terms) {
		return signing.Package{}, fmt.Errorf("%s was changed after %s was signed: its terms are not those that were signed; delete the signed package to begin again, or restore the file", name, sidecar(name))
	}
	return p, nil
}

func previousDigest(name string) (*seal.Digest, error) {
	if name == "" {
		return nil, nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the version before: %w", err)
	}
	p, err := signing.Parse(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	d := p.Digest()
	return &d, nil
}

// attachmentsMatch refuses an attachment that is missing or is not the file that the front page names.
func attachmentsMatch(a articles.Agreement, dir string) error {
	for _, at := range a.Agreement.Attachments {
		if !filepath.IsLocal(at.File) {
			return fmt.Errorf("the attachment %q must lie beside the agreement, not at %s", at.Name, at.File)
		}
		b, err := os.ReadFile(filepath.Join(dir, at.File))
		if err != nil {
			return fmt.Errorf("the attachment %q: %w", at.Name, err)
		}
		if got := seal.Sum(b).String(); got != at.Digest {
			return fmt.Errorf("the attachment %q is not the file that the front page names: its digest is %s, the front page says %s", at.Name, got, at.Digest)
		}
	}
	return nil
}
