package record

import (
	"context"

	"entente/api/rest"
	"entente/ledger/tree"
	"entente/register"
)

// tiles serves the ledger as C2SP tlog-tiles has it, so that outside witnesses and auditors can read it.
func (d *Shelf) tiles(to *rest.Desk) {
	at := rest.Place{Path: "/api/v1/agreements/{id}/log", Tag: "log"}
	rest.Add(to, at.Read("/checkpoint", "get-checkpoint", "The last checkpoint, signed by the log and cosigned by both parties (C2SP tlog-checkpoint)", "How many entries the log has and the hash over them, with the signatures. Whoever keeps it notices if the past is changed.").As(rest.PlainText), d.checkpoint)
	rest.Add(to, at.Read("/log.vkey", "get-log-key", "The key with which the log signs checkpoints (C2SP signed-note)", "One line: name, key id and key. Checkpoints are verified with it.").As(rest.PlainText), d.logKey)
	rest.Add(to, at.Read("/tile/entries/{tile}", "get-entries-tile", "Entries as a tile (C2SP tlog-tiles)", "256 entries each, or fewer at the log's end. What a tile holds never changes.").As("application/octet-stream"), d.entriesTile)
	rest.Add(to, at.Read("/tile/{level}/{tile}", "get-tile", "Hashes as a tile (C2SP tlog-tiles)", "256 hashes of one level of the log's tree, or fewer at its end. What a tile holds never changes.").As("application/octet-stream"), d.hashTile)
}

func (d *Shelf) checkpoint(ctx context.Context, v rest.Visit, _ *rest.Of) (*rest.File, error) {
	signed, _, err := newest(d.Source(ctx, v.ID))
	return &rest.File{Type: rest.PlainText, Body: signed}, err
}

func (d *Shelf) logKey(_ context.Context, v rest.Visit, _ *rest.Of) (*rest.File, error) {
	opened, ok := v.View.Keyring.Opened()
	if !ok {
		return nil, register.ErrUnknown
	}
	return &rest.File{Type: rest.PlainText, Body: []byte(opened.Log.String() + "\n")}, nil
}

// TilePath is the input of an operation on one tile.
type TilePath struct {
	rest.Of
	Tile string `path:"tile" maxLength:"60" doc:"The tile's number as tlog-tiles writes it, for example x001/234 or 000.p/17; slashes are part of it."`
}

type hashTileInput struct {
	TilePath
	Level string `path:"level" maxLength:"2" doc:"The tile's level: 0 to 63."`
}

func (d *Shelf) entriesTile(ctx context.Context, v rest.Visit, in *TilePath) (*rest.File, error) {
	return d.tile(ctx, v, "tile/entries/"+in.Tile)
}

func (d *Shelf) hashTile(ctx context.Context, v rest.Visit, in *hashTileInput) (*rest.File, error) {
	return d.tile(ctx, v, "tile/"+in.Level+"/"+in.Tile)
}

// tile is a tile that the last checkpoint covers. What is in it never changes; a partial one may be
// asked for until its full one exists, and after.
func (d *Shelf) tile(ctx context.Context, v rest.Visit, path string) (*rest.File, error) {
	t, err := tree.ParseTilePath(path)
	if err != nil {
		return nil, register.ErrUnknown
	}
	src := d.Source(ctx, v.ID)
	_, size, err := newest(src)
	if err != nil {
		return nil, err
	}
	if t.N*tree.TileWidth+int64(t.Width) > size>>(8*max(t.Level, 0)) {
		return nil, register.ErrUnknown
	}
	var content []byte
	if t.Level == tree.EntriesLevel {
		content, err = tree.EntryBundle(t, size, src.Leaves)
	} else {
		content, err = tree.HashTile(t, size, src)
	}
	out := &rest.File{Type: "application/octet-stream", Body: content}
	if t.Width == tree.TileWidth {
		out.Caching = "private, max-age=31536000, immutable"
	}
	return out, err
}
