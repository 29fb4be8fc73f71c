package account

import (
	"context"
	"time"

	"entente/access"
)

// wanting is the purpose of a question: nobody makes a token for someone else.
func wanting(c access.Caller) string { return "token/" + string(c.Agreement) + "/" + c.Actor.ID }

// AskForToken is the question that goes into the form by which the caller makes a token.
func (b *Book) AskForToken(c access.Caller) (Question, error) { return b.Ask(wanting(c)) }

// MakeToken makes a token for a program of the caller's, once for each question. It has shown what its
// person has shown, so that it reads their portfolio. The error is ErrExpired where the question does
// not count.
func (b *Book) MakeToken(ctx context.Context, c access.Caller, question, label string, scope access.Scope, life time.Duration) (access.Key, access.Credential, error) {
	q, until, err := b.answered(wanting(c), question)
	if err == nil {
		err = b.spend(ctx, q, until)
	}
	if err != nil {
		return access.Key{}, access.Credential{}, err
	}
	return b.Door.Give(ctx, access.Grant{Kind: access.API, Agreement: c.Agreement, Person: c.Actor.ID, Label: label, Life: life, Scope: scope, Proven: c.Proven})
}
