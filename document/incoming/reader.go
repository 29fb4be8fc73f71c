package incoming

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"entente/document/docx"
)

// maxText is how much text a document has at most, with what is deleted in it.
const maxText = 4 << 20

var errLong = fmt.Errorf("it has more than %d MiB of text; no agreement has", maxText>>20)

// A reader takes the text of one part in, element by element.
type reader struct {
	copy   *Copy
	styles map[string]string
	lines  []Line
	body   bool
	size   int // of the text so far

	changes    []change // the tracked changes that enclose the present element
	paragraphs []*paragraph
	rows       []*row
	tables     []int
	table      int // the last table that began
	boxes      []box
	runs       []run
	field      string // what the present field is told to do
	skipped    int    // how deep the present element stands in what is not read
	contents   int    // the same, in a table of contents
	carried    *paragraph
	twice      alternate
	ahead      []string // what is odd before the next paragraph

	lineOf map[string]int              // the line of each comment, by its id
	on     map[string]*strings.Builder // the words that each comment hangs on
	open   []string                    // the comments that began and have not ended
	said   xml.StartElement            // the comment that is read
	before int                         // the lines before it
}

// A change is a tracked change around runs.
type change struct {
	gone bool
	by   docx.Author
}

// A run is words of one look.
type run struct{ struck, hidden bool }

// A box is a content control; checked is -1 where it is none to tick.
type box struct {
	checked, from int
	contents      bool
	in            *paragraph
}

// A paragraph is one that is being read.
type paragraph struct {
	style          string
	text, was      strings.Builder // what stays, what is deleted
	struck, hidden strings.Builder
	gone           bool // its end is deleted
	by             []docx.Author
	tracked        []Tracked
	odd            []string
	comments       []string
	contained      bool // in a text box
}

// A row is one that is being read.
type row struct {
	table    int
	gone     bool
	cells    []cell
	by       []docx.Author
	tracked  []Tracked
	odd      []string
	comments []string
}

type cell struct{ text, was []string }

func (r *reader) text(name string, content []byte) error {
	err := elements(name, content, func(within []string, token xml.Token) error {
		r.alternative(within, token)
		switch e := token.(type) {
		case xml.StartElement:
			return r.start(within, e)
		case xml.EndElement:
			r.end(within, e.Name.Local)
		case xml.CharData:
			if name := parent(within, 1); r.skipped == 0 && (name == "t" || name == "delText") {
				return r.words(string(e))
			} else if r.skipped == 0 && name == "instrText" {
				r.instruction(string(e))
			}
		}
		return nil
	})
	r.flush()
	if n := len(r.lines); n > 0 {
		r.lines[n-1].Oddities = append(r.lines[n-1].Oddities, r.ahead...)
	}
	return err
}

// parent is the n-th element around the present one, from 1; empty if there is none.
func parent(within []string, n int) string {
	if len(within) < n {
		return ""
	}
	return within[len(within)-n]
}

// unread are elements that hold what was before, or the same again for older programs.
var unread = map[string]bool{"rPrChange": true, "pPrChange": true, "tblPrChange": true, "trPrChange": true, "tcPrChange": true, "sectPrChange": true,
	"tblGridChange": true, "tblPrExChange": true, "numberingChange": true, "Fallback": true}

func (r *reader) start(within []string, e xml.StartElement) error {
	name := e.Name.Local
	if r.skipped > 0 || unread[name] {
		r.skipped++
		return nil
	}
	switch name {
	case "body":
		r.body = true
	case "comment":
		r.said, r.before = e, len(r.lines)
	case "p":
		r.paragraphs = append(r.paragraphs, &paragraph{contained: len(r.paragraphs) > 0, odd: r.ahead})
		r.ahead = nil
	case "tbl":
		r.flush()
		r.table++
		r.tables = append(r.tables, r.table)
	case "tr":
		if len(r.tables) > 0 {
			r.rows = append(r.rows, &row{table: r.tables[len(r.tables)-1]})
		}
	case "tc":
		if row := last(r.rows); row != nil {
			row.cells = append(row.cells, cell{})
		}
	case "sdt":
		r.boxes = append(r.boxes, box{checked: -1})
	case "r":
		r.runs = append(r.runs, run{})
	case "ins", "del", "moveFrom", "moveTo":
		r.tracked(within, e)
	default:
		return r.property(within, e)
	}
	return nil
}

