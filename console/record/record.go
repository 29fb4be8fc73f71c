// Package record tells the ledger of an agreement in words: what each entry says and who wrote it,
// and what vouches for it. What is verified is verified when it is asked for.
package record

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/telling"
	"entente/console/frame"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/register"
)

// A Reader reads the ledger of one agreement to its people.
type Reader struct {
	View   *register.View
	Source ledger.Source
	Zone   *time.Location
	Name   func(pseudonym string) string // what a person is called
	Home   string                        // the path of the agreement's pages
	Index  *Index
}

// A Line is an entry of the ledger as people read it.
type Line struct {
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
func (l Line) Before() string { before, _ := cited(l.Clause); return before }
func (l Line) Short() string  { _, short := cited(l.Clause); return short }

func cited(c agreement.Clause) (before, short string) {
	if number, ok := strings.CutPrefix(c.Cite(), "clause "); ok {
		return "clause ", number
	}
	return "", strings.TrimPrefix(c.Cite(), "the ")
}

// Line is the entry at a position.
func (r *Reader) Line(position int64, leaf ledger.Leaf) (Line, error) {
	s, err := ledger.Open(leaf)
	if err != nil {
		return Line{}, fmt.Errorf("reading entry %d of %s: %w", position, r.View.State.ID, err)
	}
	e := s.Entry
	l := Line{position, e.Time, agreement.Clause(e.Clause), e.Type, r.teller().Says(e), telling.Party(e.Party), r.Name(e.Actor), custodyOf(e.Custody), r.Home}
	if e.Party == ledger.Host {
		l.Actor = ""
	}
	return l, nil
}

// teller tells the entries.
func (r *Reader) teller() telling.Teller {
	return telling.Teller{Text: r.View.State.Text(), Waivers: r.View.State.General.Waivers, Zone: r.Zone}
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

// perPage is how many entries a page of the ledger shows.
const perPage = 50

// A Page is a part of the ledger, newest first.
type Page struct {
	Lines    []Line
	Zone     *time.Location
	Home     string
	Size     int64
	Clause   agreement.Clause // the only one whose entries are shown; empty for all
	Count    int              // entries under the clause
	From, To int64            // positions shown; To is the lower
	Older    int64            // entries before this position are on the next page; 0 if there is none
	Newer    int64            // the page before is that of entries before this position; 0 if there is none
}

// Heading is the clause with its title.
func (p Page) Heading() string { return frame.Heading(p.Clause) }

// Entries is how many entries there are under the clause.
func (p Page) Entries() string { return frame.Counted(p.Count, "entry", "entries") }

// Link is the path of the page of the entries before a position, of the same clause.
func (p Page) Link(before int64) string {
	q := url.Values{}
	if before < p.Size {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	if p.Clause != "" {
		q.Set("clause", string(p.Clause))
	}
	if len(q) == 0 {
		return p.Home + "/ledger"
	}
	return p.Home + "/ledger?" + q.Encode()
}

// Page is the entries before a position.
func (r *Reader) Page(before int64) (Page, error) {
	start := max(0, before-perPage)
	leaves, err := r.Source.Leaves(start, before)
	if err != nil {
		return Page{}, fmt.Errorf("reading entries %d to %d of %s: %w", start, before-1, r.View.State.ID, err)
	}
	p := Page{Zone: r.Zone, Home: r.Home, Size: r.View.Size, From: before - 1, To: start, Older: start}
	if before < p.Size {
		p.Newer = min(p.Size, before+perPage)
	}
	for i := len(leaves) - 1; i >= 0; i-- {
		l, err := r.Line(start+int64(i), leaves[i])
		if err != nil {
			return Page{}, err
		}
		p.Lines = append(p.Lines, l)
	}
	return p, nil
}

// A Check is something that was verified when the page was made.
type Check struct {
	OK       bool
	Subject  string
	Says     string
	Observed string // what stands under it in small letters: a hash, a key
}

// checkSignature verifies the entry's signature with the key that the ledger names for this place.
func (r *Reader) checkSignature(n int64, s ledger.Sealed) Check {
	k := Check{Subject: "Signature", Observed: "Key " + s.KeyID}
	held, err := r.View.Keyring.Find(s.Entry.Party, s.KeyID, n)
	if err == nil {
		err = s.Verify(held.Key)
	}
	if err != nil {
		k.Says = "Does not hold: " + err.Error() + "."
		return k
	}
	k.OK, k.Observed = true, "Key "+s.KeyID+", "+held.Key.String()
	k.Says = fmt.Sprintf("The bytes below were signed with the key that the ledger names for %s at this place.", telling.Party(s.Entry.Party))
	return k
}

// Latest is the last checkpoint of the ledger as it was signed and cosigned.
func Latest(src ledger.Source) ([]byte, error) {
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
func (r *Reader) checkInclusion(n int64, leaf ledger.Leaf) ([]byte, []Check, error) {
	signed, err := Latest(r.Source)
	if err != nil {
		return nil, nil, err
	}
	included := Check{Subject: "Inclusion"}
	opened, _ := r.View.Keyring.Opened()
	proof, err := tree.NewProof(n, signed, r.Source)
	var at tree.SignedCheckpoint
	if err == nil {
		at, err = proof.Check(leaf, opened.Log, opened.Parties.A.Witness, opened.Parties.B.Witness)
	}
	if err != nil {
		included.Says = "Does not hold: " + err.Error() + "."
		return signed, []Check{included}, nil
	}
	included.OK = true
	included.Says = fmt.Sprintf("A proof of %s shows that this is entry %d of the %d that the checkpoint covers.", hashes(len(proof.Hashes)), n, at.Size)
	included.Observed = "Root " + at.Root.String()
	checks := []Check{included, {OK: true, Subject: "Signed by the log", Says: "The host vouches for the checkpoint.", Observed: opened.Log.Origin}}
	for _, p := range agreement.Both {
		witness := opened.Witness(ledger.Party(p))
		when, ok := at.CosignedBy(witness)
		k := Check{OK: ok, Subject: "Cosigned by " + p.Label(), Says: p.Label() + " has not confirmed this checkpoint yet.", Observed: witness.Origin}
		if ok {
			k.Says = p.Label() + " confirmed on " + when.In(r.Zone).Format("2 January 2006, 15:04:05 MST") + " that the log only ever grew."
		}
		checks = append(checks, k)
	}
	return signed, checks, nil
}

// An Entry is an entry with its bytes and what vouches for it.
type Entry struct {
	Line
	Zone       *time.Location
	Size       int64
	Key        string // idempotency key
	Checks     []Check
	Bytes      string // canonical, as they were signed
	Signed     string // the checkpoint
	HasEarlier bool
	HasLater   bool
}

// Earlier and Later are the positions of its neighbours.
func (e Entry) Earlier() int64 { return e.Position - 1 }
func (e Entry) Later() int64   { return e.Position + 1 }

// Entry is the entry at a position, checked now.
func (r *Reader) Entry(n int64, leaf ledger.Leaf) (Entry, error) {
	l, err := r.Line(n, leaf)
	if err != nil {
		return Entry{}, err
	}
	s, err := ledger.Open(leaf)
	if err != nil {
		return Entry{}, err
	}
	signed, checks, err := r.checkInclusion(n, leaf)
	if err != nil {
		return Entry{}, err
	}
	return Entry{Line: l, Zone: r.Zone, Size: r.View.Size, Key: s.Entry.Key, Checks: append([]Check{r.checkSignature(n, s)}, checks...),
		Bytes: string(s.Raw), Signed: string(signed), HasEarlier: n > 0, HasLater: n+1 < r.View.Size}, nil
}

func hashes(n int) string {
	if n == 1 {
		return "1 hash"
	}
	return strconv.Itoa(n) + " hashes"
}

// Documents are what the entries refer to, each once, without those that were erased. Stored gives a
// document by its digest.
func (r *Reader) Documents(stored func(digest string) ([]byte, error)) ([]bundle.Document, error) {
	size, err := r.Source.Size()
	if err != nil {
		return nil, err
	}
	leaves, err := r.Source.Leaves(0, size)
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
			data, err := stored(ref.Digest.String())
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
