package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/mail"
	"entente/mail/paper"
	"entente/register"
)

// Inviters are the roles of clause 7.1 whose holders invite people of their own party.
var Inviters = []agreement.Role{agreement.Signatory, agreement.Committee}

// mostInvitations is how many links a person is sent within a day.
const mostInvitations = 3

// An Invitation is a one-time link that was sent to a person.
type Invitation struct {
	Credential access.Credential
	Person     agreement.Person
}

// Invite sends a person a one-time link by which they enter, to the address that the agreement has for
// them. A party's representatives invite their own party's people and introduce the other's (Introduces), the
// operator anybody; the link goes to that person alone, and whoever invites does not see it. keep makes the answer that is kept with it. The
// error is a refusal, ErrNoMail, ErrNoPasskeys where the node does not know its address, or
// register.ErrUnknown.
func (b *Book) Invite(ctx context.Context, by access.Caller, id agreement.ID, person string, keep func(Invitation) (access.Answer, error)) (Invitation, error) {
	const act = "invite a person"
	switch {
	case !b.HasMail():
		return Invitation{}, ErrNoMail
	case !b.HasPasskeys():
		return Invitation{}, ErrNoPasskeys
	case !by.Operator && !by.In(id):
		return Invitation{}, register.ErrUnknown
	case !by.Operator && !slices.ContainsFunc(Inviters, func(r agreement.Role) bool { return slices.Contains(by.Actor.Roles, r) }):
		return Invitation{}, agreement.Refuse(act, "7.1", "only the signatory or a member of the steering committee may")
	}
	view, err := b.Door.Register.View(id)
	if err != nil {
		return Invitation{}, err
	}
	m, found := view.State.Members[person]
	if !found {
		m, found = view.Member(person)
	}
	who, known := access.Person(view, m)
	switch {
	case !found:
		return Invitation{}, register.ErrUnknown
	case !by.Operator && m.Party != by.Actor.Party && !b.Introduces(ctx, by, view, m):
		return Invitation{}, agreement.Refuse(act, "7.1", "%s is of %s, which invites its own people", who.Name, m.Party.Label())
	case !known || !view.State.Acts(m, b.Door.Now()):
		return Invitation{}, agreement.Refuse(act, "7.1", "the agreement does not let this person act now")
	}
	if err := b.patient(ctx, id, m.ID); err != nil {
		return Invitation{}, err
	}
	return b.send(ctx, by, view, m, who, keep)
}

// Introduces reports whether a person may be invited by the other party: one who negotiates for a party of
// which nobody has come in yet, under an agreement of which nothing is signed. That is how whoever began an
// agreement lets the other party know of it; from then on each party invites its own people.
func (b *Book) Introduces(ctx context.Context, by access.Caller, v *register.View, m agreement.Member) bool {
	if _, signed := v.State.Life.LastSigned(); signed || m.Party == by.Actor.Party || !articles.May(v.State, articles.Actor{Party: m.Party, Roles: m.Roles}, agreement.Propose{}) {
		return false
	}
	all, err := b.Door.Store.Credentials(ctx, v.State.ID, "")
	return err == nil && !slices.ContainsFunc(all, func(c access.Credential) bool {
		return c.Kind != access.Link && v.State.Members[c.Person].Party == m.Party
	})
}

// invited is the label of links that were sent.
const invited = "invitation"

// patient refuses to send somebody link after link.
func (b *Book) patient(ctx context.Context, id agreement.ID, person string) error {
	all, err := b.Door.Store.Credentials(ctx, id, person)
	if err != nil {
		return fmt.Errorf("reading the links: %w", err)
	}
	n := 0
	for _, c := range all {
		if c.Kind == access.Link && strings.HasPrefix(c.Label, invited) && c.Created.After(b.Door.Now().Add(-24*time.Hour)) {
			n++
		}
	}
	if n >= mostInvitations {
		return agreement.Refuse("invite a person", "7.1", "they were sent %d links within a day; wait until tomorrow", n)
	}
	return nil
}

func (b *Book) send(ctx context.Context, by access.Caller, v *register.View, m agreement.Member, who agreement.Person, keep func(Invitation) (access.Answer, error)) (Invitation, error) {
	from := "The operator of the node"
	if !by.Operator {
		inviter, _ := access.Person(v, v.State.Members[by.Actor.ID])
		from = inviter.Name
	}
	text := v.State.Text()
	out := Invitation{Person: who}
	label := invited + " by " + map[bool]string{true: "the operator", false: by.Actor.ID}[by.Operator]
	_, _, err := b.Door.IssueOnce(ctx, access.Grant{Kind: access.Link, Agreement: v.State.ID, Person: m.ID, Label: label, Life: access.LinkLife, Proven: b.proof(string(who.Email))},
		func(link access.Key, c access.Credential) (access.Answer, error) { // the letter first: without one nobody is told that somebody is invited
			out.Credential = c
			l := mail.Letter{Key: "invitation/" + c.ID, To: string(who.Email), Expires: c.Expires, Subject: "Your way to agreement " + paper.Line(text.Agreement.Number, 80)}
			err := b.post(ctx, l, paper.Paper{Title: l.Subject, To: who.Name, Blocks: []paper.Block{
				{Text: fmt.Sprintf("%s invites you to agreement %s between %s and %s, where you act for %s.", from, text.Agreement.Number, text.Parties.A.Name, text.Parties.B.Name, m.Party.Label())},
				{Text: fmt.Sprintf("Open this link and press its button. It works once, until %s.", c.Expires.Format("2 January 2006, 15:04 MST")),
					Link: paper.Link{Text: "Your way in", URL: b.Site.Origin + "/enter/" + link.Text().Reveal()}},
				{Text: "Then make a passkey on your own page, and you need no link any more. Do not pass the link on: whoever opens it acts as you."},
			}})
			if err != nil {
				return access.Answer{}, err
			}
			return keep(out)
		})
	if err != nil {
		return Invitation{}, err
	}
	return out, nil
}
