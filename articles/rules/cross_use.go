package rules

import (
	"slices"

	"entente/agreement"
	"entente/articles/property"
	"entente/articles/sharing"
)

// crossPurposes holds Articles 3 and 5 against the purposes of clause 1.1, which close what they do
// not choose.
func (a contract) crossPurposes(found *agreement.Findings) {
	p, b := a.Scope.Purpose, a.Branding
	at, shared := a.improvement()
	switch {
	case at != "" && !p.DataForImprovement:
		found.Add("improvement-unpurposed", at, "this permits data to improve or train AI, but that is no purpose of clause 1.1, so the use is refused").
			Mend("set scope.purpose.data_for_improvement to true, or do not permit the use").Under("1.1")
	case p.DataForImprovement && !shared:
		found.Add("improvement-idle", "scope.purpose.data_for_improvement", "sharing data for AI improvement is a purpose, but no data of clause 3.1 is shared for improvement or training").
			Mend("add the purpose to a row of sharing.data, or do not choose data_for_improvement")
	}
	switch {
	case b.CoMarketing.Any() && !p.CoMarketing:
		found.Add("co-marketing-unpurposed", "branding.co_marketing", "co-marketing is agreed, but it is no purpose of clause 1.1, so no material can be submitted").
			Mend("set scope.purpose.co_marketing to true, or choose nothing in clause 5.1").Under("1.1")
	case p.CoMarketing && !b.CoMarketing.Any():
		found.Add("co-marketing-idle", "scope.purpose.co_marketing", "co-marketing is a purpose, but clause 5.1 chooses nothing that the parties do").Under("5.1").
			Mend("choose joint_marketing, press_releases or partner_events in branding.co_marketing, if the parties have plans")
	}
}

// improvement is the first place that permits data to improve or train AI, and whether a row of
// clause 3.1 makes use of it.
func (a contract) improvement() (at string, shared bool) {
	for i, d := range a.Sharing.Data {
		for j, p := range d.Purposes {
			if p == agreement.Improvement || p == agreement.Training {
				return row(row("sharing.data", i)+".purposes", j), true
			}
		}
	}
	switch t := a.Sharing.Training; {
	case a.Sharing.Permitted.Improvement:
		return "sharing.permitted.improvement", false
	case t.AggregatedWithConsent:
		return "sharing.training.aggregated_with_consent", false
	case len(t.Consents) > 0:
		return "sharing.training.consents", false
	}
	return "", false
}

// crossLicences looks for licences of clause 4.3 that other clauses need, in each direction.
func (a contract) crossLicences(f agreement.Frame, found *agreement.Findings) {
	for _, from := range agreement.Both {
		grant, at := a.Property.Licensed(from), "property.licences."+grantKey(from)
		a.crossUse(f, from, grant, at, found)
		to := from.Other().Label()
		if a.Branding.CoMarketing.Any() && !grant.Market && provides(f, from) {
			found.Add("marketing-unlicensed", at+".market", "clause 5.1 has the parties market together, but %s does not license %s to market its components", from.Label(), to).
				Mend("set %s.market to true, or choose nothing in clause 5.1", at)
		}
		if a.Branding.Trademarks.Any() && !grant.Trademarks {
			found.Add("trademarks-unlicensed", at+".trademarks", "clause 5.2 allows uses of trademarks, but %s does not license its trademarks to %s", from.Label(), to).
				Mend("set %s.trademarks to true, or choose no use in clause 5.2", at)
		}
	}
}

// crossUse looks for the licences without which calls and the integration itself are refused.
func (a contract) crossUse(f agreement.Frame, from agreement.Party, grant property.Grant, at string, found *agreement.Findings) {
	to := from.Other().Label()
	i := slices.IndexFunc(f.Components, func(c agreement.Component) bool {
		return c.Provider == from && slices.ContainsFunc(c.Methods, a.Integration.Access.By)
	})
	if i >= 0 && !grant.API {
		found.Add("access-unlicensed", at+".api", "clause 2.1 gives %s access to %s, but %s does not license the use of its APIs and SDKs, so every use is refused", to, f.Components[i].Name, from.Label()).
			Mend("set %s.api to true, or give no access in clause 2.1", at)
	}
	if a.Scope.Purpose.Integrate && provides(f, from) && !grant.Integrate {
		found.Add("integration-unlicensed", at+".integrate", "the integration is a purpose of clause 1.1, but %s does not license %s to integrate its components", from.Label(), to).
			Mend("set %s.integrate to true", at)
	}
}

func provides(f agreement.Frame, p agreement.Party) bool {
	return slices.ContainsFunc(f.Components, func(c agreement.Component) bool { return c.Provider == p })
}

// grantKey is the key of what a party licenses.
func grantKey(from agreement.Party) string { return string(from) + "_to_" + string(from.Other()) }

// crossAllocation compares clause 4.2 with Schedule D, which serves one of its options only.
func (a contract) crossAllocation(found *agreement.Findings) {
	rows := len(a.ScheduleD.Developments)
	switch {
	case a.Property.IntegrationIP == property.Contribution && rows == 0:
		found.Add("allocation-missing", "property.integration_ip", "the parties own by contribution, but Schedule D allocates nothing").
			Mend("add rows to schedule_d.developments, or choose creator or joint")
	case a.Property.IntegrationIP != property.Contribution && rows > 0:
		found.Add("allocation-idle", "schedule_d.developments", "Schedule D does not apply, because clause 4.2 does not choose ownership by contribution").
			Mend("choose integration_ip: contribution, or delete schedule_d")
	}
}

// crossCalls compares the data of clause 3.1 with the components whose calls carry it.
func (a contract) crossCalls(f agreement.Frame, found *agreement.Findings) {
	if i := slices.IndexFunc(f.Components, func(c agreement.Component) bool { return c.By(agreement.API) }); i >= 0 && len(a.Sharing.Data) == 0 {
		found.Add("data-missing", "sharing.data", "calls of %s carry data, and no data may be shared, so every call is refused", f.Components[i].Name).
			Mend("add a row with delivery: calls and component: %s", f.Components[i].Name)
	}
	carried := map[string]bool{}
	for i, d := range a.Sharing.Data {
		if d.Delivery != sharing.Calls {
			continue
		}
		carried[d.Component] = true
		if c, ok := f.Component(d.Component); ok && !c.By(agreement.API) {
			found.Add("calls-not-by-api", row("sharing.data", i)+".component", "%s is delivered in calls of %s, which is not offered by API", d.Name, d.Component).
				Mend("name the component that is called, or choose data_sets")
		}
	}
	for _, c := range f.Components {
		if c.By(agreement.API) && a.Integration.Access.APIs && !carried[c.Name] && len(a.Sharing.Data) > 0 {
			found.Add("component-without-data", "sharing.data", "calls of %s carry data, but no row says which data that is", c.Name).
				Mend("add a row with delivery: calls and component: %s", c.Name)
		}
	}
}
