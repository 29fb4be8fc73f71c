package articles

import (
	"slices"
	"strings"

	"entente/agreement"
)

// cross reports what only shows when articles are read together.
func (a Agreement) cross(f agreement.Frame, found *agreement.Findings) {
	crossContacts(f, found)
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
