package folder

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"entente/backup"
	"entente/files"
	"entente/ledger/tree"
	"entente/sqlite"
)

// The files of a data folder that have a part in how it is copied.
const (
	databaseFile    = "entente.db"
	documentsFolder = "documents"
	backupFolder    = ".backup" // where the copy of the database is made
)

// Backup packs all that the node keeps, while it serves or not, and closes w.
//
// What changes on its way is packed in the order in which nothing is missed: the usage journal first,
// whose records are in the database once they have left it; then the database, as it is at one moment;
// then the documents, which are there before an entry names them.
func (d *Folder) Backup(ctx context.Context, w *backup.Writer, release string, now time.Time) (backup.Manifest, error) {
	p := &packer{folder: d, w: w, packed: map[string]bool{}}
	room, leave, err := p.room()
	if err != nil {
		return backup.Manifest{}, err
	}
	defer leave()
	if err := p.beside(ctx); err != nil {
		return backup.Manifest{}, err
	}
	ledgers, err := p.database(ctx, filepath.Join(room, databaseFile))
	if err != nil {
		return backup.Manifest{}, err
	}
	if _, err := p.tree(ctx, documentsFolder, func(string) bool { return true }); err != nil {
		return backup.Manifest{}, err
	}
	return w.Close(backup.Manifest{Made: now.UTC().Truncate(time.Second), Release: release, Ledgers: ledgers})
}

type packer struct {
	folder *Folder
	w      *backup.Writer
	packed map[string]bool
}

// room is an empty folder on the same disk, for this backup alone.
func (p *packer) room() (dir string, leave func(), err error) {
	dir = filepath.Join(p.folder.dir, backupFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, fmt.Errorf("making room for a copy of the database: %w", err)
	}
	release, err := files.Lock(dir)
	if err != nil {
		return "", nil, fmt.Errorf("another backup of this folder is being made: %w", err)
	}
	if err := os.Remove(filepath.Join(dir, databaseFile)); err != nil && !errors.Is(err, fs.ErrNotExist) { // of one that was killed
		return "", nil, errors.Join(err, release())
	}
	return dir, func() { _ = errors.Join(os.RemoveAll(dir), release()) }, nil
}

// beside packs what stands beside database and documents. The journal may go on in a new segment
// meanwhile, to which it carries what is still open in one that it deletes; so it is read until nothing
// is new.
func (p *packer) beside(ctx context.Context) error {
	for {
		fresh, err := p.tree(ctx, ".", func(name string) bool {
			first, _, _ := strings.Cut(name, "/")
			return first != documentsFolder && !strings.HasPrefix(first, databaseFile)
		})
		if err != nil || !fresh {
			return err
		}
	}
}

// tree packs the files under a folder that are chosen and are not packed yet, and says whether there were any.
func (p *packer) tree(ctx context.Context, under string, chosen func(name string) bool) (fresh bool, err error) {
	err = filepath.WalkDir(filepath.Join(p.folder.dir, under), func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // nothing was kept there yet, or it has gone where it is packed from later
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		name, err := filepath.Rel(p.folder.dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case e.IsDir() && name != "." && strings.HasPrefix(e.Name(), "."):
			return fs.SkipDir
		case !e.Type().IsRegular() || passing(e.Name()) || p.packed[name] || !chosen(name):
			return nil
		}
		found, err := p.file(name, path)
		fresh = fresh || found
		return err
	})
	return fresh, err
}

// passing are files that mean something only while a process runs, or that are being written.
func passing(name string) bool {
	return name == "lock" || name == PortsFile || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".new")
}

func (p *packer) file(name, path string) (found bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	p.packed[name] = true
	return true, p.w.Add(name, f, info.Size())
}

// database packs the database as it is at one moment, and says how far each ledger has come in it.
func (p *packer) database(ctx context.Context, path string) ([]backup.Ledger, error) {
	if err := p.folder.store.Snapshot(ctx, path); err != nil {
		return nil, err
	}
	copied, err := sqlite.Open(path)
	if err != nil {
		return nil, err
	}
	ledgers, err := ledgersOf(ctx, copied)
	if err := errors.Join(err, copied.Close()); err != nil {
		return nil, err
	}
	_, err = p.file(databaseFile, path)
	return ledgers, err
}

func ledgersOf(ctx context.Context, store *sqlite.Store) ([]backup.Ledger, error) {
	ids, err := store.Agreements(ctx)
	if err != nil {
		return nil, err
	}
	all := []backup.Ledger{}
	for _, id := range ids {
		size, err := store.Source(ctx, id).Size()
		if err != nil {
			return nil, err
		}
		signed, err := store.Checkpoint(ctx, id, size)
		if err != nil {
			return nil, err
		}
		root, err := tree.Root(size, store.Hashes(ctx, id))
		if err != nil {
			return nil, fmt.Errorf("reading the ledger of %s: %w", id, err)
		}
		all = append(all, backup.Ledger{Agreement: string(id), Size: size, Root: base64.StdEncoding.EncodeToString(root[:]), Checkpoint: string(signed)})
	}
	return all, nil
}
