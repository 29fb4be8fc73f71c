package house

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// definitions are the terms that texts define themselves: **Licensee** means …
func definitions(t Terms) map[string]bool {
	all := map[string]bool{}
	texts := []string{}
	for _, p := range t.Replaced {
		texts = append(texts, p.Text)
	}
	for _, a := range t.Added {
		texts = append(texts, a.Text)
	}
	for _, text := range texts {
		parts, _ := parse(text)
		defines(parts, func(term string) { all[term] = true })
	}
	return all
}

// defines visits the terms that parts define.
func defines(parts []part, do func(term string)) {
	for _, p := range parts {
		for i, w := range p.words {
			if w.kind == strong && i+1 < len(p.words) && means.MatchString(p.words[i+1].text) {
				do(w.text)
			}
		}
		defines(p.under, do)
	}
}

var means = regexp.MustCompile(`^\s+(means?|includes?)\b`)

// asTerm is a word with a capital that is used as a defined term is: after a word that points at it.
var asTerm = regexp.MustCompile(`\b(?:[Tt]he|[Aa]|[Aa]n|[Ee]ach|[Ee]very|[Aa]ny|[Nn]o|[Ss]uch|[Ii]ts|[Tt]heir|[Tt]his|[Tt]hat|[Tt]hese|[Bb]oth|[Nn]either|[Ee]ither|[Oo]ther)((?: \p{Lu}[\p{L}’'-]*)+)`)

// defined reports terms that a text defines again, writes without their capitals, or uses undefined.
func (h *checker) defined(words []piece, clause, path string) {
	for i, w := range words {
		if w.kind == strong && i+1 < len(words) && means.MatchString(words[i+1].text) && h.means(w.text) {
			h.add("wording-defined", path, clause, w.line, "clause 0.5 defines %s already", w.text).Mend("use it as it is defined, or name what you mean otherwise")
		}
		if w.kind != plain {
			continue
		}
		for _, term := range h.contract.Defined {
			if lower := strings.ToLower(term); strings.Contains(term, " ") && hasWord(w.text, uncapital(term, lower)) {
				h.add("wording-defined", path, clause, w.line, "%q is written without capitals; the defined term is %s", uncapital(term, lower), term).Mend("write %s", term)
			}
		}
		for _, m := range asTerm.FindAllStringSubmatch(unquoted(w.text), -1) {
			if term := strings.TrimSpace(m[1]); !h.isName(term) {
				h.add("wording-defined", path, clause, w.line, "%s is written as a defined term, and nothing defines it", term).
					Mend("define it in the text as **%s** means …; put a name in “…”, or write a small letter", term)
			}
		}
	}
}

// uncapital is a term as it is written by mistake: "business day", "background IP".
func uncapital(term, lower string) string {
	words := strings.Fields(term)
	for i, w := range words {
		if strings.ToUpper(w) != w {
			words[i] = strings.Fields(lower)[i]
		}
	}
	return strings.Join(words, " ")
}

// hasWord reports whether a text has words that stand by themselves, perhaps in the plural.
func hasWord(text, words string) bool {
	for {
		i := strings.Index(text, words)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(strings.TrimPrefix(text[i+len(words):], "s"))
		if !unicode.IsLetter(before) && !unicode.IsLetter(after) {
			return true
		}
		text = text[i+len(words):]
	}
}

var quotation = regexp.MustCompile(`“[^”]*”|"[^"]*"`)

func unquoted(s string) string { return quotation.ReplaceAllString(s, "“”") }

// means reports whether clause 0.5 defines a term.
func (h *checker) means(term string) bool { return slices.Contains(h.contract.Defined, term) }

// isName reports whether words with capitals are known: a term that is defined here or in clause 0.5, perhaps
// with others after it, a name of several words, or letters that stand for a name.
func (h *checker) isName(words string) bool {
	all := strings.Fields(words)
	for n := len(all); n > 0; n-- {
		term := strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(strings.Join(all[:n], " "), "’s"), "'s"), "’'")
		for _, form := range []string{term, strings.TrimSuffix(term, "s"), strings.TrimSuffix(term, "ies") + "y"} {
			if h.means(form) || h.own[form] || h.own[term] {
				return true
			}
		}
	}
	return len(all) > 1 || strings.ToUpper(words) == words || slices.Contains(parts, words)
}

// parts are what a contract is made of.
var parts = []string{"Schedule", "Schedules", "Article", "Articles", "Clause"}
