package feeds

import (
	"context"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/articles/deadlines"
	"entente/calendar"
	"entente/handout"
)

func (d *Desk) calendars(to *rest.Desk) {
	place := rest.Place{Path: "/api/v1/agreements/{id}/deadlines", Tag: "deadlines"}
	rest.Add(to, place.Read("", "list-deadlines", "What is due under the agreement, the earliest first", "It follows from the terms and from what has happened. What merely ends, such as a term, leaves the list when it has ended."), d.deadlines)
	own := rest.Place{Path: "/api/v1/calendars", Tag: "deadlines"}
	rest.AddOnce(to, own.Write("", "make-calendar", rest.Everyone, "Make an address at which a calendar program finds your deadlines",
		"Whoever knows the address sees them, without a token: it is shown in this answer only. It lives 400 days, and ends when you revoke it as any other credential. To renew it, make another and revoke the one before.").On(rest.Self), d.makeCalendar)
	o := own.Read("/{address}/{file}", "get-calendar", "Deadlines as iCalendar (RFC 5545)", "`mine.ics` has those that are yours to keep by clause 7.1, `agreement.ics` all of the agreement. Each is an event with alarms; its UID never changes.").As("text/calendar; charset=utf-8")
	o.Roles = nil // the address is the permission
	rest.Add(to, o, d.calendar)
}

type deadline struct {
	ID     string                `json:"id" doc:"The same as long as there is such a thing: milestone/security-review."`
	Clause agreement.Clause      `json:"clause"`
	What   string                `json:"what"`
	Owes   agreement.Responsible `json:"owes" enum:"a,b,both" doc:"Who has to act, or whom it concerns."`
	Role   agreement.Role        `json:"role" doc:"Of the people whose matter it is."`
	Begun  time.Time             `json:"begun,omitzero" doc:"When a clock began to run; absent where the agreement names a date."`
	Due    time.Time             `json:"due" doc:"The first instant after it."`
	Day    calendar.Date         `json:"day" format:"date" doc:"The last day on which it can be done, in the agreement's zone."`
	State  string                `json:"state" enum:"open,late,done"`
	Yours  bool                  `json:"yours" doc:"Whether it is yours to keep by clause 7.1."`
}

type deadlinesInput struct {
	rest.Of
	rest.Page
	State string `query:"state" enum:"open,late,done"`
	Yours bool   `query:"yours" doc:"Only those that are yours to keep."`
}

func (d *Desk) deadlines(_ context.Context, v rest.Visit, in *deadlinesInput) (*rest.List[deadline], error) {
	var all []deadline
	frame := v.View.State.Text().Frame()
	for _, one := range deadlines.Of(v.View.State, d.Now()) {
		all = append(all, deadline{one.ID, one.Clause, one.What, one.Owes, one.Role, one.Begun, one.Due, one.Day, string(one.State), one.Falls(frame, v.Caller.Actor.Party, v.Caller.Actor.Roles)})
	}
	return rest.Cut(all, in.Page, func(d deadline) string { return d.ID }, func(d deadline) bool { return rest.Is(in.State, d.State) && (!in.Yours || d.Yours) })
}

type calendarInput struct {
	rest.Retry
	Body struct {
		Label string `json:"label,omitempty" maxLength:"200" doc:"What the address is for."`
	}
}

type madeCalendar struct {
	ID      string    `json:"id" doc:"Names the credential: revoke it to end the address."`
	Mine    string    `json:"mine" doc:"The path of your own deadlines, below the node's address. A secret."`
	All     string    `json:"agreement" doc:"The path of all of the agreement. A secret."`
	Expires time.Time `json:"expires"`
}

func (d *Desk) makeCalendar(ctx context.Context, v rest.Visit, in *calendarInput, p *rest.Promise) (out madeCalendar, err error) {
	err = d.Handout.MakeCalendar(ctx, v.Caller, in.Body.Label, func(secret access.Secret, c access.Credential) (access.Answer, error) {
		out = madeCalendar{c.ID, handout.CalendarPath(secret, handout.Mine), handout.CalendarPath(secret, handout.All), c.Expires}
		return p.Of(out)
	})
	return out, err
}

type fileInput struct {
	Address string `path:"address" maxLength:"100" doc:"The secret part of the address."`
	File    string `path:"file" enum:"mine.ics,agreement.ics" doc:"Which of the two."`
}

func (d *Desk) calendar(ctx context.Context, _ rest.Visit, in *fileInput) (*rest.File, error) {
	b, err := d.Handout.Calendar(ctx, in.Address, in.File)
	if err != nil {
		return nil, err
	}
	return &rest.File{Type: "text/calendar; charset=utf-8", Disposition: `inline; filename="` + in.File + `"`, Body: b}, nil
}
