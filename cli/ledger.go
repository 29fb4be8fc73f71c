package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"entente/agreement"
	"entente/articles"
	"entente/files"
	"entente/ledger"
	"entente/register"
	"entente/sqlite"
)

func ledgerFlags(f *flag.FlagSet) {
	clientFlags(f)
	f.String("agreement", "", "the agreement's `id`, if there are several")
}

var ledgerShow = Command{
	Name: "ledger show", Args: "[--json] [--agreement ID] --data DIR | --node URL", Help: "print the entries of an agreement's ledger",
	Flags: func(f *flag.FlagSet) {
		ledgerFlags(f)
		f.Bool("json", false, "print each entry as it is stored, one a line")
	},
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		b, err := fetchBundle(ctx, env, f)
		if err != nil {
			return err
		}
		for i, leaf := range b.Leaves {
			if text(f, "json") == "true" {
				fmt.Fprintf(env.Stdout, "%s\n", leaf)
				continue
			}
			sealed, err := ledger.Open(leaf)
			if err != nil {
				fmt.Fprintf(env.Stdout, "%5d  damaged: %v\n", i, err)
				continue
			}
			e := sealed.Entry
			fmt.Fprintf(env.Stdout, "%5d  %s  %-5s %-34s %-5s %-20s key in custody of the %s\n", i, e.Time.Format("2006-01-02 15:04:05Z"), clauseMark(e.Clause), e.Type, e.Party, e.Actor, e.Custody)
		}
		return nil
	},
}

func clauseMark(clause string) string {
	if clause == "" {
		return "-"
	}
	if len(clause) > 5 {
		return clause[:4] + "."
	}
	return clause
}

var ledgerVerify = Command{
	Name: "ledger verify", Args: "[--deep] [--checkpoint FILE] [--agreement ID] --data DIR | --node URL", Help: "check every entry, hash, signature, checkpoint and document",
	Long: `
On --data DIR it reads the store itself, so it finds what was changed there by hand and says where.
With --deep it also rebuilds every projection from the entries and names the row that differs.
--checkpoint FILE compares with a checkpoint that you kept from an earlier time: a ledger that was
rolled back or forked since does not agree with it. Exit status 1 means that something is wrong.`,
	Flags: func(f *flag.FlagSet) {
		ledgerFlags(f)
		f.Bool("deep", false, "rebuild every projection and compare (with --data)")
		f.String("checkpoint", "", "a checkpoint `file` kept from before")
		f.Bool("json", false, "print verdicts as a JSON array")
	},
	Run: runLedgerVerify,
}

func runLedgerVerify(ctx context.Context, env *Env, f *flag.FlagSet) error {
	var anchors ledger.Anchors
	if name := text(f, "checkpoint"); name != "" {
		b, err := os.ReadFile(name)
		if err != nil {
			return misusef("%v", err)
		}
		anchors.Held = [][]byte{b}
	}
	if text(f, "data") == "" {
		if text(f, "deep") == "true" {
			return misusef("--deep reads the store itself: use it with --data DIR")
		}
		b, err := fetchBundle(ctx, env, f)
		if err != nil {
			return err
		}
		return report(env, ledger.VerifyBundle(b, anchors, judgeAll), text(f, "json") == "true")
	}
	verdicts, err := verifyFolder(ctx, env, f, anchors)
	if err != nil {
		return err
	}
	return report(env, verdicts, text(f, "json") == "true")
}

func judgeAll(b ledger.Bundle, _ ledger.Report) []ledger.Verdict {
	return articles.JudgeBundle(b, func(articles.Package) []ledger.Verdict { return nil })
}

// A folder is a node's data at rest, opened for reading what is there without a node.
type folder struct {
	store     *sqlite.Store
	documents *files.Store
}

func openFolder(dir string) (*folder, error) {
	path := filepath.Join(dir, "entente.db")
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("there is no node in %s: %w", dir, err)
	}
	store, err := sqlite.Open(path)
	if err != nil {
		return nil, err
	}
	return &folder{store, &files.Store{Dir: filepath.Join(dir, "documents")}}, nil
}

