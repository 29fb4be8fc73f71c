package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"entente/agreement"
	"entente/files"
	"entente/register"
)

// Who was erased is kept outside the database as well, by pseudonym, in a file for each agreement: a
// database that is put back to an earlier time has people in it again who are to be forgotten.

const erasedDir = "erased"

// erasedOf are the people whom a folder's file for an agreement names.
func erasedOf(dir string, id agreement.ID) ([]string, error) {
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

// noteErased adds people to a folder's file for an agreement.
func noteErased(dir string, id agreement.ID, people []string) error {
	known, err := erasedOf(dir, id)
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

// eraseAgain deletes what a database has of people who were erased.
func (n *Node) eraseAgain(ctx context.Context) error {
	ids, err := n.store.Agreements(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		people, err := erasedOf(n.dir, id)
		if err == nil && len(people) > 0 {
			err = n.store.Erase(ctx, id, people)
		}
		if err != nil {
			return fmt.Errorf("erasing again who was erased: %w", err)
		}
	}
	return nil
}

// erasedIn are the people of a view who were erased.
func erasedIn(v *register.View) (people []string) {
	for id, m := range v.State.Members {
		if m.Erased {
			people = append(people, id)
		}
	}
	return people
}

// rememberErased notes who of an agreement was erased.
func (n *Node) rememberErased(id agreement.ID) error {
	v, err := n.Register.View(id)
	if err == nil {
		err = noteErased(n.dir, id, erasedIn(v))
	}
	if err != nil {
		return fmt.Errorf("remembering who was erased: %w", err)
	}
	return nil
}
