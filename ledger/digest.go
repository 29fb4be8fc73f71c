package ledger

import (
	"crypto/sha256"
	"encoding/base64"
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
		return Digest{}, fmt.Errorf("%q is not a digest: write sha256: and 64 lower-case hexadecimal digits", clip(s))
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

// decodeBase64 reads exactly n bytes of base64 (RFC 4648 section 4, padded) and
// refuses every other spelling of the same bytes, so that one changed character
// never goes unseen.
func decodeBase64(s string, n int) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) != n || encodeBase64(b) != s {
		return nil, fmt.Errorf("%q is not %d bytes in base64", clip(s), n)
	}
	return b, nil
}

func encodeBase64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
