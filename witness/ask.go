package witness

import (
	"fmt"

	"entente/ledger/seal"
	"entente/ledger/tree"

	"golang.org/x/mod/sumdb/tlog"
)

// Ask makes the request that a witness confirm a signed checkpoint, if it has confirmed a state of
// old entries last (0: none). The proof is made from the log's tiles; fetch reads one by its path
// below the log's prefix, as tree.Tile has it. The tiles are checked against the checkpoint.
func Ask(log seal.VKey, signed []byte, old int64, fetch func(path string) ([]byte, error)) ([]byte, error) {
	c, err := tree.OpenCheckpoint(signed, log)
	if err != nil {
		return nil, err
	}
	r := tree.AddCheckpoint{Old: old, Origin: c.Origin, Signed: signed}
	if 0 < old && old < c.Size {
		hashes := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, tiles(fetch))
		if r.Proof, err = tree.ProveConsistency(old, c.Size, hashes); err != nil {
			return nil, fmt.Errorf("proving that %d entries continue %d: %w", c.Size, old, err)
		}
	}
	return r.MarshalText()
}

// tiles reads tiles as the checksum database of Go does; only their paths differ.
type tiles func(path string) ([]byte, error)

func (tiles) Height() int { return 8 }

func (read tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(wanted))
	for i, t := range wanted {
		b, err := read(tree.Tile{Level: t.L, N: t.N, Width: t.W}.Path())
		if err != nil {
			return nil, err
		}
		if len(b) != t.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %s has %d bytes, want %d", t.Path(), len(b), t.W*tlog.HashSize)
		}
		all[i] = b
	}
	return all, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
