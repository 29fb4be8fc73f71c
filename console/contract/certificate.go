package contract

import (
	"context"
	"net/url"

	"entente/agreement"
	"entente/articles"
	"entente/articles/compliance"
	"entente/calendar"
	"entente/console/frame"
	"entente/notary"
)

// A certifyForm offers the certifications that the visitor's party holds under clause B.4.
type certifyForm struct {
	frame.Form
	Names []string
}

func (n *note) certificates(v *frame.Visit, s *frame.Sent) {
	state := v.View.State
	if v.View.Broken != nil || !articles.May(state, v.Caller.Actor, compliance.RecordCertificate{}) || state.Stage(v.Now) == agreement.Ended {
		return
	}
	f := &certifyForm{}
	for _, h := range state.Compliance.Held(state.Text().ScheduleB, v.Zone) {
		if h.Party == v.Party() {
			f.Names = append(f.Names, h.Name)
		}
	}
	if len(f.Names) == 0 {
		return
	}
	f.Form = *v.Form("certificate", "/certificates", "", "", s)
	n.Certify = f
}

func (d *Desk) certify(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	ref, err := frame.Filled(f, "ref", "The address or digest", 500)
	if err != nil {
		return frame.Done{}, err
	}
	scope, err := frame.Filled(f, "scope", "What it covers", 500)
	if err != nil {
		return frame.Done{}, err
	}
	var until calendar.Date
	if err := until.UnmarshalText([]byte(f.Get("until"))); err != nil {
		return frame.Done{}, frame.Incomplete("Write the last day of the certificate as 2027-11-30.")
	}
	o.Command = compliance.RecordCertificate{Name: f.Get("name"), Party: v.Party(), By: o.Actor.ID, Scope: scope, Evidence: ref, ValidUntil: until}
	return frame.Outcome(d.Notary.Do(ctx, o))
}
