package integration

import (
	"net/netip"
	"time"

	"entente/agreement"
	"entente/calendar"
)

// A Key lets the consuming party call one component in one environment for one purpose.
// The ledger knows a key by its id and digest, never by its secret.
type Key struct {
	ID          string
	Digest      string // SHA-256 of what is shown at the gateway, hexadecimal
	Party       agreement.Party
	Component   string
	Environment agreement.Environment
	Purpose     agreement.Purpose
	Class       agreement.DataClass
	Label       string
	By          string
	Issued      time.Time
	Expires     time.Time
	Revoked     time.Time // zero while the key lives

	Method   agreement.AuthMethod
	Networks []netip.Prefix `json:",omitempty"` // from which alone the key is accepted; from everywhere if there are none
	Client   Client         `json:",omitzero"`  // whose tokens it stands for, if its method is OAuth 2.0
	Pin      string         `json:",omitempty"` // of the key pair of a client certificate, if its method is mutual TLS
}

// A Client is a system as an issuer of access tokens knows it.
type Client struct {
	Issuer string `json:"issuer"` // the tokens' iss
	ID     string `json:"client_id"`
	Keys   string `json:"keys,omitempty"`     // the issuer's public keys, as a JSON Web Key Set
	URL    string `json:"keys_url,omitempty"` // where the issuer publishes them instead
}

// A Client1 is a Client as it was registered before issuers could publish their keys.
type Client1 struct {
	Issuer string `json:"issuer"`
	ID     string `json:"client_id"`
	Keys   string `json:"keys"`
}

// Live reports whether the key opens anything at now.
func (k Key) Live(now time.Time) bool { return k.Revoked.IsZero() && now.Before(k.Expires) }

// Facts are what other articles say about a key that is asked for.
type Facts struct {
	Component agreement.Component
	Licensed  bool // clause 4.3 licenses API and SDK use to the consuming party
	Permitted bool // clauses 3.2 and 3.4 permit the purpose for the class of data
	Clause    agreement.Clause
	Why       string            // why not, if not permitted
	Accepted  bool              // clause B.2 accepts the method for the component
	Rotation  calendar.Duration // clause B.3: the longest that a key may live; zero if nothing is agreed
	AtOnce    int               // clause B.3: how many keys of one use and label may live at once; zero if nothing is agreed
	Ended     time.Time         // when the agreement ended; zero while it runs
	Winding   agreement.Clause  // what still runs after its end: 12.3 the transition, 12.4 existing customers
}

// Commands on keys.
type (
	// IssueKey records a key that the consuming party has made for itself.
	IssueKey struct {
		ID, Digest  string
		Party       agreement.Party
		Component   string
		Environment agreement.Environment
		Purpose     agreement.Purpose
		Class       agreement.DataClass
		Label       string
		By          string
		Expires     time.Time
		Networks    []netip.Prefix
		Client      Client // of OAuth 2.0; the zero Client asks for an API key or a pin
		Pin         string // SHA-256 of a client certificate's public key (SubjectPublicKeyInfo), hexadecimal; empty asks for an API key
		Taken       bool   // the pin is registered under another agreement
	}
	// RevokeKey ends a key at once.
	RevokeKey struct {
		ID     string
		Party  agreement.Party
		By     string
		Reason string
	}
)

