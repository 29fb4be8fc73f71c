package ledger

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"entente/ledger/seal"
	"entente/ledger/tree"

	"golang.org/x/mod/sumdb/tlog"
)

// A Source is a stored ledger, to be audited or exported.
type Source interface {
	tree.Hashes
	Size() (int64, error)
	// Leaves returns the leaves from start up to and without end.
	Leaves(start, end int64) ([]Leaf, error)
	// Checkpoints returns every signed checkpoint that was kept, oldest first.
	Checkpoints() ([][]byte, error)
}

// Anchors are what the auditor knows from elsewhere. All of it is optional, but
// without any the audit shows only that the ledger agrees with itself.
type Anchors struct {
	Agreement string      // the id that every entry must bear
	Log       seal.VKey   // the key of the log, if the first entry is not to be taken at its word
	Witnesses []seal.VKey // further witnesses, beside those of the parties
	Held      [][]byte    // signed checkpoints that were kept elsewhere
}

// A Finding is one damage, and where it is: "entry 17", "hash 33" (the index of
// a stored hash), "checkpoint 5" or "held checkpoint 0" (both counted from 0).
type Finding struct{ Where, What string }

func (f Finding) String() string { return f.Where + ": " + f.What }

// A Report is what an audit found out.
type Report struct {
	Size        int64
	Root        tlog.Hash               // of all entries
	Keys        Keyring                 // as the entries left it
	Signed      map[string]int          // entries by the id of the key that signed them
	Checkpoints []tree.SignedCheckpoint // those without a finding, oldest first
	Documents   []Reference             // what entries that verify refer to
	Findings    []Finding               // none: the ledger is intact
}

// A Reference is a document and the entry that refers to it.
type Reference struct {
	DocumentRef
	Entry int64
}

// Audit reads a whole ledger and checks every leaf's form and signature, the
// validity of each key at its position, the order of times, every stored hash,
// and every checkpoint's signatures, size and root. It goes on after a finding,
// so that all damage is located at once. The error is for a source that could
// not be read at all.
func Audit(src Source, known Anchors) (Report, error) {
	size, err := src.Size()
	if err != nil {
		return Report{}, fmt.Errorf("reading the size of the ledger: %w", err)
	}
	a := auditor{src: src, known: known, report: Report{Size: size, Signed: map[string]int{}}}
	for start := int64(0); start < size; start += tree.TileWidth {
		if err := a.batch(start, min(start+tree.TileWidth, size)); err != nil {
			return Report{}, err
		}
	}
	if a.report.Root, err = tree.Root(size, a.truth()); err != nil {
		return Report{}, err
	}
	return a.report, a.checkpoints()
}

type auditor struct {
	src       Source
	known     Anchors
	report    Report
	agreement string
	last      time.Time
	hashes    []tlog.Hash // what the stored hashes should be
}

func (a *auditor) truth() tree.Hashes { return &Log{Tree: a.hashes} }

func (a *auditor) find(what string, number int64, format string, args ...any) {
	a.report.Findings = append(a.report.Findings, Finding{fmt.Sprintf("%s %d", what, number), fmt.Sprintf(format, args...)})
}

// batch audits the entries from start, which is even, up to end, and the hashes
// that were stored with them.
func (a *auditor) batch(start, end int64) error {
	leaves, err := a.src.Leaves(start, end)
	if err == nil && int64(len(leaves)) != end-start {
		err = fmt.Errorf("the store returned %d", len(leaves))
	}
	if err != nil {
		return fmt.Errorf("reading entries %d to %d: %w", start, end-1, err)
	}
	stored := a.stored(tree.HashCount(start), tree.HashCount(end))
	for i, leaf := range leaves {
		n := start + int64(i)
		first := tree.HashCount(n)
		trusted := a.leafHash(n, leaf, a.entry(n, leaf), stored)
		hashes, err := tlog.StoredHashesForRecordHash(n, trusted, a.truth())
		if err != nil {
			return err
		}
		a.hashes = append(a.hashes, hashes...)
		for j, h := range hashes[1:] {
			index := first + 1 + int64(j)
			if s, ok := stored[index]; ok && s != h {
				a.find("hash", index, "it is not the hash of the two below it (level %d of the tree)", j+1)
			}
		}
	}
	return nil
}

// stored reads a range of stored hashes and reports those that are missing.
func (a *auditor) stored(from, to int64) map[int64]tlog.Hash {
	indexes := make([]int64, 0, to-from)
	for i := from; i < to; i++ {
		indexes = append(indexes, i)
	}
	all, err := a.src.ReadHashes(indexes)
	out := make(map[int64]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if err == nil && len(all) == len(indexes) {
			out[index] = all[i]
		} else if one, err := a.src.ReadHashes([]int64{index}); err == nil && len(one) == 1 {
			out[index] = one[0]
		} else {
			a.find("hash", index, "it is missing: %v", err)
		}
	}
	return out
}

