// Package document is a contract as a document: titles, articles, clauses, tables and tick boxes,
// independent of the page it is put on. One model is written as Markdown, HTML, DOCX or PDF by the packages
// below this one, and it is this model whose bytes the parties sign.
//
// The model is plain data: the same model always has the same canonical JSON, so a digest of it
// stands for the wording. Text that the parties wrote is kept apart from our markup, so nothing
// they write can become markup.
package document

import "regexp"

// A Document is one rendered text: what is on the front page, then its sections in order.
type Document struct {
	Title    string    `json:"title"`              // "AI Integration Partnership Agreement"
	Subtitle string    `json:"subtitle,omitempty"` // the parties, as on a title page
	Number   string    `json:"number"`             // the agreement's own number
	Version  string    `json:"version,omitempty"`  // "version 1", in the running header
	Language string    `json:"language"`           // BCP 47
	Notice   string    `json:"notice,omitempty"`   // stamped on everything unsigned
	Sections []Section `json:"sections"`
}

// Running is what stands in the corner of each page: the number and the version.
func (d Document) Running() string {
	if d.Number == "" || d.Version == "" {
		return d.Number + d.Version
	}
	return d.Number + " · " + d.Version
}

var notLanguage = regexp.MustCompile(`[^A-Za-z0-9-]`)

// Tag is the language with nothing in it but letters, digits and hyphens; English if it is empty.
func (d Document) Tag() string {
	if tag := notLanguage.ReplaceAllString(d.Language, ""); tag != "" {
		return tag
	}
	return "en"
}

// A Kind tells writers how a section opens.
type Kind string

const (
	Front      Kind = "front"      // the front page: parties and key dates
	Matter     Kind = "matter"     // recitals, definitions
	Article    Kind = "article"    // a numbered article
	Signatures Kind = "signatures" // the signature block
	Schedule   Kind = "schedule"   // opens on a new page
)

// A Section is an article, a schedule or one of the parts around them.
type Section struct {
	Kind    Kind     `json:"kind"`
	ID      string   `json:"id"`              // stable anchor: "article-6", "schedule-c", "recitals"
	Label   string   `json:"label,omitempty"` // "Article 6", "Schedule C"; empty for the parts around them
	Title   string   `json:"title"`
	Clauses []Clause `json:"clauses"`
}

// A Clause is the unit that people cite, amend and watch: "6.1 Revenue model".
// Its number never changes with what is chosen.
type Clause struct {
	Number     string  `json:"number"`               // "6.1", "C.2"; as people cite it
	Unnumbered bool    `json:"unnumbered,omitempty"` // the number is a name, and no heading shows it
	Title      string  `json:"title,omitempty"`
	Blocks     []Block `json:"blocks"`
}

// Anchor is the clause's stable name within a page: "clause-6.1".
func (c Clause) Anchor() string { return "clause-" + c.Number }

// Label is the clause's number as its heading shows it; none where people cite the part by a name.
func (c Clause) Label() string {
	if c.Unnumbered {
		return ""
	}
	return c.Number
}

// A Block is exactly one of its members.
type Block struct {
	Paragraph *Paragraph `json:"paragraph,omitempty"`
	Options   *Options   `json:"options,omitempty"`
	Table     *Table     `json:"table,omitempty"`
	Fields    *Fields    `json:"fields,omitempty"`
	List      *List      `json:"list,omitempty"`
	Signature *Signature `json:"signature,omitempty"`
}

// A Paragraph is running text.
type Paragraph struct {
	Text Text `json:"text"`
}

// Options are tick boxes. Exclusive options are chosen exactly once and drawn round.
// What is not chosen does not bind; the document says so once, and writers show it muted.
type Options struct {
	Exclusive bool     `json:"exclusive,omitempty"`
	Items     []Option `json:"items"`
}

// Mark is a tick box in plain characters: [x] or [ ], one of an exclusive choice (x) or ( ).
func (o Options) Mark(chosen bool) string {
	switch {
	case o.Exclusive && chosen:
		return "(x)"
	case o.Exclusive:
		return "( )"
	case chosen:
		return "[x]"
	}
	return "[ ]"
}

// An Option is one tick box, its wording and, where it has terms of its own, what belongs under it.
type Option struct {
	Chosen bool    `json:"chosen"`
	Text   Text    `json:"text"`
	Under  []Block `json:"under,omitempty"`
}

// A Table has a header row that writers repeat on each page.
type Table struct {
	Columns []Column `json:"columns"`
	Rows    [][]Text `json:"rows"` // each row has len(Columns) cells
}

// A Column is a header cell. Width is a relative weight; 0 counts as 1.
type Column struct {
	Title  string `json:"title"`
	Width  int    `json:"width,omitempty"`
	Number bool   `json:"number,omitempty"` // figures: set right-aligned
}

// Weight is the relative width, at most a hundred times another's.
func (c Column) Weight() int { return min(max(c.Width, 1), 100) }

// Fields are labelled values, as on a front page.
type Fields struct {
	Items []Field `json:"items"`
}

// A Field is a label and its value.
type Field struct {
	Label string `json:"label"`
	Value Text   `json:"value"`
}

// A List is an enumeration, lettered (a), (b), … when Lettered, else bulleted.
type List struct {
	Lettered bool   `json:"lettered,omitempty"`
	Items    []Text `json:"items"`
}

// A Signature is the place where one party signs, and what is known of its signature.
type Signature struct {
	Party string `json:"party"` // the party's legal name
	Name  string `json:"name,omitempty"`
	Title string `json:"title,omitempty"`
	Date  string `json:"date,omitempty"`
	Mark  string `json:"mark,omitempty"` // how the signature was given: key fingerprint, or empty
}
