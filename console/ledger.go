package console

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"entente/agreement"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/seal"
	"entente/ledger/tree"
)

// perPage is how many entries a page of the ledger shows.
const perPage = 50

// A line is an entry of the ledger as people read it.
type line struct {
	Position int64
	Time     time.Time
	Clause   agreement.Clause
	Type     string
	Says     string
	Party    string
	Actor    string // the name, or the pseudonym where no name is known
	Custody  string
	Home     string // the path of the agreement
}

// Before and Short cite the clause; of "clause 2.1" a table that is headed "Clause" shows "2.1".
func (l line) Before() string { before, _ := cited(l.Clause); return before }
func (l line) Short() string  { _, short := cited(l.Clause); return short }

func cited(c agreement.Clause) (before, short string) {
	if number, ok := strings.CutPrefix(c.Cite(), "clause "); ok {
		return "clause ", number
	}
	return "", strings.TrimPrefix(c.Cite(), "the ")
}

// An entries page is a part of the ledger, newest first.
type entries struct {
	Lines    []line
	Zone     *time.Location
	Size     int64
	From, To int64 // positions shown; To is the lower
	Older    int64 // the page before, as ?before=; 0 if there is none
	Newer    int64 // the page after; 0 if there is none
}

func (c *Console) ledgerPage(w http.ResponseWriter, r *http.Request, v *visit) error {
	size := v.view.Size
	end := size
	if text := r.URL.Query().Get("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 || n > size {
			return errAbsent
		}
		end = n
	}
	start := max(0, end-perPage)
	leaves, err := c.Source(r.Context(), v.ID()).Leaves(start, end)
	if err != nil {
		return fmt.Errorf("reading entries %d to %d of %s: %w", start, end-1, v.ID(), err)
	}
	e := entries{Zone: v.zone, Size: size, From: end - 1, To: start, Older: start}
	if end < size {
		e.Newer = min(size, end+perPage)
	}
	for i := len(leaves) - 1; i >= 0; i-- {
		l, err := v.line(start+int64(i), leaves[i])
		if err != nil {
			return err
		}
		e.Lines = append(e.Lines, l)
	}
	return c.show(w, http.StatusOK, "ledger", page{Title: "Ledger of " + v.Number(), Tab: "ledger", In: v, Body: e})
}

func (v *visit) line(position int64, leaf ledger.Leaf) (line, error) {
	s, err := ledger.Open(leaf)
	if err != nil {
		return line{}, fmt.Errorf("reading entry %d of %s: %w", position, v.ID(), err)
	}
	e := s.Entry
	l := line{position, e.Time, agreement.Clause(e.Clause), e.Type, v.says(e), partyOf(e.Party), v.name(e.Actor), custodyOf(e.Custody), v.Home()}
	if e.Party == ledger.Host {
		l.Actor = ""
	}
	return l, nil
}

func partyOf(p ledger.Party) string {
	if p == ledger.Host {
		return "the host"
	}
	return agreement.Party(p).Label()
}

func custodyOf(c ledger.Custody) string {
	switch c {
	case ledger.HeldByPerson:
		return "a person"
	case ledger.HeldByParty:
		return "the party itself"
	}
	return "the node"
}

// A check is something that was verified when the page was made.
type check struct {
	OK       bool
	Subject  string
	Says     string
	Observed string // what stands under it in small letters: a hash, a key
}

// An entry page shows one entry, its bytes, and what vouches for it.
type entryBody struct {
	line
	Zone       *time.Location
	Size       int64
	KeyID      string
	Key        string // idempotency key
	Checks     []check
	Bytes      string // canonical, as they were signed
	Signed     string // the checkpoint
	HasEarlier bool
	HasLater   bool
}

// Earlier and Later are the positions of its neighbours.
func (b entryBody) Earlier() int64 { return b.Position - 1 }
func (b entryBody) Later() int64   { return b.Position + 1 }

