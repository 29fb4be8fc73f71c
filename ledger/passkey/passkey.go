// Package passkey verifies what a person has said with a passkey: that they made one for this site,
// and that they confirmed with it exactly what they were asked (W3C Web Authentication, Level 3).
//
// It needs no server: who has the key, what was asked and the three byte strings that a browser
// returned can verify them in ten years. A passkey counts only if the device has verified its user by
// finger, face or PIN, and only at the site for which it was made. What a maker of devices says about
// them (attestation) is neither asked for nor read.
package passkey

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
)

// A Site is what a passkey is bound to.
type Site struct {
	Origin string `json:"origin"` // https://node.example, with the port if it is not the scheme's own
}

// ParseSite reads the address under which people reach a node. Browsers have passkeys for https only,
// and for http at localhost.
func ParseSite(address string) (Site, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return Site{}, fmt.Errorf("%.80q is not the address of a node, such as https://entente.company.example", address)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost") {
		return Site{}, fmt.Errorf("%.80q is neither https nor http://localhost: browsers have no passkeys there", address)
	}
	return Site{Origin: u.Scheme + "://" + strings.ToLower(u.Host)}, nil
}

// ID is the relying party's id: the host.
func (s Site) ID() string {
	u, err := url.Parse(s.Origin)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// ErrInvalid means that something is not what a passkey says of what was asked; the message says what.
var ErrInvalid = errors.New("the passkey's answer does not hold")

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}

// An Assertion is what a browser returns when a person confirms something with a passkey. It is the
// whole evidence, byte for byte.
type Assertion struct {
	AuthenticatorData []byte `json:"authenticator_data"`
	ClientData        []byte `json:"client_data"` // JSON as the browser wrote it
	Signature         []byte `json:"signature"`
}

// A Made passkey is what a browser returns when a person makes one.
type Made struct {
	ClientData  []byte
	Attestation []byte // the attestation object, in CBOR
}

// A Credential is a passkey as a site keeps it: nothing of it is secret.
type Credential struct {
	ID      []byte
	Key     Key
	Counter uint32 // 0 where the device counts nothing
	Synced  bool   // the passkey is kept by a service and is on several devices
}

// most is the most bytes of anything that a browser returns.
const most = 64 << 10

// Register verifies that a passkey was made at a site in answer to a challenge.
func Register(m Made, site Site, challenge []byte) (Credential, error) {
	if err := asked(m.ClientData, "webauthn.create", site, challenge); err != nil {
		return Credential{}, err
	}
	object, rest, err := readItem(m.Attestation)
	if err != nil || len(rest) > 0 {
		return Credential{}, invalid("its attestation object cannot be read")
	}
	fields, _ := object.(items)
	data, ok := fields["authData"].([]byte)
	if !ok {
		return Credential{}, invalid("its attestation object has no authenticator data")
	}
	d, err := readData(data)
	if err != nil {
		return Credential{}, err
	}
	if err := d.confirm(site); err != nil {
		return Credential{}, err
	}
	if d.credential == nil {
		return Credential{}, invalid("it names no credential")
	}
	if _, err := d.key.public(); err != nil {
		return Credential{}, err
	}
	return Credential{d.credential, d.key, d.counter, d.flags&flagSynced != 0}, nil
}

// Verify verifies that the key's owner confirmed a challenge at a site, and returns the device's counter.
func (k Key) Verify(a Assertion, site Site, challenge []byte) (counter uint32, err error) {
	if err := asked(a.ClientData, "webauthn.get", site, challenge); err != nil {
		return 0, err
	}
	d, err := readData(a.AuthenticatorData)
	if err != nil {
		return 0, err
	}
	if err := d.confirm(site); err != nil {
		return 0, err
	}
	client := sha256.Sum256(a.ClientData)
	if err := k.check(append(bytes.Clone(a.AuthenticatorData), client[:]...), a.Signature); err != nil {
		return 0, err
	}
	return d.counter, nil
}

// asked holds what the browser says it was asked to what it should have been asked.
func asked(client []byte, what string, site Site, challenge []byte) error {
	var c struct {
		Type        string `json:"type"`
		Challenge   string `json:"challenge"`
		Origin      string `json:"origin"`
		CrossOrigin bool   `json:"crossOrigin"`
		TopOrigin   string `json:"topOrigin"`
	}
	if len(client) > most || json.Unmarshal(client, &c) != nil {
		return invalid("what the browser was asked cannot be read")
	}
	switch {
	case c.Type != what:
		return invalid("the browser was asked for %.40q, not for %q", c.Type, what)
	case c.Origin != site.Origin:
		return invalid("it was asked at %.200q, not at %q", c.Origin, site.Origin)
	case c.CrossOrigin || c.TopOrigin != "":
		return invalid("it was asked from within a page of another site")
	case len(challenge) < 16 || subtle.ConstantTimeCompare([]byte(c.Challenge), []byte(base64.RawURLEncoding.EncodeToString(challenge))) != 1:
		return invalid("it answers another question")
	}
	return nil
}

// Flags of authenticator data.
const (
	flagPresent    = 1 << 0
	flagVerified   = 1 << 2
	flagSynced     = 1 << 4
	flagCredential = 1 << 6
	flagExtensions = 1 << 7
)

// data is what the device signs.
type data struct {
	site       []byte // SHA-256 of the relying party's id
	flags      byte
	counter    uint32
	credential []byte // with key: of a passkey that was just made
	key        Key
}

const (
	shortestData = 32 + 1 + 4
	modelBytes   = 16 // the device's model
	mostID       = 1023
)

func readData(b []byte) (d data, err error) {
	if len(b) < shortestData || len(b) > most {
		return d, invalid("its authenticator data has %d bytes", len(b))
	}
	d = data{site: b[:32], flags: b[32], counter: binary.BigEndian.Uint32(b[33:37])}
	rest := b[shortestData:]
	if d.flags&flagCredential != 0 {
		if len(rest) < modelBytes+2 {
			return d, invalid("its authenticator data ends early")
		}
		size := int(binary.BigEndian.Uint16(rest[modelBytes:]))
		rest = rest[modelBytes+2:]
		if size == 0 || size > mostID || size > len(rest) {
			return d, invalid("the credential's id has %d bytes", size)
		}
		d.credential, rest = rest[:size], rest[size:]
		_, behind, err := readItem(rest)
		if err != nil {
			return d, invalid("its key cannot be read")
		}
		d.key, rest = Key(rest[:len(rest)-len(behind)]), behind
	}
	if d.flags&flagExtensions != 0 {
		if _, rest, err = readItem(rest); err != nil {
			return d, invalid("its extensions cannot be read")
		}
	}
	if len(rest) > 0 {
		return d, invalid("its authenticator data goes on after its end")
	}
	return d, nil
}

// confirm refuses what another site was told, and what nobody has confirmed on the device.
func (d data) confirm(site Site) error {
	want := sha256.Sum256([]byte(site.ID()))
	switch {
	case !bytes.Equal(d.site, want[:]):
		return invalid("it is for another site than %s", site.ID())
	case d.flags&flagPresent == 0:
		return invalid("nobody was there")
	case d.flags&flagVerified == 0:
		return invalid("the device did not verify its user")
	}
	return nil
}
