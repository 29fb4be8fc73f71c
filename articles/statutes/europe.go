package statutes

import (
	"slices"

	"entente/calendar"
	"entente/money"
)

// The days for which the facts below are known.
var (
	november2026 = calendar.Date{Year: 2026, Month: 11, Day: 1}
	december2025 = calendar.Date{Year: 2025, Month: 12, Day: 31}
)

func hours(n int) calendar.Duration  { return calendar.Duration{Hours: n} }
func days(n int) calendar.Duration   { return calendar.Duration{Days: n} }
func months(n int) calendar.Duration { return calendar.Duration{Months: n} }

// points and sum read the constants of the tables; a constant that is not one stops the program at its start.
func points(s string) money.Percent {
	p, err := money.ParsePercent(s)
	if err != nil {
		panic(err)
	}
	return p
}

func sum(s string) money.Amount {
	a, err := money.ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return a
}

// area is what holds in the European Economic Area: the Union, Iceland, Liechtenstein and Norway.
var area = Pack{Code: "EEA", Name: "the European Economic Area",
	Clocks: []Clock{
		{ID: "gdpr-authority", Law: "GDPR", Citation: "Regulation (EU) 2016/679, Article 33(1)", Event: PersonalDataBreach,
			Bearer: "the controller", Duty: "notify the supervisory authority", Within: hours(72), From: "becoming aware of the breach",
			// Not confirmed by a second source: that the proposed change to 96 hours is not yet law.
			Limits: "not if the breach is unlikely to result in a risk to people; a change to 96 hours is proposed and not yet law", AsOf: november2026},
		{ID: "gdpr-processor", Law: "GDPR", Citation: "Regulation (EU) 2016/679, Article 33(2)", Event: PersonalDataBreach,
			Bearer: "the processor", Duty: "notify the controller", From: "becoming aware of the breach", AsOf: november2026},
		// Not confirmed by a second source.
		{ID: "gdpr-people", Law: "GDPR", Citation: "Regulation (EU) 2016/679, Article 34(1)", Event: PersonalDataBreach,
			Bearer: "the controller", Duty: "tell the people concerned", From: "becoming aware of the breach",
			Limits: "only if a high risk to people is likely", AsOf: november2026},
	},
	Requirements: []Requirement{ // neither is confirmed by a second source
		{ID: "gdpr-processing-contract", Topic: DataProcessing, Citation: "Regulation (EU) 2016/679, Article 28(3)", AsOf: november2026,
			Says: "processing of personal data for another needs a contract with the content that the Article lists"},
		{ID: "gdpr-joint-controllers", Topic: DataProcessing, Citation: "Regulation (EU) 2016/679, Article 26(1)", AsOf: november2026,
			Says: "parties that decide together why and how personal data is processed must agree who fulfils which duty"},
	},
}

// union is what holds in every member state of the European Union besides.
var union = Pack{Code: "EU", Name: "the European Union",
	Clocks: slices.Concat(nis2, resilience, aiAct, []Clock{
		{ID: "eu-payment", Law: "Late Payment Directive", Citation: "Directive 2011/7/EU, Article 3(5)", Event: Invoice,
			Bearer: "the debtor", Duty: "pay", Within: days(60), From: "the beginning of the agreed payment period",
			Limits: "a longer period must be agreed expressly and not be grossly unfair to the creditor", AsOf: december2025},
	}),
	LatePayment: &Interest{Points: points("8%"), Above: "the reference rate of the European Central Bank, or of the national central bank outside the euro area, at least", LumpSum: sum("EUR 40.00"),
		Citation: "Directive 2011/7/EU, Articles 2(6) and 6(1)", AsOf: december2025},
	Requirements: []Requirement{
		{ID: "ai-act-suppliers", Topic: AISystems, Citation: "Regulation (EU) 2024/1689, Article 25(4)", AsOf: november2026,
			Says: "the provider of a high-risk AI system and whoever supplies it with tools, services, components or processes must agree in writing on the information, capabilities and technical access that the provider needs"},
		{ID: "data-act-unfair-terms", Topic: DataAccess, Citation: "Regulation (EU) 2023/2854, Article 13", AsOf: december2025,
			Says: "an unfair term about access to data, its use, or liability for it does not bind a business on which the other has imposed it unilaterally"},
	},
}

const significant = "only for essential and important entities, for significant incidents, as the member state has transposed the Directive"

