package contract

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"entente/agreement"
	"entente/articles/integration"
	"entente/console/frame"
	"entente/notary"
)

// act makes a page of an act under a clause: done, it leads to the clause; refused, it shows the clause
// with the refusal and the form as it was sent.
func (d *Desk) act(clause agreement.Clause, do frame.Act) frame.Serve {
	return frame.Stage{
		Again: func(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
			return d.clause(w, r, v, string(clause), status, say, sent)
		},
		Then: func(w http.ResponseWriter, r *http.Request, v *frame.Visit, done frame.Done) error {
			if done.Secret != "" {
				return d.Keys.Show(w, v, done, v.Home()+"#clause-2.1")
			}
			http.Redirect(w, r, v.Home()+"?entry="+strconv.FormatInt(done.Entry, 10)+"#clause-"+string(clause), http.StatusSeeOther)
			return nil
		},
	}.Play(do)
}

// besideClause makes a page of an act that is done beside the clause which the path names. Done, it leads to the
// clause.
func (d *Desk) besideClause(do frame.Act) frame.Serve {
	return d.atClause(func(agreement.Clause) frame.Act { return do }, func(done frame.Done) string { return "?entry=" + strconv.FormatInt(done.Entry, 10) })
}

// atClause makes a page of an act at the clause that the path names. Done, it leads to a place on the clause's page.
func (d *Desk) atClause(act func(agreement.Clause) frame.Act, place func(frame.Done) string) frame.Serve {
	return func(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
		clause, err := agreement.ParseClause(r.PathValue("clause"))
		if err != nil {
			return frame.ErrAbsent
		}
		return frame.Stage{
			Again: func(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
				return d.clause(w, r, v, string(clause), status, say, sent)
			},
			Then: func(w http.ResponseWriter, r *http.Request, v *frame.Visit, done frame.Done) error {
				http.Redirect(w, r, v.Home()+"/clauses/"+string(clause)+place(done), http.StatusSeeOther)
				return nil
			},
		}.Play(act(clause))(w, r, v)
	}
}

func (d *Desk) sign(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	if f.Get("authority") != "yes" {
		return frame.Done{}, frame.Incomplete("Confirm that you are authorised to sign.")
	}
	return frame.Outcome(d.Notary.SignHere(ctx, o, f.Get("manifest")))
}

func (d *Desk) complete(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	kind, err := frame.Chosen(f, "kind", "what kind of evidence it is", []string{"link", "file", "report"})
	if err != nil {
		return frame.Done{}, err
	}
	ref, err := frame.Filled(f, "ref", "The address or digest", 1000)
	if err != nil {
		return frame.Done{}, err
	}
	remark, err := frame.Filled(f, "remark", "The remark", 2000)
	if err != nil {
		return frame.Done{}, err
	}
	if ref == "" {
		return frame.Done{}, frame.Incomplete("Say where the evidence is: its address, or the digest of a file.")
	}
	var address agreement.URL
	if err := address.UnmarshalText([]byte(ref)); kind == "link" && err != nil {
		return frame.Done{}, frame.Incomplete("A link is a web address, for example https://ci.company.example/runs/17.")
	}
	o.Command = integration.CompleteMilestone{Milestone: f.Get("milestone"), Party: v.Party(), By: o.Actor.ID,
		Evidence: []integration.Evidence{{Kind: kind, Ref: ref, Remark: remark}}}
	return frame.Outcome(d.Notary.Do(ctx, o))
}

func (d *Desk) reopen(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	reason, err := frame.Filled(f, "reason", "The reason", 2000)
	if err != nil {
		return frame.Done{}, err
	}
	if reason == "" {
		return frame.Done{}, frame.Incomplete("Say why the requirement is no longer met; the other party reads it.")
	}
	o.Command = integration.ReopenMilestone{Milestone: f.Get("milestone"), Party: v.Party(), By: o.Actor.ID, Reason: reason}
	return frame.Outcome(d.Notary.Do(ctx, o))
}
