package sharing

import (
	"fmt"
	"regexp"
	"slices"

	"golang.org/x/text/language"

	"entente/agreement"
	"entente/calendar"
	"entente/document"
)

// Check reports what is missing, contradictory, dangling or unwise in Article 3.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	t.checkTable(f, found)
	t.checkUses(found)
	t.checkProtection(f, found)
	t.checkTraining(f, found)
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func (t Terms) checkTable(f agreement.Frame, found *agreement.Findings) {
	seen := map[string]bool{}
	for i, d := range t.Data {
		at := fmt.Sprintf("sharing.data[%d]", i)
		name(found, "3.1", at+".name", d.Name)
		if seen[d.Name] && d.Name != "" {
			found.Add("data-twice", at+".name", "%q is the name of two kinds of data", d.Name).Mend("give each row of clause 3.1 its own name")
		}
		seen[d.Name] = true
		d.check(f, at, found)
		t.checkPurposes(f, at, d, found)
	}
}

func name(found *agreement.Findings, clause agreement.Clause, at, s string) {
	if s != "" && !nameForm.MatchString(s) {
		found.Add("data-name", at, "%q cannot be used as a name", s).Mend("write lower-case letters, digits and hyphens, beginning with a letter: query-statistics").Under(clause)
	}
}

func (d DataType) check(f agreement.Frame, at string, found *agreement.Findings) {
	if d.Provider != "" && d.Provider == d.Recipient {
		found.Add("data-to-itself", at+".recipient", "%s both provides and receives %s", d.Provider.Label(), d.Name).
			Mend("name the other party as the recipient")
	}
	found.Component(f, at+".component", d.Component)
	if d.Delivery == Calls && d.Component == "" {
		found.Add("calls-component", at+".delivery", "%s is delivered in calls, but no component is named", d.Name).
			Mend("name the component whose calls carry the data, or choose data_sets")
	}
	for i, where := range d.Locations {
		country(found, "3.1", fmt.Sprintf("%s.locations[%d]", at, i), where)
	}
	if d.PersonalData && d.Retention.Shortest() > (calendar.Duration{Years: 5}).Longest() {
		found.Add("retention-long", at+".retention", "%s contains personal data and is kept for %s", d.Name, d.Retention.Words()).
			Mend("keep it no longer than its purposes need, and at most five years")
	}
}

func country(found *agreement.Findings, clause agreement.Clause, at, code string) {
	if code == "" || code == "EEA" || code == "EU" {
		return
	}
	if r, err := language.ParseRegion(code); err != nil || len(code) != 2 || r.String() != code || !r.IsCountry() {
		found.Add("data-location", at, "%q is not the code of a country", code).Mend("write an ISO 3166 code in capitals, for example DE or IE, or EEA").Under(clause)
	}
}

// checkPurposes holds a row of clause 3.1 against clauses 3.2 and 3.4.
func (t Terms) checkPurposes(f agreement.Frame, at string, d DataType, found *agreement.Findings) {
	ticks := map[agreement.Purpose]bool{agreement.Service: t.Permitted.Specified, agreement.Improvement: t.Permitted.Improvement, agreement.Analytics: t.Permitted.Analytics}
	keys := map[agreement.Purpose]string{agreement.Service: "specified", agreement.Improvement: "improvement", agreement.Analytics: "analytics"}
	for i, p := range d.Purposes {
		at := fmt.Sprintf("%s.purposes[%d]", at, i)
		ticked, known := ticks[p]
		switch {
		case p == agreement.Competitive:
			found.Add("purpose-competitive", at, "%s is shared for competitive purposes, which clause 3.2 never permits", d.Name).Mend("delete the purpose from the row")
		case p == agreement.Training:
			t.checkTrainingRow(f, at, d, found)
		case known && !ticked:
			found.Add("purpose-not-permitted", at, "%s is shared for %s, but clause 3.2 does not permit it", d.Name, purposes[p]).
				Mend("tick sharing.permitted.%s, or delete the purpose from the row", keys[p])
		case p == agreement.Analytics && d.Class == agreement.CustomerData:
			found.Add("analytics-customer", at, "%s is customer data, but clause 3.2 permits analytics in aggregated form only", d.Name).
				Mend("share an aggregated kind of data for analytics, in a row of its own")
		}
	}
}

