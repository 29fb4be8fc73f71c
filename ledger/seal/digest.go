package seal

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// A Digest is the SHA-256 of some bytes. Its text form is "sha256:" and 64
// lower-case hexadecimal digits. The zero value is no digest and has no text.
type Digest [sha256.Size]byte

const digestPrefix = "sha256:"

// Sum returns the digest of b.
func Sum(b []byte) Digest { return sha256.Sum256(b) }

// Hex returns the 64 digits alone, as file names use them.
func (d Digest) Hex() string { return hex.EncodeToString(d[:]) }

func (d Digest) String() string { return digestPrefix + d.Hex() }

// ParseDigest reads the text form and no other spelling of it.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	digits, ok := strings.CutPrefix(s, digestPrefix)
	n, err := hex.Decode(d[:], []byte(digits[:min(len(digits), 2*len(d))]))
	if !ok || err != nil || n != len(d) || d == (Digest{}) || d.String() != s {
		return Digest{}, fmt.Errorf("%.40q is not a digest: write sha256: and 64 lower-case hexadecimal digits", s)
	}
	return d, nil
}

func (d Digest) MarshalText() ([]byte, error) {
	if d == (Digest{}) {
		return nil, errors.New("a digest is missing")
	}
	return []byte(d.String()), nil
}

func (d *Digest) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDigest(string(b))
	return err
}
