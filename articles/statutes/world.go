package statutes

const longerIfFair = "a longer period must be agreed expressly and not be grossly unfair to the creditor"

// countries are the packs of countries; what holds in the whole Union is in the Union's pack.
var countries = []Pack{
	{Code: "AT", Name: "Austria",
		// The lump sum is not confirmed by a second source.
		LatePayment: &Interest{Points: points("9.2%"), Above: "the base rate, where the debtor is responsible for the delay", LumpSum: sum("EUR 40.00"), Citation: "Sections 456 and 458 UGB", AsOf: december2025}},
	{Code: "CA", Name: "Canada", Clocks: []Clock{
		{ID: "ca-pipeda", Law: "PIPEDA", Citation: "PIPEDA, sections 10.1(2) and 10.1(6)", Event: PersonalDataBreach, Bearer: "the organization in control of the data",
			Duty: "report to the Commissioner and tell the people concerned, as soon as feasible", From: "determining that a breach occurred",
			Limits: "only if a real risk of significant harm is reasonable to believe", AsOf: december2025},
	}},
	{Code: "CH", Name: "Switzerland",
		Clocks: []Clock{
			{ID: "ch-fadp", Law: "FADP", Citation: "Federal Act on Data Protection, Article 24(1)", Event: PersonalDataBreach, Bearer: "the controller",
				Duty: "notify the FDPIC as soon as possible", From: "the breach", Limits: "only if a high risk to people is likely", AsOf: december2025},
			{ID: "ch-fadp-processor", Law: "FADP", Citation: "Federal Act on Data Protection, Article 24(3)", Event: PersonalDataBreach, Bearer: "the processor",
				Duty: "notify the controller as soon as possible", From: "the breach", AsOf: december2025},
		},
		Requirements: []Requirement{
			// Not confirmed by a second source.
			{ID: "ch-intent", Topic: LiabilityLimits, Citation: "Swiss Code of Obligations, Article 100(1)", AsOf: december2025,
				Says: "an agreement made in advance that excludes liability for unlawful intent or gross negligence is void"},
		}},
	{Code: "DE", Name: "Germany",
		Clocks: []Clock{
			{ID: "de-payment", Law: "BGB", Citation: "Section 271a(1) BGB", Event: Invoice, Bearer: "the debtor", Duty: "pay", Within: days(60),
				From: "receipt of the counter-performance or of the invoice", Limits: longerIfFair, AsOf: december2025},
		},
		LatePayment: &Interest{Points: points("9%"), Above: "the base rate of Section 247 BGB", LumpSum: sum("EUR 40.00"), Citation: "Section 288(2) and (5) BGB", AsOf: december2025},
		Requirements: []Requirement{
			{ID: "de-intent", Topic: LiabilityLimits, Citation: "Section 276(3) BGB", AsOf: december2025,
				Says: "a debtor cannot be released in advance from liability for intent"},
			// That the bill for the new Act has passed is not confirmed by a second source.
			{ID: "de-product-liability", Topic: LiabilityLimits, Citation: "Section 14 ProdHaftG of 1989, which a new Act is to replace on 9 December 2026 to transpose Directive (EU) 2024/2853", AsOf: december2025,
				Says: "liability under the Product Liability Act cannot be excluded or limited in advance"},
			// Neither of the next two is confirmed by a second source.
			{ID: "de-good-cause", Topic: Termination, Citation: "Section 314 BGB", AsOf: december2025,
				Says: "each party may terminate a contract for the performance of continuing obligations for good cause without notice"},
			{ID: "de-insolvency", Topic: Insolvency, Citation: "Section 119 InsO", AsOf: december2025,
				Says: "agreements that exclude or limit in advance the rights of the administrator under Sections 103 to 118 InsO are void"},
		}},
	{Code: "ES", Name: "Spain", Clocks: []Clock{
		// Sixty days are confirmed; that no longer period may be agreed is not confirmed by a second source.
		{ID: "es-payment", Law: "Ley 3/2004", Citation: "Ley 3/2004, Article 4", Event: Invoice, Bearer: "the debtor", Duty: "pay", Within: days(60),
			From: "receipt of the goods or services", Limits: "no longer period may be agreed", AsOf: december2025},
	}},
	{Code: "FR", Name: "France",
		Clocks: []Clock{
			{ID: "fr-payment", Law: "Code de commerce", Citation: "Article L. 441-10, I C. com.", Event: Invoice, Bearer: "the debtor", Duty: "pay", Within: days(60),
				From: "the date of the invoice", Limits: "or 45 days from the end of the month, if that is agreed expressly and is no manifest abuse; 45 days from its date for a periodic invoice", AsOf: december2025},
		},
		// The lump sum is not confirmed by a second source.
		LatePayment: &Interest{Points: points("10%"), Above: "the refinancing rate of the European Central Bank, unless a rate of at least three times the legal one is agreed", LumpSum: sum("EUR 40.00"), Citation: "Articles L. 441-10, II and D. 441-5 C. com.", AsOf: december2025},
		Requirements: []Requirement{
			// Not confirmed by a second source.
			{ID: "fr-essential", Topic: LiabilityLimits, Citation: "Article 1170 C. civ.", AsOf: december2025,
				Says: "a clause that deprives the debtor’s essential obligation of its substance is deemed unwritten"},
			{ID: "fr-insolvency", Topic: Insolvency, Citation: "Article L. 622-13, I C. com.", AsOf: december2025,
				Says: "a contract in progress cannot be ended for the sole reason that insolvency proceedings have been opened, whatever it says"},
		}},
	{Code: "GB", Name: "the United Kingdom",
		Clocks: []Clock{
			{ID: "uk-gdpr-authority", Law: "UK GDPR", Citation: "UK GDPR, Article 33(1)", Event: PersonalDataBreach, Bearer: "the controller",
				Duty: "notify the Information Commissioner, or the Information Commission once it has taken over the functions", Within: hours(72), From: "becoming aware of the breach", Limits: "not if the breach is unlikely to result in a risk to people", AsOf: december2025},
			{ID: "uk-gdpr-processor", Law: "UK GDPR", Citation: "UK GDPR, Article 33(2)", Event: PersonalDataBreach, Bearer: "the processor",
				Duty: "notify the controller", From: "becoming aware of the breach", AsOf: december2025},
			// The section is not confirmed by a second source.
			{ID: "uk-payment", Law: "Late Payment of Commercial Debts (Interest) Act 1998", Citation: "Late Payment of Commercial Debts (Interest) Act 1998, section 4", Event: Invoice,
				Bearer: "the debtor", Duty: "pay", Within: days(60), From: "receipt of the goods, services or invoice", Limits: "a longer period must be agreed expressly and not be grossly unfair to the supplier", AsOf: december2025},
		},
		LatePayment: &Interest{Points: points("8%"), Above: "the official dealing rate of the Bank of England", Citation: "Late Payment of Commercial Debts (Rate of Interest) (No. 3) Order 2002", AsOf: december2025},
		Requirements: []Requirement{
			{ID: "uk-injury", Topic: LiabilityLimits, Citation: "Unfair Contract Terms Act 1977, section 2", AsOf: december2025,
				Says: "liability for death or personal injury that results from negligence cannot be excluded, and other liability for negligence only as far as that is reasonable"},
			{ID: "uk-insolvency", Topic: Insolvency, Citation: "Insolvency Act 1986, section 233B", AsOf: december2025,
				Says: "a supplier’s right to end a contract because its customer has entered an insolvency procedure has no effect, with exceptions"},
		}},
	{Code: "IE", Name: "Ireland",
		LatePayment: &Interest{Points: points("8%"), Above: "the main refinancing rate of the European Central Bank", Citation: "S.I. No. 580/2012", AsOf: december2025}},
	{Code: "IN", Name: "India", Clocks: []Clock{
		{ID: "in-cert", Law: "CERT-In Directions", Citation: "Directions of 28 April 2022 under section 70B(6) of the Information Technology Act, 2000", Event: SecurityIncident,
			Bearer: "service providers, intermediaries, data centres, bodies corporate and government organisations", Duty: "report the incident to CERT-In", Within: hours(6),
			From: "noticing the incident or being told of it", AsOf: december2025},
	}},
	{Code: "NL", Name: "the Netherlands", Clocks: []Clock{
		{ID: "nl-payment", Law: "BW", Citation: "Article 6:119a(6) BW", Event: Invoice, Bearer: "a large business that owes a small or medium-sized one", Duty: "pay", Within: days(30),
			From: "receipt of the invoice or of the performance", Limits: "a longer period is void", AsOf: december2025},
	}},
	{Code: "SG", Name: "Singapore", Clocks: []Clock{
		{ID: "sg-pdpa", Law: "PDPA", Citation: "Personal Data Protection Act 2012, section 26D(1)", Event: PersonalDataBreach, Bearer: "the organisation",
			Duty: "notify the Commission", Within: days(3), From: "assessing that the breach is notifiable", AsOf: december2025},
	}},
	{Code: "US", Name: "the United States", Requirements: []Requirement{
		{ID: "us-insolvency", Topic: Insolvency, Citation: "11 U.S.C. § 365(e)(1)", AsOf: december2025,
			Says: "after a bankruptcy case begins, an executory contract cannot be ended solely because of a provision that depends on insolvency, with exceptions"},
	}},
}

