package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"entente/agreement"
	"entente/backup"
	"entente/cli/desk"
	"entente/cli/folder"
	"entente/cli/terminal"
	"entente/cli/visit"
	"entente/files"
	"entente/ledger/bundle"

	"filippo.io/age"
)

var backupCommand = terminal.Command{
	Name: "backup", Args: "--data DIR -o FILE --to KEY[,KEY] | --passphrase-file F", Help: "copy all that a node keeps into one encrypted file, while it serves",
	Long: `
FILE is an age file (age-encryption.org): encrypted to each KEY, such as ` + "`entente backup key`" + ` or age-keygen
makes, or to the passphrase in F. It holds the ledgers, documents, usage with its journal, credentials,
sealed secrets, and the key that they are sealed with: who can open it has the node. Keep the other half
of KEY where the node is not.

The node may go on serving. A copy of the database is made in the data folder on the way and removed, so
there must be room for it. Try your backups with ` + "`entente backup verify`" + `.`,
	Flags: func(f *flag.FlagSet) {
		f.String("data", "", "the data `folder` of the node")
		f.String("o", "", "the output `file`, replaced if it is there")
		f.String("to", "", "the age `keys` of those who can open it, with commas between: age1…")
		f.String("passphrase-file", "", "a `file` whose first line opens it, in place of keys")
	},
	Run: runBackup,
}

func runBackup(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
	if terminal.Text(f, "data") == "" || terminal.Text(f, "o") == "" || len(env.Args) > 0 {
		return terminal.Misusef("--data DIR says what to copy, -o FILE where to")
	}
	to, err := recipients(f)
	if err != nil {
		return err
	}
	d, err := visit.Folder(f)
	if err != nil {
		return err
	}
	var m backup.Manifest
	err = files.Write(terminal.Text(f, "o"), 0o600, func(out io.Writer) error {
		w, err := backup.NewWriter(out, to...)
		if err == nil {
			m, err = d.Backup(ctx, w, version(), env.Now())
		}
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "wrote %s: %s and %s\n", terminal.Text(f, "o"), terminal.Count(len(m.Files), "file"), terminal.Count(len(m.Ledgers), "ledger"))
	for _, l := range m.Ledgers {
		fmt.Fprintf(env.Stdout, "%s: %d entries, root %s\n", l.Agreement, l.Size, l.Root)
	}
	return nil
}

var backupKey = terminal.Command{
	Name: "backup key", Args: "-o FILE", Help: "make a key to encrypt backups to",
	Long:  "\nFILE opens every backup that is encrypted to the key that is printed: keep it where the node is not.",
	Flags: func(f *flag.FlagSet) { f.String("o", "", "the output `file`; it must not be there") },
	Run: func(_ context.Context, env *terminal.Env, f *flag.FlagSet) error {
		if terminal.Text(f, "o") == "" || len(env.Args) > 0 {
			return terminal.Misusef("-o FILE says where the key goes")
		}
		if _, err := os.Lstat(terminal.Text(f, "o")); err == nil {
			return terminal.Misusef("%s is there already: backups may depend on it", terminal.Text(f, "o"))
		}
		key, err := age.GenerateX25519Identity()
		if err != nil {
			return err
		}
		if err := files.WriteFile(terminal.Text(f, "o"), []byte("# the backups that are encrypted to "+key.Recipient().String()+" open with this\n"+key.String()+"\n"), 0o600); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, key.Recipient())
		return nil
	},
}

func openerFlags(f *flag.FlagSet) {
	f.String("identity", "", "a `file` with the age key that opens the backup")
	f.String("passphrase-file", "", "a `file` whose first line opens it")
	f.Bool("json", false, "print verdicts as a JSON array")
}

var backupVerify = terminal.Command{
	Name: "backup verify", Args: "FILE --identity F | --passphrase-file F", Help: "unpack a backup, compute every ledger in it anew, and leave nothing behind",
	Long: `
Unpacks FILE into a folder for temporary files (TMPDIR), holds every file to its digest, and verifies each
ledger as ` + "`entente ledger verify --deep`" + ` does. The exit status is 1 if something is wrong.`,
	Flags: openerFlags,
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		return withBackup(env, f, func(from io.Reader, keys []age.Identity) ([]bundle.Verdict, error) {
			_, verdicts, err := folder.VerifyBackup(ctx, from, env.Now, keys...)
			return verdicts, err
		})
	},
}

