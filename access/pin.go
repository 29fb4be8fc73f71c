package access

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// A Pin says which key pair a system proves to have when it connects by TLS: SHA-256 over the public
// key's SubjectPublicKeyInfo (RFC 5280, DER). Who certified the key, under which name and until when,
// plays no part.
type Pin [sha256.Size]byte

// MostPEMBytes is the longest text that a Pin is read from.
const MostPEMBytes = 16 << 10

// ErrNotAPin means that a text is no certificate or public key that can be pinned. What it says is
// for whoever registers it.
var ErrNotAPin = errors.New("not a certificate or a public key that can be pinned")

// ParsePin reads a certificate, or a public key alone, in PEM: of Ed25519, P-256, P-384, or RSA with
// 2048 to 4096 bits. Of a certificate with its chain, the first is meant.
func ParsePin(text string) (Pin, error) {
	if len(text) > MostPEMBytes {
		return Pin{}, fmt.Errorf("%w: it may have %d bytes", ErrNotAPin, MostPEMBytes)
	}
	if strings.Contains(text, "PRIVATE KEY-----") {
		return Pin{}, fmt.Errorf("%w: it holds a private key, which is known now; make a new key pair and give the certificate only", ErrNotAPin)
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return Pin{}, fmt.Errorf("%w: it is not in PEM (-----BEGIN CERTIFICATE-----)", ErrNotAPin)
	}
	public, key, err := publicKey(block)
	if err != nil {
		return Pin{}, fmt.Errorf("%w: its %s cannot be read", ErrNotAPin, strings.ToLower(printed(block.Type)))
	}
	if !pinnable(key) {
		return Pin{}, fmt.Errorf("%w: the key has to be of Ed25519, P-256, P-384, or RSA with 2048 to 4096 bits", ErrNotAPin)
	}
	return sha256.Sum256(public), nil
}

// publicKey returns a block's public key, as DER in its one form and read.
func publicKey(block *pem.Block) (der []byte, key any, err error) {
	switch block.Type {
	case "CERTIFICATE":
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, nil, err
		}
		return c.RawSubjectPublicKeyInfo, c.PublicKey, nil
	case "PUBLIC KEY":
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, nil, err
		}
		if der, err = x509.MarshalPKIXPublicKey(key); err == nil && !bytes.Equal(der, block.Bytes) {
			err = ErrNotAPin
		}
		return der, key, err
	}
	return nil, nil, ErrNotAPin
}

func pinnable(key any) bool {
	switch k := key.(type) {
	case ed25519.PublicKey:
		return true
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256() || k.Curve == elliptic.P384()
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048 && k.N.BitLen() <= 4096
	}
	return false
}

// printed is a type of PEM block as it may be shown.
func printed(kind string) string { return strings.Trim(fmt.Sprintf("%.40q", kind), `"`) }

// PinOf is the pin of a certificate's public key.
func PinOf(c *x509.Certificate) Pin { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

// String is the pin in hexadecimal, as openssl says it:
//
//	openssl x509 -in client.pem -pubkey -noout | openssl pkey -pubin -outform der | sha256sum
func (p Pin) String() string { return hex.EncodeToString(p[:]) }

// Digest returns what to look up, apart from the digests of keys.
func (p Pin) Digest() KeyDigest {
	return sha256.Sum256(append([]byte("entente-client-certificate-v1\x00"), p[:]...))
}

// PinOn is the pin of the client certificate that the connection of a request has shown; nil if it has shown none. TLS
// has proved that the caller has the key.
func PinOn(r *http.Request) *Pin {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return nil
	}
	p := PinOf(r.TLS.PeerCertificates[0])
	return &p
}
