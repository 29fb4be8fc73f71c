package passkey

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

// errItem means that bytes are no item of CBOR as authenticators write it.
var errItem = errors.New("not an item of CBOR")

// items is a map of CBOR; its keys are int64 and string.
type items map[any]any

// depth is how deep items may stand within each other.
const depth = 8

// readItem reads one item of CBOR (RFC 8949) of definite length: int64, []byte, string, []any, items,
// bool or nil. It gives what follows. Floats and tags, which no authenticator writes here, are refused.
func readItem(b []byte) (item any, rest []byte, err error) { return read(b, depth) }

func read(b []byte, depth int) (any, []byte, error) {
	if len(b) == 0 || depth == 0 {
		return nil, nil, errItem
	}
	major, short := b[0]>>5, b[0]&31
	if major == 7 {
		return simple(short, b[1:])
	}
	n, rest, err := argument(short, b[1:])
	if err != nil {
		return nil, nil, err
	}
	switch major {
	case 0:
		return int64(n), rest, nil
	case 1:
		return -1 - int64(n), rest, nil
	case 2, 3:
		return bytesOf(major, n, rest)
	case 4:
		return list(n, rest, depth)
	case 5:
		return pairs(n, rest, depth)
	}
	return nil, nil, errItem
}

func simple(short byte, rest []byte) (any, []byte, error) {
	switch short {
	case 20, 21:
		return short == 21, rest, nil
	case 22:
		return nil, rest, nil
	}
	return nil, nil, errItem
}

// argument is the number in an item's head, at most 2^62.
func argument(short byte, b []byte) (n uint64, rest []byte, err error) {
	if short < 24 {
		return uint64(short), b, nil
	}
	size := 1 << (short - 24)
	if short > 27 || len(b) < size {
		return 0, nil, errItem
	}
	var room [8]byte
	copy(room[8-size:], b)
	n = binary.BigEndian.Uint64(room[:])
	if n > 1<<62 {
		return 0, nil, errItem
	}
	return n, b[size:], nil
}

func bytesOf(major byte, n uint64, b []byte) (any, []byte, error) {
	if n > uint64(len(b)) {
		return nil, nil, errItem
	}
	if major == 2 {
		return b[:n:n], b[n:], nil
	}
	if !utf8.Valid(b[:n]) {
		return nil, nil, errItem
	}
	return string(b[:n]), b[n:], nil
}

func list(n uint64, b []byte, depth int) (any, []byte, error) {
	if n > uint64(len(b)) {
		return nil, nil, errItem
	}
	all := make([]any, 0, n)
	for range n {
		one, rest, err := read(b, depth-1)
		if err != nil {
			return nil, nil, err
		}
		all, b = append(all, one), rest
	}
	return all, b, nil
}

func pairs(n uint64, b []byte, depth int) (any, []byte, error) {
	if n > uint64(len(b)) {
		return nil, nil, errItem
	}
	all := items{}
	for range n {
		key, rest, err := read(b, depth-1)
		if err != nil {
			return nil, nil, err
		}
		switch key.(type) {
		case int64, string:
		default:
			return nil, nil, errItem
		}
		if _, twice := all[key]; twice {
			return nil, nil, errItem
		}
		if all[key], b, err = read(rest, depth-1); err != nil {
			return nil, nil, err
		}
	}
	return all, b, nil
}