// Events of keys. Their JSON is kept for ever.
type (
	// KeyIssued1 is a key that opens a component from now on, from everywhere. Nobody issues it any more.
	KeyIssued1 struct {
		ID          string                `json:"id"`
		Digest      string                `json:"digest"`
		Party       agreement.Party       `json:"party"`
		Component   string                `json:"component"`
		Environment agreement.Environment `json:"environment"`
		Purpose     agreement.Purpose     `json:"purpose"`
		Class       agreement.DataClass   `json:"class"`
		Label       string                `json:"label,omitempty"`
		By          string                `json:"by"`
		Expires     time.Time             `json:"expires"`
	}
	// KeyIssued is an API key that opens a component from now on.
	KeyIssued struct {
		ID          string                `json:"id"`
		Digest      string                `json:"digest"`
		Party       agreement.Party       `json:"party"`
		Component   string                `json:"component"`
		Environment agreement.Environment `json:"environment"`
		Purpose     agreement.Purpose     `json:"purpose"`
		Class       agreement.DataClass   `json:"class"`
		Label       string                `json:"label,omitempty"`
		By          string                `json:"by"`
		Expires     time.Time             `json:"expires"`
		Networks    []netip.Prefix        `json:"networks,omitempty"`
	}
	// ClientRegistered1 is a system whose access tokens open a component from now on. Nobody registers it
	// any more.
	ClientRegistered1 struct {
		KeyIssued
		Client Client1 `json:"client"`
	}
	// ClientRegistered is a system whose access tokens open a component from now on.
	ClientRegistered struct {
		KeyIssued
		Client Client `json:"client"`
	}
	// CertificatePinned is a system whose key pair opens a component from now on, when it proves by TLS
	// that it has it.
	CertificatePinned struct {
		KeyIssued
		Pin string `json:"pin"`
	}
	// KeyRevoked is a key that opens nothing any more.
	KeyRevoked struct {
		ID     string          `json:"id"`
		Party  agreement.Party `json:"party"`
		By     string          `json:"by"`
		Reason string          `json:"reason,omitempty"`
	}
)

const issue, revoke = "issue a key", "revoke the key"

// DecideIssue refuses a key for what the agreement does not give. A production key may be issued
// before production opens; the gateway refuses it until then.
func (s State) DecideIssue(t Terms, f Facts, c IssueKey, now time.Time) ([]any, error) {
	name := f.Component.Name
	switch {
	case name == "" || name != c.Component:
		return nil, agreement.Refuse(issue, "1.2", "%q is not a component of clause 1.2", c.Component)
	case !f.Component.By(agreement.API):
		return nil, agreement.Refuse(issue, "1.2", "%s is not offered by API", name)
	case !t.Access.APIs:
		return nil, agreement.Refuse(issue, "2.1", "clause 2.1 does not give access to APIs")
	case f.Component.Provider == c.Party:
		return nil, agreement.Refuse(issue, "2.1", "%s provides %s; keys are for the other party", c.Party.Label(), name)
	case c.Environment == agreement.Test && !t.Access.TestEnvironment:
		return nil, agreement.Refuse(issue, "2.1", "clause 2.1 does not give access to a test environment")
	case c.Environment == agreement.Production && !t.Access.Production:
		return nil, agreement.Refuse(issue, "2.1", "clause 2.1 does not give access to production")
	case !f.Licensed:
		return nil, agreement.Refuse(issue, "4.3", "%s has no licence to use the API of %s", c.Party.Label(), name)
	case !f.Permitted:
		return nil, agreement.Refuse(issue, f.Clause, "%s", f.Why)
	case !f.Ended.IsZero() && !s.used(c, f.Ended):
		return nil, agreement.Refuse(issue, f.Winding, "the agreement has ended: a key may take the place of one that was live on the last day, for the same component, environment, purpose and class of data, but none may begin a new use")
	}
	if err := s.credential(f, c, now); err != nil {
		return nil, err
	}
	issued := KeyIssued{c.ID, c.Digest, c.Party, c.Component, c.Environment, c.Purpose, c.Class, c.Label, c.By, c.Expires, c.Networks}
	switch c.Method() {
	case agreement.APIKey:
		return []any{issued}, nil
	case agreement.MTLS:
		return []any{CertificatePinned{issued, c.Pin}}, nil
	}
	var events []any
	for _, k := range s.Keys {
		if k.Digest == c.Digest && k.Live(now) { // a client has one registration, which the new one takes the place of
			events = append(events, KeyRevoked{ID: k.ID, Party: c.Party, By: c.By, Reason: "registered again"})
		}
	}
	return append(events, ClientRegistered{issued, c.Client}), nil
}

