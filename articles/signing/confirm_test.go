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
	s, st := kept(t, "confirmed.json")
	if st.Format != "entente-signature/3" || st.Custody != "person" || st.Name != "Mara Voss" || st.Authority != signing.Authority || !strings.HasPrefix(st.Signer(), "passkey:") || st.Passkey.Origin != "http://localhost:8610" {
		t.Errorf("it says %+v", st)
	}
	bend(t, s, map[string]string{"name": "Mara Voss", "manifest": `"manifest":"sha256:`, "address": `"address":"sha256:`, "time": `"date":"20`})
}

// A statement that a code confirmed is read and verified as it was written, for ever.
func TestMailedStatementsVerifyForEver(t *testing.T) {
	s, st := kept(t, "mailed.json")
	if st.Format != "entente-signature/4" || st.Custody != "node" || st.Name != "Mara Voss" || st.Authority != signing.Authority || st.Passkey != nil || st.Email == nil ||
		st.Email.Mailbox != "mara.voss@calluna.example" || st.Email.Consent != signing.Consent || st.Email.Nonce == "" || !strings.HasPrefix(st.Email.Address, "sha256:") {
		t.Errorf("it says %+v", st)
	}
	bend(t, s, map[string]string{"name": "Mara Voss", "manifest": `"manifest":"sha256:`, "mailbox": `"mailbox":"m`, "consent": `"consent":"I`, "letter": `"nonce":"`, "hour of the code": `"sent":"20`})
	for name, change := range map[string][2]string{
		"another form":   {"entente-signature/4", "entente-signature/3"},
		"no code":        {`"email":`, `"passkey":`},
		"a person's key": {`"custody":"node"`, `"custody":"person"`},
	} {
		bent := s
		bent.Statement = []byte(strings.Replace(string(s.Statement), change[0], change[1], 1))
		if _, err := signing.Holds(bent); err == nil || string(bent.Statement) == string(s.Statement) {
			t.Errorf("with %s it holds", name)
		}
	}
}

// kept is a statement that was signed once, and what it says.
func kept(t *testing.T, file string) (s signing.SignedStatement, st signing.Statement) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err == nil {
		err = canonical.Decode(b, &s)
	}
	if err == nil {
		st, err = signing.Holds(s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, st
}

// bend changes the byte behind each of some texts of a statement, and none of it holds.
func bend(t *testing.T, s signing.SignedStatement, all map[string]string) {
	t.Helper()
	for name, old := range all {
		bent := s
		i := strings.Index(string(s.Statement), old) + len(old)
		bent.Statement = []byte(string(s.Statement)[:i] + string(s.Statement[i]^1) + string(s.Statement)[i+1:])
		if _, err := signing.Holds(bent); err == nil {
			t.Errorf("with another %s it holds", name)
		}
	}
}
