package playbook

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/house"
	"entente/articles/source"
	"entente/document"
)

// A Phrasing is the words in which a company has a clause, or a box of one.
type Phrasing struct {
	// The clause, for example "6.3", or the part of a schedule, for example "C.2".
	Clause string `json:"clause"`
	// The box of the clause that is worded, by its name in bold. Without it, the whole clause.
	Option string `json:"option,omitempty"`
	// The words that the company asks for, written as under wording in an agreement file.
	Text string `json:"text"`
	// Other words that it accepts.
	Acceptable []string `json:"acceptable,omitempty"`
	// What the company holds of the template's own words: acceptable, or never. Without it, they are a deviation.
	Template Standing `json:"template,omitempty"`
	// Why, for whoever negotiates.
	Why string `json:"why,omitempty"`
}

// A Standing is what a company holds of words that are not its own.
type Standing string

// The standings.
const (
	Acceptable Standing = "acceptable"
	Never      Standing = "never"
)

// Values are all of them.
func (Standing) Values() []string { return []string{string(Acceptable), string(Never)} }

// phrasings reports words that could stand in no agreement.
func (b *Book) phrasings(found *agreement.Findings) {
	for i, p := range b.Wording {
		at := fmt.Sprintf("wording[%d]", i)
		for n, text := range append([]string{p.Text}, p.Acceptable...) {
			path := at + ".text"
			if n > 0 {
				path = fmt.Sprintf("%s.acceptable[%d]", at, n-1)
			}
			for _, one := range anywhere(house.Passage{Clause: p.Clause, Option: p.Option, Text: text}) {
				where := map[bool]string{true: path, false: at + strings.TrimPrefix(one.Path, "wording.replaced[0]")}[strings.HasSuffix(one.Path, ".text")]
				wrong := add(b.File, found, where, "%s", one.Message)
				wrong.Hint = one.Hint
				wrong.Line, wrong.Column = b.File.PositionIn(where, one.Row)
			}
		}
		if slices.ContainsFunc(b.Wording[:i], func(q Phrasing) bool { return q.Clause == p.Clause && q.Option == p.Option }) {
			add(b.File, found, at+".clause", "clause %s is worded already", p.Clause)
		}
	}
}

// anywhere is what is wrong with a passage, whatever the agreement.
func anywhere(p house.Passage) agreement.Findings {
	var found agreement.Findings
	blank := articles.Agreement{}
	blank.Scope.Components, blank.Sharing.Data = slices.Grow(blank.Scope.Components, 1)[:1], slices.Grow(blank.Sharing.Data, 1)[:1] // so that each clause is there in full
	house.Terms{Replaced: []house.Passage{p}}.Check(house.Contract{Terms: reflect.ValueOf(&blank).Elem(), Template: func() document.Document { return blank.Template() },
		Defined: articles.DefinedTerms(), Any: true}, &found)
	return found
}

// hold says how an agreement words what the company words itself.
func (p Phrasing) hold(a articles.Agreement, f *source.File, found *agreement.Findings) {
	at, said, is := "wording", "in the template’s words", ""
	for i, own := range a.House.Replaced {
		if own.Clause == p.Clause && own.Option == p.Option {
			at, said, is = fmt.Sprintf("wording.replaced[%d].text", i), "in other words", own.Text
		}
	}
	v := deviating
	switch {
	case same(is, p.Text):
		return
	case is != "" && slices.ContainsFunc(p.Acceptable, func(text string) bool { return same(is, text) }), is == "" && p.Template == Acceptable:
		v = accepted
	case is == "" && p.Template == Never:
		v = never
	}
	what := "clause " + p.Clause
	if p.Option != "" {
		what = "“" + p.Option + "”"
	}
	one := found.Add(rule, at, "%s is %s; the playbook %s and has its own", what, said, verdicts[v]).Under(agreement.Clause(p.Clause))
	one.Severity = severities[v]
	one.Line, one.Column = f.Position(at)
	if one.Hint = p.Why; v != accepted {
		one.Hint = strings.TrimSuffix("`entente house` puts the words of your playbook in; "+p.Why, "; ")
	}
}

// same reports whether two texts have the same words.
func same(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

// Word is an agreement in the words of the playbook, where it has some.
func (b *Book) Word(a articles.Agreement) articles.Agreement {
	own := slices.Clone(a.House.Replaced)
	for _, p := range b.Wording {
		own = slices.DeleteFunc(own, func(o house.Passage) bool { return o.Clause == p.Clause && (o.Option == p.Option || p.Option == "") })
		own = append(own, house.Passage{Clause: p.Clause, Option: p.Option, Text: p.Text})
	}
	a.House.Replaced = own
	return a
}
