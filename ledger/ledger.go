// Package ledger is the record of what the parties did under their agreement:
// entries that the acting party signed, in one order that nobody can change
// afterwards without being found out, confirmed by both parties.
//
// Whoever holds a copy can check all of it: Audit does for a stored ledger, and the package bundle
// for a file that was handed over. Everything here and below is pure: time and randomness arrive as
// arguments, and nothing reads a clock, a disk or a network. What was signed is what is stored:
// bytes are verified as they lie there and are never encoded again for it.
//
// docs/ledger-format.md says what an outsider needs to write a verifier.
package ledger
