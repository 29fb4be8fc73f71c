package record

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"

	"entente/agreement"
	"entente/articles/carried"
	"entente/cli/desk"
	"entente/cli/folder"
	"entente/cli/signed"
	"entente/cli/terminal"
	"entente/cli/visit"
	"entente/files"
	"entente/ledger"
	"entente/ledger/bundle"
)

var ledgerShow = terminal.Command{
	Name: "ledger show", Args: "[--json] [--agreement ID] --data DIR | --node URL", Help: "print the entries of an agreement's ledger",
	Flags: func(f *flag.FlagSet) {
		visit.Flags(f)
		f.Bool("json", false, "print each entry as it is stored, one a line")
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		b, err := fetchBundle(ctx, env, f)
		if err != nil {
			return err
		}
		for i, leaf := range b.Leaves {
			if terminal.Text(f, "json") == "true" {
				fmt.Fprintf(env.Stdout, "%s\n", leaf)
				continue
			}
			sealed, err := ledger.Open(leaf)
			if err != nil {
				fmt.Fprintf(env.Stdout, "%5d  damaged: %v\n", i, err)
				continue
			}
			e := sealed.Entry
			fmt.Fprintf(env.Stdout, "%5d  %s  %-5s %-34s %-5s %-20s key in custody of the %s\n", i, e.Time.Format("2006-01-02 15:04:05Z"), terminal.ClauseMark(e.Clause), e.Type, e.Party, e.Actor, e.Custody)
		}
		return nil
	},
}

var ledgerVerify = terminal.Command{
	Name: "ledger verify", Args: "[--deep] [--checkpoint FILE] [--agreement ID] --data DIR | --node URL", Help: "check every entry, hash, signature, checkpoint and document",
	Long: `
On --data DIR it reads the store itself, so it finds what was changed there by hand and says where.
With --deep it also rebuilds every projection from the entries and names the row that differs, and
holds the usage records to the statements in the ledger and names the record that differs.
--checkpoint FILE compares with a checkpoint that you kept from an earlier time: a ledger that was
rolled back or forked since does not agree with it. Exit status 1 means that something is wrong.`,
	Flags: func(f *flag.FlagSet) {
		visit.Flags(f)
		f.Bool("deep", false, "rebuild every projection, and compare it and the usage records (with --data)")
		f.String("checkpoint", "", "a checkpoint `file` kept from before")
		f.Bool("json", false, "print verdicts as a JSON array")
	},
	Run: runLedgerVerify,
}

func runLedgerVerify(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
	var anchors ledger.Anchors
	if name := terminal.Text(f, "checkpoint"); name != "" {
		b, err := os.ReadFile(name)
		if err != nil {
			return terminal.Misusef("%v", err)
		}
		anchors.Held = [][]byte{b}
	}
	if terminal.Text(f, "data") == "" {
		if terminal.Text(f, "deep") == "true" {
			return terminal.Misusef("--deep reads the store itself: use it with --data DIR")
		}
		b, err := fetchBundle(ctx, env, f)
		if err != nil {
			return err
		}
		return desk.Report(env, signed.JudgeBundle(b, anchors, nil), terminal.Text(f, "json") == "true")
	}
	verdicts, err := verifyFolder(ctx, env, f, anchors)
	if err != nil {
		return err
	}
	return desk.Report(env, verdicts, terminal.Text(f, "json") == "true")
}

// verifyFolder checks each agreement of a data folder as it lies there.
func verifyFolder(ctx context.Context, env *terminal.Env, f *flag.FlagSet, anchors ledger.Anchors) ([]bundle.Verdict, error) {
	d, err := visit.Folder(f)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	ids, err := chosen(ctx, d, terminal.Text(f, "agreement"))
	if err != nil {
		return nil, err
	}
	var verdicts []bundle.Verdict
	for _, id := range ids {
		anchors.Agreement = string(id)
		found, err := d.Verify(ctx, id, anchors)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, found...)
		if terminal.Text(f, "deep") == "true" {
			verdicts = append(verdicts, d.Compare(ctx, id, env.Now))
			stated, err := d.Stated(ctx, id)
			if err != nil {
				return nil, err
			}
			verdicts = append(verdicts, stated...)
		}
	}
	strays, err := d.Strays(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(env.Stderr, notCovered)
	return append(verdicts, strays...), nil
}

