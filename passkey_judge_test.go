package main

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"entente/articles/signing"
	"entente/articles/signing/signingtest"
	"entente/ledger/canonical"
	"entente/ledger/passkey"
	"entente/tests/outside"
)

// An outside judge of passkeys says of each confirmation, untouched or bent, what ours says.
func TestAnOutsideJudgeOfPasskeys(t *testing.T) {
	if outside.Lacking(t, append(outside.Programs("node"), outside.Packages("@simplewebauthn/server")...)...) {
		return
	}
	var plan []any
	held := 0
	for _, c := range signingtest.Cases(t) {
		var st struct {
			Passkey *signing.Confirmation `json:"passkey"`
		}
		if c.Signed.Assertion == nil || canonical.DecodeSome(c.Signed.Statement, &st) != nil || st.Passkey == nil {
			continue
		}
		asked := signingtest.Challenge(c.Signed.Statement)
		_, err := st.Passkey.Key.Verify(*c.Signed.Assertion, passkey.Site{Origin: st.Passkey.Origin}, asked)
		if err == nil {
			held++
		}
		plan = append(plan, map[string]any{"name": c.Name, "holds": err == nil, "key": st.Passkey.Key, "origin": st.Passkey.Origin,
			"challenge": base64.StdEncoding.EncodeToString(asked), "assertion": c.Signed.Assertion})
	}
	if held < 3 || len(plan)-held < 30 {
		t.Fatalf("of %d confirmations %d hold: too few to judge by", len(plan), held)
	}
	b, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	runProgram(t, nil, b, "webauthn.mjs")
}