var nis2 = []Clock{
	{ID: "nis2-warning", Law: "NIS2", Citation: "Directive (EU) 2022/2555, Article 23(4)(a)", Event: SecurityIncident, Bearer: "an essential or important entity",
		Duty: "send an early warning to the CSIRT or the authority", Within: hours(24), From: "becoming aware of the incident", Limits: significant, AsOf: november2026},
	{ID: "nis2-notification", Law: "NIS2", Citation: "Directive (EU) 2022/2555, Article 23(4)(b)", Event: SecurityIncident, Bearer: "an essential or important entity",
		Duty: "notify the CSIRT or the authority of the incident", Within: hours(72), From: "becoming aware of the incident", Limits: significant, AsOf: november2026},
	{ID: "nis2-report", Law: "NIS2", Citation: "Directive (EU) 2022/2555, Article 23(4)(d)", Event: SecurityIncident, Bearer: "an essential or important entity",
		Duty: "send the final report", Within: months(1), From: "the incident notification", Limits: significant, AsOf: november2026},
}

const withDigital = "only for manufacturers of products with digital elements; applies since 11 September 2026"

var resilience = []Clock{
	{ID: "cra-warning", Law: "Cyber Resilience Act", Citation: "Regulation (EU) 2024/2847, Article 14(2)(a)", Event: Vulnerability, Bearer: "the manufacturer",
		Duty: "send an early warning to the CSIRT and ENISA", Within: hours(24), From: "becoming aware of the exploited vulnerability", Limits: withDigital, AsOf: november2026},
	{ID: "cra-notification", Law: "Cyber Resilience Act", Citation: "Regulation (EU) 2024/2847, Article 14(2)(b)", Event: Vulnerability, Bearer: "the manufacturer",
		Duty: "notify the CSIRT and ENISA of the vulnerability", Within: hours(72), From: "becoming aware of the exploited vulnerability", Limits: withDigital, AsOf: november2026},
	{ID: "cra-report", Law: "Cyber Resilience Act", Citation: "Regulation (EU) 2024/2847, Article 14(2)(c)", Event: Vulnerability, Bearer: "the manufacturer",
		Duty: "send the final report", Within: days(14), From: "a corrective or mitigating measure being available", Limits: withDigital, AsOf: november2026},
	{ID: "cra-incident-warning", Law: "Cyber Resilience Act", Citation: "Regulation (EU) 2024/2847, Article 14(4)(a)", Event: SecurityIncident, Bearer: "the manufacturer",
		Duty: "send an early warning of a severe incident to the CSIRT and ENISA", Within: hours(24), From: "becoming aware of the incident", Limits: withDigital, AsOf: november2026},
	{ID: "cra-incident-notification", Law: "Cyber Resilience Act", Citation: "Regulation (EU) 2024/2847, Article 14(4)(b)", Event: SecurityIncident, Bearer: "the manufacturer",
		Duty: "notify the CSIRT and ENISA of a severe incident", Within: hours(72), From: "becoming aware of the incident", Limits: withDigital, AsOf: november2026},
	{ID: "cra-incident-report", Law: "Cyber Resilience Act", Citation: "Regulation (EU) 2024/2847, Article 14(4)(c)", Event: SecurityIncident, Bearer: "the manufacturer",
		Duty: "send the final report of a severe incident", Within: months(1), From: "the incident notification", Limits: withDigital, AsOf: november2026},
}

// The dates are confirmed, the number of the amending Regulation is not confirmed by a second source.
const highRisk = "only for high-risk AI systems; Regulation (EU) 2026/1744 moved the duties for those of Annex III to 2 December 2027, and for those in products of Annex I to 2 August 2028"

var aiAct = []Clock{
	{ID: "ai-act-incident", Law: "EU AI Act", Citation: "Regulation (EU) 2024/1689, Article 73(2)", Event: AIIncident, Bearer: "the provider",
		Duty: "report a serious incident to the market surveillance authority", Within: days(15), From: "becoming aware of the incident", Limits: highRisk, AsOf: november2026},
	{ID: "ai-act-widespread", Law: "EU AI Act", Citation: "Regulation (EU) 2024/1689, Article 73(3)", Event: AIIncident, Bearer: "the provider",
		Duty: "report a widespread infringement or a serious and irreversible disruption of critical infrastructure", Within: days(2), From: "becoming aware of the incident", Limits: highRisk, AsOf: november2026},
	{ID: "ai-act-death", Law: "EU AI Act", Citation: "Regulation (EU) 2024/1689, Article 73(4)", Event: AIIncident, Bearer: "the provider",
		Duty: "report the death of a person", Within: days(10), From: "becoming aware of the incident", Limits: highRisk, AsOf: november2026},
}
