package api_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/access/service"
	"entente/api/program"
	"entente/tests/outside"
)

// A keyed program has a key pair of its own.
type keyed struct {
	t       *testing.T
	private *ecdsa.PrivateKey
}

func newKeyed(t *testing.T) keyed {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return keyed{t, key}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (k keyed) set() json.RawMessage {
	raw, err := k.private.PublicKey.Bytes()
	must(k.t, err)
	return json.RawMessage(fmt.Sprintf(`{"keys":[{"kty":"EC","crv":"P-256","kid":"k1","x":%q,"y":%q}]}`, b64(raw[1:33]), b64(raw[33:])))
}

// signs makes an assertion, with some claims changed.
func (k keyed) signs(client string, now time.Time, change map[string]any) string {
	claims := map[string]any{"iss": client, "sub": client, "aud": "https://node.example", "jti": rand.Text(), "exp": now.Add(time.Minute).Unix()}
	typ := "JWT"
	if said, ok := change["typ"].(string); ok {
		typ = said
	}
	maps.Copy(claims, change)
	payload, err := json.Marshal(claims)
	must(k.t, err)
	text := b64(fmt.Appendf(nil, `{"alg":"ES256","kid":"k1","typ":%q}`, typ)) + "." + b64(payload)
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, k.private, sum[:])
	must(k.t, err)
	return text + "." + b64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

// certificate is one that nobody but the program itself has signed.
func (k keyed) certificate() tls.Certificate {
	t := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: monday, NotAfter: monday.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, t, t, k.private.Public(), k.private)
	must(k.t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: k.private}
}

func (k keyed) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.certificate().Certificate[0]}))
}

// An asked token is what the door says.
type asked struct {
	status int
	Token  string `json:"access_token"`
	Type   string `json:"token_type"`
	Life   int    `json:"expires_in"`
	Scope  string
	Error  string
}

// oauth is the door of a house, and a client that shows a certificate or none.
func (h *house) oauth(shows ...tls.Certificate) (at string, client *http.Client) {
	mux := http.NewServeMux()
	mux.Handle("/", h.api.Handler())
	for _, path := range program.Paths {
		mux.Handle(path, h.api.OAuth())
	}
	srv := httptest.NewUnstartedServer(mux)
	srv.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	srv.StartTLS()
	h.t.Cleanup(srv.Close)
	client = srv.Client()
	client.Transport.(*http.Transport).TLSClientConfig.Certificates = shows
	return srv.URL, client
}

