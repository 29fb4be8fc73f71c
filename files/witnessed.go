package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"entente/ledger/canonical"
	"entente/ledger/tree"

	"golang.org/x/mod/sumdb/tlog"
)

// Witnessed keeps in a folder what a witness has confirmed, a file for each log.
type Witnessed struct{ Dir string }

// A witnessed is such a file.
type witnessed struct {
	Origin string    `json:"origin"`
	Size   int64     `json:"size"`
	Root   tlog.Hash `json:"root"`
}

func (w Witnessed) path(origin string) string {
	name := sha256.Sum256([]byte(origin))
	return filepath.Join(w.Dir, hex.EncodeToString(name[:])+".json")
}

// Seen returns what was confirmed of a log; see witness.Memory.
func (w Witnessed) Seen(_ context.Context, origin string) (tree.Seen, error) {
	b, err := os.ReadFile(w.path(origin))
	if errors.Is(err, fs.ErrNotExist) {
		return tree.Seen{}, nil
	}
	var s witnessed
	if err == nil {
		err = canonical.Decode(b, &s)
	}
	if err != nil {
		return tree.Seen{}, err
	}
	if s.Origin != origin || s.Size < 0 {
		return tree.Seen{}, fmt.Errorf("%s is not what was confirmed of %s", w.path(origin), origin)
	}
	return tree.Seen{Size: s.Size, Root: s.Root}, nil
}

// Remember keeps what was confirmed of a log; see witness.Memory.
func (w Witnessed) Remember(_ context.Context, origin string, s tree.Seen) error {
	b, err := json.Marshal(witnessed{origin, s.Size, s.Root})
	if err == nil {
		err = MakeDir(w.Dir)
	}
	if err != nil {
		return err
	}
	return WriteFile(w.path(origin), append(b, '\n'), 0o600)
}
