package seal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"

	"entente/ledger/canonical"
)

// A DocumentKey signs documents for programs that read no Ed25519: it is on the curve P-256. It
// belongs to a private key, is derived from it and kept nowhere else, and says nothing of it. The
// zero value is no key. It is a crypto.Signer.
type DocumentKey struct{ key *ecdsa.PrivateKey }

// documentKey is what the derivation is for; another purpose would have another key.
const documentKey = "entente-document-key-v1"

// DocumentKey is the key's own for documents: HKDF with SHA-256 (RFC 5869) of the private key gives 48
// bytes, which are taken modulo the order of the curve less one, plus one (FIPS 186-5, A.2.1).
func (k PrivateKey) DocumentKey() (DocumentKey, error) {
	b, err := hkdf.Key(sha256.New, k.key.Seed(), nil, documentKey, 48)
	if err != nil {
		return DocumentKey{}, fmt.Errorf("deriving the document key: %w", err)
	}
	one := big.NewInt(1)
	d := new(big.Int).SetBytes(b)
	d.Mod(d, new(big.Int).Sub(elliptic.P256().Params().N, one)).Add(d, one)
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d.FillBytes(make([]byte, 32)))
	if err != nil {
		return DocumentKey{}, fmt.Errorf("deriving the document key: %w", err)
	}
	return DocumentKey{key}, nil
}

// Public is the public half, a *ecdsa.PublicKey.
func (k DocumentKey) Public() crypto.PublicKey { return k.key.Public() }

// Sign signs a digest. It takes no randomness (RFC 6979), so the same digest has the same signature.
func (k DocumentKey) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return k.key.Sign(nil, digest, opts)
}

func (k DocumentKey) String() string             { return redacted }
func (k DocumentKey) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }
func (k DocumentKey) LogValue() slog.Value       { return slog.StringValue(redacted) }

const p256Prefix = "p256:"

// DocumentKeyText is a public document key as text: "p256:" and the 65 bytes of the point in base64.
func DocumentKeyText(k crypto.PublicKey) (string, error) {
	point, ok := k.(*ecdsa.PublicKey)
	if !ok || point.Curve != elliptic.P256() {
		return "", errors.New("the document key is not on the curve P-256")
	}
	b, err := point.Bytes()
	if err != nil {
		return "", fmt.Errorf("writing the document key: %w", err)
	}
	return p256Prefix + canonical.EncodeBase64(b), nil
}
