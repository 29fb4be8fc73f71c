package object

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
)

// A scanner reads values from a place on. After an error all that it reads is nil.
type scanner struct {
	src []byte
	at  int
	err error

	values int // how many were read
}

const mostDepth = 40

func (s *scanner) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}

func space(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func delimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// skip goes on to what is no space and no comment.
func (s *scanner) skip() {
	for s.at < len(s.src) {
		switch c := s.src[s.at]; {
		case space(c):
			s.at++
		case c == '%':
			for s.at < len(s.src) && s.src[s.at] != '\n' && s.src[s.at] != '\r' {
				s.at++
			}
		default:
			return
		}
	}
}

// word is the next characters up to a space or delimiter; empty at a delimiter and at the end.
func (s *scanner) word() string {
	s.skip()
	from := s.at
	for s.at < len(s.src) && !space(s.src[s.at]) && !delimiter(s.src[s.at]) {
		s.at++
	}
	return string(s.src[from:s.at])
}

// take goes over what comes next if it is the given text.
func (s *scanner) take(text string) bool {
	if s.at <= len(s.src) && bytes.HasPrefix(s.src[s.at:], []byte(text)) {
		s.at += len(text)
		return true
	}
	return false
}

func (s *scanner) value(depth int) Value {
	s.skip()
	s.values++
	switch {
	case s.err != nil:
		return nil
	case s.values > mostValues:
		s.fail("it has more than %d values", mostValues)
		return nil
	case depth > mostDepth:
		s.fail("it is nested too deep")
		return nil
	case s.take("<<"):
		return s.dict(depth)
	case s.take("<"):
		return s.hex()
	case s.take("("):
		return s.literal()
	case s.take("["):
		return s.array(depth)
	case s.take("/"):
		return s.name()
	}
	return s.scalar()
}

func (s *scanner) dict(depth int) Value {
	d := Dict{}
	for {
		s.skip()
		if s.take(">>") {
			return d
		}
		if !s.take("/") || s.err != nil {
			s.fail("a dictionary has a key that is no name")
			return nil
		}
		key := s.name()
		if _, twice := d[key]; twice {
			s.fail("a dictionary has /%s twice", key)
			return nil
		}
		d[key] = s.value(depth + 1)
		if s.err != nil {
			return nil
		}
	}
}

func (s *scanner) array(depth int) Value {
	a := Array{}
	for {
		s.skip()
		if s.take("]") {
			return a
		}
		a = append(a, s.value(depth+1))
		if s.err != nil {
			return nil
		}
	}
}

func (s *scanner) name() Name {
	from := s.at
	for s.at < len(s.src) && !space(s.src[s.at]) && !delimiter(s.src[s.at]) {
		s.at++
	}
	raw := s.src[from:s.at]
	if !bytes.Contains(raw, []byte("#")) {
		return Name(raw)
	}
	var out []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] != '#' {
			out = append(out, raw[i])
			continue
		}
		b, err := hex.DecodeString(string(raw[i+1 : min(i+3, len(raw))]))
		if err != nil || len(b) != 1 {
			s.fail("a name is misspelled")
			return ""
		}
		out, i = append(out, b[0]), i+2
	}
	return Name(out)
}

func (s *scanner) hex() Value {
	end := bytes.IndexByte(s.src[s.at:], '>')
	if end < 0 {
		s.fail("a string does not end")
		return nil
	}
	digits := bytes.Map(func(r rune) rune {
		if r < 0x80 && space(byte(r)) {
			return -1
		}
		return r
	}, s.src[s.at:s.at+end])
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	out := make([]byte, len(digits)/2)
	if _, err := hex.Decode(out, digits); err != nil {
		s.fail("a string is misspelled")
		return nil
	}
	s.at += end + 1
	return String(out)
}

// escapes are the letters that stand for control characters after a backslash.
var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

func (s *scanner) literal() Value {
	var out []byte
	for open := 1; s.at < len(s.src); s.at++ {
		c := s.src[s.at]
		switch c {
		case '\\':
			if s.at+1 == len(s.src) {
				continue
			}
			s.at++
			c = s.src[s.at]
			if plain, ok := escapes[c]; ok {
				c = plain
			} else if c >= '0' && c <= '7' {
				n := s.at
				for n < min(s.at+3, len(s.src)) && s.src[n] >= '0' && s.src[n] <= '7' {
					n++
				}
				code, _ := strconv.ParseUint(string(s.src[s.at:n]), 8, 16)
				c, s.at = byte(code), n-1
			}
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				s.at++
				return String(out)
			}
		}
		out = append(out, c)
	}
	s.fail("a string does not end")
	return nil
}

// scalar is a number, a reference or a word.
func (s *scanner) scalar() Value {
	word := s.word()
	switch word {
	case "true", "false":
		return word == "true"
	case "null":
		return nil
	}
	n, err := strconv.Atoi(word)
	if err != nil {
		if _, err := strconv.ParseFloat(word, 64); err != nil || len(word) > 32 {
			s.fail("%.20q is no value", word)
			return nil
		}
		return Real(word)
	}
	before := s.at
	if s.word() == "0" && s.word() == "R" && n >= 0 {
		return Ref(n)
	}
	s.at = before
	return n
}

// stream reports whether a stream follows a dictionary, and goes to its first byte.
func (s *scanner) stream() bool {
	before := s.at
	if s.word() == "stream" && (s.take("\n") || s.take("\r\n")) {
		return true
	}
	s.at = before
	return false
}

// data is the stream's bytes. Its length stands in the dictionary itself, as Entente writes it.
func (s *scanner) data(d Dict) []byte {
	n, ok := d["Length"].(int)
	if !ok || n < 0 || n > len(s.src)-s.at {
		s.fail("the length of its stream is wrong")
		return nil
	}
	data := s.src[s.at : s.at+n : s.at+n]
	s.at += n
	if s.word() != "endstream" {
		s.fail("the length of its stream is wrong")
	}
	return data
}
