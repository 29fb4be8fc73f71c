package gateway_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles"
	"entente/articles/compliance"
	"entente/articles/integration"
	"entente/articles/policy"
	"entente/egress"
	"entente/meter"
)

// An issuer signs access tokens.
type issuer struct {
	name string
	key  ed25519.PrivateKey
}

func newIssuer(t testing.TB, name string) issuer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	return issuer{name, key}
}

func (i issuer) keys() string {
	return fmt.Sprintf(`{"keys":[{"kty":"OKP","crv":"Ed25519","x":%q}]}`, base64.RawURLEncoding.EncodeToString(i.key.Public().(ed25519.PublicKey)))
}

// token is for five minutes from noon on.
func (i issuer) token(client, audience string) string { return i.claiming(client, audience, nil) }

// claiming is a token with more claims.
func (i issuer) claiming(client, audience string, more map[string]any) string {
	claims := map[string]any{"iss": i.name, "client_id": client, "aud": audience, "iat": noon.Unix(), "exp": noon.Add(5 * time.Minute).Unix()}
	maps.Copy(claims, more)
	payload, _ := json.Marshal(claims)
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"at+jwt","alg":"EdDSA"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload)
	return "Bearer " + text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(i.key, []byte(text)))
}

// register registers a client for a component.
func (h *house) register(i issuer, client, id, component string, e agreement.Environment) {
	digest := policy.ClientDigest(theAgreement, i.name, client)
	h.change(func(s *articles.State) {
		s.Integration.Keys[id] = integration.Key{ID: id, Digest: hex.EncodeToString(digest[:]), Party: agreement.B, Component: component, Environment: e,
			Purpose: agreement.Service, Class: agreement.CustomerData, Method: agreement.OAuth2, Issued: noon.Add(-time.Hour), Expires: noon.AddDate(0, 0, 60),
			Client: integration.Client{Issuer: i.name, ID: client, Keys: i.keys()}}
	})
}

// An access token of a registered client opens what a key would; anything that is wrong with it makes
// its caller a stranger like any other.
func TestAccessTokens(t *testing.T) {
	here := policy.Audience(theAgreement)
	var stranger map[string]any
	for _, c := range []struct {
		name   string
		given  func(h *house, i issuer)
		token  func(i issuer) string
		status int
		code   string
	}{
		{"nothing", nil, func(issuer) string { return "" }, 401, "key-invalid"},
		{"right", nil, func(i issuer) string { return i.token("c-1", here) }, 200, ""},
		{"wrong signature", nil, func(i issuer) string { return newIssuer(t, i.name).token("c-1", here) }, 401, "key-invalid"},
		{"another client of the issuer", nil, func(i issuer) string { return i.token("c-9", here) }, 401, "key-invalid"},
		{"another issuer", nil, func(issuer) string { return newIssuer(t, "https://other.example").token("c-1", here) }, 401, "key-invalid"},
		{"for another agreement", nil, func(i issuer) string { return i.token("c-1", policy.Audience("agr_bbbbbbbbbbbbbbbb")) }, 401, "key-invalid"},
		{"for no agreement", nil, func(i issuer) string { return i.token("c-1", "https://gateway.example") }, 401, "key-invalid"},
		{"expired", func(h *house, _ issuer) { h.pass(5 * time.Minute) }, func(i issuer) string { return i.token("c-1", here) }, 401, "key-invalid"},
		{"of a registration that has expired", func(h *house, _ issuer) {
			h.change(func(s *articles.State) {
				k := s.Integration.Keys["key_client"]
				k.Expires = noon
				s.Integration.Keys["key_client"] = k
			})
		}, func(i issuer) string { return i.token("c-1", here) }, 401, "key-invalid"},
		{"of a revoked registration", func(h *house, _ issuer) {
			h.change(func(s *articles.State) {
				k := s.Integration.Keys["key_client"]
				k.Revoked = noon
				s.Integration.Keys["key_client"] = k
			})
		}, func(i issuer) string { return i.token("c-1", here) }, 401, "key-invalid"},
		{"of another component", func(h *house, i issuer) {
			h.register(i, "c-2", "key_other", "assist", agreement.Production)
		}, func(i issuer) string { return i.token("c-2", here) }, 403, "wrong-component"},
		{"of another environment", func(h *house, i issuer) {
			h.register(i, "c-3", "key_test", "summarise", agreement.Test)
			h.change(func(s *articles.State) { s.Integration.Production = false })
		}, func(i issuer) string { return i.token("c-3", here) }, 200, ""},
		{"where Schedule B accepts keys only", func(h *house, _ issuer) {
			h.text(func(a *articles.Agreement) {
				a.ScheduleB.Authentication = []compliance.Authentication{{Methods: []agreement.AuthMethod{agreement.APIKey}}}
			})
		}, func(i issuer) string { return i.token("c-1", here) }, 401, "key-invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			i := newIssuer(t, "https://id.tidewater.example")
			h.register(i, "c-1", "key_client", "summarise", agreement.Production)
			if c.given != nil {
				c.given(h, i)
			}
			for range 2 { // the second time the signature is known
				r := h.call("POST", chat, c.token(i), ask(false))
				if r.StatusCode != c.status {
					t.Fatalf("%d %s", r.StatusCode, r.body)
				}
				var got map[string]any
				must(t, json.Unmarshal(r.body, &got))
				if c.code != "" && got["code"] != c.code {
					t.Errorf("%s", r.body)
				}
				if c.status != 401 || c.name == "where Schedule B accepts keys only" { // whose clause has other words
					continue
				}
				if delete(got, "instance"); stranger == nil {
					stranger = got
				}
				if d := cmp.Diff(stranger, got); d != "" {
					t.Error(d)
				}
			}
			if all := h.records(); c.status == 200 && (len(all) != 2 || all[0].Party != "b") || c.status != 200 && len(all) != 0 {
				t.Errorf("%+v", all)
			}
		})
	}
}

// What is remembered of a token ends with its registration: also in the middle of an answer.
func TestARegistrationEndsAStream(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	i := newIssuer(t, "https://id.tidewater.example")
	h.register(i, "c-1", "key_client", "summarise", agreement.Production)
	begun := make(chan bool)
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: {\"choices\":[]}\n\n")
		w.(http.Flusher).Flush()
		close(begun)
		<-r.Context().Done()
	})
	go func() {
		<-begun
		h.change(func(s *articles.State) {
			k := s.Integration.Keys["key_client"]
			k.Revoked = noon
			s.Integration.Keys["key_client"] = k
		})
	}()
	h.call("POST", chat, i.token("c-1", policy.Audience(theAgreement)), ask(true))
	if got := h.record().Outcome; got != meter.Cut {
		t.Errorf("the call ended as %s", got)
	}
}
