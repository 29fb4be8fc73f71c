package record

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/articles"
	"entente/register"
	"entente/statement"
)

func (d *Shelf) explanations(to *rest.Desk) {
	rest.Add(to, rest.Operation{Method: http.MethodGet, Path: "/api/v1/usage/{call}", ID: "explain-call", Tag: "usage", Roles: []string{rest.Anyone},
		Summary: "How a call was decided, clause by clause, and what came of it",
		About: "By the usage id of a metered call (use_…, from Entente-Usage-Id), or the request id of a refused one (req_…, from Entente-Request-Id). " +
			"The agreement is read as it was then, and decides again. Refused calls are kept for 30 days; of a burst of more than 200 under an agreement, some are counted only."}, d.explain)
	rest.Add(to, rest.Operation{Method: http.MethodPost, Path: "/api/v1/agreements/{id}/decisions", ID: "decide", Tag: "usage", Roles: []string{rest.Anyone}, Limit: 64 << 10,
		Summary: "How a call would be decided, without making it",
		About:   "By the key named, or by a key that somebody could have. What the gateway does after the decision (the request itself, Schedule C's limits, the provider's service) is not asked."}, d.decide)
}

// A decision is how the policy answers, question by question.
type decision struct {
	OK       bool   `json:"ok"`
	Version  int    `json:"version" doc:"The agreement's version that decides."`
	Policy   string `json:"policy" doc:"The digest of the compiled policy."`
	Replayed bool   `json:"replayed" doc:"Whether that is the very policy that decided then."`
	Code     string `json:"code,omitempty" doc:"The kind of refusal."`
	Clause   string `json:"clause,omitempty" doc:"The clause that refuses."`
	Why      string `json:"why,omitempty"`
	Words    string `json:"clause_text,omitempty" doc:"What the clause says, shortened."`
	Steps    []step `json:"steps" doc:"What was asked, in order, up to the first no."`
}

type step struct {
	Clause string `json:"clause"`
	Title  string `json:"title"`
	Asked  string `json:"asked" doc:"What must be so."`
	OK     bool   `json:"ok"`
	Why    string `json:"why,omitempty" doc:"Why it is not so, or why it need not be."`
}

// decisionOf is what a policy says of a call.
func decisionOf(p *articles.Policy, g *articles.Grant, c articles.Call) decision {
	steps, v := p.Explain(g, c)
	out := decision{OK: v.OK, Version: p.Version, Policy: p.Digest, Replayed: true, Code: string(v.Code), Clause: string(v.Clause), Why: v.Why, Words: p.Words(v.Clause)}
	for _, s := range steps {
		out.Steps = append(out.Steps, step{string(s.Clause), s.Clause.Title(), s.Asked, s.OK, s.Why})
	}
	return out
}

type explanation struct {
	ID       string       `json:"id"`
	Kind     string       `json:"kind" enum:"metered,refused"`
	At       time.Time    `json:"at" doc:"When it was decided."`
	Decision decision     `json:"decision"`
	Held     *held        `json:"held,omitempty" doc:"The most that limits held for the call."`
	Upstream string       `json:"upstream,omitempty" doc:"The service that the call was passed to, as the agreement names it."`
	Record   *usageRecord `json:"record,omitempty" doc:"What came of a metered call."`
	Refused  *refusedCall `json:"refused,omitempty" doc:"What a refused call asked for."`
}

type held struct {
	Input  int64 `json:"input_tokens"`
	Output int64 `json:"output_tokens"`
	Bytes  int64 `json:"bytes"`
}

type refusedCall struct {
	ClientRequestID string `json:"client_request_id,omitempty"`
	Key             string `json:"key,omitempty" doc:"Absent if no live key was shown."`
	Component       string `json:"component,omitempty"`
	Environment     string `json:"environment,omitempty"`
	Purpose         string `json:"purpose,omitempty"`
	Class           string `json:"class,omitempty"`
	Customer        string `json:"customer,omitempty"`
	Operation       string `json:"operation,omitempty"`
	Model           string `json:"model,omitempty"`
	Limit           string `json:"limit,omitempty" doc:"The limit that refused, as RateLimit-Policy names it."`
	Status          int    `json:"status"`
}

type explanationAnswer struct{ Body explanation }

func (d *Shelf) explain(ctx context.Context, v rest.Visit, in *CallPath) (*explanationAnswer, error) {
	if strings.HasPrefix(in.Call, "req_") {
		return d.explainRefused(ctx, v, in.Call)
	}
	r, _, err := d.find(ctx, v, in.Call)
	if err != nil {
		return nil, err
	}
	record := recordOf(r)
	out := explanation{ID: record.ID, Kind: "metered", At: r.Opened, Held: &held{r.Held.Input, r.Held.Output, r.Held.Bytes},
		Upstream: r.Component + " in " + r.Environment, Record: &record}
	out.Decision, err = d.replay(ctx, v.ID, replayed{r.Opened, r.Policy, r.Key, r.Party, r.Component, r.Environment, r.Purpose, r.DataClass, r.Customer, r.Operation, r.Model})
	if err == nil && r.Clause != "" {
		out.Decision.Steps = append(out.Decision.Steps, step{r.Clause, agreement.Clause(r.Clause).Title(), "the answer may go on to its end", false, "the node ended the answer under this clause"})
	}
	return &explanationAnswer{out}, err
}

