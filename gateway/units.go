package gateway

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"entente/articles/technical"
	"entente/usage"
	"entente/wire"
)

// mostUnits is the largest number of units that an answer may state.
const mostUnits = 1 << 50

// wholeAnswer is how much of an answer is kept to find its units in: a longer one states none.
const wholeAnswer = 1 << 20

// A unitReading reads how many of the provider's own units an answer states.
type unitReading struct {
	where  technical.Counted
	header wire.Header
	kept   bytes.Buffer
	long   bool
}

func (u *unitReading) Write(p []byte) (int, error) {
	if u.where.Pointer != "" && !u.long {
		if u.long = u.kept.Len()+len(p) > wholeAnswer; !u.long {
			u.kept.Write(p)
		}
	}
	return len(p), nil
}

// Usage is the units that are stated. Where none are, they count as none, and as nobody's statement.
func (u *unitReading) Usage() usage.Usage {
	n, ok := u.stated()
	return usage.Usage{Units: n, Estimated: !ok}
}

func (u *unitReading) stated() (int64, bool) {
	if u.where.Pointer == "" {
		value, n := u.header.Find(http.CanonicalHeaderKey(u.where.Header))
		if n != 1 {
			return 0, false
		}
		return units(value)
	}
	if u.long || !jsontext.Value(u.kept.Bytes()).IsValid() {
		return 0, false
	}
	return units(member(u.kept.Bytes(), jsontext.Pointer(u.where.Pointer)))
}

// units reads a whole number that is not less than nothing.
func units(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil || n > mostUnits {
		return 0, false
	}
	return int64(n), true
}

// member is the value at a pointer, as it is written; empty if there is none.
func member(text []byte, at jsontext.Pointer) string {
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	for {
		t, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		if k := t.Kind(); k == '0' && dec.StackPointer() == at {
			return t.String()
		}
	}
}