func (t Terms) checkTrainingRow(f agreement.Frame, at string, d DataType, found *agreement.Findings) {
	if d.Class == agreement.CustomerData && t.Training.CustomerDataNever {
		found.Add("customer-training", at, "%s is customer data, and clause 3.4 says that customer data never trains an AI model", d.Name).
			Mend("delete the purpose from the row; if the data is aggregated or anonymised, say so in its class")
		return
	}
	if v := t.On(f.Effective()).verdict(agreement.Training, d.Class, d.Provider, d.Name); !v.ok {
		found.Add("training-consent", at, "%s is shared for training, but %s", d.Name, v.why).
			Mend("write %s's consent in sharing.training.consents, or delete the purpose from the row", d.Provider.Label())
	}
}

func (t Terms) checkUses(found *agreement.Findings) {
	const at = "sharing.permitted.minimum_group"
	switch n := t.Permitted.MinimumGroup; {
	case t.Permitted.Analytics && n < 2:
		found.Add("minimum-group", at, "a figure of analytics may rest on a single person or company").Mend("write the smallest group that a figure may rest on, for example 25")
	case t.Permitted.Analytics && n < 5:
		found.Add("small-group", at, "a figure of analytics may rest on only %s people or companies", document.Count(int64(n), "")).Mend("write 5 or more; 25 is usual")
	}
	if t.Forbidden.ThirdParties {
		found.Add("third-parties", "sharing.forbidden.third_parties", "whether a recipient passes data on is not visible to software, so people keep this term").
			Mend("agree in clause 8.3 how it may be audited")
	}
	for i, s := range t.Forbidden.SubProcessors {
		at := fmt.Sprintf("sharing.forbidden.sub_processors[%d]", i)
		country(found, use, at+".location", s.Location)
		t.known(found, use, at+".data", s.Data)
	}
}

// known reports names of data that clause 3.1 does not have.
func (t Terms) known(found *agreement.Findings, clause agreement.Clause, at string, list []string) {
	var have []string
	listed := map[string]bool{"": true}
	for _, d := range t.Data {
		have = append(have, d.Name)
		listed[d.Name] = true
	}
	for i, n := range list {
		if !listed[n] {
			found.Add("unknown-data", fmt.Sprintf("%s[%d]", at, i), "%q is not data that clause 3.1 lists", n).
				Mend("use one of %s, or add the data to sharing.data", document.Either(have)).Under(clause)
		}
	}
}

func (t Terms) checkProtection(f agreement.Frame, found *agreement.Findings) {
	p := t.Protection
	if personal, at := t.personal(); personal != "" {
		if p.DPA == nil {
			found.Add("dpa-missing", at, "%s contains personal data, but clause 3.3 names no data processing agreement", personal).
				Mend("attach the agreement on the front page and name it in sharing.protection.dpa")
		}
		if p.BreachNotice.IsZero() {
			found.Add("breach-notice-missing", at, "%s contains personal data, but clause 3.3 sets no time for the notice of a breach", personal).
				Mend("write sharing.protection.breach_notice, for example PT48H")
		}
	}
	if !p.BreachNotice.IsZero() && p.BreachNotice.Longest() == 0 {
		found.Add("breach-notice-zero", "sharing.protection.breach_notice", "notice of a breach cannot be given in no time at all").Mend("write a number of hours, for example PT48H")
	}
	if p.DPA != nil {
		p.DPA.check(f, found)
		t.checkProcessor(found)
	}
}

