package ledger

import (
	"fmt"

	"entente/ledger/tree"

	"golang.org/x/mod/sumdb/tlog"
)

// A Log is a whole ledger in memory. The zero value is empty. It is a Source,
// and has no opinion about what it holds: Audit has.
type Log struct {
	Entries []Leaf
	Tree    []tlog.Hash // the stored hashes, by their index
	Signed  [][]byte    // checkpoints, oldest first
}

// Append adds a leaf and returns its position.
func (l *Log) Append(leaf Leaf) (int64, error) {
	n := int64(len(l.Entries))
	hashes, err := tree.StoredHashes(n, leaf, l)
	if err != nil {
		return 0, err
	}
	l.Entries, l.Tree = append(l.Entries, leaf), append(l.Tree, hashes...)
	return n, nil
}

// Root returns the hash of the whole log.
func (l *Log) Root() (tlog.Hash, error) { return tree.Root(int64(len(l.Entries)), l) }

// ReadHashes, Size, Leaves and Checkpoints make a Log a Source.
func (l *Log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(l.Tree)) {
			return nil, fmt.Errorf("there is no hash %d", index)
		}
		out[i] = l.Tree[index]
	}
	return out, nil
}

func (l *Log) Size() (int64, error) { return int64(len(l.Entries)), nil }

func (l *Log) Leaves(start, end int64) ([]Leaf, error) {
	if start < 0 || start > end || end > int64(len(l.Entries)) {
		return nil, fmt.Errorf("there are no entries %d to %d in a log of %d", start, end, len(l.Entries))
	}
	return l.Entries[start:end], nil
}

func (l *Log) Checkpoints() ([][]byte, error) { return l.Signed, nil }
