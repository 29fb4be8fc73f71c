package html

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente/document"
	"entente/document/documenttest"
	"entente/document/redline"
)

func redlineOf(t rapid.TB, r redline.Redline, terms document.Table) string {
	var b bytes.Buffer
	if err := Redline(&b, r, terms); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whatever the parties write, the tags and attributes of a redline are those of harmless text.
func TestTextNeverBecomesHTMLOfARedline(t *testing.T) {
	ours := strings.Fields("!DOCTYPE html head meta title style body a header h1 h2 h3 p nav ol li main section table colgroup col thead tbody tr th td div span ins del strong em bdi br lang charset name content class href id aria-label scope data-label")
	rapid.Check(t, func(t *rapid.T) {
		text := func() string { return documenttest.Nasty().Draw(t, "text") }
		terms := document.Table{Columns: []document.Column{{Title: text()}, {Title: "Is"}}, Rows: [][]document.Text{document.Row(text(), text())}}
		for _, tag := range tags(t, redlineOf(t, redline.Compare(documenttest.Shaped(text), documenttest.Shaped(text)), terms)) {
			for _, name := range strings.Fields(strings.TrimPrefix(tag, "/")) {
				if name != "html" && !slices.Contains(ours, name) {
					t.Fatalf("%q is in it", tag)
				}
			}
		}
	})
}

// A redline shows what is gone, new and moved, says where the changes are, and shows the terms first.
func TestRedlineAsHTML(t *testing.T) {
	doc := func(days string, names ...string) document.Document {
		var rows [][]document.Text
		for _, n := range names {
			rows = append(rows, document.Row(n))
		}
		return document.Document{Title: "Agreement", Number: "X-1", Language: "en", Sections: []document.Section{{ID: "article-6", Label: "Article 6", Title: "Money", Clauses: []document.Clause{
			{Number: "6.1", Title: "Kept", Blocks: []document.Block{document.Para("As it was.")}},
			{Number: "6.3", Title: "Payment", Blocks: []document.Block{document.Para("Pay within %s.", days), document.Grid([]document.Column{{Title: "Name"}}, rows)}},
		}}}}
	}
	r := redline.Compare(doc("ten days", "a", "b", "c"), doc("two days", "b", "c", "a"))
	page := redlineOf(t, r, document.Table{Columns: []document.Column{{Title: "Term"}}, Rows: [][]document.Text{document.Row("net_days")}})
	at := -1
	for _, want := range []string{`href="#clause-6.3"`, "<td data-label=\"Term\"><div>net_days", "As it was.", `<del><bdi class="doc-value">ten</bdi></del><ins><bdi class="doc-value">two</bdi></ins>`,
		`<tr class="doc-left"><td><a class="doc-move" id="from-1" href="#to-1">moved from here</a> a`, `<tr class="doc-arrived"><td><a class="doc-move" id="to-1" href="#from-1">moved here</a> a`} {
		next := strings.Index(page, want)
		if next <= at {
			t.Errorf("%q is missing, or stands in another place", want)
		}
		at = next
	}
	if strings.Contains(page, `href="#clause-6.1"`) {
		t.Error("an unchanged clause is listed as changed")
	}
}
