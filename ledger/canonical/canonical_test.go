package canonical_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/ledger/canonical"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
	"entente/tests/outside"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCanonicalPublishedVectors(t *testing.T) {
	for _, name := range []string{"arrays", "french", "structures", "unicode", "values", "weird"} {
		in, out := outside.Vectors(t, "jcs/input/"+name+".json"), outside.Vectors(t, "jcs/output/"+name+".json")
		if in == nil || out == nil {
			return
		}
		got, err := canonical.JSON(in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(string(bytes.TrimSpace(out)), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ name, given, then string }{
		{"members are sorted by UTF-16 code units", `{"\ufb33":1,"\ud83d\ude00":2,"a":3}`, "{\"a\":3,\"\U0001F600\":2,\"\ufb33\":1}"},
		{"white space goes", " [ 1 , 2 ]\n", `[1,2]`},
		{"escapes become shortest", `"\u0041\u000a\/\u001f"`, `"A\n/\u001f"`},
		{"minus zero is zero", `-0`, `0`},
		{"2^53 is the last whole number", `[9007199254740992,-9007199254740992]`, `[9007199254740992,-9007199254740992]`},
		{"large numbers with an exponent stay", `1e21`, `1e+21`},
		{"fractions are rounded to doubles", `0.1000000000000000055`, `0.1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := canonical.JSON([]byte(c.given))
			if err != nil || string(got) != c.then {
				t.Errorf("got %s, %v; want %s", got, err, c.then)
			}
		})
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for _, c := range []struct{ name, given, says string }{
		{"a member named twice", `{"a":{"b":1,"b":2}}`, `/a/b (byte 12): the member "b" appears twice`},
		{"a member named twice by an escape", `{"a":1,"\u0061":2}`, "appears twice"},
		{"text that is not UTF-8", "[\"\xff\"]", "invalid UTF-8"},
		{"an overlong encoding", "\"\xc0\x80\"", "invalid UTF-8"},
		{"a lone high surrogate", `"\ud800"`, "surrogate"},
		{"a lone low surrogate", `"\udc00x"`, "surrogate"},
		{"a second value", `{} {}`, "something follows"},
		{"trailing letters", `{}x`, "byte 2"},
		{"nothing", " \n", "no value"},
		{"an early end", `{"a":`, "ends too early"},
		{"a byte order mark", "\ufeff{}", "byte 0"},
		{"a control character", "\"a\nb\"", "byte 2"},
		{"2^53+1", `{"n":[9007199254740993]}`, "/n/0 (byte 22): the whole number 9007199254740993 is beyond 2^53"},
		{"2^53+1 with a fraction", `9007199254740993.0`, "beyond 2^53"},
		{"a whole number that an exponent hides", `1e17`, "beyond 2^53"},
		{"a long whole number", "1" + strings.Repeat("0", 400), "too large"},
		{"a whole number of 30 digits", "1" + strings.Repeat("0", 29), "beyond 2^53"},
		{"a number that becomes infinite", `1E400`, "the number 1E400 is too large"},
		{"a number that becomes zero", `1e-400`, "would become zero"},
		{"NaN", `NaN`, "byte 0"},
		{"nesting of 65", strings.Repeat("[", 65) + strings.Repeat("]", 65), "more than 64 deep"},
		{"endless nesting", strings.Repeat(`{"a":`, 100_000), "more than 64 deep"},
		{"too much", `"` + strings.Repeat("x", canonical.MaxBytes) + `"`, "longer than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := canonical.JSON([]byte(c.given))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %.40s, %v; want an error with %q", got, err, c.says)
			}
		})
	}
	if _, err := canonical.JSON([]byte(strings.Repeat("[", 64) + strings.Repeat("]", 64))); err != nil {
		t.Errorf("nesting of 64 is allowed: %v", err)
	}
}

type wire struct {
	Name  string            `json:"name"`
	Note  string            `json:"note,omitempty"`
	Count int               `json:"count,omitempty"`
	Sum   seal.Digest       `json:"sum"`
	List  []string          `json:"list"`
	Map   map[string]string `json:"map,omitempty"`
	At    time.Time         `json:"at"`
	Raw   json.RawMessage   `json:"raw,omitempty"`
	Bytes []byte            `json:"bytes,omitempty"`
	Arr   [2]byte           `json:"arr"`
	skip  int
	None  *int `json:"none"`
	Skip  int  `json:"-"`
	wireInner
}

type wireInner struct {
	Inner int `json:"inner"`
}

// What our types mean to encoding/json they mean to Marshal, in canonical form.
func TestMarshalMeansWhatEncodingJSONMeans(t *testing.T) {
	v := wire{Name: "x<y> \u2028", Sum: seal.Sum(nil), At: time.Unix(1, 5), Raw: json.RawMessage(`{"b":1, "a":2}`), Bytes: []byte{1}, skip: 1, Skip: 2}
	std, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	want, err := canonical.JSON(std)
	if err != nil {
		t.Fatal(err)
	}
	got, err := canonical.Marshal(v)
	if diff := cmp.Diff(string(want), string(got)); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	var back wire
	if err := canonical.Decode(got, &back); err != nil {
		t.Error(err)
	}
}

func TestMarshalRefuses(t *testing.T) {
	for name, v := range map[string]any{
		"text that is not UTF-8":  map[string]string{"a": "\xff"},
		"names that are not":      map[string]int{"\xff": 1},
		"a number beyond 2^53":    map[string]int64{"n": 1<<53 + 1},
		"infinity":                math.Inf(1),
		"raw text that is broken": json.RawMessage(`{"a":1,"a":2}`),
		"a channel":               make(chan int),
		"a missing digest":        wire{},
	} {
		if b, err := canonical.Marshal(v); err == nil {
			t.Errorf("%s: got %s", name, b)
		}
	}
}

func TestDecodeIsStrict(t *testing.T) {
	type inner struct {
		Known int `json:"known"`
	}
	type outer struct {
		In   inner  `json:"in"`
		Pair [2]int `json:"pair"`
	}
	for _, c := range []struct{ given, says string }{
		{`{"in":{"unknown":1}}`, `JSON at /in/unknown (byte 7): the member "unknown" is not known here`},
		{`{"In":{}}`, `"In" is not known`},
		{`{"in":{"known":1,"known":1}}`, "appears twice"},
		{`{"in":{"known":"1"}}`, "/in/known"},
		{`{"in":{"known":1.5}}`, "/in/known"},
		{`{"pair":[1,2,3]}`, "/pair"},
		{`{"in":{}} null`, "something follows"},
		{`{"in":{"known":9007199254740993}}`, "beyond 2^53"},
	} {
		if err := canonical.Decode([]byte(c.given), new(outer)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v; want an error with %q", c.given, err, c.says)
		}
	}
}

// spell writes a value in one of its many spellings.
func spell(t *rapid.T, b *bytes.Buffer, v any) {
	space := rapid.SampledFrom([]string{"", " ", "\n\t"}).Draw(t, "space")
	b.WriteString(space)
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			b.WriteByte("[,"[min(i, 1)])
			spell(t, b, e)
		}
		if len(v) == 0 {
			b.WriteByte('[')
		}
		b.WriteString(space + "]")
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		names = rapid.Permutation(slices.Sorted(slices.Values(names))).Draw(t, "order")
		b.WriteByte('{')
		for i, name := range names {
			if i > 0 {
				b.WriteByte(',')
			}
			escaped, _ := json.Marshal(name)
			b.Write(escaped)
			b.WriteByte(':')
			spell(t, b, v[name])
		}
		b.WriteString(space + "}")
	default:
		text, _ := json.Marshal(v)
		b.Write(text)
	}
}

// Every spelling of a value has the same canonical form, and that form is its own.
func TestCanonicalIsOneForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := ledgertest.Value(3).Draw(t, "value")
		want, err := canonical.Marshal(v)
		if err != nil {
			t.Fatalf("marshalling: %v", err)
		}
		var b bytes.Buffer
		spell(t, &b, v)
		got, err := canonical.JSON(b.Bytes())
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%s\nbecame %s, %v\nand not %s", b.Bytes(), got, err, want)
		}
		again, err := canonical.JSON(got)
		if err != nil || !bytes.Equal(again, got) {
			t.Fatalf("the canonical form %s became %s, %v", got, again, err)
		}
	})
}

func ExampleJSON() {
	b, _ := canonical.JSON([]byte(`{"to": "lumen", "amount": "1500.00", "days": 3e1}`))
	fmt.Println(string(b))
	_, err := canonical.JSON([]byte(`{"amount": {"usd": 1, "usd": 2}}`))
	fmt.Println(err)
	// Output:
	// {"amount":"1500.00","days":30,"to":"lumen"}
	// JSON at /amount/usd (byte 22): the member "usd" appears twice
}
