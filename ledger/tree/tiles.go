package tree

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// TileWidth is how many hashes or entries a full tile holds (C2SP tlog-tiles).
const TileWidth = 256

const tileHeight = 8

// maxRecord is the most bytes of an entry that its length in two bytes can state.
const maxRecord = 1<<16 - 1

// EntriesLevel is the Level of a tile that holds entries instead of hashes.
const EntriesLevel = -1

// A Tile names one file of C2SP tlog-tiles: hashes of a level, or entries.
type Tile struct {
	Level int   // 0 to 63, or EntriesLevel
	N     int64 // number of the tile within its level
	Width int   // 1 to TileWidth; less than that is a partial tile
}

const (
	tilePrefix    = "tile/8/"
	entriesPrefix = "entries/"
	dataPrefix    = "data/"
)

// Path returns the path below the log's prefix, like tile/0/x001/234.p/17 or
// tile/entries/000.
func (t Tile) Path() string {
	path := strings.TrimPrefix(tlog.Tile{H: tileHeight, L: t.Level, N: t.N, W: t.Width}.Path(), tilePrefix)
	if rest, ok := strings.CutPrefix(path, dataPrefix); ok {
		path = entriesPrefix + rest
	}
	return "tile/" + path
}

// ParseTilePath reads such a path and no other spelling of it.
func ParseTilePath(path string) (Tile, error) {
	rest, _ := strings.CutPrefix(path, "tile/")
	if entries, ok := strings.CutPrefix(rest, entriesPrefix); ok {
		rest = dataPrefix + entries
	}
	p, err := tlog.ParseTilePath(tilePrefix + rest)
	t := Tile{p.L, p.N, p.W}
	if err != nil || p.L > 63 || p.N > MaxSize/TileWidth || t.Path() != path {
		return Tile{}, fmt.Errorf("%.40q is not the path of a tile", path)
	}
	return t, nil
}

// span returns the range of hashes at the tile's level, or of entries, that the
// tile holds, if a log of this size has all of them.
func (t Tile) span(size int64) (start, end int64, err error) {
	start = t.N * TileWidth
	end = start + int64(t.Width)
	available := size >> (tileHeight * max(t.Level, 0))
	if t.N < 0 || t.N > MaxSize/TileWidth || t.Width < 1 || t.Width > TileWidth || t.Level < EntriesLevel || t.Level > 63 || end > available {
		return 0, 0, fmt.Errorf("a log of %d entries has no tile %s", size, t.Path())
	}
	return start, end, nil
}

// HashTile returns the content of a tile of hashes of a log of this size.
func HashTile(t Tile, size int64, h Hashes) ([]byte, error) {
	if t.Level == EntriesLevel {
		return nil, errors.New("this is a tile of entries and not of hashes")
	}
	if _, _, err := t.span(size); err != nil {
		return nil, err
	}
	return tlog.ReadTileData(tlog.Tile{H: tileHeight, L: t.Level, N: t.N, W: t.Width}, h)
}

// EntryBundle returns the content of a tile of entries of a log of this size:
// each entry after its length in two bytes, the higher first. It asks leaves
// for the entries from start up to and without end.
func EntryBundle[L ~[]byte](t Tile, size int64, leaves func(start, end int64) ([]L, error)) ([]byte, error) {
	if t.Level != EntriesLevel {
		return nil, errors.New("this is a tile of hashes and not of entries")
	}
	start, end, err := t.span(size)
	if err != nil {
		return nil, err
	}
	entries, err := leaves(start, end)
	if err != nil {
		return nil, fmt.Errorf("reading entries %d to %d: %w", start, end-1, err)
	}
	var out []byte
	for i, leaf := range entries {
		if len(leaf) > maxRecord {
			return nil, fmt.Errorf("entry %d has %d bytes and may have %d", start+int64(i), len(leaf), maxRecord)
		}
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(leaf))), leaf...)
	}
	return out, nil
}

// ParseEntryBundle takes the content of a tile of entries apart.
func ParseEntryBundle(b []byte) ([][]byte, error) {
	var leaves [][]byte
	for len(b) > 0 {
		if len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) || len(leaves) == TileWidth {
			return nil, errors.New("the bundle of entries is cut short or holds too many")
		}
		n := 2 + int(binary.BigEndian.Uint16(b))
		leaves = append(leaves, b[2:n:n])
		b = b[n:]
	}
	return leaves, nil
}
