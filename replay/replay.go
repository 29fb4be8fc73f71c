// Package replay says why a call was decided as it was: the agreement is read as it was then, and decides
// again, question by question. Nothing is decided by it; what it finds is what the gateway found.
package replay

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/policy"
	"entente/meter"
	"entente/register"
	"entente/statement"
)

// A Decision is how a policy answers a call.
type Decision struct {
	policy.Verdict
	Version  int    // the agreement's version that decides
	Policy   string // the digest of the compiled policy
	Replayed bool   // that is the very policy that decided then
	Words    string // what the clause that refuses says, shortened
	Steps    []policy.Step
}

// Of is what a policy says of a call.
func Of(p *policy.Policy, g *policy.Grant, c policy.Call) Decision {
	steps, v := p.Explain(g, c)
	return Decision{Verdict: v, Version: p.Version, Policy: p.Digest, Replayed: true, Words: p.Words(v.Clause), Steps: steps}
}

// Refuse makes a decision that was well so far a refusal.
func (d *Decision) Refuse(p *policy.Policy, v policy.Verdict) {
	d.Verdict, d.Words = v, p.Words(v.Clause)
}

// An Explanation is why a call was decided as it was: of one that was metered, or of one that was refused.
type Explanation struct {
	Decision
	Record  *meter.Record   // nil of a refused call
	Window  commerce.Window // the hour in which a metered call is stated; without a begin while it is not
	Refused *meter.Refused  // nil of a metered call
}

// Records finds metered calls, and the hour in which each is stated. The error wraps statement.ErrNoRecord if
// an agreement has no such call.
type Records interface {
	Record(ctx context.Context, id agreement.ID, call meter.ID) (meter.Record, commerce.Window, error)
}

// A Reader explains the calls of the agreements of a node. All fields are needed.
type Reader struct {
	Register *register.Register
	Records  Records
	// Refused finds a refused call by the request's id. The error wraps statement.ErrNoRecord if none is kept.
	Refused func(ctx context.Context, id agreement.ID, request string) (meter.Refused, error)
	// Flush brings what was metered before to where Records looks.
	Flush func(context.Context) error
}

// Explain is the explanation of a call under an agreement, by its usage id (use_…) or, of a refused call, by the
// request's (req_…). The error wraps register.ErrUnknown if there is no such call, or it is another agreement's.
func (r Reader) Explain(ctx context.Context, id agreement.ID, call string) (Explanation, error) {
	if strings.HasPrefix(call, "req_") {
		return r.explainRefused(ctx, id, call)
	}
	rec, w, err := r.Find(ctx, id, call)
	if err != nil {
		return Explanation{}, err
	}
	out := Explanation{Record: &rec, Window: w}
	out.Decision, err = r.again(ctx, id, rec.Policy, rec.Key, Asked(rec))
	if err == nil && rec.Clause != "" {
		out.Steps = append(out.Steps, policy.Step{Clause: agreement.Clause(rec.Clause), Asked: "the answer may go on to its end", Why: "the node ended the answer under this clause"})
	}
	return out, err
}

// Find is a metered call under an agreement, and the hour in which it is stated.
func (r Reader) Find(ctx context.Context, id agreement.ID, call string) (meter.Record, commerce.Window, error) {
	n, err := meter.ParseID(call)
	if err != nil {
		return meter.Record{}, commerce.Window{}, register.ErrUnknown
	}
	_ = r.Flush(ctx) // what cannot be brought there now is not found yet
	rec, w, err := r.Records.Record(ctx, id, n)
	return rec, w, unknown(err)
}

// unknown is an error for those who ask.
func unknown(err error) error {
	if errors.Is(err, statement.ErrNoRecord) {
		return register.ErrUnknown
	}
	return err
}

func (r Reader) explainRefused(ctx context.Context, id agreement.ID, request string) (Explanation, error) {
	no, err := r.Refused(ctx, id, request)
	if err != nil {
		return Explanation{}, unknown(err)
	}
	now, err := r.Register.View(id)
	if err != nil {
		return Explanation{}, err
	}
	key, unfit := no.Key, no.Key != "" && no.Code == string(policy.KeyInvalid)
	if unfit { // who showed it was taken for a stranger, and the policy was not asked
		key = ""
	}
	d, err := r.again(ctx, id, no.Policy, key, AskedOfRefused(no))
	if err != nil {
		return Explanation{}, err
	}
	if unfit {
		d.Steps[0].Why = no.Why
	}
	clause := agreement.Clause(no.Clause)
	if d.OK || string(d.Code) != no.Code { // what refused it came before the policy or after it
		if d.OK {
			d.Steps = append(d.Steps, policy.Step{Clause: clause, Asked: "the request, its limits and its metering are in order", Why: no.Why})
		}
		d.Words = now.Policy().Words(clause)
	}
	d.Verdict = policy.Verdict{Code: policy.Code(no.Code), Clause: clause, Why: no.Why}
	return Explanation{Decision: d, Refused: &no}, nil
}

// again decides a call again, by the agreement as it was then. A call without a key that the agreement
// knew is not decided by the policy: the only question was that for the key.
func (r Reader) again(ctx context.Context, id agreement.ID, digest, key string, c policy.Call) (Decision, error) {
	past, err := r.Register.Past(ctx, id, time.Unix(0, c.At), digest)
	if err != nil {
		return Decision{}, err
	}
	p := past.Policy()
	i := slices.IndexFunc(p.Grants, func(g policy.Grant) bool { return g.Key == key })
	if i < 0 {
		return Decision{Verdict: policy.Verdict{Code: policy.KeyInvalid, Clause: "B"}, Version: p.Version, Policy: p.Digest, Replayed: p.Digest == digest, Words: p.Words("B"),
			Steps: []policy.Step{{Clause: "B", Asked: "the caller shows a live key of the component", Why: "no such key was shown"}}}, nil
	}
	out := Of(p, &p.Grants[i], c)
	out.Replayed = p.Digest == digest
	return out, nil
}

// Asked is what a metered call asked for, as far as it decided anything. An item whose name was not kept is not
// asked about again: it was listed, else there would be no record.
func Asked(r meter.Record) policy.Call {
	return asked(r.Opened, r.Component, r.Purpose, r.DataClass, r.Customer, r.Operation, r.Model, r.Item)
}

// AskedOfRefused is the same of a refused one.
func AskedOfRefused(r meter.Refused) policy.Call {
	return asked(r.At, r.Component, r.Purpose, r.DataClass, r.Customer, r.Operation, r.Model, r.Item)
}

func asked(at time.Time, component, purpose, class, customer, operation, model, item string) policy.Call {
	c := policy.Call{Component: component, Operation: operation, Model: model, Purpose: agreement.Purpose(purpose), Class: agreement.DataClass(class),
		Customer: customer, At: at.UnixNano()}
	if i := policy.ParseItem(item); i.Name != "" {
		c.Item = i
	}
	return c
}
