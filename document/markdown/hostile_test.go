package markdown

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/document"
	"entente/document/documenttest"
)

var benign = documenttest.Shaped(func() string { return "x" })

// Whatever the parties write, what is left of the Markdown without its escapes is that of harmless text.
func TestTextNeverBecomesMarkdown(t *testing.T) {
	want := skeleton(Of(benign))
	rapid.Check(t, func(t *rapid.T) {
		d := documenttest.Shaped(func() string { return documenttest.Filled().Draw(t, "text") })
		if diff := cmp.Diff(want, skeleton(Of(d))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Nothing unseen gets into the text, and it is UTF-8.
func TestNothingIsUnseen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := documenttest.Shaped(func() string { return documenttest.Nasty().Draw(t, "text") })
		text := Of(d)
		if !utf8.Valid(text) {
			t.Fatal("not UTF-8")
		}
		for _, r := range string(text) {
			if r != '\n' && document.Unseen(r) {
				t.Fatalf("%U is in it", r)
			}
		}
	})
}

// skeleton is each line's markup: how it opens, and every unescaped special character after that.
func skeleton(md []byte) []string {
	opens := regexp.MustCompile(`^ *(#+ |(> |[-*+] |\d+[.)] |#+ |=+)*(\[[ x]\]|\([ x]\)|\([a-z]+\))?)`)
	escapes := regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")
	special := regexp.MustCompile("[\\\\`*_{}\\[\\]<>|~#$@]|&[#A-Za-z]|://|(?i:www\\.)")
	var out []string
	for l := range strings.SplitSeq(string(md), "\n") {
		l = escapes.ReplaceAllString(l, "…")
		open := opens.FindString(l)
		out = append(out, open+" "+strings.Join(special.FindAllString(l[len(open):], -1), ""))
	}
	return out
}
