package property

import (
	"fmt"
	"regexp"

	"entente/agreement"
)

// Check reports what is missing, contradictory, dangling or unwise in Article 4.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.checkBackground(f, found)
	t.checkOwnership(found)
	t.Licences.AToB.check(agreement.A, "property.licences.a_to_b", found)
	t.Licences.BToA.check(agreement.B, "property.licences.b_to_a", found)
	t.Improvements.check(found)
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func name(found *agreement.Findings, rule, at, s string) {
	if s != "" && !nameForm.MatchString(s) {
		found.Add(rule, at, "%q cannot be used as a name", s).Mend("write lower-case letters, digits and hyphens, beginning with a letter: extraction-engine")
	}
}

func (t Terms) checkBackground(f agreement.Frame, found *agreement.Findings) {
	seen, brings := map[string]bool{}, map[agreement.Party]bool{}
	for i, b := range t.Background {
		at := fmt.Sprintf("property.background[%d]", i)
		brings[b.Party] = true
		name(found, "background-name", at+".name", b.Name)
		if seen[b.Name] && b.Name != "" {
			found.Add("background-twice", at+".name", "%q is the name of two items of background IP", b.Name).Mend("give each item its own name")
		}
		seen[b.Name] = true
		b.check(f, at, found)
	}
	for _, p := range agreement.Both {
		if !brings[p] {
			found.Add("background-missing", "property.background", "%s lists nothing that it brings", p.Label()).
				Mend("list at least the main technology that %s brings, with its date", p.Label())
		}
	}
}

func (b BackgroundItem) check(f agreement.Frame, at string, found *agreement.Findings) {
	if b.Kind.Registered() && b.Identifier == "" {
		found.Add("background-unidentified", at+".kind", "%s is a %s without a number", b.Title, kinds[b.Kind]).Mend("write the number of its registration or application as the identifier")
	}
	if !f.Effective().IsZero() && b.Date.After(f.Effective()) {
		found.Add("background-date", at+".date", "%s is dated %s, after this agreement takes effect on %s", b.Title, b.Date.Words(), f.Effective().Words()).
			Mend("write the date from which the party had it; what arises later belongs in clause 4.2")
	}
	found.Component(f, at+".component", b.Component)
	if c, ok := f.Component(b.Component); ok && b.Party != "" && c.Provider != b.Party {
		found.Add("background-owner", at+".component", "%s is %s's, but %s provides the component %s", b.Title, b.Party.Label(), c.Provider.Label(), c.Name).
			Mend("name a component of %s, or leave the component out", b.Party.Label())
	}
}

func (t Terms) checkOwnership(found *agreement.Findings) {
	stray := func(option Ownership, key string, given bool) {
		if given && t.IntegrationIP != option {
			found.Add("ownership-terms", "property."+key, "%s is written, but clause 4.2 does not choose %s ownership", key, option).
				Mend("delete property.%s, or choose integration_ip: %s", key, option)
		}
	}
	stray(Creator, "creator_licence", t.CreatorLicence != nil)
	stray(Joint, "joint_use", t.JointUse != nil)
	if t.IntegrationIP == Joint && t.JointUse == nil {
		found.Add("joint-unsettled", "property.integration_ip", "the parties own jointly, but do not say what each may do with what both own").
			Mend("write property.joint_use, at least free_use and consent_to_license")
	}
}

func (g Grant) check(from agreement.Party, at string, found *agreement.Findings) {
	none := !g.Integrate && !g.Market && !g.API && !g.Trademarks
	switch {
	case none:
		found.Add("licence-none", at, "%s grants %s no licence", from.Label(), from.Other().Label()).
			Mend("tick at least integrate and api, if %s is to use what %s provides", from.Other().Label(), from.Label())
	case g.API && !g.Integrate:
		found.Add("licence-api-alone", at+".api", "%s may call %s's APIs, but may not integrate what they return", from.Other().Label(), from.Label()).Mend("tick integrate as well")
	case g.Market && !g.Integrate:
		found.Add("licence-market-alone", at+".market", "%s may market what it may not integrate", from.Other().Label()).Mend("tick integrate as well, or leave market unticked")
	}
	if !g.Term.IsZero() && g.Term.Longest() == 0 {
		found.Add("licence-term", at+".term", "the licences of %s end the moment they begin", from.Label()).Mend("write how long they last, for example P3Y, or leave the term out")
	}
}

func (i Improvements) check(found *agreement.Findings) {
	if i.Omit {
		found.Add("improvements-omitted", "property.improvements.omit", "clause 4.4 is left out, so improvements do not stay with the owner of what was improved").
			Mend("delete property.improvements, unless the parties mean it")
	}
	switch {
	case i.Omit && i.Reason == "":
		found.Add("improvements-reason", "property.improvements.omit", "clause 4.4 is left out without a reason").Mend("write why in property.improvements.reason")
	case !i.Omit && i.Reason != "":
		found.Add("improvements-reason", "property.improvements.reason", "a reason is given for leaving clause 4.4 out, but it is not left out").Mend("delete the reason, or set omit: true")
	}
}
