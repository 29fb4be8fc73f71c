package house

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente/articles/form"
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
		text := unquoted(w.text)
		for _, m := range asTerm.FindAllStringSubmatchIndex(text, -1) {
			switch term := strings.TrimSpace(text[m[2]:m[3]]); {
			case h.isName(term):
			case binds.MatchString(text[m[3]:]) || slices.Contains(usual, term):
				h.add("wording-defined", path, clause, w.line, "%s is written as a defined term, and nothing defines it", term).
					Mend("define it in the text as **%s** means …; put a name in “…”, or write a small letter", term)
			default:
				h.add("wording-name", path, clause, w.line, "%s reads like a defined term, and nothing defines it; if it is a name, all is well", term).
					Mend("define it in the text as **%s** means …, or write a small letter; a name in “…” is not asked about", term)
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
	_, first := utf8.DecodeRuneInString(words)
	inner := words[first:]
	return len(all) > 1 || strings.ToUpper(words) == words || strings.ToLower(inner) != inner || slices.Contains(parts, words) || slices.Contains(dates(), words) || h.inAName(words)
}

// inAName reports whether a word is part of the name of a party.
func (h *checker) inAName(word string) bool {
	for _, path := range []string{"parties.a.name", "parties.a.short_name", "parties.b.name", "parties.b.short_name"} {
		if v, ok := form.At(h.contract.Terms, path); ok && slices.Contains(strings.Fields(v.String()), word) {
			return true
		}
	}
	return false
}

// dates are the names of the months and of the days of the week.
func dates() (names []string) {
	for m := time.January; m <= time.December; m++ {
		names = append(names, m.String())
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		names = append(names, d.String())
	}
	return names
}

// binds is what follows a term that somebody is bound or entitled by, which no mere name is.
var binds = regexp.MustCompile(`^(?:’s?|'s?)? (?:shall|must|may|warrants?|undertakes?|agrees?)\b`)

// usual are the words that contracts define most often. One of them is never taken for a name.
var usual = strings.Fields(`Affiliate Affiliates Amount Authority Budget Buyer Claim Claims Client Company Content Contractor Customer Customers Data
	Deliverable Deliverables Documentation Fee Fees Indemnitee Indemnitor Intellectual Invention Inventions Law Laws Licence License Licensee Licensor Loss Losses
	Mark Marks Material Materials Order Orders Platform Price Prices Product Products Project Projects Provider Purchaser Recipient Report Reports Reseller Results
	Royalties Royalty Seller Service Services Site Software Specification Specifications Supplier System Systems Tax Taxes Term Territory Trademark Trademarks
	User Users Vendor Work Works`)

// parts are what a contract is made of.
var parts = []string{"Schedule", "Schedules", "Article", "Articles", "Clause"}
