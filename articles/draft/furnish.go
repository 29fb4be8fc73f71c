package draft

import (
	"slices"

	"entente/agreement"
	"entente/articles"
	"entente/articles/branding"
	"entente/articles/compliance"
	"entente/articles/governance"
	"entente/articles/integration"
	"entente/articles/performance"
	"entente/articles/property"
	"entente/articles/sharing"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/articles/warranty"
	"entente/calendar"
)

// Furnish is an agreement with the usual rows for the purposes, components and people that it has:
// access, requirements, data, licences, decisions, addresses for notices, service levels, limits.
// A table that has rows already is left as it is.
func Furnish(terms articles.Agreement) articles.Agreement {
	a := sketch{&terms}
	a.furnishIntegration()
	a.furnishSharing()
	a.furnishProperty()
	a.furnishMarketing()
	a.furnishPeople()
	a.furnishPerformance()
	a.spare()
	return terms
}

// A sketch is an agreement that is being furnished.
type sketch struct{ *articles.Agreement }

// offered reports whether a component is offered by a method.
func (a sketch) offered(m agreement.Method) bool {
	return slices.ContainsFunc(a.Scope.Components, func(c agreement.Component) bool { return c.By(m) })
}

// providers is who provides the components that are offered by a method.
func (a sketch) providers(m agreement.Method) agreement.Responsible {
	var who agreement.Responsible
	for _, c := range a.Scope.Components {
		switch {
		case !c.By(m):
		case who == "":
			who = agreement.Responsible(c.Provider)
		case !who.Includes(c.Provider):
			return agreement.BothParties
		}
	}
	return who
}

func (a sketch) furnishIntegration() {
	if len(a.Scope.Components) == 0 {
		a.Integration = integration.Terms{Requirements: a.Integration.Requirements}
		return
	}
	access := &a.Integration.Access
	access.APIs, access.SDKs, access.Embedded = a.offered(agreement.API), a.offered(agreement.SDK), a.offered(agreement.Embedded)
	if len(a.Integration.Requirements) > 0 {
		return
	}
	from := a.Frame().Effective()
	add := func(id, title string, kind integration.Kind, who agreement.Responsible, within int, gate bool) {
		a.Integration.Requirements = append(a.Integration.Requirements, integration.Requirement{
			ID: id, Title: title, Kind: kind, Responsible: who, Due: from.AddDays(within), BeforeProduction: gate})
	}
	if access.APIs {
		add("api-development", "The APIs run in the test environment as Schedule A specifies", integration.APIDevelopment, a.providers(agreement.API), 30, true)
	}
	if access.SDKs {
		add("sdk-provision", "The SDKs are delivered with documentation and a sample application", integration.SDKProvision, a.providers(agreement.SDK), 30, true)
	}
	if access.Embedded {
		add("embedding", "The embedded Components work on the origins of Schedule A", integration.OtherRequirement, a.providers(agreement.Embedded), 30, true)
	}
	add("integration-testing", "The joint test plan is passed end to end", integration.IntegrationTesting, agreement.BothParties, 60, true)
	add("security-review", "Each Party has reviewed the security of the other Party’s Components", integration.SecurityReview, agreement.BothParties, 75, true)
	add("launch", "The Integrated Solution is offered to customers", integration.Launch, agreement.BothParties, 90, false)
}

// furnishSharing lists what the calls carry and, where data may improve AI, figures about quality.
// A table without rows would share nothing, not even what tests need.
func (a sketch) furnishSharing() {
	s := &a.Sharing
	switch {
	case len(s.Data) > 0:
		return
	case len(a.Scope.Components) == 0 && !a.Scope.Purpose.DataForImprovement:
		*s = sharing.Terms{}
		return
	}
	personal := s.Protection.DPA != nil
	for _, c := range a.Scope.Components {
		if c.By(agreement.API) {
			s.Data = append(s.Data, sharing.DataType{Name: c.Name + "-calls", Title: "What calls of " + c.Name + " carry", Provider: c.Provider.Other(), Recipient: c.Provider,
				Purposes: []agreement.Purpose{agreement.Service}, Class: agreement.CustomerData, PersonalData: personal,
				Format: "JSON, UTF-8", Retention: days(30), Delivery: sharing.Calls, Component: c.Name})
		}
	}
	s.Permitted.Improvement = a.Scope.Purpose.DataForImprovement
	for _, p := range agreement.Both {
		set := sharing.DataType{Provider: p, Recipient: p.Other(), Format: "JSON Lines, UTF-8", Retention: years(1), Delivery: sharing.DataSets}
		switch {
		case s.Permitted.Improvement:
			set.Name, set.Title = "quality-from-"+string(p), "Figures about the quality of answers, without texts"
			set.Purposes, set.Class, set.Every = []agreement.Purpose{agreement.Improvement}, agreement.Aggregated, months(1)
			s.Data = append(s.Data, set)
		case len(s.Data) == 0:
			set.Name, set.Title = "test-data", "Invented data for integration tests"
			set.Purposes, set.Class = []agreement.Purpose{agreement.Service}, agreement.Synthetic
			s.Data = append(s.Data, set)
		}
	}
}

