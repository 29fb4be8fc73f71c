package record

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/articles/policy"
	"entente/replay"
)

func (d *Shelf) explanations(to *rest.Desk) {
	rest.Add(to, rest.Place{Path: "/api/v1/usage", Tag: "usage"}.Read("/{call}", "explain-call", "How a call was decided, clause by clause, and what came of it",
		"By the usage id of a metered call (use_…, from Entente-Usage-Id), or the request id of a refused one (req_…, from Entente-Request-Id). "+
			"The agreement is read as it was then, and decides again. Refused calls are kept for 30 days; of a burst of more than 200 under an agreement, some are counted only."), d.explain)
	rest.Add(to, rest.Operation{Method: http.MethodPost, Path: "/api/v1/agreements/{id}/decisions", ID: "decide", Tag: "usage", Roles: rest.Everyone, Reads: true, Limit: 64 << 10,
		Summary: "How a call would be decided, without making it",
		About: "By the key named, or by a key that somebody could have, which has used nothing. Schedule C's limits say what is left now and what the call would hold; nothing is held, and what is left may be gone when the call comes. " +
			"Whether the node knows where the provider serves the component is asked last. The request itself and the provider's service are not asked."}, d.decide)
}

// A decision is how the policy answers, question by question.
type decision struct {
	OK       bool   `json:"ok" doc:"Whether the call is permitted."`
	Version  int    `json:"version" doc:"The agreement's version that decides."`
	Policy   string `json:"policy" doc:"The digest of the compiled policy."`
	Replayed bool   `json:"replayed" doc:"Whether that is the very policy that decided then."`
	Code     string `json:"code,omitempty" doc:"The kind of refusal."`
	Clause   string `json:"clause,omitempty" doc:"The clause that refuses."`
	Why      string `json:"why,omitempty"`
	Words    string `json:"clause_text,omitempty" doc:"What the clause says, shortened."`
	Steps    []step `json:"steps" doc:"What was asked, in order, up to the first no."`

	Held   *held           `json:"held,omitempty" doc:"The most that limits would hold for the call; only of a call that is not made."`
	Limits []limitStanding `json:"limits,omitempty" doc:"How each limit that counts the call stands; only of a call that is not made, and permitted by what is asked before the limits."`
}

type step struct {
	Clause string `json:"clause"`
	Title  string `json:"title"`
	Asked  string `json:"asked" doc:"What must be so."`
	OK     bool   `json:"ok" doc:"Whether it is so."`
	Why    string `json:"why,omitempty" doc:"Why it is not so, or why it need not be."`
	Term   string `json:"term,omitempty" doc:"The term of the agreement file that says it, by its path."`
	Says   string `json:"says,omitempty" doc:"What the agreement says there, or by what has happened."`
	Call   string `json:"call,omitempty" doc:"What the call says."`
}

// decisionOf is a decision as it is answered.
func decisionOf(d replay.Decision) decision {
	out := decision{OK: d.OK, Version: d.Version, Policy: d.Policy, Replayed: d.Replayed, Code: string(d.Code), Clause: string(d.Clause), Why: d.Why, Words: d.Words}
	for _, s := range d.Steps {
		out.Steps = append(out.Steps, stepOf(s))
	}
	return out
}

func stepOf(s policy.Step) step {
	return step{Clause: string(s.Clause), Title: s.Clause.Title(), Asked: s.Asked, OK: s.OK, Why: s.Why, Term: s.Term, Says: s.Says, Call: s.Call}
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
	Input  int64 `json:"input_tokens" doc:"Tokens of the input."`
	Output int64 `json:"output_tokens" doc:"Tokens of the answer."`
	Bytes  int64 `json:"bytes" doc:"Of request and answer."`
}

type refusedCall struct {
	ClientRequestID string `json:"client_request_id,omitempty" doc:"The caller’s own X-Request-Id; nothing makes it unique."`
	Key             string `json:"key,omitempty" doc:"Absent if no key of the agreement was shown."`
	Component       string `json:"component,omitempty"`
	Environment     string `json:"environment,omitempty"`
	Purpose         string `json:"purpose,omitempty"`
	Class           string `json:"class,omitempty"`
	Customer        string `json:"customer,omitempty" doc:"Whom the caller served, as it named them in Entente-Customer."`
	Operation       string `json:"operation,omitempty" doc:"What was asked for, as Schedule A names it."`
	Model           string `json:"model,omitempty" doc:"As it was asked for."`
	Item            string `json:"item,omitempty" doc:"The tool, resource or prompt: its kind, a space and its name, or its kind alone."`
	Limit           string `json:"limit,omitempty" doc:"The limit that refused, as RateLimit-Policy names it."`
	Status          int    `json:"status" doc:"The HTTP status of the answer."`
}

type explanationAnswer struct{ Body explanation }

