package articles

import (
	"reflect"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles/house"
	"entente/document"
)

// A Part is what can be worded by itself: the titles of the contract, or one section of it.
type Part struct {
	key    string // the terms of the file that are its own
	number string // "6", "C"; of an article or a schedule
	words  func(Agreement, agreement.Frame) document.Section
}

// Parts are the titles and the sections, in the order of the contract.
func Parts() []Part {
	all := []Part{{}, {words: Agreement.frontPage}, {words: Agreement.recitals}, {words: Agreement.definitions}}
	for i, article := range agreement.Articles {
		all = append(all, Part{article.Section, article.Number, func(a Agreement, f agreement.Frame) document.Section {
			return document.Section{Kind: document.Article, ID: "article-" + article.Number, Label: "Article " + article.Number, Title: article.Title, Clauses: a.articles()[i](f)}
		}})
	}
	all = append(all, Part{key: "general", words: Agreement.signatures})
	for i := range (Agreement{}).schedules() {
		letter := string(rune('A' + i))
		all = append(all, Part{"schedule_" + strings.ToLower(letter), letter, func(a Agreement, f agreement.Frame) document.Section {
			return document.Section{Kind: document.Schedule, ID: "schedule-" + strings.ToLower(letter), Label: "Schedule " + letter,
				Title: agreement.Clause(letter).Title(), Clauses: a.schedule(i, f)}
		}})
	}
	return all
}

// everywhere are the terms that every part may read: what a Frame has of the agreement, and what says which
// words are the parties' own.
var everywhere = []string{"edition", "agreement", "parties", "governance.people", "scope.components", "wording"}

// Reads reports whether the words of the part may depend on a term of an agreement, by its path in the file.
// Wording of the parties' own may name any term.
func (p Part) Reads(a Agreement, path string) bool {
	under := func(key string) bool { return within(path, key) || within(key, path) }
	return p.key != "" && under(p.key) || slices.ContainsFunc(everywhere, under) || p.own(a.House)
}

// within reports whether a path is another one or leads on from it.
func within(path, from string) bool {
	rest, ok := strings.CutPrefix(path, from)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// own reports whether the part has words of the parties' own.
func (p Part) own(t house.Terms) bool {
	return p.number != "" && slices.ContainsFunc(t.Clauses(), func(c agreement.Clause) bool {
		number, _, _ := strings.Cut(string(c), ".")
		return number == p.number
	})
}

// Of is the part of an agreement, which must be settled, as the document that Labelled gives has it.
func (p Part) Of(a Agreement, l Label) document.Document {
	a = a.filled()
	f := a.Frame()
	if p.words == nil {
		return l.On(titles(f))
	}
	d := document.Document{Sections: []document.Section{p.words(a, f)}}
	return a.House.Apply(d, reflect.ValueOf(a))
}
