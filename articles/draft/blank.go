// Package draft is an agreement that is still being written: the example, the usual terms, the rows
// that follow from what the parties have said, and the commented file in which they go on.
package draft

import (
	"fmt"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/compliance"
	"entente/articles/confidentiality"
	"entente/articles/general"
	"entente/articles/governance"
	"entente/articles/integration"
	"entente/articles/liability"
	"entente/articles/performance"
	"entente/articles/property"
	"entente/articles/rules"
	"entente/articles/scope"
	"entente/articles/sharing"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/articles/warranty"
	"entente/calendar"
	"entente/money"
)

// Blank is an agreement dated on a day with the terms that are usual in the field, and without
// parties, people, components and purposes. Furnish adds what follows from these.
func Blank(day calendar.Date) articles.Agreement {
	a := articles.Agreement{
		Edition:         articles.Edition,
		Agreement:       agreement.Front{Dated: day, Effective: day, TimeZone: "Europe/Berlin", Currency: "EUR", Language: "en"},
		Scope:           scope.Terms{Tier: scope.NonExclusive},
		Integration:     usualIntegration(),
		Sharing:         usualSharing(),
		Property:        property.Terms{IntegrationIP: property.Creator, Licences: property.Licences{AToB: usualGrant, BToA: usualGrant}},
		Commerce:        usualCommerce(),
		Governance:      usualGovernance(),
		Compliance:      usualCompliance(),
		Warranty:        usualWarranty(),
		Liability:       usualLiability(),
		Confidentiality: usualConfidentiality(),
		Term:            usualTerm(),
		General:         usualGeneral(),
		ScheduleA:       technical.Terms{ChangeNotice: days(90)},
		ScheduleB:       usualSecurity(),
		ScheduleC:       usualPerformance(),
	}
	a.Agreement.Calendar.Weekend = []agreement.Weekday{"saturday", "sunday"}
	return a
}

// Objection is what checking has against the value at a path of the file, as an error; nil if
// nothing, or nothing worse than a warning. It is for asking again while someone fills in a form.
func Objection(a articles.Agreement, path string) error {
	for _, f := range rules.Check(a) {
		if f.Path == path && f.Severity == agreement.Error {
			return fmt.Errorf("%s: %s", f.Message, f.Hint)
		}
	}
	return nil
}

func years(n int) calendar.Duration  { return calendar.Duration{Years: n} }
func months(n int) calendar.Duration { return calendar.Duration{Months: n} }
func days(n int) calendar.Duration   { return calendar.Duration{Days: n} }
func hours(n int) calendar.Duration  { return calendar.Duration{Hours: n} }

var second = calendar.Duration{Seconds: 1}

// percent reads a constant; one that is none stops the program at its first use.
func percent(s string) money.Percent {
	p, err := money.ParsePercent(s)
	if err != nil {
		panic(err)
	}
	return p
}

var usualGrant = property.Grant{Integrate: true, API: true}

func usualIntegration() integration.Terms {
	return integration.Terms{
		Access:    integration.Access{Documentation: true, TestEnvironment: true, Production: true},
		Standards: integration.Standards{Security: true, Performance: true},
		Support: integration.Support{
			OwnComponents:    true,
			CriticalResponse: hours(1),
			Severities: []integration.Severity{
				{Level: integration.Critical, Meaning: "production is down or data is at risk", Response: hours(1), Resolution: hours(8)},
				{Level: integration.High, Meaning: "an operation fails or answers are unusable and there is no workaround", Response: hours(4), Resolution: days(1)},
				{Level: integration.Medium, Meaning: "an operation is impaired and there is a workaround", Response: hours(8), Resolution: days(5), BusinessHours: true},
				{Level: integration.Low, Meaning: "a question or a wish", Response: days(2), BusinessHours: true},
			},
			Hours:                &integration.Hours{From: "09:00", To: "17:00"},
			ReasonableAssistance: true,
			AssistanceHours:      10,
		},
	}
}

func usualSharing() sharing.Terms {
	return sharing.Terms{
		Permitted:  sharing.Permitted{Specified: true},
		Forbidden:  sharing.Forbidden{Training: true, ThirdParties: true, Competitive: true, SubProcessorNotice: days(30)},
		Protection: sharing.Protection{Law: true, Measures: true, BreachNotice: hours(48)},
		Training:   sharing.Training{CustomerDataNever: true},
	}
}

func usualCommerce() commerce.Terms {
	return commerce.Terms{
		Revenue: commerce.Revenue{Model: commerce.Shared},
		Pricing: commerce.Pricing{OwnPrices: true},
		Payment: commerce.Payment{NetDays: 30, Currency: "EUR", Method: "bank transfer to the account stated on the invoice",
			LateInterest: percent("9%"), InvoicingDay: 5, Netting: true, DisputeWindow: days(15)},
	}
}

func usualGovernance() governance.Terms {
	return governance.Terms{
		Committee: governance.Committee{Meets: governance.Quarterly, Quorum: 1, Chair: governance.ChairTurn, NoticeDays: 5, MinutesDays: 5, UrgentDays: 5,
			Responsibilities: []string{
				"the direction of the partnership and the plan of what is built next",
				"the progress of the integration requirements and the service levels",
				"matters that support, security or the leads of the Parties escalate to it",
			}},
		Reviews: governance.Reviews{Quarterly: true, AnnualPlanning: true, PlanningMonth: 11},
	}
}

