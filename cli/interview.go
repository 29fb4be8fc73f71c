package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/governance"
	"entente/articles/integration"
	"entente/articles/scope"
	"entente/articles/sharing"
	"entente/calendar"
	"entente/money"
)

// A questionnaire asks on a terminal, with a default for every question.
type questionnaire struct {
	in  *bufio.Reader
	out io.Writer
	err error // the first; later questions are not asked
}

// ask asks until the answer can be read into v's text form; an empty answer is the default.
func (q *questionnaire) ask(question, usual string, read func(string) error) {
	for q.err == nil {
		if usual != "" {
			fmt.Fprintf(q.out, "%s [%s]: ", question, usual)
		} else {
			fmt.Fprintf(q.out, "%s: ", question)
		}
		line, err := q.in.ReadString('\n')
		if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
			q.err = errors.New("the questions were not all answered; nothing was written")
			return
		}
		answer := strings.TrimSpace(line)
		if answer == "" {
			answer = usual
		}
		if answer == "" {
			fmt.Fprintln(q.out, "  an answer is needed here")
			continue
		}
		if err := read(answer); err != nil {
			fmt.Fprintf(q.out, "  %v\n", err)
			continue
		}
		return
	}
}

func (q *questionnaire) text(question, usual string, into *string) {
	q.ask(question, usual, func(s string) error { *into = s; return nil })
}

func (q *questionnaire) yes(question string, usual bool, into *bool) {
	word := map[bool]string{true: "yes", false: "no"}
	q.ask(question+" (yes/no)", word[usual], func(s string) error {
		switch strings.ToLower(s) {
		case "y", "yes":
			*into = true
		case "n", "no":
			*into = false
		default:
			return errors.New("answer yes or no")
		}
		return nil
	})
}

// read is for values that read themselves: dates, durations, percentages, addresses.
func (q *questionnaire) read(question, usual string, into interface{ UnmarshalText([]byte) error }) {
	q.ask(question, usual, func(s string) error { return into.UnmarshalText([]byte(s)) })
}

// interview asks its way through a new agreement. What is not asked is taken from the example's
// usual terms, without its parties, components and people.
func interview(env *Env, today calendar.Date) (articles.Agreement, error) {
	q := &questionnaire{in: bufio.NewReader(env.Stdin), out: env.Stderr}
	a := articles.Blank(today)
	fmt.Fprint(q.out, "This begins a new agreement. Enter takes the default in brackets; everything can be changed in the file.\n\nThe agreement\n")
	q.text("  Partnership number", fmt.Sprintf("P-%d-001", today.Year), &a.Agreement.Number)
	q.read("  Date of the agreement", today.String(), &a.Agreement.Dated)
	q.read("  Effective date", a.Agreement.Dated.String(), &a.Agreement.Effective)
	q.ask("  Time zone", "Europe/Berlin", func(s string) error {
		a.Agreement.TimeZone = s
		if a.Frame().Zone().String() != s {
			return fmt.Errorf("%q is no time zone: write an IANA name such as Europe/Berlin or America/New_York", s)
		}
		return nil
	})
	q.read("  Currency", "EUR", &a.Agreement.Currency)
	a.Commerce.Payment.Currency = a.Agreement.Currency
	q.party("\nParty A", &a.Parties.A)
	q.party("\nParty B", &a.Parties.B)
	q.purpose(&a)
	q.components(&a)
	q.people(&a)
	q.keyTerms(&a)
	return a, q.err
}

func (q *questionnaire) party(title string, p *agreement.PartyTerms) {
	fmt.Fprintln(q.out, title)
	q.text("  Legal name", "", &p.Name)
	q.text("  Registered address", "", &p.Address)
	q.text("  What it provides", "AI services", &p.Provides)
	q.text("  First contact: name", "", &p.Contact.Name)
	q.read("  First contact: e-mail", "", &p.Contact.Email)
}

func (q *questionnaire) purpose(a *articles.Agreement) {
	fmt.Fprintln(q.out, "\nPurpose (clause 1.1)")
	p := &a.Scope.Purpose
	q.yes("  Integrate the parties' technology", true, &p.Integrate)
	if p.Integrate {
		p.TechnologyA, p.TechnologyB = a.Parties.A.Provides, a.Parties.B.Provides
	}
	q.yes("  Offer joint AI solutions", true, &p.JointSolutions)
	q.yes("  Co-marketing", false, &p.CoMarketing)
	q.yes("  Share data for AI improvement", false, &p.DataForImprovement)
	q.yes("  Joint AI research", false, &p.JointResearch)
}

var _ = []any{commerce.Shared, governance.Terms{}, integration.Terms{}, scope.Terms{}, sharing.Terms{}, money.Amount{}, slices.Clip[[]int], context.Background}
