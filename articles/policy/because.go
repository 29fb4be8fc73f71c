package policy

import (
	"fmt"
	"math"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
)

// because says what a question compares: the term of the agreement file by its path, what the agreement
// says there or by what has happened, and what the call says. Each may be empty.
func (p *Policy) because(q question, g *Grant, c *Call) (term, says, call string) {
	r := g.Route
	switch q {
	case ofRecord:
		return "", either(p.withheld == "", "it verifies", p.withheld), ""
	case ofKey:
		return "schedule_b.key_rotation", g.life(), at(c.At)
	case ofMethod:
		if says = "asked of components that are offered"; r != nil {
			says = listed(r.methods)
		}
		return "schedule_b.authentication", says, string(g.method)
	case ofBegin:
		return "agreement.effective", from(p.from), at(c.At)
	case ofEnd:
		return "term", until(p.ends), at(c.At)
	case ofSuspension:
		return "", either(p.suspended, "suspended", "not suspended"), ""
	case ofComponent:
		return "scope.components", g.component, c.Component
	case ofComponentSuspension:
		return "", either(r.suspended, "suspended", "not suspended"), ""
	case ofLicence:
		return "property.licences", either(r.licensed, "the API is licensed", "the API is not licensed"), ""
	case ofProduction:
		return "integration.requirements", either(r.open, "production is open", "production is closed"), string(g.Environment)
	case ofCertificates:
		return "schedule_b.certifications", "production " + until(r.certified), at(c.At)
	}
	return r.because(q, g, c)
}

// because says the same of the use of a component.
func (r *Route) because(q question, g *Grant, c *Call) (term, says, call string) {
	purpose, class := g.used(c)
	spec := "schedule_a.components[" + r.Component + "]."
	switch q {
	case ofPurpose:
		v, known := r.use[use{purpose, class}]
		if !known {
			v.why = "known purposes and classes only"
		}
		switch {
		case v.clause == "1.1":
			term = "scope.purpose.data_for_improvement"
		case purpose == agreement.Training:
			term = "sharing.training"
		default:
			term = "sharing.permitted"
		}
		return term, either(v.ok, "permitted", v.why), fmt.Sprintf("%s, for data of class %s", purpose, class)
	case ofKeyPurpose:
		return "", "the key is for " + string(g.Purpose), string(purpose)
	case ofKeyClass:
		return "", "the key is for data of class " + string(g.Class), string(class)
	case ofOperation:
		return spec + "operations", listed(r.Operations), c.Operation
	case ofModel:
		return spec + "models", listed(r.Models), c.Model
	case ofItem:
		term, says, call = r.itemsAsked(c.Item)
		return spec + term, says, call
	}
	return "", "", ""
}

// reasons are why a call of a component is refused, in words that name what it lacks. They are made
// once: deciding allocates nothing.
type reasons struct{ closed, operation, model, noModel string }

func (r *Route) reasons(t *articles.Agreement, s integration.State) reasons {
	closed := "clause 2.1 gives no access to production"
	if t.Integration.Access.Production {
		var open []string
		for _, q := range s.Pending(t.Integration) {
			open = append(open, "“"+q.Title+"”")
		}
		closed = "production opens when the requirements that come before it are complete; open: " + listed(open)
	}
	return reasons{
		closed:    closed,
		operation: "Schedule A does not list this operation for the component; listed: " + listed(r.Operations),
		model:     "Schedule A does not list this model for the component; listed: " + listed(r.Models),
		noModel:   "the request names no model; listed in Schedule A for the component: " + listed(r.Models),
	}
}

// itemsAsked are the items of a kind that Schedule A lists, and which of them the call names.
func (r *Route) itemsAsked(i Item) (term, says, call string) {
	switch i.Kind {
	case Tool:
		return "tools", listed(r.spec.Tools), i.Name
	case Prompt:
		return "prompts", listed(r.spec.Prompts), i.Name
	case Resource, Template:
		return "resources", listed(r.spec.Resources), i.Name
	}
	return "tools, resources, prompts", "asked where one is named", ""
}

// used are the purpose and the class of data of a call: those that it declares, else the key's own.
func (g *Grant) used(c *Call) (agreement.Purpose, agreement.DataClass) {
	purpose, class := c.Purpose, c.Class
	if purpose == "" {
		purpose = g.Purpose
	}
	if class == "" {
		class = g.Class
	}
	return purpose, class
}

// life is how long the credential lives.
func (g *Grant) life() string {
	if g.revoked {
		return "revoked"
	}
	return until(g.expires)
}

// from and until are when something begins and ends, in words.
func from(nanos int64) string {
	switch nanos {
	case math.MaxInt64:
		return "not begun"
	case math.MinInt64:
		return "from the first"
	}
	return "from " + at(nanos)
}

func until(nanos int64) string {
	switch nanos {
	case math.MaxInt64:
		return "without a known end"
	case math.MinInt64:
		return "never"
	}
	return "until " + at(nanos)
}

func at(nanos int64) string { return time.Unix(0, nanos).UTC().Format(time.RFC3339Nano) }

func either(yes bool, is, isNot string) string {
	if yes {
		return is
	}
	return isNot
}

// mostListed is how many of a list are told.
const mostListed = 20

func listed[T ~string](all []T) string {
	if len(all) == 0 {
		return "none"
	}
	var words []string
	for _, one := range all[:min(len(all), mostListed)] {
		words = append(words, string(one))
	}
	if more := len(all) - mostListed; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}
