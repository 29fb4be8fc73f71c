package confidentiality

import (
	"time"

	"entente/agreement"
)

const day = 24 * time.Hour

// Check reports what is missing, contradictory, dangling or unwise in Article 11.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	if !t.Categories.any() {
		found.Add("confidential-nothing", "confidentiality.categories", "no kind of information is confidential").
			Mend("choose at least one category")
	}
	if t.Duties.Omit {
		hint := "delete confidentiality.duties if you want the clause"
		if t.Duties.OmitReason == "" {
			hint = "delete confidentiality.duties.omit, or say why in confidentiality.duties.omit_reason"
		}
		found.Add("duties-omitted", "confidentiality.duties.omit", "clause 11.2 always binds in this template, and these terms leave it out").Mend("%s", hint)
	}
	t.Exceptions.check(found)
	t.checkDuration(found)
}

func (e Exceptions) check(found *agreement.Findings) {
	for _, one := range []struct {
		chosen     bool
		key, about string
	}{
		{e.Public, "public", "what is public anyway"},
		{e.AlreadyHeld, "already_held", "what the recipient already held"},
		{e.IndependentlyDeveloped, "independently_developed", "what the recipient developed independently"},
		{e.RequiredByLaw, "required_by_law", "what the law requires a party to disclose"},
	} {
		if !one.chosen {
			found.Add("exceptions-incomplete", "confidentiality.exceptions."+one.key, "the duties cover %s", one.about).
				Mend("set confidentiality.exceptions.%s: true", one.key)
		}
	}
}

func (t Terms) checkDuration(found *agreement.Findings) {
	switch {
	case t.Survives.IsZero() && !t.TradeSecrets:
		found.Add("survives-missing", "confidentiality.survives", "everything learned may be told on the day after the agreement ends").
			Mend("give confidentiality.survives; 3 to 5 years are usual")
	case !t.Survives.IsZero() && t.Survives.Longest() < 365*day:
		found.Add("survives-short", "confidentiality.survives", "confidentiality lasts only %s after the end", t.Survives.Words()).
			Mend("write a longer time; 3 to 5 years are usual")
	case !t.Survives.IsZero() && t.Survives.Shortest() > 10*366*day:
		found.Add("survives-long", "confidentiality.survives", "%s is longer than courts and authorities usually accept for information that is not a trade secret", t.Survives.Words()).
			Mend("write 10 years or less, and set trade_secrets: true for what has to stay secret")
	}
	if !t.Survives.IsZero() && !t.TradeSecrets {
		found.Add("trade-secrets-end", "confidentiality.trade_secrets", "trade secrets may be told %s after the end; what may be told is no longer a secret that the law protects", t.Survives.Words()).
			Mend("set confidentiality.trade_secrets: true")
	}
}