func (h *house) ask(client *http.Client, at, id, secret string, form url.Values) (a asked) {
	h.t.Helper()
	r, err := http.NewRequest("POST", at+"/oauth/token", strings.NewReader(form.Encode()))
	must(h.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id != "" {
		r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	}
	res, err := client.Do(r)
	must(h.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(h.t, err)
	must(h.t, json.Unmarshal(body, &a))
	if a.status = res.StatusCode; res.Header.Get("Cache-Control") != "no-store" || secret != "" && strings.Contains(string(body), secret) {
		h.t.Errorf("it answers %v %s", res.Header, body)
	}
	return a
}

// uses calls the API with a token, and gives the status.
func uses(t *testing.T, client *http.Client, method, address, token string) int {
	t.Helper()
	r, err := http.NewRequest(method, address, nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Idempotency-Key", rand.Text())
	res, err := client.Do(r)
	must(t, err)
	must(t, res.Body.Close())
	return res.StatusCode
}

var credentials = url.Values{"grant_type": {"client_credentials"}}

func plus(form url.Values, more ...string) url.Values {
	out := maps.Clone(form)
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = []string{more[i+1]}
	}
	return out
}

type madeProgram struct {
	ID, Method, Pin string
	Secret          string `json:"client_secret"`
}

const accounts = "/api/v1/service-accounts"

func TestAProgramComesInByASecret(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	at, client := h.oauth()
	var made madeProgram
	h.ok(p.people[signatoryA], "POST", accounts, map[string]any{"label": "billing", "access": "read", "parts": []string{"usage", "ledger"}}, &made)
	if made.Method != "client_secret_basic" || made.Secret == "" {
		t.Fatalf("%+v", made)
	}
	a := h.ask(client, at, made.ID, made.Secret, credentials)
	if a.status != 200 || a.Type != "Bearer" || a.Life != 600 || a.Scope != "read ledger usage" {
		t.Fatalf("%+v", a)
	}
	ledger := at + "/api/v1/agreements/" + p.id + "/ledger/entries"
	for name, c := range map[string]struct {
		method, address string
		want            int
	}{
		"within its scope":         {"GET", ledger, 200},
		"who it is":                {"GET", at + "/api/v1/me", 200},
		"another part":             {"GET", at + "/api/v1/keys", 403},
		"making a token of it":     {"POST", at + "/api/v1/tokens", 403},
		"an agreement of nobody's": {"GET", at + "/api/v1/agreements/agr_zzzzzzzzzzzzzzzz/ledger/entries", 404},
	} {
		if got := uses(t, client, c.method, c.address, a.Token); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := uses(t, client, "GET", ledger, made.Secret); got != 401 {
		t.Errorf("the secret in place of a token: %d", got)
	}
	if got := h.ask(client, at, made.ID, made.Secret, plus(credentials, "scope", "ledger read")); got.Scope != "read ledger" || uses(t, client, "GET", at+"/api/v1/usage", got.Token) != 403 {
		t.Errorf("a smaller scope: %+v", got)
	}
	for name, c := range map[string]struct {
		id, secret string
		form       url.Values
		status     int
		code       string
	}{
		"another secret":       {made.ID, p.people[signatoryA], credentials, 401, "invalid_client"},
		"no secret":            {made.ID, "", credentials, 401, "invalid_client"},
		"another client":       {"cred_00000000", made.Secret, credentials, 401, "invalid_client"},
		"nobody":               {"", "", credentials, 401, "invalid_client"},
		"another grant":        {made.ID, made.Secret, url.Values{"grant_type": {"password"}}, 400, "unsupported_grant_type"},
		"a wider scope":        {made.ID, made.Secret, plus(credentials, "scope", "usage"), 400, "invalid_scope"},
		"a scope that is none": {made.ID, made.Secret, plus(credentials, "scope", "everything"), 400, "invalid_scope"},
		"in the form":          {"", "", plus(credentials, "client_id", made.ID, "client_secret", made.Secret), 400, "invalid_request"},
		"more than is known":   {made.ID, made.Secret, plus(credentials, "resource", "https://node.example"), 200, ""},
		"two clients":          {made.ID, made.Secret, plus(credentials, "client_id", "another"), 400, "invalid_request"},
		"in two ways":          {made.ID, made.Secret, plus(credentials, "client_assertion", "x"), 400, "invalid_request"},
	} {
		if got := h.ask(client, at, c.id, c.secret, c.form); got.status != c.status || got.Error != c.code || (got.Token != "") != (c.status == 200) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if strings.Contains(h.logs.String(), made.Secret) || strings.Contains(h.logs.String(), a.Token) {
		t.Error("the log has a secret")
	}
	h.now = h.now.Add(10 * time.Minute)
	if got := uses(t, client, "GET", ledger, a.Token); got != 401 {
		t.Errorf("after ten minutes: %d", got)
	}
	a = h.ask(client, at, made.ID, made.Secret, credentials)
	h.once(p, p.people[technicalA], "DELETE", accounts+"/"+made.ID, nil)
	if got := uses(t, client, "GET", ledger, a.Token); got != 401 {
		t.Errorf("its token, after it has ended: %d", got)
	}
	if got := h.ask(client, at, made.ID, made.Secret, credentials); got.status != 401 {
		t.Errorf("after it has ended: %+v", got)
	}
}

func TestAProgramComesInByItsKey(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	at, client := h.oauth()
	k := newKeyed(t)
	var made madeProgram
	h.ok(p.people[technicalA], "POST", accounts, map[string]any{"label": "robot", "jwks": k.set()}, &made)
	if made.Method != "private_key_jwt" || made.Secret != "" {
		t.Fatalf("%+v", made)
	}
	says := func(assertion string) asked {
		return h.ask(client, at, "", "", plus(credentials, "client_assertion", assertion, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
	}
	first := k.signs(made.ID, monday, nil)
	if a := says(first); a.status != 200 || uses(t, client, "GET", at+"/api/v1/me", a.Token) != 200 {
		t.Fatalf("%+v", a)
	}
	if a := says(k.signs(made.ID, monday, map[string]any{"aud": []string{"https://node.example/oauth/token"}})); a.status != 200 {
		t.Errorf("said to the token endpoint: %+v", a)
	}
	for name, assertion := range map[string]string{
		"the same again":              first,
		"to another server":           k.signs(made.ID, monday, map[string]any{"aud": "https://evil.example"}),
		"to two servers":              k.signs(made.ID, monday, map[string]any{"aud": []string{"https://node.example", "https://evil.example"}}),
		"by another issuer":           k.signs(made.ID, monday, map[string]any{"iss": "x"}),
		"of another client":           k.signs(made.ID, monday, map[string]any{"iss": "x", "sub": "x"}),
		"without a name of its own":   k.signs(made.ID, monday, map[string]any{"jti": ""}),
		"past":                        k.signs(made.ID, monday, map[string]any{"exp": monday.Unix()}),
		"for long":                    k.signs(made.ID, monday, map[string]any{"exp": monday.Add(time.Hour).Unix()}),
		"for ever":                    k.signs(made.ID, monday, map[string]any{"exp": nil}),
		"of the future":               k.signs(made.ID, monday, map[string]any{"nbf": monday.Add(5 * time.Minute).Unix()}),
		"by another key of this name": newKeyed(t).signs(made.ID, monday, nil),
		"an access token":             k.signs(made.ID, monday, map[string]any{"typ": "at+jwt"}),
		"nonsense":                    "a.b.c",
	} {
		if a := says(assertion); a.status != 401 || a.Error != "invalid_client" || a.Token != "" {
			t.Errorf("%s: %+v", name, a)
		}
	}
	h.refused(422, "", p.people[signatoryA], "POST", accounts, map[string]any{"label": "x", "jwks": map[string]any{"keys": []any{}}})
	h.refused(422, "", p.people[signatoryA], "POST", accounts, map[string]any{"label": "x", "jwks": k.set(), "jwks_uri": "https://a.example/keys"})
	h.refused(422, "", p.people[signatoryA], "POST", accounts, map[string]any{"label": "x", "jwks_uri": "https://10.0.0.1/keys"})
	h.refused(422, "", p.people[signatoryA], "POST", accounts, map[string]any{"label": "x", "certificate": "none"})
	h.refused(422, "", p.people[signatoryA], "POST", accounts, map[string]any{"label": "x", "expires_in": "P2Y"})
}

// A token that was given on a connection with a certificate counts on such connections alone (RFC 8705).
func TestAProgramComesInByItsCertificate(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	k := newKeyed(t)
	if h.api.Services.Asks() {
		t.Error("callers are asked for a certificate that nobody has")
	}
	var made madeProgram
	h.ok(p.people[signatoryA], "POST", accounts, map[string]any{"label": "robot", "certificate": k.pem()}, &made)
	if made.Method != "self_signed_tls_client_auth" || len(made.Pin) != 64 || !h.api.Services.Asks() {
		t.Fatalf("%+v", made)
	}
	again := service.Desk{Door: h.door, Vault: h.store, Sealer: h.api.Services.Sealer, Log: h.api.Log} // as after a restart
	if !again.Asks() {
		t.Error("it is forgotten who shows a certificate")
	}
	at, client := h.oauth(k.certificate())
	form := plus(credentials, "client_id", made.ID)
	a := h.ask(client, at, "", "", form)
	if a.status != 200 || uses(t, client, "GET", at+"/api/v1/me", a.Token) != 200 {
		t.Fatalf("%+v", a)
	}
	for name, shows := range map[string][]tls.Certificate{"no certificate": nil, "another's": {newKeyed(t).certificate()}} {
		elsewhere, other := h.oauth(shows...)
		if got := uses(t, other, "GET", elsewhere+"/api/v1/me", a.Token); got != 401 {
			t.Errorf("with %s: %d", name, got)
		}
		if got := h.ask(other, elsewhere, "", "", form); got.status != 401 {
			t.Errorf("with %s: %+v", name, got)
		}
	}
}

// Whose accounts they are, who makes them, and who sees them.
func TestWhoseProgramsTheyAre(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	h.refused(403, "7.1", p.people[financeB], "POST", accounts, map[string]any{"label": "x"})
	h.refused(403, "7.1", h.operator, "POST", accounts, map[string]any{"label": "x"})
	var made madeProgram
	h.ok(p.people[signatoryA], "POST", accounts, map[string]any{"label": "x"}, &made)
	var all struct{ Items []madeProgram }
	h.ok(p.people[technicalA], "GET", accounts, nil, &all)
	if len(all.Items) != 1 || all.Items[0].ID != made.ID || all.Items[0].Secret != "" {
		t.Errorf("they see %+v", all)
	}
	h.ok(p.people[signatoryB], "GET", accounts, nil, &all)
	if len(all.Items) != 0 {
		t.Errorf("the other party sees %+v", all)
	}
	h.refused(404, "", p.people[signatoryB], "DELETE", accounts+"/"+made.ID, nil)
	at, client := h.oauth()
	var metadata struct {
		Issuer  string
		Token   string   `json:"token_endpoint"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	res, err := client.Get(at + "/.well-known/oauth-authorization-server")
	must(t, err)
	defer res.Body.Close()
	must(t, json.NewDecoder(res.Body).Decode(&metadata))
	if metadata.Issuer != "https://node.example" || metadata.Token != "https://node.example/oauth/token" || len(metadata.Methods) != 3 {
		t.Errorf("it says of itself %+v", metadata)
	}
	for range 60 {
		h.ask(client, at, made.ID, "x", credentials)
	}
	if got := h.ask(client, at, made.ID, "x", credentials); got.status != 429 {
		t.Errorf("after 60 failures: %+v", got)
	}
	if got := h.ask(client, at, made.ID, made.Secret, credentials); got.status != 200 {
		t.Errorf("who has the secret waits for others: %+v", got)
	}
}

// An OAuth client that we have not written finds the door, and comes in.
func TestOutsideProgramsComeIn(t *testing.T) {
	node, missing := outside.Node()
	if outside.Lacking(t, slices.Concat(missing, outside.Packages("@modelcontextprotocol/sdk"), outside.Programs("chromium"))...) {
		return
	}
	h := newHouse(t)
	p := h.settle(example())
	mux := http.NewServeMux()
	mux.Handle("/", h.api.Handler())
	for _, path := range program.Paths {
		mux.Handle(path, h.api.OAuth())
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	h.api.Services.Origin = srv.URL
	h.now = time.Now() // its assertions are of the present
	k := newKeyed(t)
	private, err := x509.MarshalPKCS8PrivateKey(k.private)
	must(t, err)
	var secret, key madeProgram
	h.ok(p.people[signatoryA], "POST", accounts, map[string]any{"label": "secret", "expires_in": "P300D"}, &secret)
	h.ok(p.people[signatoryA], "POST", accounts, map[string]any{"label": "key", "jwks": k.set(), "expires_in": "P300D"}, &key)
	judged(t, node, 2, map[string]any{"at": srv.URL, "uses": srv.URL + "/api/v1/agreements/" + p.id + "/ledger/entries", "accounts": []map[string]string{
		{"id": secret.ID, "secret": secret.Secret},
		{"id": key.ID, "key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))},
	}}, "programs.mjs")
}
