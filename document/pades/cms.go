package pades

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
)

// The object identifiers of CMS (RFC 5652), ESS (RFC 5035) and RFC 3161.
var (
	oidData        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCert = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidStamp       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidStampInfo   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidSHA256      = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384      = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512      = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
	oidECDSA256    = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version      int
	Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      encapsulated
	Certificates asn1.RawValue `asn1:"optional,tag:0"`
	Revocations  asn1.RawValue `asn1:"optional,tag:1"`
	Signers      []signerInfo  `asn1:"set"`
}

type encapsulated struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"optional,explicit,tag:0"`
}

type signerInfo struct {
	Version   int
	Signer    issuerAndSerial
	Digest    pkix.AlgorithmIdentifier
	Signed    asn1.RawValue `asn1:"optional,tag:0"`
	Algorithm pkix.AlgorithmIdentifier
	Signature []byte
	Unsigned  asn1.RawValue `asn1:"optional,tag:1"`
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

// essCertID names a certificate by its SHA-256, which is the default algorithm and so left out.
type essCertID struct {
	Hash []byte
}

type signingCertificate struct {
	Certs []essCertID
}

// ErrSignature is a signature that does not hold.
var ErrSignature = errors.New("the signature in the PDF does not hold")

// Sign is a detached CMS signature of what has a SHA-256 digest, as PAdES wants it (ETSI EN 319 142-1,
// baseline B-B): it names its certificate among what it signs, and no time of its own.
func Sign(digest [32]byte, key crypto.Signer, certificate []byte) ([]byte, error) {
	cert, err := x509.ParseCertificate(certificate)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate: %w", err)
	}
	hash := sha256.Sum256(certificate)
	attributes, err := signedAttributes(oidData, digest[:], hash[:])
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(attributes)
	signature, err := key.Sign(nil, sum[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	sha := pkix.AlgorithmIdentifier{Algorithm: oidSHA256}
	return wrapped(signedData{Version: 1, Digests: []pkix.AlgorithmIdentifier{sha}, Content: encapsulated{Type: oidData},
		Certificates: asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: certificate},
		Signers: []signerInfo{{Version: 1, Signer: issuerAndSerial{asn1.RawValue{FullBytes: cert.RawIssuer}, cert.SerialNumber}, Digest: sha,
			Signed: retagged(attributes, 0), Algorithm: pkix.AlgorithmIdentifier{Algorithm: oidECDSA256}, Signature: signature}}})
}

func wrapped(s signedData) ([]byte, error) {
	inner, err := asn1.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("writing the signature: %w", err)
	}
	return asn1.Marshal(contentInfo{oidSignedData, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: inner}})
}

// signedAttributes are the attributes as they are signed: a set in the order of its encoding.
func signedAttributes(content asn1.ObjectIdentifier, digest, certificate []byte) ([]byte, error) {
	var all []attribute
	for _, one := range []struct {
		kind  asn1.ObjectIdentifier
		value any
	}{{oidContentType, content}, {oidDigest, digest}, {oidSigningCert, signingCertificate{[]essCertID{{certificate}}}}} {
		b, err := asn1.Marshal(one.value)
		if err != nil {
			return nil, fmt.Errorf("writing the signature: %w", err)
		}
		all = append(all, attribute{one.kind, []asn1.RawValue{{FullBytes: b}}})
	}
	return asn1.MarshalWithParams(all, "set")
}

// retagged is a set under the tag that it has in the message. It is signed as a plain set.
func retagged(set []byte, tag int) asn1.RawValue {
	var plain asn1.RawValue
	asn1.Unmarshal(set, &plain)
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: plain.Bytes}
}

// A message is a CMS signature that was read: one signer, whose certificate is in it.
type message struct {
	data   signedData
	signer signerInfo
	cert   *x509.Certificate
	signed []attribute
}

func readMessage(b []byte) (message, error) {
	var info contentInfo
	var m message
	rest, err := asn1.Unmarshal(b, &info)
	if err == nil && len(rest) == 0 && info.Type.Equal(oidSignedData) {
		rest, err = asn1.Unmarshal(info.Content.Bytes, &m.data)
	}
	if err != nil || len(rest) > 0 || len(m.data.Signers) != 1 {
		return m, fmt.Errorf("%w: it is not a CMS signature of one signer", ErrSignature)
	}
	m.signer = m.data.Signers[0]
	certs, err := x509.ParseCertificates(m.data.Certificates.Bytes)
	if err != nil {
		return m, fmt.Errorf("%w: its certificate cannot be read", ErrSignature)
	}
	for _, c := range certs {
		if c.SerialNumber.Cmp(m.signer.Signer.Serial) == 0 && bytes.Equal(c.RawIssuer, m.signer.Signer.Issuer.FullBytes) {
			m.cert = c
		}
	}
	set := m.plainAttributes()
	if m.cert == nil || len(set) == 0 {
		return m, fmt.Errorf("%w: its certificate is missing", ErrSignature)
	}
	if rest, err := asn1.UnmarshalWithParams(set, &m.signed, "set"); err != nil || len(rest) > 0 {
		return m, fmt.Errorf("%w: what it signs cannot be read", ErrSignature)
	}
	return m, nil
}

// plainAttributes are the signed attributes as they are signed.
func (m message) plainAttributes() []byte { return plainSet(m.signer.Signed) }

// plainSet is a set that stands under another tag in the message; nothing if it is empty.
func plainSet(v asn1.RawValue) []byte {
	if len(v.Bytes) == 0 {
		return nil
	}
	b, err := asn1.Marshal(asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSet, IsCompound: true, Bytes: v.Bytes})
	if err != nil {
		return nil
	}
	return b
}

// attribute reads the one value of a signed attribute.
func (m message) attribute(kind asn1.ObjectIdentifier, into any) error {
	found := 0
	for _, a := range m.signed {
		if !a.Type.Equal(kind) || len(a.Values) != 1 {
			continue
		}
		found++
		if rest, err := asn1.Unmarshal(a.Values[0].FullBytes, into); err != nil || len(rest) > 0 {
			return fmt.Errorf("%w: what it signs cannot be read", ErrSignature)
		}
	}
	if found != 1 {
		return fmt.Errorf("%w: it does not say all that it must", ErrSignature)
	}
	return nil
}

// holds checks the signature of the attributes by the certificate, and that they are of the content.
func (m message) holds(content asn1.ObjectIdentifier, digest []byte) error {
	var kind asn1.ObjectIdentifier
	var said []byte
	if err := errors.Join(m.attribute(oidContentType, &kind), m.attribute(oidDigest, &said)); err != nil {
		return err
	}
	if !kind.Equal(content) {
		return fmt.Errorf("%w: it is of another kind of content", ErrSignature)
	}
	if !bytes.Equal(said, digest) {
		return fmt.Errorf("%w: it is of other bytes", ErrSignature)
	}
	return m.byCertificate()
}

// digests are the algorithms that are taken, by identifier.
var digests = map[string]crypto.Hash{oidSHA256.String(): crypto.SHA256, oidSHA384.String(): crypto.SHA384, oidSHA512.String(): crypto.SHA512}

func (m message) byCertificate() error {
	algorithm, known := digests[m.signer.Digest.Algorithm.String()]
	if !known {
		return fmt.Errorf("%w: its digest algorithm is not taken", ErrSignature)
	}
	h := algorithm.New()
	h.Write(m.plainAttributes())
	sum := h.Sum(nil)
	switch key := m.cert.PublicKey.(type) {
	case *ecdsa.PublicKey:
		if ecdsa.VerifyASN1(key, sum, m.signer.Signature) {
			return nil
		}
	case *rsa.PublicKey:
		if rsa.VerifyPKCS1v15(key, algorithm, sum, m.signer.Signature) == nil {
			return nil
		}
	}
	return fmt.Errorf("%w: it was not made with the key of its certificate", ErrSignature)
}
