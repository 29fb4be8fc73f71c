package house

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/form"
	"entente/document"
)

// A Contract is the agreement to which texts are held.
type Contract struct {
	Terms    reflect.Value                               // the struct of all terms; it is changed while checking, and left as it was
	Template func() document.Document                    // how the template words the terms as they are
	Clauses  func(of agreement.Clause) []document.Clause // the same of the article or schedule of a clause, and of nothing else
	Defined  []string                                    // the terms that clause 0.5 defines
	Any      bool                                        // the texts are for any agreement, so that nothing is known of its values
}

// Check reports what is wrong with texts of the parties' own, and where they stand in place of the template's.
func (t Terms) Check(c Contract, found *agreement.Findings) {
	if t.IsZero() {
		return
	}
	h := checker{contract: c, found: found, say: speaker{c.Terms}, clauses: map[string]document.Clause{}, own: definitions(t)}
	for _, s := range c.Template().Sections {
		for _, one := range s.Clauses {
			h.known = append(h.known, one.Number)
			if own(s) {
				h.clauses[one.Number] = one
			}
		}
		if s.Label != "" {
			_, number, _ := strings.Cut(s.Label, " ")
			h.known = append(h.known, number)
		}
	}
	if n := len(t.Replaced) + len(t.Added); n > MaxPassages {
		found.Add("wording-text", "wording", "%d texts are more than the %d that an agreement may have", n, MaxPassages)
		return
	}
	seen := map[string]bool{}
	for i, p := range t.Replaced {
		at := fmt.Sprintf("wording.replaced[%d]", i)
		whole := seen[p.Clause+"|"] && p.Option != ""
		if key := p.Clause + "|" + p.Option; seen[key] || whole {
			found.Add("wording-place", at+".clause", "clause %.20s has a text of its own already", p.Clause).Mend("keep one of them").Under(ClauseOf(p.Clause))
			continue
		}
		seen[p.Clause+"|"+p.Option] = true
		h.passage(p, at)
	}
	for i, a := range t.Added {
		at := fmt.Sprintf("wording.added[%d]", i)
		if _, ok := h.place(a.Clause, at); ok {
			h.text(a.Text, a.Clause, at+".text", true)
			found.Add("wording-own", at+".clause", "words of your own stand after the template’s").Under(ClauseOf(a.Clause))
		}
	}
}

// ClauseOf is the clause of the catalogue to which a number belongs: C.2 is part of Schedule C.
func ClauseOf(number string) agreement.Clause {
	if schedule, _, part := strings.Cut(number, "."); part && schedule >= "A" && schedule <= "Z" {
		return agreement.Clause(schedule)
	}
	return agreement.Clause(number)
}

type checker struct {
	contract Contract
	found    *agreement.Findings
	say      speaker
	clauses  map[string]document.Clause // of the template, by number: those that may be worded otherwise
	known    []string                   // what may be referred to
	own      map[string]bool            // terms that the texts define themselves
}

// place is the template's clause of a number.
func (h *checker) place(number, at string) (document.Clause, bool) {
	c, ok := h.clauses[number]
	if !ok && number != "" {
		h.found.Add("wording-place", at+".clause", "%.20q is no clause of an article or of a schedule", number).
			Mend("write the number as the contract has it, as in \"6.3\" or \"C.2\"; front page, definitions and signatures are the template's")
	}
	return c, ok
}

func (h *checker) passage(p Passage, at string) {
	c, ok := h.place(p.Clause, at)
	if !ok {
		return
	}
	if p.Option != "" && !slices.Contains(optionsOf(c.Blocks), p.Option) {
		one := h.found.Add("wording-place", at+".option", "clause %s has no box named %.60q", p.Clause, p.Option).Under(ClauseOf(p.Clause))
		if near := form.Nearest(p.Option, optionsOf(c.Blocks)); near != "" {
			one.Mend("did you mean %s?", near)
		}
		return
	}
	binding := p.Option == "" || chosen(c.Blocks, p.Option)
	parts, ok := h.text(p.Text, p.Clause, at+".text", binding)
	if !ok {
		return
	}
	if p.Option != "" && (len(parts) != 1 || parts[0].kind != paragraph) {
		h.add("wording-text", at+".text", p.Clause, 0, "the words of a box are one paragraph").Mend("replace the whole clause to say more")
		return
	}
	if h.contract.Any {
		return
	}
	h.silent(p, parts, at+".text")
	what := "the words"
	if p.Option != "" {
		what = "the words of “" + p.Option + "”"
	}
	h.found.Add("wording-own", at+".clause", "%s are your own, not the template’s", what).Under(ClauseOf(p.Clause))
}

// optionsOf are the names of all boxes among blocks.
func optionsOf(blocks []document.Block) (names []string) {
	for _, b := range blocks {
		if b.Options != nil {
			for _, o := range b.Options.Items {
				names = append(append(names, nameOf(o)), optionsOf(o.Under)...)
			}
		}
	}
	return names
}

func (h *checker) add(rule, path, clause string, line int, format string, args ...any) *agreement.Finding {
	one := h.found.Add(rule, path, format, args...)
	one.Clause, one.Row = ClauseOf(clause), line
	return one
}

