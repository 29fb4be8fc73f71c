// Package folder is a node's data as they lie on the disk, whether a node serves them or not: whether everything
// in them holds, backups of them, and what is kept beside the database so that one which is put back to an earlier
// time is found out and forgets again who was erased.
package folder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/signing"
	"entente/files"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/seal"
	"entente/register"
	"entente/sqlite"
)

// A Folder is a node's data at rest, opened for reading what is there without a node.
type Folder struct {
	dir       string
	store     *sqlite.Store
	documents *files.Store
}

// Open opens the folder of a node, whether the node runs or not.
func Open(dir string) (*Folder, error) {
	path := filepath.Join(dir, "entente.db")
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("there is no node in %s: %w", dir, err)
	}
	store, err := sqlite.Open(path)
	if err != nil {
		return nil, err
	}
	return &Folder{dir, store, &files.Store{Dir: filepath.Join(dir, "documents")}}, nil
}

// Close ends what Open began.
func (d *Folder) Close() error { return d.store.Close() }

// Agreements are those of the folder, in the order in which they were opened; at least one.
func (d *Folder) Agreements(ctx context.Context) ([]agreement.ID, error) {
	ids, err := d.store.Agreements(ctx)
	if err == nil && len(ids) == 0 {
		err = errors.New("there is no agreement in this folder")
	}
	return ids, err
}

// Bundle is an agreement's ledger with its documents, to be verified elsewhere.
func (d *Folder) Bundle(ctx context.Context, id agreement.ID) (bundle.Bundle, error) {
	source := d.store.Source(ctx, id)
	r, err := ledger.Audit(source, ledger.Anchors{Agreement: string(id)})
	if err != nil {
		return bundle.Bundle{}, err
	}
	return bundle.Collect(string(id), source, d.content(r))
}

// Verify checks the ledger of an agreement as it lies in the store, and its documents.
func (d *Folder) Verify(ctx context.Context, id agreement.ID, anchors ledger.Anchors) ([]bundle.Verdict, error) {
	remembered, err := confirmed(d.dir, id)
	if err != nil {
		return nil, err
	}
	if remembered != nil {
		anchors.Held = append(slices.Clip(anchors.Held), remembered)
	}
	r, err := ledger.Audit(d.store.Source(ctx, id), anchors)
	if err != nil {
		return []bundle.Verdict{{Subject: "The ledger of agreement " + string(id), Why: err.Error() + "."}}, nil
	}
	beside, err := d.store.Beside(ctx, id)
	if err != nil {
		return nil, err
	}
	r.Findings = append(r.Findings, beside...)
	why := fmt.Sprintf("%d entries and %s; every hash and signature holds.", r.Size, count(len(r.Checkpoints), "checkpoint"))
	if len(r.Findings) > 0 {
		why = fmt.Sprintf("%s in %d entries and %s.", count(len(r.Findings), "fault"), r.Size, count(len(r.Checkpoints), "valid checkpoint"))
	}
	verdicts := []bundle.Verdict{{Subject: "The store of agreement " + string(id), OK: len(r.Findings) == 0 && r.Size > 0, Why: why}}
	for _, one := range r.Findings {
		verdicts = append(verdicts, bundle.Verdict{Subject: "In " + string(id) + ", " + one.Where, Why: one.What})
	}
	unread := false
	for _, ref := range r.Documents {
		if _, err := d.documents.Document(ref.Digest.String()); err != nil && !ref.Erasable {
			unread = true
			verdicts = append(verdicts, bundle.Verdict{Subject: fmt.Sprintf("In %s, the document %q of entry %d", id, ref.Name, ref.Entry), Why: err.Error() + "."})
		}
	}
	if len(r.Findings) > 0 || unread {
		return verdicts, nil // what else would fail follows from these
	}
	b, err := bundle.Collect(string(id), d.store.Source(ctx, id), d.content(r))
	if err != nil {
		return append(verdicts, bundle.Verdict{Subject: "What the entries say", Why: err.Error() + "."}), nil
	}
	return append(verdicts, bundle.Verify(b, anchors, func(b bundle.Bundle, _ ledger.Report) []bundle.Verdict {
		return signing.JudgeBundle(b, func(signing.Package) []bundle.Verdict { return nil })
	})...), nil
}

