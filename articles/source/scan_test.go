package source_test

import (
	"bytes"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/rules"
	"entente/articles/source"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// Hostile files end in a few clear findings, quickly. The bound is generous for slow machines; the
// parser alone would need minutes, or more stack than there is.
func TestHostileFiles(t *testing.T) {
	rep := strings.Repeat
	var nested, bomb strings.Builder
	for i := range 1000 {
		nested.WriteString(rep(" ", i) + "a:\n")
	}
	bomb.WriteString("a: &a [x,x,x,x,x,x,x,x,x]\n")
	for c := 'b'; c <= 'z'; c++ {
		bomb.WriteString(string(c) + ": &" + string(c) + " [" + rep("*"+string(c-1)+",", 9) + "]\n")
	}
	for name, c := range map[string]struct{ file, rule string }{
		"1 MB of [":                   {rep("[", 1<<20), "too-deep"},
		"1 MB of {a: ":                {rep("{a: ", 1<<18), "too-deep"},
		"1 MB of - on one line":       {rep("- ", 1<<19), "too-deep"},
		"1 MB of ? on one line":       {rep("? ", 1<<19), "yaml-feature"},
		"1 MB of keys on one line":    {rep("a: ", 1<<18), "too-deep"},
		"a thousand levels":           {nested.String(), "too-deep"},
		"brackets below keys":         {"a:\n b:\n  c: " + rep("[", 1000), "too-deep"},
		"an alias bomb":               {bomb.String(), "yaml-feature"},
		"100,000 anchors":             {rep("- &a b\n", 100_000), "yaml-feature"},
		"100,000 keys":                {rep("k: v\n", 100_000), "too-deep"},
		"100,000 unknown sections":    {rep("{", 1) + rep("k: v, ", 100_000) + "}", "unknown-key"},
		"100,000 keys with comments":  {rep("a: # b\n # c\n", 80_000), "too-deep"},
		"100,000 rows":                {"edition: x\nscope:\n  components:\n" + rep("    - {}\n", 80_000), "missing"},
		"100,000 rows of nothing":     {"edition: x\nscope:\n  components:\n" + rep("    -\n", 80_000), "missing"},
		"100,000 words":               {"agreement:\n  calendar:\n    weekend: [" + rep("x, ", 100_000) + "]", "unknown-choice"},
		"1 MB of one word":            {rep("a", 1<<20), "wrong-kind"},
		"a text of 1 MB":              {"parties: " + rep("a", 1<<19), "wrong-kind"},
		"1 MB of spaces":              {rep(" ", 1<<20), "missing"},
		"1 MB of tabs":                {rep("\t", 1<<20), "missing"},
		"1 MB of line ends":           {rep("\r\n", 1<<19), "missing"},
		"nothing":                     {"", "missing"},
		"only a comment":              {"# hello\n", "missing"},
		"100,000 documents":           {rep("a\n---\n", 100_000), "several-documents"},
		"100,000 tags":                {rep("!!str ", 100_000), "yaml-feature"},
		"a quote that is not closed":  {"edition: \"" + rep("a\n", 1<<18), "not-yaml"},
		"a list":                      {"- a\n", "wrong-kind"},
		"a merge key":                 {"<<: {edition: x}\n", "yaml-feature"},
		"a directive":                 {"%YAML 1.2\n---\nedition: x\n", "yaml-feature"},
		"NUL":                         {"edition: \x00\n", "control-character"},
		"DEL":                         {"edition: \x7f\n", "control-character"},
		"half of a character":         {"edition: \xe9t\xe9\n", "not-utf8"},
		"a surrogate":                 {"edition: \xed\xa0\x80\n", "not-utf8"},
		"more than a megabyte":        {rep("# comment\n", 1<<17), "too-large"},
		"a hundred megabytes":         {rep("a", 100<<20), "too-large"},
		"tabs for indentation":        {"agreement:\n\tnumber: x\n", "not-yaml"},
		"a tab before a key":          {"\tedition: x\n", "not-yaml"},
		"a reversed comment":          {"edition: x # \u202eabc\n", "invisible-characters"},
		"a byte order mark inside":    {"edition: \ufeffx\n", "invisible-characters"},
		"a line separator":            {"edition: x\u2028y\n", "invisible-characters"},
		"an escaped reversal":         {"agreement: {number: \"a\\u202Eb\"}\n", "invisible-characters"},
		"an escaped NUL":              {"agreement: {number: \"a\\0b\"}\n", "invisible-characters"},
		"an escaped half of a letter": {"agreement: {number: \"a\\xE9b\"}\n", ""},
		"a flow that is not closed":   {"edition: [a\n", "not-yaml"},
		"text over lines":             {"edition: a\n  b # c\n", "ambiguous-text"},
		"a value below its key":       {"edition:\na\n", "ambiguous-text"},
		"a row below its hyphen":      {"a:\n  -\n  b\n", "ambiguous-text"},
		"a text after a fold":         {"edition: >+x\n  y\n", "not-yaml"},
		"a text after a bar":          {"edition: |--\nparties: x\n", "not-yaml"},
		"a key below its hyphen":      {"scope:\n  components:\n  -\nterm: {}\n", "ambiguous-text"},
		"a text that begins with ,":   {"edition: , a\n", "ambiguous-text"},
		"a lone question mark":        {"edition: ?\n", "ambiguous-text"},
		"a complex key":               {"? [a]\n: b\n", "yaml-feature"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			f, found := source.Read("x.yaml", []byte(c.file))
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("reading took %v", took)
			}
			if c.rule != "" && !articlestest.Names(found, c.rule) {
				t.Errorf("want the rule %s, found:\n%.2000s", c.rule, articlestest.Printed(found))
			}
			if len(found) > 500 {
				t.Errorf("%d findings are too many to read", len(found))
			}
			for _, l := range f.Lines(found) {
				if len(l.String()) > 1500 || strings.Count(l.String(), "\n") > 1 {
					t.Errorf("not one clear line: %.300q", l)
				}
			}
			f.Check()
		})
	}
}

