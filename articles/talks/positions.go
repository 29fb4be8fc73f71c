package talks

import (
	"encoding/json"
	"fmt"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/changes"
	"entente/document"
)

// A text is what a version says, clause by clause: its words and its terms in one string.
type text map[agreement.Clause]string

// textOf is the text of an agreement. What only repeats other terms in words (recitals, definitions,
// the signature block) is no clause of its own.
func textOf(a articles.Agreement) text {
	said := map[agreement.Clause]*strings.Builder{}
	add := func(clause agreement.Clause, parts ...string) {
		if said[clause] == nil {
			said[clause] = &strings.Builder{}
		}
		for _, part := range parts {
			said[clause].WriteString(part)
		}
	}
	for _, s := range a.Complete().Wording().Sections {
		if s.Kind == document.Matter || s.Kind == document.Signatures {
			continue
		}
		for _, c := range s.Clauses {
			b, err := json.Marshal(c)
			if err != nil {
				panic(fmt.Sprintf("talks: the words of clause %s: %v", c.Number, err))
			}
			add(clauseOf(s, c), string(b), "\n")
		}
	}
	for _, c := range changes.Between(articles.Agreement{}, a) {
		add(home(c), c.Path, " = ", c.New, "\n")
	}
	t := text{}
	for clause, words := range said {
		t[clause] = words.String()
	}
	return t
}

// clauseOf is the clause of the catalogue to which a worded one belongs.
func clauseOf(s document.Section, c document.Clause) agreement.Clause {
	number := agreement.Clause(c.Number)
	if s.Kind == document.Schedule {
		schedule, _, _ := strings.Cut(c.Number, ".")
		number = agreement.Clause(schedule)
	}
	if number.Title() == "" {
		return agreement.FrontPage
	}
	return number
}

// home is the clause of a changed term; what belongs to none is on the front page.
func home(c changes.Change) agreement.Clause {
	if c.Clause.Title() == "" {
		return agreement.FrontPage
	}
	return c.Clause
}

// Positions are the texts on which each party stands, clause by clause: those that it has proposed,
// accepted or signed. A text that comes back later is still accepted, and still rejected.
type positions struct {
	texts    []text // texts[i] is of version i+1; nil for versions that do not count any more
	stands   map[agreement.Party]text
	rejected map[agreement.Party]map[agreement.Clause]rejected
}

type rejected struct {
	text string
	Rejection
}

func positionsOf(s articles.State, footing int) positions {
	p := positions{texts: make([]text, len(s.Life.Versions)), stands: map[agreement.Party]text{}, rejected: map[agreement.Party]map[agreement.Clause]rejected{}}
	for _, party := range agreement.Both {
		p.stands[party], p.rejected[party] = text{}, map[agreement.Clause]rejected{}
	}
	for i := max(0, footing-1); i < len(s.Texts); i++ {
		p.texts[i] = textOf(*s.Texts[i])
		v := s.Life.Versions[i]
		for _, party := range agreement.Both {
			if v.Number == footing || v.ProposedBy(party) && (v.Closed == nil || !v.Closed.Withdrawn) {
				p.adopt(party, p.texts[i])
			}
		}
		if v.Number > footing || !v.Signed() {
			p.hear(v, p.texts[i])
		}
	}
	return p
}

// adopt makes a party stand on a whole text.
func (p *positions) adopt(party agreement.Party, t text) {
	for clause, words := range t {
		p.accept(party, clause, words)
	}
	for clause := range p.stands[party] {
		if _, there := t[clause]; !there {
			p.accept(party, clause, "")
		}
	}
}

func (p *positions) accept(party agreement.Party, clause agreement.Clause, words string) {
	p.stands[party][clause] = words
	if p.rejected[party][clause].text == words {
		delete(p.rejected[party], clause)
	}
}

// hear takes the answers to a version, and then its signatures: who signs accepts all of it.
func (p *positions) hear(v agreement.Version, t text) {
	for _, a := range v.Answered {
		for _, clause := range a.Clauses {
			if a.Accepted {
				p.accept(a.Party, clause, t[clause])
				continue
			}
			p.rejected[a.Party][clause] = rejected{t[clause], Rejection{a.Party, a.Reason, a.At}}
			if p.stands[a.Party][clause] == t[clause] {
				delete(p.stands[a.Party], clause)
			}
		}
	}
	for _, s := range v.Signatures {
		p.adopt(s.Party, t)
	}
}

// points are the clauses of a version on whose text not both parties stand.
func (p *positions) points(version int) []Point {
	t := p.texts[version-1]
	var all []Point
	for _, e := range agreement.Catalogue {
		x := Point{Clause: e.Clause}
		for _, party := range agreement.Both {
			stands, known := p.stands[party][e.Clause]
			no, rejected := p.rejected[party][e.Clause]
			switch {
			case known && stands == t[e.Clause]:
			case rejected && no.text == t[e.Clause]:
				x.Rejected = append(x.Rejected, no.Rejection)
			case t[e.Clause] == "" && !known:
			default:
				x.Waits = append(x.Waits, party)
			}
		}
		if len(x.Waits)+len(x.Rejected) > 0 {
			all = append(all, x)
		}
	}
	return all
}
