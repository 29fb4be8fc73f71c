package integration

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"entente/agreement"
	"entente/calendar"
)

// Check reports what is missing, contradictory, dangling or unwise in Article 2.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.Access.check(f, found)
	t.checkTokens(found)
	t.checkRequirements(f, found)
	t.checkGates(found)
	t.Standards.check(f, found)
	t.Support.check(f, found)
}

func (a Access) check(f agreement.Frame, found *agreement.Findings) {
	const at = "integration.access"
	if !a.APIs && !a.SDKs && !a.Embedded && len(f.Components) > 0 {
		found.Add("no-access", at, "no access is given: neither by API, nor to an SDK, nor to an embedded component").
			Mend("set at least one of apis, sdks and embedded to true")
		return
	}
	if !a.TestEnvironment && !a.Production && len(f.Components) > 0 {
		found.Add("no-environment", at, "access is given to neither the test nor the production environment").
			Mend("set test_environment or production to true, or both")
	}
	for _, m := range []struct {
		method agreement.Method
		key    string
	}{{agreement.API, "apis"}, {agreement.SDK, "sdks"}, {agreement.Embedded, "embedded"}} {
		i := slices.IndexFunc(f.Components, func(c agreement.Component) bool { return c.By(m.method) })
		switch {
		case i >= 0 && !a.By(m.method):
			found.Add("access-withheld", at, "clause 1.2 offers %s by %s, but this clause gives no access by it", f.Components[i].Name, m.method.Label()).
				Mend("set integration.access.%s to true, or take the method out of scope.components[%d].methods", m.key, i)
		case i < 0 && a.By(m.method):
			found.Add("access-idle", at+"."+m.key, "no component of clause 1.2 is offered by %s", m.method.Label()).
				Mend("delete this line, or add %s to the methods of a component", m.method)
		}
	}
}

// The lifetimes above which a token is unwise: it cannot be called back before it ends.
const (
	longestSDKLicence = 92 * 24 * time.Hour
	longestEmbedToken = 24 * time.Hour
)

func (t Terms) checkTokens(found *agreement.Findings) {
	for _, token := range []struct {
		key, method, usual string
		life               calendar.Duration
		chosen             bool
		longest            time.Duration
	}{
		{"sdk_licence", "sdks", UsualSDKLicence.String(), t.Access.SDKLicence, t.Access.SDKs, longestSDKLicence},
		{"embed_token", "embedded", UsualEmbedToken.String(), t.Access.EmbedToken, t.Access.Embedded, longestEmbedToken},
	} {
		at := "integration.access." + token.key
		switch {
		case token.life.IsZero():
		case !token.chosen:
			found.Add("token-unticked", at, "the token has a lifetime, but %s is not chosen", token.method).Mend("set integration.access.%s to true, or delete this line", token.method)
		case token.life.Longest() == 0:
			found.Add("token-lifetime", at, "a token that is valid for no time opens nothing").Mend("write a duration, for example %s", token.usual)
		case token.life.Longest() > token.longest:
			found.Add("token-long", at, "a token that is valid for %s still works that long after access has ended", token.life.Words()).Mend("choose a shorter time, for example %s", token.usual)
		}
	}
}

var requirementID = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func (t Terms) checkRequirements(f agreement.Frame, found *agreement.Findings) {
	seen := map[string]bool{}
	for i, r := range t.Requirements {
		at := fmt.Sprintf("integration.requirements[%d]", i)
		if r.ID != "" && !requirementID.MatchString(r.ID) {
			found.Add("requirement-id", at+".id", "%q is not a short name", r.ID).Mend("use lower-case letters, digits and single hyphens, for example security-review")
		}
		if seen[r.ID] && r.ID != "" {
			found.Add("requirement-twice", at+".id", "two requirements are called %q", r.ID).Mend("give each requirement a short name of its own")
		}
		seen[r.ID] = true
		if r.Owner() == "" && r.Kind != "" {
			found.Add("requirement-responsible", at, "nobody is responsible for %q", r.ID).Mend("add responsible: a, b or both")
		}
		if !r.Due.IsZero() && r.Due.Before(f.Effective()) {
			found.Add("requirement-due", at+".due", "%q is due on %s, before the agreement is in force", r.ID, r.Due.Words()).
				Mend("choose a date from %s on", f.Effective())
		}
	}
	t.checkKinds(f, found)
}

