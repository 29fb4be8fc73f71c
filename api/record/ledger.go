package record

import (
	"bytes"
	"context"
	"fmt"

	"entente/agreement"
	"entente/api/rest"
	"entente/articles/carried"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/register"

	"github.com/danielgtaylor/huma/v2"
)

func (d *Shelf) ledger(to *rest.Desk) {
	at := rest.Place{Path: "/api/v1/agreements/{id}/ledger", Tag: "ledger"}
	rest.Add(to, at.Read("/entries", "list-entries", "The entries of the ledger, oldest first", "Each with who acted, under which clause, its body as it is signed, and the leaf that the log hashes."), d.entries)
	rest.Add(to, at.Read("/entries/{n}/proof", "get-proof", "The proof that an entry is in the ledger (C2SP tlog-proof)", "A text that holds the entry's index, the hashes up to the root, and a checkpoint that both parties can verify without the node.").As(rest.PlainText), d.proof)
	rest.Add(to, at.Read("/bundle", "get-bundle", "The whole ledger with its documents, to be verified elsewhere", "entente verify checks it without a node.").As("application/zip"), d.bundle)
}

type entryInput struct {
	rest.Of
	Position int64 `path:"n" minimum:"0" doc:"The entry's position, from 0."`
}

func (d *Shelf) proof(ctx context.Context, v rest.Visit, in *entryInput) (*rest.File, error) {
	src := d.Source(ctx, v.ID)
	signed, size, err := newest(src)
	if err != nil {
		return nil, err
	}
	if in.Position >= size {
		return nil, register.ErrUnknown
	}
	p, err := tree.NewProof(in.Position, signed, src)
	if err != nil {
		return nil, fmt.Errorf("proving entry %d of %s: %w", in.Position, v.ID, err)
	}
	text, err := p.MarshalText()
	return &rest.File{Type: rest.PlainText, Disposition: fmt.Sprintf(`attachment; filename="%s-%d.tlog-proof"`, v.ID, in.Position), Body: text}, err
}

// newest is the last checkpoint of a ledger and the number of entries that it covers.
func newest(src ledger.Source) (signed []byte, size int64, err error) {
	if signed, err = last(src); err != nil {
		return nil, 0, err
	}
	if signed == nil {
		return nil, 0, register.ErrUnknown
	}
	text, _, _ := bytes.Cut(signed, []byte("\n\n"))
	c, err := tree.ParseCheckpoint(string(text) + "\n")
	return signed, c.Size, err
}

// last asks a source that can for its last checkpoint alone, and any other for all of them.
func last(src ledger.Source) ([]byte, error) {
	if quick, ok := src.(interface{ Newest() ([]byte, error) }); ok {
		return quick.Newest()
	}
	all, err := src.Checkpoints()
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[len(all)-1], nil
}

// stream is an answer that is written as it is made.
type stream struct {
	Body func(huma.Context)
}

func (d *Shelf) bundle(ctx context.Context, v rest.Visit, _ *rest.Of) (*stream, error) {
	b, err := d.collect(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		c.SetHeader("Content-Type", "application/zip")
		c.SetHeader("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.zip"`, v.ID))
		if err := carried.Write(c.BodyWriter(), b); err != nil {
			panic(fmt.Errorf("writing the bundle of %s: %w", v.ID, err)) // the answer must not look whole
		}
	}}, nil
}

// collect gathers a ledger and every document that its entries refer to, each once.
func (d *Shelf) collect(ctx context.Context, id agreement.ID) (bundle.Bundle, error) {
	src := d.Source(ctx, id)
	b, err := bundle.Collect(string(id), src, nil)
	if err != nil {
		return b, err
	}
	seen := map[seal.Digest]bool{}
	for _, leaf := range b.Leaves {
		s, err := ledger.Open(leaf)
		if err != nil {
			continue // damage goes into the bundle, for the verifier to find
		}
		refs, _ := s.Entry.Documents() // Open has checked them
		for _, ref := range refs {
			if seen[ref.Digest] {
				continue
			}
			seen[ref.Digest] = true
			data, err := d.Documents.Document(ref.Digest.String())
			if err != nil {
				d.Log.Error("a document is left out of a bundle", "agreement", id, "error", err)
				continue
			}
			b.Documents = append(b.Documents, bundle.Document{Digest: ref.Digest, MediaType: ref.MediaType, Data: data})
		}
	}
	return b, nil
}
