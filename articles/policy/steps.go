package policy

import (
	"math"
	"slices"

	"entente/agreement"
)

// A question is one step of a decision. Each has its clause, and later ones are asked only if the
// earlier ones are answered well.
type question int

const (
	ofRecord question = iota
	ofKey
	ofMethod
	ofBegin
	ofEnd
	ofSuspension
	ofComponent
	ofComponentSuspension
	ofLicence
	ofProduction
	ofCertificates
	ofPurpose
	ofKeyPurpose
	ofKeyClass
	ofOperation
	ofModel
	ofItem
	questions // how many there are
)

// asked are the questions as people read them.
var asked = [questions]struct {
	clause agreement.Clause
	words  string
}{
	ofRecord:              {"13.5", "the record of the agreement can be relied on"},
	ofKey:                 {"B", "the key lives"},
	ofMethod:              {"B", "the method of the key is accepted for the component"},
	ofBegin:               {"12.1", "the agreement is in force"},
	ofEnd:                 {"12.3", "the agreement has not ended, or whom the call serves may still be served"},
	ofSuspension:          {"12.2", "the agreement is not suspended"},
	ofComponent:           {"1.2", "the key is for the component"},
	ofComponentSuspension: {"12.2", "the component is not suspended"},
	ofLicence:             {"4.3", "the API of the component is licensed"},
	ofProduction:          {"2.2", "the environment is open"},
	ofCertificates:        {"8.2", "the certificates that Schedule B requires are shown, or need not be"},
	ofPurpose:             {"3.2", "the purpose is permitted for the class of data"},
	ofKeyPurpose:          {"3.2", "the purpose is the key’s"},
	ofKeyClass:            {"3.2", "the class of data is the key’s or narrower"},
	ofOperation:           {"A", "the operation is listed"},
	ofModel:               {"A", "the model is listed, where the operation has one"},
	ofItem:                {"A", "what the call names is listed, if it names a tool, resource or prompt"},
}

// Decide says whether a call under a grant of this policy may pass. It is a pure function over the
// compiled table: it allocates nothing and takes no lock.
func (p *Policy) Decide(g *Grant, c Call) Verdict {
	v := Verdict{OK: true}
	for q := range questions {
		if !p.answer(q, g, &c, &v) {
			break
		}
	}
	return v
}

// A Step is a question that a decision asked, and how it was answered.
type Step struct {
	Clause agreement.Clause
	Asked  string // what must be so: "the agreement is in force"
	OK     bool
	Why    string // why not, or why it need not be so; empty if it is so
	Term   string // of the agreement file, by its path; empty if no term says it
	Says   string // what the agreement says there, or by what has happened
	Call   string // what the call says
}

// Explain is Decide, step by step: the questions in their order, up to the first that refuses the call.
func (p *Policy) Explain(g *Grant, c Call) ([]Step, Verdict) {
	var steps []Step
	v := Verdict{OK: true}
	strict := g.insisting()
	for q := range questions {
		ok := p.answer(q, g, &c, &v)
		s := Step{Clause: asked[q].clause, Asked: asked[q].words, OK: ok}
		s.Term, s.Says, s.Call = p.because(q, g, &c)
		if !ok {
			s.Clause, s.Why = v.Clause, v.Why
			return append(steps, s), v
		}
		if insisted := v; !p.answer(q, strict, &c, &insisted) {
			s.Why = "the clause is set aside by a waiver; without it, " + insisted.Why
		}
		steps = append(steps, s)
	}
	return steps, v
}

// no makes the verdict a refusal.
func (v *Verdict) no(code Code, clause agreement.Clause, why string) bool {
	*v = Verdict{Code: code, Clause: clause, Why: why}
	return false
}

