package api

import (
	"context"
	"net/http"

	"entente/ledger/tree"
	"entente/register"
)

// tiles serves the ledger as C2SP tlog-tiles has it, so that outside witnesses and auditors can read it.
func (d *desk) tiles() {
	const path = "/api/v1/agreements/{id}/log"
	row := func(rest, id, summary, media string) operation {
		return operation{method: http.MethodGet, path: path + rest, id: id, tag: "log", roles: []string{anyone}, summary: summary, media: media}
	}
	add(d, row("/checkpoint", "get-checkpoint", "The last checkpoint, signed by the log and cosigned by both parties (C2SP tlog-checkpoint)", plainText), d.checkpoint)
	add(d, row("/log.vkey", "get-log-key", "The key with which the log signs checkpoints (C2SP signed-note)", plainText), d.logKey)
	add(d, row("/tile/entries/{tile}", "get-entries-tile", "Entries as a tile (C2SP tlog-tiles)", "application/octet-stream"), d.entriesTile)
	add(d, row("/tile/{level}/{tile}", "get-tile", "Hashes as a tile (C2SP tlog-tiles)", "application/octet-stream"), d.hashTile)
}

func (d *desk) checkpoint(ctx context.Context, v visit, _ *Of) (*file, error) {
	signed, _, err := newest(d.Source(ctx, v.id))
	return &file{Type: plainText, Body: signed}, err
}

func (d *desk) logKey(_ context.Context, v visit, _ *Of) (*file, error) {
	view, err := d.Register.View(v.id)
	if err != nil {
		return nil, err
	}
	opened, ok := view.Keyring.Opened()
	if !ok {
		return nil, register.ErrUnknown
	}
	return &file{Type: plainText, Body: []byte(opened.Log.String() + "\n")}, nil
}

// TilePath is the input of an operation on one tile.
type TilePath struct {
	Of
	Tile string `path:"tile" maxLength:"60" doc:"The tile's number as tlog-tiles writes it, for example x001/234 or 000.p/17; slashes are part of it."`
}

type hashTileInput struct {
	TilePath
	Level string `path:"level" maxLength:"2" doc:"The tile's level: 0 to 63."`
}

func (d *desk) entriesTile(ctx context.Context, v visit, in *TilePath) (*file, error) {
	return d.tile(ctx, v, "tile/entries/"+in.Tile)
}

func (d *desk) hashTile(ctx context.Context, v visit, in *hashTileInput) (*file, error) {
	return d.tile(ctx, v, "tile/"+in.Level+"/"+in.Tile)
}

// tile is a tile that the last checkpoint covers. What is in it never changes; a partial one may be
// asked for until its full one exists, and after.
func (d *desk) tile(ctx context.Context, v visit, path string) (*file, error) {
	t, err := tree.ParseTilePath(path)
	if err != nil {
		return nil, register.ErrUnknown
	}
	src := d.Source(ctx, v.id)
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
	out := &file{Type: "application/octet-stream", Body: content}
	if t.Width == tree.TileWidth {
		out.Caching = "private, max-age=31536000, immutable"
	}
	return out, err
}
