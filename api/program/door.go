package program

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"entente/access"
	"entente/access/service"
)

// metadataPath is where a program finds how it comes in (RFC 8414).
const metadataPath = "/.well-known/oauth-authorization-server"

// Paths are those that a Door serves.
var Paths = []string{service.TokenPath, metadataPath}

// assertionType is what client_assertion_type has to say (RFC 7523).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// mostForm is how long what a program sends may be, in bytes.
const mostForm = 32 << 10

// A Door gives access tokens to programs, as OAuth 2.0 describes it: RFC 6749 (section 4.4), RFC 7523, RFC 8414 and
// RFC 8705. All fields are needed.
type Door struct {
	Services *service.Desk
	Parts    []string // of the API: scopes, beside "read"
	Log      *slog.Logger
}

// ServeHTTP serves Paths.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range map[string]string{"Cache-Control": "no-store", "Content-Type": "application/json", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"} {
		w.Header().Set(name, value)
	}
	method := http.MethodPost
	if r.URL.Path == metadataPath {
		method = http.MethodGet
	}
	switch {
	case r.Method != method && (method != http.MethodGet || r.Method != http.MethodHead):
		w.Header().Set("Allow", method)
		d.refuse(w, http.StatusMethodNotAllowed, "invalid_request", "use "+method)
	case d.Services.Origin == "":
		d.refuse(w, http.StatusServiceUnavailable, "temporarily_unavailable", service.ErrNoOrigin.Error()+": its operator says it by --public-url")
	case method == http.MethodGet:
		d.answer(w, http.StatusOK, d.metadata())
	default:
		d.grant(w, r)
	}
}

func (d *Door) metadata() any {
	return map[string]any{
		"issuer":                                d.Services.Origin,
		"token_endpoint":                        d.Services.Origin + service.TokenPath,
		"grant_types_supported":                 []string{"client_credentials"},
		"response_types_supported":              []string{},
		"token_endpoint_auth_methods_supported": service.Methods,
		"token_endpoint_auth_signing_alg_values_supported": []string{"ES256", "EdDSA", "Ed25519", "RS256", "PS256"},
		"tls_client_certificate_bound_access_tokens":       true,
		"scopes_supported":      append([]string{"read"}, d.Parts...),
		"service_documentation": d.Services.Origin + "/api/people",
	}
}

// grant gives a token to a program that shows who it is.
func (d *Door) grant(w http.ResponseWriter, r *http.Request) {
	form, why := readForm(w, r)
	if why != "" {
		d.refuse(w, http.StatusBadRequest, "invalid_request", why)
		return
	}
	if grant := form.Get("grant_type"); grant != "client_credentials" {
		d.refuse(w, http.StatusBadRequest, "unsupported_grant_type", "grant_type is client_credentials")
		return
	}
	asked := access.Scope(form.Get("scope"))
	for _, part := range asked.Parts() {
		if !slices.Contains(d.Parts, part) {
			d.refuse(w, http.StatusBadRequest, "invalid_scope", "a scope is read, or a part of the API by its tag, as usage or ledger")
			return
		}
	}
	proof, why := proofOf(r, form)
	if why != "" {
		d.refuse(w, http.StatusBadRequest, "invalid_request", why)
		return
	}
	token, err := d.Services.Grant(r.Context(), proof, access.NewScope(asked.ReadOnly(), asked.Parts()))
	switch {
	case errors.Is(err, service.ErrTooOften):
		w.Header().Set("Retry-After", "3600")
		d.refuse(w, http.StatusTooManyRequests, "temporarily_unavailable", err.Error())
	case errors.Is(err, service.ErrClient):
		w.Header().Set("WWW-Authenticate", `Basic realm="entente"`)
		d.refuse(w, http.StatusUnauthorized, "invalid_client", service.ErrClient.Error())
	case errors.Is(err, service.ErrScope):
		d.refuse(w, http.StatusBadRequest, "invalid_scope", service.ErrScope.Error())
	case err != nil:
		d.Log.Error("giving an access token failed", "error", err)
		d.refuse(w, http.StatusInternalServerError, "server_error", "try again")
	default:
		d.answer(w, http.StatusOK, granted{token.Text.Reveal(), "Bearer", int(token.Life.Seconds()), string(token.Scope)})
	}
}

// granted is RFC 6749, section 5.1.
type granted struct {
	Token string `json:"access_token"`
	Type  string `json:"token_type"`
	Life  int    `json:"expires_in"` // seconds
	Scope string `json:"scope"`
}

// readForm reads what a program says. What it says beyond what is known is passed over, as RFC 6749 asks (section 3.2).
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, string) {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") || r.URL.RawQuery != "" {
		return nil, "send a form (application/x-www-form-urlencoded), and nothing in the address"
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	if r.ParseForm() != nil {
		return nil, "the form cannot be read, or is longer than " + strconv.Itoa(mostForm) + " bytes"
	}
	for name, values := range r.PostForm {
		if len(values) != 1 || name == "client_secret" {
			return nil, "say each thing once; a secret goes into the header Authorization"
		}
	}
	return r.PostForm, ""
}

// proofOf is by what a request shows who asks; exactly one thing (RFC 6749, section 2.3).
func proofOf(r *http.Request, form url.Values) (service.Proof, string) {
	p := service.Proof{Client: form.Get("client_id"), From: access.AddressOf(r)}
	id, secret, basic := r.BasicAuth()
	switch assertion := form.Get("client_assertion"); {
	case basic && assertion != "", len(r.Header.Values("Authorization")) > 1, len(r.Header.Values("Authorization")) == 1 && !basic:
		return p, "show who you are in one way: by the header Authorization (Basic), by client_assertion, or by a client certificate"
	case assertion != "":
		p.Assertion = assertion
		if form.Get("client_assertion_type") != assertionType {
			return p, "client_assertion_type is " + assertionType
		}
	case basic:
		id, err1 := url.QueryUnescape(id)
		secret, err2 := url.QueryUnescape(secret)
		if err1 != nil || err2 != nil || p.Client != "" && p.Client != id {
			return p, "the header Authorization cannot be read, or names another client than client_id"
		}
		p.Client, p.Secret = id, access.NewSecret(secret)
	default:
		p.Pin = access.PinOn(r)
	}
	return p, ""
}

func (d *Door) refuse(w http.ResponseWriter, status int, code, why string) {
	d.answer(w, status, map[string]string{"error": code, "error_description": why})
}

func (d *Door) answer(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		d.Log.Debug("an answer was not read", "error", err)
	}
}
