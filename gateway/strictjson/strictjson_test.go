package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestWhatIsNotStrict(t *testing.T) {
	many := func(n int, name func(i int) string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%s:%d,", name(i), i)
		}
		return b.String()
	}
	number := func(i int) string { return fmt.Sprintf("%q", fmt.Sprint("n", i)) }
	for _, c := range []struct {
		text string
		want error
	}{
		{`{"a":1,"a":2}`, ErrTwice}, {`{"a":1,"\u0061":2}`, ErrTwice}, {`{"b":[{"a":1,"a":2}]}`, ErrTwice},
		{"{" + many(40, number) + `"n3":0}`, ErrTwice}, {"{" + many(40, number) + `"n39":0}`, ErrTwice}, {"{" + many(40, number) + `"\u006e2":0}`, ErrTwice},
		{`{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}],"A":0,"":1}`, nil}, {"{" + many(40, number) + `"x":0}`, nil},
		{strings.Repeat("[", Depth) + strings.Repeat("]", Depth), nil}, {strings.Repeat("[", Depth+1) + strings.Repeat("]", Depth+1), ErrDeep},
		{strings.Repeat(`{"a":`, Depth+1) + "1" + strings.Repeat("}", Depth+1), ErrDeep},
		{``, ErrShort}, {` `, ErrShort}, {`{`, ErrShort}, {`{"a"`, ErrShort}, {`{"a":`, ErrShort}, {`["`, ErrShort},
		{`[1,`, ErrShort}, {`tru`, ErrShort}, {`-`, ErrShort}, {`"\ud83d\u`, ErrShort},
		{`{} {}`, &SyntaxError{3}}, {`[1,]`, &SyntaxError{3}}, {`{"a":1,}`, &SyntaxError{7}}, {`{a:1}`, &SyntaxError{1}}, {`01`, &SyntaxError{1}}, {`1.`, ErrShort},
		{"\"a\x01\"", &SyntaxError{2}}, {"\"abcdefgh\xff\"", &SyntaxError{9}}, {`"\ud83d"`, &SyntaxError{7}}, {`"\udc00"`, &SyntaxError{1}}, {`"\x"`, &SyntaxError{1}},
		{`nil`, &SyntaxError{1}}, {"\xef\xbb\xbf{}", &SyntaxError{0}}, {`[1 2]`, &SyntaxError{3}}, {`{"a" 1}`, &SyntaxError{5}}, {"[1\v]", &SyntaxError{2}},
		{` [ 1e5 , -0.5E-7 , "\ud83d\ude00" , "ü€😀" , null , true , false , { } ] ` + "\n", nil},
	} {
		_, err := Check([]byte(c.text))
		var at *SyntaxError
		if want, ok := c.want.(*SyntaxError); ok {
			if !errors.As(err, &at) || *at != *want {
				t.Errorf("%.60q: %v, want %v", c.text, err, want)
			}
		} else if err != c.want {
			t.Errorf("%.60q: %v, want %v", c.text, err, c.want)
		}
	}
}

type member struct{ Name, Value string }