// checkKinds looks for the rows that clause 2.2 has at least, as far as the components need them.
func (t Terms) checkKinds(f agreement.Frame, found *agreement.Findings) {
	offered := func(m agreement.Method) bool {
		return slices.ContainsFunc(f.Components, func(c agreement.Component) bool { return c.By(m) })
	}
	some := len(f.Components) > 0
	for _, k := range []struct {
		kind   Kind
		needed bool
	}{{APIDevelopment, offered(agreement.API)}, {SDKProvision, offered(agreement.SDK)}, {IntegrationTesting, some}, {SecurityReview, some}, {Launch, some}} {
		if k.needed && !slices.ContainsFunc(t.Requirements, func(r Requirement) bool { return r.Kind == k.kind }) {
			found.Add("requirement-missing", "integration.requirements", "no requirement is of the kind %s", k.kind).Mend("add a row with kind: %s", k.kind)
		}
	}
}

func (t Terms) checkGates(found *agreement.Findings) {
	gates := t.BeforeProduction()
	if t.Access.Production && len(gates) == 0 {
		found.Add("production-ungated", "integration.requirements", "no requirement has to be complete before production, so production is open from the first day").
			Mend("set before_production to true for those that have to be, for example the security review")
	}
	for i, r := range t.Requirements {
		at := fmt.Sprintf("integration.requirements[%d]", i)
		if r.BeforeProduction && !t.Access.Production {
			found.Add("gate-idle", at+".before_production", "%q is to be complete before production, but clause 2.1 gives no access to production", r.ID).
				Mend("set integration.access.production to true, or delete this line")
		}
		if r.Kind == Launch {
			t.checkLaunch(at, r, found)
		}
	}
}

func (t Terms) checkLaunch(at string, launch Requirement, found *agreement.Findings) {
	if launch.BeforeProduction && t.Access.Production {
		found.Add("launch-gated", at+".before_production", "the launch needs production, and production waits for the launch").
			Mend("delete this line; mark what has to be done before the launch instead")
	}
	for _, r := range t.BeforeProduction() {
		if r.ID != launch.ID && !launch.Due.IsZero() && r.Due.After(launch.Due) {
			found.Add("launch-early", at+".due", "the launch is due on %s, but %q has to be complete before production and is due only on %s", launch.Due.Words(), r.ID, r.Due.Words()).
				Mend("put the launch after %s, or the requirement before it", r.Due)
		}
	}
}

func (s Standards) check(f agreement.Frame, found *agreement.Findings) {
	for i, x := range s.Industry {
		at := fmt.Sprintf("integration.standards.industry[%d]", i)
		found.Component(f, at+".component", x.Component)
		if c, ok := f.Component(x.Component); ok && x.Responsible != "" && !x.Responsible.Includes(c.Provider) {
			found.Add("standard-party", at+".responsible", "%s has to meet %s for %s, which %s provides", x.Responsible.Label(), x.Name, x.Component, c.Provider.Label()).
				Mend("write responsible: %s, or name another component", c.Provider)
		}
		switch {
		case x.Evidence == "":
			found.Add("standard-evidence", at, "nothing shows that %s is met; only people can judge it", x.Name).Mend("state the evidence, for example a certificate or a test report")
		case !x.ValidUntil.IsZero() && x.ValidUntil.Before(f.Effective()):
			found.Add("standard-ended", at+".valid_until", "the evidence for %s ended on %s, before the agreement is in force", x.Name, x.ValidUntil.Words()).
				Mend("renew the evidence and write its new date")
		}
	}
}
