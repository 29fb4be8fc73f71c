package ledger

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
func StoredHashes(n int64, leaf Leaf, h Hashes) ([]tlog.Hash, error) {
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
func CheckInclusion(p tlog.RecordProof, size int64, root tlog.Hash, n int64, leaf Leaf) error {
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

// A Log is a whole ledger in memory. The zero value is empty. It is a Source,
// and has no opinion about what is appended: Audit has.
type Log struct {
	leaves      []Leaf
	hashes      []tlog.Hash
	checkpoints [][]byte
}

// Append adds a leaf and returns its position.
func (l *Log) Append(leaf Leaf) (int64, error) {
	n := int64(len(l.leaves))
	hashes, err := StoredHashes(n, leaf, l)
	if err != nil {
		return 0, err
	}
	l.leaves, l.hashes = append(l.leaves, leaf), append(l.hashes, hashes...)
	return n, nil
}

// AddCheckpoint keeps a signed checkpoint.
func (l *Log) AddCheckpoint(signed []byte) { l.checkpoints = append(l.checkpoints, signed) }

// Root returns the hash of the whole log.
func (l *Log) Root() (tlog.Hash, error) { return Root(int64(len(l.leaves)), l) }

// ReadHashes, Size, Leaves and Checkpoints make a Log a Source.
func (l *Log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(l.hashes)) {
			return nil, fmt.Errorf("there is no hash %d", index)
		}
		out[i] = l.hashes[index]
	}
	return out, nil
}

func (l *Log) Size() (int64, error) { return int64(len(l.leaves)), nil }

func (l *Log) Leaves(start, end int64) ([]Leaf, error) {
	if err := sizes(start, end, int64(len(l.leaves))); err != nil {
		return nil, err
	}
	return l.leaves[start:end], nil
}

func (l *Log) Checkpoints() ([][]byte, error) { return l.checkpoints, nil }
