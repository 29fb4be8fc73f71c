package corner

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"entente/access"
	"entente/agreement"
	"entente/articles/policy"
	"entente/console/frame"
	"entente/egress"
	"entente/notary"
)

// Upstreams keeps where components are served.
type Upstreams interface {
	// Set keeps an upstream with its secret, in place of an earlier one of the same component and environment. A refusal
	// wraps egress.ErrUpstream.
	Set(ctx context.Context, u egress.Upstream, secret access.Secret) error
	// Drop forgets an upstream and its secret, and keeps the answer with that: both or neither.
	Drop(ctx context.Context, u egress.Upstream, answer access.Answer) error
	// Of are the upstreams of an agreement, the secrets sealed.
	Of(id agreement.ID) []egress.Upstream
}

// A source is where the visitor's party serves a component: one place for each environment, and the form to say it.
type source struct {
	Places []place
	Say    *frame.Form // nil for who may not say it
}

// A place is where a component is served in an environment.
type place struct {
	Environment, Address, Header string
	Forget                       *frame.Form // nil where nothing is to forget
}

// Lacking reports whether it has not been said for any environment.
func (s *source) Lacking() bool {
	return !slices.ContainsFunc(s.Places, func(p place) bool { return p.Address != "" })
}

// places are where a component is served, environment by environment.
func (d *Desk) places(id agreement.ID, component string) []place {
	var all []place
	for _, e := range agreement.Test.Values() {
		one := place{Environment: e}
		for _, u := range d.Upstreams.Of(id) {
			if u.Component == component && u.Environment == e {
				one.Address, one.Header = u.Address, u.Header
			}
		}
		all = append(all, one)
	}
	return all
}

// mayServe reports whether a visitor says where a component is served: the technical lead of the party that provides it.
func mayServe(v *frame.Visit, provider agreement.Party) bool {
	return provider == v.Party() && slices.Contains(v.Caller.Actor.Roles, agreement.Technical)
}

// refusal is why a visitor does not say where a component is served.
func refusal(v *frame.Visit, to *policy.Route) error {
	const act = "say where the component is served"
	if to.Provider == v.Party() {
		return agreement.Refuse(act, "7.1", "this is for the technical lead of a party")
	}
	return agreement.Refuse(act, "1.2", "%s provides %s, and its technical lead says where", to.Provider.Label(), to.Component)
}

// source is where a component is served, for those who may say it; nil for others, who do not see it.
func (d *Desk) source(v *frame.Visit, component string, provider agreement.Party, s *frame.Sent) *source {
	if !mayServe(v, provider) {
		return nil
	}
	places := d.places(v.ID(), component)
	for i, p := range places {
		if p.Address != "" {
			places[i].Forget = v.Form("forget-"+p.Environment, below(component)+"/upstream/end", "environment", p.Environment, s)
		}
	}
	return &source{places, v.Form("upstream", below(component)+"/upstream", "", "", s)}
}

// serve says where the component is served that the path names. The secret is read from this form alone, and not shown
// again in one that is to be mended.
func (d *Desk) serve(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	component := r.PathValue("component")
	to, err := route(v, component)
	if err != nil {
		return err
	}
	return d.told("served").Play(func(ctx context.Context, v *frame.Visit, _ notary.Order, f url.Values) (frame.Done, error) {
		secret := access.NewSecret(strings.TrimSpace(f.Get("secret")))
		f.Del("secret")
		if !mayServe(v, to.Provider) {
			return frame.Done{}, refusal(v, to)
		}
		environment, err1 := frame.Chosen(f, "environment", "an environment", agreement.Test.Values())
		address, err2 := frame.Needed(f, "address", "The address", 2000, "Write the address of your service, as https://api.company.example/v1.")
		header, err3 := frame.Filled(f, "header", "The header", 100)
		if err := cmp.Or(err1, err2, err3); err != nil {
			return frame.Done{}, err
		}
		if secret.IsZero() {
			header = "" // which the form has filled in
		}
		err := d.Upstreams.Set(ctx, egress.Upstream{Agreement: string(v.ID()), Component: component, Environment: environment, Address: address, Header: header}, secret)
		if errors.Is(err, egress.ErrUpstream) {
			why := strings.TrimPrefix(err.Error(), egress.ErrUpstream.Error()+": ")
			return frame.Done{}, frame.Misfilled{Field: "address", Incomplete: frame.Incomplete("This address, header or value cannot be used: " + why + ".")}
		}
		return frame.Done{}, err
	})(w, r, v)
}

// told leads from what was done about an upstream to the component's page, which says so.
func (d *Desk) told(what string) frame.Stage {
	return frame.Stage{Again: d.page, Then: func(w http.ResponseWriter, r *http.Request, v *frame.Visit, _ frame.Done) error {
		http.Redirect(w, r, v.Home()+below(r.PathValue("component"))+"?"+what+"#served-at", http.StatusSeeOther)
		return nil
	}}
}

// forget is that the component which the path names is not served any more in an environment.
func (d *Desk) forget(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	component := r.PathValue("component")
	to, err := route(v, component)
	if err != nil {
		return err
	}
	return d.told("forgotten").Play(d.Once.Act(func(ctx context.Context, v *frame.Visit, f url.Values, keep frame.Keep) (frame.Done, error) {
		if !mayServe(v, to.Provider) {
			return frame.Done{}, refusal(v, to)
		}
		among := d.Upstreams.Of(v.ID())
		i := slices.IndexFunc(among, func(u egress.Upstream) bool { return u.Component == component && u.Environment == f.Get("environment") })
		if i < 0 {
			return frame.Done{}, frame.Incomplete("Nothing is kept for this environment.")
		}
		var done frame.Done
		answer, err := keep(done)
		if err != nil {
			return frame.Done{}, err
		}
		return done, d.Upstreams.Drop(ctx, among[i], answer)
	}))(w, r, v)
}