var restore = terminal.Command{
	Name: "restore", Args: "FILE --data DIR --identity F | --passphrase-file F [--checkpoint F[,F]] [--erased F[,F]]", Help: "bring a backup back as a node's data folder",
	Long: `
DIR must not be there, or be empty. Everything is verified as by ` + "`entente backup verify`" + ` first; if something
is wrong there is nothing in DIR.

A backup is older than what it replaces. Give the last checkpoint of each ledger that you or the other
party kept (confirmed/* of the old folder, or what ` + "`entente witness -o`" + ` wrote): an agreement whose parties
have confirmed more than the backup has begins read-only, with the words ROLLBACK SUSPECTED. The exit
status is 0 if all is well, 1 if nothing was restored, and 3 if DIR is there and an agreement in it is
read-only. Give what is
left of erased/ too: people who were erased since the backup was made are erased in what is brought back.`,
	Flags: func(f *flag.FlagSet) {
		openerFlags(f)
		f.String("data", "", "the data `folder` to make")
		f.String("checkpoint", "", "`files` with signed checkpoints kept elsewhere, with commas between")
		f.String("erased", "", "`files` of a folder erased/ kept elsewhere, with commas between, each named after its agreement")
	},
	Run: runRestore,
}

func runRestore(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
	if terminal.Text(f, "data") == "" {
		return terminal.Misusef("--data DIR says where the node shall be")
	}
	var held [][]byte
	for _, name := range terminal.Listed(terminal.Text(f, "checkpoint")) {
		b, err := os.ReadFile(name)
		if err != nil {
			return terminal.Misusef("%v", err)
		}
		held = append(held, b)
	}
	erased := map[agreement.ID][]byte{}
	for _, name := range terminal.Listed(terminal.Text(f, "erased")) {
		id, err := agreement.ParseID(filepath.Base(name))
		if err == nil {
			erased[id], err = os.ReadFile(name)
		}
		if err != nil {
			return terminal.Misusef("--erased: %v", err)
		}
	}
	return withBackup(env, f, func(from io.Reader, keys []age.Identity) ([]bundle.Verdict, error) {
		_, verdicts, err := folder.Restore(ctx, terminal.Text(f, "data"), folder.Restoration{From: from, Identities: keys, Held: held, Erased: erased, Now: env.Now})
		return verdicts, err
	})
}

// withBackup opens the backup that a command names, and reports what was found in it.
func withBackup(env *terminal.Env, f *flag.FlagSet, do func(io.Reader, []age.Identity) ([]bundle.Verdict, error)) error {
	if len(env.Args) != 1 {
		return terminal.Misusef("name one backup")
	}
	keys, err := identities(f)
	if err != nil {
		return err
	}
	from, err := os.Open(env.Args[0])
	if err != nil {
		return terminal.Misusef("%v", err)
	}
	defer from.Close()
	verdicts, err := do(from, keys)
	behind := errors.Is(err, folder.ErrBehind)
	if err != nil && !behind {
		return fmt.Errorf("%s: %w", env.Args[0], err)
	}
	if err := desk.Report(env, verdicts, terminal.Text(f, "json") == "true"); !behind {
		return err
	}
	fmt.Fprintf(env.Stderr, "the folder is made, and every agreement above that says ROLLBACK SUSPECTED is read-only in it: bring back a later backup if there is one, or see \"Backup and restore\" in docs/operating.md\n")
	return terminal.ErrPartly
}

// recipients are those who can open a backup that is made.
func recipients(f *flag.FlagSet) ([]age.Recipient, error) {
	keys, file := terminal.Listed(terminal.Text(f, "to")), terminal.Text(f, "passphrase-file")
	if (len(keys) == 0) == (file == "") {
		return nil, terminal.Misusef("say who can open it: --to KEY, or --passphrase-file F")
	}
	if file != "" {
		phrase, err := passphrase(file)
		if err != nil {
			return nil, err
		}
		r, err := age.NewScryptRecipient(phrase)
		return []age.Recipient{r}, err
	}
	all, err := age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil {
		return nil, terminal.Misusef("--to: %v", err)
	}
	return all, nil
}

// identities open a backup.
func identities(f *flag.FlagSet) ([]age.Identity, error) {
	key, file := terminal.Text(f, "identity"), terminal.Text(f, "passphrase-file")
	if (key == "") == (file == "") {
		return nil, terminal.Misusef("say what opens it: --identity F, or --passphrase-file F")
	}
	if file != "" {
		phrase, err := passphrase(file)
		if err != nil {
			return nil, err
		}
		i, err := age.NewScryptIdentity(phrase)
		return []age.Identity{i}, err
	}
	b, err := os.Open(key)
	if err != nil {
		return nil, terminal.Misusef("%v", err)
	}
	defer b.Close()
	all, err := age.ParseIdentities(io.LimitReader(b, 1<<20))
	if err != nil {
		return nil, terminal.Misusef("%s holds no age key: %v", key, err)
	}
	return all, nil
}

// shortestPassphrase is how many bytes a passphrase needs: whoever has the file can try as many as they like.
const shortestPassphrase = 16

func passphrase(file string) (string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return "", terminal.Misusef("%v", err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	if line = strings.TrimRight(line, "\r"); len(line) < shortestPassphrase {
		return "", terminal.Misusef("the first line of %s is the passphrase, of at least %d bytes", file, shortestPassphrase)
	}
	return line, nil
}
