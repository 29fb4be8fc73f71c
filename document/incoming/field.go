package incoming

import (
	"encoding/xml"
	"slices"
	"strings"
)

// plainFields are those that only number, point and list what stands in the document.
var plainFields = []string{"TOC", "PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF", "REF", "NOTEREF", "STYLEREF", "HYPERLINK"}

// instruction takes in what a field is told to do; it may come in pieces.
func (r *reader) instruction(s string) {
	const longest = 200
	r.field += s[:min(len(s), max(0, longest-len(r.field)))]
}

// computed notes a field whose words a program makes when somebody opens the document: they can be other ones each time,
// and come from elsewhere.
func (r *reader) computed() {
	name, _, _ := strings.Cut(strings.TrimSpace(r.field), " ")
	if r.field = ""; name != "" && !slices.Contains(plainFields, strings.ToUpper(name)) {
		r.odd("words that a field computes: " + shown(name[:min(len(name), 40)]))
	}
}

// fieldIn takes in an element of a field.
func (r *reader) fieldIn(e xml.StartElement) {
	r.computed()
	if e.Name.Local == "fldSimple" {
		r.instruction(attribute(e, "instr"))
		r.computed()
	}
}
