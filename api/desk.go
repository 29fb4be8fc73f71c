package api

import (
	"entente/agreement"
	"entente/api/amending"
	"entente/api/components"
	"entente/api/feeds"
	"entente/api/folio"
	"entente/api/negotiation"
	"entente/api/people"
	"entente/api/rest"
	"entente/articles/compliance"
	"entente/articles/integration"
	"entente/articles/term"

	"github.com/danielgtaylor/huma/v2"
)

// A desk serves what people do under an agreement.
type desk struct {
	*API
	*rest.Desk
}

// about is what the document says of the whole.
const about = `What a person may do under an agreement. Show a token as ` + "`Authorization: Bearer ent_api_…`" + `.

Every write takes an ` + "`Idempotency-Key`" + ` of at most 255 characters: the same key with the same request
gives the same answer, with the header ` + "`Idempotent-Replayed: true`" + `, and nothing happens a second time. Keys of acts
under an agreement stand in its ledger; say nothing in them that does not belong there.

Errors are problems (RFC 9457). A refusal by the agreement names its clause. What is absent and what is not yours
are the same 404. JSON is read strictly: a member twice, a member that is not described, text that is not UTF-8
and nesting beyond 64 are refused.`

var tags = []*huma.Tag{
	{Name: "agreements", Description: "Agreements, their versions and documents, and how they stand."},
	{Name: components.Acts, Description: "What people do under an agreement."},
	{Name: negotiation.Tag, Description: "What the parties do before they sign: versions that answer each other, clause by clause."},
	{Name: amending.Tag, Description: "What became of a signed agreement: versions, waivers and side letters."},
	{Name: folio.Tag, Description: "All agreements of a person, side by side."},
	{Name: components.Keys, Description: "Keys with which the consuming party calls components through the gateway (clause 2.1)."},
	{Name: components.Served, Description: "Where the providing party serves its components."},
	{Name: "usage", Description: "Metered calls."},
	{Name: feeds.Tag, Description: "What happens, as a stream that other systems follow."},
	{Name: "deadlines", Description: "What is due, and calendars of it."},
	{Name: "tables", Description: "Tables for spreadsheets and programs."},
	{Name: "notifications", Description: "What you are told, and how."},
	{Name: "webhooks", Description: "Addresses of your party to which events are sent (Standard Webhooks)."},
	{Name: "ledger", Description: "What happened, in order, signed."},
	{Name: "log", Description: "The ledger as a C2SP transparency log, for outside programs."},
	{Name: "witness", Description: "The node as a witness of other nodes' ledgers (C2SP tlog-witness). It takes no Idempotency-Key: asking again changes nothing."},
	{Name: people.Tag, Description: "Who you are, links and tokens."},
	{Name: "node", Description: "The node itself."},
}

// The roles of each act.
var (
	mayPropose   = append(rest.May(agreement.Propose{}), rest.Operator)
	maySign      = rest.May(agreement.Sign{})
	mayComplete  = rest.May(integration.CompleteMilestone{})
	mayReopen    = rest.May(integration.ReopenMilestone{})
	maySuspend   = rest.May(term.Suspend{})
	mayResume    = rest.May(term.Resume{})
	mayNotify    = rest.May(term.NotifyBreach{})
	mayCure      = rest.May(term.CureBreach{})
	mayAnnounce  = rest.May(term.NotifyChange{})
	maySettle    = rest.May(term.SettleChange{})
	mayCertify   = rest.May(compliance.RecordCertificate{})
	mayTerminate = rest.May(term.Terminate{})
)
