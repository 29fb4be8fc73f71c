package drafting

import (
	"html/template"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/form"
	"entente/document/html"
	"entente/document/redline"
)

// beside are the clauses of a section as the draft words them, with what changes; in a new agreement, which replaces none,
// without. Of words of the parties' own they are the clauses that those word, against the template's words.
func beside(p paper, section string) template.HTML {
	if section == "wording" {
		return besideTemplate(p.Terms.Complete())
	}
	now := p.Terms.Complete().Wording()
	before := now
	if p.Latest.Number > 0 {
		before = p.Before.Complete().Wording()
	}
	var own []redline.Line
	number := form.ClauseOf(section)
	for _, l := range redline.Compare(before, now).Lines {
		of, _, _ := strings.Cut(l.Clause, ".")
		article, _, _ := strings.Cut(string(number), ".")
		if number == agreement.FrontPage {
			article = "0"
		}
		if l.Kind != redline.Section && of == article {
			own = append(own, l)
		}
	}
	return html.RedlineLines(own)
}

func besideTemplate(a articles.Agreement) template.HTML {
	worded := a.House.Clauses()
	return html.RedlineLines(slices.DeleteFunc(redline.Compare(a.Template(), a.Wording()).Lines, func(l redline.Line) bool {
		return l.Kind == redline.Section || !slices.Contains(worded, agreement.Clause(l.Clause))
	}))
}
