package signing_test

import (
	"os"
	"strings"
	"testing"

	"entente/articles/signing"
	"entente/ledger/canonical"
)

// A statement that a passkey confirmed is read and verified as it was written, for ever: its form, what
// the passkey was asked, and how the evidence is kept.
func TestConfirmedStatementsVerifyForEver(t *testing.T) {
	b, err := os.ReadFile("testdata/confirmed.json")
	if err != nil {
		t.Fatal(err)
	}
	var s signing.SignedStatement
	if err := canonical.Decode(b, &s); err != nil {
		t.Fatal(err)
	}
	st, err := signing.Holds(s)
	if err != nil {
		t.Fatal(err)
	}
	if st.Format != "entente-signature/3" || st.Custody != "person" || st.Name != "Mara Voss" || st.Authority != signing.Authority || !strings.HasPrefix(st.Signer(), "passkey:") || st.Passkey.Origin != "http://localhost:8610" {
		t.Errorf("it says %+v", st)
	}
	for name, old := range map[string]string{"name": "Mara Voss", "manifest": `"manifest":"sha256:`, "address": `"address":"sha256:`, "time": `"date":"20`} {
		bent := s
		i := strings.Index(string(s.Statement), old) + len(old)
		bent.Statement = []byte(string(s.Statement)[:i] + string(s.Statement[i]^1) + string(s.Statement)[i+1:])
		if _, err := signing.Holds(bent); err == nil {
			t.Errorf("with another %s it holds", name)
		}
	}
}