// verifyFolder checks each agreement of a data folder as it lies there.
func verifyFolder(ctx context.Context, env *Env, f *flag.FlagSet, anchors ledger.Anchors) ([]ledger.Verdict, error) {
	d, err := openFolder(text(f, "data"))
	if err != nil {
		return nil, err
	}
	defer d.store.Close()
	ids, err := d.chosen(ctx, text(f, "agreement"))
	if err != nil {
		return nil, err
	}
	var verdicts []ledger.Verdict
	for _, id := range ids {
		anchors.Agreement = string(id)
		found, err := d.verify(ctx, id, anchors)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, found...)
		if text(f, "deep") == "true" {
			verdicts = append(verdicts, d.compare(ctx, env, id))
		}
	}
	return verdicts, nil
}

func (d *folder) chosen(ctx context.Context, id string) ([]agreement.ID, error) {
	if id != "" {
		parsed, err := agreement.ParseID(id)
		if err != nil {
			return nil, misusef("%v", err)
		}
		return []agreement.ID{parsed}, nil
	}
	ids, err := d.store.Agreements(ctx)
	if err == nil && len(ids) == 0 {
		err = errors.New("there is no agreement in this folder")
	}
	return ids, err
}

func (d *folder) verify(ctx context.Context, id agreement.ID, anchors ledger.Anchors) ([]ledger.Verdict, error) {
	r, err := ledger.Audit(d.store.Source(ctx, id), anchors)
	if err != nil {
		return []ledger.Verdict{{Subject: "The ledger of agreement " + string(id), Why: err.Error() + "."}}, nil
	}
	why := fmt.Sprintf("%d entries and %s; every hash and signature holds.", r.Size, count(len(r.Checkpoints), "checkpoint"))
	if len(r.Findings) > 0 {
		why = fmt.Sprintf("%s in %d entries and %s.", count(len(r.Findings), "fault"), r.Size, count(len(r.Checkpoints), "valid checkpoint"))
	}
	verdicts := []ledger.Verdict{{Subject: "The store of agreement " + string(id), OK: len(r.Findings) == 0 && r.Size > 0, Why: why}}
	for _, one := range r.Findings {
		verdicts = append(verdicts, ledger.Verdict{Subject: "In " + string(id) + ", " + one.Where, Why: one.What})
	}
	for _, ref := range r.Documents {
		if _, err := d.documents.Document(ref.Digest.String()); err != nil && !ref.Erasable {
			verdicts = append(verdicts, ledger.Verdict{Subject: fmt.Sprintf("In %s, the document %q of entry %d", id, ref.Name, ref.Entry), Why: err.Error() + "."})
		}
	}
	if len(r.Findings) > 0 {
		return verdicts, nil
	}
	b, err := ledger.BundleSource(string(id), d.store.Source(ctx, id), d.content(r))
	if err != nil {
		return append(verdicts, ledger.Verdict{Subject: "What the entries say", Why: err.Error() + "."}), nil
	}
	return append(verdicts, ledger.VerifyBundle(b, anchors, judgeAll)...), nil
}

// content is what the documents hold that can be read.
func (d *folder) content(r ledger.Report) []ledger.Document {
	var all []ledger.Document
	seen := map[ledger.Digest]bool{}
	for _, ref := range r.Documents {
		b, err := d.documents.Document(ref.Digest.String())
		if err == nil && !seen[ref.Digest] {
			seen[ref.Digest] = true
			all = append(all, ledger.Document{Digest: ref.Digest, MediaType: ref.MediaType, Data: b})
		}
	}
	return all
}

