package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// Limits in bytes. An entry with its key and signature stays below the 65,535
// bytes that C2SP tiles can carry.
const (
	MaxEntry = 60_000
	MaxLeaf  = MaxEntry + 200
)

// EntryVersion is the version of the entry's own form; the version of what it
// says is the number after the slash in its type.
const EntryVersion = 1

// A Party is who acts: one of the two parties, or the host that keeps the log.
type Party string

const (
	PartyA Party = "a"
	PartyB Party = "b"
	Host   Party = "host"
)

// Custody says who held the key that signed.
type Custody string

const (
	HeldByNode   Custody = "node"   // the party's server signs for it
	HeldByPerson Custody = "person" // a named person signs
	HeldByParty  Custody = "party"  // the party keeps the key away from the node
)

// An Entry is one fact under one agreement, as its author states it.
type Entry struct {
	V         int             `json:"v"`         // EntryVersion
	Agreement string          `json:"agreement"` // letters, digits, dot, dash, underscore
	Clause    string          `json:"clause"`    // under which it happened; empty only for ledger.* types
	Type      string          `json:"type"`      // like integration.milestone_completed/1
	Time      time.Time       `json:"time"`      // whole microseconds, written in UTC
	Party     Party           `json:"party"`
	Actor     string          `json:"actor"` // a pseudonym, never a name or an address
	Custody   Custody         `json:"custody"`
	Key       string          `json:"key"`  // the idempotency key of the command; may be empty
	Body      json.RawMessage `json:"body"` // a JSON object whose members the type defines
}

// entryMembers is how many members an entry has: all of them, always.
const entryMembers = 10

// timeForm is the one way in which an entry writes its time.
const timeForm = "2006-01-02T15:04:05.000000Z"

// MarshalJSON writes the time in its one form.
func (e Entry) MarshalJSON() ([]byte, error) {
	type plain Entry
	return canonical.Marshal(struct {
		plain
		Time string `json:"time"`
	}{plain(e), e.Time.UTC().Format(timeForm)})
}

// UnmarshalJSON accepts that form only, and no unknown or absent member.
func (e *Entry) UnmarshalJSON(b []byte) error {
	type plain Entry
	var present map[string]json.RawMessage
	var w struct {
		plain
		Time string `json:"time"`
	}
	if err := errors.Join(canonical.Decode(b, &present), canonical.Decode(b, &w)); err != nil {
		return err
	}
	if len(present) != entryMembers {
		return fmt.Errorf("an entry has %d members and this one %d", entryMembers, len(present))
	}
	t, err := time.Parse(timeForm, w.Time)
	if err != nil || t.Format(timeForm) != w.Time {
		return fmt.Errorf("the time %.40q is not written like %s", w.Time, timeForm)
	}
	*e = Entry(w.plain)
	e.Time = t
	return nil
}

