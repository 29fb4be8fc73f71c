// Package policy is what a signed agreement says about calls, compiled: which key may call which component,
// for which purpose, with which class of data, and which clause refuses it if it may not.
//
// Deciding is a pure function over a compiled table: it reads no clock, allocates nothing and takes no lock.
// Whoever holds the terms and what has happened can compile the same policy, and explain each decision step
// by step.
package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/general"
	"entente/articles/openapi"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/articles/term"
)

// A Policy is what one version of an agreement says about calls, compiled: deciding reads it and
// nothing else. It is immutable; a change of the agreement is a new Policy.
type Policy struct {
	Agreement agreement.ID
	Number    string // the partnership's own number
	Version   int
	Digest    string // of the terms and of what has happened, "sha256:…": equal digests decide equally
	Grants    []Grant
	Routes    map[string]*Route
	Zone      *time.Location // in which days and months begin

	from, ends, transitionEnd, customersEnd int64 // Unix nanoseconds
	suspended, noNew                        bool
	served                                  *term.Served // before the end; nil while that is not listed
	withheld                                string       // why nothing is decided; empty means that it is
	lapses                                  []time.Time
	words                                   func() map[agreement.Clause]string
}

// A Route is a component offered by API.
type Route struct {
	Component  string
	Provider   agreement.Party
	Protocol   technical.Protocol
	Operations []string // allowed, by name as in Schedule A
	Models     []string // allowed; a call that names another is refused
	Origins    []string // web origins whose pages may show the component
	Limits     []performance.Limit
	API        *openapi.Table // of a component that speaks HTTP; nil of any other
	Ends       time.Time      // when the component is no longer provided, as far as that is certain; zero if it is not
	Outdated   time.Time      // from when on its end has to be known to callers; zero if nothing says so

	prices     commerce.Prices
	chargeTest bool

	methods                   []agreement.AuthMethod // that clause B.2 accepts
	open, licensed, suspended bool
	waived                    map[agreement.Clause]int64 // clauses that are set aside, until when, in Unix nanoseconds
	certified                 int64                      // production closes then under clause 8.2, in Unix nanoseconds
	use                       map[use]verdict
	pinned                    map[string]string // which model must answer, by that which is called
	formats                   map[string]articles.Format
	spec                      technical.Specification
	why                       reasons
	items                     map[Item]bool
	patterns                  []technical.Pattern // of resources
}

type use struct {
	purpose agreement.Purpose
	class   agreement.DataClass
}

type verdict struct {
	ok     bool
	clause agreement.Clause
	why    string
}

// A Call is what the gateway knows of a request before it forwards it.
type Call struct {
	Component string
	Operation string              // as in Schedule A: "chat.completions"
	Model     string              // as requested; empty if the operation has none
	Item      Item                // as requested; zero if the operation has none
	Purpose   agreement.Purpose   // as declared by the caller; empty means the key's own
	Class     agreement.DataClass // likewise
	Customer  string              // whom the caller serves; empty if it does not say
	At        int64               // Unix nanoseconds
}

// A Verdict is yes, or no with the clause and its reason.
type Verdict struct {
	OK     bool
	Code   Code
	Clause agreement.Clause
	Why    string
}

// A Code is a kind of refusal, the last part of the problem's type.
type Code string

// The codes of refusals.
const (
	Withheld         Code = "read-only"
	NotInForce       Code = "not-in-force"
	AgreementEnded   Code = "agreement-ended"
	IsSuspended      Code = "suspended"
	KeyInvalid       Code = "key-invalid"
	WrongComponent   Code = "wrong-component"
	ProductionClosed Code = "production-closed"
	Uncertified      Code = "certificate-expired"
	NoLicence        Code = "no-licence"
	NotListed        Code = "operation-not-listed"
	ModelNotListed   Code = "model-not-listed"
	ModelMissing     Code = "model-missing"
	CustomerNew      Code = "customer-new"
	PurposeForbidden Code = "purpose-forbidden"
	ClassNotCovered  Code = "data-class-not-covered"

	ToolNotListed     Code = "tool-not-listed"
	ResourceNotListed Code = "resource-not-listed"
	PromptNotListed   Code = "prompt-not-listed"
)

