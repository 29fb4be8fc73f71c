package access

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const canary = "canary-b7f3"

func random() io.Reader { return rand.NewChaCha8([32]byte{1}) }

func TestNoPrinterShowsASecret(t *testing.T) {
	secret := NewSecret(canary)
	key, err := Mint(Live, random())
	if err != nil {
		t.Fatal(err)
	}
	holder := struct {
		Open   Secret
		hidden Secret
		key    Key
		Key    Key
		Map    map[Secret]*Secret
	}{secret, secret, key, key, map[Secret]*Secret{secret: &secret}}

	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T", "%10.3s", "%p"} {
		fmt.Fprintf(&out, verb+verb+verb, secret, &secret, holder)
		fmt.Fprintf(&out, verb+verb, key, []Secret{secret})
	}
	log := slog.New(slog.NewTextHandler(&out, nil))
	log.Info(secret.String(), "s", secret, "h", holder, "k", key)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "s", secret, "h", holder)
	raw, err := json.Marshal(holder)
	out.Write(raw)
	if err != nil {
		t.Fatal(err)
	}
	xml.NewEncoder(&out).Encode(secret)
	if err := gob.NewEncoder(&out).Encode(secret); err == nil {
		t.Error("gob wrote a secret")
	}
	for _, leak := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary), key.Text().Reveal()} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q is in the output:\n%s", leak, out.String())
		}
	}
	if got := fmt.Sprint(secret); got != "[redacted]" {
		t.Errorf("got %q", got)
	}
}

func TestSecretsAreReadAndCompared(t *testing.T) {
	var s Secret
	if err := json.Unmarshal([]byte(`"`+canary+`"`), &s); err != nil || s.Reveal() != canary {
		t.Fatalf("got %q, %v", s.Reveal(), err)
	}
	if err := json.Unmarshal([]byte(`"[redacted]"`), &s); err == nil {
		t.Error("a printed copy was accepted")
	}
	if !s.Equal(NewSecret(canary)) || s.Equal(NewSecret("other")) || s.IsZero() || !(Secret{}).Equal(NewSecret("")) {
		t.Error("secrets compare wrongly")
	}
}

func TestWhatIsSealedOpensUnderItsNameOnly(t *testing.T) {
	sealer, err := NewSealer(bytes.Repeat([]byte{7}, KEKBytes), random())
	if err != nil {
		t.Fatal(err)
	}
	other, _ := NewSealer(bytes.Repeat([]byte{8}, KEKBytes), random())
	rapid.Check(t, func(t *rapid.T) {
		name, text := rapid.String().Draw(t, "name"), rapid.String().Draw(t, "text")
		sealed, err := sealer.Seal(name, NewSecret(text))
		if err != nil {
			t.Fatal(err)
		}
		if back, err := sealer.Open(name, sealed); err != nil || back.Reveal() != text {
			t.Fatalf("got %q, %v", back.Reveal(), err)
		}
		for _, wrong := range []error{
			second(sealer.Open(name+"x", sealed)), second(other.Open(name, sealed)), second(sealer.Open(name, flip(t, sealed))),
		} {
			if !errors.Is(wrong, ErrUnsealing) {
				t.Fatalf("got %v, want ErrUnsealing", wrong)
			}
		}
	})
	if strings.Contains(fmt.Sprintf("%v %+v %#v", sealer, *sealer, sealer), "7, 7") {
		t.Error("a sealer prints its key")
	}
	if _, err := NewSealer(make([]byte, 16), random()); err == nil {
		t.Error("a short key was accepted")
	}
}

func second(_ Secret, err error) error { return err }

func flip(t *rapid.T, text string) string {
	raw := []byte(text)
	raw[rapid.IntRange(0, len(raw)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 127).Draw(t, "by"))
	return string(raw)
}

func TestAMintedKeyIsReadBack(t *testing.T) {
	for _, kind := range kinds {
		key, err := Mint(kind, random())
		if err != nil {
			t.Fatal(err)
		}
		text := key.Text().Reveal()
		back, err := ParseKey(text)
		if err != nil || back.Kind() != kind || back.ID() != key.ID() || back.Digest() != key.Digest() {
			t.Errorf("%s: got %v, %v", text, back, err)
		}
		if want := sha256.Sum256([]byte("entente-api-key-v1\x00" + text)); !key.Digest().Equal(want) {
			t.Errorf("%s: digest %x, want %x", kind, key.Digest(), want)
		}
		if !strings.HasPrefix(text, "ent_"+string(kind)+"_"+key.ID()+"_") {
			t.Errorf("%s does not begin as promised", text)
		}
	}
	if _, err := Mint("root", random()); err == nil {
		t.Error("an unknown kind was minted")
	}
	if _, err := Mint(Live, strings.NewReader("short")); err == nil {
		t.Error("a key without randomness was minted")
	}
}

// One mistyped character anywhere is found without asking a database.
func TestMistypedKeysAreRefused(t *testing.T) {
	key, _ := Mint(Live, random())
	text := key.Text().Reveal()
	rapid.Check(t, func(t *rapid.T) {
		if wrong := flip(t, text); !errors.Is(parseError(wrong), ErrNotAKey) {
			t.Fatalf("%s was accepted", wrong)
		}
	})
	for _, wrong := range []string{"", "ent_", text[1:], text + "0", text[:len(text)-1], "ent_root" + text[8:], strings.ToUpper(text), " " + text, text + "\n"} {
		if !errors.Is(parseError(wrong), ErrNotAKey) {
			t.Errorf("%q was accepted", wrong)
		}
	}
}

func parseError(text string) error {
	_, err := ParseKey(text)
	return err
}

func FuzzParseKey(f *testing.F) {
	for _, kind := range kinds {
		key, _ := Mint(kind, random())
		f.Add(key.Text().Reveal())
	}
	f.Add("ent_live_00000000_")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := ParseKey(text)
		if err == nil && (key.Text().Reveal() != text || !slices.Contains(kinds, key.Kind())) {
			t.Fatalf("%q was read as %v", text, key)
		}
		if err != nil && !reflect.DeepEqual(key, Key{}) {
			t.Fatalf("%q gave an error and a key", text)
		}
	})
}

func BenchmarkParseAndDigest(b *testing.B) {
	key, _ := Mint(Live, random())
	text := key.Text().Reveal()
	b.ReportAllocs()
	for b.Loop() {
		key, _ := ParseKey(text)
		key.Digest()
	}
}
