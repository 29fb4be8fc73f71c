package form

import (
	"strings"

	"entente/agreement"
)

// clausePaths says which clause a part of the file belongs to; the longest path that fits decides.
var clausePaths = map[string]agreement.Clause{
	"edition": agreement.WholeFile, "agreement": agreement.FrontPage, "parties": agreement.FrontPage,

	"scope": "1.1", "scope.purpose": "1.1", "scope.components": "1.2", "scope.tier": "1.3", "scope.preferred": "1.3", "scope.exclusive": "1.3",
	"integration": "2.1", "integration.access": "2.1", "integration.requirements": "2.2", "integration.standards": "2.3", "integration.support": "2.4",
	"sharing": "3.1", "sharing.data": "3.1", "sharing.permitted": "3.2", "sharing.forbidden": "3.2", "sharing.protection": "3.3", "sharing.training": "3.4",
	"property": "4.1", "property.background": "4.1", "property.integration_ip": "4.2", "property.creator_licence": "4.2", "property.joint_use": "4.2",
	"property.licences": "4.3", "property.improvements": "4.4",
	"branding": "5.1", "branding.co_marketing": "5.1", "branding.trademarks": "5.2", "branding.approval_days": "5.2", "branding.leads": "5.3",
	"commerce": "6.1", "commerce.revenue": "6.1", "commerce.pricing": "6.2", "commerce.payment": "6.3",
	"governance": "7.1", "governance.people": "7.1", "governance.committee": "7.1", "governance.decisions": "7.2", "governance.reviews": "7.3",
	"compliance": "8.1", "compliance.ai": "8.1", "compliance.security": "8.2", "compliance.audit": "8.3",
	"warranty": "9.1", "warranty.party": "9.1", "warranty.technology": "9.2", "warranty.disclaimer": "9.3",
	"liability": "10.1", "liability.indemnity": "10.1", "liability.limits": "10.2",
	"confidentiality": "11.1", "confidentiality.categories": "11.1", "confidentiality.exceptions": "11.1", "confidentiality.duties": "11.2",
	"confidentiality.survives": "11.3", "confidentiality.trade_secrets": "11.3",
	"term": "12.1", "term.initial": "12.1", "term.indefinite_notice": "12.1", "term.renewal": "12.1", "term.cause": "12.2", "term.effects": "12.3", "term.customers": "12.4",
	"general": "13.1", "general.law": "13.1", "general.disputes": "13.2", "general.assignment": "13.3", "general.entire_agreement": "13.4",
	"general.amendments": "13.5", "general.publicity": "13.6", "general.non_exclusivity": "13.7", "general.notices": "13.8",
	"general.force_majeure": "13.9", "general.severability": "13.10", "general.signatures": agreement.SignatureBlock,

	"schedule_a": "A", "schedule_b": "B", "schedule_c": "C", "schedule_d": "D", "schedule_e": "E", "schedule_f": "F", "schedule_g": "G",
	"wording": agreement.FrontPage,
}

// unnumbered is a path without the numbers of its rows.
func unnumbered(path string) string {
	before, rest, numbered := strings.Cut(path, "[")
	for numbered {
		_, rest, _ = strings.Cut(rest, "]")
		var key string
		key, rest, numbered = strings.Cut(rest, "[")
		before += key
	}
	return before
}

// ClauseOf is the clause that a path of the file belongs to; empty for what belongs to none.
func ClauseOf(path string) agreement.Clause {
	for p := unnumbered(path); p != ""; p = p[:max(0, strings.LastIndexByte(p, '.'))] {
		if c, ok := clausePaths[p]; ok {
			return c
		}
	}
	return ""
}

// SectionTitle is the heading of a section: "Article 6 · Commercials".
func SectionTitle(section string) string {
	for _, a := range agreement.Articles {
		if a.Section == section {
			return "Article " + a.Number + " · " + a.Title
		}
	}
	switch c := ClauseOf(section); {
	case section == "agreement":
		return "Front page"
	case section == "parties":
		return "Parties"
	case section == "wording":
		return "Wording of your own"
	case strings.HasPrefix(section, "schedule_"):
		return c.Cite() + " · " + c.Title()
	}
	return ""
}
