package compliance

import (
	"entente/agreement"
	"entente/calendar"
)

// Security is Schedule B in the agreement file.
type Security struct {
	// How data is protected on its way (clause B.1).
	Transport Transport `json:"transport"`
	// How systems prove who they are (clause B.2). A row without a component is for every component that has no row of its own.
	Authentication []Authentication `json:"authentication"`
	// How often keys and client secrets are replaced, for example P90D (clause B.3).
	KeyRotation calendar.Duration `json:"key_rotation"`
	// How many keys of a party for the same component, environment, purpose and label may live at once, so that one can take the place of another. Left out, there is no such limit.
	KeysAtOnce int `json:"keys_at_once,omitempty"`
	// Certifications that the parties hold (clause B.4).
	Certifications []Certification `json:"certifications,omitempty"`
	// How often each party assesses its security, for example P1Y (clause B.5).
	AssessmentInterval calendar.Duration `json:"assessment_interval,omitzero"`
	// What an assessment is, for example “penetration test by an independent tester”.
	Assessment string `json:"assessment,omitempty"`
	// How data is protected where it is stored (clause B.6).
	Encryption Encryption `json:"encryption,omitzero"`
	// Whom to tell of a security incident, for each party (clause B.7).
	IncidentContacts Contacts `json:"incident_contacts"`
}

// Transport is clause B.1.
type Transport struct {
	// The oldest version of TLS that the parties accept.
	Minimum TLS `json:"minimum"`
	// Only cipher suites with forward secrecy and authenticated encryption are used.
	ForwardSecrecy bool `json:"forward_secrecy,omitempty"`
	// Certificates are checked against public authorities, and calls to an invalid one fail.
	VerifyCertificates bool `json:"verify_certificates,omitempty"`
}

// TLS is a version of the protocol that protects data on its way.
type TLS string

// The versions of TLS, oldest first.
const (
	TLS10 TLS = "tls1.0"
	TLS11 TLS = "tls1.1"
	TLS12 TLS = "tls1.2"
	TLS13 TLS = "tls1.3"
)

// Values lists what a file may say.
func (TLS) Values() []string { return []string{"tls1.0", "tls1.1", "tls1.2", "tls1.3"} }

// Label is how the contract's text says it: "TLS 1.2".
func (v TLS) Label() string {
	if len(v) < len("tls") {
		return ""
	}
	return "TLS " + string(v[len("tls"):])
}

// Authentication says how a caller proves who it is.
type Authentication struct {
	// The component, by its name in clause 1.2. Left out, the row is for every component that has no row of its own.
	Component string `json:"component,omitempty"`
	// The methods that are accepted: API keys, OAuth 2.0 client credentials, or client certificates (mutual TLS).
	Methods []agreement.AuthMethod `json:"methods"`
}

// Accepts reports whether a component may be called with a method. The component's own row counts;
// without one, the row for every component.
func (s Security) Accepts(component string, m agreement.AuthMethod) bool {
	general := false
	for _, row := range s.Authentication {
		for _, have := range row.Methods {
			switch {
			case row.Component == component && have == m:
				return true
			case row.Component == "" && have == m:
				general = true
			}
		}
		if row.Component == component {
			return false
		}
	}
	return general
}

// Certification is a certificate of a party's security.
type Certification struct {
	// The standard, for example ISO/IEC 27001:2022 or SOC 2 Type II.
	Name string `json:"name"`
	// The party that holds it, or both.
	Party agreement.Responsible `json:"party,omitempty"`
	// Whether it is required. When a required certificate expires, keys for production close after the grace.
	Required bool `json:"required,omitempty"`
	// How long after a required certificate expires keys for production stay open, for example P30D.
	Grace calendar.Duration `json:"grace,omitzero"`
	// What the certificate covers.
	Scope string `json:"scope,omitempty"`
	// The last day on which the certificate that the party has today is valid.
	ValidUntil calendar.Date `json:"valid_until,omitzero"`
}

// Encryption is clause B.6.
type Encryption struct {
	// Stored data of the other party is encrypted.
	AtRest bool `json:"at_rest,omitempty"`
	// Backups that hold data of the other party are encrypted.
	Backups bool `json:"backups,omitempty"`
	// The method, for example AES-256-GCM.
	Method string `json:"method,omitempty"`
	// How encryption keys are kept, for example “in a hardware security module, apart from the data”.
	Keys string `json:"keys,omitempty"`
}

// Contacts are the people of each party whom the other tells of an incident.
type Contacts struct {
	// People of Party A, by their ids in clause 7.1.
	A []string `json:"a,omitempty"`
	// People of Party B, by their ids in clause 7.1.
	B []string `json:"b,omitempty"`
}

// Of are the contacts of a party.
func (c Contacts) Of(p agreement.Party) []string {
	if p == agreement.B {
		return c.B
	}
	return c.A
}