// leafHash decides which hash of entry n to build the tree on, and says which
// of the two is damaged when the entry and its stored hash do not fit.
func (a *auditor) leafHash(n int64, leaf Leaf, sound bool, stored map[int64]tlog.Hash) tlog.Hash {
	index, computed := tlog.StoredHashIndex(0, n), tlog.RecordHash(leaf)
	h, ok := stored[index]
	switch {
	case !ok || h == computed:
		return computed
	case !sound:
		return h
	case confirmed(n, stored):
		a.find("entry", n, "it is signed, but it is not the entry that the log took in: stored hash %d and the tree above it say so", index)
		return h
	}
	a.find("hash", index, "it is not the hash of entry %d", n)
	return computed
}

// confirmed reports whether the stored hash above entry n fits the stored
// hashes of n and its neighbour.
func confirmed(n int64, stored map[int64]tlog.Hash) bool {
	left, ok1 := stored[tlog.StoredHashIndex(0, n&^1)]
	right, ok2 := stored[tlog.StoredHashIndex(0, n|1)]
	above, ok3 := stored[tlog.StoredHashIndex(1, n/2)]
	return ok1 && ok2 && ok3 && tlog.NodeHash(left, right) == above
}

// entry audits one leaf and reports whether nothing about it is in doubt. When
// the first entry is unreadable nothing is known about later signatures, and
// one finding says so for all.
func (a *auditor) entry(n int64, leaf Leaf) (sound bool) {
	s, err := Open(leaf)
	if err != nil {
		a.find("entry", n, "%v", err)
		return false
	}
	_, opened := a.report.Keys.Opened()
	if n > 0 && !opened {
		return true
	}
	if err := a.report.Keys.Admit(n, s); err != nil {
		a.find("entry", n, "%v", err)
		if o, err := ReadOpened(s); n == 0 && err == nil {
			a.report.Keys.open(o) // so that later damage is located too
		}
		return false
	}
	a.report.Signed[s.KeyID]++
	documents, _ := s.Entry.Documents() // Open has checked them
	for _, d := range documents {
		a.report.Documents = append(a.report.Documents, Reference{d, n})
	}
	a.sequence(n, s.Entry)
	return true
}

// sequence checks what entries must have in common.
func (a *auditor) sequence(n int64, e Entry) {
	if a.agreement == "" {
		a.agreement = e.Agreement
	}
	if a.known.Agreement != "" {
		a.agreement = a.known.Agreement
	}
	if e.Agreement != a.agreement {
		a.find("entry", n, "it belongs to agreement %s and not to %s", e.Agreement, a.agreement)
	}
	if e.Time.Before(a.last) {
		a.find("entry", n, "its time %s is before that of an earlier entry, %s", e.Time.Format(timeForm), a.last.Format(timeForm))
		return
	}
	a.last = e.Time
}

func (a *auditor) checkpoints() error {
	kept, err := a.src.Checkpoints()
	if err != nil {
		return fmt.Errorf("reading the checkpoints: %w", err)
	}
	o, opened := a.report.Keys.Opened()
	log := a.known.Log
	if log == (seal.VKey{}) {
		log = o.Log
	}
	if opened && log != o.Log {
		a.find("entry", 0, "it names the log key %s, but the key that is known is %s", o.Log, log)
	}
	if log == (seal.VKey{}) && len(kept)+len(a.known.Held) > 0 {
		a.report.Findings = append(a.report.Findings, Finding{"checkpoints", "they cannot be checked: entry 0 does not say which key signs them"})
		return nil
	}
	witnesses := slices.Concat([]seal.VKey{o.Parties.A.Witness, o.Parties.B.Witness}, a.known.Witnesses)
	var before tree.SignedCheckpoint
	for i, signed := range kept {
		c, err := a.checkpoint(signed, log, witnesses)
		switch {
		case err != nil:
			a.find("checkpoint", int64(i), "%v", err)
		case len(c.Unknown) > 0:
			a.find("checkpoint", int64(i), "it bears a signature by %s, whose key nobody has named", c.Unknown[0])
		case c.Size < before.Size:
			a.find("checkpoint", int64(i), "it covers %d entries, but an earlier one covers %d", c.Size, before.Size)
		default:
			before = c
			a.report.Checkpoints = append(a.report.Checkpoints, c)
		}
	}
	for i, signed := range a.known.Held {
		if _, err := a.checkpoint(signed, log, witnesses); err != nil {
			a.find("held checkpoint", int64(i), "%v", err)
		}
	}
	return nil
}

// checkpoint verifies one against the entries. Since all are compared with the
// same tree, those that pass are consistent with each other.
func (a *auditor) checkpoint(signed []byte, log seal.VKey, witnesses []seal.VKey) (tree.SignedCheckpoint, error) {
	c, err := tree.OpenCheckpoint(signed, log, witnesses...)
	if err != nil {
		return c, err
	}
	if c.Size > a.report.Size {
		return c, fmt.Errorf("it covers %d entries, but only %d are there: the ledger was cut off", c.Size, a.report.Size)
	}
	root, err := tree.Root(c.Size, a.truth())
	if err != nil {
		return c, err
	}
	if root != c.Root {
		return c, errors.New("its root is not that of the entries: entries were exchanged, or the log was rewritten")
	}
	return c, nil
}
