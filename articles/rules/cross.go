package rules

import (
	"fmt"
	"slices"
	"strings"

	"entente/agreement"
	"entente/articles"
)

// A contract is an agreement as it is read across its articles.
type contract struct{ articles.Agreement }

// cross reports what only shows when articles are read together. What an article says against its
// own schedule is the article's to report.
func (a contract) cross(f agreement.Frame, found *agreement.Findings) {
	crossContacts(f, found)
	a.crossRoles(f, found)
	a.crossPurposes(found)
	a.crossLicences(f, found)
	a.crossAllocation(found)
	a.crossCalls(f, found)
	a.crossRetention(f, found)
	a.crossNotices(found)
	a.crossSecurity(found)
	a.crossStandards(found)
	a.crossService(f, found)
	a.crossIndicators(f, found)
	a.crossReferral(found)
	a.crossFees(f, found)
	a.crossCurrency(found)
	a.crossMoney(found)
	a.crossTerm(f, found)
	a.crossExclusive(f, found)
	a.crossCures(found)
	a.crossEnd(found)
	a.crossGeneral(found)
}

// crossContacts compares the front page with clause 7.1.
func crossContacts(f agreement.Frame, found *agreement.Findings) {
	for _, p := range agreement.Both {
		mail := string(f.Parties.Of(p).Contact.Email)
		known := slices.ContainsFunc(f.People, func(who agreement.Person) bool {
			return who.Party == p && strings.EqualFold(string(who.Email), mail)
		})
		if mail != "" && len(f.People) > 0 && !known {
			found.Add("contact-unlisted", "parties."+string(p)+".contact.email", "%s is not the address of a person of %s in clause 7.1", mail, p.Label()).
				Mend("name one of the people of %s, or add the contact to governance.people", p.Label())
		}
	}
}

// crossRoles looks for the roles that other articles give work to. The roles that every agreement
// needs are clause 7.1's own to ask for.
func (a contract) crossRoles(f agreement.Frame, found *agreement.Findings) {
	if len(f.People) == 0 {
		return
	}
	for _, p := range agreement.Both {
		unheld := func(r agreement.Role) bool { return len(f.Holders(p, r)) == 0 }
		const add = "add the role %s to one of the people of %s"
		if a.clocksIncidents() && unheld(agreement.Security) {
			found.Add("security-role", "governance.people", "clause 3.3 or clause 8.2 sets a time for notices, and no one of %s has the role security to keep it", p.Label()).
				Mend(add, agreement.Security, p.Label())
		}
		if a.pays() && unheld(agreement.Finance) {
			found.Add("finance-role", "governance.people", "amounts are owed under clause 6.1, and no one of %s has the role finance", p.Label()).
				Mend(add, agreement.Finance, p.Label())
		}
		if (a.Branding.CoMarketing.Any() || a.Branding.Trademarks.Any()) && unheld(agreement.Marketing) {
			found.Add("marketing-role", "governance.people", "clause 5.1 or clause 5.2 needs approvals, and no one of %s has the role marketing to give them", p.Label()).
				Mend(add, agreement.Marketing, p.Label())
		}
	}
}

// clocksIncidents reports whether a breach or an incident starts a clock.
func (a contract) clocksIncidents() bool {
	return !a.Sharing.Protection.BreachNotice.IsZero() || a.Compliance.Security.NotifyIncidents
}

// row is the path of a row of a table.
func row(table string, i int) string { return fmt.Sprintf("%s[%d]", table, i) }
