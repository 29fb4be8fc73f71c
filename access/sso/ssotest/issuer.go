// Package ssotest is a company's sign-in for tests: it gives codes and ID tokens as OpenID Connect describes them,
// and whatever else a test wants it to say.
package ssotest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// An Issuer is a company's sign-in, as OpenID Connect describes it: it gives a code once, for the redirect address and
// the challenge that it was asked with, and an ID token to the client that knows its secret.
type Issuer struct {
	t     testing.TB
	Now   func() time.Time
	URL   string
	Roots *x509.CertPool

	mu     sync.Mutex
	key    *ecdsa.PrivateKey
	Kid    string
	asked  map[string]url.Values // by code
	Claims map[string]any        // in place of what it would say
	Meta   map[string]any        // likewise
	Alg    string
	Signer *Issuer // signs in its place; nil for none
	Hook   func()  // is called before a code is taken; nil for none
	Asked  int     // how often it has said what it is
}

// ClientID and ClientSecret are how it knows the node.
const ClientID, ClientSecret = "entente", "a secret: of +this node/"

// Start starts one that believes it is now, and lives as long as the test.
func Start(t testing.TB, now time.Time) *Issuer {
	i := &Issuer{t: t, Now: func() time.Time { return now }, asked: map[string]url.Values{}, Alg: "ES256"}
	i.Rotate("first")
	srv := httptest.NewTLSServer(i.doors())
	t.Cleanup(srv.Close)
	i.URL, i.Roots = srv.URL, x509.NewCertPool()
	i.Roots.AddCert(srv.Certificate())
	return i
}

// Plain starts one without TLS, on loopback, in the present; people visit it by a browser.
func Plain(t testing.TB) *Issuer {
	i := &Issuer{t: t, Now: time.Now, asked: map[string]url.Values{}, Alg: "ES256"}
	i.Rotate("first")
	srv := httptest.NewServer(i.doors())
	t.Cleanup(srv.Close)
	i.URL = srv.URL
	return i
}

func (i *Issuer) doors() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.says)
	mux.HandleFunc("GET /keys", i.keys)
	mux.HandleFunc("GET /authorize", i.page)
	mux.HandleFunc("POST /authorize", i.confirm)
	mux.HandleFunc("POST /token", i.token)
	return mux
}

// page is where a person says who they are: it believes everybody.
func (i *Issuer) page(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Sign in</title><link rel="icon" href="data:,"><form method="post" action="/authorize?%s"><label>Address <input name="email"></label><button>Sign in</button></form>`, html.EscapeString(r.URL.RawQuery))
}

// confirm sends a person back with a code.
func (i *Issuer) confirm(w http.ResponseWriter, r *http.Request) {
	q := i.Confirms(r.URL.String())
	i.mu.Lock()
	i.Claims = map[string]any{"email": r.PostFormValue("email")}
	i.mu.Unlock()
	http.Redirect(w, r, r.URL.Query().Get("redirect_uri")+"?"+q.Encode(), http.StatusFound)
}

// Rotate gives it another key.
func (i *Issuer) Rotate(kid string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(i.t, err)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.key, i.Kid = key, kid
}

func (i *Issuer) says(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.Asked++
	all := map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize?tenant=1", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys"}
	maps.Copy(all, i.Meta)
	json.NewEncoder(w).Encode(all)
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	raw, err := i.key.PublicKey.Bytes()
	must(i.t, err)
	json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]string{"kty": "EC", "crv": "P-256", "kid": i.Kid, "use": "sig", "x": b64(raw[1:33]), "y": b64(raw[33:])}}})
}

// Confirms is what the issuer sends back with a person who has signed in.
func (i *Issuer) Confirms(address string) url.Values {
	u, err := url.Parse(address)
	must(i.t, err)
	q := u.Query()
	i.mu.Lock()
	defer i.mu.Unlock()
	code := fmt.Sprintf("code-%d", len(i.asked))
	i.asked[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id == "" {
		id, secret = url.QueryEscape(r.PostFormValue("client_id")), url.QueryEscape(r.PostFormValue("client_secret"))
	}
	if i.Hook != nil {
		i.Hook()
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	q, known := i.asked[r.PostFormValue("code")]
	delete(i.asked, r.PostFormValue("code"))
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !known || id != url.QueryEscape(ClientID) || secret != url.QueryEscape(ClientSecret) || r.PostFormValue("redirect_uri") != q.Get("redirect_uri") || b64(challenge[:]) != q.Get("code_challenge") || q.Get("code_challenge_method") != "S256" {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	now := i.Now()
	claims := map[string]any{"iss": i.URL, "sub": "u-17", "aud": ClientID, "nonce": q.Get("nonce"), "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "email": "Mara.Voss@Calluna.example", "email_verified": true}
	maps.Copy(claims, i.Claims)
	json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": i.sign(claims)})
}

func (i *Issuer) sign(claims map[string]any) string {
	payload, err := json.Marshal(claims)
	must(i.t, err)
	if i.Signer != nil {
		return i.Signer.sign(claims)
	}
	text := b64(fmt.Appendf(nil, `{"alg":%q,"kid":%q}`, i.Alg, i.Kid)) + "." + b64(payload)
	if i.Alg == "none" {
		return text + "."
	}
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, i.key, sum[:])
	must(i.t, err)
	return text + "." + b64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
