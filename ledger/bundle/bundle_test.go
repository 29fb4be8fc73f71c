package bundle_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/canonical"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func bundled(h *ledgertest.House) bundle.Bundle {
	b, err := bundle.Collect(ledgertest.Agreement, h, []bundle.Document{{seal.Sum(ledgertest.Contract), "text/markdown", ledgertest.Contract}, {seal.Sum(ledgertest.Minutes), "text/plain", ledgertest.Minutes}})
	if err != nil {
		panic(fmt.Sprintf("collecting the bundle: %v", err))
	}
	slices.SortFunc(b.Documents, func(x, y bundle.Document) int { return bytes.Compare(x.Digest[:], y.Digest[:]) })
	return b
}

// listing is bundle.json, written down here once more.
type listing struct {
	Format    string `json:"format"`
	Agreement string `json:"agreement"`
	Files     []struct {
		Path      string      `json:"path"`
		Digest    seal.Digest `json:"digest"`
		MediaType string      `json:"media_type,omitempty"`
	} `json:"files"`
}

func pack(t ledgertest.Failer, b bundle.Bundle) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := bundle.Write(&out, b); err != nil {
		t.Fatalf("writing: %v", err)
	}
	return out.Bytes()
}

func read(b []byte) (bundle.Bundle, error) { return bundle.Read(bytes.NewReader(b), int64(len(b))) }

func faulty(verdicts []bundle.Verdict) (out []bundle.Verdict) {
	for _, v := range verdicts {
		if !v.OK {
			out = append(out, v)
		}
	}
	return out
}

// Bundles read back the same, are the same bytes each time, and verify.
func TestBundleReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := ledgertest.Sample(t, rapid.IntRange(0, 12).Draw(t, "n"))
		b := bundled(h)
		packed := pack(t, b)
		back, err := read(packed)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, back, cmp.AllowUnexported(bundle.Bundle{})); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if !bytes.Equal(packed, pack(t, back)) {
			t.Fatal("the same bundle is other bytes")
		}
		if bad := faulty(bundle.Verify(back, ledger.Anchors{})); len(bad) > 0 {
			t.Fatalf("got %v", bad)
		}
	})
}

// A page goes along, is listed like any other file, and makes the bundle one of the second form.
func TestABundleCarriesAPage(t *testing.T) {
	b := bundled(ledgertest.Sample(t, 1))
	b.Page = []byte("<!DOCTYPE html>")
	packed := pack(t, b)
	back, err := read(packed)
	if diff := cmp.Diff(b, back, cmp.AllowUnexported(bundle.Bundle{})); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	all := files(t, packed)
	if bad := faulty(bundle.Verify(back, ledger.Anchors{})); len(bad) > 0 {
		t.Error(bad)
	}
	all["verify.html"] = []byte("<!DOCTYPE html> ")
	back, err = read(zipped(t, zip.Deflate, all))
	if bad := faulty(bundle.Verify(back, ledger.Anchors{})); err != nil || len(bad) != 1 || !strings.Contains(bad[0].Why, "verify.html was changed") {
		t.Error(err, bad)
	}
	all["bundle.json"] = bytes.Replace(all["bundle.json"], []byte("entente-bundle/2"), []byte("entente-bundle/1"), 1)
	if _, err := read(zipped(t, zip.Deflate, all)); err == nil || !strings.Contains(err.Error(), "holds no verify.html") {
		t.Error("a page in a bundle of the first form:", err)
	}
}

func TestBundleIsSortedAndDated(t *testing.T) {
	packed := pack(t, bundled(ledgertest.Sample(t, 3)))
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		if f.Method != zip.Store || !f.Modified.Equal(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: method %d, %v", f.Name, f.Method, f.Modified)
		}
	}
	want := []string{"bundle.json", "documents/" + seal.Sum(ledgertest.Contract).Hex(), "documents/" + seal.Sum(ledgertest.Minutes).Hex(), "log/checkpoints/000000", "log/checkpoints/000001",
		"log/entries/000000.json", "log/entries/000001.json", "log/entries/000002.json", "log/entries/000003.json", "log/entries/000004.json", "log/vkeys"}
	slices.Sort(want)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Any changed byte of the content of any file is found when the bundle is verified.