var (
	agreementForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)
	typeForm      = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*/[1-9][0-9]{0,3}$`)
)

func (e Entry) check() error {
	switch {
	case e.V != EntryVersion:
		return fmt.Errorf("the entry's form is version %d, and this release reads version %d", e.V, EntryVersion)
	case !agreementForm.MatchString(e.Agreement):
		return fmt.Errorf("the agreement id %.40q is not made of 1 to 128 letters, digits, dots, dashes and underscores", e.Agreement)
	case len(e.Type) > 128 || !typeForm.MatchString(e.Type):
		return fmt.Errorf("the type %.40q is not written like integration.milestone_completed/1", e.Type)
	case e.Clause == "" && !strings.HasPrefix(e.Type, "ledger."):
		return fmt.Errorf("%s names no clause under which it happened", e.Type)
	case !slices.Contains([]Party{PartyA, PartyB, Host}, e.Party):
		return fmt.Errorf("the party %.40q is none of a, b and host", e.Party)
	case !e.Custody.known():
		return fmt.Errorf("the custody %.40q is none of node, person and party", e.Custody)
	case e.Actor == "":
		return errors.New("the entry names no actor")
	case e.Time.Year() < 1970 || e.Time.Year() > 9999:
		return fmt.Errorf("the year %d is not between 1970 and 9999", e.Time.Year())
	case !bytes.HasPrefix(e.Body, []byte("{")):
		return errors.New("the body is not a JSON object")
	}
	for name, text := range map[string]string{"clause": e.Clause, "actor": e.Actor, "key": e.Key} {
		if len(text) > 255 || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			return fmt.Errorf("the %s is longer than 255 bytes or holds control characters", name)
		}
	}
	_, err := e.Documents()
	return err
}

// Hands are those who held the key, as a sentence names them after the party whose key it is.
func (c Custody) Hands() string {
	switch c {
	case HeldByNode:
		return "its node"
	case HeldByPerson:
		return "a person"
	case HeldByParty:
		return "the party itself"
	}
	return string(c)
}

func (c Custody) known() bool {
	return c == HeldByNode || c == HeldByPerson || c == HeldByParty
}

// A DocumentRef names a document that stands beside the ledger. An erasable one
// may be gone later without harm to the ledger; its digest stays.
type DocumentRef struct {
	Name      string      `json:"name"`
	MediaType string      `json:"media_type"`
	Digest    seal.Digest `json:"digest"`
	Erasable  bool        `json:"erasable,omitempty"`
}

// IsMediaType reports whether s is written like text/plain or text/plain; charset=utf-8.
func IsMediaType(s string) bool { return mediaForm.MatchString(s) }

var mediaForm = regexp.MustCompile(`^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+(; ?[a-z0-9_-]+=[A-Za-z0-9._-]+)*$`)

// Documents returns what the body's member "documents" lists, which is reserved
// for this purpose in every type of entry. Each needs a name, a media type and
// a digest; further members are the type's own affair.
func (e Entry) Documents() ([]DocumentRef, error) {
	var body struct {
		Documents []DocumentRef `json:"documents"`
	}
	if err := canonical.DecodeSome(e.Body, &body); err != nil {
		return nil, fmt.Errorf("reading the body's documents: %w", err)
	}
	for i, d := range body.Documents {
		if d.Name == "" || !IsMediaType(d.MediaType) || d.Digest == (seal.Digest{}) {
			return nil, fmt.Errorf("document %d of the body lacks a name, a digest or a media type like text/plain", i+1)
		}
	}
	return body.Documents, nil
}

// A Leaf is an entry with its signature, exactly as the log keeps it:
// {"entry":{…},"key":"<key id>","signature":"<base64>"} in canonical JSON.
type Leaf []byte

// Seal signs e, with its time cut to microseconds and its V filled in when zero.
func Seal(e Entry, k seal.PrivateKey) (Leaf, error) {
	if k.IsZero() {
		return nil, errors.New("sealing an entry: there is no key to sign with")
	}
	e.Time = e.Time.UTC().Truncate(time.Microsecond)
	if e.V == 0 {
		e.V = EntryVersion
	}
	body, err := canonical.JSON(e.Body)
	if err != nil {
		return nil, fmt.Errorf("sealing %.40s: reading its body: %w", e.Type, err)
	}
	e.Body = body
	if err := e.check(); err != nil {
		return nil, fmt.Errorf("sealing an entry: %w", err)
	}
	raw, err := canonical.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("sealing %s: %w", e.Type, err)
	}
	if len(raw) > MaxEntry {
		return nil, fmt.Errorf("sealing %s: it has %d bytes and may have %d: put what is large into a document", e.Type, len(raw), MaxEntry)
	}
	return Leaf(fmt.Sprintf(`{"entry":%s,"key":"%s","signature":"%s"}`,
		raw, k.Public().ID(), canonical.EncodeBase64(k.Sign(seal.EntryDomain, raw)))), nil
}

// A Sealed is a leaf that was read but whose signature is not yet verified.
type Sealed struct {
	Entry     Entry
	Raw       []byte // the entry's bytes as they were signed
	KeyID     string
	Signature []byte
}

// Open reads a leaf. It refuses a leaf that is not in canonical form or whose
// entry is not complete and well formed; it does not verify the signature.
func Open(leaf []byte) (Sealed, error) {
	if len(leaf) > MaxLeaf {
		return Sealed{}, fmt.Errorf("the leaf has %d bytes and may have %d", len(leaf), MaxLeaf)
	}
	form, err := canonical.JSON(leaf)
	if err != nil {
		return Sealed{}, fmt.Errorf("reading the leaf: %w", err)
	}
	if !bytes.Equal(form, leaf) {
		return Sealed{}, errors.New("the leaf is not in canonical form: its bytes are not those that were sealed")
	}
	var w struct {
		Entry     json.RawMessage `json:"entry"`
		Key       string          `json:"key"`
		Signature string          `json:"signature"`
	}
	if err := canonical.Decode(leaf, &w); err != nil {
		return Sealed{}, fmt.Errorf("reading the leaf: %w", err)
	}
	return openParts(w.Entry, w.Key, w.Signature)
}

var keyIDForm = regexp.MustCompile(`^[0-9a-f]{16}$`)

func openParts(raw json.RawMessage, key, signature string) (Sealed, error) {
	s := Sealed{Raw: raw, KeyID: key}
	sig, err := canonical.DecodeBase64(signature, 64)
	switch {
	case err != nil:
		return Sealed{}, fmt.Errorf("reading the signature: %w", err)
	case !keyIDForm.MatchString(key):
		return Sealed{}, fmt.Errorf("%.40q is not a key id of 16 hexadecimal digits", key)
	case len(raw) > MaxEntry:
		return Sealed{}, fmt.Errorf("the entry has %d bytes and may have %d", len(raw), MaxEntry)
	}
	s.Signature = sig
	if err := canonical.Decode(raw, &s.Entry); err != nil {
		return Sealed{}, fmt.Errorf("reading the entry: %w", err)
	}
	if err := s.Entry.check(); err != nil {
		return Sealed{}, err
	}
	return s, nil
}

// Verify says whether k signed the entry, byte for byte as it stands.
func (s Sealed) Verify(k seal.PublicKey) error {
	if s.KeyID != k.ID() {
		return fmt.Errorf("the entry names key %s and not key %s", s.KeyID, k.ID())
	}
	if !k.Verify(seal.EntryDomain, s.Raw, s.Signature) {
		return fmt.Errorf("the signature of key %s does not fit the entry: one of the two was changed", s.KeyID)
	}
	return nil
}