// states are packs of states of the United States. The times of Colorado, Delaware and Washington are
// confirmed; the subsections that set them are not confirmed by a second source.
var states = []Pack{
	{Code: "US-CA", Name: "the State of California",
		Clocks: []Clock{
			{ID: "us-ca-people", Law: "California Civil Code", Citation: "Cal. Civ. Code § 1798.82(a), as amended by SB 446", Event: PersonalDataBreach, Bearer: "the business that owns or licenses the data",
				Duty: "tell the residents concerned", Within: days(30), From: "discovering the breach or being told of it", Limits: "later if law enforcement or finding the extent of the breach requires it; applies since 1 January 2026", AsOf: december2025},
			{ID: "us-ca-authority", Law: "California Civil Code", Citation: "Cal. Civ. Code § 1798.82(f), as amended by SB 446", Event: PersonalDataBreach, Bearer: "the business that owns or licenses the data",
				Duty: "submit the notice to the Attorney General", Within: days(15), From: "telling the residents concerned", Limits: "only if more than 500 residents are told; applies since 1 January 2026", AsOf: december2025},
		},
		Requirements: []Requirement{
			{ID: "us-ca-wilful", Topic: LiabilityLimits, Citation: "Cal. Civ. Code § 1668, as read in New England Country Foods v. VanLaw Food Products (2025)", AsOf: december2025,
				Says: "a contract that exempts anyone from responsibility for their own fraud, wilful injury or violation of law is against the policy of the law, and so is a limit of the damages for wilful injury"},
		}},
	{Code: "US-CO", Name: "the State of Colorado", Clocks: []Clock{
		{ID: "us-co-people", Law: "Colorado Revised Statutes", Citation: "C.R.S. § 6-1-716(2)", Event: PersonalDataBreach, Bearer: "the business that owns or licenses the data",
			Duty: "tell the residents concerned", Within: days(30), From: "determining that a breach occurred", AsOf: december2025},
	}},
	{Code: "US-DE", Name: "the State of Delaware", Clocks: []Clock{
		{ID: "us-de-people", Law: "Delaware Code", Citation: "6 Del. C. § 12B-102(c)", Event: PersonalDataBreach, Bearer: "the business that owns or licenses the data",
			Duty: "tell the residents concerned", Within: days(60), From: "determining that a breach occurred", AsOf: december2025},
	}},
	{Code: "US-FL", Name: "the State of Florida", Clocks: []Clock{
		{ID: "us-fl-people", Law: "Florida Statutes", Citation: "Fla. Stat. § 501.171(4)(a)", Event: PersonalDataBreach, Bearer: "the covered entity",
			Duty: "tell the people concerned", Within: days(30), From: "determining that a breach occurred", AsOf: december2025},
		{ID: "us-fl-authority", Law: "Florida Statutes", Citation: "Fla. Stat. § 501.171(3)(a)", Event: PersonalDataBreach, Bearer: "the covered entity",
			Duty: "notify the Department of Legal Affairs", Within: days(30), From: "determining that a breach occurred", Limits: "only if 500 people or more are concerned", AsOf: december2025},
		{ID: "us-fl-agent", Law: "Florida Statutes", Citation: "Fla. Stat. § 501.171(6)(a)", Event: PersonalDataBreach, Bearer: "whoever keeps the data for the covered entity",
			Duty: "notify the covered entity", Within: days(10), From: "determining that a breach occurred", AsOf: december2025},
	}},
	{Code: "US-NY", Name: "the State of New York", Clocks: []Clock{
		{ID: "us-ny-people", Law: "General Business Law", Citation: "N.Y. Gen. Bus. Law § 899-aa(2)", Event: PersonalDataBreach, Bearer: "the business that owns or licenses the data",
			Duty: "tell the residents concerned", Within: days(30), From: "discovering the breach", AsOf: december2025},
	}},
	{Code: "US-TX", Name: "the State of Texas", Clocks: []Clock{
		{ID: "us-tx-people", Law: "Texas Business and Commerce Code", Citation: "Tex. Bus. & Com. Code § 521.053(b)", Event: PersonalDataBreach, Bearer: "the business that owns or licenses the data",
			Duty: "tell the people concerned", Within: days(60), From: "determining that a breach occurred", AsOf: december2025},
		{ID: "us-tx-authority", Law: "Texas Business and Commerce Code", Citation: "Tex. Bus. & Com. Code § 521.053(i)", Event: PersonalDataBreach, Bearer: "the business that owns or licenses the data",
			Duty: "notify the Attorney General", Within: days(30), From: "determining that a breach occurred", Limits: "only if 250 residents or more are concerned", AsOf: december2025},
	}},
	{Code: "US-WA", Name: "the State of Washington", Clocks: []Clock{
		{ID: "us-wa-people", Law: "Revised Code of Washington", Citation: "RCW 19.255.010(8)", Event: PersonalDataBreach, Bearer: "the business that owns or licenses the data",
			Duty: "tell the people concerned", Within: days(30), From: "discovering the breach", AsOf: december2025},
	}},
}