func TestBundleEveryByteCounts(t *testing.T) {
	h := ledgertest.Sample(t, 3)
	good := files(t, pack(t, bundled(h)))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names(good)).Draw(t, "file")
		changed := ledgertest.Flip(t, good[name])
		all := map[string][]byte{}
		for n, data := range good {
			all[n] = data
		}
		all[name] = changed
		b, err := read(zipped(t, zip.Deflate, all))
		if err == nil && len(faulty(bundle.Verify(b, ledger.Anchors{}))) == 0 {
			t.Fatalf("%s was changed unseen:\n%s", name, changed)
		}
	})
}

// Any changed byte of the archive itself either makes it unreadable, is found,
// or leaves what it holds as it was.
func TestArchiveEveryByteCounts(t *testing.T) {
	want := bundled(ledgertest.Sample(t, 1))
	good := pack(t, want)
	rapid.Check(t, func(t *rapid.T) {
		b, err := read(ledgertest.Flip(t, good))
		if err == nil && !cmp.Equal(want, b, cmp.AllowUnexported(bundle.Bundle{})) && len(faulty(bundle.Verify(b, ledger.Anchors{}))) == 0 {
			t.Fatal("the bundle reads as another one that verifies")
		}
	})
}

func files(t ledgertest.Failer, packed []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatalf("unzipping: %v", err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		data, err := fs.ReadFile(z, f.Name)
		if err != nil {
			t.Fatalf("unzipping %s: %v", f.Name, err)
		}
		out[f.Name] = data
	}
	return out
}

func names(files map[string][]byte) (out []string) {
	for name := range files {
		out = append(out, name)
	}
	return out
}

func zipped(t ledgertest.Failer, method uint16, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range names(files) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatalf("zipping: %v", err)
		}
		f.Write(files[name])
	}
	z.Close()
	return out.Bytes()
}