// Strays names what lies in the folder and belongs to no entry of any agreement. A document may: one
// that came with a proposal or a signature that was refused is kept all the same, and binds no one.
func (d *Folder) Strays(ctx context.Context) ([]bundle.Verdict, error) {
	orphans, err := d.store.Orphans(ctx)
	if err != nil {
		return nil, err
	}
	store := bundle.Verdict{Subject: "The rest of the store", OK: len(orphans) == 0, Why: "Everything in it belongs to a ledger."}
	if !store.OK {
		store.Why = "There is no ledger to which these belong: " + some(orphans) + "."
	}
	named, err := d.named(ctx)
	if err != nil {
		return nil, err
	}
	kept, others, err := d.documents.List()
	if err != nil {
		return nil, err
	}
	for _, digest := range kept {
		if !named[digest] {
			others = append(others, digest.String())
		}
	}
	documents := bundle.Verdict{Subject: "The documents beside the ledgers", OK: true, Why: "Each of the " + count(len(kept), "document") + " is named by an entry."}
	if len(others) > 0 {
		documents.Why = "No entry names these, so they bind no one; they may have come with a proposal that was refused: " + some(others) + "."
	}
	return []bundle.Verdict{store, documents}, nil
}

// named is every digest that an entry of any agreement refers to.
func (d *Folder) named(ctx context.Context) (map[seal.Digest]bool, error) {
	ids, err := d.store.Agreements(ctx)
	if err != nil {
		return nil, err
	}
	named := map[seal.Digest]bool{}
	for _, id := range ids {
		leaves, err := d.store.Leaves(ctx, id, 0)
		if err != nil && !errors.Is(err, register.ErrDamaged) {
			return nil, err
		}
		for _, leaf := range leaves {
			for _, digest := range digests.FindAll(leaf, -1) {
				if parsed, err := seal.ParseDigest(string(digest)); err == nil {
					named[parsed] = true
				}
			}
		}
	}
	return named, nil
}

// digests finds every digest in an entry, wherever its type puts them.
var digests = regexp.MustCompile(`sha256:[0-9a-f]{64}`)

// some names the first of many.
func some(all []string) string {
	const most = 10
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
}

// content is what the documents hold that can be read.
func (d *Folder) content(r ledger.Report) []bundle.Document {
	var all []bundle.Document
	seen := map[seal.Digest]bool{}
	for _, ref := range r.Documents {
		b, err := d.documents.Document(ref.Digest.String())
		if err == nil && !seen[ref.Digest] {
			seen[ref.Digest] = true
			all = append(all, bundle.Document{Digest: ref.Digest, MediaType: ref.MediaType, Data: b})
		}
	}
	return all
}

// Compare rebuilds the projections from the entries and names the first row that differs.
func (d *Folder) Compare(ctx context.Context, id agreement.ID, now func() time.Time) bundle.Verdict {
	v := bundle.Verdict{Subject: "The projections of " + string(id)}
	r := &register.Register{Journal: d.store, Library: d.documents, Now: now}
	view, err := r.Rebuild(ctx, id)
	if err != nil {
		v.Why = "They cannot be rebuilt: " + err.Error() + "."
		return v
	}
	if view.Broken != nil {
		v.Why = "They cannot be rebuilt: " + view.Broken.Error() + "."
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
func (d *Folder) strangers(ctx context.Context, view *register.View) string {
	private, err := d.store.Private(ctx, view.State.ID)
	if err != nil {
		return err.Error() + "."
	}
	for id, m := range view.State.Members {
		switch p, kept := private[id]; {
		case kept && m.Erased:
			return fmt.Sprintf("The private value of %s is there, and an entry says that it was erased.", id)
		case kept && p.Commitment() != m.Name:
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

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
