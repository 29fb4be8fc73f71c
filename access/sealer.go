package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// KEKBytes is the size of the key that a Sealer encrypts under.
const KEKBytes = 32

// ErrUnsealing means that sealed text was not opened: it was altered, sealed under
// another name or another key, or is no sealed text at all. The message says which,
// as far as that can be known.
var ErrUnsealing = errors.New("sealed secret does not open")

// A Sealer encrypts secrets for keeping, with AES-256-GCM under a key-encryption key.
// Sealed text is
//
//	sealed.v1.<key id: 8 hex digits>.<base64url, unpadded, of nonce (12 bytes) and ciphertext>
//
// and is bound to a name (associated data), so that one secret cannot be put in the
// place of another. A Sealer may be used by many goroutines if its randomness may.
type Sealer struct {
	aead  cipher.AEAD
	mac   []byte
	keyID string
	rand  io.Reader
}

// NewSealer takes a key of KEKBytes bytes, and the randomness for nonces.
func NewSealer(kek []byte, rand io.Reader) (*Sealer, error) {
	if len(kek) != KEKBytes {
		return nil, fmt.Errorf("the key for sealing secrets has %d bytes, want %d", len(kek), KEKBytes)
	}
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(append([]byte("entente-kek-id-v1\x00"), kek...))
	mac := sha256.Sum256(append([]byte("entente-tag-key-v1\x00"), kek...))
	return &Sealer{aead: aead, mac: mac[:], keyID: hex.EncodeToString(id[:4]), rand: rand}, nil
}

// Tag vouches for a text under a name: nobody without the key can make it for another text or name.
// It is 22 characters of base64url (128 bits of HMAC-SHA-256).
func (s *Sealer) Tag(name, text string) string {
	h := hmac.New(sha256.New, s.mac)
	fmt.Fprintf(h, "entente-tag-v1\x00%d\x00%s%s", len(name), name, text)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// Seal encrypts secret under name.
func (s *Sealer) Seal(name string, secret Secret) (string, error) {
	nonce := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(secret.Reveal())+s.aead.Overhead())
	if _, err := io.ReadFull(s.rand, nonce); err != nil {
		return "", fmt.Errorf("sealing %s: %w", name, err)
	}
	raw := s.aead.Seal(nonce, nonce, []byte(secret.Reveal()), s.boundTo(name))
	return "sealed.v1." + s.keyID + "." + base64.RawURLEncoding.EncodeToString(raw), nil
}

// Open decrypts what Seal returned for the same name.
func (s *Sealer) Open(name, sealed string) (Secret, error) {
	raw, err := s.parse(sealed)
	if err != nil {
		return Secret{}, fmt.Errorf("opening %s: %w", name, err)
	}
	n := s.aead.NonceSize()
	text, err := s.aead.Open(nil, raw[:n], raw[n:], s.boundTo(name))
	if err != nil {
		return Secret{}, fmt.Errorf("opening %s: %w: it was altered or sealed under another name", name, ErrUnsealing)
	}
	return NewSecret(string(text)), nil
}

func (s *Sealer) parse(sealed string) ([]byte, error) {
	rest, ok := strings.CutPrefix(sealed, "sealed.v1.")
	keyID, body, found := strings.Cut(rest, ".")
	if !ok || !found {
		return nil, fmt.Errorf("%w: it does not begin with sealed.v1.", ErrUnsealing)
	}
	if keyID != s.keyID {
		return nil, fmt.Errorf("%w: it was sealed under key %.8q, this is key %s", ErrUnsealing, keyID, s.keyID)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || len(raw) < s.aead.NonceSize()+s.aead.Overhead() {
		return nil, fmt.Errorf("%w: it is cut short or not base64url", ErrUnsealing)
	}
	return raw, nil
}

func (s *Sealer) boundTo(name string) []byte { return []byte("entente-sealed-v1\x00" + name) }

// Format writes "[redacted]" for every verb: a Sealer holds its key.
func (s *Sealer) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }
