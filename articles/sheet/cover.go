package sheet

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente/articles"
	"entente/articles/general"
	"entente/articles/statutes"
	"entente/document"
	"entente/document/incoming"
)

// Markdown reads a cover page in Markdown: tables of a term and its value, "**Term:** value", and a heading
// with what stands under it.
func Markdown(page []byte) ([]Row, error) {
	switch {
	case len(page) > MaxBytes:
		return nil, fmt.Errorf("it is larger than %d MiB", MaxBytes>>20)
	case !utf8.Valid(page):
		return nil, errors.New("it is not UTF-8")
	}
	var c cover
	n := 0
	for line := range strings.Lines(string(page)) {
		n++
		line = strings.TrimSpace(line)
		if heading := strings.TrimLeft(line, "#"); heading != line && strings.HasPrefix(heading, " ") {
			c.heading(len(line)-len(heading), bare(heading))
			continue
		}
		if strings.HasPrefix(line, "|") {
			c.row(n, cellsOf(line))
			continue
		}
		c.line(n, line)
	}
	return c.done()
}

// Document reads a cover page that a word processor wrote, in the same way.
func Document(page *incoming.Copy) ([]Row, error) {
	var c cover
	for i, l := range page.Lines {
		switch {
		case l.Gone || l.Contents:
		case l.Row:
			c.row(i+1, l.Cells)
		case l.Heading > 0:
			c.heading(l.Heading, l.Cells[0])
		default:
			for part := range strings.SplitSeq(l.Cells[0], "\n") {
				c.line(i+1, part)
			}
		}
	}
	return c.done()
}

// A cover is a page that is being read.
type cover struct {
	rows    []Row
	under   []string
	columns []string // the titles of a table that has a column for each party
	asked   Row      // a heading that waits for what stands under it
}

func (c *cover) heading(level int, text string) {
	c.answer()
	level = min(level, 6)
	for len(c.under) >= level && len(c.under) > 0 {
		c.under = c.under[:len(c.under)-1]
	}
	c.columns = nil
	c.asked = Row{Under: slices.Clone(c.under), Term: text}
	c.under = append(c.under, text)
}

// answer keeps a heading with what stood under it.
func (c *cover) answer() {
	if c.asked.Value != "" {
		c.rows = append(c.rows, c.asked)
	}
	c.asked = Row{}
}

func (c *cover) add(line int, term, value string, under ...string) {
	term, value = strings.TrimRight(bare(term), ": "), bare(value)
	if value != "" || paths[title(term)] != "" {
		c.rows = append(c.rows, Row{Line: line, Under: append(slices.Clone(c.under), under...), Term: term, Value: value})
	}
}

// row takes a row of a table in: a term and its value or, where there are three cells, those of both parties.
func (c *cover) row(line int, cells []string) {
	c.answer()
	rule := !slices.ContainsFunc(cells, func(s string) bool { return strings.Trim(s, " :-") != "" })
	switch {
	case rule:
	case len(cells) == 2 && !(strings.EqualFold(bare(cells[0]), "term") && strings.EqualFold(bare(cells[1]), "value")):
		c.add(line, cells[0], cells[1])
	case len(cells) == 3 && c.columns == nil && bare(cells[0]) == "":
		c.columns = []string{bare(cells[1]), bare(cells[2])}
	case len(cells) == 3 && c.columns != nil:
		for i, party := range c.columns {
			c.add(line, cells[0], cells[i+1], party)
		}
	case len(cells) != 2:
		c.add(line, cells[0], strings.Join(cells[1:], " | "))
	}
}

var labelled = regexp.MustCompile(`^[-*] *|^\d+\. *`)

// line takes a paragraph in: "Term: value", or what stands under a heading.
func (c *cover) line(n int, text string) {
	c.columns = nil
	text = bare(labelled.ReplaceAllString(text, ""))
	if text == "" {
		return
	}
	term, value, ok := strings.Cut(text, ":")
	if ok && len(strings.Fields(term)) <= 6 && strings.TrimSpace(value) != "" && !strings.HasPrefix(value, "//") {
		c.answer()
		c.add(n, term, value)
		return
	}
	if c.asked.Term == "" {
		c.add(n, "", text)
		return
	}
	if c.asked.Line == 0 {
		c.asked.Line = n
	}
	c.asked.Value = strings.TrimSpace(c.asked.Value + " " + text)
}

func (c *cover) done() ([]Row, error) {
	c.answer()
	if len(c.rows) > maxRows {
		return nil, fmt.Errorf("it has more than %d rows", maxRows)
	}
	return c.rows, nil
}

var (
	link   = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	marks  = strings.NewReplacer("**", "", "__", "", "`", "", "\\", "")
	inside = regexp.MustCompile(`<[^<>]*>`)
)

// bare is text without the marks of Markdown.
func bare(s string) string {
	s = strings.Trim(marks.Replace(inside.ReplaceAllString(link.ReplaceAllString(s, "$1"), "")), " _*\t")
	return strings.Join(strings.Fields(document.Visible(s)), " ")
}

func cellsOf(line string) []string {
	var cells []string
	for cell := range strings.SplitSeq(strings.Trim(strings.ReplaceAll(line, `\|`, "\x00"), "|"), "|") {
		cells = append(cells, strings.TrimSpace(strings.ReplaceAll(cell, "\x00", "|")))
	}
	return cells
}

// named are the terms by what cover pages call them, in small letters.
var named = map[string][]string{
	"agreement.number":                 {"partnership number", "agreement number", "contract number", "reference"},
	"agreement.dated":                  {"agreement date", "date of agreement", "date of the agreement", "date"},
	"agreement.effective":              {"effective date", "start date", "commencement date"},
	"agreement.time_zone":              {"time zone"},
	"agreement.currency":               {"currency", "default currency"},
	"commerce.payment.net_days":        {"payment period", "payment term", "payment terms", "payment due", "invoice payment period"},
	"commerce.payment.late_interest":   {"late interest", "late payment interest", "interest on late payment"},
	"commerce.payment.currency":        {"payment currency", "invoice currency"},
	"commerce.payment.dispute_window":  {"invoice dispute period", "dispute period"},
	"term.initial":                     {"term", "initial term", "agreement term", "partnership term", "partnership period", "subscription period", "duration"},
	"term.renewal.period":              {"renewal", "renewal term", "renewal period"},
	"term.renewal.notice":              {"renewal notice", "non renewal notice", "non renewal notice period", "notice of non renewal", "non renewal notice date"},
	"term.indefinite_notice":           {"termination notice", "notice period"},
	"term.cause.material_breach":       {"cure period", "breach cure period", "material breach cure period"},
	"term.effects.transition":          {"transition period", "transition"},
	"term.customers.continue":          {"customer continuation", "wind down period"},
	"confidentiality.survives":         {"confidentiality period", "confidentiality survival", "confidentiality term"},
	"liability.limits.cap.amount":      {"liability cap", "general cap", "general cap amount", "limitation of liability"},
	"liability.limits.raised.amount":   {"increased cap", "increased cap amount", "raised cap", "super cap"},
	"sharing.protection.breach_notice": {"breach notice", "data breach notice"},
	"compliance.audit.notice":          {"audit notice", "audit notice period"},
	"general.law.country":              {"governing law", "law", "applicable law"},
	"general.law.venue":                {"chosen courts", "courts", "venue", "jurisdiction"},
	"parties.a.name":                   {"party a", "provider", "company", "vendor", "licensor", "first party"},
	"parties.b.name":                   {"party b", "customer", "client", "partner", "licensee", "second party"},
	"parties.?.name":                   {"legal name", "company name", "name of company", "full legal name"},
	"parties.?.short_name":             {"short name"},
	"parties.?.address":                {"address", "registered address", "notice address", "principal address"},
	"parties.?.registration":           {"registration", "registration number", "company number"},
	"parties.?.contact.name":           {"contact", "contact name", "name", "print name"},
	"parties.?.contact.email":          {"email", "e mail", "email address", "notice email", "contact email", "notice email address"},
	"parties.?.contact.phone":          {"phone", "telephone", "phone number"},
	"parties.?.provides":               {"provides", "technology", "product", "products", "services"},
	"governance.committee.meets":       {"steering committee meetings", "meeting frequency"},
}

var paths = func() map[string]string {
	all := map[string]string{}
	for path, names := range named {
		for _, name := range names {
			all[name] = path
		}
	}
	return all
}()