func TestReadBundleRefuses(t *testing.T) {
	h := ledgertest.Sample(t, 1)
	archive := func(change func(map[string][]byte)) func() []byte {
		return func() []byte {
			all := files(t, pack(t, bundled(h)))
			change(all)
			return zipped(t, zip.Deflate, all)
		}
	}
	header := func(f zip.FileHeader) func() []byte {
		return func() []byte {
			var out bytes.Buffer
			z := zip.NewWriter(&out)
			w, err := z.CreateHeader(&f)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(w, "x")
			z.Close()
			return out.Bytes()
		}
	}
	link := zip.FileHeader{Name: "log/vkeys"}
	link.SetMode(fs.ModeSymlink | 0o777)
	for name, c := range map[string]struct {
		given func() []byte
		says  string
	}{
		"nothing":             {func() []byte { return nil }, "not a valid zip file"},
		"no zip":              {func() []byte { return []byte("hello") }, "not a valid zip file"},
		"no list of contents": {archive(func(f map[string][]byte) { delete(f, "bundle.json") }), "list of contents"},
		"another format": {archive(func(f map[string][]byte) {
			f["bundle.json"] = bytes.Replace(f["bundle.json"], []byte("bundle/1"), []byte("bundle/9"), 1)
		}), `"entente-bundle/9"`},
		"an unknown member":      {archive(func(f map[string][]byte) { f["bundle.json"] = []byte(`{"format":"entente-bundle/1","x":1}`) }), `"x" is not known`},
		"a strange name":         {header(zip.FileHeader{Name: "readme.txt"}), "no file of this name"},
		"a way out":              {header(zip.FileHeader{Name: "../bundle.json"}), "no file of this name"},
		"an absolute name":       {header(zip.FileHeader{Name: "/bundle.json"}), "no file of this name"},
		"a way around":           {header(zip.FileHeader{Name: "log/../bundle.json"}), "no file of this name"},
		"a backslash":            {header(zip.FileHeader{Name: `log\vkeys`}), "no file of this name"},
		"a document in capitals": {header(zip.FileHeader{Name: "documents/" + strings.ToUpper(seal.Sum(nil).Hex())}), "no file of this name"},
		"a link":                 {header(link), "it is a link"},
		"a folder":               {archive(func(f map[string][]byte) { f["log/"] = nil }), "no file of this name"},
		"an encrypted file":      {header(zip.FileHeader{Name: "log/vkeys", Flags: 1}), "encrypted"},
		"a bomb":                 {archive(func(f map[string][]byte) { f["documents/"+seal.Sum(nil).Hex()] = make([]byte, 4<<20) }), "times its packed size"},
		"a bad key":              {archive(func(f map[string][]byte) { f["log/vkeys"] = []byte("x\n") }), "not a verifier key"},
		"a name twice": {func() []byte {
			var out bytes.Buffer
			z := zip.NewWriter(&out)
			for range 2 {
				w, _ := z.Create("log/vkeys")
				io.WriteString(w, "x")
			}
			z.Close()
			return out.Bytes()
		}, "there twice"},
		"an endless list of files": {func() []byte {
			var out bytes.Buffer
			z := zip.NewWriter(&out)
			for range 700 {
				z.CreateHeader(&zip.FileHeader{Name: "log/vkeys", Extra: make([]byte, 60_000)})
			}
			z.Close()
			return out.Bytes()
		}, "list of files is too long"},
		"too many files": {func() []byte {
			var out bytes.Buffer
			z := zip.NewWriter(&out)
			for range bundle.MaxFiles + 1 {
				z.CreateHeader(&zip.FileHeader{Name: "log/vkeys"})
			}
			z.Close()
			return out.Bytes()
		}, "holds 200001 files"},
		"contents in disorder": {archive(func(f map[string][]byte) {
			var c listing
			canonical.Decode(f["bundle.json"], &c)
			slices.Reverse(c.Files)
			f["bundle.json"] = ledgertest.JSON(t, c)
		}), "not in order"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := read(c.given()); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v; want an error with %q", err, c.says)
			}
		})
	}
	if _, err := bundle.Read(bytes.NewReader(nil), bundle.MaxBytes+1); err == nil {
		t.Error("a bundle that is too long is read")
	}
}

func TestWriteBundleRefuses(t *testing.T) {
	for name, d := range map[string][]bundle.Document{
		"a document twice":           {{seal.Sum(ledgertest.Contract), "text/plain", ledgertest.Contract}, {seal.Sum(ledgertest.Contract), "text/plain", ledgertest.Contract}},
		"a document of other bytes":  {{seal.Sum(ledgertest.Contract), "text/plain", ledgertest.Minutes}},
		"a document of no type":      {{seal.Sum(ledgertest.Contract), "", ledgertest.Contract}},
		"a document of a false type": {{seal.Sum(ledgertest.Contract), "text/plain\n", ledgertest.Contract}},
	} {
		b := bundled(ledgertest.Sample(t, 0))
		b.Documents = d
		if err := bundle.Write(io.Discard, b); err == nil {
			t.Errorf("%s is written", name)
		}
	}
}

func TestVerifyBundle(t *testing.T) {
	for _, c := range []struct {
		name    string
		given   func(*ledgertest.House) bundle.Bundle
		subject string // of the first verdict that is not OK; empty if all are
		says    string
	}{
		{"an erased document that may be erased", func(h *ledgertest.House) bundle.Bundle {
			b := bundled(h)
			b.Documents = slices.DeleteFunc(b.Documents, func(d bundle.Document) bool { return d.Digest == seal.Sum(ledgertest.Minutes) })
			return b
		}, "", ""},
		{"a missing document", func(h *ledgertest.House) bundle.Bundle {
			b := bundled(h)
			b.Documents = slices.DeleteFunc(b.Documents, func(d bundle.Document) bool { return d.Digest == seal.Sum(ledgertest.Contract) })
			return b
		}, `Document "agreement.md" of entry 1`, "missing from the bundle"},
		{"a changed document", func(h *ledgertest.House) bundle.Bundle {
			b := bundled(h)
			b.Documents[0].Data = []byte("changed")
			return b
		}, "Document ", "It was changed"},
		{"a document as something else", func(h *ledgertest.House) bundle.Bundle {
			b := bundled(h)
			b.Documents[0].MediaType = "text/html"
			return b
		}, "Document ", "presented as text/html"},
		{"a foreign document", func(h *ledgertest.House) bundle.Bundle {
			b := bundled(h)
			b.Documents = append(b.Documents, bundle.Document{seal.Sum(nil), "text/plain", nil})
			return b
		}, "Document " + seal.Sum(nil).String(), "No signed entry refers to it"},
		{"a document that must stay, though another entry would let it go", func(h *ledgertest.House) bundle.Bundle {
			h.Act(ledger.PartyB, map[string]any{"documents": []ledger.DocumentRef{{Name: "again.txt", MediaType: "text/plain", Digest: seal.Sum(ledgertest.Minutes)}}})
			h.Checkpoint(ledger.PartyA, ledger.PartyB)
			b := bundled(h)
			b.Documents = slices.DeleteFunc(b.Documents, func(d bundle.Document) bool { return d.Digest == seal.Sum(ledgertest.Minutes) })
			return b
		}, `Document "minutes.txt" of entry 1`, "missing"},
		{"a document that must stay, though a later entry would let it go", func(h *ledgertest.House) bundle.Bundle {
			h.Act(ledger.PartyB, map[string]any{"documents": []ledger.DocumentRef{{Name: "again.md", MediaType: "text/markdown", Digest: seal.Sum(ledgertest.Contract), Erasable: true}}})
			h.Checkpoint(ledger.PartyA, ledger.PartyB)
			b := bundled(h)
			b.Documents = slices.DeleteFunc(b.Documents, func(d bundle.Document) bool { return d.Digest == seal.Sum(ledgertest.Contract) })
			return b
		}, `Document "agreement.md" of entry 1`, "missing"},
		{"an entry beyond the checkpoint", func(h *ledgertest.House) bundle.Bundle { h.Act(ledger.PartyA, struct{}{}); return bundled(h) },
			"Confirmed by the host", "covers 4 of 5 entries"},
		{"a party that cosigned in part", func(h *ledgertest.House) bundle.Bundle {
			h.Act(ledger.PartyA, struct{}{})
			h.Checkpoint(ledger.PartyA)
			return bundled(h)
		},
			"Confirmed by party B", "cosigned the first 4 of 5 entries on 1 March 2026, 09:06:00 UTC"},
		{"a party that never cosigned", func(h *ledgertest.House) bundle.Bundle {
			h.Signed = h.Signed[:1]
			h.Entries = h.Entries[:2]
			return bundled(h)
		},
			"Confirmed by party B", "only the host's word"},
		{"a changed entry", func(h *ledgertest.House) bundle.Bundle {
			h.Entries[2] = bytes.Replace(h.Entries[2], []byte("m0"), []byte("m9"), 1)
			return bundled(h)
		}, "The ledger of agreement agr_7f3k, entry 2", "The signature of key"},
		{"an empty ledger", func(*ledgertest.House) bundle.Bundle { return bundle.Bundle{Agreement: ledgertest.Agreement} }, "The ledger", "no entries"},
		{"another agreement's name", func(h *ledgertest.House) bundle.Bundle { b := bundled(h); b.Agreement = "agr_other"; return b },
			"The ledger of agreement agr_other, entry 0", "It belongs to agreement agr_7f3k"},
		{"other keys", func(h *ledgertest.House) bundle.Bundle { b := bundled(h); b.Keys = b.Keys[:2]; return b }, "The keys", "not the one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := faulty(bundle.Verify(c.given(ledgertest.Sample(t, 2)), ledger.Anchors{}))
			switch {
			case c.subject == "" && len(bad) > 0:
				t.Errorf("got %v", bad)
			case c.subject != "" && (len(bad) == 0 || !strings.HasPrefix(bad[0].Subject, c.subject) || !strings.Contains(bad[0].Why, c.says)):
				t.Errorf("got %+v; want %s: %s", bad, c.subject, c.says)
			}
		})
	}
}

