package term

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"time"

	"entente/agreement"
)

// MostListed is the most customers that one entry lists, so that it stays within the size of an entry.
const MostListed = 2000

// SaltBytes is how many random bytes salt the digests of customers.
const SaltBytes = 16

// Served are the customers that were served before the agreement ended, as the ledger lists them: by
// salted digests, because who they are is not the ledger's to tell.
type Served struct {
	Salt   []byte
	Known  map[string]bool // by digest
	Listed bool            // the list is whole
}

// DigestChars is the length of a customer's digest.
const DigestChars = 22

// A CustomerDigest is what the ledger holds of a customer: the first 128 bits of SHA-256 over
// "entente-customer-v1", a zero byte, the salt and the name that calls give it, in base64url.
type CustomerDigest [DigestChars]byte

// DigestOf is the digest of a customer under a salt. It allocates nothing for names of usual length.
func DigestOf(salt []byte, customer string) (d CustomerDigest) {
	var room [160]byte
	sum := sha256.Sum256(append(append(append(room[:0], "entente-customer-v1\x00"...), salt...), customer...))
	base64.RawURLEncoding.Encode(d[:], sum[:16])
	return d
}

// Knows reports whether a customer is on the list.
func (c *Served) Knows(customer string) bool {
	d := DigestOf(c.Salt, customer)
	return c.Known[string(d[:])]
}

type (
	// ListCustomers lists customers that were served before the end; the clock does so.
	ListCustomers struct {
		Salt    []byte
		Digests []string
		Last    bool
	}
	// CustomersListed are customers that were served before the end. Their JSON is kept for ever.
	CustomersListed struct {
		Salt    []byte   `json:"salt"`
		Digests []string `json:"digests"`
		Last    bool     `json:"last"` // the list is whole
	}
)

// DecideCustomers adds to the list, until it is whole.
func (s State) DecideCustomers(c ListCustomers) ([]any, error) {
	const act = "list customers"
	switch {
	case s.Served != nil && s.Served.Listed:
		return nil, agreement.Refuse(act, "12.4", "the customers that were served before the end are listed already")
	case s.Served != nil && string(s.Served.Salt) != string(c.Salt), len(c.Salt) != SaltBytes:
		return nil, agreement.Refuse(act, "12.4", "a list of customers has one salt of %d bytes", SaltBytes)
	case len(c.Digests) > MostListed:
		return nil, agreement.Refuse(act, "12.4", "an entry lists at most %d customers", MostListed)
	}
	return []any{CustomersListed(c)}, nil
}

// list is the list with more of it. The one before stays as it was: policies hold it.
func (s *State) list(e CustomersListed) {
	next := &Served{Salt: e.Salt, Listed: e.Last, Known: map[string]bool{}}
	if s.Served != nil {
		maps.Copy(next.Known, s.Served.Known)
	}
	for _, d := range e.Digests {
		next.Known[d] = true
	}
	s.Served = next
}

// ListsCustomers reports whether clause 12.4 needs to know at now whom the parties served before the
// agreement ended.
func (t Terms) ListsCustomers(e *Ending, now time.Time) bool {
	if e == nil || now.Before(e.Ends) {
		return false
	}
	return now.Before(e.CustomersEnd) || t.Customers.NoNewDeployments && now.Before(e.TransitionEnd)
}