// answer answers one question, after those before it were answered well. If it refuses the call, v says so.
func (p *Policy) answer(q question, g *Grant, c *Call, v *Verdict) bool {
	r := g.Route
	switch q {
	case ofRecord:
		if p.withheld != "" {
			*v = p.verdictWithheld()
			return false
		}
	case ofKey:
		if g.revoked || c.At >= g.expires {
			return v.no(KeyInvalid, "B", "the key is revoked or has expired")
		}
	case ofMethod:
		if !g.accepted() {
			return v.no(KeyInvalid, "B", notAccepted)
		}
	case ofBegin:
		if c.At < p.from {
			return v.no(NotInForce, "12.1", "the agreement is not in force yet")
		}
	case ofEnd:
		if c.At >= p.ends {
			*v = p.decideEnded(c)
			return v.OK
		}
	case ofSuspension:
		if p.suspended {
			return v.no(IsSuspended, "12.2", "the agreement is suspended")
		}
	case ofComponent:
		if r == nil || r.Component != c.Component {
			return v.no(WrongComponent, "1.2", "the key is for another component")
		}
	case ofComponentSuspension:
		if r.suspended {
			return v.no(IsSuspended, "12.2", "the component is suspended")
		}
	case ofLicence:
		if !r.licensed && !r.isSetAside("4.3", c.At) {
			return v.no(NoLicence, "4.3", "no licence to use the API of this component is granted")
		}
	case ofProduction:
		if g.Environment == agreement.Production && !r.open && !r.isSetAside("2.2", c.At) {
			return v.no(ProductionClosed, "2.2", r.why.closed)
		}
	case ofCertificates:
		if g.Environment == agreement.Production && c.At >= r.certified && !r.isSetAside("8.2", c.At) {
			return v.no(Uncertified, "8.2", "a certificate that Schedule B requires of the provider has expired, and the time to show a new one is over")
		}
	default:
		return r.answer(q, g, c, v)
	}
	return true
}

// answer answers what is asked of the use of a component.
func (r *Route) answer(q question, g *Grant, c *Call, v *Verdict) bool {
	purpose, class := g.used(c)
	switch q {
	case ofPurpose:
		switch permitted, known := r.use[use{purpose, class}]; {
		case !known:
			return v.no(PurposeForbidden, "3.2", "the purpose is not one that the agreement knows")
		case !permitted.ok:
			return v.no(PurposeForbidden, permitted.clause, permitted.why)
		}
	case ofKeyPurpose:
		if purpose != g.Purpose {
			return v.no(PurposeForbidden, "3.2", "the key is bound to another purpose")
		}
	case ofKeyClass:
		if !g.Class.Covers(class) {
			clause := agreement.Clause("3.2")
			if purpose == agreement.Training {
				clause = "3.4"
			}
			return v.no(ClassNotCovered, clause, "the key is bound to data of another class")
		}
	case ofOperation:
		if !slices.Contains(r.Operations, c.Operation) && !(c.Operation != "" && r.isSetAside("A", c.At)) {
			return v.no(NotListed, "A", r.why.operation)
		}
	case ofModel:
		switch {
		case r.isSetAside("A", c.At), slices.Contains(r.Models, c.Model):
		case c.Model != "":
			return v.no(ModelNotListed, "A", r.why.model)
		case len(r.Models) > 0 && r.Protocol.NeedsModel(c.Operation):
			return v.no(ModelMissing, "A", r.why.noModel)
		}
	case ofItem:
		if c.Item.Kind != 0 && !r.Lists(c.Item) && !r.isSetAside("A", c.At) {
			*v = c.Item.refused()
			return false
		}
	}
	return true
}

// Suppose is a grant that nobody has: that of a live key of a party for a component, environment,
// purpose and class of data, of a method that Schedule B accepts. Its route is nil if the component is
// not offered.
func (p *Policy) Suppose(component string, party agreement.Party, e agreement.Environment, purpose agreement.Purpose, class agreement.DataClass) *Grant {
	g := &Grant{Party: party, Environment: e, Purpose: purpose, Class: class, Route: p.Routes[component], component: component, expires: math.MaxInt64}
	if g.Route != nil && len(g.Route.methods) > 0 {
		g.method = g.Route.methods[0]
	}
	return g
}

// Questions are those of every decision, in their order, as a call that passes answers them.
func Questions() []Step {
	all := make([]Step, questions)
	for q := range questions {
		all[q] = Step{Clause: asked[q].clause, Asked: asked[q].words, OK: true}
	}
	return all
}
