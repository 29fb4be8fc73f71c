package html

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/document"
	"entente/document/documenttest"
)

var benign = documenttest.Shaped(func() string { return "x" })

// Whatever the parties write, the tags and attributes of the HTML are those of harmless text.
func TestTextNeverBecomesHTML(t *testing.T) {
	want := tagsOf(t, benign)
	rapid.Check(t, func(t *rapid.T) {
		d := documenttest.Shaped(func() string { return documenttest.Filled().Draw(t, "text") })
		if diff := cmp.Diff(want, tagsOf(t, d)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Nothing unseen gets into the page, and it is UTF-8.
func TestNothingIsUnseen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := documenttest.Shaped(func() string { return documenttest.Nasty().Draw(t, "text") })
		var page bytes.Buffer
		if err := Write(&page, d); err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(page.Bytes()) {
			t.Fatal("not UTF-8")
		}
		for _, r := range html.UnescapeString(page.String()) {
			if r != '\n' && document.Unseen(r) {
				t.Fatalf("%U is in it", r)
			}
		}
	})
}

// tagsOf are the tags of the document's HTML with their attributes' names, without line breaks.
func tagsOf(t rapid.TB, d document.Document) []string {
	var b bytes.Buffer
	if err := Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(tags(t, b.String()), func(tag string) bool { return tag == "br" })
}

// tags reads HTML as a browser's tokenizer does, as far as our own pages need it: anything odd fails.
func tags(t rapid.TB, page string) []string {
	tag := regexp.MustCompile(`^<(/?[a-z][a-z0-9]*|!DOCTYPE)((?: [a-z-]+(?:="[^"]*")?)*)>`)
	attribute := regexp.MustCompile(` ([a-z-]+)(?:="[^"]*")?`)
	var out []string
	for {
		i := strings.IndexByte(page, '<')
		if i < 0 {
			return out
		}
		page = page[i:]
		m := tag.FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("not our markup: %.80q", page)
		}
		page = page[len(m[0]):]
		name := m[1]
		for _, a := range attribute.FindAllStringSubmatch(m[2], -1) {
			name += " " + a[1]
		}
		out = append(out, name)
		if m[1] == "style" || m[1] == "title" {
			end := strings.Index(page, "</"+m[1])
			if end < 0 || m[1] == "title" && strings.Contains(page[:end], "<") {
				t.Fatalf("%s does not end well", m[1])
			}
			page = page[end:]
		}
	}
}
