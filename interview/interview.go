// Package interview asks two companies their way through a new agreement: who they are, what they
// integrate and what they always bargain over.
//
// Every question has a default where there is a usual answer, and an answer with which the agreement
// would not check is asked for again, with the reason. What is not asked is usual in the field;
// everything can be changed later.
package interview

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/general"
	"entente/articles/technical"
	"entente/calendar"
)

// Ask reads the answers from one side and writes the questions to the other. The error is
// ErrUnanswered if the answers end before the questions do.
func Ask(answers io.Reader, screen io.Writer, today calendar.Date) (articles.Agreement, error) {
	fmt.Fprintln(screen, "This begins a new agreement. Enter takes the default in brackets; everything can be changed in the file.")
	return all(&terminal{bufio.NewReader(answers), screen}, today)
}

// mostComponents are asked for; further ones are written into the file.
const mostComponents = 20

func all(asked respondent, today calendar.Date) (articles.Agreement, error) {
	q := &questionnaire{asked: asked, a: draft.Blank(today)}
	q.facts(today)
	for _, p := range agreement.Both {
		q.party(p)
	}
	q.purposes()
	q.components()
	for _, p := range agreement.Both {
		q.person(p)
	}
	q.keyTerms()
	return draft.Furnish(q.a), q.err
}

func (q *questionnaire) facts(today calendar.Date) {
	f := &q.a.Agreement
	q.say("The agreement")
	q.text("agreement.number", "Partnership number", fmt.Sprintf("P-%d-001", today.Year), &f.Number)
	q.read("agreement.dated", "Date of the agreement", today.String(), &f.Dated)
	q.ask("agreement.effective", "Effective date", f.Dated.String(), func(s string) error {
		if err := f.Effective.UnmarshalText([]byte(s)); err != nil {
			return err
		}
		if f.Effective.Before(f.Dated) {
			return fmt.Errorf("%s is before the date of the agreement, %s", f.Effective, f.Dated)
		}
		return nil
	})
	q.text("agreement.time_zone", "Time zone (IANA name)", "Europe/Berlin", &f.TimeZone)
	q.read("agreement.currency", "Currency (ISO 4217)", "EUR", &f.Currency)
	q.a.Commerce.Payment.Currency = f.Currency
}

// partyTerms is where the answers about a party go.
func (q *questionnaire) partyTerms(p agreement.Party) *agreement.PartyTerms {
	if p == agreement.B {
		return &q.a.Parties.B
	}
	return &q.a.Parties.A
}

func (q *questionnaire) party(p agreement.Party) {
	at, t := "parties."+string(p), q.partyTerms(p)
	q.say("%s", p.Label())
	q.text(at+".name", "Legal name", "", &t.Name)
	q.text(at+".address", "Registered address", "", &t.Address)
	q.text(at+".provides", "What it provides, as a noun", map[agreement.Party]string{agreement.A: "AI services", agreement.B: "software products"}[p], &t.Provides)
	q.text(at+".contact.name", "First contact: name", "", &t.Contact.Name)
	q.read(at+".contact.email", "First contact: e-mail", "", &t.Contact.Email)
}

func (q *questionnaire) purposes() {
	p := &q.a.Scope.Purpose
	for q.err == nil && !p.Any() {
		q.say("Purpose (clause 1.1); at least one")
		p.Integrate = q.yes("scope.purpose.integrate", "Integrate the technologies of the parties", true)
		p.JointSolutions = q.yes("scope.purpose.joint_solutions", "Offer joint AI solutions", true)
		p.CoMarketing = q.yes("scope.purpose.co_marketing", "Co-marketing", false)
		p.DataForImprovement = q.yes("scope.purpose.data_for_improvement", "Share data to improve AI", false)
		p.JointResearch = q.yes("scope.purpose.joint_research", "Joint AI research", false)
	}
	if p.Integrate {
		p.TechnologyA, p.TechnologyB = q.a.Parties.A.Provides, q.a.Parties.B.Provides
	}
}

