package console

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"entente/console/record"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/tree"
)

func (c *Console) record(r *http.Request, v *visit) *record.Reader {
	return &record.Reader{View: v.view, Source: c.Source(r.Context(), v.ID()), Zone: v.zone, Name: v.name, Home: v.Home()}
}

func (c *Console) ledgerPage(w http.ResponseWriter, r *http.Request, v *visit) error {
	before := v.view.Size
	if text := r.URL.Query().Get("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 || n > before {
			return errAbsent
		}
		before = n
	}
	e, err := c.record(r, v).Page(before)
	if err != nil {
		return err
	}
	return c.show(w, http.StatusOK, "ledger", page{Title: "Ledger of " + v.Number(), Tab: "ledger", In: v, Body: e})
}

func (c *Console) entryPage(w http.ResponseWriter, r *http.Request, v *visit) error {
	n, leaf, err := c.entryAt(r, v)
	if err != nil {
		return err
	}
	b, err := c.record(r, v).Entry(n, leaf)
	if err != nil {
		return err
	}
	return c.show(w, http.StatusOK, "entry", page{Title: fmt.Sprintf("Entry %d of %s", n, v.Number()), Tab: "ledger", In: v, Body: b})
}

// entryAt is the entry that the path names.
func (c *Console) entryAt(r *http.Request, v *visit) (int64, ledger.Leaf, error) {
	text := r.PathValue("entry")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n >= v.view.Size || strconv.FormatInt(n, 10) != text {
		return 0, nil, errAbsent
	}
	leaves, err := c.Source(r.Context(), v.ID()).Leaves(n, n+1)
	if err != nil {
		return 0, nil, fmt.Errorf("reading entry %d of %s: %w", n, v.ID(), err)
	}
	if len(leaves) != 1 {
		return 0, nil, fmt.Errorf("entry %d of %s is not there", n, v.ID())
	}
	return n, leaves[0], nil
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// leaf gives the entry with its signature, byte for byte as the log keeps it.
func (c *Console) leaf(w http.ResponseWriter, r *http.Request, v *visit) error {
	n, leaf, err := c.entryAt(r, v)
	if err != nil {
		return err
	}
	return c.download(w, "application/json", fmt.Sprintf("%s-%d.json", v.ID(), n), leaf)
}

// proof gives the proof that the entry is in the log (C2SP tlog-proof).
func (c *Console) proof(w http.ResponseWriter, r *http.Request, v *visit) error {
	n, _, err := c.entryAt(r, v)
	if err != nil {
		return err
	}
	src := c.Source(r.Context(), v.ID())
	signed, err := record.Latest(src)
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
	return c.download(w, "text/plain; charset=utf-8", fmt.Sprintf("%s-%d.tlog-proof", v.ID(), n), text)
}

// bundle gives everything that is needed to verify the agreement on another machine.
func (c *Console) bundle(w http.ResponseWriter, r *http.Request, v *visit) error {
	src := c.Source(r.Context(), v.ID())
	documents, err := c.record(r, v).Documents(c.Notary.Documents.Document)
	if err != nil {
		return err
	}
	b, err := bundle.Collect(string(v.ID()), src, documents)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := bundle.Write(&out, b); err != nil {
		return err
	}
	return c.download(w, "application/zip", string(v.ID())+".zip", out.Bytes())
}

// download sends bytes to be kept, under a name of ours.
func (c *Console) download(w http.ResponseWriter, media, name string, b []byte) error {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	if _, err := w.Write(b); err != nil {
		c.Log.Debug("a download was not read to its end", "name", name, "error", err)
	}
	return nil
}
