// Package passkeytest is a device with passkeys, for tests: it answers as a browser and its
// authenticator do.
package passkeytest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"entente/ledger/passkey"
)

// A Device has one passkey. What it says may be bent by changing its fields.
type Device struct {
	ID      []byte
	Flags   byte // user present and verified, unless changed
	Counter uint32
	Cross   bool // the browser says that it was asked from within another site's page
	key     crypto.Signer
}

// New makes a device whose passkey is for ES256, Ed25519 or RS256.
func New(algorithm int) *Device {
	d := &Device{ID: make([]byte, 20), Flags: 0x05}
	rand.Read(d.ID)
	var err error
	switch algorithm {
	case -7:
		d.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case -8:
		_, d.key, err = ed25519.GenerateKey(rand.Reader)
	case -257:
		d.key, err = rsa.GenerateKey(rand.Reader, 2048)
	default:
		err = fmt.Errorf("no algorithm %d", algorithm)
	}
	if err != nil {
		panic(err)
	}
	return d
}

// Key is the passkey's public half, a COSE key.
func (d *Device) Key() passkey.Key {
	switch k := d.key.Public().(type) {
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		if err != nil {
			panic(err)
		}
		return append(append(append([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32}, point[1:33]...), 0x22, 0x58, 32), point[33:]...)
	case ed25519.PublicKey:
		return append([]byte{0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 32}, k...)
	case *rsa.PublicKey:
		head := []byte{0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, 0x01, 0x00}
		return append(append(head, k.N.Bytes()...), 0x21, 0x43, 0x01, 0x00, 0x01)
	}
	panic("another key")
}

func (d *Device) client(what string, site passkey.Site, challenge []byte) []byte {
	return fmt.Appendf(nil, `{"type":%q,"challenge":%q,"origin":%q,"crossOrigin":%t}`, what, base64.RawURLEncoding.EncodeToString(challenge), site.Origin, d.Cross)
}

func (d *Device) data(site passkey.Site, flags byte) []byte {
	sum := sha256.Sum256([]byte(site.ID()))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), d.Counter)
}

// Make makes the passkey at a site.
func (d *Device) Make(site passkey.Site, challenge []byte) passkey.Made {
	data := binary.BigEndian.AppendUint16(append(d.data(site, d.Flags|0x40), make([]byte, 16)...), uint16(len(d.ID)))
	data = append(append(data, d.ID...), d.Key()...)
	object := []byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59")
	object = append(binary.BigEndian.AppendUint16(object, uint16(len(data))), data...)
	return passkey.Made{ClientData: d.client("webauthn.create", site, challenge), Attestation: object}
}

// Confirm answers a challenge.
func (d *Device) Confirm(site passkey.Site, challenge []byte) passkey.Assertion {
	return d.Say(d.data(site, d.Flags), d.client("webauthn.get", site, challenge))
}

// Say signs any authenticator data and client data, as no honest device and browser would.
func (d *Device) Say(data, client []byte) passkey.Assertion {
	a := passkey.Assertion{AuthenticatorData: data, ClientData: client}
	hashed := sha256.Sum256(client)
	message := append(append([]byte(nil), data...), hashed[:]...)
	sum := sha256.Sum256(message)
	var err error
	if _, direct := d.key.(ed25519.PrivateKey); direct {
		a.Signature, err = d.key.Sign(rand.Reader, message, crypto.Hash(0))
	} else {
		a.Signature, err = d.key.Sign(rand.Reader, sum[:], crypto.SHA256)
	}
	if err != nil {
		panic(err)
	}
	return a
}
