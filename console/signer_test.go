package console_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"slices"
	"strings"
	"testing"

	"entente/access"
	"entente/access/signature"
	"entente/agreement"
	"entente/articles/draft"
)

// question is what the forms of a page for tokens and keys have.
func question(t *testing.T, page string) string {
	for _, one := range forms(t, page) {
		if one.action == "/me/signers" {
			return one.values["question"]
		}
	}
	t.Fatal("there is no form for a key that signs")
	return ""
}

// A person adds the public key by which a program signs its requests, and removes it.
func TestAKeyThatSigns(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.enters(id, h.holder(id, agreement.A, agreement.Finance))
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	spki, err := x509.MarshalPKIXPublicKey(public)
	must(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	of := func(key string) url.Values {
		_, page := b.get("/me")
		return url.Values{"question": {question(t, page)}, "label": {"night build"}, "for": {"read"}, "days": {"30"}, "public_key": {key}}
	}
	known := func() (credentials []access.Credential) {
		c, found, err := h.store.FindCredential(t.Context(), access.SignerDigest(public))
		must(t, err)
		if found {
			credentials = append(credentials, c)
		}
		return credentials
	}
	for name, c := range map[string]struct{ key, says string }{
		"a private key": {string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})), "make a new key pair"},
		"no key":        {"none", "This is no Ed25519 public key"},
	} {
		res, body := b.post("/me/signers", of(c.key))
		accessible(t, name, body)
		if res.StatusCode != 422 || !strings.Contains(text(t, body), c.says) || strings.Contains(body, "BEGIN PRIVATE KEY-----\n") || !strings.Contains(body, "night build") || len(known()) > 0 {
			t.Errorf("%s: %d: %s", name, res.StatusCode, text(t, body))
		}
	}
	if res, _ := h.as(id, agreement.B, agreement.Technical).post("/me/signers", of(signature.Name(public))); res.StatusCode != 422 || len(known()) > 0 {
		t.Errorf("with somebody else's form: %d", res.StatusCode)
	}
	if res, body := b.post("/me/signers", of(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})))); res.StatusCode != 303 {
		t.Fatalf("%d: %s", res.StatusCode, text(t, body))
	}
	if k := known(); len(k) != 1 || !k[0].Scope.ReadOnly() || k[0].Label != "night build" || k[0].Kind != access.Signer {
		t.Fatalf("kept is %+v", k)
	}
	if res, body := b.post("/me/signers", of(signature.Name(public))); res.StatusCode != 422 || !strings.Contains(text(t, body), "stands for somebody on this node already") {
		t.Errorf("the same key again: %d: %s", res.StatusCode, text(t, body))
	}
	_, page := b.get("/me")
	accessible(t, "me", page)
	if !strings.Contains(text(t, page), "night build") {
		t.Error("the key is not listed")
	}
	if res, _ := b.post("/me/credentials/"+known()[0].ID+"/end", url.Values{}); res.StatusCode != 303 || known()[0].State(h.Now()) == "live" {
		t.Errorf("ending it: %d, %+v", res.StatusCode, known())
	}
}

// A key can be a client of the party's own issuer, whose keys are pasted, or read where it publishes them.
func TestAKeyIsAClient(t *testing.T) {
	h := newHouse(t)
	a := draft.Example(today)
	for i := range a.ScheduleB.Authentication {
		if one := &a.ScheduleB.Authentication[i]; !slices.Contains(one.Methods, agreement.OAuth2) {
			one.Methods = append(slices.Clone(one.Methods), agreement.OAuth2)
		}
	}
	id := h.signed(a)
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	public, _, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	set, err := json.Marshal(map[string]any{"keys": []any{map[string]string{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": signature.Name(public)}}})
	must(t, err)
	const issuer, published = "https://id.company.example", "https://id.company.example/keys"
	before := h.size(id)
	for i, c := range []struct {
		name, issuer, client, set, address string
		says                               string // empty where it is registered
	}{
		{"keys, and where they are", issuer, "reader", string(set), published, "one of the two"},
		{"no keys", issuer, "reader", "", "", "one of the two"},
		{"nobody's keys", "", "", string(set), "", "say who issues its tokens"},
		{"keys within the node's own network", issuer, "reader", "", "http://10.0.0.1/keys", "public addresses by https"},
		{"a set that is none", issuer, "reader", "[]", "", "strict JSON"},
		{"a private key", issuer, "reader", strings.Replace(string(set), `"kty"`, `"d":"c2VjcmV0","kty"`, 1), "", "The key set"},
		{"a set", issuer, "reader", string(set), "", ""},
		{"where it is published", issuer, "writer", "", published, ""},
	} {
		f := keyOf(10+i, "summarise", "test", "service")
		for name, value := range map[string]string{"issuer": c.issuer, "client": c.client, "jwks": c.set, "jwks_uri": c.address} {
			f.Set(name, value)
		}
		res, body := b.post(home+"/keys", f)
		switch {
		case c.says == "" && res.StatusCode == 303:
			before++
		case c.says == "" || res.StatusCode != 422 || !strings.Contains(text(t, body), c.says) || strings.Contains(body, "c2VjcmV0"):
			t.Errorf("%s: %d: %s", c.name, res.StatusCode, text(t, body))
		default:
			accessible(t, c.name, body)
		}
		if n := h.size(id); n != before {
			t.Errorf("%s: %d entries, want %d", c.name, n, before)
		}
	}
	_, page := b.get(home)
	if !strings.Contains(text(t, page), "shown as an access token of the client reader of "+issuer) || !strings.Contains(text(t, page), "client writer") {
		t.Error("the keys do not say whose they are")
	}
}
