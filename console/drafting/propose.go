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

	"entente/articles"
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
	p, err := d.open(ctx, v)
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
	if s.Expires, err = until(f.Get("until"), v); err != nil {
		return frame.Done{}, err
	}
	if s.Attachments, err = d.attachments(p.Terms); err != nil {
		return frame.Done{}, err
	}
	clerk := submission.Clerk{Register: d.Register, Notary: d.Notary}
	out, replayed, err := clerk.Propose(ctx, submission.Order{Order: o, Caller: v.Caller, Answer: func(submission.Outcome) ([]byte, error) { return json.Marshal(frame.Done{}) }}, s)
	var wrong *submission.Fault
	var unsound *submission.Unsound
	switch {
	case errors.As(err, &wrong), errors.As(err, &unsound):
		return frame.Done{}, frame.Incomplete("The draft cannot be proposed as it is: " + err.Error() + ".")
	case err != nil:
		return frame.Done{}, err
	case replayed == nil && out.Already:
		return frame.Done{}, frame.Incomplete(fmt.Sprintf("Version %d has this very text already.", out.Version))
	}
	return frame.Done{}, d.put(ctx, v, kept{})
}

// until is the end of the last day on which a version can be signed; zero if it does not lapse.
func until(text string, v *frame.Visit) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	var day calendar.Date
	if err := day.UnmarshalText([]byte(text)); err != nil {
		return time.Time{}, frame.Incomplete("Write the last day on which it can be signed as 2027-11-30.")
	}
	end := day.AddDays(1).In(v.Zone).UTC()
	if !end.After(v.Now) {
		return time.Time{}, frame.Incomplete("The last day on which it can be signed is to be one that comes.")
	}
	return end, nil
}

// attachments are those of the front page, which the node has from the versions before.
func (d *Desk) attachments(a articles.Agreement) (map[string][]byte, error) {
	all := map[string][]byte{}
	for _, at := range a.Agreement.Attachments {
		content, err := d.Notary.Documents.Document(at.Digest)
		if err != nil {
			return nil, frame.Incomplete(fmt.Sprintf("The node does not have the attachment %q. Propose a version with another attachment by the program: entente negotiate propose.", at.Name))
		}
		all[at.Name] = content
	}
	return all, nil
}

// proposed leads to the negotiation.
func (d *Desk) proposed(w http.ResponseWriter, r *http.Request, v *frame.Visit, _ frame.Done) error {
	http.Redirect(w, r, v.Home()+"/negotiation", http.StatusSeeOther)
	return nil
}
