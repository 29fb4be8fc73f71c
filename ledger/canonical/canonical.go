// Package canonical gives what is signed or hashed its one spelling, so that two parties can never
// read the same bytes differently: JSON in the canonical form of RFC 8785 over I-JSON (RFC 7493),
// and base64 without a second way to write it.
package canonical

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// What a JSON text may be at most. A larger one belongs in a document beside
// the ledger, named by its digest.
const (
	MaxBytes = 16 << 20 // bytes
	MaxDepth = 64       // objects and arrays inside each other
)

// largestInteger is 2^53, the end of the range in which every reader of JSON
// sees the same whole number.
const largestInteger = "9007199254740992"

// An Error says where a JSON text is not what it must be, and why.
type Error struct {
	Offset  int64  // bytes from the start of the text
	Pointer string // RFC 6901; empty for the text as a whole
	Why     string
}

func (e *Error) Error() string {
	if e.Pointer == "" {
		return fmt.Sprintf("JSON at byte %d: %s", e.Offset, e.Why)
	}
	return fmt.Sprintf("JSON at %s (byte %d): %s", e.Pointer, e.Offset, e.Why)
}

// JSON returns the one RFC 8785 form of the JSON text b, leaving b alone.
//
// Only I-JSON has such a form: a member named twice, text that is not UTF-8, a
// lone surrogate, and a second value after the first are refused, and so are
// more than MaxBytes bytes and nesting beyond MaxDepth. A whole number beyond
// ±2^53 and a number that would become infinite or zero are refused too; other
// numbers are rounded to the nearest double, as RFC 8785 says. Exact amounts
// are therefore written as strings.
func JSON(b []byte) ([]byte, error) {
	if err := checkJSON(b); err != nil {
		return nil, err
	}
	v := jsontext.Value(bytes.Clone(b))
	if err := v.Canonicalize(); err != nil {
		return nil, explain(err)
	}
	return v, nil
}

// Marshal returns the canonical JSON of a Go value. Struct tags, omitempty, nil
// slices, TextMarshaler and the rest mean what they mean to encoding/json, but
// text that is not UTF-8 is refused instead of replaced.
func Marshal(v any) ([]byte, error) {
	b, err := json.Marshal(v, goMeaning)
	if err != nil {
		return nil, explain(err)
	}
	return JSON(b)
}

// Decode reads the JSON text b into v. It refuses what JSON refuses, and
// members that v does not have; names must match to the letter.
func Decode(b []byte, v any) error {
	if err := checkJSON(b); err != nil {
		return err
	}
	return explain(json.Unmarshal(b, v, goMeaning, json.RejectUnknownMembers(true)))
}

// DecodeSome is Decode for reading only some of the members.
func DecodeSome(b []byte, v any) error {
	if err := checkJSON(b); err != nil {
		return err
	}
	return explain(json.Unmarshal(b, v, goMeaning))
}

// goMeaning reads Go types as encoding/json does, without its leniency.
var goMeaning = json.JoinOptions(
	jsonv1.DefaultOptionsV1(),
	jsontext.AllowDuplicateNames(false),
	jsontext.AllowInvalidUTF8(false),
	json.MatchCaseInsensitiveNames(false),
	jsonv1.UnmarshalArrayFromAnyLength(false),
	jsonv1.ParseBytesWithLooseRFC4648(false),
	jsonv1.ParseTimeWithLooseRFC3339(false),
	jsonv1.ReportErrorsWithLegacySemantics(false),
)

func checkJSON(b []byte) error {
	if len(b) > MaxBytes {
		return &Error{Offset: MaxBytes, Why: fmt.Sprintf("the text is longer than %d bytes", MaxBytes)}
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(b))
	for values := 0; ; {
		token, err := d.ReadToken()
		switch {
		case err == io.EOF && values == 0:
			return &Error{Why: "there is no value"}
		case err == io.EOF:
			return nil
		case err != nil:
			return explain(err)
		case values > 0:
			return &Error{Offset: d.InputOffset(), Why: "something follows after the end of the value"}
		case d.StackDepth() > MaxDepth:
			return refuseAt(d, fmt.Sprintf("objects and arrays are nested more than %d deep", MaxDepth))
		}
		if token.Kind() == '0' {
			if why := numberFault(token.String()); why != "" {
				return refuseAt(d, why)
			}
		}
		if d.StackDepth() == 0 {
			values++
		}
	}
}

func refuseAt(d *jsontext.Decoder, why string) error {
	return &Error{Offset: d.InputOffset(), Pointer: string(d.StackPointer()), Why: why}
}

// numberFault says why a number, as written, has no canonical form. From 2^53
// on, only numbers that canonical JSON writes with an exponent are left: those
// claim no more digits than a double holds.
func numberFault(written string) string {
	f, err := strconv.ParseFloat(written, 64)
	digits, _, _ := strings.Cut(strings.ToLower(written), "e")
	switch {
	case err != nil:
		return fmt.Sprintf("the number %.40s is too large", written)
	case f == 0 && strings.ContainsAny(digits, "123456789"):
		return fmt.Sprintf("the number %.40s is so small that it would become zero", written)
	case math.Abs(f) < 1<<53 || strings.TrimPrefix(written, "-") == largestInteger:
		return ""
	case math.Abs(f) < 1e21 || !strings.ContainsAny(written, ".eE"):
		return fmt.Sprintf("the whole number %.40s is beyond 2^53: write it as a string", written)
	}
	return ""
}

// explain turns an error of the JSON library into ours; nil stays nil.
func explain(err error) error {
	var syntax *jsontext.SyntacticError
	var meaning *json.SemanticError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return &Error{syntax.ByteOffset, string(syntax.JSONPointer), syntaxFault(syntax)}
	case errors.As(err, &meaning):
		return &Error{meaning.ByteOffset, string(meaning.JSONPointer), meaningFault(meaning)}
	}
	return err
}

func syntaxFault(e *jsontext.SyntacticError) string {
	switch {
	case errors.Is(e.Err, jsontext.ErrDuplicateName):
		return fmt.Sprintf("the member %.40q appears twice", e.JSONPointer.LastToken())
	case errors.Is(e.Err, io.ErrUnexpectedEOF):
		return "the text ends too early"
	}
	return e.Err.Error()
}

func meaningFault(e *json.SemanticError) string {
	switch {
	case errors.Is(e.Err, json.ErrUnknownName):
		return fmt.Sprintf("the member %.40q is not known here", e.JSONPointer.LastToken())
	case e.Err != nil:
		return e.Err.Error()
	case e.GoType != nil:
		return fmt.Sprintf("the value does not fit a %s", e.GoType)
	}
	return "the value does not fit"
}

// DecodeBase64 reads exactly n bytes of base64 (RFC 4648 section 4, padded) and
// refuses every other spelling of the same bytes, so that one changed character
// never goes unseen.
func DecodeBase64(s string, n int) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) != n || EncodeBase64(b) != s {
		return nil, fmt.Errorf("%.40q is not %d bytes in base64", s, n)
	}
	return b, nil
}

// EncodeBase64 is the one spelling that DecodeBase64 reads.
func EncodeBase64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
