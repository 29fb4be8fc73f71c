// Package files keeps what stands beside the ledger, such as signed texts and their attachments:
// each document in a file of its own that is named after its digest.
//
// A document is on disk when Keep returns, across a power cut, and it is the document that was kept
// or an error when it is read: every read computes the digest again. Nobody but the owner of the
// node's folder can read it.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"entente/ledger/seal"
)

// MaxDocument is the most bytes that a document may have: 64 MiB.
const MaxDocument = 64 << 20

// The errors that callers branch on. Each comes with the digest of the document.
var (
	ErrMissing  = errors.New("the document is missing from the store")
	ErrAltered  = errors.New("the document was altered: its bytes are not those that were kept")
	ErrTooLarge = fmt.Errorf("the document has more than %d bytes", MaxDocument)
)

// A Store keeps documents under Dir as "ab/ab…", by the hexadecimal digits of their SHA-256. The
// folder is made when it is first needed. Many goroutines and processes may use it at once.
type Store struct{ Dir string }

// Keep stores a document durably and returns its digest. Keeping it again changes nothing, except
// that a file which was damaged since is whole again.
func (s *Store) Keep(ctx context.Context, b []byte) (seal.Digest, error) {
	digest := seal.Sum(b)
	if err := ctx.Err(); err != nil {
		return digest, err
	}
	if len(b) > MaxDocument {
		return digest, fmt.Errorf("keeping %s: %w", digest, ErrTooLarge)
	}
	if err := s.keep(digest, b); err != nil {
		return digest, fmt.Errorf("keeping %s: %w", digest, err)
	}
	return digest, nil
}

func (s *Store) keep(digest seal.Digest, b []byte) error {
	path := s.path(digest)
	if _, err := read(path, digest); err == nil {
		return syncDir(filepath.Dir(path)) // whoever wrote it may not have come that far yet
	}
	if err := MakeDir(filepath.Dir(path)); err != nil {
		return err
	}
	return WriteFile(path, b, 0o600)
}

// Document returns the document with a digest such as "sha256:0f…", or an error that wraps
// ErrMissing or ErrAltered.
func (s *Store) Document(digest string) ([]byte, error) {
	d, err := seal.ParseDigest(digest)
	if err != nil {
		return nil, err
	}
	b, err := read(s.path(d), d)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", d, err)
	}
	return b, nil
}

// List returns the digests of the documents that are kept, in order, and the names of files in the
// store that are no documents, such as one that a crash left half written.
func (s *Store) List() (documents []seal.Digest, others []string, err error) {
	err = filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path == s.Dir:
			return nil // nothing was kept yet
		case err != nil || d.IsDir():
			return err
		}
		if digest, err := seal.ParseDigest("sha256:" + d.Name()); err == nil && path == s.path(digest) {
			documents = append(documents, digest)
			return nil
		}
		others = append(others, path)
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("listing the documents: %w", err)
	}
	return documents, others, nil
}

func (s *Store) path(d seal.Digest) string {
	return filepath.Join(s.Dir, d.Hex()[:2], d.Hex())
}

func read(path string, digest seal.Digest) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxDocument+1))
	if err != nil {
		return nil, err
	}
	if len(b) > MaxDocument || seal.Sum(b) != digest {
		return nil, ErrAltered
	}
	return b, nil
}
