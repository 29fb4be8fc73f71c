package api_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"entente/access/signature"
	"entente/tests/outside"
)

// A signer is a program that signs what it sends.
type signer struct {
	*house
	key ed25519.PrivateKey
}

func (h *house) signer(t *testing.T) signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	return signer{h, key}
}

func (s signer) public() string { return signature.Name(s.key.Public().(ed25519.PublicKey)) }

// request is a signed request as it goes out.
func (s signer) request(method, path, body, key string) *http.Request {
	s.t.Helper()
	r, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	must(s.t, err)
	r.Host = "node.example" // as the node is known
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if method != "GET" {
		r.Header.Set("Idempotency-Key", key)
	}
	r.URL.Scheme = "https"
	must(s.t, signature.Sign(r, []byte(body), s.key, rand.Text(), s.clock()))
	r.URL.Scheme = "http"
	return r
}

func (s signer) send(r *http.Request) answer {
	s.t.Helper()
	res, err := http.DefaultClient.Do(r)
	must(s.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(s.t, err)
	return answer{res.StatusCode, res.Header, b}
}

// A program that signs its requests does what its person may, without any secret of the node; what it signed counts
// once, and only as it was signed.
func TestAProgramSignsItsRequests(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	s := h.signer(t)
	var made struct{ ID, KeyID, Person string }
	h.ok(p.people[technicalB], "POST", "/api/v1/signers", map[string]string{"public_key": s.public(), "label": "night build"}, &made)
	if made.KeyID != s.public() || made.Person != h.pseudonym(p, technicalB) {
		t.Fatalf("made %+v", made)
	}
	var me struct{ Person, Credential, Access string }
	a := s.send(s.request("GET", "/api/v1/me", "", ""))
	must(t, json.Unmarshal(a.body, &me))
	if me.Person != made.Person || me.Credential != made.ID || me.Access != "act" {
		t.Fatalf("it is %+v: %s", me, a.body)
	}
	here := s.request("GET", "/api/v1/me", "", "")
	here.Host = ""
	must(t, signature.Sign(here, nil, s.key, rand.Text(), h.clock()))
	if a := s.send(here); a.status != 200 {
		t.Errorf("on this machine, as it was asked: %d %s", a.status, a.body)
	}
	for what, change := range map[string]func(*http.Request){
		"for another node of that name, on another port":  func(r *http.Request) { r.Host = "127.0.0.1:1" },
		"for another node of that name, without its port": func(r *http.Request) { r.Host = "localhost" },
		"past a proxy on this machine":                    func(r *http.Request) { r.Header.Set("X-Forwarded-For", "127.0.0.1") },
	} {
		r := s.request("GET", "/api/v1/me", "", "")
		r.Host = r.URL.Host
		change(r)
		must(t, signature.Sign(r, nil, s.key, rand.Text(), h.clock()))
		if a := s.send(r); a.status != 401 {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
	const body = `{"component":"summarise","environment":"test","purpose":"service"}`
	write := s.request("POST", "/api/v1/keys", body, "first")
	first := s.send(write)
	again := s.send(func() *http.Request {
		w := write.Clone(t.Context())
		w.Body = io.NopCloser(strings.NewReader(body))
		return w
	}())
	if first.status != 201 || again.status != 401 || !strings.Contains(string(again.body), "it was sent before") {
		t.Errorf("once: %d %s; the same again: %d %s", first.status, first.body, again.status, again.body)
	}
	retry := s.send(s.request("POST", "/api/v1/keys", body, "first"))
	if !bytes.Equal(retry.body, first.body) || retry.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("signed anew with its Idempotency-Key: %d %s", retry.status, retry.body)
	}
	for what, change := range map[string]func(*http.Request){
		"another body": func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(body, "service", "testing", 1)))
		},
		"another key":  func(r *http.Request) { r.Header.Set("Idempotency-Key", "third") },
		"another path": func(r *http.Request) { r.URL.Path = "/api/v1/webhooks" },
		"another node": func(r *http.Request) { must(t, signature.Sign(r, []byte(body), s.key, rand.Text(), h.clock())) },
		"a time gone by": func(r *http.Request) {
			r.URL.Scheme = "https"
			must(t, signature.Sign(r, []byte(body), s.key, rand.Text(), h.clock().Add(-time.Hour)))
			r.URL.Scheme = "http"
		},
		"a key of a stranger": func(r *http.Request) {
			r.URL.Scheme = "https"
			must(t, signature.Sign(r, []byte(body), h.signer(t).key, rand.Text(), h.clock()))
			r.URL.Scheme = "http"
		},
	} {
		r := s.request("POST", "/api/v1/keys", body, "second")
		if what == "another node" {
			r.Host = "other.example"
		}
		change(r)
		if a := s.send(r); a.status != 401 || a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
	h.ok(p.people[technicalB], "DELETE", "/api/v1/credentials/"+made.ID, nil, nil)
	if a := s.send(s.request("GET", "/api/v1/me", "", "")); a.status != 401 {
		t.Errorf("after its end: %d", a.status)
	}
	h.refused(422, "", p.people[technicalB], "POST", "/api/v1/signers", map[string]string{"public_key": s.public()})
	h.refused(422, "", p.people[technicalA], "POST", "/api/v1/signers", map[string]string{"public_key": s.public()})
}

