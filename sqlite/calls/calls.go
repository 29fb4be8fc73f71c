// Package calls keeps metered usage: the records of calls in blocks, what they add up to, which of them a statement
// covers, and the calls that were refused.
package calls

import (
	"entente/sqlite/disk"

	"github.com/pressly/goose/v3"
)

// A Book is that part of a database file; the tables are there already.
type Book struct{ file *disk.File }

// In is the book in a file.
func In(f *disk.File) Book { return Book{f} }

// Migrations are those of its tables that are no file.
var Migrations = []*goose.Migration{moveUsage, addEstimates}
