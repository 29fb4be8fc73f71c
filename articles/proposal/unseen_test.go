package proposal_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/proposal"
	"entente/document/documenttest"
	"entente/document/docx"
	"entente/document/incoming"
)

// A character that nobody sees is no part of a term: it is a point to decide that names it, wherever it stands.
func TestWhatCannotBeSeenIsToldByName(t *testing.T) {
	sent := part(example())
	var b bytes.Buffer
	if err := docx.Write(&b, sent.Draft(), time.Time{}, []byte("source")); err != nil {
		t.Fatal(err)
	}
	for _, unseen := range []rune{'\u200b', '\ufeff', '\u00ad', '\U000e0041', '\ufe0f', '\u202e'} {
		for _, c := range []struct {
			words, with string
			clause      agreement.Clause
		}{
			{"Calluna Text GmbH", "Calluna T%sext GmbH", agreement.FrontPage},
			{">thirty (30) days<", ">thirty (3%s0) days<", "6.3"},
			{">Integration scope<", ">Integration sc%sope<", "1.2"},
			{"Joint research", "Joint rese%sarch", "1.1"},
		} {
			file, err := documenttest.Repacked(b.Bytes(), func(name, content string) string {
				if name != "word/document.xml" {
					return content
				}
				at := strings.LastIndex(content, c.words)
				if at < 0 {
					t.Fatalf("the document does not say %q", c.words)
				}
				return content[:at] + fmt.Sprintf(c.with, string(unseen)) + content[at+len(c.words):]
			})
			if err != nil {
				t.Fatal(err)
			}
			read, err := incoming.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			p := proposal.Read(sent, read)
			if name := fmt.Sprintf("U+%04X", unseen); len(p.Terms) > 0 || len(p.Open) != 1 || !strings.Contains(p.Open[0].What, name) || !strings.Contains(p.Open[0].New, name) {
				t.Errorf("%s in %q: terms %v, points %+v", name, c.words, p.Terms, p.Open)
			}
		}
	}
}
