package seal

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"testing"

	"entente/ledger/canonical"
)

// Under a key of small order, a signature of nothing fits some message in eight.
func TestWeakKeysAreRefused(t *testing.T) {
	blank := append([]byte{1}, make([]byte, 63)...) // R is the neutral point, S is zero
	weak := func(k PublicKey) bool {
		for m := range 200 {
			if ed25519.Verify(k[:], []byte{byte(m)}, blank) {
				return true
			}
		}
		return false
	}
	for _, y := range smallOrder {
		for _, sign := range []byte{0, 0x80} {
			b, _ := hex.DecodeString(y)
			b[31] |= sign
			k := PublicKey(b)
			if _, err := ParsePublicKey(publicPrefix + canonical.EncodeBase64(k[:])); err == nil {
				t.Errorf("%x is accepted", k)
			}
			if sign == 0 && !weak(k) {
				t.Errorf("%x is on the list of weak keys and is none", k)
			}
		}
	}
	good, err := Generate(bytes.NewReader(make([]byte, 32)))
	if err != nil || good.Public().Check() != nil {
		t.Error("a good key is refused")
	}
}
