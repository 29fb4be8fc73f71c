// Package playbook is a company's own standard: for each term what it prefers, what it accepts, what it
// never signs, and to what it falls back. An agreement is held to it term by term.
//
// A playbook is its company's own. It is no part of an agreement, and checking with it tells nobody.
package playbook

import (
	_ "embed"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/form"
	"entente/articles/source"
	"entente/document"
)

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of the playbook file.
func Schema() []byte { return slices.Clone(schema) }

// A Playbook is the file.
type Playbook struct {
	// The edition of the agreement file whose terms the playbook names.
	Edition string `json:"edition"`
	// Whose standard it is.
	Name string `json:"name"`
	// What the company holds of each term.
	Positions []Position `json:"positions,omitempty"`
	// The words in which the company has clauses, where they are not the template's.
	Wording []Phrasing `json:"wording,omitempty"`
}

// A Position is what a company holds of one term.
type Position struct {
	// The term as the agreement file has it, for example commerce.payment.net_days. [*] stands for every row of a table, as in schedule_c.levels[*].availability.
	Term string `json:"term"`
	// What the company asks for. The word none means that the term is left out.
	Preferred Value `json:"preferred"`
	// Other values that it accepts.
	Acceptable []Value `json:"acceptable,omitempty"`
	// The least that it accepts, of a number, a date, a duration or a percentage.
	AtLeast Value `json:"at_least,omitempty"`
	// The most that it accepts, of a number, a date, a duration or a percentage.
	AtMost Value `json:"at_most,omitempty"`
	// Values that it never signs.
	Never []Value `json:"never,omitempty"`
	// What to ask for when the preferred value is refused, in this order. Each is acceptable.
	Fallback []Value `json:"fallback,omitempty"`
	// Why, for whoever negotiates.
	Why string `json:"why,omitempty"`
}

// A Value is one word or text as the agreement file has it: 30, true, P30D, "15%".
type Value string

// None is the value of a term that is left out.
const None Value = "none"

// A Book is a playbook that was read: its positions, and what they are about.
type Book struct {
	Playbook
	File  *source.File
	terms []term
}

// Read reads a playbook as strictly as an agreement file: what is unknown, malformed or contradictory is an
// error with its place.
func Read(name string, content []byte) (*Book, agreement.Findings) {
	b := &Book{}
	var found agreement.Findings
	b.File, found = source.Fill(name, content, &b.Playbook)
	b.phrasings(&found)
	types := form.Types(reflect.TypeFor[articles.Agreement]())
	seen := map[string]bool{}
	for i, p := range b.Positions {
		at := fmt.Sprintf("positions[%d]", i)
		typ, known := types[p.Term]
		switch {
		case p.Term == "": // reading has said so
		case !known:
			add(b.File, &found, at+".term", "%q is no term of the agreement file", p.Term).Mend("%s", near(p.Term, types))
		case !form.Single(typ):
			add(b.File, &found, at+".term", "%q holds several terms; name one of them", p.Term)
		case seen[p.Term]:
			add(b.File, &found, at+".term", "%q has a position already", p.Term)
		default:
			b.terms = append(b.terms, b.term(i, typ, &found))
		}
		seen[p.Term] = true
	}
	return b, found
}

func near(word string, types map[string]reflect.Type) string {
	if n := form.NearestTerm(word, types); n != "" {
		return "did you mean " + n + "?"
	}
	return "docs/file-format.md lists the terms; write [*] for the rows of a table"
}

// add reports an error of the playbook itself.
func add(f *source.File, found *agreement.Findings, path, format string, args ...any) *agreement.Finding {
	one := found.Add(rule, path, format, args...)
	one.Severity, one.Clause = agreement.Error, agreement.WholeFile
	one.Line, one.Column = f.Position(path)
	return one
}

// rule is the name under which a playbook's findings are printed.
const rule = "playbook"

// Hold reports where an agreement is not what the playbook prefers: an error for what it never signs, a
// warning for what it does not accept, and a note for what it accepts. File gives the places.
func (b *Book) Hold(a articles.Agreement, f *source.File) agreement.Findings {
	var found agreement.Findings
	given := map[string][]string{} // numbered paths by pattern, in the order of the file
	values := map[string]reflect.Value{}
	a = a.Complete()
	form.Each(reflect.ValueOf(&a).Elem(), func(path string, v reflect.Value) {
		given[starred(path)] = append(given[starred(path)], path)
		values[path] = v
	})
	for _, t := range b.terms {
		paths := given[t.Term]
		if len(paths) == 0 && !strings.Contains(t.Term, "[*]") {
			paths = []string{t.Term} // in a part that the parties left out
		}
		for _, path := range paths {
			t.hold(stated(values[path]), path, f, &found)
		}
	}
	for _, p := range b.Wording {
		p.hold(a, f, &found)
	}
	return found
}

// hold says how one value stands to the position.
func (t term) hold(is Value, path string, f *source.File, found *agreement.Findings) {
	v := t.judge(is)
	if v == preferred {
		return
	}
	one := found.Add(rule, path, "%s is %s; the playbook %s and prefers %s", path, shown(is), verdicts[v], shown(t.Preferred))
	one.Severity = severities[v]
	one.Line, one.Column = f.Position(path)
	if one.Clause = form.ClauseOf(path); one.Clause == "" {
		one.Clause = agreement.FrontPage
	}
	if hint := t.hint(v); hint != "" {
		one.Mend("%s", hint)
	}
}

// How verdicts are said, and how much they matter.
var (
	verdicts   = map[verdict]string{never: "never has it", deviating: "does not accept it", accepted: "accepts it"}
	severities = map[verdict]agreement.Severity{never: agreement.Error, deviating: agreement.Warning, accepted: agreement.Note}
)

func (t term) hint(v verdict) string {
	var parts []string
	if v != accepted {
		parts = append(parts, "ask for "+shown(t.Preferred))
		if len(t.Fallback) > 0 {
			var all []string
			for _, one := range t.Fallback {
				all = append(all, shown(one))
			}
			parts = append(parts, "fall back to "+document.Either(all))
		}
		if r := t.room(); r != "" {
			parts = append(parts, r)
		}
	}
	if t.Why != "" {
		parts = append(parts, t.Why)
	}
	return strings.Join(parts, "; ")
}

// room is the range that the position leaves.
func (t term) room() string {
	switch {
	case t.AtLeast != "" && t.AtMost != "":
		return fmt.Sprintf("from %s to %s is acceptable", t.AtLeast, t.AtMost)
	case t.AtLeast != "":
		return fmt.Sprintf("%s or more is acceptable", t.AtLeast)
	case t.AtMost != "":
		return fmt.Sprintf("%s or less is acceptable", t.AtMost)
	}
	return ""
}

func shown(v Value) string {
	if v == None {
		return "left out"
	}
	return string(v)
}