// Method is how the key is to be shown.
func (c IssueKey) Method() agreement.AuthMethod {
	switch {
	case c.Pin != "":
		return agreement.MTLS
	case c.Client != (Client{}):
		return agreement.OAuth2
	}
	return agreement.APIKey
}

// credential refuses a key for what Schedule B says about it.
func (s State) credential(f Facts, c IssueKey, now time.Time) error {
	switch {
	case !f.Accepted:
		return agreement.Refuse(issue, "B", "clause B.2 does not accept %s for %s", c.Method().Label(), c.Component)
	case !c.Expires.After(now):
		return agreement.Refuse(issue, "B", "the key would expire before it is issued")
	case !f.Rotation.IsZero() && c.Expires.After(f.Rotation.After(now)):
		return agreement.Refuse(issue, "B", "clause B.3 has keys replaced at least every %s: the key may not live longer", f.Rotation.Words())
	case f.AtOnce > 0 && s.alike(c, now) >= f.AtOnce:
		return agreement.Refuse(issue, "B", "clause B.3 allows %d live keys for the same component, environment, purpose and label: revoke one first", f.AtOnce)
	case c.ID == "" || c.Digest == "" || s.Keys[c.ID].ID != "":
		return agreement.Refuse(issue, "B", "the key needs an id of its own and a digest")
	case c.Taken, c.Pin != "" && s.pinned(c.Pin): // who connects says nothing but its key, and what replaces a key is another key
		return agreement.Refuse(issue, "B", "this public key has been registered before, and a key pair stands for one credential only: make a new one")
	}
	return nil
}

// pinned reports whether a key pair was ever registered.
func (s State) pinned(pin string) bool {
	for _, k := range s.Keys {
		if k.Pin == pin {
			return true
		}
	}
	return false
}

// alike counts the party's other live keys of the same use and label.
func (s State) alike(c IssueKey, now time.Time) int {
	n := 0
	for _, k := range s.Keys {
		if k.Live(now) && k.Digest != c.Digest && k.Party == c.Party && k.Component == c.Component && k.Environment == c.Environment && k.Purpose == c.Purpose && k.Label == c.Label {
			n++
		}
	}
	return n
}

// used reports whether the party had a key for the same use that was live just before the end. Such
// a key may expire or be rotated while the agreement winds down; what it was used for goes on.
func (s State) used(c IssueKey, end time.Time) bool {
	for _, k := range s.Keys {
		same := k.Party == c.Party && k.Component == c.Component && k.Environment == c.Environment && k.Purpose == c.Purpose && k.Class == c.Class
		revoked := !k.Revoked.IsZero() && k.Revoked.Before(end)
		if same && k.Issued.Before(end) && !k.Expires.Before(end) && !revoked {
			return true
		}
	}
	return false
}

// DecideRevoke ends a key. The party that holds it may, and so may the party that provides the
// component; the other's wish needs a reason.
func (s State) DecideRevoke(c RevokeKey) ([]any, error) {
	k, ok := s.Keys[c.ID]
	switch {
	case !ok:
		return nil, agreement.Refuse(revoke, "2.1", "there is no key %q", c.ID)
	case !k.Revoked.IsZero():
		return nil, agreement.Refuse(revoke, "2.1", "key %s is already revoked", c.ID)
	case c.Party != k.Party && c.Reason == "":
		return nil, agreement.Refuse(revoke, "2.1", "key %s is %s's: the provider must give a reason to revoke it", c.ID, k.Party.Label())
	}
	return []any{KeyRevoked(c)}, nil
}

func (s *State) setKey(id string, k Key) {
	if s.Keys == nil {
		s.Keys = map[string]Key{}
	}
	s.Keys[id] = k
}
