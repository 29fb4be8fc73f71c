package format

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const berth = `{"type":"object","required":["ship"],"additionalProperties":false,"properties":{"ship":{"type":"string","maxLength":10},"length":{"$ref":"#/$defs/metres"},
	"tags":{"type":"array","items":{"enum":["a/b","c"]}}},"$defs":{"metres":{"type":"number","exclusiveMinimum":0}}}`

func TestCheck(t *testing.T) {
	s, err := Read([]byte(berth))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		want *Violation
	}{
		{`{"ship":"Ann","length":12.5,"tags":["c"]}`, nil},
		{` {"ship":"Ann"} `, nil},
		{`{"length":1}`, &Violation{"", "missing property 'ship'"}},
		{`{"ship":7}`, &Violation{"/ship", "got number, want string"}},
		{`{"ship":"Ann","length":0}`, &Violation{"/length", "exclusiveMinimum: got 0, want 0"}},
		{`{"ship":"Ann","tags":["c","x"]}`, &Violation{"/tags/1", "value must be one of 'a/b', 'c'"}},
		{`{"ship":"Ann","ship":"Bo"}`, &Violation{"", "it is not strict JSON in UTF-8"}},
		{"{\"ship\":\"\xff\"}", &Violation{"", "it is not strict JSON in UTF-8"}},
		{`{"ship":"Ann"} {}`, &Violation{"", "it is not strict JSON in UTF-8"}},
		{``, &Violation{"", "it is not strict JSON in UTF-8"}},
		{strings.Repeat("[", 20_000), &Violation{"", "it is not strict JSON in UTF-8"}},
	} {
		if diff := cmp.Diff(c.want, s.Check([]byte(c.text))); diff != "" {
			t.Errorf("%.40s: %s", c.text, diff)
		}
	}
	if v := Nothing.Check([]byte(`{}`)); v == nil {
		t.Error("an attachment that cannot be read lets something pass")
	}
}

func TestSchemasThatCannotBeUsed(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "a list": "[]", "an unknown type": `{"type":"strin"}`, "a remote reference": `{"$ref":"https://elsewhere.example/x.json"}`, "a file": `{"$ref":"file:///etc/passwd"}`,
		"another attachment": `{"$ref":"other.json"}`, "a reference to nothing": `{"$ref":"#/$defs/x"}`, "a name twice": `{"type":"object","type":"array"}`, "too large": strings.Repeat(" ", MaxSchema+1), "another dialect": `{"$schema":"https://elsewhere.example/schema"}`,
		"a bad pattern": `{"pattern":"("}`,
	} {
		if s, err := Read([]byte(text)); !errors.Is(err, ErrSchema) {
			t.Errorf("%s: read as %v, error %v", name, s, err)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(berth), []byte(`{"ship":"Ann"}`))
	f.Add([]byte(`{"$ref":"#"}`), []byte(`1`))
	f.Fuzz(func(t *testing.T, schema, text []byte) {
		s, err := Read(schema)
		if err != nil {
			if !errors.Is(err, ErrSchema) {
				t.Fatal(err)
			}
			return
		}
		if v := s.Check(text); v != nil && v.Why == "" {
			t.Fatalf("%q is refused without a reason", text)
		}
	})
}
