package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/document"
	"entente/document/documenttest"
	"entente/document/docx"
	"entente/document/redline"
)

var author = docx.Author{Name: `Róisín "the <pen>" Daly & Co`, At: time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)}

func docxOf(t rapid.TB, d document.Document, source []byte) []byte {
	var b bytes.Buffer
	if err := docx.Write(&b, d, author.At, source); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func redlineOf(t rapid.TB, r redline.Redline) []byte {
	var b bytes.Buffer
	if err := docx.WriteRedline(&b, r, author, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The same document has the same bytes; the time zone of the author does not matter.
func TestDOCXIsReproducible(t *testing.T) {
	var again bytes.Buffer
	if err := docx.Write(&again, documenttest.Sample(), author.At.In(time.FixedZone("", 7200)), []byte("x")); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(docxOf(t, documenttest.Sample(), []byte("x")), again.Bytes()) {
		t.Error("the bytes differ")
	}
}

// Whatever a document or a redline holds, every part of the package is XML in which names and ids are
// unique and links lead somewhere.
func TestDOCXIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, other := documenttest.Documents().Draw(t, "document"), documenttest.Documents().Draw(t, "other")
		sound(t, docxOf(t, d, []byte("source")))
		sound(t, redlineOf(t, redline.Compare(d, other)))
	})
	for name, d := range map[string]document.Document{
		"nothing":         {},
		"the sample":      documenttest.Sample(),
		"hostile strings": documenttest.Shaped(func() string { return strings.Join(documenttest.Poison, "") }),
		"many columns":    {Sections: []document.Section{{Clauses: []document.Clause{{Blocks: []document.Block{document.Grid(make([]document.Column, 80), [][]document.Text{document.Row("a"), document.Row("b")})}}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			sound(t, docxOf(t, d, nil))
			sound(t, redlineOf(t, redline.Compare(documenttest.Sample(), d)))
		})
	}
}

func sound(t rapid.TB, file []byte) {
	ids, names, anchors := map[string]bool{}, map[string]bool{}, map[string]bool{}
	eachElement(t, file, func(part string, e xml.StartElement) {
		for _, a := range e.Attr {
			switch {
			case part == "word/document.xml" && a.Name.Local == "id" && e.Name.Local != "bookmarkEnd" && !strings.HasSuffix(e.Name.Local, "Reference") && !strings.HasSuffix(e.Name.Local, "RangeEnd"):
				if ids[a.Value] {
					t.Fatalf("id %s is given twice, again to %s", a.Value, e.Name.Local)
				}
				ids[a.Value] = true
			case e.Name.Local == "bookmarkStart" && a.Name.Local == "name":
				if names[a.Value] || len(a.Value) > 40 {
					t.Fatalf("bookmark %q is too long or there already", a.Value)
				}
				names[a.Value] = true
			case a.Name.Local == "anchor":
				anchors[a.Value] = true
			}
		}
	})
	for a := range anchors {
		if !names[a] {
			t.Fatalf("a link leads to %q, which is not there", a)
		}
	}
}

func eachElement(t rapid.TB, file []byte, do func(part string, e xml.StartElement)) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		d := xml.NewDecoder(bytes.NewReader(partOf(t, file, f.Name)))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s is not XML: %v", f.Name, err)
			}
			if e, ok := token.(xml.StartElement); ok {
				do(f.Name, e)
			}
		}
	}
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

// The agreement file comes out of the document as it went in, byte for byte.
func TestTheSourceIsWithinTheFile(t *testing.T) {
	source := []byte("edition: x\r\n\tä: \"]]>\"\n\x00\xff")
	if diff := bytes.Compare(source, sourceOf(t, docxOf(t, documenttest.Sample(), source))); diff != 0 {
		t.Error("the file has changed")
	}
	if bytes.Contains(docxOf(t, documenttest.Sample(), nil), []byte("customXml")) {
		t.Error("there is a part for a file that was not given")
	}
}

func sourceOf(t rapid.TB, file []byte) []byte {
	var part struct {
		XMLName xml.Name `xml:"urn:entente:agreement:1 agreement"`
		Text    string   `xml:",chardata"`
	}
	if err := xml.Unmarshal(partOf(t, file, "customXml/item1.xml"), &part); err != nil {
		t.Fatal(err)
	}
	b, err := base64.StdEncoding.DecodeString(part.Text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDOCXReportsAWriterThatFails(t *testing.T) {
	full := errors.New("full")
	if err := docx.Write(failing{full}, documenttest.Sample(), author.At, nil); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// A heading is counted by the word processor where it comes to the number that the document gives; another
// number is written out.
func TestNumbersAreTheDocumentsOwn(t *testing.T) {
	section := func(label string, numbers ...string) document.Section {
		s := document.Section{Kind: document.Article, ID: label, Label: label, Title: "Title"}
		for _, n := range numbers {
			s.Clauses = append(s.Clauses, document.Clause{Number: n, Title: "Clause"})
		}
		return s
	}
	for _, test := range []struct {
		name     string
		sections []document.Section
		written  string // the numbers written out
	}{
		{"articles in order", []document.Section{section("Article 1", "1.1", "1.2"), section("Article 2", "2.1")}, ""},
		{"an article left out", []document.Section{section("Article 1", "1.1"), section("Article 7", "7.1", "7.2")}, ""},
		{"a clause left out", []document.Section{section("Article 1", "1.1", "1.3")}, "1.3"},
		{"schedules", []document.Section{section("Schedule A", "A.1"), section("Schedule C", "C.1", "C.3")}, "C.3"},
		{"outside articles", []document.Section{section("", "0.1", "0.2"), section("", "0.3", "0.5")}, "0.5"},
		{"other names", []document.Section{section("Annex IV", "IV/1")}, "Annex IV IV/1"},
		{"not as people count", []document.Section{section("Article 01", "1.01"), section("Schedule Ä", "Ä.1")}, "Article 01 1.01 Schedule Ä Ä.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			body := string(partOf(t, docxOf(t, document.Document{Sections: test.sections}, nil), "word/document.xml"))
			body = body[strings.LastIndex(body, "</w:sdt>"):]
			var written []string
			for _, s := range test.sections {
				for _, n := range append([]string{s.Label}, numbersOf(s)...) {
					if n != "" && strings.Contains(body, fmt.Sprintf(`preserve">%s</w:t>`, n)) {
						written = append(written, n)
					}
				}
			}
			if got := strings.Join(written, " "); got != test.written {
				t.Errorf("written out are %q, not %q", got, test.written)
			}
		})
	}
}

func numbersOf(s document.Section) (all []string) {
	for _, c := range s.Clauses {
		all = append(all, c.Number)
	}
	return all
}