// notCovered is what the node keeps beside the ledgers and nobody has signed.
const notCovered = "not covered: counts of refused calls, credentials, upstream addresses, and usage records that no statement covers yet; they are in no ledger and nobody signed them, so this check says nothing about them. Usage records that are stated are compared with --deep"

// chosen is the agreement that the user names, or all of a folder.
func chosen(ctx context.Context, d *folder.Folder, id string) ([]agreement.ID, error) {
	if id == "" {
		return d.Agreements(ctx)
	}
	parsed, err := agreement.ParseID(id)
	if err != nil {
		return nil, terminal.Misusef("%v", err)
	}
	return []agreement.ID{parsed}, nil
}

var bundleCommand = terminal.Command{
	Name: "bundle", Args: "[ID] -o FILE --data DIR | --node URL", Help: "carry an agreement away: a bundle that anyone can verify without a server",
	Long: `
The bundle is a zip archive: the entries of the agreement's ledger, checkpoints, keys, every document that an
entry names (text, data, signatures, amendments, attached files), and verify.html: unpack it, and a browser
verifies the same without a network. ID is the agreement's, if there are several.
` + "`entente verify FILE`" + ` checks it on any machine; docs/ledger-format.md says how to do so without Entente.`,
	Flags: func(f *flag.FlagSet) { visit.Flags(f); f.String("o", "", "the output `file`") },
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		out := terminal.Text(f, "o")
		switch {
		case out == "":
			return terminal.Misusef("-o FILE names the bundle")
		case len(env.Args) > 1 || len(env.Args) == 1 && terminal.Text(f, "agreement") != "":
			return terminal.Misusef("name one agreement")
		case len(env.Args) == 1:
			if err := f.Set("agreement", env.Args[0]); err != nil {
				return err
			}
		}
		b, err := fetchBundle(ctx, env, f)
		if err != nil {
			return err
		}
		var buffer bytes.Buffer
		if err := carried.Write(&buffer, b); err != nil {
			return err
		}
		if err := files.WriteFile(out, buffer.Bytes(), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(env.Stderr, "wrote %s: %d entries, %d documents\n", out, len(b.Leaves), len(b.Documents))
		return nil
	},
}

// fetchBundle makes the bundle of an agreement from a data folder at rest, or asks a node for it.
func fetchBundle(ctx context.Context, env *terminal.Env, f *flag.FlagSet) (bundle.Bundle, error) {
	if terminal.Text(f, "data") != "" {
		return bundleFolder(ctx, f)
	}
	c, err := visit.Dial(ctx, env, f)
	if err != nil {
		return bundle.Bundle{}, err
	}
	defer c.Close()
	id, err := c.Agreement(ctx, f)
	if err != nil {
		return bundle.Bundle{}, err
	}
	var b []byte
	if err := c.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id+"/ledger/bundle", nil, &b); err != nil {
		return bundle.Bundle{}, err
	}
	return bundle.Read(bytes.NewReader(b), int64(len(b)))
}

func bundleFolder(ctx context.Context, f *flag.FlagSet) (bundle.Bundle, error) {
	d, err := visit.Folder(f)
	if err != nil {
		return bundle.Bundle{}, err
	}
	defer d.Close()
	ids, err := chosen(ctx, d, terminal.Text(f, "agreement"))
	if err != nil {
		return bundle.Bundle{}, err
	}
	if len(ids) > 1 {
		return bundle.Bundle{}, terminal.Misusef("the folder has %d agreements; name one with --agreement", len(ids))
	}
	return d.Bundle(ctx, ids[0])
}