// reader explains calls.
func (d *Shelf) reader() replay.Reader {
	return replay.Reader{Register: d.Register, Records: d.Receipts, Refused: d.Refused, Flush: d.Usage.Flush}
}

func (d *Shelf) explain(ctx context.Context, v rest.Visit, in *CallPath) (*explanationAnswer, error) {
	e, err := d.reader().Explain(ctx, v.ID, in.Call)
	if err != nil {
		return nil, err
	}
	out := explanation{Decision: decisionOf(e.Decision)}
	if no := e.Refused; no != nil {
		out.ID, out.Kind, out.At = no.ID, "refused", no.At
		out.Refused = &refusedCall{no.ClientRequestID, no.Key, no.Component, no.Environment, no.Purpose, no.DataClass, no.Customer,
			no.Operation, no.Model, no.Item, no.Limit, no.Status}
		return &explanationAnswer{out}, nil
	}
	r := *e.Record
	record := recordOf(r)
	out.ID, out.Kind, out.At, out.Record = record.ID, "metered", r.Opened, &record
	out.Held, out.Upstream = &held{r.Held.Input, r.Held.Output, r.Held.Bytes}, r.Component+" in "+r.Environment
	return &explanationAnswer{out}, nil
}

type decideInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Key         string `json:"key,omitempty" maxLength:"100" doc:"The id of a key of the agreement; then environment and purpose need not be said, and another environment than the key’s is refused."`
		Component   string `json:"component" minLength:"1" maxLength:"100" example:"summarise"`
		Environment string `json:"environment,omitempty" enum:"test,production" example:"test"`
		Purpose     string `json:"purpose,omitempty" enum:"service,improvement,analytics,training,competitive" example:"service"`
		Class       string `json:"class,omitempty" enum:"customer,aggregated,synthetic"`
		Operation   string `json:"operation" minLength:"1" maxLength:"200" example:"POST /v1/chat/completions" doc:"As Schedule A names it: chat.completions, tools/call."`
		Model       string `json:"model,omitempty" maxLength:"200" doc:"The model that the call asks for."`
		Customer    string `json:"customer,omitempty" maxLength:"64" doc:"Whom the call serves, as Entente-Customer names them."`
		Tool        string `json:"tool,omitempty" maxLength:"200" doc:"The tool (MCP) that it calls."`
		Resource    string `json:"resource,omitempty" maxLength:"2000" doc:"The resource (MCP) that it reads."`
		Prompt      string `json:"prompt,omitempty" maxLength:"200" doc:"The prompt (MCP) that it asks for."`
		Bytes       int64  `json:"request_bytes,omitempty" minimum:"0" maximum:"1073741824" doc:"How long the request is: limits hold a token for each byte."`
		Most        int64  `json:"max_tokens,omitempty" minimum:"0" maximum:"1073741824" doc:"The most tokens that the request lets its answers have together; 0 if it would not say."`
	}
}

type decisionAnswer struct{ Body decision }

func (d *Shelf) decide(_ context.Context, v rest.Visit, in *decideInput) (*decisionAnswer, error) {
	b, p := in.Body, v.View.Policy()
	c := policy.Call{Component: b.Component, Operation: b.Operation, Model: b.Model, Purpose: agreement.Purpose(b.Purpose), Class: agreement.DataClass(b.Class),
		Customer: b.Customer, At: d.Now().UnixNano()}
	for kind, name := range map[policy.Kind]string{policy.Tool: b.Tool, policy.Resource: b.Resource, policy.Prompt: b.Prompt} {
		if name != "" && c.Item.Name != "" {
			return nil, rest.Invalid("body", "name one of tool, resource and prompt")
		}
		if name != "" {
			c.Item = policy.Item{Kind: kind, Name: name}
		}
	}
	g, err := d.supposed(p, in)
	if err != nil {
		return nil, err
	}
	made := replay.Of(p, g, c)
	var limits []limitStanding
	var holds *held
	if made.OK {
		limits, holds, err = d.ahead(&made, p, g, c, b.Bytes, b.Most)
	}
	out := decisionOf(made)
	out.Limits, out.Held = limits, holds
	return &decisionAnswer{out}, err
}

// supposed is the grant that a hypothetical call is made under.
func (d *Shelf) supposed(p *policy.Policy, in *decideInput) (*policy.Grant, error) {
	b := in.Body
	if b.Key != "" {
		i := slices.IndexFunc(p.Grants, func(g policy.Grant) bool { return g.Key == b.Key })
		if i < 0 {
			return nil, rest.Invalid("body.key", "the agreement has no such key")
		}
		if g := &p.Grants[i]; b.Environment == "" || b.Environment == string(g.Environment) {
			return g, nil
		}
		return nil, rest.Invalid("body.environment", fmt.Sprintf("the key is for %s: leave the environment out, or name a key for %s", p.Grants[i].Environment, b.Environment))
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
