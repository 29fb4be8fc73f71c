package meter

import "time"

// A Refusal counts calls that were refused on one day for one reason. Refused calls are counted,
// not recorded one by one: they cost nothing, and anybody can make as many as they like.
type Refusal struct {
	Day         string // in UTC, "2026-11-23"
	Agreement   string // empty if the call belonged to none that is known
	Component   string
	Environment string
	Clause      string
	Code        string // the problem's own, such as "milestones-open"
	Count       int64
}

// A Refused is one call that was refused, as far as it is kept: for 30 days, so that either party can
// ask why. Of an agreement's refusals a burst of RefusedBurst is kept and then one every RefusedEvery;
// beyond that they are counted only.
type Refused struct {
	ID              string // the request's, "req_…", as the answer bore it
	ClientRequestID string
	At              time.Time // UTC, microseconds
	Agreement       string
	Version         int
	Policy          string
	Key             string // id of the credential; empty if none was known
	Component       string // empty if the agreement knows none of this name
	Environment     string
	Purpose         string
	DataClass       string
	Customer        string
	Operation       string
	Model           string
	Item            string // as in a Record
	Clause          string
	Code            string
	Why             string
	Limit           string // the limit that refused, if one did
	Status          int    // HTTP status that the caller got
}

// How many refused calls of an agreement are kept.
const (
	RefusedBurst = 200
	RefusedEvery = 10 * time.Second
)

// Cleaned is r with every text short, valid and printable.
func (r Refused) Cleaned() Refused {
	for _, text := range []*string{&r.Key, &r.Component, &r.Environment, &r.Purpose, &r.DataClass, &r.Operation, &r.Model} {
		*text = clean(*text, maxText)
	}
	r.Why, r.Item = clean(r.Why, 500), itemOf(r.Item)
	r.ClientRequestID, r.Customer = cleanASCII(r.ClientRequestID, maxClientRequestID), cleanASCII(r.Customer, maxCustomer)
	r.At = micro(r.At)
	return r
}
