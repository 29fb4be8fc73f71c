package passkey

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"

	"entente/ledger/seal"
)

// A Key is the public half of a passkey, as the device gave it: a COSE_Key (RFC 9053) for ES256, Ed25519
// or RS256.
type Key []byte

// Algorithms are the COSE numbers of what a Key can be, the best first.
var Algorithms = []int{algEd25519, algES256, algRS256}

const (
	algES256   = -7
	algEd25519 = -8
	algRS256   = -257
)

// Labels and values of COSE keys.
const (
	labelType, labelAlgorithm         = int64(1), int64(3)
	labelCurve, labelX, labelY        = int64(-1), int64(-2), int64(-3)
	labelModulus, labelExponent       = int64(-1), int64(-2)
	typeOKP, typeEC2, typeRSA         = int64(1), int64(2), int64(3)
	curveP256, curveEd25519           = int64(1), int64(6)
	shortestModulus, longestModulus   = 2048, 4096 // bits
	shortestExponent, longestExponent = 3, 1<<31 - 1
	coordinate                        = 32 // bytes
)

const namePrefix = "passkey:"

// String names the key: "passkey:" and the SHA-256 of its bytes in unpadded base64url.
func (k Key) String() string {
	sum := sha256.Sum256(k)
	return namePrefix + base64.RawURLEncoding.EncodeToString(sum[:])
}

// CheckName refuses what is not the name of a key, as String gives it.
func CheckName(name string) error {
	encoded, ok := strings.CutPrefix(name, namePrefix)
	sum, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if !ok || err != nil || len(sum) != sha256.Size {
		return fmt.Errorf("%.60q is not the name of a passkey: write passkey: and 43 letters and digits, as the signature shows it", name)
	}
	return nil
}

// public is the key for crypto: *ecdsa.PublicKey, ed25519.PublicKey or *rsa.PublicKey.
func (k Key) public() (crypto.PublicKey, error) {
	item, rest, err := readItem(k)
	fields, ok := item.(items)
	if err != nil || !ok || len(rest) > 0 {
		return nil, invalid("its key is no COSE key")
	}
	x, _ := fields[labelX].([]byte)
	switch [2]any{fields[labelType], fields[labelAlgorithm]} {
	case [2]any{typeEC2, int64(algES256)}:
		y, _ := fields[labelY].([]byte)
		if fields[labelCurve] != curveP256 || len(x) != coordinate || len(y) != coordinate {
			return nil, invalid("its key is no point of P-256")
		}
		point, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
		if err != nil {
			return nil, invalid("its key is no point of P-256")
		}
		return point, nil
	case [2]any{typeOKP, int64(algEd25519)}:
		if fields[labelCurve] != curveEd25519 || len(x) != ed25519.PublicKeySize {
			return nil, invalid("its key is none of Ed25519")
		}
		if seal.PublicKey(x).Check() != nil {
			return nil, invalid("its key is weak: anyone could sign with it")
		}
		return ed25519.PublicKey(x), nil
	case [2]any{typeRSA, int64(algRS256)}:
		return modulus(fields)
	}
	return nil, invalid("its key is for none of ES256, Ed25519 and RS256")
}

func modulus(fields items) (*rsa.PublicKey, error) {
	n, _ := fields[labelModulus].([]byte)
	e, _ := fields[labelExponent].([]byte)
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n)}
	exponent := new(big.Int).SetBytes(e)
	if bits := key.N.BitLen(); bits < shortestModulus || bits > longestModulus || !exponent.IsInt64() || exponent.Int64() < shortestExponent || exponent.Int64() > longestExponent || exponent.Bit(0) == 0 {
		return nil, invalid("its RSA key is not of %d to %d bits", shortestModulus, longestModulus)
	}
	key.E = int(exponent.Int64())
	return key, nil
}

// check verifies a signature of a message.
func (k Key) check(message, signature []byte) error {
	public, err := k.public()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(message)
	ok := false
	switch p := public.(type) {
	case *ecdsa.PublicKey:
		ok = ecdsa.VerifyASN1(p, sum[:], signature)
	case ed25519.PublicKey:
		ok = ed25519.Verify(p, message, signature)
	case *rsa.PublicKey:
		ok = rsa.VerifyPKCS1v15(p, crypto.SHA256, sum[:], signature) == nil
	}
	if !ok {
		return invalid("its signature is not by this passkey")
	}
	return nil
}
