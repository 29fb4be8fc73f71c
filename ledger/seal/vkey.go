package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente/ledger/canonical"

	"golang.org/x/mod/sumdb/note"
)

// A VKeyKind is the signature type byte of C2SP signed-note.
type VKeyKind byte

const (
	LogKind     VKeyKind = 0x01 // Ed25519 over the text of the note
	WitnessKind VKeyKind = 0x04 // timestamped Ed25519 cosignature/v1
)

// A VKey is a verifier key of C2SP signed-note: a name, a kind and a public
// key, written "<name>+<8 hex digits of the id>+<base64 of kind and key>". It
// is a note.Verifier of golang.org/x/mod/sumdb/note.
type VKey struct {
	Origin string // the key's name: a log's origin line or a witness's name
	Kind   VKeyKind
	Public PublicKey
}

// ParseVKey reads a verifier key of one of the two kinds.
func ParseVKey(s string) (VKey, error) {
	malformed := fmt.Errorf("%.40q is not a verifier key: expected name+id+base64", s)
	name, rest, _ := strings.Cut(s, "+")
	_, encoded, ok := strings.Cut(rest, "+")
	b, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(b) != 33 {
		return VKey{}, malformed
	}
	k := VKey{name, VKeyKind(b[0]), PublicKey(b[1:])}
	if err := k.check(); err != nil {
		return VKey{}, err
	}
	if k.String() != s {
		return VKey{}, malformed
	}
	return k, nil
}

// LogVKey returns the verifier key of a log that signs with k.
func LogVKey(origin string, k PublicKey) VKey { return VKey{origin, LogKind, k} }

// WitnessVKey returns the verifier key of a witness that cosigns with k, which
// must serve no other purpose: a cosignature does not name its witness.
func WitnessVKey(name string, k PublicKey) VKey { return VKey{name, WitnessKind, k} }

func (k VKey) check() error {
	switch {
	case !ValidName(k.Origin):
		return fmt.Errorf("the key name %.40q is empty or holds a space or a plus", k.Origin)
	case k.Kind != LogKind && k.Kind != WitnessKind:
		return fmt.Errorf("the key of %s is of kind %d; known are %d and %d", k.Origin, k.Kind, LogKind, WitnessKind)
	}
	return k.Public.Check()
}

// ValidName reports whether a log or a witness may have this name.
func ValidName(s string) bool {
	return s != "" && len(s) <= 255 && utf8.ValidString(s) && !strings.Contains(s, "+") &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
}

func (k VKey) String() string {
	return k.Origin + "+" + fmt.Sprintf("%08x", k.KeyHash()) + "+" + canonical.EncodeBase64(append([]byte{byte(k.Kind)}, k.Public[:]...))
}

func (k VKey) MarshalText() ([]byte, error) {
	if err := k.check(); err != nil {
		return nil, err
	}
	return []byte(k.String()), nil
}

func (k *VKey) UnmarshalText(b []byte) (err error) {
	*k, err = ParseVKey(string(b))
	return err
}

// Name returns the name that signature lines carry.
func (k VKey) Name() string { return k.Origin }

// KeyHash returns the 32-bit id that signature lines carry.
func (k VKey) KeyHash() uint32 {
	h := sha256.Sum256(append([]byte(k.Origin+"\n"+string([]byte{byte(k.Kind)})), k.Public[:]...))
	return binary.BigEndian.Uint32(h[:])
}

// Verify reports whether sig is a signature of the note's text by this key.
func (k VKey) Verify(text, sig []byte) bool {
	if k.Kind == LogKind {
		return k.Public.verifyRaw(text, sig)
	}
	if len(sig) != timestampSize+64 || binary.BigEndian.Uint64(sig) > 1<<63-1 {
		return false
	}
	return k.Public.verifyRaw(cosigned(binary.BigEndian.Uint64(sig), text), sig[timestampSize:])
}

const timestampSize = 8

// cosigned is what a cosignature/v1 signs: when, and the whole text.
func cosigned(unix uint64, text []byte) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatUint(unix, 10)+"\n"), text...)
}

// SignNote returns a note of C2SP signed-note: the text, which ends in a newline, and below it the
// signature line of a log with this name.
func (k PrivateKey) SignNote(text, log string) ([]byte, error) {
	return k.note(text, noteSigner{VKey: VKey{Origin: log, Kind: LogKind}, private: k})
}

// CosignNote returns the signature line alone, ending in a newline, of a witness with this name
// (C2SP tlog-cosignature) at a time in whole seconds.
func (k PrivateKey) CosignNote(text, witness string, at time.Time) ([]byte, error) {
	whole, err := k.note(text, noteSigner{VKey{Origin: witness, Kind: WitnessKind}, k, uint64(at.Unix())})
	return bytes.TrimPrefix(whole, []byte(text+"\n")), err
}

func (k PrivateKey) note(text string, s noteSigner) ([]byte, error) {
	if k.IsZero() {
		return nil, errors.New("signing a checkpoint: there is no key to sign with")
	}
	s.Public = k.Public()
	signed, err := note.Sign(&note.Note{Text: text}, s)
	if err != nil {
		return nil, fmt.Errorf("signing a checkpoint as %s: %w", s.Origin, err)
	}
	return signed, nil
}

// A noteSigner signs notes as key, at a time that only cosignatures carry.
type noteSigner struct {
	VKey
	private PrivateKey
	unix    uint64
}

func (s noteSigner) Sign(text []byte) ([]byte, error) {
	if s.Kind == LogKind {
		return s.private.signRaw(text), nil
	}
	stamp := binary.BigEndian.AppendUint64(nil, s.unix)
	return append(stamp, s.private.signRaw(cosigned(s.unix, text))...), nil
}
