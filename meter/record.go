package meter

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente/usage"
)

// A Record is one metered call: who called what under which terms, and what it used.
// Opened, with what was asked for, it exists before the first byte of the answer goes
// out; closed, it has what came of it. The version and the policy digest are those that
// allowed the call and price it, also when the agreement has moved on since.
type Record struct {
	ID        ID
	Agreement string
	Version   int
	Policy    string // digest of the compiled policy that allowed the call
	Key       string // id of the credential, never the credential
	Party     string // the consuming party: "a" or "b"

	Component   string
	Environment string
	Purpose     string
	DataClass   string
	Operation   string
	Model       string // as requested
	Item        string // the tool, resource or prompt (MCP): its kind, a space and its name, "tool search"; the kind alone if the name does not fit
	Stream      bool   // the answer was asked for as a stream
	Customer    string // whom the caller serves, as the caller names them; printable ASCII, at most 64 bytes

	// Held is the most that the call may use, as far as that is known: what limits hold for it.
	// Of an interrupted call it is all that can be said.
	Held Held

	// ClientRequestID is the caller's own, in printable ASCII, at most 128 bytes. Nothing
	// makes it unique, and it never makes two calls one.
	ClientRequestID string

	Opened    time.Time // UTC, microseconds
	Closed    time.Time // UTC, microseconds; zero while open; never before Opened; of an interrupted call, when the next start found it
	State     State
	Outcome   Outcome       // empty while open
	Clause    string        // under which the node cut the call
	Status    int           // HTTP status that the caller got; 0 if none
	FirstByte time.Duration // from Opened to the first byte of the answer, microseconds; 0 if none came

	usage.Usage
	BytesIn, BytesOut int64 // bodies: the request as received, the answer as delivered
	ToolCalls         int64 // calls of tools (MCP) that the service answered
	Deviations        Deviations
}

// Deviations are the ways in which a call was not as agreed, and passed all the same.
type Deviations uint8

// The ways in which a call may deviate.
const (
	RequestFormat    Deviations = 1 << iota // the request has not the format of clause 2.3
	ResponseFormat                          // the answer has not the format of clause 2.3
	UndocumentedKind                        // the answer's status or media type is none that the provider documents (clause 9.2)
	OtherModel                              // another model answered than the one that Schedule A pins
	OtherTier                               // the answer names a service tier that Schedule A does not have
	OtherRegion                             // the answer names a region that Schedule A does not have
)

// Names are what the deviations are called.
func (d Deviations) Names() []string {
	var names []string
	for i, name := range []string{"request_format", "response_format", "undocumented_answer", "model_mismatch", "tier_mismatch", "region_mismatch"} {
		if d&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Held is what a call may use: tokens of its request and of its answer, and bytes both ways.
type Held struct{ Input, Output, Bytes int64 }

// A State is where a record stands. Closed and interrupted are final.
type State string

// The states of a record.
const (
	Open        State = "open"
	Closed      State = "closed"
	Interrupted State = "interrupted" // the node ended during the call; what was used is not known
)

// Final reports whether a record in this state will not change any more.
func (s State) Final() bool { return s == Closed || s == Interrupted }

// An Outcome says how a call ended, and by that whose doing it was.
type Outcome string

// The outcomes of a call.
const (
	OK              Outcome = "ok"
	UpstreamError   Outcome = "upstream_error"   // unreachable, 5xx, or broke off in the middle
	UpstreamTimeout Outcome = "upstream_timeout" // too slow to connect, to answer or to go on
	UpstreamRefused Outcome = "refused_upstream" // 4xx: the upstream did not take the request
	CallerGone      Outcome = "caller_gone"      // the caller left before the end
	Cut             Outcome = "cut"              // ended by the node: a cap, a revoked key, a suspension
	NodeStopped     Outcome = "node_stopped"     // the node ended; goes with Interrupted
	NotStarted      Outcome = "not_started"      // refused after all, because the record could not be kept
)

// Fault reports whether the call failed through a cause on the provider's side.
func (o Outcome) Fault() bool { return o == UpstreamError || o == UpstreamTimeout }

// A Result closes a record.
type Result struct {
	Outcome           Outcome
	Clause            string // under which the node cut the call
	Status            int
	FirstByte         time.Duration
	BytesIn, BytesOut int64
	ToolCalls         int64
	Deviations        Deviations
	usage.Usage
}

// The most that a record keeps of any text, in bytes. Longer text is cut.
const (
	maxText            = 200
	maxClientRequestID = 128
	maxItem            = 512
	maxCustomer        = 64
	maxClause          = 16
)

// cleaned returns r with every text short, valid and printable: some of it comes from
// callers, and all of it is shown to people.
func (r Record) cleaned() Record {
	r.clean()
	return r
}

// clean makes every text short, valid and printable.
func (r *Record) clean() {
	for _, text := range [...]*string{
		&r.Agreement, &r.Policy, &r.Key, &r.Party, &r.Component, &r.Environment, &r.Purpose,
		&r.DataClass, &r.Operation, &r.Model,
	} {
		*text = clean(*text, maxText)
	}
	r.Item = itemOf(r.Item)
	r.ClientRequestID = cleanASCII(r.ClientRequestID, maxClientRequestID)
	r.Customer = cleanASCII(r.Customer, maxCustomer)
}

// itemOf is an item as it is kept: with its name as it was asked for, or without one. A name that was
// cut or changed would be that of another item.
func itemOf(item string) string {
	if kind, _, _ := strings.Cut(item, " "); clean(item, maxItem) != item {
		return clean(kind, maxText)
	}
	return item
}

func (r *Result) clean() {
	r.AnsweredModel = clean(r.AnsweredModel, maxText)
	r.Served.Tier, r.Served.Region = clean(r.Served.Tier, maxText), clean(r.Served.Region, maxText)
	r.Outcome = Outcome(cleanASCII(string(r.Outcome), 32))
	r.UsageDigest = cleanASCII(r.UsageDigest, 64)
	r.Clause = cleanASCII(r.Clause, maxClause)
}

// clean cuts s and replaces what does not print by a question mark.
func clean(s string, most int) string {
	if len(s) <= most && isPrintableASCII(s) {
		return s
	}
	s = strings.Map(func(c rune) rune {
		if c == utf8.RuneError || !unicode.IsPrint(c) {
			return '?'
		}
		return c
	}, s[:min(len(s), most+utf8.UTFMax)])
	for len(s) > most {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

func cleanASCII(s string, most int) string {
	s = s[:min(len(s), most)]
	if isPrintableASCII(s) {
		return s
	}
	raw := []byte(s)
	for i, c := range raw {
		if c < ' ' || c > '~' {
			raw[i] = '?'
		}
	}
	return string(raw)
}

func isPrintableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// micro is t as records keep it.
func micro(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }
