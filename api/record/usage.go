package record

import (
	"context"
	"slices"
	"time"

	"entente/api/rest"
	"entente/articles"
	"entente/meter"
	"entente/usage"
)

func (d *Shelf) usage(to *rest.Desk) {
	at := rest.Place{Path: "/api/v1/usage", Tag: "usage"}
	rest.Add(to, at.Read("", "list-usage", "Every metered call under the agreement, about in the order in which calls ended",
		"Both parties see the same records: each call is one party's and is served by the other. The order stays as it is. Calls that are still open stand at the end, and come again in their place when they have ended."), d.records)
	rest.Add(to, at.Read("/summary", "sum-usage", "Metered calls added up", "By day in the agreement's time zone, component, environment and purpose, or by some of these."), d.summary)
}

// Chosen says which calls are asked for.
type Chosen struct {
	Agreement   string `query:"agreement" maxLength:"100" doc:"Your agreement; it may be left out."`
	Party       string `query:"party" enum:"a,b" doc:"Only calls of this party."`
	Component   string `query:"component" maxLength:"100" doc:"Only calls of this component."`
	Environment string `query:"environment" enum:"test,production"`
	Customer    string `query:"customer" maxLength:"64" doc:"Only calls for this customer, as the caller names them."`
	Purpose     string `query:"purpose" enum:"service,improvement,analytics,training,competitive"`
	From        string `query:"from" format:"date" doc:"From this day on, in the agreement's time zone."`
	To          string `query:"to" format:"date" doc:"To this day, included."`
}

func (d *Shelf) query(v rest.Visit, c Chosen) (meter.Query, error) {
	if err := v.Here(c.Agreement); err != nil {
		return meter.Query{}, err
	}
	if c.Component != "" && !slices.ContainsFunc(v.View.State.Texts, func(t *articles.Agreement) bool {
		_, ever := t.Frame().Component(c.Component)
		return ever
	}) {
		return meter.Query{}, rest.Invalid("query.component", "no version of the agreement has a component of this name (clause 1.2)")
	}
	return meter.Query{Agreement: string(v.ID), Party: c.Party, Component: c.Component, Environment: c.Environment, Purpose: c.Purpose, Customer: c.Customer,
		From: meter.Day(c.From), To: meter.Day(c.To), Zone: v.View.State.Text().Frame().Zone()}, nil
}

type usageInput struct {
	Chosen
	rest.Page
}

