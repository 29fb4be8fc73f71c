package articles_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/branding"
	"entente/articles/commerce"
	"entente/articles/compliance"
	"entente/articles/draft"
	"entente/articles/general"
	"entente/articles/liability"
	"entente/articles/performance"
	"entente/articles/property"
	"entente/articles/rules"
	"entente/articles/scope"
	"entente/articles/sharing"
	"entente/articles/source"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/calendar"
	"entente/document"
	"entente/money"
)

// A passage is one text of a document and where it stands.
type passage struct {
	clause string
	text   document.Text
	cell   bool // in a table: what a party wrote is not told apart there
}

// passages are all texts of a document, in order.
func passages(d document.Document) []passage {
	var all []passage
	for _, s := range d.Sections {
		for _, c := range s.Clauses {
			all = append(all, passage{c.Number, document.Text{{Text: c.Title}}, false})
			blockPassages(c.Blocks, c.Number, &all)
		}
	}
	return all
}

func blockPassages(blocks []document.Block, clause string, all *[]passage) {
	add := func(t document.Text, cell bool) { *all = append(*all, passage{clause, t, cell}) }
	for _, b := range blocks {
		switch {
		case b.Paragraph != nil:
			add(b.Paragraph.Text, false)
		case b.List != nil:
			for _, t := range b.List.Items {
				add(t, false)
			}
		case b.Fields != nil:
			for _, f := range b.Fields.Items {
				add(f.Value, true)
			}
		case b.Table != nil:
			for _, row := range b.Table.Rows {
				for _, t := range row {
					add(t, true)
				}
			}
		case b.Options != nil:
			for _, o := range b.Options.Items {
				add(o.Text, false)
				blockPassages(o.Under, clause, all)
			}
		}
	}
}

// everything is an agreement in which every box that can be ticked beside the others is ticked.
func everything() articles.Agreement {
	a := draft.Example(articlestest.Day)
	a.Scope.Purpose.JointResearch, a.Scope.Purpose.Other = true, "joint talks at conferences."
	a.Integration.Standards.DataFormats = true
	a.ScheduleA.Components[0].Formats = []technical.Format{{Operation: "chat.completions", Request: "data processing agreement"}}
	a.ScheduleC.Exclusions.Other = []string{"failures of the public internet", "attacks on a Party"}
	a.ScheduleE.Wording = append(a.ScheduleE.Wording, branding.Wording{Party: agreement.A, Use: branding.Description, Text: "text summarisation"})
	a.Sharing.Training.JointByAgreement = "joint training agreement CT-2026-009"
	a.Property.Licences.BToA.Sublicense, a.Property.Licences.BToA.Term = true, calendar.Duration{Years: 3}
	a.Commerce.Revenue.ChargeTest = true
	a.Commerce.Payment.Minimum = a.ScheduleC.CreditMinimum
	a.General.EntireAgreement.Keeps, a.General.EntireAgreement.NoThirdParties = []string{"supply agreement of 2024"}, true
	a.General.Disputes.Confidential, a.General.NonExclusivity.Independent = true, true
	a.General.Amendments.LeadTime = calendar.Duration{Days: 7}
	a.General.Law.ExclusiveVenue = true
	a.Term.Cause.MaterialChanges = append(a.Term.Cause.MaterialChanges, term.Business)
	a.ScheduleF.Fees.ExistingCustomers = true
	a.Confidentiality.Categories.MarkedOnly = true
	return a
}

// marketing is an agreement on joint marketing alone: it integrates nothing and shares no data.
func marketing() articles.Agreement {
	return draft.Furnish(articlestest.Begun(scope.Purpose{CoMarketing: true}))
}