func last[T any](all []*T) *T {
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// tracked notes a tracked change: of a paragraph's end, of a row, or around runs.
func (r *reader) tracked(within []string, e xml.StartElement) {
	by, gone := authorIn(e), e.Name.Local == "del" || e.Name.Local == "moveFrom"
	p, row := last(r.paragraphs), last(r.rows)
	switch {
	case parent(within, 1) == "trPr" && row != nil:
		row.by, row.gone = named(row.by, by), row.gone || gone
	case parent(within, 1) == "rPr" && parent(within, 2) == "pPr" && p != nil:
		p.by, p.gone = named(p.by, by), p.gone || gone
	}
	r.changes = append(r.changes, change{gone: gone && !strings.HasSuffix(parent(within, 1), "Pr"), by: by})
}

// named is a list of authors with one more, each once.
func named(all []docx.Author, one docx.Author) []docx.Author {
	if one.Name == "" && one.At.IsZero() || slices.Contains(all, one) || len(all) == 20 {
		return all
	}
	return append(all, one)
}

// property takes in an element that says something about what it stands in, or stands for a sign.
func (r *reader) property(within []string, e xml.StartElement) error {
	p := last(r.paragraphs)
	switch name := e.Name.Local; name {
	case "pStyle":
		if p != nil && parent(within, 1) == "pPr" {
			p.style = attribute(e, "val")
		}
	case "strike", "dstrike", "vanish":
		if n := len(r.runs); n > 0 && parent(within, 1) == "rPr" && parent(within, 2) == "r" && isOn(e) {
			r.runs[n-1].struck = r.runs[n-1].struck || name != "vanish"
			r.runs[n-1].hidden = r.runs[n-1].hidden || name == "vanish"
		}
	case "docPartGallery":
		if n := len(r.boxes); n > 0 && attribute(e, "val") == "Table of Contents" {
			r.boxes[n-1].contents = true
			r.contents++
		}
	case "checked":
		if n := len(r.boxes); n > 0 && parent(within, 1) == "checkbox" {
			r.boxes[n-1].checked = map[bool]int{true: 1}[isOn(e)]
		}
	case "sdtContent":
		if n := len(r.boxes); n > 0 && p != nil {
			r.boxes[n-1].in, r.boxes[n-1].from = p, p.text.Len()
		}
	case "tab", "br", "cr", "noBreakHyphen", "softHyphen", "sym", "ptab":
		if parent(within, 1) == "r" {
			return r.words(sign(e))
		}
	case "drawing", "pict", "object", "contentPart", "altChunk", "subDoc", "oMath", "bdo",
		"pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong":
		r.odd(beyondWords[name])
	case "fldChar", "fldSimple":
		r.fieldIn(e)
	case "commentRangeStart":
		if id := attribute(e, "id"); r.on[id] == nil && len(r.open) < 100 {
			r.on[id] = new(strings.Builder)
			r.open = append(r.open, id)
			if p != nil {
				p.comments = append(p.comments, id) // until the sign of the comment says better where it stands
			}
		}
	case "commentRangeEnd":
		r.open = slices.DeleteFunc(r.open, func(id string) bool { return id == attribute(e, "id") })
	case "commentReference":
		if p != nil {
			p.comments = append(p.comments, attribute(e, "id"))
		}
	}
	return nil
}

// beyondWords are the elements that a text does not say.
var beyondWords = map[string]string{
	"drawing": "a picture or text box", "pict": "a picture or text box", "contentPart": "a picture or text box", "object": "an embedded object",
	"altChunk": "another document", "subDoc": "another document", "oMath": "a formula", "bdo": "words whose direction is overridden",
	"pgNum": computedWord, "dayShort": computedWord, "dayLong": computedWord, "monthShort": computedWord, "monthLong": computedWord,
	"yearShort": computedWord, "yearLong": computedWord,
}

const computedWord = "a date or number that the word processor computes"

// isOn reads a property that is on by being there.
func isOn(e xml.StartElement) bool {
	v := attribute(e, "val")
	return v != "0" && v != "false" && v != "off"
}

// sign is what an element stands for.
func sign(e xml.StartElement) string {
	switch e.Name.Local {
	case "noBreakHyphen":
		return "-"
	case "softHyphen":
		return "\u00ad"
	case "tab", "ptab":
		return "\t"
	case "sym":
		if n, err := strconv.ParseUint(attribute(e, "char"), 16, 16); err == nil {
			return string(rune(n))
		}
		return "\ufffd"
	}
	return "\n"
}

func (r *reader) odd(what string) {
	p := last(r.paragraphs)
	switch {
	case what == "":
	case p == nil:
		r.ahead = append(r.ahead, what)
	case p != nil && !slices.Contains(p.odd, what):
		p.odd = append(p.odd, what)
	}
}

// words takes text in, where it stands.
func (r *reader) words(s string) error {
	if r.size += len(s); r.size > maxText {
		return errLong
	}
	p := last(r.paragraphs)
	if p == nil {
		return nil
	}
	gone := false
	for _, c := range r.changes {
		p.by, gone = named(p.by, c.by), gone || c.gone
	}
	for _, c := range r.changes[max(0, len(r.changes)-2):] { // one who put words in, and one who took them out
		p.tracked = append(p.tracked, Tracked{c.by, c.gone, s})
	}
	for _, id := range r.open {
		if on := r.on[id]; !gone && on.Len() < 1000 {
			on.WriteString(s)
		}
	}
	look := run{}
	if n := len(r.runs); n > 0 {
		look = r.runs[n-1]
	}
	switch {
	case gone:
		p.was.WriteString(s)
	case look.hidden && r.contents == 0:
		p.hidden.WriteString(s)
	default:
		p.text.WriteString(s)
	}
	if look.struck && !gone {
		p.struck.WriteString(s)
	}
	return nil
}

func (r *reader) end(within []string, name string) {
	if r.skipped > 0 {
		r.skipped--
		return
	}
	switch name {
	case "p":
		if n := len(r.paragraphs); n > 0 {
			p := r.paragraphs[n-1]
			r.paragraphs = r.paragraphs[:n-1]
			r.paragraph(p)
		}
	case "tc":
		r.flush()
	case "tr":
		if n := len(r.rows); n > 0 {
			one := r.rows[n-1]
			r.rows = r.rows[:n-1]
			r.row(one)
		}
	case "tbl":
		r.tables = r.tables[:max(0, len(r.tables)-1)]
	case "r":
		r.runs = r.runs[:max(0, len(r.runs)-1)]
	case "ins", "del", "moveFrom", "moveTo":
		r.changes = r.changes[:max(0, len(r.changes)-1)]
	case "sdt":
		r.unbox()
	case "comment":
		r.flush()
		var text []string
		for _, l := range r.lines[min(r.before, len(r.lines)):] {
			text = append(text, strings.Join(l.Cells, " "))
		}
		r.comment(r.said, strings.Join(text, " "))
	}
}

// unbox ends a content control. A box that does not show what it stores is told apart.
func (r *reader) unbox() {
	n := len(r.boxes) - 1
	if n < 0 {
		return
	}
	b := r.boxes[n]
	r.boxes = r.boxes[:n]
	if b.contents {
		r.contents--
	}
	p := last(r.paragraphs)
	if b.checked < 0 || p == nil || b.in != p || b.from >= p.text.Len() {
		return
	}
	if mark, _, ok := Boxed(p.text.String()[b.from:]); ok && strings.Contains(mark, "x") != (b.checked == 1) {
		r.odd("a tick box that shows something else than it stores")
	}
}