// A stream is read no further than the bound.
func TestReadFileStops(t *testing.T) {
	endless := &counter{}
	_, found, err := source.ReadFrom(endless, "endless.yaml")
	if err != nil || !articlestest.Names(found, "too-large") {
		t.Errorf("got %v, %v", found, err)
	}
	if endless.n > 2*source.MaxBytes {
		t.Errorf("%d bytes were read", endless.n)
	}
	broken := errors.New("the disk is broken")
	if _, _, err := source.ReadFrom(io.MultiReader(strings.NewReader("edition: x"), &failing{broken}), "x.yaml"); !errors.Is(err, broken) {
		t.Errorf("a failing read gives %v", err)
	}
}

type counter struct{ n int }

func (c *counter) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	c.n += len(b)
	return len(b), nil
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// The bytes of other systems mean the same: CRLF, CR and a byte order mark change no term and no line.
func TestLineEndsAndByteOrderMark(t *testing.T) {
	written := draft.Write(draft.Example(articlestest.Day))
	want, _ := source.Read("x.yaml", written)
	for name, file := range map[string][]byte{
		"CRLF": bytes.ReplaceAll(written, []byte("\n"), []byte("\r\n")),
		"CR":   bytes.ReplaceAll(written, []byte("\n"), []byte("\r")),
		"BOM":  append([]byte("\uFEFF"), written...),
	} {
		f, found := source.Read("x.yaml", file)
		if len(found) > 0 {
			t.Errorf("%s: %s", name, articlestest.Printed(found))
		}
		for path, at := range want.Places() {
			if f.Places()[path] != at {
				t.Fatalf("%s: %s is at %v, not at %v", name, path, f.Places()[path], at)
			}
		}
	}
}

// Joiners are letters in the scripts that need them, and hidden elsewhere.
func TestInvisible(t *testing.T) {
	for s, want := range map[string]bool{
		"می\u200cخواهم": false, "क्\u200dष": false, "Calluna\u200dText": true, "a\u200b": true, "\u00ad": true, "\u202e": true, "\u2066": true,
		"\u00a0": false, "é": false, "中文": false, "🎉": false, "a\tb\n": false, "\x1b[31m": true, "\u0085": true, "\u3164": true, "\U000e0041": true,
	} {
		if got := source.Fillable(s) != nil; got != want {
			t.Errorf("%q is hidden: %v, want %v", s, got, want)
		}
	}
}

// Whatever the bytes are, reading does not panic, ends in findings or in terms, and every finding
// stands in the file.
func FuzzRead(f *testing.F) {
	f.Add([]byte("edition: entente/2026-11\nagreement:\n  number: CT-1\n  dated: 2026-11-23\n  time_zone: Europe/Berlin\n  calendar: {weekend: [saturday]}\n  currency: EUR\n")) // whole examples are too long to be varied well
	f.Add([]byte("edition: entente/2026-11\ncommerce:\n  revenue:\n    shares:\n      - {component: a, base: net, a: 80%, b: 20%}\n    referral: {flat: EUR 5.00, clawback: P12M}\n"))
	for _, r := range rules.All() {
		f.Add([]byte(r.Refused))
		f.Add(articlestest.Bytes(r.Refused))
	}
	for _, s := range []string{"", "a", "- - -", "? ?", "{[", "a: |\n  x", "a: >-\n\n", "\"", "'", "#", "a: !b c", "%", "&a *a", "---\n...\n", "a: \"\\u", "\r\r\n", "{a: , b}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file, found := source.Read("fuzz.yaml", b)
		lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(string(bytes.TrimPrefix(b, []byte("\uFEFF"))), "\r\n", "\n"), "\r", "\n"), "\n")
		for _, one := range append(found, file.Check()...) {
			if one.Line < 1 || one.Line > len(lines) || one.Column < 1 || one.Column > len([]rune(lines[one.Line-1]))+2 {
				t.Errorf("%d:%d is not in the file: %v", one.Line, one.Column, one)
			}
			if one.Severity == "" || one.Clause == "" || one.Message == "" {
				t.Errorf("the finding is not complete: %+v", one)
			}
		}
		if len(found) == 0 {
			again, more := source.Read("again.yaml", draft.Write(file.Agreement))
			if len(more) > 0 || again.Agreement.Agreement.Number != file.Agreement.Agreement.Number {
				t.Errorf("what was read without a finding is not written so: %s", articlestest.Printed(more))
			}
		}
	})
}