// Withhold returns the policy as one that refuses every call, because the record of the agreement
// cannot be relied on: nobody can tell what it would have decided. Why is a clause of a sentence.
func (p *Policy) Withhold(why string) *Policy {
	w := *p
	w.withheld = why
	sum := sha256.Sum256([]byte("withheld " + p.Digest))
	w.Digest = "sha256:" + hex.EncodeToString(sum[:])
	return &w
}

// Refuses is the verdict on every call, whoever makes it, while the policy is withheld; OK if it is not.
func (p *Policy) Refuses() Verdict {
	if p.withheld == "" {
		return Verdict{OK: true}
	}
	return p.verdictWithheld()
}

func (p *Policy) verdictWithheld() Verdict {
	return Verdict{Code: Withheld, Clause: "13.5", Why: "the agreement is read-only: " + p.withheld}
}

// Prices are what clause 6.1 charges for calls in an environment.
func (r *Route) Prices(e agreement.Environment) commerce.Prices {
	if e == agreement.Test && !r.chargeTest {
		return commerce.Prices{}
	}
	return r.prices
}

// Units says where the answers of an operation state how many of the provider's own units they used.
func (r *Route) Units(operation string) (technical.Counted, bool) { return r.spec.Units(operation) }

// Format is the data format of an operation, a tool or a prompt, as far as clause 2.3 binds the parties to formats.
func (r *Route) Format(name string) articles.Format { return r.formats[name] }

// Permits reports whether clauses 3.2 and 3.4 permit a purpose for a class of data.
func (r *Route) Permits(p agreement.Purpose, class agreement.DataClass) bool {
	return r.use[use{p, class}].ok
}

// Compile makes the policy of the text in force, as it stands at now: the instants at which the
// agreement begins and ends are in the policy, and Instants says when to compile it again.
func Compile(s articles.State, now time.Time) *Policy {
	p := compile(s, now)
	for _, k := range s.Keys() {
		p.Grants = append(p.Grants, grant(k, p.Routes[k.Component]))
	}
	return p
}

// compile is the policy without its grants.
func compile(s articles.State, now time.Time) *Policy {
	t := s.Text()
	p := &Policy{Agreement: s.ID, Number: t.Agreement.Number, Routes: map[string]*Route{}, Zone: t.Frame().Zone(), from: math.MaxInt64}
	if v, ok := s.Life.Current(); ok {
		p.Version = v.Number
		if v.Signed() {
			p.from = nanos(s.Since())
		}
	}
	_, p.suspended = s.Term.Suspended[""]
	p.ends, p.transitionEnd, p.customersEnd = math.MaxInt64, math.MaxInt64, math.MaxInt64
	if e := s.Ending(); e != nil {
		p.ends, p.transitionEnd, p.customersEnd = nanos(e.Ends), nanos(e.TransitionEnd), nanos(e.CustomersEnd)
	}
	if p.noNew = t.Term.Customers.NoNewDeployments; s.Term.Served != nil && s.Term.Served.Listed {
		p.served = s.Term.Served
	}
	for _, c := range t.Scope.Components {
		if c.By(agreement.API) {
			p.Routes[c.Name] = routeOf(s, t, c, now)
			p.Routes[c.Name].API = s.Annex().API(c.Name)
			if t.Integration.Standards.DataFormats {
				p.Routes[c.Name].formats = s.Annex().Formats(c.Name)
			}
			p.announce(p.Routes[c.Name], t)
			for _, until := range p.Routes[c.Name].waived {
				p.lapses = append(p.lapses, time.Unix(0, until))
			}
		}
	}
	for _, day := range t.Sharing.Lapses() {
		p.lapses = append(p.lapses, day.In(t.Frame().Zone()))
	}
	for _, provider := range agreement.Both {
		if at := s.Compliance.Closes(t.ScheduleB, provider, t.Frame().Zone()); !at.IsZero() {
			p.lapses = append(p.lapses, at)
		}
		if last, ends := t.Property.Licensed(provider).Ends(t.Frame().Effective()); ends {
			p.lapses = append(p.lapses, last.AddDays(1).In(t.Frame().Zone()))
		}
	}
	p.Digest = p.digest(s, now)
	p.words = sync.OnceValue(func() map[agreement.Clause]string { return clauseWords(t.Wording()) })
	return p
}

