package sqlite_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// inGo are the migrations that are functions and no files: moveUsage.
var inGo = map[int]bool{13: true}

// Migrations are numbered from 1, each number once and none left out: two branches that each took the
// next number collide here rather than on somebody's database.
func TestMigrationsAreNumberedInOneRow(t *testing.T) {
	names, err := filepath.Glob("migrations/*") // in their order
	if err != nil {
		t.Fatal(err)
	}
	next := 1
	for _, name := range names {
		for inGo[next] {
			next++
		}
		base := filepath.Base(name)
		if want := fmt.Sprintf("%05d_", next); !strings.HasPrefix(base, want) || filepath.Ext(base) != ".sql" {
			t.Errorf("%s is number %d of the migrations: name it %s….sql, or give it the next free number", base, next, want)
		}
		next++
	}
	if len(names) == 0 {
		t.Error("there are no migrations")
	}
}
