package signature_test

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/access/signature"

	"github.com/dunglas/httpsfv"
	"pgregory.net/rapid"
)

var now = time.Unix(1795000000, 0)

// The example of RFC 9421, appendix B.2.6: its request, its key and its signature.
func TestTheExampleOfTheStandard(t *testing.T) {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("POST /foo?param=Value&Pet=dog HTTP/1.1\r\nHost: example.com\r\nDate: Tue, 20 Apr 2021 02:07:55 GMT\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"hello\": \"world\"}")))
	if err != nil {
		t.Fatal(err)
	}
	const params = `("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`
	list, err := httpsfv.UnmarshalList([]string{params})
	if err != nil {
		t.Fatal(err)
	}
	base, err := signature.Base(r, "example.com", []string{"date", "@method", "@path", "@authority", "content-type", "content-length"}, list[0].(httpsfv.InnerList))
	if err != nil || !strings.HasSuffix(base, "\n\"@signature-params\": "+params) {
		t.Fatalf("%v\n%s", err, base)
	}
	der, _ := base64.StdEncoding.DecodeString("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		t.Fatal(err)
	}
	given, _ := base64.StdEncoding.DecodeString("wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==")
	if !ed25519.Verify(key.(ed25519.PublicKey), []byte(base), given) {
		t.Errorf("the standard's own signature does not hold over\n%s", base)
	}
}