func usualCompliance() compliance.Terms {
	return compliance.Terms{
		AI: compliance.AI{ApplicableLaw: true, Information: true, InformationWithin: days(10), CooperateWithRegulators: true, RegulatorsWithin: days(5),
			MaterialChanges: true, ModelChangeNotice: days(30), Reacceptance: days(15)},
		Security: compliance.Duties{Assessments: true, NotifyIncidents: true, Cooperate: true},
		Audit:    compliance.Audit{Notice: days(30), PerYear: 1, Access: days(10), RemedyWithin: days(30), BreachPays: true},
	}
}

func usualWarranty() warranty.Terms {
	return warranty.Terms{
		Party:      warranty.Party{Authority: true, NoInfringement: true, Lawful: true, Accurate: true, ConfirmedEvery: years(1)},
		Technology: warranty.Technology{AsDocumented: true, NoKnownDefects: true, MeetsSecurity: true, CureWithin: days(30)},
	}
}

func usualLiability() liability.Terms {
	return liability.Terms{
		Indemnity: liability.Indemnity{IPClaims: true, Breach: true, Law: true, Misconduct: true, NoticeWithin: days(14), PaymentWithin: days(30)},
		Limits: liability.Limits{NoIndirect: true, Cap: &liability.Cap{PriorFees: true},
			Exclusions: liability.Exclusions{IPIndemnity: true, WilfulMisconduct: true, GrossNegligence: true, Others: []string{"breach of confidentiality under Article 11"}}},
	}
}

func usualConfidentiality() confidentiality.Terms {
	return confidentiality.Terms{
		Categories:   confidentiality.Categories{Technical: true, Business: true, Customers: true, Partnership: true},
		Exceptions:   confidentiality.Exceptions{Public: true, AlreadyHeld: true, IndependentlyDeveloped: true, RequiredByLaw: true},
		Survives:     years(5),
		TradeSecrets: true,
	}
}

func usualTerm() term.Terms {
	return term.Terms{
		Initial: years(2),
		Renewal: &term.Renewal{Period: years(1), Notice: days(60)},
		Cause:   term.Cause{MaterialBreach: days(30), Insolvency: true, DismissedWithin: days(60), MaterialChange: true, MaterialChangeResponse: days(30)},
		Effects: term.Effects{Transition: days(120), ReturnOrDestroy: true, ReturnWithin: days(30), Certificate: true, StopTrademarks: true,
			Survival: term.Survival{Confidentiality: true, IPOwnership: true, Indemnification: true, Others: []string{"payment of amounts that arose before the end (Article 6)"}}},
		Customers: term.Customers{Continue: years(1), TransitionSupport: true, NoNewDeployments: true},
	}
}

func usualGeneral() general.Terms {
	return general.Terms{
		Law: general.Law{ExcludeSalesConvention: true, ExcludeConflictRules: true},
		Disputes: general.Disputes{
			Steps:         []general.Step{{Kind: general.Escalation, Days: 30}, {Kind: general.Executives, Days: 15}, {Kind: general.Litigation}},
			InterimRelief: true,
			Continue:      true,
		},
		Assignment:      general.Assignment{ToAffiliates: true, ToAcquirers: true, NotToCompetitors: true, NoticeWithin: days(14), ReasonableConsent: true},
		EntireAgreement: general.EntireAgreement{NoThirdParties: true},
		Amendments:      general.Amendments{AnswerWithin: days(14)},
		Publicity:       general.Publicity{PriorApproval: true},
		NonExclusivity:  general.NonExclusivity{IndependentDevelopment: true, Independent: true},
		Notices:         general.Notices{Methods: []general.NoticeMethod{{By: general.ByLedger}, {By: general.ByEmail}, {By: general.ByCourier, BusinessDays: 2}}},
		ForceMajeure:    general.ForceMajeure{NotifyWithin: days(3), ExitAfter: days(30), PaymentsDue: true},
		Severability:    general.Severability{Replace: true},
	}
}

func usualSecurity() compliance.Security {
	return compliance.Security{
		Transport:          compliance.Transport{Minimum: compliance.TLS12, ForwardSecrecy: true, VerifyCertificates: true},
		Authentication:     []compliance.Authentication{{Methods: []agreement.AuthMethod{agreement.APIKey, agreement.OAuth2}}},
		KeyRotation:        days(90),
		AssessmentInterval: years(1),
		Assessment:         "a penetration test of the Components by an independent tester",
		Encryption:         compliance.Encryption{AtRest: true, Backups: true},
	}
}

func usualPerformance() performance.Terms {
	return performance.Terms{
		Window:     performance.CalendarMonth,
		Exclusions: performance.Exclusions{MaintenanceNotice: hours(48), MaintenanceHours: 8, CallerErrors: true, Refusals: true, ForceMajeure: true},
		Exit:       &performance.Exit{Missed: 2, Of: 3, Within: days(30)},
	}
}