func (q *questionnaire) components() {
	if p := q.a.Scope.Purpose; !p.Integrate && !q.yes("scope.components", "Components that a party calls, installs or embeds (clause 1.2)", p.JointSolutions) {
		return
	}
	for i := 0; q.err == nil; i++ {
		provider := agreement.Both[i%2]
		q.say("Component %d (clause 1.2)", i+1)
		q.component(i, provider)
		if i+1 == mostComponents || !q.yes(fmt.Sprintf("scope.components[%d].another", i), "Another component", i == 0) {
			return
		}
	}
}

func (q *questionnaire) component(i int, provider agreement.Party) {
	q.a.Scope.Components = append(q.a.Scope.Components, agreement.Component{})
	c, at := &q.a.Scope.Components[i], fmt.Sprintf("scope.components[%d]", i)
	q.choose(at+".provider", "Provided by party", string(provider), c.Provider.Values(), func(s string) { c.Provider = agreement.Party(s) })
	provides := q.a.Parties.Of(c.Provider).Provides
	q.text(at+".name", "Short name, for addresses", q.free(slug(provides, "component")), &c.Name)
	q.text(at+".title", "Title", provides, &c.Title)
	q.list(at+".methods", "Offered by api, sdk, embedded", "api", func(values []string) error {
		c.Methods = nil
		for _, v := range values {
			if err := oneOf(v, agreement.API.Values()); err != nil {
				return err
			}
			if m := agreement.Method(v); !c.By(m) {
				c.Methods = append(c.Methods, m)
			}
		}
		return nil
	})
	q.specification(i, *c)
}

// free is the name, with a number if a component has it already.
func (q *questionnaire) free(name string) string {
	taken := func(s string) bool { _, ok := q.a.Frame().Component(s); return ok }
	for n, first := 2, name; taken(name); n++ {
		name = fmt.Sprintf("%s-%d", first, n)
	}
	return name
}

// longestSlug leaves room for a number or a party's letter after it.
const longestSlug = 36

// slug is a text as a short name: lower-case letters, digits and hyphens.
func slug(s, otherwise string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case !unicode.Is(unicode.Mn, r) && b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	short := b.String()
	if len(short) > longestSlug {
		short = short[:longestSlug]
	}
	if short = strings.Trim(short, "-"); short == "" {
		return otherwise
	}
	return short
}

// specification asks for the component's row of Schedule A.
func (q *questionnaire) specification(i int, c agreement.Component) {
	q.a.ScheduleA.Components = append(q.a.ScheduleA.Components, technical.Specification{Component: c.Name})
	s, at := &q.a.ScheduleA.Components[i], fmt.Sprintf("schedule_a.components[%d]", i)
	if c.By(agreement.API) {
		q.api(at, s, domain(q.a.Parties.Of(c.Provider).Contact.Email))
	}
	if c.By(agreement.SDK) {
		s.Artifacts = []technical.Artifact{{}}
		q.text(at+".artifacts[0].platform", "SDK: platform", "JavaScript, browsers", &s.Artifacts[0].Platform)
		q.text(at+".artifacts[0].package", "SDK: name of the package", c.Name, &s.Artifacts[0].Package)
	}
	if c.By(agreement.Embedded) {
		q.list(at+".origins[0]", "Origins of the pages that show it", under("https://www.", domain(q.a.Parties.Of(c.Provider.Other()).Contact.Email), ""), func(values []string) error {
			s.Origins = values
			return nil
		})
	}
}

// operations are what is usually allowed, by protocol.
var operations = map[technical.Protocol]string{technical.OpenAI: "chat.completions, models", technical.Anthropic: "messages, models", technical.HTTP: "POST /v1"}

