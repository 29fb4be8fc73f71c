package console_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// A key can be a client certificate: then there is no secret to show, and a private key that is typed by mistake is
// neither taken nor shown again.
func TestAKeyIsACertificate(t *testing.T) {
	h := newHouse(t)
	a := draft.Example(today)
	for i := range a.ScheduleB.Authentication {
		one := &a.ScheduleB.Authentication[i]
		if !slices.Contains(one.Methods, agreement.MTLS) {
			one.Methods = append(slices.Clone(one.Methods), agreement.MTLS)
		}
	}
	id := h.signed(a)
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	public, err := x509.MarshalPKIXPublicKey(&pair.PublicKey)
	must(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(pair)
	must(t, err)

	f := keyOf(1, "summarise", "test", "service")
	f.Set("certificate", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	before := h.size(id)
	res, body := b.post(home+"/components/summarise/keys", f)
	accessible(t, "a private key", body)
	if res.StatusCode != 422 || strings.Contains(body, "BEGIN PRIVATE KEY") || !strings.Contains(text(t, body), "make a new key pair") || h.size(id) != before {
		t.Errorf("a private key: %d: %s", res.StatusCode, text(t, body))
	}
	f = keyOf(2, "summarise", "test", "service")
	f.Set("certificate", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})))
	for range 2 { // sent twice, it is one key
		if res, body = b.post(home+"/components/summarise/keys", f); res.StatusCode != 303 || !strings.HasPrefix(res.Header.Get("Location"), home+"/components/summarise?entry=") {
			t.Fatalf("a public key: %d: %s", res.StatusCode, text(t, body))
		}
	}
	_, page := b.get(home + "/components/summarise")
	if k := h.view(id).State.Integration.Keys[theKey(h, id)]; k.Pin == "" || !strings.Contains(page, k.Pin) || h.size(id) != before+1 {
		t.Errorf("the key is %+v", k)
	}
}
