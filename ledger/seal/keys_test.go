package seal_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"entente/ledger/canonical"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
	"entente/tests/outside"
)

func TestEd25519PublishedVectors(t *testing.T) {
	b := outside.Vectors(t, "wycheproof/ed25519_test.json")
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
			if got := seal.LogVKey("vectors", seal.PublicKey(pk)).Verify(msg, sig); got != (c.Result == "valid") {
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
	k, other := ledgertest.Key("one"), ledgertest.Key("two")
	sig := k.Sign(seal.EntryDomain, []byte("message"))
	for name, holds := range map[string]bool{
		"the same":          k.Public().Verify(seal.EntryDomain, []byte("message"), sig),
		"another domain":    !k.Public().Verify(seal.SignatureDomain, []byte("message"), sig),
		"a split elsewhere": !k.Public().Verify("entente-entry", []byte("-v1\x00message"), sig),
		"another message":   !k.Public().Verify(seal.EntryDomain, []byte("massage"), sig),
		"another key":       !other.Public().Verify(seal.EntryDomain, []byte("message"), sig),
		"a short one":       !k.Public().Verify(seal.EntryDomain, []byte("message"), sig[:63]),
		"none":              !k.Public().Verify(seal.EntryDomain, []byte("message"), nil),
	} {
		if !holds {
			t.Error(name)
		}
	}
}

func TestPrivateKeyNeverShows(t *testing.T) {
	k := ledgertest.Key("secret")
	seed := strings.TrimPrefix(k.RevealSeed(), "ed25519-seed:")
	raw, _ := canonical.DecodeBase64(seed, 32)
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("key", "k", k, "in", struct{ K seal.PrivateKey }{k})
	encoded, err := json.Marshal(map[string]any{"k": k, "p": &k})
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p"} {
		logged.WriteString(fmt.Sprintf(verb, k) + fmt.Sprintf(verb, &k) + fmt.Sprintf(verb, []any{k, struct{ K *seal.PrivateKey }{&k}}))
	}
	shown := logged.String() + string(encoded) + k.String() + k.GoString() + fmt.Sprint(fmt.Errorf("using %v", k))
	for _, secret := range []string{seed, hex.EncodeToString(raw), fmt.Sprint(raw)} {
		if strings.Contains(shown, secret) {
			t.Errorf("the secret shows: %s", shown)
		}
	}
	back, err := seal.PrivateKeyFromSeed(k.RevealSeed() + "\n")
	if err != nil || back.Public() != k.Public() {
		t.Errorf("the seed does not read back: %v", err)
	}
}

func TestTextForms(t *testing.T) {
	k := ledgertest.Key("text").Public()
	d := seal.Sum([]byte("x"))
	v := seal.LogVKey("example.org/log", k)
	w := seal.WitnessVKey("example.org/w", k)
	for _, good := range []struct {
		text  string
		parse func(string) (fmt.Stringer, error)
	}{
		{k.String(), func(s string) (fmt.Stringer, error) { return seal.ParsePublicKey(s) }},
		{d.String(), func(s string) (fmt.Stringer, error) { return seal.ParseDigest(s) }},
		{v.String(), func(s string) (fmt.Stringer, error) { return seal.ParseVKey(s) }},
		{w.String(), func(s string) (fmt.Stringer, error) { return seal.ParseVKey(s) }},
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
	if _, err := seal.ParseDigest("sha256:" + strings.Repeat("0", 64)); err == nil {
		t.Error("the zero digest reads")
	}
	if _, err := seal.ParseVKey(strings.Replace(v.String(), "example.org/log", "example.org/lag", 1)); err == nil {
		t.Error("a verifier key reads whose id is not its own")
	}
}
