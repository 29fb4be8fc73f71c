package access

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

// certified is a certificate of a key by itself, in PEM, and read.
func certified(t testing.TB, key crypto.Signer) (string, *x509.Certificate) {
	t.Helper()
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), c
}

func publicPEM(t testing.TB, key crypto.Signer) string {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func made[K any](key K, err error) K {
	if err != nil {
		panic(err)
	}
	return key
}

// A certificate and its public key alone have one pin, whoever certified the key: SHA-256 over the
// SubjectPublicKeyInfo.
func TestACertificateIsItsKey(t *testing.T) {
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[Pin]bool{}
	for name, key := range map[string]crypto.Signer{
		"Ed25519": edwards, "P-256": made(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), "P-384": made(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)),
		"RSA": made(rsa.GenerateKey(rand.Reader, 2048)),
	} {
		text, c := certified(t, key)
		again, _ := certified(t, key)
		info := made(x509.MarshalPKIXPublicKey(key.Public()))
		for _, given := range []string{text, again, publicPEM(t, key), "a note before it\n" + text + again} {
			if p, err := ParsePin(given); err != nil || p != PinOf(c) || p != sha256.Sum256(info) || p.String() != fmt.Sprintf("%x", sha256.Sum256(info)) {
				t.Errorf("%s: %s, %v", name, p, err)
			}
		}
		seen[PinOf(c)] = true
	}
	if len(seen) != 4 {
		t.Errorf("four keys have %d pins", len(seen))
	}
}

func TestWhatCannotBePinned(t *testing.T) {
	text, _ := certified(t, made(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)))
	secret := made(x509.MarshalPKCS8PrivateKey(made(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))))
	private := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	curve, _ := certified(t, made(ecdsa.GenerateKey(elliptic.P224(), rand.Reader)))
	for name, c := range map[string]struct{ given, says string }{
		"nothing":                   {"", "not in PEM"},
		"no PEM":                    {"a certificate", "not in PEM"},
		"a private key":             {private, "private key"},
		"one beside the other":      {text + private, "private key"},
		"a request":                 {strings.ReplaceAll(text, "CERTIFICATE", "CERTIFICATE REQUEST"), "cannot be read"},
		"half a certificate":        {string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte{0x30, 3, 2, 1, 1}})), "cannot be read"},
		"a curve that is too small": {curve, "has to be of"},
		"too long":                  {text + strings.Repeat("\n", MostPEMBytes), "may have"},
	} {
		if p, err := ParsePin(c.given); !errors.Is(err, ErrNotAPin) || !strings.Contains(err.Error(), c.says) || p != (Pin{}) {
			t.Errorf("%s: %s, %v", name, p, err)
		}
	}
}

// No pin is found where a key's digest is looked for.
func TestAPinIsNoKey(t *testing.T) {
	if (Pin{}).Digest() == KeyDigest(Pin{}) || (Pin{1}).Digest() == (Pin{2}).Digest() {
		t.Error("two credentials have one digest")
	}
}

func FuzzParsePin(f *testing.F) {
	key := made(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	text, _ := certified(f, key)
	f.Add(text)
	f.Add(publicPEM(f, key))
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := ParsePin(text); err != nil && (p != Pin{} || !errors.Is(err, ErrNotAPin)) {
			t.Fatalf("%s, %v", p, err)
		}
	})
}
