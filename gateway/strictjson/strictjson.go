// Package strictjson reads JSON that no two readers can take for different things, at the speed of the
// hot path: RFC 8259 as RFC 7493 (I-JSON) narrows it. Names that come twice in an object, at any depth,
// text that is not UTF-8, a surrogate without its other half, and anything behind the value are errors.
//
// It builds nothing. Whoever asks is shown the members of one object, or the elements of one array, as
// places in the text, and changes a text by what is to stand at a place instead.
package strictjson

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Depth is how deep arrays and objects may be nested.
const Depth = 64

// Errors of reading, in words for whoever sent the text; a SyntaxError is the other. None quotes the text.
var (
	ErrTwice = errors.New("a member's name comes twice")
	ErrDeep  = fmt.Errorf("it is nested deeper than %d", Depth)
	ErrShort = errors.New("it ends too early")
)

// A SyntaxError is text that is not strict JSON in UTF-8.
type SyntaxError struct {
	Offset int // of the first byte that cannot stand where it does
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("it is not strict JSON in UTF-8 (byte %d)", e.Offset)
}

// A Span is a value's place in the text.
type Span struct{ At, End int }

// Of is the value as it is written.
func (s Span) Of(text []byte) []byte { return text[s.At:s.End] }

// Kind is what the value is: '{', '[', '"', 't', 'f', 'n', or '0' for a number.
func (s Span) Kind(text []byte) byte {
	if c := text[s.At]; c != '-' && (c < '0' || c > '9') {
		return c
	}
	return '0'
}

// Check reads a whole text and returns where its value stands. The other functions are for what it has
// passed.
func Check(text []byte) (Span, error) {
	r := reader{text}
	at := r.space(0)
	end, err := r.value(at, 1)
	if err != nil {
		return Span{}, err
	}
	if rest := r.space(end); rest < len(text) {
		return Span{}, &SyntaxError{rest}
	}
	return Span{at, end}, nil
}

// Members shows the members of an object, in order, until visit errs. A name is shown unescaped and only
// until visit returns. It reports whether the value is an object.
func Members(text []byte, object Span, visit func(name []byte, value Span) error) (bool, error) {
	if text[object.At] != '{' {
		return false, nil
	}
	r := reader{text}
	for at := r.space(object.At + 1); text[at] != '}'; {
		end := r.passString(at)
		name := text[at+1 : end-1]
		if escaped(name) {
			name, _ = jsontext.AppendUnquote(nil, text[at:end])
		}
		value := Span{At: r.space(r.space(end) + 1)} // behind the colon
		value.End = r.pass(value.At)
		if err := visit(name, value); err != nil {
			return true, err
		}
		if at = r.space(value.End); text[at] == ',' {
			at = r.space(at + 1)
		}
	}
	return true, nil
}

// Elements shows the elements of an array, in order, until visit errs. It reports whether the value is an
// array.
func Elements(text []byte, array Span, visit func(value Span) error) (bool, error) {
	if text[array.At] != '[' {
		return false, nil
	}
	r := reader{text}
	for at := r.space(array.At + 1); text[at] != ']'; {
		value := Span{at, r.pass(at)}
		if err := visit(value); err != nil {
			return true, err
		}
		if at = r.space(value.End); text[at] == ',' {
			at = r.space(at + 1)
		}
	}
	return true, nil
}

// Text is what a string says; one of those that are known is not made again. It reports whether the
// value is a string.
func Text(text []byte, str Span, known ...string) (string, bool) {
	quoted := str.Of(text)
	if quoted[0] != '"' {
		return "", false
	}
	if name := quoted[1 : len(quoted)-1]; !escaped(name) {
		for _, k := range known {
			if k == string(name) {
				return k, true
			}
		}
		return string(name), true
	}
	plain, err := jsontext.AppendUnquote(nil, quoted)
	return string(plain), err == nil
}

// An Edit has other text stand at a place. The zero Edit changes nothing.
type Edit struct {
	Span
	Text string
}

// Apply is a text with edits that do not overlap; every other byte stays as it was.
func Apply(text []byte, edits ...Edit) []byte {
	if !slices.ContainsFunc(edits, func(e Edit) bool { return e != Edit{} }) {
		return text
	}
	size, at := len(text), 0
	for _, e := range edits {
		size += len(e.Text) - (e.End - e.At)
	}
	slices.SortFunc(edits, func(a, b Edit) int { return a.At - b.At })
	out := make([]byte, 0, size)
	for _, e := range edits {
		out = append(append(out, text[at:e.At]...), e.Text...)
		at = e.End
	}
	return append(out, text[at:]...)
}

