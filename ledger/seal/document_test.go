package seal_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"entente/ledger/ledgertest"
	"entente/ledger/seal"
)

// The document key that belongs to a key is the same for ever: statements name it.
func TestDocumentKeysAreTheSameForEver(t *testing.T) {
	k, err := ledgertest.Key("one").DocumentKey()
	if err != nil {
		t.Fatal(err)
	}
	const want = "p256:BABafIAc2mqohgm8gWD73525jnvDhEZbuIsn0sPJn8Uzase0sX9TgGNAYVTJu+hQ4bLd/4qG6Yqd69eJCpmHrJ8="
	if got, err := seal.DocumentKeyText(k.Public()); err != nil || got != want {
		t.Errorf("got %s, want %s (%v)", got, want, err)
	}
	other, err := ledgertest.Key("two").DocumentKey()
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := seal.DocumentKeyText(other.Public()); text == want {
		t.Error("two keys have one document key")
	}
}

func TestDocumentKeysSignTheSameAlikeAndNeverShow(t *testing.T) {
	k, err := ledgertest.Key("one").DocumentKey()
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte("text"))
	sig, err := k.Sign(nil, digest[:], crypto.SHA256)
	again, err2 := k.Sign(nil, digest[:], crypto.SHA256)
	if err != nil || err2 != nil || !bytes.Equal(sig, again) || !ecdsa.VerifyASN1(k.Public().(*ecdsa.PublicKey), digest[:], sig) {
		t.Error("the signature does not hold, or changes", err, err2)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if shown := fmt.Sprintf(verb, k) + fmt.Sprintf(verb, struct{ K seal.DocumentKey }{k}); strings.Trim(shown, "{K:}[redacted]structseal.DocumentKey _ ") != "" && !strings.Contains(shown, "redacted") {
			t.Errorf("%s shows %s", verb, shown)
		}
	}
	if _, err := seal.DocumentKeyText("no key"); err == nil {
		t.Error("a text is taken for a key")
	}
}
