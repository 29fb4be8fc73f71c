// Package receipt proves single calls: a metered call has one canonical form, the statement of its
// hour is sealed in the ledger with the hash of all of them, and a receipt shows, without a node and
// without trust in one, that a call is in it as it stands.
//
// Everything here is pure. docs/ledger-format.md says what an outsider needs.
package receipt

import (
	"time"

	"entente/ledger/canonical"
	"entente/meter"
)

// Form is the version of the canonical form that this release gives records. Members that came later are
// left out where a record has nothing to say in them, so that what earlier statements sealed keeps its form.
const Form = 1

// A Record is a metered call as it is sealed. Members that came with the form are always there; 64-bit
// counts are strings, times are written with six digits of a second in UTC.
type Record struct {
	V               int    `json:"v"`
	ID              string `json:"id"`
	Agreement       string `json:"agreement"`
	Version         int    `json:"version"`
	Policy          string `json:"policy"`
	Key             string `json:"key"`
	Party           string `json:"party"`
	Component       string `json:"component"`
	Environment     string `json:"environment"`
	Purpose         string `json:"purpose"`
	DataClass       string `json:"data_class"`
	Operation       string `json:"operation"`
	Model           string `json:"model"`
	AnsweredModel   string `json:"answered_model"`
	Stream          bool   `json:"stream"`
	Customer        string `json:"customer"`
	ClientRequestID string `json:"client_request_id"`
	Opened          string `json:"opened"`
	Closed          string `json:"closed"`
	State           string `json:"state"`
	Outcome         string `json:"outcome"`
	Clause          string `json:"clause"`
	Status          int    `json:"status"`
	FirstByte       int64  `json:"first_byte_us,string"`

	InputUncached int64  `json:"input_uncached,string"`
	CacheRead     int64  `json:"cache_read,string"`
	CacheWrite    int64  `json:"cache_write,string"`
	Output        int64  `json:"output,string"`
	Reasoning     int64  `json:"reasoning,string"`
	TokensKnown   bool   `json:"tokens_known"`
	Estimated     bool   `json:"estimated"`
	Disputed      bool   `json:"disputed"`
	UsageDigest   string `json:"usage_digest"`

	HeldInput  int64 `json:"held_input,string"`
	HeldOutput int64 `json:"held_output,string"`
	HeldBytes  int64 `json:"held_bytes,string"`
	BytesIn    int64 `json:"bytes_in,string"`
	BytesOut   int64 `json:"bytes_out,string"`
	ToolCalls  int64 `json:"tool_calls,string"`

	Units       int64  `json:"units,omitempty,string"` // of the provider's own
	ServiceTier string `json:"service_tier,omitempty"` // as the answer names it, where Schedule A asks for it
	Region      string `json:"region,omitempty"`       // likewise

	Item       string `json:"item,omitempty"`               // the tool, resource or prompt that was named
	MostInput  int64  `json:"most_input,omitempty,string"`  // tokens that an estimate cannot have exceeded
	MostOutput int64  `json:"most_output,omitempty,string"` // likewise

	Deviations []string `json:"deviations,omitempty"` // the ways in which the call was not as agreed, and passed all the same
}

const timeForm = "2006-01-02T15:04:05.000000Z"

// Of is the form of a record that is final.
func Of(r meter.Record) Record {
	t := r.Tokens
	return Record{V: Form, ID: r.ID.String(), Agreement: r.Agreement, Version: r.Version, Policy: r.Policy, Key: r.Key, Party: r.Party,
		Component: r.Component, Environment: r.Environment, Purpose: r.Purpose, DataClass: r.DataClass, Operation: r.Operation,
		Model: r.Model, AnsweredModel: r.AnsweredModel, Stream: r.Stream, Customer: r.Customer, ClientRequestID: r.ClientRequestID,
		Opened: written(r.Opened), Closed: written(r.Closed), State: string(r.State), Outcome: string(r.Outcome), Clause: r.Clause,
		Status: r.Status, FirstByte: r.FirstByte.Microseconds(),
		InputUncached: t.InputUncached, CacheRead: t.CacheRead, CacheWrite: t.CacheWrite, Output: t.Output, Reasoning: t.Reasoning,
		TokensKnown: r.TokensKnown, Estimated: r.Estimated, Disputed: r.Disputed, UsageDigest: r.UsageDigest,
		HeldInput: r.Held.Input, HeldOutput: r.Held.Output, HeldBytes: r.Held.Bytes, BytesIn: r.BytesIn, BytesOut: r.BytesOut, ToolCalls: r.ToolCalls, Units: r.Units,
		ServiceTier: r.Served.Tier, Region: r.Served.Region, Item: r.Item, MostInput: r.Most.Input, MostOutput: r.Most.Output, Deviations: r.Deviations.Names()}
}

func written(t time.Time) string { return t.UTC().Format(timeForm) }

// Bytes are the canonical JSON of the record (RFC 8785): what is hashed.
func (r Record) Bytes() ([]byte, error) { return canonical.Marshal(r) }