// chosen reports whether a box of a name is marked.
func chosen(blocks []document.Block, name string) (marked bool) {
	inOption(blocks, name, func(o document.Option) document.Option {
		marked = marked || o.Chosen
		return o
	})
	return marked
}

// text checks one text by itself, and whether it names what is not agreed where it binds; ok is false if nothing
// more is to be said of it.
func (h *checker) text(text, clause, path string, binding bool) (parts []part, ok bool) {
	if len(text) > MaxText {
		h.add("wording-text", path, clause, 0, "the text has %s bytes; it may have %s", document.Figure(int64(len(text))), document.Figure(MaxText))
		return nil, false
	}
	parts, faults := parse(text)
	for _, f := range faults {
		one := h.add("wording-text", path, clause, f.line, "%s", f.says)
		one.Hint = f.fix
	}
	h.parts(parts, clause, path, binding)
	if len(parts) == 0 && strings.TrimSpace(text) == "" && text != "" {
		h.add("wording-text", path, clause, 0, "the text is empty")
	}
	return parts, len(faults) == 0 && len(parts) > 0
}

// parts checks what a text names. Bound reports whether its words bind whatever is chosen.
func (h *checker) parts(parts []part, clause, path string, bound bool) {
	for i, p := range parts {
		report := func(format string, args ...any) *agreement.Finding {
			return h.add("wording-text", path, clause, p.line, format, args...)
		}
		binding := bound
		switch p.kind {
		case box, round:
			binding = false
			h.mark(p, report)
			if p.kind == round && !h.contract.Any && (i == 0 || parts[i-1].kind != round) {
				h.exactlyOne(parts[i:], report)
			}
		case table:
			if t, ok := h.term(p.path, report); ok && form.ShapeOf(t) != form.List {
				report("%s is no table or list", p.path).Mend("say it within a sentence")
			} else if ok && bound && !h.given(p.path) {
				report("%s has no rows, and the text binds all the same", p.path).Mend("put it under a box that %s marks, two spaces to the right after an empty line", p.path)
			}
		}
		for _, w := range p.words {
			h.piece(w, binding, func(format string, args ...any) *agreement.Finding {
				return h.add("wording-text", path, clause, w.line, format, args...)
			})
		}
		h.defined(p.words, clause, path)
		h.parts(p.under, clause, path, binding)
	}
}

type reporter func(format string, args ...any) *agreement.Finding

// term is the type of a term, if there is one of the path.
func (h *checker) term(path string, report reporter) (reflect.Type, bool) {
	t, ok := form.Fits(h.contract.Terms, path)
	if ok {
		return t, true
	}
	one := report("%.80q is no term of the agreement file", path)
	if near := form.NearestTerm(path, form.Types(h.contract.Terms.Type())); near != "" {
		one.Mend("did you mean %s?", near)
	} else {
		one.Mend("docs/file-format.md lists the terms; write [0] for the first row of a table")
	}
	return nil, false
}

// given reports whether the agreement has a value for a term.
func (h *checker) given(path string) bool {
	if h.contract.Any {
		return true
	}
	v, ok := form.At(h.contract.Terms, path)
	return ok && !unset(h.contract.Terms, path, v)
}

// mark checks by what a box is marked.
func (h *checker) mark(p part, report reporter) {
	t, ok := h.term(p.path, report)
	if !ok || p.value == "" && p.kind == box {
		return
	}
	if form.ShapeOf(t) == form.List {
		t = t.Elem()
	}
	switch choices := form.Choices(t); {
	case !form.Single(t):
		report("%s holds several terms; a box is marked by one", p.path)
	case len(choices) > 0 && !slices.Contains(choices, p.value):
		report("%q is no choice of %s", p.value, p.path).Mend("the choices are %s", document.Either(choices))
	}
}

// exactlyOne reports round boxes, one after the other, of which not exactly one is marked.
func (h *checker) exactlyOne(parts []part, report reporter) {
	n := 0
	for _, p := range parts {
		if p.kind != round {
			break
		}
		if h.say.marked(p) {
			n++
		}
	}
	if n != 1 {
		report("%d of these round boxes are marked; exactly one must be", n).Mend("give each choice that the parties may make a box")
	}
}

func (h *checker) piece(w piece, binding bool, report reporter) {
	switch w.kind {
	case reference:
		if !slices.Contains(h.known, w.text) {
			report("[[%.20s]] refers to nothing: the contract has no %s", w.text, document.Cite(w.text)).Mend("write [[6.1]], [[6]] or [[C]]")
		}
	case value:
		t, ok := h.term(w.text, report)
		switch {
		case !ok:
		case form.ShapeOf(t) == form.Tick:
			report("%s is a box and has no words", w.text).Mend("begin a line with [%s] and say what it chooses", w.text)
		case form.ShapeOf(t) == form.Mapping, form.ShapeOf(t) == form.List && !form.Single(t.Elem()):
			report("%s holds several terms", w.text).Mend("name one of them, or put a table alone on its line")
		case w.noun != "" && form.ShapeOf(t) != form.Number:
			report("%s is no number, so it does not count %q", w.text, w.noun).Mend("write {%s}", w.text)
		case binding && !h.given(w.text):
			report("%s is not agreed, and the text binds all the same", w.text).Mend("begin the line with [%s], so that it binds only if it is agreed, or agree it", w.text)
		}
	}
}