// choices are agreements that take each side of each exclusive choice.
func choices() []articlestest.Variant {
	change := func(name string, with func(*articles.Agreement)) articlestest.Variant {
		a := draft.Example(articlestest.Day)
		with(&a)
		return articlestest.Variant{Name: name, Text: a}
	}
	list := []articlestest.Variant{{Name: "everything ticked", Text: everything()}, {Name: "almost nothing ticked", Text: little()}, {Name: "nothing ticked", Text: articles.Agreement{Edition: articles.Edition}}, {Name: "the usual terms", Text: draft.Furnish(articlestest.Begun(scope.Purpose{Integrate: true}, []agreement.Method{agreement.API}, []agreement.Method{agreement.SDK}))}, {Name: "joint marketing only", Text: marketing()}, {Name: "data without components", Text: draft.Furnish(articlestest.Begun(scope.Purpose{DataForImprovement: true}))}}
	for _, option := range property.Ownership("").Values() {
		list = append(list, change("ownership by "+option, func(a *articles.Agreement) { a.Property.IntegrationIP = property.Ownership(option) }))
	}
	for _, window := range performance.Window("").Values() {
		list = append(list, change("measured over "+strings.ReplaceAll(window, "_", " "), func(a *articles.Agreement) { a.ScheduleC.Window = performance.Window(window) }))
	}
	for _, silence := range branding.Silence("").Values() {
		list = append(list, change("silence is "+silence, func(a *articles.Agreement) { a.ScheduleF.Silence = branding.Silence(silence) }))
	}
	for _, earned := range branding.Earned("").Values() {
		list = append(list, change("earned with "+strings.ReplaceAll(earned, "_", " "), func(a *articles.Agreement) { a.ScheduleF.Fees.Earned = branding.Earned(earned) }))
	}
	return append(list,
		change("not exclusive", func(a *articles.Agreement) { a.Scope.Tier, a.Scope.Preferred = scope.NonExclusive, nil }),
		change("exclusive", func(a *articles.Agreement) {
			a.Scope.Tier, a.Scope.Preferred = scope.ExclusiveTier, nil
			a.Scope.Exclusive = &scope.Exclusive{By: agreement.BothParties, Scope: "summaries in search.", Components: []string{"summarise"}, Territory: "Germany", Countries: []scope.Country{"DE"}, Duration: calendar.Duration{Years: 1}, Excepted: []string{"Nordlicht GmbH"}}
		}),
		change("exclusive for one", func(a *articles.Agreement) {
			a.Scope.Tier, a.Scope.Preferred = scope.ExclusiveTier, nil
			a.Scope.Exclusive = &scope.Exclusive{By: "a", Scope: "summaries in search", Territory: "worldwide", Duration: calendar.Duration{Months: 6}}
		}),
		change("no sharing", func(a *articles.Agreement) {
			a.Commerce.Revenue.Model, a.Commerce.Revenue.Shares, a.Commerce.Revenue.Referral, a.Commerce.Revenue.Licensing = "none", nil, nil, nil
		}),
		change("an indefinite period", func(a *articles.Agreement) {
			a.Term.Initial, a.Term.Renewal, a.Term.IndefiniteNotice = calendar.Duration{}, nil, calendar.Duration{Days: 90}
		}),
		change("a cap of fees only", func(a *articles.Agreement) { a.Liability.Limits.Cap = &liability.Cap{PriorFees: true} }),
		change("a quorum of two", func(a *articles.Agreement) { a.Governance.Committee.Quorum = 2 }),
		change("a wide licence of the creator", func(a *articles.Agreement) {
			a.Property.IntegrationIP, a.Property.CreatorLicence = property.Creator, &property.CreatorLicence{Perpetual: true, AnyPurpose: true, Sublicense: true}
		}),
		change("joint use", func(a *articles.Agreement) {
			a.Property.IntegrationIP, a.Property.JointUse = property.Joint, &property.JointUse{FreeUse: true, ConsentToLicense: true, ConsentToTransfer: true, SharedCosts: true}
		}),
		change("one use of what is joint", func(a *articles.Agreement) {
			a.Property.IntegrationIP, a.Property.JointUse = property.Joint, &property.JointUse{FreeUse: true}
		}),
		change("joint controllers", func(a *articles.Agreement) { a.Sharing.Protection.DPA.Relation = sharing.Joint }),
		change("independent controllers", func(a *articles.Agreement) { a.Sharing.Protection.DPA.Relation = sharing.Independent }),
		change("a flat fee", func(a *articles.Agreement) {
			a.Commerce.Revenue.Referral = &commerce.Referral{Flat: money.Amount{Minor: 50000, Currency: "EUR"}, Components: []string{"summarise"}}
		}),
		change("fees by tiers", func(a *articles.Agreement) {
			a.Commerce.Revenue.Referral.FirstYear = money.Percent{}
			a.Commerce.Revenue.Referral.Tiers = []commerce.ReferralTier{{From: money.Amount{Currency: "EUR"}, Fee: percent("15%")}, {From: money.Amount{Minor: 10_000_000, Currency: "EUR"}, Fee: percent("10%")}}
		}),
		change("gross of everything", func(a *articles.Agreement) {
			for i := range a.Commerce.Revenue.Shares {
				a.Commerce.Revenue.Shares[i].Base = commerce.Gross
			}
			a.Commerce.Revenue.Deductions = nil
		}),
		change("an amendment", func(a *articles.Agreement) { a.Agreement.Amended = calendar.Date{Year: 2027, Month: 3, Day: 1} }),
		change("no renewal", func(a *articles.Agreement) { a.Term.Renewal = nil }),
		change("a cap of an amount only", func(a *articles.Agreement) { a.Liability.Limits.Cap.PriorFees = false }),
		change("no cap", func(a *articles.Agreement) { a.Liability.Limits.Cap, a.Liability.Limits.Raised = nil, nil }),
		change("Party B in the chair", func(a *articles.Agreement) { a.Governance.Committee.Chair = "b" }),
		change("a committee that elects its chair", func(a *articles.Agreement) { a.Governance.Committee.Chair = "" }),
		change("the courts", func(a *articles.Agreement) {
			a.General.Disputes = general.Disputes{Steps: []general.Step{{Kind: general.Litigation}}}
			a.General.Law = general.Law{Country: "GB", Region: "GB-ENG", Venue: "the courts of London", ExclusiveVenue: true}
		}),
		change("every step of a dispute", func(a *articles.Agreement) {
			a.General.Disputes = general.Disputes{InterimRelief: true, Continue: true, Steps: []general.Step{{Kind: general.Escalation, Days: 1}, {Kind: general.Executives, Days: 10},
				{Kind: general.Mediation, Days: 30, Rules: "DIS Mediation Rules", Seat: "Hamburg, Germany", Language: "English"}, {Kind: general.Arbitration, Rules: "DIS Arbitration Rules", Seat: "Hamburg, Germany", Language: "English", Arbitrators: 1}}}
		}),
		change("notice by every means", func(a *articles.Agreement) {
			a.General.Notices.Methods = nil
			for i, m := range general.Means("").Values() {
				a.General.Notices.Methods = append(a.General.Notices.Methods, general.NoticeMethod{By: general.Means(m), BusinessDays: i})
			}
		}),
		change("clauses left out", func(a *articles.Agreement) {
			a.Property.Improvements = property.Improvements{Omit: true, Reason: "agreed elsewhere"}
			a.Compliance.Audit = compliance.Audit{Omit: true, OmitReason: "agreed elsewhere"}
			a.Warranty.Disclaimer.Omit, a.Confidentiality.Duties.Omit = true, true
		}),
	)
}

