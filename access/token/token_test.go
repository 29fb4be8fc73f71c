package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"entente/tests/outside"
)

// Project Wycheproof's signatures: what it calls valid holds and the rest does not, for the algorithms
// that are read here; of any other nothing holds.
func TestWycheproof(t *testing.T) {
	raw := outside.Vectors(t, "wycheproof/json_web_signature_test.json")
	if raw == nil {
		return
	}
	var all struct {
		TestGroups []struct {
			Public, Private json.RawMessage
			Tests           []struct {
				TcID                 int `json:"tcId"`
				Comment, Jws, Result string
			}
		}
	}
	must(t, json.Unmarshal(raw, &all))
	valid, invalid := 0, 0
	for _, g := range all.TestGroups {
		keys, err := ParseKeys([]byte(`{"keys":[` + string(g.Public) + `]}`))
		if len(g.Public) == 0 {
			keys, err = ParseKeys([]byte(`{"keys":[` + string(g.Private) + `]}`))
		}
		for _, c := range g.Tests {
			j, bad := open(c.Jws)
			holds := err == nil && bad == nil && keys.signed(j)
			read := strings.Contains("RS256 PS256 ES256", j.header.Alg) && j.header.Alg != ""
			switch {
			case holds && c.Result != "valid":
				t.Errorf("%d (%s): a signature that does not hold was believed", c.TcID, c.Comment)
			case !holds && c.Result == "valid" && read && err == nil:
				t.Errorf("%d (%s): a signature that holds was not believed", c.TcID, c.Comment)
			case holds:
				valid++
			default:
				invalid++
			}
		}
	}
	if valid < 16 || invalid < 300 {
		t.Errorf("%d held and %d did not", valid, invalid)
	}
}

// A signer is an issuer with a key of one kind.
type signer struct {
	alg  string
	jwk  map[string]string
	sign func(text []byte) []byte
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func signers(t testing.TB) []signer {
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	point, err := ec.PublicKey.Bytes()
	must(t, err)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	rsaKey := map[string]string{"kty": "RSA", "n": b64(rs.N.Bytes()), "e": "AQAB"}
	return []signer{
		{"EdDSA", map[string]string{"kty": "OKP", "crv": "Ed25519", "x": b64(ed.Public().(ed25519.PublicKey))}, func(text []byte) []byte { return ed25519.Sign(ed, text) }},
		{"ES256", map[string]string{"kty": "EC", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:])}, func(text []byte) []byte {
			sum := sha256.Sum256(text)
			r, s, err := ecdsa.Sign(rand.Reader, ec, sum[:])
			must(t, err)
			return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		}},
		{"RS256", rsaKey, func(text []byte) []byte {
			sum := sha256.Sum256(text)
			b, err := rsa.SignPKCS1v15(rand.Reader, rs, crypto.SHA256, sum[:])
			must(t, err)
			return b
		}},
		{"PS256", rsaKey, func(text []byte) []byte {
			sum := sha256.Sum256(text)
			b, err := rsa.SignPSS(rand.Reader, rs, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
			must(t, err)
			return b
		}},
	}
}

func (s signer) keys(t testing.TB) *Keys {
	set, err := json.Marshal(map[string]any{"keys": []any{s.jwk}})
	must(t, err)
	keys, err := ParseKeys(set)
	must(t, err)
	return keys
}

