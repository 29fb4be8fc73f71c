// Package backup is everything that a node keeps, in one file that only the holder of a key can read.
//
// A backup is an age file (age-encryption.org/v1) of a gzip-compressed tar archive: the files of the data
// folder by their names in it, and last a manifest with the digest of each and the signed checkpoint of
// each ledger. Whoever unpacks it gets back what was packed, byte for byte, or an error; a file that was
// cut short or changed anywhere is never taken for a backup.
package backup

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"filippo.io/age"
)

// Format is the form of the backups that this release writes and reads.
const Format = "entente-backup/1"

// Limits of a backup.
const (
	mostFiles    = 5_000_000
	mostBytes    = 16 << 40 // of all files, unpacked
	mostManifest = 1 << 30
	manifestName = "manifest.json"
)

// A Manifest says what is in a backup.
type Manifest struct {
	Format  string    `json:"format"`
	Made    time.Time `json:"made"`
	Release string    `json:"release"` // of the program that made it
	Ledgers []Ledger  `json:"ledgers"` // in the order in which they were opened
	Files   []File    `json:"files"`   // in the order in which they were packed
}

// A Ledger is how far a ledger had come.
type Ledger struct {
	Agreement  string `json:"agreement"`
	Size       int64  `json:"size"`
	Root       string `json:"root"`       // RFC 6962, base64
	Checkpoint string `json:"checkpoint"` // the signed note, with the cosignatures of both parties
}

// A File is one file of the data folder.
type File struct {
	Name   string `json:"name"` // with slashes, in the folder
	Size   int64  `json:"size"`
	Digest string `json:"sha256"` // hexadecimal
}

// The errors that callers branch on.
var (
	ErrKey     = errors.New("the backup is not encrypted to this key or passphrase")
	ErrDamaged = errors.New("the backup is not whole, or was changed")
)

// A Writer packs a backup. It is of use to nobody until Close.
type Writer struct {
	sealed io.WriteCloser
	packed *gzip.Writer
	tar    *tar.Writer
	files  []File
}

// NewWriter begins a backup that each of some recipients can read; at least one is needed.
func NewWriter(to io.Writer, recipients ...age.Recipient) (*Writer, error) {
	sealed, err := age.Encrypt(to, recipients...)
	if err != nil {
		return nil, fmt.Errorf("encrypting the backup: %w", err)
	}
	packed := gzip.NewWriter(sealed)
	return &Writer{sealed: sealed, packed: packed, tar: tar.NewWriter(packed)}, nil
}

// Add packs a file of so many bytes under its name in the folder.
func (w *Writer) Add(name string, from io.Reader, size int64) error {
	if !filepath.IsLocal(name) || name == manifestName {
		return fmt.Errorf("packing %q: it is no name for a file of the folder", name)
	}
	sum := sha256.New()
	if err := w.add(name, io.TeeReader(io.LimitReader(from, size), sum), size); err != nil {
		return fmt.Errorf("packing %s: %w", name, err)
	}
	w.files = append(w.files, File{name, size, hex.EncodeToString(sum.Sum(nil))})
	return nil
}

func (w *Writer) add(name string, from io.Reader, size int64) error {
	if err := w.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err := io.CopyN(w.tar, from, size)
	return err
}

// Close ends the backup with its manifest, whose files are those that were added, and returns that.
func (w *Writer) Close(m Manifest) (Manifest, error) {
	m.Format, m.Files = Format, w.files
	b, err := json.Marshal(m)
	if err == nil {
		err = w.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: manifestName, Size: int64(len(b)), Mode: 0o600, Format: tar.FormatPAX})
	}
	if err == nil {
		_, err = w.tar.Write(b)
	}
	if err == nil {
		err = errors.Join(w.tar.Close(), w.packed.Close(), w.sealed.Close())
	}
	if err != nil {
		return m, fmt.Errorf("ending the backup: %w", err)
	}
	return m, nil
}