// faults are what no sentence of a contract has.
var faults = regexp.MustCompile(`  |\.\.|,,|;;| [.,;:)]|\( |%!|\band/or\b|(?i:\b(hereby|herein|hereof|hereto|thereof|therein|whereas|aforesaid|witnesseth)\b)|\b(and|or|the|a|of|to|within|by)[.;]`)

// Whatever is chosen, every clause of the catalogue is there with a text, and no sentence has a hole.
func TestWordingHasNoHoles(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range append(choices(), articlestest.Variants(t)...) {
		d := v.Text.Complete().Wording()
		words := map[string]int{}
		for _, p := range passages(d) {
			s := p.text.String()
			words[p.clause] += len(strings.TrimSpace(s))
			if seen[s] || p.cell && (s == "" || strings.HasPrefix(s, "../")) { // a file's name that a rule refuses stands as it was written
				continue
			}
			seen[s] = true
			if s != strings.TrimSpace(s) || faults.MatchString(s) {
				t.Errorf("%s, %s: %q", v.Name, p.clause, faults.ReplaceAllString(s, "»$0«"))
			}
			for _, sentence := range sentences(p.text) {
				if strings.HasPrefix(v.Name, "what wording-") { // a company's own words, which a rule refuses
					break
				}
				if wrong := unsaid(sentence); wrong != "" {
					t.Errorf("%s, %s: %s in %q", v.Name, p.clause, wrong, sentence)
				}
			}
		}
		for _, e := range agreement.Catalogue {
			if number := string(e.Clause); strings.Contains(number, ".") && words[number] <= len(e.Title) {
				t.Errorf("%s: clause %s has no text", v.Name, number)
			}
		}
	}
}

// An agreement without errors has no blank left to fill in.
func TestCompleteWordingHasNoBlanks(t *testing.T) {
	complete := 0
	for _, v := range choices() {
		if source.Count(rules.Check(v.Text), agreement.Error) > 0 || v.Text.Agreement.Number == "" {
			continue
		}
		complete++
		for _, p := range passages(v.Text.Complete().Wording()) {
			if slices.ContainsFunc(p.text, func(r document.Run) bool { return r.Style == document.Unfilled }) || strings.Contains(p.text.String(), "zero (0)") {
				t.Errorf("%s, %s: a blank in %q", v.Name, p.clause, p.text)
			}
		}
	}
	if complete < 10 {
		t.Errorf("only %d of the agreements are complete, so this shows little", complete)
	}
}