// furnishProperty lists the components as what each party brings, and licenses what clauses 1.1 and
// 5 need.
func (a sketch) furnishProperty() {
	p := &a.Property
	for _, g := range []*property.Grant{&p.Licences.AToB, &p.Licences.BToA} {
		if len(a.Scope.Components) == 0 {
			*g = property.Grant{Trademarks: a.Scope.Purpose.CoMarketing}
			continue
		}
		g.Market = g.Market || a.Scope.Purpose.JointSolutions || a.Scope.Purpose.CoMarketing
		g.Trademarks = g.Trademarks || a.Scope.Purpose.CoMarketing
	}
	if len(p.Background) > 0 {
		return
	}
	for _, c := range a.Scope.Components {
		p.Background = append(p.Background, property.BackgroundItem{Name: c.Name, Party: c.Provider, Title: c.Title, Kind: property.Software, Date: a.Frame().Front.Dated, Component: c.Name})
	}
	for _, party := range agreement.Both {
		if !provides(a.Frame(), party) {
			p.Background = append(p.Background, property.BackgroundItem{Name: "know-how-" + string(party), Party: party, Title: a.Parties.Of(party).Provides, Kind: property.KnowHow, Date: a.Frame().Front.Dated})
		}
	}
}

func (a sketch) furnishMarketing() {
	if a.Scope.Purpose.CoMarketing && !a.Branding.CoMarketing.Any() {
		a.Branding.CoMarketing = branding.CoMarketing{JointMarketing: true, PressReleases: true}
		a.Branding.Trademarks = branding.Trademarks{Marketing: true, Listings: true, JointMaterials: true, PriorApproval: true, NoModification: true, Cure: days(5)}
		a.Branding.ApprovalDays = 5
	}
}

// furnishPeople gives the people of clause 7.1 what other clauses name people for.
func (a sketch) furnishPeople() {
	f := a.Frame()
	both := func(r agreement.Role) bool {
		return len(f.Holders(agreement.A, r)) > 0 && len(f.Holders(agreement.B, r)) > 0
	}
	marketing := agreement.Commercial
	if both(agreement.Marketing) {
		marketing = agreement.Marketing
	}
	if len(a.Governance.Decisions) == 0 {
		a.Governance.Decisions = []governance.Decision{
			{Matter: governance.Strategic, DecidedBy: agreement.Committee, Rule: governance.Unanimous, Expiry: days(30)},
			{Matter: governance.Technical, DecidedBy: agreement.Technical, Rule: governance.Mutual, Expiry: days(14)},
			{Matter: governance.Marketing, DecidedBy: marketing, Rule: governance.Mutual, Expiry: days(14)},
			{Matter: governance.Pricing, DecidedBy: agreement.Commercial, Rule: governance.EachOwn, Expiry: days(30)},
		}
	}
	n, c := &a.General.Notices, &a.ScheduleB.IncidentContacts
	for _, x := range []struct {
		party agreement.Party
		role  agreement.Role
		ids   *[]string
	}{{agreement.A, agreement.Legal, &n.ToA}, {agreement.B, agreement.Legal, &n.ToB}, {agreement.A, agreement.Security, &c.A}, {agreement.B, agreement.Security, &c.B}} {
		for _, who := range f.Holders(x.party, x.role) {
			if !slices.Contains(*x.ids, who.ID) {
				*x.ids = append(slices.Clip(*x.ids), who.ID)
			}
		}
	}
}

// spare leaves out what serves components and data that there are none of.
func (a sketch) spare() {
	if len(a.Scope.Components) > 0 {
		return
	}
	a.ScheduleA, a.ScheduleC = technical.Terms{}, performance.Terms{}
	a.Warranty.Technology, a.Term.Effects.Transition, a.Term.Customers = warranty.Technology{}, calendar.Duration{}, term.Customers{}
	if len(a.Sharing.Data) == 0 {
		a.ScheduleB, a.Compliance.Security = compliance.Security{}, compliance.Duties{}
	}
}

func (a sketch) furnishPerformance() {
	p := &a.ScheduleC
	levels, limits := len(p.Levels) == 0, len(p.Limits) == 0
	for _, c := range a.Scope.Components {
		if !c.By(agreement.API) {
			continue
		}
		if levels {
			p.Levels = append(p.Levels, performance.Level{Component: c.Name, Environment: agreement.Production, Availability: percent("99.9%"), ErrorRate: percent("1%")})
		}
		if limits {
			p.Limits = append(p.Limits,
				performance.Limit{Component: c.Name, Environment: agreement.Test, Per: performance.PerKey, Unit: performance.Requests, Requests: 10, Window: second},
				performance.Limit{Component: c.Name, Environment: agreement.Production, Per: performance.PerParty, Unit: performance.Requests, Requests: 100, Window: second})
		}
	}
	if len(p.Levels) == 0 { // nothing is called, so nothing is measured
		a.Integration.Standards.Performance, p.Exit, p.Window = false, nil, ""
	}
}

func provides(f agreement.Frame, p agreement.Party) bool {
	return slices.ContainsFunc(f.Components, func(c agreement.Component) bool { return c.Provider == p })
}
