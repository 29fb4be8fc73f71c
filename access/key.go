package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/netip"
	"slices"
	"strings"
)

// A Kind says what a key opens. It is part of the key's text.
type Kind string

// The kinds of keys.
const (
	Live Kind = "live" // calls to components in production
	Test Kind = "test" // calls to components in test
	API  Kind = "api"  // the node's own API
	Link Kind = "link" // one visit to the console

	Session Kind = "sess" // a browser that came by a link
	Feed    Kind = "cal"  // the deadlines of one person, for calendar programs
	Service Kind = "svc"  // access tokens for a program that comes back by itself
	Signer  Kind = "sig"  // requests that are signed with a key of the person's own, which has no secret here
)

var kinds = []Kind{Live, Test, API, Link, Session, Feed, Service}

// ErrNotAKey means that a text does not have the form of a key, or was mistyped.
// Whether a well-formed key is known is not decided here.
var ErrNotAKey = errors.New("not a key: its form or its checksum is wrong")

// A Key is a credential in the clear. Its text is
//
//	ent_<kind>_<id>_<secret>_<checksum>
//
// with an id of 8 letters and digits that may be shown, 32 random bytes in unpadded
// base64url (43 characters), and the CRC-32 (IEEE, 8 hex digits) of everything before
// the last underscore, so that a typing mistake is found without asking a database and
// scanners for leaked secrets recognise it. It prints as "[redacted]"; it is shown once, and
// only its Digest is kept.
type Key struct {
	kind Kind
	id   string
	text Secret
}

const (
	idLetters   = "0123456789abcdefghjkmnpqrstvwxyz"
	idLength    = 8
	secretBytes = 32
	secretChars = 43
	sumChars    = 8
	tailLength  = 1 + idLength + 1 + secretChars + 1 + sumChars
)

// Mint makes a new key from the randomness given.
func Mint(kind Kind, rand io.Reader) (Key, error) {
	if !slices.Contains(kinds, kind) {
		return Key{}, fmt.Errorf("minting a key: %q is not a kind of key", string(kind))
	}
	var raw [idLength + secretBytes]byte
	if _, err := io.ReadFull(rand, raw[:]); err != nil {
		return Key{}, fmt.Errorf("minting a key: %w", err)
	}
	id := make([]byte, idLength)
	for i := range id {
		id[i] = idLetters[raw[i]&31]
	}
	body := "ent_" + string(kind) + "_" + string(id) + "_" + base64.RawURLEncoding.EncodeToString(raw[idLength:])
	return Key{kind: kind, id: string(id), text: NewSecret(body + "_" + checksum(body))}, nil
}

func checksum(body string) string {
	var room [128]byte
	var sum [4]byte
	binary.BigEndian.PutUint32(sum[:], crc32.Update(0, crc32.IEEETable, append(room[:0], body...)))
	return hex.EncodeToString(sum[:])
}

// ParseKey reads a key. It checks form and checksum only; every error is ErrNotAKey.
func ParseKey(text string) (Key, error) {
	kind, ok := kindOf(text)
	if !ok {
		return Key{}, ErrNotAKey
	}
	tail := text[len(text)-tailLength:]
	id, secret, sum := tail[1:1+idLength], tail[2+idLength:2+idLength+secretChars], tail[tailLength-sumChars:]
	if tail[0] != '_' || tail[1+idLength] != '_' || tail[tailLength-sumChars-1] != '_' || strings.Trim(id, idLetters) != "" {
		return Key{}, ErrNotAKey
	}
	var raw [secretBytes + 1]byte
	if _, err := base64.RawURLEncoding.Strict().Decode(raw[:], []byte(secret)); err != nil {
		return Key{}, ErrNotAKey
	}
	if checksum(text[:len(text)-sumChars-1]) != sum {
		return Key{}, ErrNotAKey
	}
	own := strings.Clone(text) // the caller's text may be part of a whole request
	return Key{kind: kind, id: own[len(own)-tailLength+1:][:idLength], text: NewSecret(own)}, nil
}

func kindOf(text string) (Kind, bool) {
	head := len(text) - tailLength
	if head <= 4 || head > 8 || text[:4] != "ent_" {
		return "", false
	}
	for _, kind := range kinds {
		if text[4:head] == string(kind) {
			return kind, true
		}
	}
	return "", false
}

// Kind returns what the key opens.
func (k Key) Kind() Kind { return k.kind }

// ID returns the part of the key that may be shown.
func (k Key) ID() string { return k.id }

// Text returns the whole key, to be shown once to its owner.
func (k Key) Text() Secret { return k.text }

// Format writes the id and nothing secret, for every verb.
func (k Key) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "ent_%s_%s_%s", string(k.kind), k.id, redacted)
}

// A KeyDigest is what is kept of a key: SHA-256 over "entente-api-key-v1", a zero byte and the
// key's text. A fast hash is right here, because 256 random bits cannot be guessed.
type KeyDigest [sha256.Size]byte

const digestDomain = "entente-api-key-v1\x00"

// Digest returns what to keep, and to look up.
func (k Key) Digest() KeyDigest { return digestOf(k.text.Reveal()) }

func digestOf(text string) KeyDigest {
	var room [128]byte
	return KeyDigest(sha256.Sum256(append(append(room[:0], digestDomain...), text...)))
}

// DigestOf is what to look up of a text that a caller shows as a key; false if it does not look like one.
// Whether it is one shows when the digest is found: nobody has issued what ParseKey would not take.
func DigestOf(text string) (KeyDigest, bool) {
	if _, ok := kindOf(text); !ok {
		return KeyDigest{}, false
	}
	return digestOf(text), true
}

// Equal compares in constant time.
func (d KeyDigest) Equal(other KeyDigest) bool {
	return subtle.ConstantTimeCompare(d[:], other[:]) == 1
}

// MostNetworks is the most blocks of addresses that one key may be bound to.
const MostNetworks = 32

// ParseNetwork reads a block of addresses from which a key is accepted, in its one form:
// 203.0.113.0/24, 2001:db8::/32.
func ParseNetwork(text string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err == nil && (p != p.Masked() || p.Addr().Is4In6() || p.String() != text) {
		err = errors.New("bits behind the prefix, or another form than the shortest")
	}
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("reading the network %.50q: %w", text, err)
	}
	return p, nil
}