func TestVerifyTamperedArchive(t *testing.T) {
	h := ledgertest.Sample(t, 4)
	for name, c := range map[string]struct {
		change func(map[string][]byte)
		says   string
	}{
		"a file missing":   {func(f map[string][]byte) { delete(f, "log/checkpoints/000001") }, "log/checkpoints/000001 is missing"},
		"a file too many":  {func(f map[string][]byte) { f["log/checkpoints/000002"] = []byte("x") }, "log/checkpoints/000002 is not in the list"},
		"an entry missing": {func(f map[string][]byte) { delete(f, "log/entries/000003.json") }, "an entry or a checkpoint before them is missing"},
		"a file listed twice": {func(f map[string][]byte) {
			var c listing
			canonical.Decode(f["bundle.json"], &c)
			c.Files = append(c.Files, c.Files[len(c.Files)-1])
			f["bundle.json"] = ledgertest.JSON(t, c)
		}, "log/vkeys is listed twice"},
		"a media type for no document": {func(f map[string][]byte) {
			f["bundle.json"] = bytes.Replace(f["bundle.json"], []byte(`"path":"log/vkeys"`), []byte(`"media_type":"text/html","path":"log/vkeys"`), 1)
		}, "and is no document"},
		"a file changed":            {func(f map[string][]byte) { f["log/vkeys"] = f["log/vkeys"][:0] }, "log/vkeys was changed"},
		"an entry of another name":  {func(f map[string][]byte) { f["log/entries/0000006.json"] = f["log/entries/000003.json"] }, "of no use"},
		"a document under its name": {func(f map[string][]byte) { f["documents/"+seal.Sum(ledgertest.Contract).Hex()] = ledgertest.Minutes }, "was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			all := files(t, pack(t, bundled(h)))
			c.change(all)
			b, err := read(zipped(t, zip.Store, all))
			if err != nil {
				t.Fatal(err)
			}
			if v := bundle.Verify(b, ledger.Anchors{})[0]; v.OK || !strings.Contains(v.Why, c.says) {
				t.Errorf("got %v; want %q", v, c.says)
			}
		})
	}
	packed := bytes.Replace(pack(t, bundled(h)), []byte("Northwind and Lumen"), []byte("Northwind and Lumex"), 1)
	b, err := read(packed)
	if v := bundle.Verify(b, ledger.Anchors{})[0]; err != nil || v.OK || !strings.Contains(v.Why, "does not match the archive's checksum") {
		t.Errorf("a byte changed in the archive: %v, %v", v, err)
	}
}

func TestVerifyBundleAsksFurther(t *testing.T) {
	b := bundled(ledgertest.Sample(t, 1))
	verdicts := bundle.Verify(b, ledger.Anchors{}, func(b bundle.Bundle, r ledger.Report) []bundle.Verdict {
		return []bundle.Verdict{{"The signatures under the agreement", false, fmt.Sprintf("%s has %d entries.", b.Agreement, r.Size)}}
	})
	want := bundle.Verdict{"The signatures under the agreement", false, "agr_7f3k has 3 entries."}
	if diff := cmp.Diff(want, verdicts[len(verdicts)-1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