func (q *questionnaire) api(at string, s *technical.Specification, host string) {
	s.UpstreamAuth, s.Versions = technical.Bearer, []technical.Version{{Name: "v1"}}
	q.choose(at+".protocol", "Protocol", "openai", s.Protocol.Values(), func(v string) { s.Protocol = technical.Protocol(v) })
	if s.Protocol == technical.MCP {
		q.list(at+".tools[0]", "Tools that may be called", "", func(values []string) error { s.Tools = values; return nil })
	} else {
		q.list(at+".operations[0]", "Operations that may be used", operations[s.Protocol], func(values []string) error {
			s.Operations = values
			for i := range values {
				if err := draft.Objection(q.a, fmt.Sprintf("%s.operations[%d]", at, i)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if s.Protocol.Models() {
		q.list(at+".models[0]", "Models that may be used", s.Component, func(values []string) error {
			s.Models = nil
			for _, v := range values {
				s.Models = append(s.Models, technical.Model{Name: v})
			}
			return nil
		})
	}
	q.read(at+".base_urls.test", "Address in test", under("https://test.", host, "/"+s.Component+"/v1"), &s.BaseURLs.Test)
	q.read(at+".base_urls.production", "Address in production", under("https://api.", host, "/"+s.Component+"/v1"), &s.BaseURLs.Production)
}

// under is an address at a host; none while the host is not known.
func under(before, host, after string) string {
	if host == "" {
		return ""
	}
	return before + host + after
}

// domain is where an e-mail address lives.
func domain(e agreement.Email) string {
	_, host, _ := strings.Cut(string(e), "@")
	return host
}

// indispensable are the roles that the one person whom the interview asks for has to have; the file
// can spread them over more people.
func (q *questionnaire) indispensable() []agreement.Role {
	roles := []agreement.Role{agreement.Signatory, agreement.Committee, agreement.Technical, agreement.Commercial, agreement.Legal, agreement.Security}
	if q.a.Scope.Purpose.CoMarketing {
		roles = append(roles, agreement.Marketing)
	}
	return roles
}

func (q *questionnaire) person(p agreement.Party) {
	q.say("Who acts for %s (clause 7.1); more people can be added later", p.Label())
	contact := q.a.Parties.Of(p).Contact
	i, who := len(q.a.Governance.People), agreement.Person{Party: p}
	q.a.Governance.People = append(q.a.Governance.People, who)
	at, into := fmt.Sprintf("governance.people[%d]", i), &q.a.Governance.People[i]
	q.text(at+".name", "Name", contact.Name, &into.Name)
	into.ID = slug(into.Name, "person") + "-" + string(p)
	q.read(at+".email", "E-mail", string(contact.Email), &into.Email)
	q.text(at+".title", "Job title", "Managing Director", &into.Title)
	q.list(at+".roles", "Roles: all, or a list of "+strings.Join(agreement.Signatory.Values(), ", "), "all", func(values []string) error {
		if slices.Equal(values, []string{"all"}) {
			into.Roles = slices.Clone(agreement.Roles)
			return nil
		}
		into.Roles = nil
		for _, v := range values {
			if err := oneOf(v, agreement.Signatory.Values()); err != nil {
				return err
			}
			into.Roles = append(into.Roles, agreement.Role(v))
		}
		for _, r := range q.indispensable() {
			if !into.Has(r) {
				return fmt.Errorf("%s needs someone with the role %s: add it here, and give it to another person later", p.Label(), r)
			}
		}
		return nil
	})
}

// law asks for the governing law and its courts.
func (q *questionnaire) law() {
	l := &q.a.General.Law
	q.ask("general.law.country", "Governing law (ISO 3166 code such as DE, IE, GB-ENG, US-NY)", "DE", func(s string) error {
		country, _, part := strings.Cut(s, "-")
		c, err := general.ParseCountry(country)
		if err != nil {
			return err
		}
		l.Country, l.Region = c, ""
		if part {
			l.Region = s
		}
		var found agreement.Findings
		q.a.General.Check(q.a.Frame(), &found)
		for _, f := range found {
			if f.Rule == "law-region" {
				return errors.New(f.Message + ": " + f.Hint)
			}
		}
		return nil
	})
	q.text("general.law.venue", "Courts, after “… have jurisdiction”", "the courts at the seat of the Party that is sued", &l.Venue)
}
