package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of a set of keys.
const (
	MostKeys     = 8
	MostKeyBytes = 16 << 10

	MostPublished      = 64 // of a set that an issuer publishes
	MostPublishedBytes = 1 << 20
)

// Keys are the public keys of an issuer.
type Keys struct{ all []key }

// A key verifies with one algorithm, or with two where the kind of key knows two.
type key struct {
	id         string
	algorithms []string
	public     crypto.PublicKey
}

// ParseKeys reads a JSON Web Key Set (RFC 7517): public keys for signing, of Ed25519, P-256 or RSA
// with 2048 to 4096 bits. What it says is wrong is for whoever registers the keys.
func ParseKeys(set []byte) (*Keys, error) {
	if len(set) > MostKeyBytes {
		return nil, fmt.Errorf("a key set may have %d bytes", MostKeyBytes)
	}
	var raw struct {
		Keys []webKey `json:"keys"`
	}
	if err := json.Unmarshal(set, &raw); err != nil {
		return nil, errors.New("a key set is strict JSON: an object with a list of keys")
	}
	if len(raw.Keys) == 0 || len(raw.Keys) > MostKeys {
		return nil, fmt.Errorf("a key set has 1 to %d keys", MostKeys)
	}
	var keys Keys
	for i, k := range raw.Keys {
		parsed, err := k.parse()
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		keys.all = append(keys.all, parsed)
	}
	return &keys, nil
}

// ParsePublished reads a set that an issuer publishes for everybody: of its keys those that ParseKeys
// would take, and as RFC 7517 asks (section 5) it passes over all others.
func ParsePublished(set []byte) (*Keys, error) {
	if len(set) > MostPublishedBytes {
		return nil, fmt.Errorf("a published key set may have %d bytes", MostPublishedBytes)
	}
	var raw struct {
		Keys []jsontext.Value `json:"keys"`
	}
	if err := json.Unmarshal(set, &raw); err != nil || len(raw.Keys) > MostPublished {
		return nil, fmt.Errorf("a published key set is strict JSON: an object with a list of at most %d keys", MostPublished)
	}
	var keys Keys
	for _, one := range raw.Keys {
		var w webKey
		if json.Unmarshal(one, &w) != nil {
			continue
		}
		if parsed, err := w.parse(); err == nil {
			keys.all = append(keys.all, parsed)
		}
	}
	if len(keys.all) == 0 {
		return nil, errors.New("the published key set has no key that can be used")
	}
	return &keys, nil
}

// Know reports whether one of the keys is the one that a token names. A token that names none may be
// signed by any key, also by one that is not known.
func (s *Keys) Know(t *Token) bool { return s.know(t.jws) }

// KnowIdentity is Know for an ID token.
func (s *Keys) KnowIdentity(i *Identity) bool { return s.know(i.jws) }

// KnowAssertion is Know for an assertion.
func (s *Keys) KnowAssertion(a *Assertion) bool { return s.know(a.jws) }

func (s *Keys) know(j jws) bool {
	name := j.header.Kid
	return name != "" && slices.ContainsFunc(s.all, func(k key) bool { return k.id == name })
}

type webKey struct {
	Kty string   `json:"kty"`
	Crv string   `json:"crv"`
	Kid string   `json:"kid"`
	Use string   `json:"use"`
	Alg string   `json:"alg"`
	Ops []string `json:"key_ops"`
	X   string   `json:"x"`
	Y   string   `json:"y"`
	N   string   `json:"n"`
	E   string   `json:"e"`
	D   string   `json:"d"`
	K   string   `json:"k"`
}

func (w webKey) parse() (key, error) {
	switch {
	case w.D != "" || w.K != "":
		return key{}, errors.New("it is a secret: give the public key only, and replace this one, for it is known now")
	case w.Use != "" && w.Use != "sig", w.Ops != nil && !slices.Contains(w.Ops, "verify"):
		return key{}, errors.New("it is not for signing")
	}
	k := key{id: w.Kid}
	var err error
	switch w.Kty + " " + w.Crv {
	case "OKP Ed25519":
		k.algorithms = []string{"EdDSA", "Ed25519"}
		k.public, err = w.edwards()
	case "EC P-256":
		k.algorithms = []string{"ES256"}
		k.public, err = w.curve()
	case "RSA ":
		k.algorithms = []string{"RS256", "PS256"}
		k.public, err = w.modulus()
	default:
		return key{}, errors.New("only Ed25519, P-256 and RSA keys are read")
	}
	if err != nil {
		return key{}, errors.New("its numbers are not those of such a key")
	}
	return k, k.only(w.Alg)
}

// only narrows a key to the algorithm that its set states.
func (k *key) only(alg string) error {
	if alg == "" {
		return nil
	}
	if !slices.Contains(k.algorithms, alg) {
		return errors.New("its algorithm does not fit its kind")
	}
	k.algorithms = []string{alg}
	return nil
}

func (w webKey) edwards() (crypto.PublicKey, error) {
	x, err := decoded(w.X)
	if err != nil || len(x) != ed25519.PublicKeySize {
		return nil, ErrToken
	}
	return ed25519.PublicKey(x), nil
}

func (w webKey) curve() (crypto.PublicKey, error) {
	x, err := decoded(w.X)
	if err != nil {
		return nil, err
	}
	y, err := decoded(w.Y)
	if err != nil || len(x) != 32 || len(y) != 32 {
		return nil, ErrToken
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
}

func (w webKey) modulus() (crypto.PublicKey, error) {
	n, err := decoded(w.N)
	if err != nil {
		return nil, err
	}
	e, err := decoded(w.E)
	if err != nil || len(e) == 0 || len(e) > 4 {
		return nil, ErrToken
	}
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if bits := public.N.BitLen(); bits < 2048 || bits > 4096 || public.E < 3 || public.E%2 == 0 {
		return nil, ErrToken
	}
	return public, nil
}

// signed reports whether one of the keys signed a text. A text that names a key was signed by that one.
func (s *Keys) signed(j jws) bool {
	for _, k := range s.all {
		if (j.header.Kid == "" || j.header.Kid == k.id) && k.verifies(j.header.Alg, j.signed, j.signature) {
			return true
		}
	}
	return false
}

// verifies checks a signature. The algorithm has to be one of the key's, whatever the token says.
func (k key) verifies(algorithm string, signed, signature []byte) bool {
	if !slices.Contains(k.algorithms, algorithm) {
		return false
	}
	sum := sha256.Sum256(signed)
	switch public := k.public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(public, signed, signature)
	case *ecdsa.PublicKey:
		if len(signature) != 64 {
			return false
		}
		return ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
	case *rsa.PublicKey:
		if algorithm == "PS256" {
			return rsa.VerifyPSS(public, crypto.SHA256, sum[:], signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
		}
		return rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature) == nil
	}
	return false
}
