package inbox

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/audience"
	"entente/calendar"
	"entente/document"
	"entente/mail"
	"entente/mail/paper"
	"entente/register"
)

// A part is one of the parts of a letter.
type part int

// The parts, in their order.
const (
	raised part = iota
	notices
	asked
	due
	news
)

var headings = [...]string{
	raised:  "Comes to you because nobody to whom it went first has read it",
	notices: "Formal notices, and clocks that run",
	asked:   "Wants an answer of your party",
	due:     "Deadlines",
	news:    "Has happened",
}

// rank is the part of a letter in which an item stands.
func rank(i Item) part {
	switch {
	case i.Raised():
		return raised
	case i.Matter == audience.Notice:
		return notices
	case i.Asks != "":
		return asked
	case !i.Due.IsZero():
		return due
	}
	return news
}

// mostTold is how many items a letter tells one by one.
const mostTold = 50

// letter writes what items say, which are sorted by part.
func (p *Postman) letter(v *register.View, m agreement.Member, to agreement.Person, items []Item) (mail.Letter, error) {
	text := v.State.Text()
	number, zone := paper.Line(text.Agreement.Number, 60), text.Frame().Zone()
	subject := fmt.Sprintf("%s (agreement %s)", paper.Line(items[0].Says, 110), number)
	if len(items) > 1 {
		subject = fmt.Sprintf("%s, and %d more (agreement %s)", paper.Line(items[0].Says, 100), len(items)-1, number)
	}
	sheet := paper.Paper{Title: subject, To: to.Name, Foot: p.foot(m, items)}
	sheet.Blocks = append(sheet.Blocks, paper.Block{Text: fmt.Sprintf("Agreement %s between %s and %s, where you act for %s.", number, paper.Line(text.Parties.A.Name, 80), paper.Line(text.Parties.B.Name, 80), m.Party.Label())})
	told := items[:min(len(items), mostTold)]
	for n, i := range told {
		if n == 0 || rank(i) != rank(told[n-1]) {
			sheet.Blocks = append(sheet.Blocks, paper.Block{Heading: headings[rank(i)]})
		}
		last := &sheet.Blocks[len(sheet.Blocks)-1]
		last.Items = append(last.Items, p.item(i, zone))
	}
	if more := len(items) - len(told); more > 0 {
		sheet.Blocks = append(sheet.Blocks, paper.Block{Text: fmt.Sprintf("There are %d more.", more)})
	}
	sheet.Blocks = append(sheet.Blocks, paper.Block{Link: paper.Link{Text: "All of it is on your page", URL: p.at(v.State.ID, "")}},
		paper.Block{Link: paper.Link{Text: "Choose which letters come, and when", URL: p.at(v.State.ID, "/preferences")}})
	html, err := sheet.HTML()
	return mail.Letter{To: string(to.Email), Subject: subject, Text: sheet.Text(), HTML: html, Preferences: p.at(v.State.ID, "/preferences")}, err
}

// at is an address below the notifications of an agreement; empty if the node does not know its own.
func (p *Postman) at(id agreement.ID, below string) string {
	if p.Origin == "" {
		return ""
	}
	return p.Origin + "/agreements/" + string(id) + "/notifications" + below
}

func (p *Postman) item(i Item, zone *time.Location) paper.Item {
	facts := []string{}
	if i.Asks != "" {
		facts = append(facts, i.Asks+".")
	}
	if !i.Due.IsZero() {
		facts = append(facts, When(i, zone)+".")
	}
	return paper.Item{Says: i.Says + ".", Facts: append(facts, under(i)), Link: paper.Link{Text: "Open it", URL: p.at(i.Agreement, "/"+i.ID)}}
}

// under is the clause under which an item stands, as a line.
func under(i Item) string {
	if i.Clause == "" {
		return "About the ledger of the agreement."
	}
	cited := i.Clause.Cite()
	cited = strings.ToUpper(cited[:1]) + cited[1:]
	if title := i.Clause.Title(); title != "" && i.Clause != agreement.FrontPage && i.Clause != agreement.SignatureBlock {
		cited += ", " + title
	}
	return cited + "."
}

// When says by when something is due, on the clocks of a zone, which it names.
func When(i Item, zone *time.Location) string {
	last := i.Due.Add(-1).In(zone)
	day := calendar.DateOf(last)
	by := "By the end of " + day.Words()
	if !i.Due.Equal(day.AddDays(1).In(zone)) {
		by = "Before " + i.Due.In(zone).Format("15:04") + " on " + calendar.DateOf(i.Due.In(zone)).Words()
	}
	by += " (" + zone.String() + ")"
	if i.Step >= Late {
		return by + "; it is late"
	}
	return by
}

// foot says why the letter came, and what one can do about that.
func (p *Postman) foot(m agreement.Member, items []Item) []string {
	var roles []string
	var fixed []string
	for _, i := range items {
		if label := i.Role.Label(); !slices.Contains(roles, label) {
			roles = append(roles, label)
		}
		if i.Fixed != "" && !slices.Contains(fixed, i.Fixed.Cite()) {
			fixed = append(fixed, i.Fixed.Cite())
		}
	}
	foot := []string{fmt.Sprintf("You get this letter as %s of %s (clause 7.1).", document.Join(roles), m.Party.Label())}
	if len(fixed) > 0 {
		foot = append(foot, "What comes under "+document.Join(fixed)+" has effect when it arrives or runs a clock, so it comes at once and cannot be turned off (clause 13.8).")
	}
	return foot
}