// Every reference leads to a clause, an article or a schedule that the document has, and the
// document has every clause of the catalogue.
func TestEveryReferenceLeadsSomewhere(t *testing.T) {
	for _, v := range choices() {
		d := v.Text.Wording()
		there := map[string]bool{agreement.FrontPage.Cite(): true}
		for _, s := range d.Sections {
			there[s.Label] = true
			for _, c := range s.Clauses {
				there[agreement.Clause(c.Number).Cite()] = true
			}
		}
		for _, p := range passages(d) {
			for _, r := range p.text {
				if r.Ref != "" && !there[document.Cite(r.Ref)] {
					t.Errorf("%s: clause %s refers to %s, which is not there", v.Name, p.clause, document.Cite(r.Ref))
				}
			}
		}
		for _, e := range agreement.Catalogue {
			if !there[e.Clause.Cite()] {
				t.Errorf("%s: the wording has no %s", v.Name, e.Clause.Cite())
			}
		}
	}
}

// ours are words with a capital that are names and not defined terms.
var ours = strings.Fields(`AI API APIs SDK SDKs TLS SHA-256 JSON Schema OAuth OpenAPI IP MCP EUR Schedule Schedules Article Articles A B
	United Nations Convention Contracts International Sale Goods Material Effective Data DIS English SHA November ISO Part Parts`)

var scheduleClause = regexp.MustCompile(`^[A-G]\.\d$`)

var capitalised = regexp.MustCompile(`[\p{Lu}][\p{L}\p{N}.-]*`)

// Every defined term is used, and what is written with a capital inside a sentence is defined.
func TestDefinedTermsAreDefinedAndUsed(t *testing.T) {
	known, used := map[string]bool{"Parties": true, "Components": true}, map[string]bool{}
	for _, d := range articles.Defined {
		known[d[0]] = true
	}
	if !slices.IsSortedFunc(articles.Defined, func(a, b [2]string) int { return strings.Compare(strings.ToLower(a[0]), strings.ToLower(b[0])) }) {
		t.Error("the defined terms are not in alphabetical order")
	}
	seen := map[string]bool{}
	for _, v := range choices() {
		for _, p := range passages(v.Text.Wording()) {
			if p.clause == "0.5" || seen[p.text.String()] {
				continue
			}
			seen[p.text.String()] = true
			for term := range known {
				used[term] = used[term] || strings.Contains(p.text.String(), term)
			}
			if p.cell {
				continue
			}
			for _, unknown := range undefined(p.text, known) {
				t.Errorf("%s: clause %s uses %q, which is not defined, in %q", v.Name, p.clause, unknown, p.text)
			}
		}
	}
	for term := range known {
		if !used[term] {
			t.Errorf("%q is defined and not used", term)
		}
	}
}

// undefined are the capitalised words of our own wording, inside sentences, that belong to no
// defined term.
func undefined(text document.Text, known map[string]bool) []string {
	var list []string
	var before strings.Builder
	for _, r := range text {
		if r.Style == document.Plain && r.Ref == "" {
			plain := r.Text
			for term := range known {
				plain = regexp.MustCompile(`\b`+regexp.QuoteMeta(term)+`s?\b`).ReplaceAllStringFunc(plain, strings.ToLower)
			}
			for _, at := range capitalised.FindAllStringIndex(plain, -1) {
				word, lead := strings.TrimRight(plain[at[0]:at[1]], ".-"), strings.TrimRight(before.String()+plain[:at[0]], " “(")
				inside := lead != "" && !strings.ContainsAny(lead[len(lead)-1:], ".:?") && !strings.HasSuffix(plain[:at[0]], "“")
				if inside && !scheduleClause.MatchString(word) && !slices.Contains(ours, word) {
					list = append(list, word)
				}
			}
		}
		before.WriteString(r.Text)
	}
	return list
}

// One agreement has one wording; a draft of it says that it is one.
func TestWordingIsOneText(t *testing.T) {
	for _, v := range choices() {
		a := v.Text.Complete()
		if one, other := a.Wording(), a.Wording(); !reflect.DeepEqual(one, other) {
			t.Errorf("%s: two wordings of one agreement differ", v.Name)
		}
		if d := a.Draft(); d.Notice == "" || a.Wording().Notice != "" {
			t.Errorf("%s: a draft carries the notice, what is signed does not", v.Name)
		}
	}
}

func percent(s string) money.Percent {
	p, err := money.ParsePercent(s)
	if err != nil {
		panic(err)
	}
	return p
}
