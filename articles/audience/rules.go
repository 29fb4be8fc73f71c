package audience

import "entente/agreement"

// everyone is all roles of clause 7.1.
var everyone = agreement.Roles

// negotiators are who may answer a version (clause 13.5).
var negotiators = []agreement.Role{agreement.Signatory, agreement.Legal}

// counsel are who give and receive notices, and those who answer for the partnership.
var counsel = []agreement.Role{agreement.Signatory, agreement.Legal, agreement.Committee}

var (
	engineers = []agreement.Role{agreement.Technical}
	guards    = []agreement.Role{agreement.Technical, agreement.Security}
	builders  = []agreement.Role{agreement.Technical, agreement.Committee}
	money     = []agreement.Role{agreement.Finance, agreement.Commercial}
)

// seen is why what belongs to the daily run is not told.
const seen = "it belongs to the daily run of the integration and stands on its pages"

// Rules are all rules, one for each type of entry, in the order in which the types are listed.
var Rules = []Rule{
	{Type: "ledger.opened", Whose: None, Why: "the first proposal follows it"},
	{Type: "ledger.key_added", Whose: Other, Roles: []agreement.Role{agreement.Security, agreement.Legal}, Matter: News},
	{Type: "ledger.key_revoked", Whose: Other, Roles: []agreement.Role{agreement.Security, agreement.Legal}, Matter: News},
	{Type: "agreement.proposed", Whose: Other, Roles: negotiators, Signers: true, Matter: Ask, Asks: "Answer it, or sign it"},
	{Type: "agreement.clauses_answered", Whose: Other, Roles: negotiators, Matter: News},
	{Type: "agreement.offer_closed", Whose: Other, Roles: negotiators, Signers: true, Matter: News},
	{Type: "agreement.signing_delegated", Whose: Both, Roles: negotiators, Signers: true, Matter: News},
	{Type: "agreement.delegation_ended", Whose: Both, Roles: negotiators, Signers: true, Matter: News},
	{Type: "agreement.commented", Whose: Other, Roles: negotiators, Matter: News},
	{Type: "agreement.comment_resolved", Whose: None, Why: "it stands beside the clause, and asks for nothing"},
	{Type: "agreement.signed", Whose: Other, Roles: negotiators, Signers: true, Matter: Ask, Asks: "Sign it as well, or decline it"},
	{Type: "agreement.entered_into_force", Whose: Both, Roles: everyone, Matter: News},
	{Type: "agreement.person_erased", Whose: None, Why: "the law lets a person be forgotten without a word to others"},
	{Type: "integration.milestone_confirmed", Whose: Other, Roles: engineers, Matter: Ask, Asks: "Confirm it as well, or say what is missing"},
	{Type: "integration.milestone_completed", Whose: Both, Roles: builders, Matter: News},
	{Type: "integration.milestone_reopened", Whose: Both, Roles: builders, Matter: News},
	{Type: "integration.production_opened", Whose: Both, Roles: []agreement.Role{agreement.Technical, agreement.Committee, agreement.Commercial}, Matter: News},
	{Type: "integration.production_closed", Whose: Both, Roles: []agreement.Role{agreement.Technical, agreement.Committee, agreement.Commercial}, Matter: News},
	{Type: "integration.key_issued", Whose: Other, Roles: guards, Matter: News},
	{Type: "integration.client_registered", Whose: Other, Roles: guards, Matter: News},
	{Type: "integration.certificate_pinned", Whose: Other, Roles: guards, Matter: News},
	{Type: "integration.key_revoked", Whose: Both, Roles: guards, Matter: News},
	{Type: "commerce.usage_sealed", Whose: None, Why: seen},
	{Type: "commerce.day_sealed", Whose: None, Why: seen},
	{Type: "compliance.certificate_recorded", Whose: Other, Roles: []agreement.Role{agreement.Security}, Matter: News},
	{Type: "technical.answer_deviated", Whose: Both, Roles: engineers, Matter: News},
	{Type: "performance.maintenance_announced", Whose: Other, Roles: engineers, Matter: News},
	{Type: "performance.maintenance_withdrawn", Whose: Other, Roles: engineers, Matter: News},
	{Type: "performance.window_measured", Whose: Both, Roles: builders, Matter: News},
	{Type: "performance.credit_computed", Whose: Both, Roles: money, Matter: News},
	{Type: "performance.leave_arisen", Whose: Both, Roles: counsel, Matter: Notice, Under: "C"},
	{Type: "general.waived", Whose: Other, Roles: negotiators, Matter: Notice, Under: "13.5"},
	{Type: "general.waiver_ended", Whose: Other, Roles: negotiators, Matter: Notice, Under: "13.5"},
	{Type: "general.letter_given", Whose: Other, Roles: negotiators, Matter: Notice, Under: "13.4"},
	{Type: "general.transfer_requested", Whose: Other, Roles: counsel, Matter: Notice, Under: "13.3", Asks: "Consent to it or refuse it, where your consent is needed"},
	{Type: "general.transfer_consented", Whose: Other, Roles: counsel, Matter: Notice, Under: "13.3"},
	{Type: "general.transfer_refused", Whose: Other, Roles: counsel, Matter: Notice, Under: "13.3"},
	{Type: "general.transfer_withdrawn", Whose: Other, Roles: counsel, Matter: Notice, Under: "13.3"},
	{Type: "term.suspension_began", Whose: Both, Roles: []agreement.Role{agreement.Signatory, agreement.Technical, agreement.Security, agreement.Legal}, Matter: Notice, Under: "12.2"},
	{Type: "term.suspension_lifted", Whose: Both, Roles: []agreement.Role{agreement.Signatory, agreement.Technical, agreement.Security, agreement.Legal}, Matter: Notice, Under: "12.2"},
	{Type: "term.breach_notified", Whose: Other, Roles: counsel, Matter: Notice, Under: "12.2", Asks: "Cure the breach in time, and have it recorded"},
	{Type: "term.breach_cured", Whose: Both, Roles: counsel, Matter: Notice, Under: "12.2"},
	{Type: "term.change_notified", Whose: Other, Roles: counsel, Matter: Notice, Under: "12.2", Asks: "Negotiate, and have the settlement recorded"},
	{Type: "term.change_closed", Whose: Both, Roles: counsel, Matter: Notice, Under: "12.2"},
	{Type: "term.termination_noticed", Whose: Other, Roles: counsel, Matter: Notice, Under: "12.1"},
	{Type: "term.stage_reached", Whose: Both, Roles: everyone, Matter: News},
	{Type: "term.customers_listed", Whose: None, Why: "it holds digests alone, and follows from the end"},
}
