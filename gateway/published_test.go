package gateway_test

import (
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente/access/keyset"
	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/policy"
	"entente/egress"
)

// An issuer that publishes its keys replaces them without anybody registering anything: tokens of the
// new key pass, and those of a key that it has withdrawn pass no longer, though they were believed before.
func TestAnIssuerPublishesItsKeys(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	old := newIssuer(t, "https://id.tidewater.example")
	next := newIssuer(t, old.name)
	var published atomic.Pointer[string]
	var asked atomic.Int32
	publish := func(set string) { published.Store(&set) }
	publish(old.keys())
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked.Add(1); w.Write([]byte(*published.Load())) }))
	defer at.Close()
	h.gateway.KeySets = &keyset.Book{Policy: egress.Policy{Allow: []string{strings.TrimPrefix(at.URL, "http://")}}, Now: h.clock}
	digest := policy.ClientDigest(theAgreement, old.name, "c-1")
	h.change(func(s *articles.State) {
		s.Integration.Keys["key_client"] = integration.Key{ID: "key_client", Digest: hex.EncodeToString(digest[:]), Party: agreement.B, Component: "summarise",
			Environment: agreement.Production, Purpose: agreement.Service, Class: agreement.CustomerData, Method: agreement.OAuth2,
			Issued: noon.Add(-time.Hour), Expires: noon.AddDate(0, 0, 60), Client: integration.Client{Issuer: old.name, ID: "c-1", URL: at.URL}}
	})
	status := func(i issuer) int {
		return h.call("POST", chat, i.token("c-1", policy.Audience(theAgreement)), ask(false)).StatusCode
	}
	says := func(what string, i issuer, want int) {
		t.Helper()
		if got := status(i); got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	says("the key that is published", old, 200)
	says("the same token again", old, 200)
	says("a key that is not published", next, 401)
	publish(next.keys())
	h.pass(keyset.Floor)
	says("the next key", next, 200)
	says("the key that was withdrawn", old, 401)
	before := asked.Load()
	h.change(func(s *articles.State) {
		k := s.Integration.Keys["key_client"]
		k.Revoked = noon
		s.Integration.Keys["key_client"] = k
	})
	h.pass(keyset.Floor)
	says("a key that is not published, of a registration that is revoked", old, 401)
	if got := asked.Load(); got != before {
		t.Errorf("the issuer was asked %d times for a registration that is revoked", got-before)
	}
	h.change(func(s *articles.State) {
		k := s.Integration.Keys["key_client"]
		k.Revoked = time.Time{}
		s.Integration.Keys["key_client"] = k
	})
	at.Close()
	h.pass(keyset.Floor)
	says("the next key while the issuer is away", next, 200)
	if n := len(h.records()); n != 4 {
		t.Errorf("%d calls are on record, want 4", n)
	}
}