func (s signer) token(header, payload string) string {
	text := b64([]byte(header)) + "." + b64([]byte(payload))
	return text + "." + b64(s.sign([]byte(text)))
}

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func payload(edit func(c map[string]any)) string {
	c := map[string]any{"iss": "https://id.example", "client_id": "c", "aud": "here", "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "jti": "1"}
	if edit != nil {
		edit(c)
	}
	b, _ := json.Marshal(c)
	return string(b)
}

func TestTokens(t *testing.T) {
	all := signers(t)
	for _, s := range all {
		head := fmt.Sprintf(`{"typ":"at+jwt","alg":%q}`, s.alg)
		for name, c := range map[string]struct {
			head, payload string
			at            time.Duration
			keys          *Keys
			want          bool
		}{
			"right":                     {head, payload(nil), 0, nil, true},
			"of several audiences":      {head, payload(func(c map[string]any) { c["aud"] = []string{"there", "here"} }), 0, nil, true},
			"by its long type":          {strings.Replace(head, "at+jwt", "application/at+JWT", 1), payload(nil), 0, nil, true},
			"in its last second":        {head, payload(nil), 5*time.Minute - time.Second, nil, true},
			"expired":                   {head, payload(nil), 5 * time.Minute, nil, false},
			"of an issuer a bit ahead":  {head, payload(nil), -Skew, nil, true},
			"of the future":             {head, payload(nil), -Skew - time.Second, nil, false},
			"not yet valid":             {head, payload(func(c map[string]any) { c["nbf"] = now.Add(3 * time.Minute).Unix() }), 0, nil, false},
			"too long-lived":            {head, payload(func(c map[string]any) { c["exp"] = now.Add(LongestLife + time.Second).Unix() }), 0, nil, false},
			"without an end":            {head, payload(func(c map[string]any) { delete(c, "exp") }), 0, nil, false},
			"without a beginning":       {head, payload(func(c map[string]any) { delete(c, "iat") }), 0, nil, false},
			"without a client":          {head, payload(func(c map[string]any) { delete(c, "client_id") }), 0, nil, false},
			"for another audience":      {head, payload(func(c map[string]any) { c["aud"] = "there" }), 0, nil, false},
			"for none":                  {head, payload(func(c map[string]any) { delete(c, "aud") }), 0, nil, false},
			"bound to a certificate":    {head, payload(func(c map[string]any) { c["cnf"] = map[string]string{"x5t#S256": "x"} }), 0, nil, false},
			"an identity, not a token":  {strings.Replace(head, "at+jwt", "JWT", 1), payload(nil), 0, nil, false},
			"of no type":                {fmt.Sprintf(`{"alg":%q}`, s.alg), payload(nil), 0, nil, false},
			"with an extension":         {strings.Replace(head, "{", `{"crit":["x"],`, 1), payload(nil), 0, nil, false},
			"unsigned":                  {`{"typ":"at+jwt","alg":"none"}`, payload(nil), 0, nil, false},
			"by a secret":               {`{"typ":"at+jwt","alg":"HS256"}`, payload(nil), 0, nil, false},
			"of a key that is not here": {strings.Replace(head, "{", `{"kid":"other",`, 1), payload(nil), 0, nil, false},
			"by another's key":          {head, payload(nil), 0, signers(t)[0].keys(t), false},
			"with a name twice":         {head, strings.Replace(payload(nil), "{", `{"iss":"https://other.example",`, 1), 0, nil, false},
			"with a name in capitals":   {head, strings.Replace(payload(nil), `"iss"`, `"ISS"`, 1), 0, nil, false},
		} {
			keys := c.keys
			if keys == nil {
				keys = s.keys(t)
			}
			tok, err := Parse(s.token(c.head, c.payload))
			if err == nil {
				err = tok.Verify(keys, "here", now.Add(c.at))
			}
			if (err == nil) != c.want || err != nil && err != ErrToken {
				t.Errorf("%s, %s: %v", s.alg, name, err)
			}
		}
		good := s.token(head, payload(nil))
		for _, wrong := range []string{"", ".", "..", good + ".", good[:len(good)-4], good + "\n", strings.Replace(good, ".", "=.", 1), strings.Repeat("x", MostBytes) + good} {
			if tok, err := Parse(wrong); err == nil && tok.Verify(s.keys(t), "here", now) == nil {
				t.Errorf("%s: %.40q was believed", s.alg, wrong)
			}
		}
	}
}

func TestKeySets(t *testing.T) {
	s := signers(t)
	set := func(edit func(map[string]string)) string {
		k := map[string]string{}
		for name, v := range s[1].jwk {
			k[name] = v
		}
		edit(k)
		b, _ := json.Marshal(map[string]any{"keys": []any{k}})
		return string(b)
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string]string{
		"nothing":             "",
		"no keys":             `{"keys":[]}`,
		"a secret":            set(func(k map[string]string) { k["d"] = "x" }),
		"another use":         set(func(k map[string]string) { k["use"] = "enc" }),
		"another algorithm":   set(func(k map[string]string) { k["alg"] = "RS256" }),
		"another curve":       set(func(k map[string]string) { k["crv"] = "P-384" }),
		"off the curve":       set(func(k map[string]string) { k["y"] = k["x"] }),
		"a shared secret":     `{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}`,
		"a weak key":          fmt.Sprintf(`{"keys":[{"kty":"RSA","n":%q,"e":"AQAB"}]}`, b64(small.N.Bytes())),
		"too many":            `{"keys":[` + strings.Repeat(`{},`, MostKeys) + `{}]}`,
		"more than one thing": set(func(map[string]string) {}) + "{}",
	} {
		if _, err := ParseKeys([]byte(wrong)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

// Of a set that an issuer publishes only the keys are used that could have been registered.
func TestPublishedKeySets(t *testing.T) {
	s := signers(t)[1]
	own, err := json.Marshal(s.jwk)
	must(t, err)
	tok, err := Parse(s.token(`{"typ":"at+jwt","alg":"`+s.alg+`"}`, payload(nil)))
	must(t, err)
	secret := strings.Replace(string(own), "{", `{"d":"x",`, 1)
	others := `{"kty":"EC","crv":"P-521","x":"AA","y":"AA"},{"kty":"oct","k":"c2VjcmV0"},{"kty":7},"none",{"kty":"RSA","use":"enc","n":"AQ","e":"AQAB"},`
	for name, c := range map[string]struct {
		set  string
		want bool
	}{
		"alone":                  {`{"keys":[` + string(own) + `]}`, true},
		"among others":           {`{"keys":[` + others + string(own) + `],"more":true}`, true},
		"with its secret":        {`{"keys":[` + secret + `]}`, false},
		"others only":            {`{"keys":[` + strings.TrimSuffix(others, ",") + `]}`, false},
		"nothing":                {``, false},
		"none":                   {`{"keys":[]}`, false},
		"one thing after it":     {`{"keys":[` + string(own) + `]}{}`, false},
		"a name twice":           {`{"keys":[],"keys":[` + string(own) + `]}`, false},
		"too many":               {`{"keys":[` + strings.Repeat("{},", MostPublished) + string(own) + `]}`, false},
		"too long":               {`{"keys":[` + string(own) + `]}` + strings.Repeat(" ", MostPublishedBytes), false},
		"a page that says sorry": {`<html>`, false},
	} {
		keys, err := ParsePublished([]byte(c.set))
		if got := err == nil && tok.Verify(keys, "here", now) == nil; got != c.want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// Nothing is believed but what was signed, byte for byte.
func FuzzParse(f *testing.F) {
	s := signers(f)[0]
	signed := s.token(`{"typ":"at+jwt","alg":"EdDSA"}`, payload(nil))
	f.Add(signed)
	f.Add("a.b.c")
	keys := s.keys(f)
	f.Fuzz(func(t *testing.T, text string) {
		tok, err := Parse(text)
		if err != nil {
			return
		}
		if tok.Issuer == "" || tok.Client == "" {
			t.Fatal("a token of nobody")
		}
		if tok.Verify(keys, "here", now) == nil && text != signed {
			t.Fatalf("%q is believed", text)
		}
	})
}

// A key set that is read has only keys that may verify, and reading it ends.
func FuzzKeySet(f *testing.F) {
	for _, s := range signers(f) {
		set, err := json.Marshal(map[string]any{"keys": []any{s.jwk}})
		must(f, err)
		f.Add(set)
	}
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","key_ops":["verify"],"use":"sig","alg":"PS256"},{"kty":"oct","k":"AA"}]}`))
	token, err := Parse(signers(f)[0].token(`{"typ":"at+jwt","alg":"EdDSA"}`, payload(nil)))
	must(f, err)
	f.Fuzz(func(t *testing.T, set []byte) {
		if keys, err := ParsePublished(set); err == nil && (len(keys.all) == 0 || len(keys.all) > MostPublished || token.Verify(keys, "here", now) == nil) {
			t.Fatalf("%d published keys", len(keys.all))
		}
		keys, err := ParseKeys(set)
		if err != nil {
			if len(err.Error()) > 200 {
				t.Fatalf("%d bytes of error", len(err.Error()))
			}
			return
		}
		if n := len(keys.all); n < 1 || n > MostKeys || len(set) > MostKeyBytes {
			t.Fatalf("%d keys of %d bytes", n, len(set))
		}
		for _, k := range keys.all {
			rs, is := k.public.(*rsa.PublicKey)
			if k.public == nil || len(k.algorithms) == 0 || is && (rs.N.BitLen() < 2048 || rs.E < 3) {
				t.Fatalf("%+v", k)
			}
		}
		if token.Verify(keys, "here", now) == nil {
			t.Fatal("a stranger's key vouches for a token")
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
