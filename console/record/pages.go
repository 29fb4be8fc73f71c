package record

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"net/http"
	"strconv"

	"entente/agreement"
	"entente/articles/carried"
	"entente/console/frame"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/tree"
	"entente/notary"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// An Archive serves the pages of the ledger. All fields are needed to answer, none to list the routes.
type Archive struct {
	Notary *notary.Notary
	Source func(context.Context, agreement.ID) ledger.Source // the stored ledger of an agreement

	index Index
}

// Routes are the pages of the ledger, and what can be carried away.
func (a *Archive) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /ledger", Serve: a.ledgerPage},
		{Pattern: "GET /ledger/verification", Serve: a.verification},
		{Pattern: "GET /ledger/{entry}", Serve: a.entryPage},
		{Pattern: "GET /ledger/{entry}/leaf", Serve: a.leaf},
		{Pattern: "GET /ledger/{entry}/proof", Serve: a.proof},
		{Pattern: "GET /bundle", Serve: a.bundle},
	}
}

// Reader is the ledger as it is read to a visitor.
func (a *Archive) Reader(ctx context.Context, v *frame.Visit) *Reader {
	return &Reader{View: v.View, Source: a.Source(ctx, v.ID()), Zone: v.Zone, Name: v.PersonName, Home: v.Home(), Index: &a.index}
}

func (a *Archive) ledgerPage(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	before := v.View.Size
	if text := r.URL.Query().Get("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 || n > before {
			return frame.ErrAbsent
		}
		before = n
	}
	var e Page
	var err error
	if cited := r.URL.Query().Get("clause"); cited == "" {
		e, err = a.Reader(r.Context(), v).Page(before)
	} else {
		clause, unknown := agreement.ParseClause(cited)
		if unknown != nil {
			return frame.ErrAbsent
		}
		e, err = a.Reader(r.Context(), v).PageUnder(clause, before)
	}
	if err != nil {
		return err
	}
	return pages.Show(w, http.StatusOK, "ledger", frame.Page{Title: "Ledger of " + v.Number(), Tab: "ledger", Follows: frame.Following(r, ""), In: v, Body: e})
}

func (a *Archive) entryPage(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	n, leaf, err := a.entryAt(r, v)
	if err != nil {
		return err
	}
	b, err := a.Reader(r.Context(), v).Entry(n, leaf)
	if err != nil {
		return err
	}
	return pages.Show(w, http.StatusOK, "entry", frame.Page{Title: fmt.Sprintf("Entry %d of %s", n, v.Number()), Tab: "ledger", In: v, Body: b})
}

// entryAt is the entry that the path names.
func (a *Archive) entryAt(r *http.Request, v *frame.Visit) (int64, ledger.Leaf, error) {
	text := r.PathValue("entry")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n >= v.View.Size || strconv.FormatInt(n, 10) != text {
		return 0, nil, frame.ErrAbsent
	}
	leaves, err := a.Source(r.Context(), v.ID()).Leaves(n, n+1)
	if err != nil {
		return 0, nil, fmt.Errorf("reading entry %d of %s: %w", n, v.ID(), err)
	}
	if len(leaves) != 1 {
		return 0, nil, fmt.Errorf("entry %d of %s is not there", n, v.ID())
	}
	return n, leaves[0], nil
}

// leaf gives the entry with its signature, byte for byte as the log keeps it.
func (a *Archive) leaf(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	n, leaf, err := a.entryAt(r, v)
	if err != nil {
		return err
	}
	return frame.Download(w, "application/json", fmt.Sprintf("%s-%d.json", v.ID(), n), leaf)
}

// proof gives the proof that the entry is in the log (C2SP tlog-proof).
func (a *Archive) proof(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	n, _, err := a.entryAt(r, v)
	if err != nil {
		return err
	}
	src := a.Source(r.Context(), v.ID())
	signed, err := Latest(src)
	if err != nil {
		return err
	}
	p, err := tree.NewProof(n, signed, src)
	if err != nil {
		return fmt.Errorf("proving entry %d of %s: %w", n, v.ID(), err)
	}
	text, err := p.MarshalText()
	if err != nil {
		return err
	}
	return frame.Download(w, "text/plain; charset=utf-8", fmt.Sprintf("%s-%d.tlog-proof", v.ID(), n), text)
}

// collect packs everything that is needed to verify the agreement on another machine.
func (a *Archive) collect(r *http.Request, v *frame.Visit) (bundle.Bundle, error) {
	documents, err := a.Reader(r.Context(), v).Documents(a.Notary.Documents.Document)
	if err != nil {
		return bundle.Bundle{}, err
	}
	return bundle.Collect(string(v.ID()), a.Source(r.Context(), v.ID()), documents)
}

// bundle gives it as a file, with the page by which a browser verifies it.
func (a *Archive) bundle(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	b, err := a.collect(r, v)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := carried.Write(&out, b); err != nil {
		return err
	}
	return frame.Download(w, "application/zip", string(v.ID())+".zip", out.Bytes())
}

// verification is that page alone: the visitor's browser verifies the ledger as it is now. It is no page of the console:
// it loads nothing, has no session and runs no code but its own.
func (a *Archive) verification(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	b, err := a.collect(r, v)
	if err != nil {
		return err
	}
	page, err := carried.Page(b)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", carried.Policy()+"; frame-ancestors 'none'; sandbox allow-scripts allow-downloads")
	w.Write(page)
	return nil
}
