// Package tree is a log that only grows: the Merkle tree of RFC 6962, checkpoints that say what it
// was at a moment, proofs that something is in it or that it was not rewritten, and the rules by
// which a witness confirms it. What the entries say is none of its business.
//
// Checkpoints, cosignatures, tiles, proofs and witnesses are those of c2sp.org, so that outside
// programs can check a log.
package tree

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Hashes reads the stored hashes of a Merkle tree by their index, as
// tlog.HashReader does: as many as asked for, or an error.
type Hashes interface {
	ReadHashes(indexes []int64) ([]tlog.Hash, error)
}

// HashCount returns how many hashes a log of size entries stores, which is also
// the index of the first hash that entry number size will add.
func HashCount(size int64) int64 { return tlog.StoredHashCount(size) }

// StoredHashes returns the hashes to store when leaf becomes entry n, the first
// of them at index HashCount(n). It reads at most log2(n) earlier ones.
func StoredHashes(n int64, leaf []byte, h Hashes) ([]tlog.Hash, error) {
	if err := sizes(n, MaxSize-1); err != nil {
		return nil, err
	}
	return tlog.StoredHashes(n, leaf, h)
}

// Root returns the RFC 6962 hash of the first size entries.
func Root(size int64, h Hashes) (tlog.Hash, error) {
	if err := sizes(size, MaxSize); err != nil {
		return tlog.Hash{}, err
	}
	return tlog.TreeHash(size, h)
}

// ProveInclusion proves that the log of size entries holds entry n.
func ProveInclusion(size, n int64, h Hashes) (tlog.RecordProof, error) {
	if err := sizes(n, size-1, MaxSize-1); err != nil {
		return nil, err
	}
	return tlog.ProveRecord(size, n, h)
}

// CheckInclusion verifies that leaf is entry n of the log with this size and root.
func CheckInclusion(p tlog.RecordProof, size int64, root tlog.Hash, n int64, leaf []byte) error {
	if err := sizes(n, size-1, MaxSize-1); err != nil {
		return err
	}
	if tlog.CheckRecord(p, size, root, n, tlog.RecordHash(leaf)) != nil {
		return fmt.Errorf("the proof does not show that this is entry %d of %d", n, size)
	}
	return nil
}

// ProveConsistency proves that the log of size newer begins with the log of
// size older. The proof is empty when older is zero or equal to newer.
func ProveConsistency(older, newer int64, h Hashes) (tlog.TreeProof, error) {
	if err := sizes(older, newer, MaxSize); err != nil {
		return nil, err
	}
	if older == 0 || older == newer {
		return tlog.TreeProof{}, nil
	}
	return tlog.ProveTree(newer, older, h)
}

// ErrInconsistent says that a log was rewritten: what it was before is not the
// beginning of what it is now.
var ErrInconsistent = errors.New("the log does not continue what it was before")

// CheckConsistency verifies such a proof.
func CheckConsistency(p tlog.TreeProof, older int64, olderRoot tlog.Hash, newer int64, newerRoot tlog.Hash) error {
	if err := sizes(older, newer, MaxSize); err != nil {
		return err
	}
	empty, _ := tlog.TreeHash(0, nil)
	switch {
	case older == 0 && (len(p) != 0 || olderRoot != empty), newer == 0 && newerRoot != empty:
		return ErrInconsistent
	case older == 0:
		return nil
	case tlog.CheckTree(p, newer, newerRoot, older, olderRoot) != nil:
		return ErrInconsistent
	}
	return nil
}

// sizes checks that 0 ≤ the first ≤ the second and so on.
func sizes(ascending ...int64) error {
	before := int64(0)
	for _, n := range ascending {
		if n < before {
			return fmt.Errorf("the sizes or positions %v are not in order", ascending)
		}
		before = n
	}
	return nil
}

// RootOf returns the RFC 6962 hash of leaves, computed without keeping the hashes in between.
func RootOf[L ~[]byte](leaves []L) tlog.Hash {
	return root(len(leaves), func(i int) tlog.Hash { return tlog.RecordHash(leaves[i]) })
}

// RootOfHashes is RootOf where the leaves have been hashed.
func RootOfHashes(leaves []tlog.Hash) tlog.Hash {
	return root(len(leaves), func(i int) tlog.Hash { return leaves[i] })
}

func root(size int, leaf func(int) tlog.Hash) tlog.Hash {
	var whole []tlog.Hash // the roots of complete subtrees, the largest first
	for i := range size {
		h := leaf(i)
		for n := i; n&1 == 1; n >>= 1 {
			h = tlog.NodeHash(whole[len(whole)-1], h)
			whole = whole[:len(whole)-1]
		}
		whole = append(whole, h)
	}
	if len(whole) == 0 {
		root, _ := tlog.TreeHash(0, nil)
		return root
	}
	root := whole[len(whole)-1]
	for i := len(whole) - 2; i >= 0; i-- {
		root = tlog.NodeHash(whole[i], root)
	}
	return root
}
