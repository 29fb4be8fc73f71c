package sharing

import (
	"fmt"
	"slices"

	"entente/agreement"
	"entente/calendar"
)

// What clauses 3.2 and 3.4 say. The contract prints these sentences and a refusal quotes them.
const (
	specified   = "The recipient may use Shared Data to perform this Agreement as it specifies."
	improvement = "The recipient may use Shared Data to improve the Integrated Solution."
	analytics   = "The recipient may use Shared Data for analytics and reporting, in aggregated form only."
	competitive = "The recipient shall not use Shared Data for competitive purposes, in particular to build or improve a product or service that competes with the provider."
	noTraining  = "The recipient shall not train an AI model on Shared Data without the explicit consent of the provider."
	onlyChosen  = "A use that is not chosen here is not permitted."

	never         = "Neither Party shall use customer data to train an AI model."
	aggregated    = "The recipient may use aggregated or anonymised data to train an AI model, but only with the explicit consent of the provider."
	onlyConsented = "may be used to train an AI model only with the explicit consent of the provider."
	noOther       = "Every other use of Shared Data to train an AI model is forbidden."
)

const (
	use      agreement.Clause = "3.2"
	training agreement.Clause = "3.4"
)

// Permits decides under clauses 3.2 and 3.4 whether data that the provider provides may be used for
// a purpose. What the terms do not permit is not permitted; for training, clause 3.4 prevails over
// clause 3.2. Data of no stated class is customer data. It says which clause decides, and why in
// one sentence that quotes the clause.
//
// Only the consents written in the file count, and of those only the ones that cover the whole
// class. A consent that ends on a day does not count until On has settled it for a day.
func (t Terms) Permits(p agreement.Purpose, class agreement.DataClass, provider agreement.Party) (ok bool, clause agreement.Clause, why string) {
	if class == "" {
		class = agreement.CustomerData
	}
	v := t.verdict(p, class, provider, "")
	return v.ok, v.clause, v.why
}

// On is the terms as they stand on a day: a consent that has ended is left out, and one that has
// not no longer has an end.
func (t Terms) On(day calendar.Date) Terms {
	var standing []Consent
	for _, c := range t.Training.Consents {
		if c.Until.IsZero() || !c.Until.Before(day) {
			c.Until = calendar.Date{}
			standing = append(standing, c)
		}
	}
	t.Training.Consents = standing
	return t
}

// Lapses are the days, in order, from which one consent fewer holds: On gives another answer from
// each of them.
func (t Terms) Lapses() []calendar.Date {
	var days []calendar.Date
	for _, c := range t.Training.Consents {
		if !c.Until.IsZero() {
			days = append(days, c.Until.AddDays(1))
		}
	}
	slices.SortFunc(days, calendar.Date.Compare)
	return slices.Compact(days)
}

type verdict struct {
	ok     bool
	clause agreement.Clause
	why    string
}

func (t Terms) verdict(p agreement.Purpose, class agreement.DataClass, provider agreement.Party, data string) verdict {
	switch {
	case agreement.Blank(t):
		return verdict{false, use, fmt.Sprintf("the parties share no data, and the agreement says: “%s”", onlyChosen)}
	case provider != agreement.A && provider != agreement.B:
		return verdict{false, use, fmt.Sprintf("%q is not a party whose data clause 3.2 speaks of", provider)}
	case !slices.Contains(class.Values(), string(class)):
		return verdict{false, use, fmt.Sprintf("%q is not a class of data, and the agreement says: “%s”", class, onlyChosen)}
	}
	switch p {
	case agreement.Service:
		return chosen(t.Permitted.Specified, use, specified)
	case agreement.Improvement:
		return chosen(t.Permitted.Improvement, use, improvement)
	case agreement.Analytics:
		if t.Permitted.Analytics && class == agreement.CustomerData {
			return verdict{false, use, fmt.Sprintf("customer data is not in aggregated form, and the agreement says: “%s”", analytics)}
		}
		return chosen(t.Permitted.Analytics, use, analytics)
	case agreement.Competitive:
		if t.Forbidden.Competitive {
			return forbids(use, competitive)
		}
		return verdict{false, use, fmt.Sprintf("competitive purposes are not among the permitted uses, and the agreement says: “%s”", onlyChosen)}
	case agreement.Training:
		return t.trains(class, provider, data)
	}
	return verdict{false, use, fmt.Sprintf("%q is not a purpose that clause 3.2 knows, and the agreement says: “%s”", p, onlyChosen)}
}

// trains decides on training. An empty data is all data of the class.
func (t Terms) trains(class agreement.DataClass, provider agreement.Party, data string) verdict {
	consented := slices.ContainsFunc(t.Training.Consents, func(c Consent) bool { return c.covers(class, provider, data) })
	switch {
	case class == agreement.CustomerData && t.Training.CustomerDataNever:
		return forbids(training, never)
	case class == agreement.Aggregated && !t.Training.AggregatedWithConsent:
		return chosen(false, training, aggregated)
	case class == agreement.Aggregated && consented:
		return chosen(true, training, aggregated)
	case class == agreement.Aggregated:
		return unconsented(training, aggregated, class, provider)
	case consented:
		return chosen(true, training, t.Training.byConsent())
	case t.Forbidden.Training:
		return unconsented(use, noTraining, class, provider)
	}
	return unconsented(training, t.Training.byConsent(), class, provider)
}

// byConsent says what may be used for training with consent, besides aggregated data.
func (t Training) byConsent() string {
	if t.CustomerDataNever {
		return "Synthetic data " + onlyConsented
	}
	return "Customer data and synthetic data " + onlyConsented
}

// covers reports whether a consent without an end permits training on a class of data: on all of
// it if data is empty, else on the data of that name.
func (c Consent) covers(class agreement.DataClass, provider agreement.Party, data string) bool {
	return c.Class == class && c.Provider == provider && c.Until.IsZero() &&
		(len(c.Data) == 0 || data != "" && slices.Contains(c.Data, data))
}

func chosen(yes bool, clause agreement.Clause, says string) verdict {
	if yes {
		return verdict{true, clause, fmt.Sprintf("the agreement says: “%s”", says)}
	}
	return verdict{false, clause, fmt.Sprintf("the parties have not chosen “%s”", says)}
}

func forbids(clause agreement.Clause, says string) verdict {
	return verdict{false, clause, fmt.Sprintf("the agreement says: “%s”", says)}
}

func unconsented(clause agreement.Clause, says string, class agreement.DataClass, provider agreement.Party) verdict {
	return verdict{false, clause, fmt.Sprintf("no consent of %s to training on its %s is in force, and the agreement says: “%s”", provider.Label(), classes[class], says)}
}