func members(t *testing.T, text []byte) (found []member, object bool) {
	whole, err := Check(text)
	if err != nil {
		t.Fatal(err)
	}
	object, err = Members(text, whole, func(name []byte, value Span) error {
		found = append(found, member{string(name), string(value.Of(text))})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, object
}

func TestMembersAreShownInOrder(t *testing.T) {
	text := []byte(` { "a" : {"b":[1,{"}":"]"}]} ,"c\"d":-1.5e3,"e":"\\", "":null ,"f":[ ],"g":{},"h":true } `)
	got, object := members(t, text)
	want := []member{{"a", `{"b":[1,{"}":"]"}]}`}, {`c"d`, "-1.5e3"}, {"e", `"\\"`}, {"", "null"}, {"f", "[ ]"}, {"g", "{}"}, {"h", "true"}}
	if diff := cmp.Diff(want, got); diff != "" || !object {
		t.Errorf("want- got+\n%s", diff)
	}
	if found, object := members(t, []byte(`[{"a":1}]`)); object || found != nil {
		t.Errorf("an array has the members %v", found)
	}
	stop := errors.New("enough")
	if _, err := Members(text, Span{1, len(text) - 1}, func([]byte, Span) error { return stop }); err != stop {
		t.Errorf("it goes on with %v", err)
	}
}

func TestElementsTextsAndKinds(t *testing.T) {
	text := []byte(` [ "a\u0062" , -1,[2 ,"]"],{"]":0},true,null, "" ] `)
	whole, err := Check(text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	array, err := Elements(text, whole, func(v Span) error {
		plain, is := Text(text, v)
		got = append(got, fmt.Sprintf("%c %s %t %s", v.Kind(text), v.Of(text), is, plain))
		return nil
	})
	want := []string{`" "a\u0062" true ab`, `0 -1 false `, `[ [2 ,"]"] false `, `{ {"]":0} false `, `t true false `, `n null false `, `" "" true `}
	if diff := cmp.Diff(want, got); diff != "" || !array || err != nil {
		t.Errorf("%t, %v, want- got+\n%s", array, err, diff)
	}
	if array, err := Elements([]byte(`{}`), Span{0, 2}, nil); array || err != nil {
		t.Errorf("an object is an array: %t, %v", array, err)
	}
}

func TestEditsLeaveEveryOtherByte(t *testing.T) {
	text := []byte(`{"a": 1, "b": 2}`)
	for _, c := range []struct {
		edits []Edit
		want  string
	}{
		{nil, `{"a": 1, "b": 2}`}, {[]Edit{{}}, `{"a": 1, "b": 2}`},
		{[]Edit{{Span{14, 15}, "[]"}, {Span{6, 7}, ""}}, `{"a": , "b": []}`}, {[]Edit{{}, {Span{15, 15}, `,"c":3`}}, `{"a": 1, "b": 2,"c":3}`},
	} {
		if got := Apply(text, c.edits...); string(got) != c.want {
			t.Errorf("%v: %s, want %s", c.edits, got, c.want)
		}
	}
}

// FuzzCheck holds the reader to another one: both take the same texts, and find the same members.
func FuzzCheck(f *testing.F) {
	for _, text := range []string{`{"model":"m","stream":true,"messages":[{"role":"user","content":"Grüße \ud83d\ude00"}]}`, `{"a":1,"a":2}`, `[1e5,-0,0.5]`, `"\ud800"`, "\"\xc3\"",
		`{"a":{"b":{"c":[[[]]]}},"\u0061":1}`, " \t{}\r\n", `{"0":0,"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"10":0,"11":0,"12":0,"13":0,"1":0}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_, err := Check(text)
		if want := theirs(text); (err == nil) != want {
			t.Fatalf("%q: %v, and the other reader takes it: %v", text, err, want)
		}
		if err != nil || bytes.TrimLeft(text, " \t\r\n")[0] != '{' {
			return
		}
		got, _ := members(t, text)
		if diff := cmp.Diff(theirMembers(t, text), got); diff != "" {
			t.Fatalf("%q: want- got+\n%s", text, diff)
		}
	})
}

// theirs reports whether jsontext, too, takes a text that is nested no deeper.
func theirs(text []byte) bool {
	dec := jsontext.NewDecoder(bytes.NewBuffer(text))
	for {
		_, err := dec.ReadToken()
		if err != nil || dec.StackDepth() > Depth {
			return false
		}
		if dec.StackDepth() == 0 {
			_, err = dec.ReadToken()
			return err == io.EOF
		}
	}
}

func theirMembers(t *testing.T, text []byte) (found []member) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(text))
	if _, err := dec.ReadToken(); err != nil {
		t.Fatal(err)
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			t.Fatal(err)
		}
		plain := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, member{plain, string(value)})
	}
	return found
}

// BenchmarkCheck reads a request of 8 KiB, as jsontext does for comparison.
func BenchmarkCheck(b *testing.B) {
	text := []byte(`{"model":"calluna-extract-1","stream":true,"messages":[{"role":"user","content":"` + strings.Repeat("tide table ", 740) + `"}]}`)
	b.Run("strictjson", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Check(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("jsontext", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if !theirs(text) {
				b.Fatal("refused")
			}
		}
	})
}
