package ledger_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func goodEntry() ledger.Entry {
	return ledger.Entry{Agreement: ledgertest.Agreement, Clause: "2.2", Type: "integration.milestone_completed/1",
		Time: time.Date(2026, 3, 1, 9, 0, 0, 123_456_789, time.FixedZone("", 3600)), Party: ledger.PartyA, Actor: "act_1",
		Custody: ledger.HeldByPerson, Key: "k1", Body: json.RawMessage(` {"milestone" : "launch", "a": 1} `)}
}

func TestSealedEntryOpensAsItWas(t *testing.T) {
	leaf, err := ledger.Seal(goodEntry(), ledgertest.Key("a"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledger.Open(leaf)
	if err != nil {
		t.Fatal(err)
	}
	want := goodEntry()
	want.V, want.Time, want.Body = 1, time.Date(2026, 3, 1, 8, 0, 0, 123_456_000, time.UTC), json.RawMessage(`{"a":1,"milestone":"launch"}`)
	if diff := cmp.Diff(want, s.Entry); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	const raw = `{"actor":"act_1","agreement":"agr_7f3k","body":{"a":1,"milestone":"launch"},"clause":"2.2","custody":"person","key":"k1","party":"a","time":"2026-03-01T08:00:00.123456Z","type":"integration.milestone_completed/1","v":1}`
	if diff := cmp.Diff(raw, string(s.Raw)); diff != "" {
		t.Errorf("the signed bytes (-want +got):\n%s", diff)
	}
	if !bytes.HasPrefix(leaf, []byte(`{"entry":`+raw+`,"key":"`+ledgertest.Key("a").Public().ID()+`","signature":"`)) {
		t.Errorf("the leaf is %s", leaf)
	}
	if err := s.Verify(ledgertest.Key("a").Public()); err != nil {
		t.Error(err)
	}
	if err := s.Verify(ledgertest.Key("b").Public()); err == nil || !strings.Contains(err.Error(), "names key") {
		t.Errorf("another key: %v", err)
	}
}

func TestSealRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ledger.Entry)
		says   string
	}{
		"another form":               {func(e *ledger.Entry) { e.V = 2 }, "version 2"},
		"no agreement":               {func(e *ledger.Entry) { e.Agreement = "" }, "agreement id"},
		"an agreement with a space":  {func(e *ledger.Entry) { e.Agreement = "a b" }, "agreement id"},
		"no clause":                  {func(e *ledger.Entry) { e.Clause = "" }, "names no clause"},
		"a type without a version":   {func(e *ledger.Entry) { e.Type = "integration.done" }, "is not written like"},
		"a type in capitals":         {func(e *ledger.Entry) { e.Type = "Integration.done/1" }, "is not written like"},
		"an unknown party":           {func(e *ledger.Entry) { e.Party = "c" }, "none of a, b and host"},
		"an unknown custody":         {func(e *ledger.Entry) { e.Custody = "" }, "none of node, person and party"},
		"no actor":                   {func(e *ledger.Entry) { e.Actor = "" }, "no actor"},
		"no time":                    {func(e *ledger.Entry) { e.Time = time.Time{} }, "the year 1 "},
		"a time too far away":        {func(e *ledger.Entry) { e.Time = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "the year 10000"},
		"no body":                    {func(e *ledger.Entry) { e.Body = nil }, "no value"},
		"a body that is no object":   {func(e *ledger.Entry) { e.Body = json.RawMessage(`[]`) }, "not a JSON object"},
		"a body with a name twice":   {func(e *ledger.Entry) { e.Body = json.RawMessage(`{"a":1,"a":1}`) }, "appears twice"},
		"a key with a line break":    {func(e *ledger.Entry) { e.Key = "a\nb" }, "the key "},
		"a key that is too long":     {func(e *ledger.Entry) { e.Key = strings.Repeat("x", 256) }, "the key "},
		"an actor that is not UTF-8": {func(e *ledger.Entry) { e.Actor = "\xff" }, "the actor "},
		"documents that are no list": {func(e *ledger.Entry) { e.Body = json.RawMessage(`{"documents":"x"}`) }, "/documents"},
		"a document without a digest": {func(e *ledger.Entry) {
			e.Body = json.RawMessage(`{"documents":[{"name":"x","media_type":"text/plain"}]}`)
		}, "document 1"},
		"a document with a bad one": {func(e *ledger.Entry) {
			e.Body = json.RawMessage(`{"documents":[{"name":"x","media_type":"text/plain","digest":"sha256:1"}]}`)
		}, "not a digest"},
		"too much": {func(e *ledger.Entry) {
			e.Body = json.RawMessage(`{"a":"` + strings.Repeat("x", ledger.MaxEntry) + `"}`)
		}, "may have 60000"},
	} {
		t.Run(name, func(t *testing.T) {
			e := goodEntry()
			c.change(&e)
			if leaf, err := ledger.Seal(e, ledgertest.Key("a")); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %.60s, %v; want an error with %q", leaf, err, c.says)
			}
		})
	}
	if _, err := ledger.Seal(goodEntry(), seal.PrivateKey{}); err == nil {
		t.Error("sealed without a key")
	}
}