// title is a label in small letters, with nothing in it but words.
func title(s string) string {
	s, _, _ = strings.Cut(s, "(")
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.TrimPrefix(strings.Join(words, " "), "the ")
}

// side is the party that a text names: a or b, or none.
func side(s string) string {
	for _, word := range []string{title(s), firstWord(title(s))} {
		switch paths[word] {
		case "parties.a.name":
			return "a"
		case "parties.b.name":
			return "b"
		}
	}
	return ""
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// place is the path that a row of a cover page names; empty if it names none.
func place(r Row) string {
	name := title(r.Term)
	if path, ok := paths[name]; ok && !strings.Contains(path, "?") {
		return path
	}
	if _, rest, ok := strings.Cut(name, " "); ok && side(r.Term) != "" && strings.Contains(paths[rest], "?") {
		return strings.Replace(paths[rest], "?", side(r.Term), 1) // "Customer address"
	}
	if path, ok := paths[name]; ok {
		for _, heading := range slices.Backward(r.Under) {
			if party := side(heading); party != "" {
				return strings.Replace(path, "?", party, 1)
			}
		}
	}
	return ""
}

// A Taken is a row of a cover page that is a term.
type Taken struct {
	Row
	Path string
}

// Cover is the agreement that a cover page makes, the rows that are terms of it, and those that are none.
func Cover(rows []Row) (articles.Agreement, []Taken, []Rest) {
	a := articles.Agreement{Edition: articles.Edition}
	var taken []Taken
	var rest []Rest
	for _, r := range rows {
		path := place(r)
		again := slices.ContainsFunc(taken, func(t Taken) bool { return t.Path == path })
		why := "no term of the agreement is called so"
		switch {
		case r.Term == "":
			why = "it names no term"
		case path != "" && again:
			why = path + " is given already"
		case path != "" && strings.TrimSpace(r.Value) == "":
			why = "it has no value"
		case path == "general.law.country":
			why = law(&a, r.Value)
		case path == "liability.limits.cap.amount" && feesOfAYear.MatchString(r.Value):
			path = "liability.limits.cap.prior_fees"
			why = set(&a, path, "true")
		case path != "":
			why = set(&a, path, r.Value)
			if short := plainly(r.Value); why != "" && short != r.Value && set(&a, path, short) == "" {
				why = ""
			}
		}
		if why != "" {
			rest = append(rest, Rest{r, why})
			continue
		}
		taken = append(taken, Taken{r, path})
	}
	return a, taken, rest
}

var around = regexp.MustCompile(`(?i)^(?:net|within|up to|at least)\s+|\s+(?:a year|per year|per annum|from (?:the )?effective date|after (?:the )?invoice(?: date)?|of (?:the )?invoice(?: date)?)\.?$`)

// feesOfAYear is a cap that is the fees of twelve months once, and nothing else.
var feesOfAYear = regexp.MustCompile(`(?i)^(?:1(?:\.0)? ?x |100 ?% of )?(?:the )?fees (?:paid|payable|paid or payable|owed)(?: by \S+)? (?:in|during|for) the (?:prior|previous|preceding|last) (?:12|twelve|twelve \(12\)) months\.?$`)

// plainly is a value without the words that people put around it.
func plainly(s string) string { return strings.TrimSpace(around.ReplaceAllString(s, "")) }

var lawOf = regexp.MustCompile(`(?i)^(?:the )?(?:laws? of )?(?:the )?(?:state of )?`)

// law reads which law governs: by its name, as far as the contract has a name for it, or by its code.
func law(a *articles.Agreement, value string) string {
	name := func(s string) string { return strings.ToLower(strings.Trim(lawOf.ReplaceAllString(s, ""), ". ")) }
	codes := []string{"GB-ENG", "GB-SCT", "GB-NIR"}
	for _, pack := range statutes.Packs() {
		codes = append(codes, pack.Code)
	}
	for _, code := range codes {
		country, _, part := strings.Cut(code, "-")
		l := general.Law{Country: general.Country(country)}
		if part {
			l.Region = code
		}
		if name(l.Label()) != name(value) {
			continue
		}
		why := set(a, "general.law.country", country)
		if part && why == "" {
			why = set(a, "general.law.region", code)
		}
		return why
	}
	return set(a, "general.law.country", strings.TrimSpace(value))
}
