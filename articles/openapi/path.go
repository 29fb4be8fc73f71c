package openapi

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// ErrPath means that two readers could take a path for two different ones.
var ErrPath = errors.New("the path is not in the one form that it should have")

// Clear cuts a path, as it is sent, into its decoded segments; a slash at its end is told apart. It
// wraps ErrPath where another reader could see other segments: empty ones, "." and ".." (also before
// a semicolon), and, however often encoded, slashes, backslashes, dots that lead upwards, control
// characters and text that is not UTF-8; also letters, digits and other characters that need no
// encoding, but are encoded.
func Clear(path string) (segments []string, slash bool, err error) {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok || len(path) > maxPath {
		return nil, false, ErrPath
	}
	parts, slash := cutPath(rest)
	if len(parts) > maxSegments {
		return nil, false, ErrPath
	}
	for i, part := range parts {
		if parts[i], err = plainSegment(part); err != nil {
			return nil, false, err
		}
	}
	return parts, slash, nil
}

// maxEncoded is how often a segment may have been percent-encoded.
const maxEncoded = 3

// plainSegment is a segment, decoded once.
func plainSegment(part string) (string, error) {
	if strings.ContainsFunc(part, func(c rune) bool { return c >= utf8.RuneSelf || c != '%' && !inPath(byte(c)) }) {
		return "", ErrPath
	}
	plain, clear := decoded(part)
	if !clear || !harmless(plain) {
		return "", ErrPath
	}
	last := plain
	for n := 1; strings.Contains(last, "%"); n++ {
		further, _ := decoded(last)
		if further == last {
			break // nobody can decode it once more
		}
		if n == maxEncoded || !harmless(further) {
			return "", ErrPath
		}
		last = further
	}
	return plain, nil
}

// harmless reports whether a decoded segment is one segment to everybody.
func harmless(s string) bool {
	name, _, _ := strings.Cut(s, ";")
	name = strings.TrimRight(name, " ")
	if name == "" || strings.Trim(name, ".") == "" || !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(c rune) bool {
		return c < ' ' || c == '/' || c == '\\' || c == 0x7f || c == '\u2215' || c == '\u2044' || c == '\uff0f' || c == '\uff0e' || c == '\u2024' || c == '\uff3c'
	})
}

// decoded takes percent-encoding off, and reports whether all of it was valid and needed.
func decoded(s string) (plain string, clear bool) {
	if !strings.Contains(s, "%") {
		return s, true
	}
	var b strings.Builder
	clear = true
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
			b.WriteByte('%')
			clear = false
			continue
		}
		c := unhex(s[i+1])<<4 | unhex(s[i+2])
		clear = clear && !unreserved(c)
		b.WriteByte(c)
		i += 2
	}
	return b.String(), clear
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// unreserved and inPath are RFC 3986's unreserved and pchar without percent-encoding.
func unreserved(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("-._~", c) >= 0
}

func inPath(c byte) bool { return unreserved(c) || strings.IndexByte("!$&'()*+,;=:@", c) >= 0 }