// nanos is t in Unix nanoseconds; what lies beyond the year 2261 is the end of time, and no time at
// all the beginning.
func nanos(t time.Time) int64 {
	switch {
	case t.Year() > 2261:
		return math.MaxInt64
	case t.Year() < 1678:
		return math.MinInt64
	}
	return t.UnixNano()
}

// routeOf is the route of a component as it stands at now.
func routeOf(s articles.State, t *articles.Agreement, c agreement.Component, now time.Time) *Route {
	r := &Route{Component: c.Name, Provider: c.Provider, licensed: t.Licenses(c.Provider, now),
		open: s.Integration.Open(t.Integration), use: map[use]verdict{},
		prices: t.Commerce.Prices(c.Name), chargeTest: t.Commerce.Revenue.ChargeTest}
	_, r.suspended = s.Term.Suspended[c.Name]
	for _, clause := range general.Guarded() {
		if until := s.General.SetAside(clause, c.Name, c.Provider, now); !until.IsZero() {
			r.setAside(clause, until)
		}
	}
	r.certified = math.MaxInt64
	if at := s.Compliance.Closes(t.ScheduleB, c.Provider, t.Frame().Zone()); !at.IsZero() {
		r.certified = nanos(at)
	}
	for _, m := range []agreement.AuthMethod{agreement.APIKey, agreement.OAuth2, agreement.MTLS} {
		if t.ScheduleB.Accepts(c.Name, m) {
			r.methods = append(r.methods, m)
		}
	}
	for _, spec := range t.ScheduleA.Components {
		if spec.Component != c.Name {
			continue
		}
		r.spec = spec
		r.Protocol, r.Origins = spec.Protocol, spec.Origins
		r.Operations = slices.Concat(spec.Protocol.Implied(), spec.Operations)
		r.items, r.patterns = itemsOf(spec)
		for _, m := range spec.Models {
			r.Models = append(r.Models, m.Name)
			if m.Pinned() {
				r.pin(m)
			}
		}
	}
	r.why = r.reasons(t, s.Integration)
	for _, l := range t.ScheduleC.Limits {
		if (l.Component == c.Name || l.Component == "") && r.waived["C"] == 0 {
			r.Limits = append(r.Limits, l)
		}
	}
	standing := t.SharingAt(now)
	for _, purpose := range agreement.Purposes {
		for _, class := range agreement.DataClass("").Values() {
			ok, clause, why := t.Permits(standing, purpose, agreement.DataClass(class), c.Provider)
			r.use[use{purpose, agreement.DataClass(class)}] = verdict{ok, clause, why}
		}
	}
	return r
}

// digest stands for everything that Decide reads, except the keys.
func (p *Policy) digest(s articles.State, now time.Time) string {
	h := sha256.New()
	fmt.Fprintln(h, "entente-policy/1", p.Version, p.from, p.ends, p.transitionEnd, p.customersEnd, p.suspended)
	if v, ok := s.Life.Current(); ok {
		fmt.Fprintln(h, v.Terms)
	}
	if p.served != nil {
		fmt.Fprintln(h, "served", hex.EncodeToString(p.served.Salt), len(p.served.Known))
	}
	for _, lapse := range p.lapses {
		fmt.Fprintln(h, "consent lapsed", !now.Before(lapse))
	}
	for _, name := range slices.Sorted(maps.Keys(p.Routes)) {
		r := p.Routes[name]
		fmt.Fprintln(h, name, r.open, r.licensed, r.suspended, r.certified)
		for _, clause := range slices.Sorted(maps.Keys(r.waived)) {
			fmt.Fprintln(h, "set aside", clause, r.waived[clause])
		}
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// Instants are the moments at which a policy changes by itself, for the clock.
func (p *Policy) Instants() []time.Time {
	at := slices.Clone(p.lapses)
	for _, n := range []int64{p.from, p.ends, p.transitionEnd, p.customersEnd} {
		at = append(at, time.Unix(0, n).UTC())
	}
	return at
}
