package account

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/mail"
	"entente/mail/paper"
	"entente/register"
)

// A lookout knows the views in which it was seen to whom addresses have moved. The zero value has seen none.
type lookout struct {
	mu   sync.Mutex
	seen map[agreement.ID]*register.View
}

// fresh reports whether a view was not seen yet.
func (l *lookout) fresh(v *register.View) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen[v.State.ID] != v
}

func (l *lookout) note(v *register.View) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[agreement.ID]*register.View{}
	}
	l.seen[v.State.ID] = v
}

// movedFor is how long a change of address is told: less than letters are remembered, so that it is told once.
const movedFor = 7 * 24 * time.Hour

// TellMoved tells whoever's address in an agreement has changed: at the one of before, because its reader may know
// nothing of it, and at the new one. It follows from the agreements, so that a crash neither loses nor doubles it.
func (b *Book) TellMoved(ctx context.Context) error {
	if !b.HasMail() {
		return nil
	}
	var errs []error
	for _, v := range b.Door.Register.Views() {
		if !b.moved.fresh(v) {
			continue
		}
		err := b.tellMoved(ctx, v)
		if err == nil {
			b.moved.note(v)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (b *Book) tellMoved(ctx context.Context, v *register.View) error {
	for _, m := range v.State.Members {
		before, since := v.State.Life.Predecessor(m.Party)
		if before == 0 || since.Before(b.Door.Now().Add(-movedFor)) {
			continue
		}
		old, had := v.State.Texts[before-1].Frame().Person(v.People[m.ID])
		now, has := access.Person(v, m)
		if !had || !has || old.Party != m.Party || old.Email == "" || access.FoldAddress(string(old.Email)) == access.FoldAddress(string(now.Email)) {
			continue
		}
		for _, l := range b.moving(v, m, old, now) {
			if err := b.post(ctx, l.Letter, l.Paper); err != nil {
				return fmt.Errorf("telling that an address has changed: %w", err)
			}
		}
	}
	return nil
}

// A sheet is a letter with what it says.
type sheet struct {
	mail.Letter
	paper.Paper
}

// moving are the letters about a changed address. That to the old one does not say the new one: it may have another
// reader by now.
func (b *Book) moving(v *register.View, m agreement.Member, old, now agreement.Person) (letters []sheet) {
	number := paper.Line(v.State.Text().Agreement.Number, 60)
	title := "Your e-mail address for agreement " + number + " has changed"
	key := fmt.Sprintf("address/%s/%s/%d/", v.State.ID, m.ID, v.State.Life.Negotiator(m.Party))
	const wrong = "If you know nothing of it: tell whoever signs for your party, and the operator of the node, at once, because whoever reads the new address can enter as you. An amendment of clause 7.1 puts the address right."
	foot := []string{"You get this letter because it is about who can act as you. It cannot be turned off."}
	said := fmt.Sprintf("Version %d of agreement %s, by which %s stands, names another address for you in clause 7.1.", v.State.Life.Negotiator(m.Party), number, m.Party.Label())
	letters = append(letters, sheet{mail.Letter{Key: key + "old", To: string(old.Email), Subject: title}, paper.Paper{Title: title, To: old.Name, Foot: foot, Blocks: []paper.Block{
		{Text: said + " Letters, invitations and codes for this agreement no longer come here."},
		{Text: "If that is right, nothing is to be done. " + wrong}}}})
	if now.Email != "" {
		letters = append(letters, sheet{mail.Letter{Key: key + "new", To: string(now.Email), Subject: title}, paper.Paper{Title: title, To: now.Name, Foot: foot, Blocks: []paper.Block{
			{Text: said + " Letters, invitations and codes for this agreement come here from now on. The address of before was told so, too."},
			{Text: "If this agreement is not yours, tell the operator of the node.", Link: paper.Link{Text: "Your page", URL: b.page()}}}}})
	}
	return letters
}

// page is the address of people's own page; empty where the node does not know under which address it is reached.
func (b *Book) page() string {
	if b.Site.Origin == "" {
		return ""
	}
	return b.Site.Origin + "/me"
}
