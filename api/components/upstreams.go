package components

import (
	"context"
	"net/http"
	"slices"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/egress"
	"entente/register"
)

// mayServe are the roles of those who say where a component is served: the provider's own matter, and no act under the agreement.
var mayServe = []string{string(agreement.Technical)}

func (d *Desk) upstreams(to *rest.Desk) {
	at := rest.Place{Path: "/api/v1/agreements/{id}/upstreams", Tag: Served}
	const one = "/{component}/{environment}"
	rest.Add(to, at.Read("", "list-upstreams", "Where your party's components are served", "Addresses and the names of headers, not the secrets: those are never shown again. The other party sees none of it.").On(rest.Own).For(mayServe...), d.listUpstreams)
	rest.Add(to, at.Read(one, "get-upstream", "Where your party serves a component, in one environment", "With its etag, for If-Match. The secret is not shown.").On(rest.Own).For(mayServe...), d.getUpstream)
	rest.AddOnce(to, rest.Operation{Method: http.MethodPut, Path: at.Path + one, ID: "set-upstream", Whose: rest.Own, Tag: at.Tag, Roles: mayServe,
		Summary: "Say where your party serves a component", About: "The secret is what the gateway sends in the header. It is sealed on the node and never shown again; neither the ledger nor a log has it. With If-Match it replaces only what you have read."}, d.setUpstream)
	rest.AddOnce(to, at.End(one, "delete-upstream", mayServe, "Forget where your party serves a component", "Its secret is deleted. Calls find no upstream from then on; those under way go on. With If-Match it forgets only what you have read.").On(rest.Own), d.dropUpstream)
}

type upstream struct {
	Component   string `json:"component"`
	Environment string `json:"environment" enum:"test,production"`
	Address     string `json:"address" doc:"Where the component is served: the operation’s path is added to it."`
	Header      string `json:"header,omitempty" doc:"The header that carries the secret; absent if there is none."`
	HasSecret   bool   `json:"has_secret" doc:"Whether the node keeps a secret for it. It is never shown."`
	Tag         string `json:"etag" doc:"Names it as it is now: what to give as If-Match, so that nothing is replaced that you have not read."`
}

func upstreamOf(u egress.Upstream) upstream {
	return upstream{u.Component, u.Environment, u.Address, u.Header, len(u.Sealed) > 0, rest.TagOf(u.Address, u.Header, string(u.Sealed))}
}

// upstream finds where a component is served.
func (d *Desk) upstream(v rest.Visit, component, environment string) (egress.Upstream, bool) {
	all := d.Upstreams.Of(v.ID)
	i := slices.IndexFunc(all, func(u egress.Upstream) bool { return u.Component == component && u.Environment == environment })
	if i < 0 {
		return egress.Upstream{}, false
	}
	return all[i], true
}

// serving refuses a component that the visitor's party does not offer by API. Both parties know the
// contract, so it says whose a component is.
func (d *Desk) serving(v rest.Visit, name string) error {
	const act = "say where the component is served"
	switch c, ok := v.View.State.Text().Frame().Component(name); {
	case !ok:
		return agreement.Refuse(act, "1.2", "the agreement has no component of this name")
	case c.Provider != v.Actor.Party:
		return agreement.Refuse(act, "1.2", "%s provides %s, and its technical lead says where", c.Provider.Label(), c.Name)
	case !c.By(agreement.API):
		return agreement.Refuse(act, "1.2", "%s is not offered by API, so no call goes there", c.Name)
	}
	return nil
}

func (d *Desk) listUpstreams(_ context.Context, v rest.Visit, _ *rest.Of) (*rest.Whole[upstream], error) {
	var all []upstream
	for _, u := range d.Upstreams.Of(v.ID) {
		if d.serving(v, u.Component) == nil {
			all = append(all, upstreamOf(u))
		}
	}
	return rest.WholeOf(all), nil
}

// UpstreamPath is the input of an operation on one upstream.
type UpstreamPath struct {
	rest.Of
	Component   string `path:"component" maxLength:"100" doc:"The component's name in clause 1.2."`
	Environment string `path:"environment" enum:"test,production"`
}

type upstreamAnswer struct {
	Tag  string `header:"ETag" doc:"Names it as it is now, for If-Match."`
	Body upstream
}

func (d *Desk) getUpstream(_ context.Context, v rest.Visit, in *UpstreamPath) (*upstreamAnswer, error) {
	if err := d.serving(v, in.Component); err != nil {
		return nil, err
	}
	u, there := d.upstream(v, in.Component, in.Environment)
	if !there {
		return nil, register.ErrUnknown
	}
	out := upstreamOf(u)
	return &upstreamAnswer{out.Tag, out}, nil
}

type upstreamInput struct {
	UpstreamPath
	rest.Retry
	rest.Condition
	Body struct {
		Address string `json:"address" minLength:"1" maxLength:"2000" example:"https://api.provider.example/v1" doc:"Where it is served: an absolute address to which the operation's path is added."`
		Header  string `json:"header,omitempty" maxLength:"100" doc:"The header that carries the secret: Authorization, x-api-key."`
		Secret  string `json:"secret,omitempty" maxLength:"4000" writeOnly:"true" doc:"The header's whole value: Bearer sk-…"`
	}
}

func (d *Desk) setUpstream(ctx context.Context, v rest.Visit, in *upstreamInput, _ *rest.Promise) (upstream, error) {
	if err := d.serving(v, in.Component); err != nil {
		return upstream{}, err
	}
	d.replacing.Lock()
	defer d.replacing.Unlock()
	if err := in.Check(d.tag(v, in.UpstreamPath)); err != nil {
		return upstream{}, err
	}
	u := egress.Upstream{Agreement: string(v.ID), Component: in.Component, Environment: in.Environment, Address: in.Body.Address, Header: in.Body.Header}
	if err := d.Upstreams.Set(ctx, u, access.NewSecret(in.Body.Secret)); err != nil {
		return upstream{}, err
	}
	u, _ = d.upstream(v, in.Component, in.Environment)
	return upstreamOf(u), nil
}

// tag names an upstream as it is now; empty if there is none.
func (d *Desk) tag(v rest.Visit, at UpstreamPath) string {
	if u, there := d.upstream(v, at.Component, at.Environment); there {
		return upstreamOf(u).Tag
	}
	return ""
}

type dropUpstreamInput struct {
	UpstreamPath
	rest.Retry
	rest.Condition
}

// dropUpstream answers with what was there, as it is listed.
func (d *Desk) dropUpstream(ctx context.Context, v rest.Visit, in *dropUpstreamInput, p *rest.Promise) (upstream, error) {
	if err := d.serving(v, in.Component); err != nil {
		return upstream{}, err
	}
	d.replacing.Lock()
	defer d.replacing.Unlock()
	u, there := d.upstream(v, in.Component, in.Environment)
	if !there {
		return upstream{}, register.ErrUnknown
	}
	was := upstreamOf(u)
	if err := in.Check(was.Tag); err != nil {
		return upstream{}, err
	}
	answer, err := p.Of(was)
	if err != nil {
		return upstream{}, err
	}
	return was, d.Upstreams.Drop(ctx, u, answer)
}
