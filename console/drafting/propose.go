package drafting

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"entente/access/account"
	"entente/articles/draft"
	"entente/calendar"
	"entente/console/frame"
	"entente/notary"
	"entente/submission"
)

// mostRemark is how many characters one may say of a version.
const mostRemark = 1000

// propose puts the draft before the parties, as the answer to the version that was on the page.
func (d *Desk) propose(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	at, err := seatOf(v)
	if err != nil {
		return frame.Done{}, err
	}
	p, err := d.open(ctx, at)
	if err != nil {
		return frame.Done{}, err
	}
	s := submission.Submission{File: draft.Write(p.Terms)}
	if s.Answers, err = strconv.Atoi(f.Get("version")); err != nil {
		return frame.Done{}, frame.ErrForm
	}
	if s.Remark, err = frame.Filled(f, "remark", "What you say of it", mostRemark); err != nil {
		return frame.Done{}, err
	}
	if s.Expires, err = until(f.Get("until"), v.Zone, v.Now); err != nil {
		return frame.Done{}, err
	}
	if s.Attachments, err = d.attached(ctx, p); err != nil {
		return frame.Done{}, err
	}
	out, replayed, err := d.Clerk.Propose(ctx, submission.Order{Order: o, Caller: v.Caller, Answer: func(submission.Outcome) ([]byte, error) { return json.Marshal(frame.Done{}) }}, s)
	switch err = unfit(err); {
	case err != nil:
		return frame.Done{}, err
	case replayed == nil && out.Already:
		return frame.Done{}, frame.Incomplete(fmt.Sprintf("Version %d has this very text already.", out.Version))
	}
	return frame.Done{}, d.forget(ctx, p)
}

// until is the end of the last day on which a version can be signed; zero if it does not lapse.
func until(text string, zone *time.Location, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	var day calendar.Date
	if err := day.UnmarshalText([]byte(text)); err != nil {
		return time.Time{}, frame.Incomplete("Write the last day on which it can be signed as 2027-11-30.")
	}
	end := day.AddDays(1).In(zone).UTC()
	if !end.After(now) {
		return time.Time{}, frame.Incomplete("The last day on which it can be signed is to be one that comes.")
	}
	return end, nil
}

// unfit is an error, or what is to be mended in a draft if that is why it was not taken.
func unfit(err error) error {
	var wrong *submission.Fault
	var unsound *submission.Unsound
	var taken *submission.Taken
	if errors.As(err, &wrong) || errors.As(err, &unsound) || errors.As(err, &taken) || errors.Is(err, account.ErrOpened) {
		return frame.Incomplete("The draft cannot be proposed as it is: " + err.Error() + ".")
	}
	return err
}

// proposed leads to the negotiation.
func (d *Desk) proposed(w http.ResponseWriter, r *http.Request, v *frame.Visit, _ frame.Done) error {
	http.Redirect(w, r, v.Home()+"/negotiation", http.StatusSeeOther)
	return nil
}
