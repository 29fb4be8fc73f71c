package incoming_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/articles/draft"
	"entente/calendar"
	"entente/document"
	"entente/document/documenttest"
	"entente/document/docx"
	"entente/document/incoming"
	"entente/document/redline"
)

func docxOf(t rapid.TB, d document.Document, source []byte) []byte {
	var b bytes.Buffer
	if err := docx.Write(&b, d, time.Time{}, source); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func partOf(t rapid.TB, file []byte, name string) []byte {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What is written is read: every text in order, the source, and the document's fingerprint.
func TestACopyHasWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { same(t, documenttest.Documents().Draw(t, "document")) })
	same(t, documenttest.Sample())
	same(t, draft.Example(calendar.Date{Year: 2026, Month: 11, Day: 1}).Draft())
}

func same(t rapid.TB, d document.Document) {
	c, err := incoming.Read(docxOf(t, d, []byte("source")))
	if err != nil {
		t.Fatal(err)
	}
	if string(c.Source) != "source" || c.Wording != docx.Fingerprint(d) {
		t.Fatalf("the source is %q and the fingerprint %q", c.Source, c.Wording)
	}
	var all []string
	for _, l := range c.Lines {
		if !l.Contents {
			all = append(all, strings.Join(l.Cells, ""))
		}
		if l.Gone || len(l.By)+len(l.Oddities) > 0 {
			t.Fatalf("nobody has edited %+v", l)
		}
	}
	rest := squeeze(strings.Join(all, ""))
	for _, l := range redline.Of(d).Lines {
		mark := ""
		if l.Kind == redline.Option {
			mark = map[string]string{"[x]": "☒", "[ ]": "☐", "(x)": "◉", "( )": "○"}[l.Mark()]
		}
		for _, cell := range l.Cells {
			text := mark
			for _, s := range cell {
				text += s.Text
			}
			_, after, found := strings.Cut(rest, squeeze(text))
			if !found {
				t.Fatalf("%q is lost", text)
			}
			rest = after
		}
	}
}

// squeeze is text without its spaces.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
