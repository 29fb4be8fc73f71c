package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// startIssuer runs an issuer of access tokens that publishes its keys, and sets $ISSUER and
// $ISSUER_HOST: issuer.
func startIssuer(ts *testscript.TestScript, neg bool, args []string) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	ts.Check(err)
	set := fmt.Sprintf(`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":%q}]}`, base64.RawURLEncoding.EncodeToString(public))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(set)) }))
	ts.Defer(server.Close)
	ts.Setenv("ISSUER", server.URL)
	ts.Setenv("ISSUER_HOST", strings.TrimPrefix(server.URL, "http://"))
	ts.Setenv("ISSUER_KEY", base64.RawURLEncoding.EncodeToString(private.Seed()))
}

// accessToken sets a variable to a token of the story's issuer: accesstoken VAR AGREEMENT CLIENT [CUSTOMER].
func accessToken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args) > 4 {
		ts.Fatalf("usage: accesstoken VAR AGREEMENT CLIENT [CUSTOMER]")
	}
	seed, err := base64.RawURLEncoding.DecodeString(ts.Getenv("ISSUER_KEY"))
	ts.Check(err)
	claims := map[string]any{"iss": "https://id.calluna.example", "client_id": args[2], "aud": "urn:entente:" + args[1], "iat": time.Now().Unix(), "exp": time.Now().Unix() + 300}
	if len(args) == 4 {
		claims["entente_customer"] = args[3]
	}
	payload, err := json.Marshal(claims)
	ts.Check(err)
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"at+jwt","alg":"EdDSA","kid":"1"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload)
	ts.Setenv(args[0], text+"."+base64.RawURLEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(seed), []byte(text))))
}
