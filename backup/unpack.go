package backup

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"entente/files"

	"filippo.io/age"
	"github.com/go-json-experiment/json"
)

// Unpack writes the files of a backup into a folder, which must be there and empty, each durably and for
// its owner alone. After an error the folder holds some of them. The error wraps ErrKey if the identities
// do not open the backup, and ErrDamaged if it is not what was packed.
func Unpack(from io.Reader, dir string, identities ...age.Identity) (Manifest, error) {
	opened, err := age.Decrypt(from, identities...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return Manifest{}, ErrKey
	case err != nil:
		return Manifest{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	unpacked, err := gzip.NewReader(opened)
	if err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	u := unpacker{from: unpacked, tar: tar.NewReader(unpacked), dir: dir}
	if err := u.all(); err != nil {
		return Manifest{}, err
	}
	if err := u.compare(); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return u.manifest, nil
}

type unpacker struct {
	from     io.Reader
	tar      *tar.Reader
	dir      string
	files    []File
	bytes    int64
	manifest Manifest
}

// all unpacks every file, up to the manifest, behind which there must be nothing.
func (u *unpacker) all() error {
	for u.manifest.Format == "" {
		h, err := u.tar.Next()
		if err == nil {
			err = u.check(h)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if h.Name == manifestName {
			err = u.readManifest(h.Size)
		} else {
			err = u.file(h)
		}
		if err != nil {
			return err
		}
	}
	_, more := u.tar.Next()
	_, err := io.Copy(io.Discard, io.LimitReader(u.from, 1<<20)) // so that the end is seen, which shows that nothing was cut off
	if err != nil || more != io.EOF {
		return fmt.Errorf("%w: it does not end behind its manifest", ErrDamaged)
	}
	return nil
}

func (u *unpacker) check(h *tar.Header) error {
	switch {
	case h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) || filepath.Clean(h.Name) != h.Name:
		return fmt.Errorf("%q is no file of a data folder", h.Name)
	case len(u.files) >= mostFiles || h.Size > mostBytes-u.bytes:
		return fmt.Errorf("it has more than %d files, or than %d bytes", mostFiles, int64(mostBytes))
	}
	u.bytes += h.Size
	return nil
}

func (u *unpacker) file(h *tar.Header) error {
	sum := sha256.New()
	path := filepath.Join(u.dir, h.Name)
	if err := files.MakeDir(filepath.Dir(path)); err != nil {
		return fmt.Errorf("unpacking %s: %w", h.Name, err)
	}
	err := files.Write(path, 0o600, func(w io.Writer) error {
		_, err := io.Copy(io.MultiWriter(w, sum), suspect{u.tar})
		return err
	})
	if err != nil {
		return fmt.Errorf("unpacking %s: %w", h.Name, err)
	}
	u.files = append(u.files, File{h.Name, h.Size, hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// A suspect is read from; that it cannot be is its own fault, and not that of the folder.
type suspect struct{ io.Reader }

func (s suspect) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, err
}

func (u *unpacker) readManifest(size int64) error {
	if size > mostManifest {
		return fmt.Errorf("%w: its manifest has more than %d bytes", ErrDamaged, int64(mostManifest))
	}
	b, err := io.ReadAll(suspect{u.tar})
	if err == nil {
		err = json.Unmarshal(b, &u.manifest, json.RejectUnknownMembers(true))
	}
	if err != nil {
		return fmt.Errorf("%w: its manifest: %w", ErrDamaged, err)
	}
	if u.manifest.Format != Format {
		return fmt.Errorf("%w: its manifest is of the form %.40q, and this release reads %s", ErrDamaged, u.manifest.Format, Format)
	}
	return nil
}

// compare holds what was unpacked to the manifest.
func (u *unpacker) compare() error {
	if len(u.files) != len(u.manifest.Files) {
		return fmt.Errorf("it has %d files, and its manifest names %d", len(u.files), len(u.manifest.Files))
	}
	for i, f := range u.files {
		if f != u.manifest.Files[i] {
			return fmt.Errorf("%s is not the file that its manifest names", f.Name)
		}
	}
	named := map[string]bool{}
	for _, f := range u.files {
		if named[f.Name] {
			return fmt.Errorf("%s is in it twice", f.Name)
		}
		named[f.Name] = true
	}
	return nil
}
