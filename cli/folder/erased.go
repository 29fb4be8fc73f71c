package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"entente/agreement"
	"entente/files"
)

// Who was erased is kept outside the database as well, by pseudonym, in a file for each agreement: a
// database that is put back to an earlier time has people in it again who are to be forgotten.

const erasedDir = "erased"

// Erased are the people whom a folder's file for an agreement names.
func Erased(dir string, id agreement.ID) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(dir, erasedDir, string(id)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return readErased(b)
}

func readErased(b []byte) ([]string, error) {
	people := strings.Fields(string(b))
	for _, one := range people {
		if !strings.HasPrefix(one, "per_") || len(one) > 100 {
			return nil, fmt.Errorf("%.40q is no pseudonym, such as per_2x5q…", one)
		}
	}
	return people, nil
}

// NoteErased adds people to a folder's file for an agreement.
func NoteErased(dir string, id agreement.ID, people []string) error {
	known, err := Erased(dir, id)
	if err != nil {
		return fmt.Errorf("reading who of %s was erased: %w", id, err)
	}
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(known, people))))
	if len(all) == len(known) {
		return nil
	}
	if err := files.MakeDir(filepath.Join(dir, erasedDir)); err != nil {
		return err
	}
	return files.WriteFile(filepath.Join(dir, erasedDir, string(id)), []byte(strings.Join(all, "\n")+"\n"), 0o600)
}
