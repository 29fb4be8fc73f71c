package pades

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// A Holder is whom a certificate names.
type Holder struct {
	Name, Title string // the person
	Party       string // the legal name of the party for which the person signs
}

// SelfIssued stands in every certificate made here.
const SelfIssued = "Self-issued by Entente: no authority has vouched for these names"

// never is the end of a certificate that has none (RFC 5280, 4.1.2.5).
var never = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// title is the attribute of a name for a person's title (X.520).
var title = asn1.ObjectIdentifier{2, 5, 4, 12}

// Certificate is an X.509 certificate of a key for signing documents, issued by the key itself. The
// same key, holder and date give the same certificate.
func Certificate(key crypto.Signer, h Holder, from time.Time) ([]byte, error) {
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, fmt.Errorf("writing the certificate: %w", err)
	}
	name := pkix.Name{CommonName: short(h.Name), Organization: []string{short(h.Party)}, OrganizationalUnit: []string{SelfIssued},
		ExtraNames: []pkix.AttributeTypeAndValue{{Type: title, Value: short(h.Title)}}}
	serial := sha256.Sum256(fmt.Appendf(public, "%s %d", h.Name, from.Unix()))
	serial[0] = serial[0]&0x7f | 0x40 // positive, and always of the same length
	cert, err := x509.CreateCertificate(nil, &x509.Certificate{SerialNumber: new(big.Int).SetBytes(serial[:16]), Subject: name, NotBefore: from.UTC().Truncate(time.Second), NotAfter: never,
		SignatureAlgorithm: x509.ECDSAWithSHA256, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment, BasicConstraintsValid: true},
		&x509.Certificate{Subject: name}, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("writing the certificate: %w", err)
	}
	return cert, nil
}

// short is a name that fits the 64 characters that X.520 allows.
func short(s string) string {
	if r := []rune(s); len(r) > 64 {
		return string(r[:63]) + "…"
	}
	return s
}
