package handout

import (
	"context"
	"fmt"

	"entente/access"
	"entente/articles/deadlines"
	"entente/register"
)

// The calendars of an address: the deadlines that are its person's to keep by clause 7.1, and all of the agreement.
const (
	Mine = "mine.ics"
	All  = "agreement.ics"
)

// CalendarPath is the path of a calendar below the node's address.
func CalendarPath(secret access.Secret, calendar string) string {
	return "/api/v1/calendars/" + secret.Reveal() + "/" + calendar
}

// MakeCalendar makes the caller an address, which answer is told once; what it returns is kept with it.
func (d *Desk) MakeCalendar(ctx context.Context, c access.Caller, label string, answer func(access.Secret, access.Credential) (access.Answer, error)) error {
	_, _, err := d.Door.IssueOnce(ctx, access.Grant{Kind: access.Feed, Agreement: c.Agreement, Person: c.Actor.ID, Label: label, Life: access.FeedLife}, func(k access.Key, made access.Credential) (access.Answer, error) {
		return answer(k.Text(), made)
	})
	return err
}

// Calendars are the addresses of the caller that still open something, oldest first.
func (d *Desk) Calendars(ctx context.Context, c access.Caller) ([]access.Credential, error) {
	all, err := d.Door.Store.Credentials(ctx, c.Agreement, c.Actor.ID)
	if err != nil {
		return nil, fmt.Errorf("reading the addresses of calendars: %w", err)
	}
	var live []access.Credential
	for _, one := range all {
		if one.Kind == access.Feed && one.State(d.Now()) == "live" {
			live = append(live, one)
		}
	}
	return live, nil
}

// Calendar is what the address with a secret shows, as iCalendar; register.ErrUnknown if it shows nothing, or nothing
// any more.
func (d *Desk) Calendar(ctx context.Context, secret, calendar string) ([]byte, error) {
	c, err := d.Door.Enter(ctx, secret, access.Feed)
	if err != nil || c.Operator {
		return nil, register.ErrUnknown // an address that has ended is as good as none
	}
	v, err := d.Reader.Register.View(c.Agreement)
	if err != nil {
		return nil, err
	}
	frame := v.State.Text().Frame()
	made := deadlines.Calendar{Agreement: string(c.Agreement), Title: "Agreement " + frame.Front.Number, Made: v.Last}
	for _, one := range deadlines.Of(v.State, d.Now()) {
		if calendar == All || one.Falls(frame, c.Actor.Party, c.Actor.Roles) {
			made.All = append(made.All, one)
		}
	}
	return made.ICalendar(), nil
}
