package usage

import "bytes"

// A walk over JSON text that builds nothing: whole bodies are never decoded on the way
// to the caller. It trusts brackets to match and reads nothing into what it skips; numbers
// that count are checked digit by digit.

// skipSpace returns the index of the first byte from i that is not white space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// skipString returns the index behind the string that begins at i, or -1 when it does not end.
func skipString(b []byte, i int) int {
	for i++; ; i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		slashes := 0
		for i += n; b[i-1-slashes] == '\\'; {
			slashes++
		}
		if slashes%2 == 0 {
			return i + 1
		}
	}
}

// skipValue returns the index behind the value that begins at i, or -1 when it does not end.
func skipValue(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		return skipNested(b, i)
	}
	start := i
	for i < len(b) && !endsWord[b[i]] {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

// endsWord are the bytes that end what is neither string nor object nor array.
var endsWord = func() (ends [256]bool) {
	for _, c := range []byte(" \n\r\t,:{}[]\"") {
		ends[c] = true
	}
	return ends
}()

func skipNested(b []byte, i int) int {
	for depth := 0; i < len(b); {
		switch b[i] {
		case '"':
			if i = skipString(b, i); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// membersFrom walks the members of an object from i, where a key begins, and returns the index of
// the closing brace, or -1 when the text does not go on as an object. It stops early, with that
// index unknown, when visit returns false.
func membersFrom(b []byte, i int, visit func(key, value []byte) bool) (end int) {
	for i < len(b) && b[i] == '"' {
		key := i + 1
		afterKey := skipString(b, i)
		if afterKey < 0 {
			return -1
		}
		if i = skipSpace(b, afterKey); i >= len(b) || b[i] != ':' {
			return -1
		}
		value := skipSpace(b, i+1)
		if i = skipValue(b, value); i < 0 {
			return -1
		}
		if !visit(b[key:afterKey-1], b[value:i]) {
			return -1
		}
		i = skipSpace(b, i)
		if i < len(b) && b[i] == '}' {
			return i
		}
		if i >= len(b) || b[i] != ',' {
			return -1
		}
		i = skipSpace(b, i+1)
	}
	return -1
}

// members walks the members of the object that b is, and reports whether b is one, whole.
func members(b []byte, visit func(key, value []byte) bool) bool {
	i := skipSpace(b, 0)
	if i >= len(b) || b[i] != '{' {
		return false
	}
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == '}' {
		return skipSpace(b, i+1) == len(b)
	}
	end := membersFrom(b, i, visit)
	return end >= 0 && skipSpace(b, end+1) == len(b)
}

// member returns the value of a member of the object b, the last if there are several, or nil.
func member(b []byte, name string) (found []byte) {
	members(b, func(key, value []byte) bool {
		if string(key) == name {
			found = value
		}
		return true
	})
	return found
}

// firstMember is member for those that stand near the beginning: it does not look further.
func firstMember(b []byte, name string) (found []byte) {
	members(b, func(key, value []byte) bool {
		if string(key) == name {
			found = value
		}
		return found == nil
	})
	return found
}

// lastMember returns the value of a member of the outermost object, given its end: b may have lost its
// beginning. From the last place where the name stands, the rest has to read as
// members of one object and its end; so a name inside another value is never taken for it.
// It looks at the last few such places only.
func lastMember(b []byte, name string) []byte {
	quoted := append(append(make([]byte, 0, 16), '"'), name+`"`...)
	end := len(b)
	for range 8 {
		at := lastIndex(b[:end], quoted)
		if at < 0 {
			break
		}
		var found []byte
		closing := membersFrom(b, at, func(key, value []byte) bool {
			if string(key) == name {
				found = value
			}
			return true
		})
		if closing >= 0 && skipSpace(b, closing+1) == len(b) && found != nil {
			return found
		}
		end = at
	}
	return nil
}

// lastIndex is bytes.LastIndex for what begins with a byte that is rare: what is looked for stands near the end.
func lastIndex(b, what []byte) int {
	for i := len(b) - len(what); i >= 0; i-- {
		if b[i] == what[0] && string(b[i:i+len(what)]) == string(what) {
			return i
		}
	}
	return -1
}

// text returns the contents of a JSON string that has no escapes, and "" for all else.
func text(value []byte) string {
	if len(value) < 2 || value[0] != '"' || bytes.IndexByte(value, '\\') >= 0 {
		return ""
	}
	return string(value[1 : len(value)-1])
}

// number reads a JSON integer from 0 to 2^40. Anything else is not a count of tokens.
func number(value []byte) (int64, bool) {
	if len(value) == 0 || len(value) > 13 || (value[0] == '0' && len(value) > 1) {
		return 0, false
	}
	var n int64
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, n <= 1<<40
}
