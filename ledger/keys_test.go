package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestEd25519PublishedVectors(t *testing.T) {
	b := vectors(t, "wycheproof/ed25519_test.json")
	if b == nil {
		return
	}
	var file struct {
		NumberOfTests int
		TestGroups    []struct {
			PublicKey struct{ Pk string }
			Tests     []struct {
				TcID             int
				Comment          string
				Msg, Sig, Result string
			}
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, g := range file.TestGroups {
		pk, _ := hex.DecodeString(g.PublicKey.Pk)
		for _, c := range g.Tests {
			msg, _ := hex.DecodeString(c.Msg)
			sig, _ := hex.DecodeString(c.Sig)
			if got := PublicKey(pk).verifyRaw(msg, sig); got != (c.Result == "valid") {
				t.Errorf("%d %s: got %v, want %s", c.TcID, c.Comment, got, c.Result)
			}
			ran++
		}
	}
	if ran != file.NumberOfTests || ran < 100 {
		t.Errorf("ran %d vectors of %d", ran, file.NumberOfTests)
	}
}

func TestSignaturesKeepToTheirDomain(t *testing.T) {
	k, other := key("one"), key("two")
	sig := k.Sign(EntryDomain, []byte("message"))
	for name, holds := range map[string]bool{
		"the same":          k.Public().Verify(EntryDomain, []byte("message"), sig),
		"another domain":    !k.Public().Verify(SignatureDomain, []byte("message"), sig),
		"a split elsewhere": !k.Public().Verify("entente-entry", []byte("-v1\x00message"), sig),
		"another message":   !k.Public().Verify(EntryDomain, []byte("massage"), sig),
		"another key":       !other.Public().Verify(EntryDomain, []byte("message"), sig),
		"a short one":       !k.Public().Verify(EntryDomain, []byte("message"), sig[:63]),
		"none":              !k.Public().Verify(EntryDomain, []byte("message"), nil),
	} {
		if !holds {
			t.Error(name)
		}
	}
}

func TestPrivateKeyNeverShows(t *testing.T) {
	k := key("secret")
	seed := strings.TrimPrefix(k.RevealSeed(), seedPrefix)
	raw, _ := decodeBase64(seed, 32)
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("key", "k", k, "in", struct{ K PrivateKey }{k})
	encoded, err := json.Marshal(map[string]any{"k": k, "p": &k})
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p"} {
		logged.WriteString(fmt.Sprintf(verb, k) + fmt.Sprintf(verb, &k) + fmt.Sprintf(verb, []any{k, struct{ K *PrivateKey }{&k}}))
	}
	shown := logged.String() + string(encoded) + k.String() + k.GoString() + fmt.Sprint(fmt.Errorf("using %v", k))
	for _, secret := range []string{seed, hex.EncodeToString(raw), fmt.Sprint(raw)} {
		if strings.Contains(shown, secret) {
			t.Errorf("the secret shows: %s", shown)
		}
	}
	back, err := PrivateKeyFromSeed(k.RevealSeed() + "\n")
	if err != nil || back.Public() != k.Public() {
		t.Errorf("the seed does not read back: %v", err)
	}
}

func TestTextForms(t *testing.T) {
	k := key("text").Public()
	d := Sum([]byte("x"))
	v := LogVKey("example.org/log", k)
	w := WitnessVKey("example.org/w", k)
	for _, good := range []struct {
		text  string
		parse func(string) (fmt.Stringer, error)
	}{
		{k.String(), func(s string) (fmt.Stringer, error) { return ParsePublicKey(s) }},
		{d.String(), func(s string) (fmt.Stringer, error) { return ParseDigest(s) }},
		{v.String(), func(s string) (fmt.Stringer, error) { return ParseVKey(s) }},
		{w.String(), func(s string) (fmt.Stringer, error) { return ParseVKey(s) }},
	} {
		got, err := good.parse(good.text)
		if err != nil || got.String() != good.text {
			t.Errorf("%s reads as %v, %v", good.text, got, err)
		}
		for _, bad := range []string{"", good.text + " ", " " + good.text, good.text[1:], good.text[:len(good.text)-1], strings.ToUpper(good.text), good.text + good.text, "+", "ed25519:", "sha256:"} {
			if got, err := good.parse(bad); err == nil {
				t.Errorf("%q reads as %v", bad, got)
			}
		}
	}
	if _, err := ParseDigest("sha256:" + strings.Repeat("0", 64)); err == nil {
		t.Error("the zero digest reads")
	}
	if _, err := ParseVKey(strings.Replace(v.String(), "example.org/log", "example.org/lag", 1)); err == nil {
		t.Error("a verifier key reads whose id is not its own")
	}
}

// Under a key of small order, a signature of nothing fits some message in eight.
func TestWeakKeysAreRefused(t *testing.T) {
	blank := append([]byte{1}, make([]byte, 63)...) // R is the neutral point, S is zero
	weak := func(k PublicKey) bool {
		for m := range 200 {
			if ed25519.Verify(k[:], []byte{byte(m)}, blank) {
				return true
			}
		}
		return false
	}
	for _, y := range smallOrder {
		for _, sign := range []byte{0, 0x80} {
			b, _ := hex.DecodeString(y)
			b[31] |= sign
			k := PublicKey(b)
			if _, err := ParsePublicKey(publicPrefix + encodeBase64(k[:])); err == nil {
				t.Errorf("%x is accepted", k)
			}
			if sign == 0 && !weak(k) {
				t.Errorf("%x is on the list of weak keys and is none", k)
			}
		}
	}
	if k := key("good").Public(); k.check() != nil {
		t.Error("a good key is refused")
	}
}
