// Package ledger is the record of what the parties did under their agreement:
// entries that the acting party signed, in one order that nobody can change
// afterwards without being found out, confirmed by both parties.
//
// Whoever holds a copy can check all of it with this package alone, without a
// server, an account or trust in whoever handed the copy over. Everything here
// is pure: time and randomness arrive as arguments, and nothing reads a clock,
// a disk or a network. What was signed is what is stored: bytes are verified
// as they lie there and are never encoded again for it.
//
// The forms are public standards wherever one exists: canonical JSON is RFC
// 8785 over I-JSON (RFC 7493), signatures are Ed25519 (RFC 8032), hashing is
// the Merkle tree of RFC 6962, and checkpoints, cosignatures, tiles, proofs and
// witnesses are those of c2sp.org. docs/ledger-format.md says the rest.
package ledger
