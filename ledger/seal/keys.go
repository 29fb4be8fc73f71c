// Package seal fixes bytes: a digest says which bytes are meant, and a signature who vouched for
// them, and for what. Keys have one purpose each, and a private key never shows.
//
// Signatures are Ed25519 (RFC 8032); notes, verifier keys and cosignatures are those of c2sp.org.
package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"entente/ledger/canonical"
)

// A Domain says what a signature is for, so that a signature made for one
// purpose is worthless for another. What is signed is the domain, a zero byte
// and the message; a domain is not empty and holds no zero byte.
type Domain string

// The domains of this package and of the agreement's own signatures.
const (
	EntryDomain     Domain = "entente-entry-v1"
	SignatureDomain Domain = "entente-signature-v1"
)

func (d Domain) frame(msg []byte) []byte {
	if d == "" || strings.Contains(string(d), "\x00") {
		panic("ledger: a signing domain is empty or holds a zero byte")
	}
	return slices.Concat([]byte(d), []byte{0}, msg)
}

// A PublicKey is an Ed25519 key (RFC 8032). Its text form is "ed25519:" and its
// 32 bytes in padded standard base64. The zero value is no key.
type PublicKey [ed25519.PublicKeySize]byte

const (
	publicPrefix = "ed25519:"
	seedPrefix   = "ed25519-seed:"
)

// ParsePublicKey reads the text form. The few keys of small order, under which
// anyone can make signatures, are refused.
func ParsePublicKey(s string) (PublicKey, error) {
	encoded, ok := strings.CutPrefix(s, publicPrefix)
	b, err := canonical.DecodeBase64(encoded, ed25519.PublicKeySize)
	if !ok || err != nil {
		return PublicKey{}, fmt.Errorf("%.40q is not a public key: write ed25519: and 32 bytes in base64", s)
	}
	k := PublicKey(b)
	return k, k.Check()
}

// Check refuses the zero value and the few keys of small order, under which anyone can sign.
func (k PublicKey) Check() error {
	y := k
	y[31] &= 0x7f // the sign of x
	if slices.Contains(smallOrder, hex.EncodeToString(y[:])) {
		return errors.New("the public key is missing or weak: anyone could sign with it")
	}
	return nil
}

// smallOrder lists the y coordinates of the points of order 1, 2, 4 and 8,
// among them the zero value, and their encodings above the field's prime.
var smallOrder = []string{
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
}

// ID returns the first 8 bytes of the key's SHA-256 in hexadecimal: short
// enough to print, and looked up only among the keys that a ledger names.
func (k PublicKey) ID() string {
	sum := sha256.Sum256(k[:])
	return hex.EncodeToString(sum[:8])
}

func (k PublicKey) String() string { return publicPrefix + canonical.EncodeBase64(k[:]) }

func (k PublicKey) MarshalText() ([]byte, error) {
	if err := k.Check(); err != nil {
		return nil, err
	}
	return []byte(k.String()), nil
}

func (k *PublicKey) UnmarshalText(b []byte) (err error) {
	*k, err = ParsePublicKey(string(b))
	return err
}

// Verify reports whether sig is this key's signature of msg in the domain.
func (k PublicKey) Verify(d Domain, msg, sig []byte) bool {
	return k.verifyRaw(d.frame(msg), sig)
}

func (k PublicKey) verifyRaw(msg, sig []byte) bool {
	return len(sig) == ed25519.SignatureSize && ed25519.Verify(k[:], msg, sig)
}

// A PrivateKey signs. However it is printed, logged or encoded it reads
// "[redacted]"; only RevealSeed gives it away. The zero value is no key.
type PrivateKey struct{ key ed25519.PrivateKey }

const redacted = "[redacted]"

// IsZero reports whether there is no key.
func (k PrivateKey) IsZero() bool { return k.key == nil }

// Generate makes a new key from 32 bytes of rand, which must be unpredictable.
func Generate(rand io.Reader) (PrivateKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(rand, seed); err != nil {
		return PrivateKey{}, fmt.Errorf("reading randomness for a key: %w", err)
	}
	return PrivateKey{ed25519.NewKeyFromSeed(seed)}, nil
}

// PrivateKeyFromSeed reads what RevealSeed wrote.
func PrivateKeyFromSeed(s string) (PrivateKey, error) {
	encoded, ok := strings.CutPrefix(strings.TrimSuffix(s, "\n"), seedPrefix)
	seed, err := canonical.DecodeBase64(encoded, ed25519.SeedSize)
	if !ok || err != nil {
		return PrivateKey{}, errors.New("this is not a private key: expected ed25519-seed: and 32 bytes in base64")
	}
	return PrivateKey{ed25519.NewKeyFromSeed(seed)}, nil
}

// RevealSeed returns the secret itself, for a key file or a sealed store:
// "ed25519-seed:" and the 32 bytes of RFC 8032's private key in base64.
func (k PrivateKey) RevealSeed() string { return seedPrefix + canonical.EncodeBase64(k.key.Seed()) }

// Public returns the key that verifies what k signs.
func (k PrivateKey) Public() PublicKey { return PublicKey(k.key.Public().(ed25519.PublicKey)) }

// Sign signs msg in the domain: 64 bytes.
func (k PrivateKey) Sign(d Domain, msg []byte) []byte { return k.signRaw(d.frame(msg)) }

func (k PrivateKey) signRaw(msg []byte) []byte { return ed25519.Sign(k.key, msg) }

func (k PrivateKey) String() string               { return redacted }
func (k PrivateKey) GoString() string             { return redacted }
func (k PrivateKey) Format(f fmt.State, _ rune)   { io.WriteString(f, redacted) }
func (k PrivateKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (k PrivateKey) LogValue() slog.Value         { return slog.StringValue(redacted) }