type usageRecord struct {
	ID              string    `json:"id"`
	ClientRequestID string    `json:"client_request_id,omitempty" doc:"The caller's own X-Request-Id; nothing makes it unique."`
	Version         int       `json:"version" doc:"The agreement's version that allowed the call and prices it."`
	Policy          string    `json:"policy" doc:"The digest of the compiled policy that decided."`
	Key             string    `json:"key" doc:"The key's id."`
	Party           string    `json:"party" enum:"a,b" doc:"The consuming party."`
	Component       string    `json:"component"`
	Environment     string    `json:"environment" enum:"test,production"`
	Purpose         string    `json:"purpose"`
	Class           string    `json:"class"`
	Customer        string    `json:"customer,omitempty" doc:"Whom the caller served, as it named them in Entente-Customer."`
	Operation       string    `json:"operation" doc:"What was asked for, as Schedule A names it."`
	Model           string    `json:"model,omitempty" doc:"As it was asked for."`
	Item            string    `json:"item,omitempty" doc:"The tool, resource or prompt that was asked for: its kind, a space and its name, or its kind alone."`
	AnsweredModel   string    `json:"answered_model,omitempty" doc:"As the answer names it."`
	ServiceTier     string    `json:"service_tier,omitempty" doc:"As the answer names it, where Schedule A lists those allowed."`
	Region          string    `json:"region,omitempty" doc:"Likewise."`
	Stream          bool      `json:"stream" doc:"Whether the answer came in pieces."`
	State           string    `json:"state" enum:"open,closed,interrupted"`
	Outcome         string    `json:"outcome,omitempty" doc:"Absent while open."`
	Clause          string    `json:"clause,omitempty" doc:"Under which the node ended the answer before its end."`
	Status          int       `json:"status,omitzero" doc:"The HTTP status that the caller got."`
	Opened          time.Time `json:"opened" doc:"When the call was let through."`
	Closed          time.Time `json:"closed,omitzero" doc:"When the answer had ended; absent while it goes on."`
	FirstByte       int64     `json:"first_byte_us,omitzero" doc:"Microseconds from opened to the first byte of the answer."`
	Counts
	Estimated bool     `json:"estimated" doc:"Nobody stated the tokens; basis says how they were estimated."`
	Basis     string   `json:"basis,omitempty" enum:"stated,delivered,bound,unknown" doc:"How the tokens are known: stated by the service; estimated from what was delivered, at one for each four bytes of text; the most that they can have been (earlier releases); or not at all, and none are counted."`
	MostIn    int64    `json:"most_input_tokens,omitzero" doc:"Of an estimate, what the input cannot have exceeded: limits count it."`
	MostOut   int64    `json:"most_output_tokens,omitzero" doc:"Likewise, the output."`
	Disputed  bool     `json:"disputed" doc:"The provider's service stated more tokens than can be, or than a hard limit left; the counts are what was believed."`
	Deviates  []string `json:"deviations,omitempty" enum:"request_format,response_format,undocumented_answer,model_mismatch,tier_mismatch,region_mismatch" doc:"The ways in which the call was not as agreed, and passed all the same."`
	Digest    string   `json:"usage_digest,omitempty" doc:"SHA-256 of the upstream's own usage object."`
}

// Counts are what calls used.
type Counts struct {
	Input     int64 `json:"input_tokens" doc:"All input, cached or not."`
	Cached    int64 `json:"cached_tokens" doc:"Of the input, read from a cache."`
	Output    int64 `json:"output_tokens" doc:"All output, with reasoning."`
	Reasoning int64 `json:"reasoning_tokens" doc:"Of the output, reasoning."`
	BytesIn   int64 `json:"bytes_in" doc:"Of the request’s body."`
	BytesOut  int64 `json:"bytes_out" doc:"Of the answer’s body."`
	Units     int64 `json:"units" doc:"Units of the provider's own (Schedule A)."`
	ToolCalls int64 `json:"tool_calls" doc:"Calls of tools (MCP) that the service answered."`
}

func countsOf(t usage.Tokens, in, out, tools, units int64) Counts {
	return Counts{t.Input(), t.CacheRead, t.Output + t.Reasoning, t.Reasoning, in, out, units, tools}
}

func (d *Shelf) records(ctx context.Context, v rest.Visit, in *usageInput) (*rest.List[usageRecord], error) {
	q, err := d.query(v, in.Chosen)
	if err != nil {
		return nil, err
	}
	q.After, q.Limit = in.After, in.Limit
	records, next, err := d.Usage.Usage(ctx, q)
	if err != nil {
		return nil, err
	}
	var out rest.List[usageRecord]
	for _, r := range records {
		out.Body.Items = append(out.Body.Items, recordOf(r))
	}
	if len(records) == q.PageSize() {
		out.Body.Next = next
	}
	return &out, nil
}

func recordOf(r meter.Record) usageRecord {
	return usageRecord{ID: r.ID.String(), ClientRequestID: r.ClientRequestID, Version: r.Version, Policy: r.Policy, Key: r.Key, Party: r.Party,
		Component: r.Component, Environment: r.Environment, Purpose: r.Purpose, Class: r.DataClass, Customer: r.Customer, Operation: r.Operation, Model: r.Model, Item: r.Item,
		AnsweredModel: r.AnsweredModel, ServiceTier: r.Served.Tier, Region: r.Served.Region, Stream: r.Stream, State: string(r.State), Outcome: string(r.Outcome), Clause: r.Clause, Status: r.Status, Opened: r.Opened,
		Closed: r.Closed, FirstByte: r.FirstByte.Microseconds(), Counts: countsOf(r.Tokens, r.BytesIn, r.BytesOut, r.ToolCalls, r.Units), Estimated: r.Estimated, Basis: string(r.Basis()), MostIn: r.Most.Input, MostOut: r.Most.Output,
		Disputed: r.Disputed, Deviates: r.Deviations.Names(), Digest: r.UsageDigest}
}

