package bundle_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/canonical"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
	"entente/ledger/tree"
)

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"b":[1,2.50,1e21,-0],"a":"\u20ac\n"}`, `"\ud83d\ude00"`, `9007199254740993`, `{"a":1,"a":2}`, `[[[]]]`, `1E400`, "\"\xff\""} {
		f.Add([]byte(s))
	}
	published, _ := filepath.Glob("../../../shared/vectors/jcs/input/*.json")
	for _, path := range published {
		if b, err := os.ReadFile(path); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		once, err := canonical.JSON(b)
		if !bytes.Equal(b, before) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			return
		}
		twice, err := canonical.JSON(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%q became %q and then %q, %v", b, once, twice, err)
		}
		var v any
		if err := canonical.Decode(once, &v); err != nil {
			t.Fatalf("%q does not decode: %v", once, err)
		}
		if again, err := canonical.Marshal(v); err != nil || !bytes.Equal(again, once) {
			t.Fatalf("%q marshals as %q, %v", once, again, err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	for _, leaf := range ledgertest.Sample(f, 3).Entries {
		f.Add([]byte(leaf))
		f.Add(bytes.Replace(leaf, []byte(`"v":1`), []byte(`"v":1.0`), 1))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ledger.Open(b)
		if err != nil {
			return
		}
		if raw, err := canonical.Marshal(s.Entry); err != nil || !bytes.Equal(raw, s.Raw) {
			t.Fatalf("%q reads as an entry that is written %q, %v", s.Raw, raw, err)
		}
		leaf, err := ledger.Seal(s.Entry, ledgertest.Key("a"))
		if err != nil {
			t.Fatalf("%q opens but does not seal: %v", b, err)
		}
		if again, err := ledger.Open(leaf); err != nil || !bytes.Equal(again.Raw, s.Raw) || again.Verify(ledgertest.Key("a").Public()) != nil {
			t.Fatalf("%q seals as %q, %v", b, leaf, err)
		}
		new(ledger.Keyring).Admit(0, s)
	})
}

func FuzzReadBundle(f *testing.F) {
	b := bundled(ledgertest.Sample(f, 1))
	f.Add(pack(f, b))
	f.Add(zipped(f, zip.Deflate, files(f, pack(f, b))))
	f.Add(pack(f, bundle.Bundle{}))
	f.Fuzz(func(t *testing.T, packed []byte) {
		b, err := read(packed)
		if err != nil {
			return
		}
		verdicts := bundle.Verify(b, ledger.Anchors{})
		if len(faulty(verdicts)) > 0 {
			return
		}
		back, err := read(pack(t, b))
		if err != nil || len(faulty(bundle.Verify(back, ledger.Anchors{}))) > 0 {
			t.Fatalf("a good bundle does not read back: %v", err)
		}
	})
}

func FuzzCheckpoint(f *testing.F) {
	h := ledgertest.Sample(f, 2)
	for _, signed := range h.Signed {
		f.Add(signed)
		body, _ := tree.AddCheckpoint{Old: 2, Signed: signed}.MarshalText()
		f.Add(body)
	}
	p, _ := tree.NewProof(1, h.Signed[1], h)
	text, _ := p.MarshalText()
	f.Add(text)
	f.Add([]byte(h.Opened.Log.String()))
	a, b := h.Opened.Witness(ledger.PartyA), h.Opened.Witness(ledger.PartyB)
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := tree.OpenCheckpoint(data, h.Opened.Log, a, b); err == nil {
			if again, err := tree.ParseCheckpoint(c.Text()); err != nil || again != c.Checkpoint {
				t.Fatalf("%v reads back as %v, %v", c, again, err)
			}
			if !bytes.HasPrefix(data, []byte(c.Text()+"\n— ")) {
				t.Fatalf("%q opens as %v", data, c)
			}
		}
		if r, err := tree.ParseAddCheckpoint(data); err == nil {
			if body, _ := r.MarshalText(); !bytes.Equal(body, data) {
				t.Fatalf("%q is written %q", data, body)
			}
			r.Decide(h.Opened.Log, tree.Seen{Size: 2})
		}
		var p tree.Proof
		if p.UnmarshalText(data) == nil {
			p.Check(h.Entries[1], h.Opened.Log)
		}
		if k, err := seal.ParseVKey(string(data)); err == nil && k.String() != string(data) {
			t.Fatalf("%q is written %q", data, k)
		}
		if tile, err := tree.ParseTilePath(string(data)); err == nil && tile.Path() != string(data) {
			t.Fatalf("%q is written %q", data, tile.Path())
		}
	})
}
