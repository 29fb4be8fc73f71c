// Package access knows who is at the door, and keeps what must not be seen.
//
// A Secret is text that no log line, error, dump or JSON document ever shows. A
// Sealer encrypts secrets for keeping. A Key is what a system shows at the door:
// an API key, an API token or a one-time link; only its digest is kept.
package access

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// A Secret holds text that prints as "[redacted]" everywhere: with every fmt verb,
// in slog, in JSON and in every encoding that asks for text. Only Reveal shows it, so
// that a search for Reveal finds each place where a secret leaves the house. The zero
// value is the empty secret.
type Secret struct {
	// A pointer, because fmt prints the unexported fields of foreign structs without
	// asking our methods: it then shows an address, not the text.
	text *string
}

// NewSecret hides text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal returns the text itself.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether s is the empty secret.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal compares in a time that depends on the lengths alone.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// GoString returns "[redacted]".
func (s Secret) GoString() string { return redacted }

// Format writes "[redacted]" for every verb.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// MarshalText returns "[redacted]".
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON returns the JSON string "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalBinary refuses: a secret at rest is sealed by a Sealer.
func (s Secret) MarshalBinary() ([]byte, error) {
	return nil, errors.New("a secret is not written as it is: seal it")
}

// LogValue returns "[redacted]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// UnmarshalText reads a secret from settings. "[redacted]" is refused: it comes from
// something that was printed and would silently replace the secret by that word.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == redacted {
		return errors.New(`the secret reads "[redacted]": that is a printed copy, give the secret itself`)
	}
	*s = NewSecret(string(text))
	return nil
}
