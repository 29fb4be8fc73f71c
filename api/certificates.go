package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/articles/compliance"
	"entente/calendar"
	"entente/notary"
	"entente/register"
)

func (d *desk) certificates() {
	at := rest.Place{Path: "/api/v1/agreements/{id}/certificates", Tag: "acts"}
	rest.Add(d.Desk, at.Read("", "list-certificates", "The certifications of clause B.4 and how they stand", "One line for each certification that a party is to hold, with the certificate shown last, its last day, and when production closes for want of it."), d.listCertificates)
	rest.AddAct(d.Desk, at.Write("", "record-certificate", mayCertify, "Show the certificate that your party holds (clause 8.2)",
		"It takes the place of the one that was shown before. When a required certificate has expired and its grace is over, production closes for your party's components until you show a new one.").On(rest.Own), d.recordCertificate)
}

type certificate struct {
	Name       string          `json:"name" doc:"The certification in clause B.4."`
	Party      agreement.Party `json:"party" enum:"a,b" doc:"Who holds it."`
	Required   bool            `json:"required" doc:"Whether Schedule B requires it."`
	ValidUntil string          `json:"valid_until,omitempty" format:"date" doc:"The last day; absent if nobody has said."`
	Closes     time.Time       `json:"closes,omitzero" doc:"When production closes for the party's components; absent if it does not."`
	Scope      string          `json:"scope,omitempty" doc:"What it covers."`
	Evidence   string          `json:"evidence,omitempty" doc:"Absent while only Schedule B speaks of it."`
	By         string          `json:"by,omitempty" doc:"Who showed it, by pseudonym."`
	At         time.Time       `json:"at,omitzero"`
}

func certificateOf(h compliance.Held) certificate {
	c := certificate{Name: h.Name, Party: h.Party, Required: h.Required, Closes: h.Closes}
	if !h.ValidUntil.IsZero() {
		c.ValidUntil = h.ValidUntil.String()
	}
	if h.Shown != nil {
		c.Scope, c.Evidence, c.By, c.At = h.Shown.Scope, h.Shown.Evidence, h.Shown.By, h.Shown.At
	}
	return c
}

func held(v *register.View) []compliance.Held {
	t := v.State.Text()
	return v.State.Compliance.Held(t.ScheduleB, t.Frame().Zone())
}

func (d *desk) listCertificates(_ context.Context, v rest.Visit, _ *rest.Of) (*rest.Whole[certificate], error) {
	var all []certificate
	for _, h := range held(v.View) {
		all = append(all, certificateOf(h))
	}
	return rest.WholeOf(all), nil
}

type certificateInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Name       string `json:"name" minLength:"1" maxLength:"200" example:"ISO/IEC 27001" doc:"The certification in clause B.4."`
		ValidUntil string `json:"valid_until" format:"date" example:"2027-11-30" doc:"The last day of the certificate."`
		Scope      string `json:"scope,omitempty" maxLength:"500" doc:"What it covers."`
		Evidence   string `json:"evidence" minLength:"1" maxLength:"500" example:"https://trust.example/iso27001.pdf" doc:"The address, or the digest of a file."`
	}
}

func (d *desk) recordCertificate(ctx context.Context, v rest.Visit, in *certificateInput) (*rest.Written[certificate], error) {
	var until calendar.Date
	if err := until.UnmarshalText([]byte(in.Body.ValidUntil)); err != nil {
		return nil, rest.Invalid("body.valid_until", "write a day as 2027-11-30")
	}
	c := compliance.RecordCertificate{Name: in.Body.Name, Party: v.Actor.Party, By: v.Actor.ID, Scope: strings.TrimSpace(in.Body.Scope), Evidence: in.Body.Evidence, ValidUntil: until}
	return rest.Command(ctx, d.Notary, v, c, func(r notary.Receipt) certificate {
		all := held(r.View)
		return certificateOf(all[slices.IndexFunc(all, func(h compliance.Held) bool { return h.Name == c.Name && h.Party == c.Party })])
	})
}
