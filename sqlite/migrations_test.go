package sqlite

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"entente/sqlite/calls"
)

// Migrations, in files and in programs, are numbered from 1, each number once and none left out: two
// branches that each took the next number collide here rather than on somebody's database.
func TestMigrationsAreNumberedInOneRow(t *testing.T) {
	names, err := filepath.Glob("migrations/*") // in their order
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, name := range names {
		all = append(all, filepath.Base(name))
	}
	for _, m := range calls.Migrations {
		all = append(all, fmt.Sprintf("%05d, a program", m.Version))
	}
	slices.Sort(all)
	for i, name := range all {
		if want := fmt.Sprintf("%05d", i+1); name[:len(want)] != want {
			t.Errorf("%s is number %d of the migrations, %s: give it the next free number", name, i+1, want)
		}
	}
	if len(names) == 0 {
		t.Error("there are no migrations")
	}
}
