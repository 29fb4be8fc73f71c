package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"entente/agreement"
	"entente/backup"
	"entente/files"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/tree"
	"entente/register"

	"filippo.io/age"
)

// VerifyBackup unpacks a backup beside nothing that it could harm, computes every ledger in it anew, and
// leaves nothing of it behind.
func VerifyBackup(ctx context.Context, from io.Reader, now func() time.Time, identities ...age.Identity) (m backup.Manifest, verdicts []bundle.Verdict, err error) {
	dir, err := os.MkdirTemp("", "entente-backup-")
	if err != nil {
		return m, nil, fmt.Errorf("making room for the backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return unpack(ctx, from, dir, now, identities)
}

// unpack writes a backup to a folder, and verifies what is there.
func unpack(ctx context.Context, from io.Reader, dir string, now func() time.Time, identities []age.Identity) (backup.Manifest, []bundle.Verdict, error) {
	m, err := backup.Unpack(from, dir, identities...)
	if err != nil {
		return m, nil, err
	}
	d, err := Open(dir)
	if err != nil {
		return m, nil, err
	}
	verdicts, err := d.judge(ctx, m, now)
	return m, verdicts, errors.Join(err, d.Close())
}

// judge verifies all ledgers of a folder, and holds them to the manifest of the backup that they came in.
func (d *Folder) judge(ctx context.Context, m backup.Manifest, now func() time.Time) ([]bundle.Verdict, error) {
	ids, err := d.store.Agreements(ctx)
	if err != nil {
		return nil, err
	}
	there, err := ledgersOf(ctx, d.store)
	if err != nil {
		return nil, err
	}
	whole := bundle.Verdict{Subject: "The backup", OK: len(there) == len(m.Ledgers), Why: fmt.Sprintf("%s of %s, made on %s by release %s.", count(len(m.Files), "file"), count(len(there), "ledger"), m.Made.Format(time.RFC3339), m.Release)}
	for i := range there {
		whole.OK = whole.OK && there[i] == m.Ledgers[i]
	}
	if !whole.OK {
		whole.Why = "Its ledgers are not those that its manifest names."
	}
	verdicts := []bundle.Verdict{whole}
	for _, id := range ids {
		found, err := d.Verify(ctx, id, ledger.Anchors{Agreement: string(id)})
		if err != nil {
			return nil, err
		}
		stated, err := d.Stated(ctx, id)
		if err != nil {
			return nil, err
		}
		verdicts = append(append(append(verdicts, found...), d.Compare(ctx, id, now)), stated...)
	}
	return verdicts, nil
}

// A Restoration is what is brought back, and what is known since.
type Restoration struct {
	From       io.Reader
	Identities []age.Identity
	Held       [][]byte                // signed checkpoints of its ledgers that were kept elsewhere; the other party has the last
	Erased     map[agreement.ID][]byte // the files of the folder erased/ as they were kept elsewhere
	Now        func() time.Time
}

// ErrBehind is that the folder was made, and that an agreement in it begins read-only: the parties have confirmed more of
// its ledger than the backup has.
var ErrBehind = errors.New("the backup is behind what the parties have confirmed")

// Restore brings a backup back as a data folder, which must not be there or be empty. All of it is there
// when it returns ErrBehind, or no error and every verdict holds, and nothing of it otherwise. A ledger of which
// a later checkpoint is held begins read-only, and its verdict does not hold.
func Restore(ctx context.Context, dir string, r Restoration) (m backup.Manifest, verdicts []bundle.Verdict, err error) {
	if err := vacant(dir); err != nil {
		return m, nil, err
	}
	room := filepath.Clean(dir) + ".restoring"
	if err := os.Mkdir(room, 0o700); err != nil {
		return m, nil, fmt.Errorf("making room for the backup: %w; an earlier attempt may have left it, then remove it", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(room)) }()
	m, verdicts, err = unpack(ctx, r.From, room, r.Now, r.Identities)
	if err != nil {
		return m, nil, err
	}
	held, behind, err := remind(ctx, room, r)
	verdicts = append(verdicts, held...)
	if err == nil {
		err = forget(ctx, room, r)
	}
	for _, v := range verdicts {
		if err != nil || !v.OK {
			return m, verdicts, err
		}
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return m, nil, fmt.Errorf("taking the place of the empty folder: %w; name a folder inside it", err)
	}
	if err := files.Rename(room, dir); err != nil || len(behind) == 0 {
		return m, verdicts, err
	}
	return m, append(verdicts, behind...), ErrBehind
}

// vacant refuses a folder in which there is something.
func vacant(dir string) error {
	names, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return files.MakeDir(filepath.Dir(filepath.Clean(dir)))
	case err != nil:
		return err
	case len(names) > 0:
		return fmt.Errorf("the folder %s is not empty: a backup is restored into a folder of its own", dir)
	}
	return nil
}

// remind holds the restored ledgers to checkpoints that were kept elsewhere. What they show to be missing is
// remembered in the folder, so that the node begins with these ledgers read-only: they are behind.
func remind(ctx context.Context, dir string, r Restoration) (verdicts, behind []bundle.Verdict, err error) {
	if len(r.Held) == 0 {
		return nil, nil, nil
	}
	d, err := Open(dir)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	ids, err := d.store.Agreements(ctx)
	if err != nil {
		return nil, nil, err
	}
	for i, signed := range r.Held {
		late, v := false, bundle.Verdict{Subject: fmt.Sprintf("The held checkpoint %d", i+1), Why: "It is no checkpoint, cosigned by a party, of a ledger in the backup."}
		for _, id := range ids {
			before, err := d.hold(ctx, id, signed, r.Now, &v)
			if err != nil {
				return nil, nil, err
			}
			late = late || before
		}
		if late {
			behind = append(behind, v)
		} else {
			verdicts = append(verdicts, v)
		}
	}
	return verdicts, behind, nil
}

// hold holds a ledger to a checkpoint, if it is one of this ledger. It is behind if the checkpoint counts more entries.
func (d *Folder) hold(ctx context.Context, id agreement.ID, signed []byte, now func() time.Time, v *bundle.Verdict) (behind bool, err error) {
	view, err := (&register.Register{Journal: d.store, Library: d.documents, Now: now}).Rebuild(ctx, id)
	if err != nil {
		return false, err
	}
	c, err := Confirmation(view, signed)
	switch {
	case err != nil:
		return false, nil // of another ledger, or of none
	case c.Size > view.Size:
		v.Why = fmt.Sprintf("ROLLBACK SUSPECTED: the parties have confirmed %d entries of %s, and the backup has %d. The agreement is read-only until the rest is there, or both have agreed to go on without it.", c.Size, id, view.Size)
		return true, Confirm(d.dir, id, signed)
	}
	root, err := tree.Root(c.Size, d.store.Hashes(ctx, id))
	if err != nil {
		return false, err
	}
	v.OK = root == c.Root
	if v.Why = fmt.Sprintf("The first %d entries of %s are those that the parties confirmed.", c.Size, id); !v.OK {
		v.Why = fmt.Sprintf("FORK SUSPECTED: the first %d entries of %s are not those that the parties confirmed.", c.Size, id)
	}
	return false, nil
}

// forget erases in a restored folder the people who were erased since.
func forget(ctx context.Context, dir string, r Restoration) (err error) {
	if len(r.Erased) == 0 {
		return nil
	}
	d, err := Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	for id, b := range r.Erased {
		people, err := readErased(b)
		if err == nil {
			err = NoteErased(dir, id, people)
		}
		if err == nil {
			err = d.store.Erase(ctx, id, people)
		}
		if err != nil {
			return fmt.Errorf("erasing again who of %s was erased: %w", id, err)
		}
	}
	return nil
}
