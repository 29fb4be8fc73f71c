package general

import (
	"fmt"
	"strings"

	"entente/agreement"
	"entente/articles/statutes"
)

// Check reports what is missing, contradictory, dangling or unwise in Article 13.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.Law.check(found)
	t.checkVenue(found)
	t.Disputes.check(found)
	t.Assignment.check(found)
	t.EntireAgreement.check(found)
	t.Notices.check(f, found)
	t.ForceMajeure.check(found)
	if !t.Publicity.PriorApproval {
		found.Add("publicity-free", "general.publicity.prior_approval", "each party may announce what it likes of the partnership without asking").
			Mend("set general.publicity.prior_approval: true")
	}
	if t.Signatures.Simple {
		found.Add("simple-signatures", "general.signatures.simple", "a code that is sent by e-mail can bind a party: it shows that somebody read the mailbox, and rests on the word of whoever runs the node")
	}
}

func (l Law) check(found *agreement.Findings) {
	switch example, several := severalLaws[l.Country]; {
	case l.Region != "" && !strings.HasPrefix(l.Region, string(l.Country)+"-"):
		found.Add("law-region", "general.law.region", "%s is not a part of %s", l.Region, l.Country).
			Mend("write an ISO 3166-2 code that begins with %s-", l.Country)
	case several && l.Region == "":
		found.Add("law-region", "general.law.country", "%s has no single law of contract", l.Country).
			Mend("name the part of the country in general.law.region, for example %s", example)
	}
	for i, code := range l.Codes() {
		if code != "" && !statutes.Known(code) {
			path := "general.law.country"
			if i > 0 {
				path = fmt.Sprintf("general.law.jurisdictions[%d]", l.place(code))
			}
			found.Add("law-without-pack", path, "the statutory time limits of %s are not known to this release, so nothing is checked against them", code).
				Mend("ask counsel there for the time limits on breach notices, incidents and payment")
		}
	}
	l.checkLimits(found)
}

func (l Law) place(code string) int {
	for i, c := range l.Jurisdictions {
		if string(c) == code {
			return i
		}
	}
	return 0
}

// checkLimits says which mandatory law the agreement meets, once for the governing law.
func (l Law) checkLimits(found *agreement.Findings) {
	var says []string
	for _, r := range statutes.Requirements(l.Code()) {
		if r.Topic == statutes.LiabilityLimits || r.Topic == statutes.Termination {
			says = append(says, fmt.Sprintf("%s (%s, as of %s)", r.Says, r.Citation, r.AsOf))
		}
	}
	if len(says) > 0 {
		found.Add("law-mandatory", "general.law.country", "%s does not let the parties exclude everything: %s", l.Label(), strings.Join(says, "; "))
	}
}

func (t Terms) checkVenue(found *agreement.Findings) {
	litigation := false
	for _, s := range t.Disputes.Steps {
		litigation = litigation || s.Kind == Litigation
	}
	if litigation && t.Law.Venue == "" {
		found.Add("venue-missing", "general.law.venue", "disputes end before a court, but no court is named").
			Mend("give general.law.venue, for example “the courts of Kiel, Germany”")
	}
	if t.Law.ExclusiveVenue && t.Law.Venue == "" {
		found.Add("venue-missing", "general.law.exclusive_venue", "the jurisdiction is exclusive, but no court is named").
			Mend("give general.law.venue or delete exclusive_venue")
	}
}

func (a Assignment) check(found *agreement.Findings) {
	if (a.ToAffiliates || a.ToAcquirers) && a.NoticeWithin.IsZero() {
		found.Add("assignment-unnoticed", "general.assignment.notice_within", "a party could transfer the agreement without telling the other").
			Mend("give general.assignment.notice_within, for example P14D")
	}
	if a.ToAcquirers && !a.NotToCompetitors {
		found.Add("assignment-to-competitor", "general.assignment.not_to_competitors", "a competitor that buys one party becomes the partner of the other").
			Mend("set general.assignment.not_to_competitors: true")
	}
}

func (e EntireAgreement) check(found *agreement.Findings) {
	replaced := map[string]bool{}
	for _, name := range e.Replaces {
		replaced[plain(name)] = true
	}
	for i, name := range e.Keeps {
		if replaced[plain(name)] {
			found.Add("entire-agreement-contradictory", fmt.Sprintf("general.entire_agreement.keeps[%d]", i), "“%s” is both replaced and kept", name).
				Mend("keep it in one of the two lists")
		}
	}
}

func plain(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func (n Notices) check(f agreement.Frame, found *agreement.Findings) {
	seen, strong := map[Means]bool{}, false
	for i, m := range n.Methods {
		at := fmt.Sprintf("general.notices.methods[%d]", i)
		if seen[m.By] {
			found.Add("notice-means-twice", at+".by", "%s is listed twice", m.By.Label()).Mend("keep one row per way of giving notice")
		}
		seen[m.By] = true
		strong = strong || m.By != ByEmail
		if m.BusinessDays < 0 || m.BusinessDays > 15 {
			found.Add("notice-receipt", at+".business_days", "receipt after %d business days makes every notice period hard to keep", m.BusinessDays).Mend("write a number from 1 to 15, or leave it out")
		}
	}
	if len(n.Methods) > 0 && !strong {
		found.Add("notice-by-email-only", "general.notices.methods", "notice can be given by e-mail only, and a lost e-mail has no other way").
			Mend("add courier, registered_post, hand or ledger")
	}
	for _, p := range agreement.Both {
		n.checkPeople(f, found, p)
	}
}

func (n Notices) checkPeople(f agreement.Frame, found *agreement.Findings, p agreement.Party) {
	legal, known := false, true
	for i, id := range n.To(p) {
		path := fmt.Sprintf("general.notices.to_%s[%d]", p, i)
		found.Person(f, path, id)
		who, ok := f.Person(id)
		known = known && ok
		if ok && who.Party != p {
			found.Add("notice-party", path, "%s acts for %s, not for %s", who.Name, who.Party.Label(), p.Label()).Mend("name a person of %s", p.Label())
		}
		legal = legal || who.Has(agreement.Legal)
	}
	if known && !legal && len(n.To(p)) > 0 {
		found.Add("notice-role", "general.notices.to_"+string(p), "no one who receives notices for %s has the role legal", p.Label()).
			Mend("name the legal contact of %s as well", p.Label())
	}
}

func (f ForceMajeure) check(found *agreement.Findings) {
	if f.ExitAfter.IsZero() {
		found.Add("force-majeure-endless", "general.force_majeure.exit_after", "an event beyond control could suspend the agreement without end").
			Mend("give general.force_majeure.exit_after; 30 days are usual")
	}
}
