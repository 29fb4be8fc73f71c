// Package record has the commands that read an agreement's ledger: its entries, whether they hold, a bundle of
// them that anyone can verify, and the word of a witness that the ledger only grows.
package record

import "entente/cli/terminal"

// Commands are those that read the record.
var Commands = []terminal.Command{ledgerShow, ledgerVerify, bundleCommand, witness}
