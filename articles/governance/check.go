package governance

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

// Check reports what is missing, contradictory, dangling or unwise in Article 7.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.checkPeople(found)
	t.checkRoles(found)
	t.checkCommittee(found)
	t.checkDecisions(found)
	t.checkReviews(found)
}

var personID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (t Terms) checkPeople(found *agreement.Findings) {
	ids, mails := map[string]bool{}, map[string]string{}
	for i, p := range t.People {
		at := fmt.Sprintf("governance.people[%d]", i)
		switch {
		case p.ID == "": // missing; the reader says so
		case len(p.ID) > 40 || !personID.MatchString(p.ID):
			found.Add("person-id", at+".id", "%q is not an id", p.ID).
				Mend("use lower-case letters, digits and single hyphens, at most 40, for example mara-voss")
		case ids[p.ID]:
			found.Add("person-twice", at+".id", "two people have the id %s", p.ID).
				Mend("give each person an id of their own; one person may have several roles in one row")
		}
		ids[p.ID] = true
		mail := strings.ToLower(string(p.Email))
		if other, ok := mails[mail]; mail != "" && ok && other != p.ID {
			found.Add("email-shared", at+".email", "%s has the same e-mail address as %s", p.Name, other).
				Mend("give each person an address that only that person reads")
		}
		mails[mail] = p.ID
	}
}

// required are the roles that each party fills in every agreement. The others are needed where another
// article gives them work, and are asked for there.
var required = []agreement.Role{agreement.Signatory, agreement.Committee, agreement.Technical, agreement.Commercial, agreement.Legal}

func (t Terms) checkRoles(found *agreement.Findings) {
	for _, p := range agreement.Both {
		for _, r := range required {
			if len(t.holders(p, r)) == 0 {
				found.Add("role-unheld", "governance.people", "%s has no %s", p.Label(), r.Label()).
					Mend("add the role %s to one of the people of %s", r, p.Label())
			}
		}
	}
}

func (t Terms) holders(p agreement.Party, r agreement.Role) []agreement.Person {
	return agreement.Frame{People: t.People}.Holders(p, r)
}

func (t Terms) checkCommittee(found *agreement.Findings) {
	members := min(len(t.holders(agreement.A, agreement.Committee)), len(t.holders(agreement.B, agreement.Committee)))
	const at = "governance.committee.quorum"
	switch q := t.Committee.Quorum; {
	case q < 1:
		found.Add("committee-quorum", at, "a quorum of %d is none", q).Mend("write 1 or more")
	case members > 0 && q > members:
		found.Add("committee-quorum", at, "the quorum is %s of each party, but a party has only %d", document.Count(int64(q), "member"), members).
			Mend("write at most %d, or give more people the role committee", members)
	}
}

func (t Terms) checkDecisions(found *agreement.Findings) {
	type matter struct {
		kind  Matter
		about string
	}
	seen := map[matter]bool{}
	for i, d := range t.Decisions {
		at := fmt.Sprintf("governance.decisions[%d]", i)
		key := matter{d.Matter, ""}
		if d.Matter == Other {
			key.about = d.About
		}
		if seen[key] {
			found.Add("decision-twice", at+".matter", "%s has two rows", d.name()).Mend("keep one row for each matter")
		}
		seen[key] = true
		if d.Matter == Other && d.About == "" {
			found.Add("decision-unnamed", at, "the row does not say what is decided").Mend("say in about what the matter is, or choose one of the named matters")
		}
		d.check(found, at)
		t.checkVoters(found, at, d)
	}
	for _, m := range Matters {
		if !seen[matter{m, ""}] {
			found.Add("decision-missing", "governance.decisions", "no row says who decides %s matters", m).
				Mend("add a row with matter: %s", m)
		}
	}
}

func (d Decision) check(found *agreement.Findings, at string) {
	if !d.Expiry.IsZero() && d.Expiry.Longest() < 24*time.Hour {
		found.Add("decision-expiry", at+".expiry", "a proposal that lapses after %s cannot be voted on", d.Expiry.Words()).
			Mend("leave the voters at least a day, for example P14D")
	}
	if d.Rule == EachOwn && d.Matter != Pricing && d.Matter != Other {
		found.Add("decision-alone", at+".rule", "each party decides %s matters for itself, so they are not decided together", d.Matter).
			Mend("choose mutual or unanimous; each_own suits pricing")
	}
}

func (t Terms) checkVoters(found *agreement.Findings, at string, d Decision) {
	for _, p := range agreement.Both {
		if d.DecidedBy != "" && len(t.holders(p, d.DecidedBy)) == 0 {
			found.Add("decision-voters", at+".decided_by", "%s is decided by the role %s, which no one of %s has", d.name(), d.DecidedBy, p.Label()).
				Mend("add the role %s to one of the people of %s, or let another role decide", d.DecidedBy, p.Label())
		}
	}
}

// name is the row's matter as a message says it.
func (d Decision) name() string {
	if d.Matter == Other && d.About != "" {
		return fmt.Sprintf("the matter %q", d.About)
	}
	return "the matter " + string(d.Matter)
}

func (t Terms) checkReviews(found *agreement.Findings) {
	r := t.Reviews
	if r.PlanningMonth < 0 || r.PlanningMonth > 12 {
		found.Add("planning-month", "governance.reviews.planning_month", "there is no month %d", r.PlanningMonth).Mend("write 1 for January to 12 for December")
	}
	quarter := calendar.Duration{Months: 3}
	if r.Quarterly && t.Committee.Meets.Every().Longest() > quarter.Longest() {
		found.Add("review-unheld", "governance.reviews.quarterly", "reviews are quarterly, but the committee that holds them meets %s", t.Committee.Meets.words()).
			Mend("let the committee meet at least quarterly")
	}
	if r.PlanningMonth != 0 && !r.AnnualPlanning {
		found.Add("planning-unticked", "governance.reviews.planning_month", "a month is given for annual planning, which is not chosen").
			Mend("write annual_planning: true, or delete the month")
	}
}
