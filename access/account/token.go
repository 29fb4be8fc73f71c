package account

import (
	"context"
	"crypto/ed25519"
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
	if err := b.once(ctx, c, question); err != nil {
		return access.Key{}, access.Credential{}, err
	}
	k, made, err := b.Door.Give(ctx, access.Grant{Kind: access.API, Agreement: c.Agreement, Person: c.Actor.ID, Label: label, Life: life, Scope: scope, Proven: c.Proven})
	if err == nil {
		b.TokenMade(ctx, made)
	}
	return k, made, err
}

// MakeSigner lets a program of the caller's sign its requests with a key of its own, likewise. The error is also
// access.ErrSigner where the key stands for somebody already.
func (b *Book) MakeSigner(ctx context.Context, c access.Caller, question, label string, scope access.Scope, life time.Duration, key ed25519.PublicKey) error {
	if err := b.once(ctx, c, question); err != nil {
		return err
	}
	g := access.Grant{Agreement: c.Agreement, Person: c.Actor.ID, Label: label, Life: life, Scope: scope, Proven: c.Proven}
	made, err := b.Door.AddSigner(ctx, g, key, func(access.Credential) (access.Answer, error) { return access.Answer{}, nil })
	if err == nil {
		b.TokenMade(ctx, made)
	}
	return err
}

// once spends the question of a form by which the caller makes a token.
func (b *Book) once(ctx context.Context, c access.Caller, question string) error {
	q, until, err := b.answered(wanting(c), question)
	if err != nil {
		return err
	}
	return b.spend(ctx, q, until)
}