func (c *Console) entryPage(w http.ResponseWriter, r *http.Request, v *visit) error {
	n, leaf, err := c.entryAt(r, v)
	if err != nil {
		return err
	}
	l, err := v.line(n, leaf)
	if err != nil {
		return err
	}
	s, err := ledger.Open(leaf)
	if err != nil {
		return err
	}
	b := entryBody{line: l, Zone: v.zone, Size: v.view.Size, KeyID: s.KeyID, Key: s.Entry.Key, Bytes: string(s.Raw), HasEarlier: n > 0, HasLater: n+1 < v.view.Size}
	b.Checks = append(b.Checks, v.checkSignature(n, s))
	signed, checks, err := c.checkInclusion(r, v, n, leaf)
	if err != nil {
		return err
	}
	b.Signed, b.Checks = string(signed), append(b.Checks, checks...)
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

// checkSignature verifies the entry's signature with the key that the ledger names for this place.
func (v *visit) checkSignature(n int64, s ledger.Sealed) check {
	k := check{Subject: "Signature", Observed: "Key " + s.KeyID}
	held, err := v.view.Keyring.Find(s.Entry.Party, s.KeyID, n)
	if err == nil {
		err = s.Verify(held.Key)
	}
	if err != nil {
		k.Says = "Does not hold: " + err.Error() + "."
		return k
	}
	k.OK, k.Observed = true, "Key "+s.KeyID+", "+held.Key.String()
	k.Says = fmt.Sprintf("The bytes below were signed with the key that the ledger names for %s at this place.", partyOf(s.Entry.Party))
	return k
}

// latest is the last checkpoint of the ledger as it was signed and cosigned.
func latest(src ledger.Source) ([]byte, error) {
	all, err := src.Checkpoints()
	if err != nil {
		return nil, fmt.Errorf("reading the checkpoints: %w", err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the ledger has no checkpoint")
	}
	return all[len(all)-1], nil
}

// checkInclusion proves now that the entry is in the log that the host and both parties vouch for.
func (c *Console) checkInclusion(r *http.Request, v *visit, n int64, leaf ledger.Leaf) ([]byte, []check, error) {
	src := c.Source(r.Context(), v.ID())
	signed, err := latest(src)
	if err != nil {
		return nil, nil, err
	}
	included := check{Subject: "Inclusion"}
	opened, _ := v.view.Keyring.Opened()
	proof, err := tree.NewProof(n, signed, src)
	var at tree.SignedCheckpoint
	if err == nil {
		at, err = proof.Check(leaf, opened.Log, opened.Parties.A.Witness, opened.Parties.B.Witness)
	}
	if err != nil {
		included.Says = "Does not hold: " + err.Error() + "."
		return signed, []check{included}, nil
	}
	included.OK = true
	included.Says = fmt.Sprintf("A proof of %s shows that this is entry %d of the %d that the checkpoint covers.", counted(len(proof.Hashes), "hash", "hashes"), n, at.Size)
	included.Observed = "Root " + at.Root.String()
	checks := []check{included, {OK: true, Subject: "Signed by the log", Says: "The host vouches for the checkpoint.", Observed: opened.Log.Origin}}
	for _, p := range agreement.Both {
		witness := opened.Witness(ledger.Party(p))
		when, ok := at.CosignedBy(witness)
		k := check{OK: ok, Subject: "Cosigned by " + p.Label(), Says: p.Label() + " has not confirmed this checkpoint yet.", Observed: witness.Origin}
		if ok {
			k.Says = p.Label() + " confirmed on " + when.In(v.zone).Format("2 January 2006, 15:04:05 MST") + " that the log only ever grew."
		}
		checks = append(checks, k)
	}
	return signed, checks, nil
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
	signed, err := latest(src)
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
	documents, err := c.documents(src)
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

// documents are what the entries of a ledger refer to, each once, without those that were erased.
func (c *Console) documents(src ledger.Source) ([]bundle.Document, error) {
	size, err := src.Size()
	if err != nil {
		return nil, err
	}
	leaves, err := src.Leaves(0, size)
	if err != nil {
		return nil, err
	}
	var all []bundle.Document
	seen := map[seal.Digest]bool{}
	for n, leaf := range leaves {
		s, err := ledger.Open(leaf)
		if err != nil {
			return nil, fmt.Errorf("reading entry %d: %w", n, err)
		}
		refs, err := s.Entry.Documents()
		if err != nil {
			return nil, fmt.Errorf("reading entry %d: %w", n, err)
		}
		for _, ref := range refs {
			if seen[ref.Digest] {
				continue
			}
			seen[ref.Digest] = true
			data, err := c.Notary.Documents.Document(ref.Digest.String())
			switch {
			case err == nil:
				all = append(all, bundle.Document{Digest: ref.Digest, MediaType: ref.MediaType, Data: data})
			case !ref.Erasable:
				return nil, fmt.Errorf("reading document %q of entry %d: %w", ref.Name, n, err)
			}
		}
	}
	return all, nil
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
