package pades

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// A Stamp is what a time-stamp authority (RFC 3161) says: the signature was there at a time. Whether
// the authority is to be trusted is for the reader to know.
type Stamp struct {
	At        time.Time
	Authority string // as its certificate names it
}

type imprint struct {
	Algorithm pkix.AlgorithmIdentifier
	Digest    []byte
}

type stampRequest struct {
	Version int
	Imprint imprint
	CertReq bool
}

type stampResponse struct {
	Status stampStatus
	Token  asn1.RawValue `asn1:"optional"`
}

type stampStatus struct {
	Status int
}

type stampInfo struct {
	Version int
	Policy  asn1.ObjectIdentifier
	Imprint imprint
	Serial  *big.Int
	Time    time.Time `asn1:"generalized"`
}

// ErrStamp is a time stamp that does not hold.
var ErrStamp = errors.New("the time stamp does not hold")

// StampRequest is what a time-stamp authority is sent for a signature (application/timestamp-query).
func StampRequest(cms []byte) ([]byte, error) {
	m, err := readMessage(cms)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(m.signer.Signature)
	return asn1.Marshal(stampRequest{1, imprint{pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}, sum[:]}, true})
}

// Stamped is the signature with the time stamp that an authority answered with
// (application/timestamp-reply).
func Stamped(cms, response []byte) ([]byte, error) {
	var r stampResponse
	if rest, err := asn1.Unmarshal(response, &r); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("%w: the authority's answer cannot be read", ErrStamp)
	}
	if r.Status.Status > 1 || len(r.Token.FullBytes) == 0 { // granted, or granted with changes
		return nil, fmt.Errorf("%w: the authority refused with status %d", ErrStamp, r.Status.Status)
	}
	m, err := readMessage(cms)
	if err != nil {
		return nil, err
	}
	if _, err := readStamp(r.Token.FullBytes, m.signer.Signature); err != nil {
		return nil, err
	}
	set, err := asn1.MarshalWithParams([]attribute{{oidStamp, []asn1.RawValue{{FullBytes: r.Token.FullBytes}}}}, "set")
	if err != nil {
		return nil, fmt.Errorf("writing the time stamp: %w", err)
	}
	m.data.Signers[0].Unsigned = retagged(set, 1)
	return wrapped(m.data)
}

// readStamp checks that a token is of a signature.
func readStamp(token, signature []byte) (*Stamp, error) {
	m, err := readMessage(token)
	if err != nil {
		return nil, fmt.Errorf("%w: its token cannot be read", ErrStamp)
	}
	var content []byte
	var info stampInfo
	if _, err := asn1.Unmarshal(m.data.Content.Content.Bytes, &content); err != nil {
		return nil, fmt.Errorf("%w: its token cannot be read", ErrStamp)
	}
	if _, err := asn1.Unmarshal(content, &info); err != nil || !m.data.Content.Type.Equal(oidStampInfo) {
		return nil, fmt.Errorf("%w: its token cannot be read", ErrStamp)
	}
	algorithm, known := digests[m.signer.Digest.Algorithm.String()]
	if !known {
		return nil, fmt.Errorf("%w: its digest algorithm is not taken", ErrStamp)
	}
	h := algorithm.New()
	h.Write(content)
	if err := m.holds(oidStampInfo, h.Sum(nil)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStamp, err)
	}
	sum := sha256.Sum256(signature)
	if !info.Imprint.Algorithm.Algorithm.Equal(oidSHA256) || !bytes.Equal(info.Imprint.Digest, sum[:]) {
		return nil, fmt.Errorf("%w: it is of another signature", ErrStamp)
	}
	return &Stamp{info.Time.UTC(), m.cert.Subject.String()}, nil
}

// stamp is the time stamp of a signature, if it has one.
func (m message) stamp() (*Stamp, error) {
	if len(m.signer.Unsigned.Bytes) == 0 {
		return nil, nil
	}
	var all []attribute
	if _, err := asn1.UnmarshalWithParams(plainSet(m.signer.Unsigned), &all, "set"); err != nil || len(all) != 1 || !all[0].Type.Equal(oidStamp) || len(all[0].Values) != 1 {
		return nil, fmt.Errorf("%w: it cannot be read", ErrStamp)
	}
	return readStamp(all[0].Values[0].FullBytes, m.signer.Signature)
}
