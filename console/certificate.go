package console

import (
	"context"
	"net/url"

	"entente/agreement"
	"entente/articles"
	"entente/articles/compliance"
	"entente/calendar"
	"entente/notary"
)

// A certifyForm offers the certifications that the visitor's party holds under clause B.4.
type certifyForm struct {
	form
	Names []string
}

func (n *note) certificates(c *Console, v *visit, s *sent) {
	state := v.view.State
	if v.view.Broken != nil || !articles.May(state, v.caller.Actor, compliance.RecordCertificate{}) || state.Stage(v.now) == agreement.Ended {
		return
	}
	f := &certifyForm{}
	for _, h := range state.Compliance.Held(state.Text().ScheduleB, v.zone) {
		if h.Party == v.Party() {
			f.Names = append(f.Names, h.Name)
		}
	}
	if len(f.Names) == 0 {
		return
	}
	f.form = *c.form(v, "certificate", "/certificates", "", "", s)
	n.Certify = f
}

func (c *Console) certify(ctx context.Context, v *visit, o notary.Order, f url.Values) (done, error) {
	ref, err := filled(f, "ref", "The address or digest", 500)
	if err != nil {
		return done{}, err
	}
	scope, err := filled(f, "scope", "What it covers", 500)
	if err != nil {
		return done{}, err
	}
	var until calendar.Date
	if err := until.UnmarshalText([]byte(f.Get("until"))); err != nil {
		return done{}, incomplete("Write the last day of the certificate as 2027-11-30.")
	}
	o.Command = compliance.RecordCertificate{Name: f.Get("name"), Party: v.Party(), By: o.Actor.ID, Scope: scope, Evidence: ref, ValidUntil: until}
	return outcome(c.Notary.Do(ctx, o))
}