type reader struct{ text []byte }

// space is the place of the first byte from at that is no white space.
func (r *reader) space(at int) int {
	for at < len(r.text) && (r.text[at] == ' ' || r.text[at] == '\n' || r.text[at] == '\r' || r.text[at] == '\t') {
		at++
	}
	return at
}

// wrong is the error of a byte that cannot stand where it does, or is missing.
func (r *reader) wrong(at int) error {
	if at >= len(r.text) {
		return ErrShort
	}
	return &SyntaxError{at}
}

// value checks the value at a place and returns where it ends; depth is that of the value, if it is an array
// or an object.
func (r *reader) value(at, depth int) (end int, err error) {
	if at >= len(r.text) {
		return at, ErrShort
	}
	switch c := r.text[at]; {
	case c == '"':
		return r.str(at)
	case c == '{':
		return r.object(at, depth)
	case c == '[':
		return r.array(at, depth)
	case c == '-' || '0' <= c && c <= '9':
		return r.number(at)
	case c == 't':
		return r.word(at, "true")
	case c == 'f':
		return r.word(at, "false")
	case c == 'n':
		return r.word(at, "null")
	}
	return at, &SyntaxError{at}
}

func (r *reader) array(at, depth int) (end int, err error) {
	if depth > Depth {
		return at, ErrDeep
	}
	if at = r.space(at + 1); at < len(r.text) && r.text[at] == ']' {
		return at + 1, nil
	}
	for {
		if at, err = r.value(at, depth+1); err != nil {
			return at, err
		}
		at = r.space(at)
		switch {
		case at >= len(r.text):
			return at, ErrShort
		case r.text[at] == ']':
			return at + 1, nil
		case r.text[at] != ',':
			return at, &SyntaxError{at}
		}
		at = r.space(at + 1)
	}
}

func (r *reader) object(at, depth int) (end int, err error) {
	if depth > Depth {
		return at, ErrDeep
	}
	if at = r.space(at + 1); at < len(r.text) && r.text[at] == '}' {
		return at + 1, nil
	}
	var known names
	for {
		if at >= len(r.text) || r.text[at] != '"' {
			return at, r.wrong(at)
		}
		if end, err = r.str(at); err != nil {
			return end, err
		}
		if !known.add(r.text[at:end]) {
			return at, ErrTwice
		}
		if at = r.space(end); at >= len(r.text) || r.text[at] != ':' {
			return at, r.wrong(at)
		}
		if at, err = r.value(r.space(at+1), depth+1); err != nil {
			return at, err
		}
		at = r.space(at)
		switch {
		case at >= len(r.text):
			return at, ErrShort
		case r.text[at] == '}':
			return at + 1, nil
		case r.text[at] != ',':
			return at, &SyntaxError{at}
		}
		at = r.space(at + 1)
	}
}

// few is how many names are compared one by one.
const few = 12

// names are those of one object.
type names struct {
	first [few][]byte
	count int
	more  map[string]struct{} // all of them, once they are many
}

// add takes one more name, as it is written, and reports whether it is new.
func (n *names) add(quoted []byte) bool {
	name := quoted[1 : len(quoted)-1]
	if escaped(name) {
		name, _ = jsontext.AppendUnquote(nil, quoted)
	}
	if n.count < few {
		for _, have := range n.first[:n.count] {
			if string(have) == string(name) {
				return false
			}
		}
		n.first[n.count] = name
		n.count++
		return true
	}
	if n.more == nil {
		n.more = make(map[string]struct{}, 4*few)
		for _, have := range n.first {
			n.more[string(have)] = struct{}{}
		}
	}
	if _, known := n.more[string(name)]; known {
		return false
	}
	n.more[string(name)] = struct{}{}
	return true
}

func escaped(name []byte) bool { return bytes.IndexByte(name, '\\') >= 0 }

func (r *reader) word(at int, want string) (end int, err error) {
	for i := range len(want) {
		if at+i >= len(r.text) || r.text[at+i] != want[i] {
			return at + i, r.wrong(at + i)
		}
	}
	return at + len(want), nil
}

