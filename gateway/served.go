package gateway

import (
	"net/http"
	"slices"

	"entente/meter"
	"entente/usage"
	"entente/wire"
)

// agreed are the service tiers and regions of Schedule A, for which an answer is searched.
func (c *call) agreed() usage.Agreed {
	s := c.grant.Route.Serving()
	return usage.Agreed{Tiers: s.Tiers, Regions: s.Regions}
}

// servedBy reads how the header of an answer says that the call was served, where Schedule A names such
// headers.
func (a *answer) servedBy(h wire.Header) {
	s := a.call.grant.Route.Serving()
	if s.TierHeader == "" && s.RegionHeader == "" {
		return
	}
	said := func(name string) string {
		if name == "" {
			return ""
		}
		return h.Get(http.CanonicalHeaderKey(name))
	}
	a.served = usage.Served{Tier: said(s.TierHeader), Region: said(s.RegionHeader)}
	a.holdServed(a.served)
}

// holdServed holds what an answer says of how it was served to Schedule A. One that says nothing is no
// breach that anybody could see.
func (a *answer) holdServed(said usage.Served) {
	s := a.call.grant.Route.Serving()
	if len(s.Tiers) > 0 && said.Tier != "" && !slices.Contains(s.Tiers, said.Tier) {
		a.call.breach(meter.OtherTier)
	}
	if len(s.Regions) > 0 && said.Region != "" && !slices.Contains(s.Regions, said.Region) {
		a.call.breach(meter.OtherRegion)
	}
}

// asServed holds what the whole answer says of its model and of how it was served to Schedule A, and
// completes the result with it.
func (a *answer) asServed(r *meter.Result) {
	c := a.call
	if !c.grant.Route.Answers(c.ask.Model, r.AnsweredModel) {
		c.breach(meter.OtherModel)
	}
	if a.served.Tier != "" {
		r.Served.Tier = a.served.Tier
	}
	if a.served.Region != "" {
		r.Served.Region = a.served.Region
	}
	if r.Served != (usage.Served{}) {
		a.holdServed(r.Served)
	}
	r.Deviations = c.deviations
}

// breach notes that the answer is not as Schedule A has it, and tells the caller as long as the answer's
// header can still say so.
func (c *call) breach(how meter.Deviations) {
	if c.deviations&how != 0 {
		return
	}
	c.deviations |= how
	if !c.begun {
		c.out.Add("Entente-Deviation", how.Names()[0]+`; clause="A"`)
	}
}
