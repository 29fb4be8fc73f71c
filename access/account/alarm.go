package account

import (
	"context"
	"fmt"

	"entente/access"
	"entente/agreement"
	"entente/mail"
	"entente/mail/paper"
)

// alarm writes to a person that one of their ways in has changed, once under each key. What has happened has
// happened: a letter that cannot be posted is told to the log.
func (b *Book) alarm(ctx context.Context, id agreement.ID, person, key, happened, then string) {
	if !b.HasMail() {
		return
	}
	view, err := b.Door.Register.View(id)
	if err != nil {
		return
	}
	who, known := access.Person(view, view.State.Members[person])
	if !known {
		return
	}
	number := paper.Line(view.State.Text().Agreement.Number, 60)
	sheet := paper.Paper{Title: happened + " (agreement " + number + ")", To: who.Name, Blocks: []paper.Block{
		{Text: fmt.Sprintf("%s, for agreement %s, on %s.", happened, number, b.Door.Now().UTC().Format("2 January 2006 at 15:04 MST"))},
		{Text: "If it was you, nothing is to be done. If not: " + then},
	}, Foot: []string{"You get this letter because it is about who can act as you. It cannot be turned off."}}
	sheet.Blocks = append(sheet.Blocks, paper.Block{Link: paper.Link{Text: "Your passkeys, sessions and tokens", URL: b.page()}})
	if err := b.post(ctx, mail.Letter{Key: key, To: string(who.Email), Subject: sheet.Title}, sheet); err != nil {
		b.Log.Error("a person was not told that one of their ways in has changed", "key", key, "error", err)
	}
}

// post posts a letter with what a sheet says, as text and as HTML.
func (b *Book) post(ctx context.Context, l mail.Letter, sheet paper.Paper) (err error) {
	l.Text = sheet.Text()
	if l.HTML, err = sheet.HTML(); err != nil {
		return err
	}
	return b.Mail.Post(ctx, l)
}

// closeAll is what to do where somebody else has come in.
const closeAll = "enter, end it and every session that is not yours, remove passkeys that are not yours, and tell the operator of the node."

// Began tells a person of a session that began where none of theirs had been before: on another browser, or by
// another way. The first of all is no surprise.
func (b *Book) Began(ctx context.Context, c access.Caller) error {
	all, err := b.Door.Store.Credentials(ctx, c.Agreement, c.Actor.ID)
	if err != nil {
		return fmt.Errorf("reading the sessions: %w", err)
	}
	label, before := "", map[string]bool{}
	for _, one := range all {
		switch {
		case one.Kind != access.Session:
		case one.ID == c.Credential:
			label = one.Label
		default:
			before[one.Label] = true
		}
	}
	if label != "" && len(before) > 0 && !before[label] {
		b.alarm(ctx, c.Agreement, c.Actor.ID, "session/"+c.Credential, "A session began where you had none before ("+paper.Line(label, 60)+")", closeAll)
	}
	return nil
}

// TokenMade tells a person that a token, a signer or a service account was made that acts as them or for them.
func (b *Book) TokenMade(ctx context.Context, c access.Credential) {
	what, where := "A token was made that acts as you", "on your page or by `entente access revoke "+c.ID+"`"
	switch c.Kind {
	case access.Signer:
		what = "A key was added by which a program acts as you"
	case access.Service:
		what, where = "An account was made by which a program of your party acts for you", "under Programs on your page or by `entente access revoke "+c.ID+"`"
	}
	b.alarm(ctx, c.Agreement, c.Person, "token/"+c.ID, what, "end it "+where+", and tell the operator of the node.")
}