// number checks a number (RFC 8259, 6).
func (r *reader) number(at int) (end int, err error) {
	if r.text[at] == '-' {
		at++
	}
	first := at
	if at, err = r.digits(at); err != nil {
		return at, err
	}
	if r.text[first] == '0' && at > first+1 {
		return first + 1, &SyntaxError{first + 1}
	}
	if at < len(r.text) && r.text[at] == '.' {
		if at, err = r.digits(at + 1); err != nil {
			return at, err
		}
	}
	if at < len(r.text) && r.text[at]|0x20 == 'e' {
		if at++; at < len(r.text) && (r.text[at] == '+' || r.text[at] == '-') {
			at++
		}
		return r.digits(at)
	}
	return at, nil
}

// digits are at least one.
func (r *reader) digits(at int) (end int, err error) {
	for end = at; end < len(r.text) && '0' <= r.text[end] && r.text[end] <= '9'; end++ {
	}
	if end == at {
		return at, r.wrong(at)
	}
	return end, nil
}

// str checks the string whose quote stands at a place.
func (r *reader) str(at int) (end int, err error) {
	for at++; ; {
		at = r.plain(at)
		if at >= len(r.text) {
			return at, ErrShort
		}
		switch c := r.text[at]; {
		case c == '"':
			return at + 1, nil
		case c == '\\':
			if at, err = r.escape(at); err != nil {
				return at, err
			}
		case c < ' ':
			return at, &SyntaxError{at}
		default:
			_, size := utf8.DecodeRune(r.text[at:])
			if size == 1 {
				if !utf8.FullRune(r.text[at:]) {
					return at, ErrShort
				}
				return at, &SyntaxError{at}
			}
			at += size
		}
	}
}

// plain is the place of the first byte from at that is not ASCII, a control character, a quote or a backslash.
func (r *reader) plain(at int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	text := r.text
	for ; at+8 <= len(text); at += 8 {
		b := binary.LittleEndian.Uint64(text[at:])
		quote, slash := b^(ones*'"'), b^(ones*'\\')
		if ((quote-ones)|(slash-ones)|(b-ones*' ')|b)&tops != 0 {
			break
		}
	}
	for ; at < len(text); at++ {
		if c := text[at]; c == '"' || c == '\\' || c < ' ' || c >= utf8.RuneSelf {
			break
		}
	}
	return at
}

// escape checks what begins with a backslash.
func (r *reader) escape(at int) (end int, err error) {
	if at+1 >= len(r.text) {
		return at + 1, ErrShort
	}
	switch r.text[at+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return at + 2, nil
	case 'u':
	default:
		return at, &SyntaxError{at}
	}
	unit, err := r.hex(at)
	if err != nil || unit < 0xd800 || unit > 0xdfff {
		return at + 6, err
	}
	if unit > 0xdbff {
		return at, &SyntaxError{at}
	}
	for i, want := range []byte(`\u`) {
		if at+6+i >= len(r.text) || r.text[at+6+i] != want {
			return at, r.wrong(at + 6 + i)
		}
	}
	if unit, err = r.hex(at + 6); err == nil && (unit < 0xdc00 || unit > 0xdfff) {
		err = &SyntaxError{at}
	}
	return at + 12, err
}

// hex is the number of an escape \u0000.
func (r *reader) hex(at int) (unit int, err error) {
	for i := at + 2; i < at+6; i++ {
		if i >= len(r.text) {
			return 0, ErrShort
		}
		switch c := r.text[i]; {
		case '0' <= c && c <= '9':
			unit = unit<<4 | int(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			unit = unit<<4 | int(c|0x20-'a'+10)
		default:
			return 0, &SyntaxError{i}
		}
	}
	return unit, nil
}

// passString is the place behind a string that was checked.
func (r *reader) passString(at int) int {
	for at++; r.text[at] != '"'; at++ {
		if r.text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// pass is the place behind a value that was checked.
func (r *reader) pass(at int) int {
	depth := 0
	for ; ; at++ {
		switch r.text[at] {
		case '"':
			at = r.passString(at) - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		case ',', ':', ' ', '\n', '\r', '\t':
			continue
		default:
			for at+1 < len(r.text) && !ends[r.text[at+1]] {
				at++
			}
		}
		if depth == 0 {
			return at + 1
		}
	}
}

// ends are the bytes before which a number, true, false or null has ended.
var ends = [256]bool{',': true, '}': true, ']': true, ' ': true, '\n': true, '\r': true, '\t': true}
