// Package object is a PDF as the objects that it is made of: it reads the files that Entente writes,
// writes new ones, and adds to one without touching a byte of it, as signatures need.
//
// It reads files with cross-reference tables and no others, and takes nothing on trust: every offset,
// size and depth is bounded, and a file of any other make is refused with one plain line.
package object

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// A Value is nil, bool, int, Real, Name, String, Array, Dict, Ref or *Stream.
type Value any

// A Ref is an object by its number. The generation is always zero.
type Ref int

// A Name is written /Name; here it has no slash.
type Name string

// A Real is a number with a point, as it is written.
type Real string

// A String is bytes.
type String string

// An Array is values in order.
type Array []Value

// A Dict is values by name.
type Dict map[Name]Value

// A Stream is bytes with a dictionary, as they stand in the file.
type Stream struct {
	Dict Dict
	Data []byte
}

// Text is a text string as PDF has it: ASCII as it is, anything else in UTF-16.
func Text(s string) String {
	ascii := true
	for _, r := range s {
		ascii = ascii && r < 0x7f && (r >= ' ' || r == '\n')
	}
	if ascii {
		return String(s)
	}
	out := []byte{0xfe, 0xff}
	for _, unit := range utf16.Encode([]rune(s)) {
		out = append(out, byte(unit>>8), byte(unit))
	}
	return String(out)
}

// Words is the text that Text took.
func (s String) Words() string {
	b, wide := strings.CutPrefix(string(s), "\xfe\xff")
	if !wide {
		return b
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(units))
}

// Date is an instant as PDF has it, in UTC.
func Date(at time.Time) String { return String(at.UTC().Format("D:20060102150405Z")) }

// Number is a length in points, to the hundredth.
func Number(v float64) Real { return Real(strconv.FormatFloat(v, 'f', 2, 64)) }

// Append writes a value as a file has it. The same value is always written alike.
func Append(b []byte, v Value) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case Real:
		return append(b, v...)
	case Ref:
		return fmt.Appendf(b, "%d 0 R", int(v))
	case Name:
		return appendName(b, v)
	case String:
		return appendString(b, v)
	case Array:
		return appendArray(b, v)
	case Dict:
		return appendDict(b, v)
	case *Stream:
		return appendStream(b, v)
	}
	panic(fmt.Sprintf("object: %T is no value of a PDF", v))
}

func appendName(b []byte, n Name) []byte {
	b = append(b, '/')
	for _, c := range []byte(n) {
		if c <= ' ' || c >= 0x7f || bytes.IndexByte([]byte("#()<>[]{}/%"), c) >= 0 {
			b = fmt.Appendf(b, "#%02X", c)
			continue
		}
		b = append(b, c)
	}
	return b
}

func appendString(b []byte, s String) []byte {
	for _, c := range []byte(s) {
		if c < ' ' || c >= 0x7f {
			b = append(b, '<')
			return append(hex.AppendEncode(b, []byte(s)), '>')
		}
	}
	b = append(b, '(')
	for _, c := range []byte(s) {
		if c == '(' || c == ')' || c == '\\' {
			b = append(b, '\\')
		}
		b = append(b, c)
	}
	return append(b, ')')
}

func appendArray(b []byte, a Array) []byte {
	b = append(b, '[')
	for i, v := range a {
		if i > 0 {
			b = append(b, ' ')
		}
		b = Append(b, v)
	}
	return append(b, ']')
}

func appendDict(b []byte, d Dict) []byte {
	b = append(b, "<<"...)
	for i, k := range slices.Sorted(maps.Keys(d)) {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(appendName(b, k), ' ')
		b = Append(b, d[k])
	}
	return append(b, ">>"...)
}

func appendStream(b []byte, s *Stream) []byte {
	d := maps.Clone(s.Dict)
	if d == nil {
		d = Dict{}
	}
	d["Length"] = len(s.Data)
	b = append(appendDict(b, d), "\nstream\n"...)
	return append(append(b, s.Data...), "\nendstream"...)
}