// compare rebuilds the projections from the entries and names the first row that differs.
func (d *folder) compare(ctx context.Context, env *Env, id agreement.ID) ledger.Verdict {
	v := ledger.Verdict{Subject: "The projections of " + string(id)}
	r := &register.Register{Journal: d.store, Library: d.documents, Now: env.Now}
	view, err := r.Rebuild(ctx, id)
	if err != nil {
		v.Why = "They cannot be rebuilt: " + err.Error() + "."
		return v
	}
	if wrong := d.strangers(ctx, view); wrong != "" {
		v.Why = wrong
		return v
	}
	stored, err := d.store.Rows(ctx, id)
	if err != nil {
		v.Why = err.Error() + "."
		return v
	}
	changes := articles.Changes(stored, articles.Rows(view.State))
	if len(changes) == 0 {
		v.OK, v.Why = true, fmt.Sprintf("All %d rows are what the entries give.", len(stored))
		return v
	}
	v.Why = fmt.Sprintf("%d rows differ from what the entries give, first %s: it is %s and should be %s.", len(changes), changes[0].Row, orNone(stored[changes[0].Row]), orNone(changes[0].Body))
	return v
}

// strangers compares the private values with the salted digests that the ledger holds. A value that
// is absent was erased, which is nobody's fault.
func (d *folder) strangers(ctx context.Context, view *register.View) string {
	private, err := d.store.Private(ctx, view.State.ID)
	if err != nil {
		return err.Error() + "."
	}
	for id, m := range view.State.Members {
		if p, kept := private[id]; kept && p.Commitment() != m.Name {
			return fmt.Sprintf("The private value of %s is not the one whose digest the ledger holds.", id)
		}
	}
	return ""
}

func orNone(s string) string {
	if s == "" {
		return "absent"
	}
	return s
}

var ledgerExport = Command{
	Name: "ledger export", Args: "-o FILE [--agreement ID] --data DIR | --node URL", Help: "write a bundle that anyone can verify without a server",
	Long:  "\nThe bundle is a zip archive: entries, checkpoints, keys, and every document that an entry names.\n`entente verify FILE` checks it on any machine; docs/ledger-format.md says how to do so without Entente.",
	Flags: func(f *flag.FlagSet) { ledgerFlags(f); f.String("o", "", "the output `file`") },
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		out := text(f, "o")
		if out == "" {
			return misusef("-o FILE names the bundle")
		}
		b, err := fetchBundle(ctx, env, f)
		if err != nil {
			return err
		}
		var buffer bytes.Buffer
		if err := ledger.WriteBundle(&buffer, b); err != nil {
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
func fetchBundle(ctx context.Context, env *Env, f *flag.FlagSet) (ledger.Bundle, error) {
	if text(f, "data") != "" {
		return bundleFolder(ctx, f)
	}
	c, err := dial(ctx, env, f)
	if err != nil {
		return ledger.Bundle{}, err
	}
	defer c.close()
	id, err := c.agreement(ctx, f)
	if err != nil {
		return ledger.Bundle{}, err
	}
	var b []byte
	if err := c.call(ctx, http.MethodGet, "/api/v1/agreements/"+id+"/ledger/bundle", nil, &b); err != nil {
		return ledger.Bundle{}, err
	}
	return ledger.ReadBundle(bytes.NewReader(b), int64(len(b)))
}

func bundleFolder(ctx context.Context, f *flag.FlagSet) (ledger.Bundle, error) {
	d, err := openFolder(text(f, "data"))
	if err != nil {
		return ledger.Bundle{}, err
	}
	defer d.store.Close()
	ids, err := d.chosen(ctx, text(f, "agreement"))
	if err != nil {
		return ledger.Bundle{}, err
	}
	if len(ids) > 1 {
		return ledger.Bundle{}, misusef("the folder has %d agreements; name one with --agreement", len(ids))
	}
	source := d.store.Source(ctx, ids[0])
	r, err := ledger.Audit(source, ledger.Anchors{Agreement: string(ids[0])})
	if err != nil {
		return ledger.Bundle{}, err
	}
	return ledger.BundleSource(string(ids[0]), source, d.content(r))
}
