package meter

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// An ID names a record for good, on every node. Its text is "use_" and 26 letters and
// digits (Crockford's base 32, lower case): 48 bits of Unix milliseconds, then 80 random
// bits, so that IDs sort by time and nobody guesses one.
type ID [16]byte

const (
	idPrefix  = "use_"
	idDigits  = "0123456789abcdefghjkmnpqrstvwxyz"
	idTextLen = len(idPrefix) + 26
)

// ErrID means that a text is not the text of an ID.
var ErrID = errors.New("not a usage id: want use_ and 26 letters and digits")

// String returns the ID's text.
func (id ID) String() string { return string(id.Append(make([]byte, 0, idTextLen))) }

// Append adds the ID's text.
func (id ID) Append(b []byte) []byte {
	hi, lo := binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:])
	var text [idTextLen]byte
	copy(text[:], idPrefix)
	for i := idTextLen - 1; i >= len(idPrefix); i-- {
		text[i] = idDigits[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return append(b, text[:]...)
}

// ParseID reads the one text of an ID.
func ParseID(text string) (ID, error) {
	if len(text) != idTextLen || text[:len(idPrefix)] != idPrefix || text[len(idPrefix)] > '7' {
		return ID{}, fmt.Errorf("%.40q: %w", text, ErrID)
	}
	var hi, lo uint64
	for _, c := range []byte(text[len(idPrefix):]) {
		digit, ok := digitOf(c)
		if !ok {
			return ID{}, fmt.Errorf("%.40q: %w", text, ErrID)
		}
		hi = hi<<5 | lo>>59
		lo = lo<<5 | digit
	}
	var id ID
	binary.BigEndian.PutUint64(id[:8], hi)
	binary.BigEndian.PutUint64(id[8:], lo)
	return id, nil
}

func digitOf(c byte) (uint64, bool) {
	for i := range len(idDigits) {
		if idDigits[i] == c {
			return uint64(i), true
		}
	}
	return 0, false
}

// IsZero reports whether id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// Time returns when the ID was made, to the millisecond.
func (id ID) Time() time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(id[:8]) >> 16)).UTC()
}

// MarshalText gives the ID's text.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the ID's text.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	if err == nil {
		*id = parsed
	}
	return err
}

// ids makes IDs. It takes 32 bytes from the randomness it is given and stretches them
// (ChaCha8), so that a call costs no system call and the source is never shared.
type ids struct {
	mu     sync.Mutex
	stream *rand.ChaCha8
}

func newIDs(source io.Reader) (*ids, error) {
	var seed [32]byte
	if _, err := io.ReadFull(source, seed[:]); err != nil {
		return nil, fmt.Errorf("reading randomness for usage ids: %w", err)
	}
	return &ids{stream: rand.NewChaCha8(seed)}, nil
}

func (s *ids) next(now time.Time) ID {
	s.mu.Lock()
	a, b := s.stream.Uint64(), s.stream.Uint64()
	s.mu.Unlock()
	var id ID
	binary.BigEndian.PutUint64(id[:8], uint64(max(now.UnixMilli(), 0))<<16|a&0xffff)
	binary.BigEndian.PutUint64(id[8:], b)
	return id
}
