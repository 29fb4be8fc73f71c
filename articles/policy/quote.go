package policy

import (
	"strings"

	"entente/agreement"
	"entente/document"
)

// Words are what a clause says in the version in force, as plain text of a sentence or two: what a
// refusal quotes.
func (p *Policy) Words(clause agreement.Clause) string { return p.words()[clause] }

// longest is the most characters of a clause that a refusal quotes.
const longest = 400

func clauseWords(d document.Document) map[agreement.Clause]string {
	words := map[agreement.Clause]string{}
	defer func() { words["B"], words["C"] = words["B.2"], words["C.6"] }() // calls are refused for credentials and for limits
	for _, section := range d.Sections {
		for _, c := range section.Clauses {
			text := shorten(plain(c.Blocks), longest)
			words[agreement.Clause(c.Number)] = text
			if letter, ok := strings.CutPrefix(section.Label, "Schedule "); ok && words[agreement.Clause(letter)] == "" {
				words[agreement.Clause(letter)] = text
			}
		}
	}
	return words
}

func plain(blocks []document.Block) string {
	for _, b := range blocks {
		switch {
		case b.Paragraph != nil:
			return b.Paragraph.Text.String()
		case b.Options != nil:
			for _, o := range b.Options.Items {
				if o.Chosen {
					return o.Text.String()
				}
			}
		}
	}
	return ""
}

func shorten(s string, limit int) string {
	r := []rune(s)
	if len(r) <= limit {
		return s
	}
	return string(r[:limit-1]) + "…"
}