// checkProcessor finds purposes that a processor cannot have, because they are not its provider's.
func (t Terms) checkProcessor(found *agreement.Findings) {
	own := []agreement.Purpose{agreement.Improvement, agreement.Analytics, agreement.Training}
	for i, d := range t.Data {
		for j, p := range d.Purposes {
			if t.Protection.DPA.Relation == Processor && d.PersonalData && slices.Contains(own, p) {
				found.Add("processor-purpose", fmt.Sprintf("sharing.data[%d].purposes[%d]", i, j), "%s contains personal data, which a processor may not use for %s of its own", d.Name, purposes[p]).
					Mend("delete the purpose from the row, or choose another sharing.protection.dpa.relation")
			}
		}
	}
}

// personal is the first kind of data that contains personal data, and where it says so.
func (t Terms) personal() (name, at string) {
	for i, d := range t.Data {
		if d.PersonalData {
			return d.Name, fmt.Sprintf("sharing.data[%d].personal_data", i)
		}
	}
	return "", ""
}

func (d *DPA) check(f agreement.Frame, found *agreement.Findings) {
	const at = "sharing.protection.dpa"
	if d.Attachment == "" && d.Reference == "" {
		found.Add("dpa-unnamed", at, "the data processing agreement is not named").Mend("name the attachment that it is, or write how the parties cite it")
	}
	attached := d.Attachment == ""
	for _, a := range f.Front.Attachments {
		attached = attached || a.Name == d.Attachment
	}
	if !attached {
		found.Add("dpa-attachment", at+".attachment", "the front page has no attachment %q", d.Attachment).Mend("add it to agreement.attachments with its file and digest")
	}
	if !f.Effective().IsZero() && d.Date.After(f.Effective()) {
		found.Add("dpa-late", at+".date", "the data processing agreement is dated %s, after this agreement takes effect on %s", d.Date.Words(), f.Effective().Words()).
			Mend("conclude it by the effective date, or let this agreement take effect later")
	}
}

func (t Terms) checkTraining(f agreement.Frame, found *agreement.Findings) {
	if !t.Training.CustomerDataNever && !t.Forbidden.Training && !agreement.Blank(t) {
		found.Add("training-unsettled", "sharing.training", "neither clause 3.2 nor clause 3.4 forbids training on customer data").
			Mend("tick sharing.training.customer_data_never, or sharing.forbidden.training")
	}
	t.known(found, training, "sharing.training.canaries", t.Training.Canaries)
	seen := map[string]bool{}
	for i, c := range t.Training.Consents {
		at := fmt.Sprintf("sharing.training.consents[%d]", i)
		name(found, training, at+".name", c.Name)
		if seen[c.Name] && c.Name != "" {
			found.Add("consent-twice", at+".name", "%q is the name of two consents", c.Name).Mend("give each consent its own name")
		}
		seen[c.Name] = true
		t.known(found, training, at+".data", c.Data)
		t.checkConsent(f, at, c, found)
	}
}

func (t Terms) checkConsent(f agreement.Frame, at string, c Consent, found *agreement.Findings) {
	switch {
	case c.Class == agreement.CustomerData && t.Training.CustomerDataNever:
		found.Add("customer-training", at+".class", "the consent covers customer data, and clause 3.4 says that customer data never trains an AI model").
			Mend("delete the consent, or limit it to aggregated or synthetic data")
	case c.Class == agreement.Aggregated && !t.Training.AggregatedWithConsent:
		found.Add("consent-unticked", at+".class", "the consent has no effect, because clause 3.4 does not choose training on aggregated data").
			Mend("tick sharing.training.aggregated_with_consent, or delete the consent")
	}
	if !c.Until.IsZero() && c.Until.Before(f.Effective()) {
		found.Add("consent-ended", at+".until", "the consent ends on %s, before this agreement takes effect on %s", c.Until.Words(), f.Effective().Words()).
			Mend("write a later day, or delete the consent")
	}
	for i, n := range c.Data {
		for _, d := range t.Data {
			if d.Name == n && (d.Provider != c.Provider || d.Class != c.Class) {
				found.Add("consent-mismatch", fmt.Sprintf("%s.data[%d]", at, i), "the consent is %s's and covers %s, but %s is %s of %s",
					c.Provider.Label(), classes[c.Class], n, classes[d.Class], d.Provider.Label()).Mend("let the consent name data of its own provider and class")
			}
		}
	}
}
