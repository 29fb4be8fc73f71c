// Package parties keeps what belongs to the parties of an agreement and their people and is in no ledger: credentials
// and sealed secrets, passkeys, private notes, letters, what people are told and how, webhooks, and how requests were
// answered that come again.
package parties

import "entente/sqlite/disk"

// A Cabinet is that part of a database file; the tables are there already.
type Cabinet struct{ file *disk.File }

// In is the cabinet in a file.
func In(f *disk.File) Cabinet { return Cabinet{f} }
