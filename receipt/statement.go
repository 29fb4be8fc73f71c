package receipt

import (
	"errors"
	"fmt"

	"entente/articles/commerce"
	"entente/ledger/tree"
	"entente/meter"

	"golang.org/x/mod/sumdb/tlog"
)

// A Statement adds up the records of an hour, in the order in which they were opened (and of those
// opened at the same microsecond, of their ids), and keeps the hash of each.
type Statement struct {
	Window commerce.Window
	Stated commerce.Stated
	Hashes []tlog.Hash // of the records' canonical forms, as leaves (RFC 6962)
}

// Add takes the next record. It errs if the record is not final, since it may still change.
func (s *Statement) Add(r meter.Record) error {
	h, err := Hash(r)
	if err != nil {
		return err
	}
	s.Hashes = append(s.Hashes, h)
	t := r.Tokens
	s.Stated = s.Stated.Plus(commerce.Stated{Records: 1, Late: count(r.Opened.Before(s.Window.From)), OK: count(r.Outcome == meter.OK), Faults: count(r.Outcome.Fault()),
		Interrupted: count(r.State == meter.Interrupted), Estimated: count(r.Estimated), Disputed: count(r.Disputed),
		InputUncached: t.InputUncached, CacheRead: t.CacheRead, CacheWrite: t.CacheWrite, Output: t.Output, Reasoning: t.Reasoning,
		BytesIn: r.BytesIn, BytesOut: r.BytesOut, ToolCalls: r.ToolCalls, Units: r.Units})
	if r.Estimated {
		s.Stated = s.Stated.Plus(commerce.Stated{EstimatedInput: t.Input(), EstimatedOutput: t.Output + t.Reasoning})
	}
	return nil
}

func count(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// Hash is the hash of a record's canonical form as a leaf.
func Hash(r meter.Record) (tlog.Hash, error) {
	if !r.State.Final() {
		return tlog.Hash{}, fmt.Errorf("the record %s is still open", r.ID)
	}
	b, err := Of(r).Bytes()
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("writing the record %s: %w", r.ID, err)
	}
	return tlog.RecordHash(b), nil
}

// Root is the hash over all records.
func (s *Statement) Root() tlog.Hash { return tree.RootOfHashes(s.Hashes) }

// Command asks for the statement to be sealed.
func (s *Statement) Command() commerce.SealUsage {
	return commerce.SealUsage{Window: s.Window, Form: Form, Root: s.Root().String(), Stated: s.Stated}
}

// errAbsent means that a record is not among those of a statement.
var errAbsent = errors.New("the record is not in the statement as it stands")

// prove is the place of a leaf among hashes, and the proof that it is there.
func prove(leaf tlog.Hash, hashes []tlog.Hash) (int64, tlog.RecordProof, error) {
	var stored hashReader
	at := int64(-1)
	for i, h := range hashes {
		if h == leaf && at < 0 {
			at = int64(i)
		}
		more, err := tlog.StoredHashesForRecordHash(int64(i), h, stored)
		if err != nil {
			return 0, nil, err
		}
		stored = append(stored, more...)
	}
	if at < 0 {
		return 0, nil, errAbsent
	}
	proof, err := tree.ProveInclusion(int64(len(hashes)), at, stored)
	return at, proof, err
}

type hashReader []tlog.Hash

// ReadHashes makes the hashes a tree.
func (h hashReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, n := range indexes {
		if n < 0 || n >= int64(len(h)) {
			return nil, fmt.Errorf("there is no hash %d", n)
		}
		out[i] = h[n]
	}
	return out, nil
}