func (d *Shelf) explainRefused(ctx context.Context, v rest.Visit, id string) (*explanationAnswer, error) {
	r, err := d.Refused(ctx, v.ID, id)
	if errors.Is(err, statement.ErrNoRecord) {
		err = register.ErrUnknown
	}
	if err != nil {
		return nil, err
	}
	out := explanation{ID: r.ID, Kind: "refused", At: r.At, Refused: &refusedCall{r.ClientRequestID, r.Key, r.Component, r.Environment, r.Purpose, r.DataClass, r.Customer,
		r.Operation, r.Model, r.Limit, r.Status}}
	out.Decision, err = d.replay(ctx, v.ID, replayed{r.At, r.Policy, r.Key, "", r.Component, r.Environment, r.Purpose, r.DataClass, r.Customer, r.Operation, r.Model})
	if err != nil {
		return nil, err
	}
	at := &out.Decision
	if at.OK || at.Code != r.Code { // what refused it came before the policy or after it
		if at.OK {
			at.Steps = append(at.Steps, step{r.Clause, agreement.Clause(r.Clause).Title(), "the request, its limits and its metering are in order", false, r.Why})
		}
		at.Words = ""
		if view, err := d.Register.View(v.ID); err == nil {
			at.Words = view.Policy().Words(agreement.Clause(r.Clause))
		}
	}
	at.OK, at.Code, at.Clause, at.Why = false, r.Code, r.Clause, r.Why
	return &explanationAnswer{out}, nil
}

// What is known of a call that is decided again.
type replayed struct {
	at                                                               time.Time
	policy                                                           string
	key, party, component, environment, purpose, class, customer, op string
	model                                                            string
}

// replay decides a call again, by the agreement as it was then. A call without a key that the agreement
// knew is not decided by the policy: the only question was that for the key.
func (d *Shelf) replay(ctx context.Context, id agreement.ID, c replayed) (decision, error) {
	past, err := d.Register.Past(ctx, id, c.at)
	if err != nil {
		return decision{}, err
	}
	p := past.Policy()
	i := slices.IndexFunc(p.Grants, func(g articles.Grant) bool { return g.Key == c.key })
	if i < 0 {
		return decision{Version: p.Version, Policy: p.Digest, Replayed: p.Digest == c.policy, Code: string(articles.KeyInvalid), Clause: "B", Words: p.Words("B"),
			Steps: []step{{"B", agreement.Clause("B").Title(), "the caller shows a live key of the component", false, "no such key was shown"}}}, nil
	}
	out := decisionOf(p, &p.Grants[i], articles.Call{Component: c.component, Operation: c.op, Model: c.model, Purpose: agreement.Purpose(c.purpose),
		Class: agreement.DataClass(c.class), Customer: c.customer, At: c.at.UnixNano()})
	out.Replayed = p.Digest == c.policy
	return out, nil
}

type decideInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Key         string `json:"key,omitempty" maxLength:"100" doc:"The id of a key of the agreement; then environment and purpose need not be said."`
		Component   string `json:"component" minLength:"1" maxLength:"100"`
		Environment string `json:"environment,omitempty" enum:"test,production"`
		Purpose     string `json:"purpose,omitempty" enum:"service,improvement,analytics,training,competitive"`
		Class       string `json:"class,omitempty" enum:"customer,aggregated,synthetic"`
		Operation   string `json:"operation" minLength:"1" maxLength:"200" doc:"As Schedule A names it: chat.completions, tools/call."`
		Model       string `json:"model,omitempty" maxLength:"200"`
		Customer    string `json:"customer,omitempty" maxLength:"64"`
		Tool        string `json:"tool,omitempty" maxLength:"200"`
		Resource    string `json:"resource,omitempty" maxLength:"2000"`
		Prompt      string `json:"prompt,omitempty" maxLength:"200"`
	}
}

type decisionAnswer struct{ Body decision }

func (d *Shelf) decide(_ context.Context, v rest.Visit, in *decideInput) (*decisionAnswer, error) {
	view, err := d.Register.View(v.ID)
	if err != nil {
		return nil, err
	}
	b, p := in.Body, view.Policy()
	c := articles.Call{Component: b.Component, Operation: b.Operation, Model: b.Model, Purpose: agreement.Purpose(b.Purpose), Class: agreement.DataClass(b.Class),
		Customer: b.Customer, At: d.Now().UnixNano()}
	for kind, name := range map[articles.Kind]string{articles.Tool: b.Tool, articles.Resource: b.Resource, articles.Prompt: b.Prompt} {
		if name != "" && c.Item.Name != "" {
			return nil, rest.Invalid("body", "name one of tool, resource and prompt")
		}
		if name != "" {
			c.Item = articles.Item{Kind: kind, Name: name}
		}
	}
	g, err := d.supposed(p, in)
	if err != nil {
		return nil, err
	}
	return &decisionAnswer{decisionOf(p, g, c)}, nil
}

// supposed is the grant that a hypothetical call is made under.
func (d *Shelf) supposed(p *articles.Policy, in *decideInput) (*articles.Grant, error) {
	b := in.Body
	if b.Key != "" {
		i := slices.IndexFunc(p.Grants, func(g articles.Grant) bool { return g.Key == b.Key })
		if i < 0 {
			return nil, rest.Invalid("body.key", "the agreement has no such key")
		}
		return &p.Grants[i], nil
	}
	if b.Environment == "" || b.Purpose == "" {
		return nil, rest.Invalid("body", "say environment and purpose, or name a key")
	}
	class := agreement.DataClass(b.Class)
	if class == "" {
		class = agreement.CustomerData
	}
	consumer := agreement.A
	if r := p.Routes[b.Component]; r != nil {
		consumer = r.Provider.Other()
	}
	return p.Suppose(b.Component, consumer, agreement.Environment(b.Environment), agreement.Purpose(b.Purpose), class), nil
}
