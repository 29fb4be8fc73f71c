package passkey_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"entente/ledger/passkey"
	"entente/ledger/passkey/passkeytest"

	"pgregory.net/rapid"
)

var (
	site      = passkey.Site{Origin: "https://node.example:8443"}
	challenge = []byte("a challenge of at least 16 bytes")
)

func TestAPasskeyIsMadeAndConfirms(t *testing.T) {
	for _, algorithm := range passkey.Algorithms {
		d := passkeytest.New(algorithm)
		d.Counter = 7
		c, err := passkey.Register(d.Make(site, challenge), site, challenge)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(c.ID, d.ID) || !bytes.Equal(c.Key, d.Key()) || c.Counter != 7 || c.Synced {
			t.Errorf("algorithm %d: it is kept as %+v", algorithm, c)
		}
		d.Counter = 8
		if counter, err := c.Key.Verify(d.Confirm(site, challenge), site, challenge); err != nil || counter != 8 {
			t.Errorf("algorithm %d: %d, %v", algorithm, counter, err)
		}
		if name := c.Key.String(); !strings.HasPrefix(name, "passkey:") || len(name) != len("passkey:")+43 || name == passkeytest.New(algorithm).Key().String() {
			t.Errorf("the key is named %s", name)
		}
	}
}

func TestWhatAPasskeyDoesNotSay(t *testing.T) {
	other := passkeytest.New(-7)
	for _, c := range []struct {
		name string
		bend func(d *passkeytest.Device, site *passkey.Site, challenge *[]byte)
		says string
	}{
		{"another question", func(_ *passkeytest.Device, _ *passkey.Site, c *[]byte) {
			*c = []byte("another challenge, as long as it")
		}, "another question"},
		{"another origin of the same host", func(_ *passkeytest.Device, s *passkey.Site, _ *[]byte) { s.Origin = "https://node.example" }, "it was asked at"},
		{"another site", func(_ *passkeytest.Device, s *passkey.Site, _ *[]byte) { s.Origin = "https://evil.example:8443" }, "it was asked at"},
		{"from within another site's page", func(d *passkeytest.Device, _ *passkey.Site, _ *[]byte) { d.Cross = true }, "page of another site"},
		{"nobody there", func(d *passkeytest.Device, _ *passkey.Site, _ *[]byte) { d.Flags = 0x04 }, "nobody was there"},
		{"a user whom the device did not verify", func(d *passkeytest.Device, _ *passkey.Site, _ *[]byte) { d.Flags = 0x01 }, "did not verify"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := passkeytest.New(-7)
			key := d.Key()
			asked, at := bytes.Clone(challenge), site
			c.bend(d, &at, &asked)
			if _, err := key.Verify(d.Confirm(at, asked), site, challenge); !errors.Is(err, passkey.ErrInvalid) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("confirming: %v", err)
			}
			if _, err := passkey.Register(d.Make(at, asked), site, challenge); !errors.Is(err, passkey.ErrInvalid) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("making: %v", err)
			}
		})
	}
	d := passkeytest.New(-7)
	if _, err := other.Key().Verify(d.Confirm(site, challenge), site, challenge); !errors.Is(err, passkey.ErrInvalid) {
		t.Errorf("another passkey: %v", err)
	}
	made, confirmed := d.Make(site, challenge), d.Confirm(site, challenge)
	if _, err := d.Key().Verify(passkey.Assertion{AuthenticatorData: confirmed.AuthenticatorData, ClientData: made.ClientData, Signature: confirmed.Signature}, site, challenge); !errors.Is(err, passkey.ErrInvalid) {
		t.Errorf("the question of a making: %v", err)
	}
	if _, err := d.Key().Verify(d.Confirm(site, challenge[:15]), site, challenge[:15]); !errors.Is(err, passkey.ErrInvalid) {
		t.Error("a short challenge was taken")
	}
}

// Whatever byte changes, in what order ever, the assertion does not hold.
func TestEachByteCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := passkeytest.New(rapid.SampledFrom([]int{-7, -8}).Draw(t, "algorithm"))
		key, a := d.Key(), d.Confirm(site, challenge)
		parts := [][]byte{a.AuthenticatorData, a.ClientData, a.Signature, key}
		part := parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")]
		at := rapid.IntRange(0, len(part)-1).Draw(t, "at")
		part[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if _, err := key.Verify(a, site, challenge); !errors.Is(err, passkey.ErrInvalid) {
			t.Fatalf("it holds with byte %d changed: %v", at, err)
		}
	})
}

func TestSites(t *testing.T) {
	for address, want := range map[string]passkey.Site{
		"https://node.example":         {Origin: "https://node.example"},
		"https://Node.example:8443/":   {Origin: "https://node.example:8443"},
		"http://localhost:8600":        {Origin: "http://localhost:8600"},
		"http://node.example":          {},
		"http://127.0.0.1:8600":        {},
		"https://node.example/entente": {},
		"https://a:b@node.example":     {},
		"node.example":                 {},
		"":                             {},
	} {
		if got, err := passkey.ParseSite(address); got != want || (err == nil) != (want != passkey.Site{}) {
			t.Errorf("%s is %v, %v", address, got, err)
		}
	}
	if id := (passkey.Site{Origin: "https://node.example:8443"}).ID(); id != "node.example" {
		t.Errorf("the id is %s", id)
	}
}

func TestNamesOfKeys(t *testing.T) {
	name := passkeytest.New(-8).Key().String()
	for text, ok := range map[string]bool{name: true, name[:50]: false, name + "A": false, name + "=": false, "ed25519:" + name[8:]: false, "passkey:": false, "": false} {
		if err := passkey.CheckName(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
	weak := append([]byte{0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 32, 1}, make([]byte, 31)...)
	if _, err := passkey.Key(weak).Verify(passkeytest.New(-8).Confirm(site, challenge), site, challenge); !errors.Is(err, passkey.ErrInvalid) || !strings.Contains(err.Error(), "anyone could sign") {
		t.Errorf("a weak key: %v", err)
	}
}

// Whatever a browser sends is read or refused, and never more.
func FuzzRegister(f *testing.F) {
	made := passkeytest.New(-7).Make(site, challenge)
	f.Add(made.Attestation)
	f.Add([]byte{0xa1, 0x68, 'a', 'u', 't', 'h', 'D', 'a', 't', 'a', 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Add(bytes.Repeat([]byte{0x81}, 1000))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := passkey.Register(passkey.Made{ClientData: made.ClientData, Attestation: b}, site, challenge)
		if err == nil && (len(c.ID) == 0 || len(c.Key) == 0) {
			t.Errorf("taken: %+v", c)
		}
		if err != nil && !errors.Is(err, passkey.ErrInvalid) {
			t.Error(err)
		}
	})
}