// A signer goes no further than it was made for, and no further than the token that made it; a stream that it opened
// ends with it.
func TestASignerGoesNoFurtherThanItsScope(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	s := h.signer(t)
	der, err := x509.MarshalPKIXPublicKey(s.key.Public())
	must(t, err)
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	var reading struct{ Secret string }
	h.ok(p.people[technicalB], "POST", "/api/v1/tokens", map[string]any{"access": "read"}, &reading)
	h.refused(403, "", reading.Secret, "POST", "/api/v1/signers", map[string]any{"public_key": key})
	var made struct{ ID string }
	h.ok(p.people[technicalB], "POST", "/api/v1/signers", map[string]any{"public_key": key, "access": "read", "expires_in": "P7D"}, &made)
	if a := s.send(s.request("GET", "/api/v1/keys", "", "")); a.status != 200 {
		t.Errorf("reading: %d %s", a.status, a.body)
	}
	if a := s.send(s.request("POST", "/api/v1/keys", `{"component":"summarise","environment":"test","purpose":"service"}`, "one")); a.status != 403 || !strings.Contains(string(a.body), "beyond-scope") {
		t.Errorf("writing: %d %s", a.status, a.body)
	}
	for _, wrong := range []string{"", strings.Repeat("A", 42), strings.Repeat("A", 44), strings.Replace(key, "PUBLIC", "PRIVATE", 2), key + key} {
		h.refused(422, "", p.people[technicalB], "POST", "/api/v1/signers", map[string]string{"public_key": wrong})
	}
	r := s.request("GET", "/api/v1/agreements/"+p.id+"/events", "", "")
	r.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(r)
	must(t, err)
	defer res.Body.Close()
	if res.StatusCode != 200 {
		t.Fatalf("the stream: %d", res.StatusCode)
	}
	h.ok(p.people[technicalB], "DELETE", "/api/v1/credentials/"+made.ID, nil, nil)
	if b, _ := io.ReadAll(res.Body); !strings.Contains(string(b), "entente.agreement.signed.v1") {
		t.Errorf("the stream had %s", b)
	}
}

// What a client signs that nobody here wrote is understood.
func TestAnOutsideSignerIsUnderstood(t *testing.T) {
	node, missing := outside.Node()
	missing = append(missing, append(outside.Packages("http-message-signatures"), outside.Programs("chromium")...)...)
	if outside.Lacking(t, missing...) {
		return
	}
	h := newHouse(t)
	p := h.settle(example())
	s := h.signer(t)
	h.ok(p.people[technicalB], "POST", "/api/v1/signers", map[string]string{"public_key": s.public()}, nil)
	der, err := x509.MarshalPKCS8PrivateKey(s.key)
	must(t, err)
	judged(t, node, 9, map[string]any{"node": h.url, "origin": "https://node.example", "keyid": s.public(), "now": h.clock().UnixMilli(),
		"key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))}, "signers.mjs")
}