func keyOf(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

const nonce = "0123456789abcdef"

// signed is a write as a sender signs it, and as it arrives.
func signed(t interface{ Fatal(...any) }, method, body string) *http.Request {
	r, err := http.NewRequest(method, "https://Node.Example:443/api/v1/keys?b=2&a=%20", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if method != http.MethodGet {
		r.Header.Set("Idempotency-Key", "one")
	}
	if err := signature.Sign(r, []byte(body), keyOf(1), nonce, now); err != nil {
		t.Fatal(err)
	}
	return arrived(r, body)
}

// arrived is a request as a server reads it off the wire.
func arrived(r *http.Request, body string) *http.Request {
	out := httptest.NewRequest(r.Method, r.URL.RequestURI(), strings.NewReader(body))
	out.Header, out.Host = r.Header.Clone(), r.Host
	return out
}

const authority = "node.example"

// What is signed is read, and says whose key, which nonce and until when.
func TestWhatIsSignedIsRead(t *testing.T) {
	for _, one := range []struct{ method, body string }{{"GET", ""}, {"DELETE", ""}, {"POST", `{"a":1}`}} {
		r := signed(t, one.method, one.body)
		s, err := signature.Read(r, authority, now)
		if err != nil {
			t.Errorf("%s: %v", one.method, err)
			continue
		}
		if !s.Key.Equal(keyOf(1).Public()) || s.Nonce != nonce || !s.Until.Equal(now.Add(time.Minute+signature.Skew)) || s.Covers([]byte(one.body)) != nil {
			t.Errorf("%s: %+v, %v", one.method, s, s.Covers([]byte(one.body)))
		}
		if err := s.Covers([]byte(one.body + " ")); !errors.Is(err, signature.ErrSignature) {
			t.Errorf("%s: another body: %v", one.method, err)
		}
	}
}

// Whatever is changed on the way, the signature no longer holds.
func TestWhatIsChangedIsRefused(t *testing.T) {
	input := func(r *http.Request, old, new string) {
		r.Header.Set("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), old, new, 1))
	}
	for what, change := range map[string]func(*http.Request){
		"the method":              func(r *http.Request) { r.Method = "PUT" },
		"the path":                func(r *http.Request) { r.URL.Path = "/api/v1/key" },
		"the query":               func(r *http.Request) { r.URL.RawQuery = "a=%20&b=2" },
		"another Content-Type":    func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
		"two of Content-Type":     func(r *http.Request) { r.Header.Add("Content-Type", "text/plain") },
		"another Idempotency-Key": func(r *http.Request) { r.Header.Set("Idempotency-Key", "two") },
		"no Idempotency-Key":      func(r *http.Request) { r.Header.Del("Idempotency-Key") },
		"another digest":          func(r *http.Request) { r.Header.Set("Content-Digest", "sha-256=:"+strings.Repeat("A", 43)+"=:") },
		"no digest":               func(r *http.Request) { r.Header.Del("Content-Digest") },
		"no signature":            func(r *http.Request) { r.Header.Del("Signature") },
		"a later end": func(r *http.Request) {
			input(r, fmt.Sprint("expires=", now.Unix()+60), fmt.Sprint("expires=", now.Unix()+61))
		},
		"another nonce": func(r *http.Request) { input(r, nonce, nonce+"0") },
		"another key": func(r *http.Request) {
			input(r, signature.Name(keyOf(1).Public().(ed25519.PublicKey)), signature.Name(keyOf(2).Public().(ed25519.PublicKey)))
		},
		"another use":                   func(r *http.Request) { input(r, `tag="entente"`, `tag="elsewhere"`) },
		"another algorithm":             func(r *http.Request) { input(r, `;tag=`, `;alg="hmac-sha256";tag=`) },
		"a parameter that nobody knows": func(r *http.Request) { input(r, `;tag=`, `;more=1;tag=`) },
		"a component less":              func(r *http.Request) { input(r, ` "@query"`, ``) },
		"a component more":              func(r *http.Request) { r.Header.Set("X-More", "1"); input(r, ` "@query"`, ` "@query" "x-more"`) },
		"a component that is not there": func(r *http.Request) { input(r, ` "@query"`, ` "@query" "x-more"`) },
		"a component twice":             func(r *http.Request) { input(r, ` "@query"`, ` "@query" "@query"`) },
		"a component with parameters":   func(r *http.Request) { input(r, `"@query"`, `"@query";req`) },
		"a component that nobody knows": func(r *http.Request) { input(r, ` "@query"`, ` "@query" "@status"`) },
		"two signatures of this use": func(r *http.Request) {
			r.Header.Add("Signature-Input", "b"+strings.TrimPrefix(r.Header.Get("Signature-Input"), "entente"))
		},
		"no list":       func(r *http.Request) { r.Header.Set("Signature-Input", "entente=1") },
		"no dictionary": func(r *http.Request) { r.Header.Set("Signature-Input", "(((") },
		"far too long": func(r *http.Request) {
			r.Header.Set("Signature-Input", r.Header.Get("Signature-Input")+", b="+strings.Repeat("1", 9000))
		},
		"a signature of another length": func(r *http.Request) { r.Header.Set("Signature", "entente=:AAAA:") },
		"a signature under another name": func(r *http.Request) {
			r.Header.Set("Signature", "b"+strings.TrimPrefix(r.Header.Get("Signature"), "entente"))
		},
	} {
		r := signed(t, "POST", `{"a":1}`)
		if _, err := signature.Read(r, authority, now); err != nil {
			t.Fatal(err)
		}
		change(r)
		if _, err := signature.Read(r, authority, now); !errors.Is(err, signature.ErrSignature) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := signature.Read(signed(t, "GET", ""), "other.example", now); !errors.Is(err, signature.ErrSignature) {
		t.Errorf("at another node: %v", err)
	}
}

// A signature counts for as long as it says, and not for longer than five minutes; clocks may differ by two.
func TestWhenASignatureCounts(t *testing.T) {
	for _, tt := range []struct {
		at    time.Duration
		holds bool
	}{{0, true}, {-signature.Skew, true}, {-signature.Skew - time.Second, false}, {time.Minute + signature.Skew - time.Second, true}, {time.Minute + signature.Skew, false}} {
		if _, err := signature.Read(signed(t, "GET", ""), authority, now.Add(tt.at)); (err == nil) != tt.holds {
			t.Errorf("%s after it was made: %v", tt.at, err)
		}
	}
	for _, params := range []string{"", ";created=1795000000", ";expires=1795000060", ";created=1795000000;expires=1795000000", ";created=1795000000;expires=1795000301", `;created="1795000000";expires="1795000060"`} {
		r := signed(t, "GET", "")
		text := r.Header.Get("Signature-Input")
		r.Header.Set("Signature-Input", strings.Replace(text, ";created=1795000000;expires=1795000060", params, 1))
		if _, err := signature.Read(r, authority, now); err == nil || strings.Contains(err.Error(), "not of this request") {
			t.Errorf("with %q: %v", params, err)
		}
	}
}

// Whatever is written into the fields of a signature, it is refused with a reason or holds; and nothing but what the
// key has signed holds.
func FuzzRead(f *testing.F) {
	r := signed(f, "POST", "{}")
	f.Add(r.Header.Get("Signature-Input"), r.Header.Get("Signature"), r.Header.Get("Content-Digest"))
	f.Add(`entente=("@method" "@authority");tag="entente"`, "entente=:AA==:", "sha-256=:AA==:")
	f.Fuzz(func(t *testing.T, input, sig, digest string) {
		r := signed(t, "POST", "{}")
		same := r.Header.Get("Signature") == sig && r.Header.Get("Content-Digest") == digest
		for name, value := range map[string]string{"Signature-Input": input, "Signature": sig, "Content-Digest": digest} {
			r.Header.Set(name, value)
		}
		switch _, err := signature.Read(r, authority, now); {
		case err == nil && !same && !strings.Contains(sig, strings.TrimPrefix(signed(t, "POST", "{}").Header.Get("Signature"), "entente=")):
			t.Errorf("it holds: %q, %q, %q", input, sig, digest)
		case err != nil && !errors.Is(err, signature.ErrSignature):
			t.Errorf("an error of another kind: %v", err)
		}
	})
}

// However a request looks, what Sign makes of it Read takes.
func TestEveryRequestCanBeSigned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		method := rapid.SampledFrom([]string{"GET", "POST", "PUT", "DELETE"}).Draw(t, "method")
		body := ""
		if method == "POST" || method == "PUT" {
			body = rapid.StringN(0, 200, 400).Draw(t, "body")
		}
		path := "/" + rapid.StringMatching(`([a-zA-Z0-9._~-]|%[2-7][0-9A-F]|/){0,30}`).Draw(t, "path")
		query := rapid.StringMatching(`([a-z0-9=&]|%[2-7][0-9A-F]){0,30}`).Draw(t, "query")
		r, err := http.NewRequest(method, "http://node.example:8600"+path+"?"+query, io.NopCloser(strings.NewReader(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = int64(len(body))
		if method != "GET" {
			r.Header.Set("Idempotency-Key", rapid.StringMatching(`[!-~]{1,40}`).Draw(t, "key"))
		}
		if err := signature.Sign(r, []byte(body), keyOf(3), nonce, now); err != nil {
			t.Fatal(err)
		}
		got, err := signature.Read(arrived(r, body), "node.example:8600", now)
		if err != nil || got.Covers([]byte(body)) != nil || !slices.Equal(got.Key, keyOf(3).Public().(ed25519.PublicKey)) {
			t.Fatalf("%s %s?%s: %v", method, path, query, err)
		}
	})
}