func TestLargestEntryFitsATile(t *testing.T) {
	e := goodEntry()
	e.Body = json.RawMessage(`{"a":""}`)
	leaf, _ := ledger.Seal(e, ledgertest.Key("a"))
	s, _ := ledger.Open(leaf)
	e.Body = json.RawMessage(`{"a":"` + strings.Repeat("x", ledger.MaxEntry-len(s.Raw)) + `"}`)
	leaf, err := ledger.Seal(e, ledgertest.Key("a"))
	if err != nil || len(leaf) > ledger.MaxLeaf || ledger.MaxLeaf > 65535 {
		t.Fatalf("%d bytes, %v", len(leaf), err)
	}
	if _, err := ledger.Open(leaf); err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	leaf, err := ledger.Seal(goodEntry(), ledgertest.Key("a"))
	if err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) string {
		if !strings.Contains(string(leaf), old) {
			t.Fatalf("%s is not in the leaf", old)
		}
		return strings.Replace(string(leaf), old, new, 1)
	}
	for name, c := range map[string]struct{ given, says string }{
		"white space":              {replace(`,"signature":"`, `, "signature":"`), "not in canonical form"},
		"members in another order": {replace(`{"actor":"act_1","agreement":"agr_7f3k"`, `{"agreement":"agr_7f3k","actor":"act_1"`), "not in canonical form"},
		"an escape":                {replace(`"launch"`, `"la\u0075nch"`), "not in canonical form"},
		"a further member":         {replace(`"key":"k1"`, `"kay":"","key":"k1"`), `"kay" is not known`},
		"a member less":            {replace(`"clause":"2.2",`, ``), "has 10 members and this one 9"},
		"a time in another form":   {replace(`00.123456Z`, `00.1234560Z`), "is not written like"},
		"a time with an offset":    {replace(`00.123456Z`, `00.123456+00:00`), "is not written like"},
		"a time with a comma":      {replace(`00.123456Z`, `00,123456Z`), "is not written like"},
		"a day that is not":        {replace(`2026-03-01`, `2026-02-30`), "is not written like"},
		"a key id in capitals":     {replace(ledgertest.Key("a").Public().ID(), strings.ToUpper(ledgertest.Key("a").Public().ID())), "not a key id"},
		"a signature cut short":    {replace(`=="`, `="`), "not 64 bytes"},
		"nothing":                  {"", "no value"},
		"null":                     {"null", "not 64 bytes"},
		"too much":                 {strings.Repeat(" ", ledger.MaxLeaf+1), "may have"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ledger.Open([]byte(c.given)); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v; want an error with %q", err, c.says)
			}
		})
	}
}

// Whatever is sealed opens as it was, byte for byte, and verifies.
func TestSealedOpensTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := goodEntry()
		e.Actor = rapid.StringMatching(`[a-zäöü_ ]{1,20}`).Draw(t, "actor")
		e.Time = time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "time")).UTC()
		body, err := canonical.Marshal(map[string]any{"x": ledgertest.Value(3).Draw(t, "body")})
		if err != nil {
			t.Fatal(err)
		}
		e.Body, e.V = body, 1
		leaf, err := ledger.Seal(e, ledgertest.Key("a"))
		if err != nil {
			t.Fatal(err)
		}
		s, err := ledger.Open(leaf)
		if diff := cmp.Diff(e, s.Entry); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
		if err := s.Verify(ledgertest.Key("a").Public()); err != nil {
			t.Fatal(err)
		}
	})
}
