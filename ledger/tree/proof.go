package tree

import (
	"errors"
	"fmt"
	"strings"

	"entente/ledger/canonical"
	"entente/ledger/seal"

	"golang.org/x/mod/sumdb/tlog"
)

// A Proof shows, without a connection to anyone, that an entry is in a log
// (C2SP tlog-proof, file extension .tlog-proof).
type Proof struct {
	Index      int64
	Hashes     tlog.RecordProof // from the entry's neighbour up
	Checkpoint []byte           // signed, with cosignatures where there are any
}

const (
	proofHeader   = "c2sp.org/tlog-proof@v1"
	maxProofLines = 63
)

// NewProof proves entry n against a signed checkpoint of the log.
func NewProof(n int64, signed []byte, h Hashes) (Proof, error) {
	text, _, err := splitNote(signed)
	if err != nil {
		return Proof{}, err
	}
	c, err := ParseCheckpoint(text)
	if err != nil {
		return Proof{}, err
	}
	hashes, err := ProveInclusion(c.Size, n, h)
	return Proof{n, hashes, signed}, err
}

// MarshalText writes the proof as C2SP tlog-proof, without extra data.
func (p Proof) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%s\nindex %d\n%s\n%s", proofHeader, p.Index, hashLines(p.Hashes), p.Checkpoint), nil
}

// UnmarshalText reads what MarshalText writes; extra data is skipped, since
// nothing vouches for it.
func (p *Proof) UnmarshalText(b []byte) error {
	head, checkpoint, _ := strings.Cut(string(b), "\n\n")
	lines := strings.Split(head, "\n")
	if lines[0] != proofHeader {
		return fmt.Errorf("this is not a proof: its first line is not %s", proofHeader)
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return errors.New("the proof does not say which entry it is about")
	}
	index, err := parseSize(strings.TrimPrefix(lines[0], "index "))
	if err != nil {
		return err
	}
	hashes, err := parseHashLines(lines[1:])
	if err != nil {
		return err
	}
	*p = Proof{index, hashes, []byte(checkpoint)}
	return nil
}

// Check verifies the checkpoint and that leaf is the entry the proof is about.
// It returns the checkpoint with the cosignatures of the known witnesses.
func (p Proof) Check(leaf []byte, log seal.VKey, witnesses ...seal.VKey) (SignedCheckpoint, error) {
	c, err := OpenCheckpoint(p.Checkpoint, log, witnesses...)
	if err != nil {
		return SignedCheckpoint{}, err
	}
	if err := CheckInclusion(p.Hashes, c.Size, c.Root, p.Index, leaf); err != nil {
		return SignedCheckpoint{}, err
	}
	return c, nil
}

func hashLines(hashes []tlog.Hash) string {
	var b strings.Builder
	for _, h := range hashes {
		fmt.Fprintln(&b, h)
	}
	return b.String()
}

func parseHashLines(lines []string) ([]tlog.Hash, error) {
	if len(lines) > maxProofLines {
		return nil, fmt.Errorf("the proof has %d hashes and may have %d", len(lines), maxProofLines)
	}
	var hashes []tlog.Hash
	for _, line := range lines {
		b, err := canonical.DecodeBase64(line, tlog.HashSize)
		if err != nil {
			return nil, fmt.Errorf("reading a hash of the proof: %w", err)
		}
		hashes = append(hashes, tlog.Hash(b))
	}
	return hashes, nil
}