type summaryInput struct {
	Chosen
	By []string `query:"by" enum:"day,component,environment,purpose" uniqueItems:"true" doc:"What to tell apart; everything, if it is not said."`
}

type sum struct {
	Day         string    `json:"day,omitempty" format:"date" doc:"The day, in the agreement’s time zone; absent where days are summed."`
	Component   string    `json:"component,omitempty"`
	Environment string    `json:"environment,omitempty"`
	Purpose     string    `json:"purpose,omitempty"`
	Calls       int64     `json:"calls" doc:"How many calls."`
	Open        int64     `json:"open" doc:"Of the calls, still open: they add nothing yet."`
	Interrupted int64     `json:"interrupted" doc:"Of the calls, ended by a stop of the node."`
	Failed      int64     `json:"failed" doc:"Of the calls, ended otherwise than well."`
	Estimated   int64     `json:"estimated" doc:"Of the calls, with tokens that nobody stated."`
	EstimatedIn int64     `json:"estimated_input_tokens" doc:"Of the input, estimated, because nobody stated it."`
	EstimateOut int64     `json:"estimated_output_tokens" doc:"Of the output, likewise."`
	Deviating   deviating `json:"deviations" doc:"Of the calls, those that were not as agreed, and passed all the same."`
	Counts
}

type deviating struct {
	Request      int64 `json:"request_format" doc:"The request has not the format of clause 2.3."`
	Response     int64 `json:"response_format" doc:"The answer has not the format of clause 2.3."`
	Undocumented int64 `json:"undocumented_answer" doc:"The answer has a status or media type that the provider does not document (clause 9.2)."`
	OtherModel   int64 `json:"model_mismatch" doc:"Another model answered than the one that Schedule A pins."`
}

type summaryAnswer struct {
	Body struct {
		TimeZone string `json:"time_zone" doc:"In which days begin and end."`
		Items    []sum  `json:"items"`
	}
}

func (d *Shelf) summary(ctx context.Context, v rest.Visit, in *summaryInput) (*summaryAnswer, error) {
	q, err := d.query(v, in.Chosen)
	if err != nil {
		return nil, err
	}
	sums, err := d.Usage.Summary(ctx, q)
	if err != nil {
		return nil, err
	}
	var tally meter.Tally
	for _, s := range sums {
		tally.Merge(only(s, in.By))
	}
	var out summaryAnswer
	out.Body.TimeZone = q.In().String()
	for _, s := range tally.Sums() {
		out.Body.Items = append(out.Body.Items, sum{string(s.Day), s.Component, s.Environment, s.Purpose, s.Calls, s.Open, s.Interrupted, s.Failed,
			s.Estimated, s.EstimatedInput, s.EstimatedOutput, deviating{s.RequestFormat, s.ResponseFormat, s.Undocumented, s.OtherModel}, countsOf(s.Tokens, s.BytesIn, s.BytesOut, s.ToolCalls, s.Units)})
	}
	return &out, nil
}

// only forgets what is not to be told apart.
func only(s meter.Sum, by []string) meter.Sum {
	if len(by) == 0 {
		return s
	}
	for name, clear := range map[string]func(){
		"day": func() { s.Day = "" }, "component": func() { s.Component = "" },
		"environment": func() { s.Environment = "" }, "purpose": func() { s.Purpose = "" },
	} {
		if !slices.Contains(by, name) {
			clear()
		}
	}
	return s
}
