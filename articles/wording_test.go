package articles_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/source"
	"entente/document"
	"entente/document/markdown"
)

var update = flag.Bool("update", false, "write the golden wording anew; read what changed")

const goldenWording = "testdata/wording"

// The wording as people read it: the example, everything ticked, almost nothing, and what each exclusive
// choice changes. Whoever changes the wording reads the difference.
func TestTheWordingIsGolden(t *testing.T) {
	example := draft.Example(articlestest.Day)
	golden(t, "example", markdown.Of(example.Complete().Wording()))
	golden(t, "everything", markdown.Of(everything().Complete().Wording()))
	golden(t, "little", markdown.Of(little().Complete().Wording()))
	golden(t, "marketing", markdown.Of(marketing().Complete().Wording()))
	var all bytes.Buffer
	before := example.Complete().Wording()
	for _, v := range choices() {
		if !whole[v.Name] {
			all.Write(markdown.Of(changed(v.Name, before, v.Text.Complete().Wording())))
		}
	}
	golden(t, "choices", all.Bytes())
	golden(t, "house", markdown.Of(changed("in words of the parties’ own", before, housed().Text.Complete().Wording())))
}

// housed is the example with clauses in words of the parties' own.
func housed() articlestest.Variant {
	b, err := os.ReadFile(filepath.Join(goldenWording, "house.yaml"))
	if err != nil {
		panic(err)
	}
	a := draft.Example(articlestest.Day)
	f, found := source.Read("house.yaml", append(draft.Write(a), b...))
	if found = append(found, f.Check()...); source.Count(found, agreement.Error) > 0 {
		panic(articlestest.Printed(found))
	}
	return articlestest.Variant{Name: "in words of the parties' own", Text: f.Agreement}
}

// whole are the choices that are no change of the example.
var whole = map[string]bool{"everything ticked": true, "almost nothing ticked": true, "nothing ticked": true, "the usual terms": true, "joint marketing only": true, "data without components": true}

// little is an agreement of which little more could be left out.
func little() articles.Agreement {
	b, err := os.ReadFile(filepath.Join(goldenWording, "little.yaml"))
	if err != nil {
		panic(err)
	}
	f, _ := source.Read("little.yaml", b)
	for _, l := range f.Lines(f.Check()) {
		if l.Severity == agreement.Error {
			panic(l.String())
		}
	}
	return f.Agreement
}

// changed is a document of those clauses of another that differ from the same clauses of a first.
func changed(title string, before, after document.Document) document.Document {
	out := document.Document{Title: title}
	for _, s := range after.Sections {
		s.Clauses = slices.DeleteFunc(slices.Clone(s.Clauses), func(c document.Clause) bool {
			return slices.ContainsFunc(before.Sections, func(b document.Section) bool {
				return b.Label == s.Label && slices.ContainsFunc(b.Clauses, func(was document.Clause) bool { return reflect.DeepEqual(was, c) })
			})
		})
		if len(s.Clauses) > 0 {
			out.Sections = append(out.Sections, s)
		}
	}
	return out
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join(goldenWording, name+".md")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s reads otherwise; run with -update and read what changed:\n%s", path, diff)
	}
}
