package ledger

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

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func (h *house) bundle() Bundle {
	h.t.Helper()
	b, err := BundleSource(testAgreement, h, []Document{{Sum(contract), "text/markdown", contract}, {Sum(minutes), "text/plain", minutes}})
	if err != nil {
		h.t.Fatalf("collecting the bundle: %v", err)
	}
	slices.SortFunc(b.Documents, func(x, y Document) int { return bytes.Compare(x.Digest[:], y.Digest[:]) })
	return b
}

func pack(t failer, b Bundle) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteBundle(&out, b); err != nil {
		t.Fatalf("writing: %v", err)
	}
	return out.Bytes()
}

func read(b []byte) (Bundle, error) { return ReadBundle(bytes.NewReader(b), int64(len(b))) }

func faulty(verdicts []Verdict) (out []Verdict) {
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
		h := sample(t, rapid.IntRange(0, 12).Draw(t, "n"))
		b := h.bundle()
		packed := pack(t, b)
		back, err := read(packed)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, back, cmp.AllowUnexported(Bundle{})); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if !bytes.Equal(packed, pack(t, back)) {
			t.Fatal("the same bundle is other bytes")
		}
		if bad := faulty(VerifyBundle(back, Anchors{})); len(bad) > 0 {
			t.Fatalf("got %v", bad)
		}
	})
}

func TestBundleIsSortedAndDated(t *testing.T) {
	packed := pack(t, sample(t, 3).bundle())
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
	want := []string{"bundle.json", "documents/" + Sum(contract).Hex(), "documents/" + Sum(minutes).Hex(), "log/checkpoints/000000", "log/checkpoints/000001",
		"log/entries/000000.json", "log/entries/000001.json", "log/entries/000002.json", "log/entries/000003.json", "log/entries/000004.json", "log/vkeys"}
	slices.Sort(want)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Any changed byte of the content of any file is found when the bundle is verified.
func TestBundleEveryByteCounts(t *testing.T) {
	h := sample(t, 3)
	good := files(t, pack(t, h.bundle()))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(sorted(names(good))).Draw(t, "file")
		changed := flip(t, good[name])
		all := map[string][]byte{}
		for n, data := range good {
			all[n] = data
		}
		all[name] = changed
		b, err := read(zipped(t, zip.Deflate, all))
		if err == nil && len(faulty(VerifyBundle(b, Anchors{}))) == 0 {
			t.Fatalf("%s was changed unseen:\n%s", name, changed)
		}
	})
}

// Any changed byte of the archive itself either makes it unreadable, is found,
// or leaves what it holds as it was.
func TestArchiveEveryByteCounts(t *testing.T) {
	want := sample(t, 1).bundle()
	good := pack(t, want)
	rapid.Check(t, func(t *rapid.T) {
		b, err := read(flip(t, good))
		if err == nil && len(b.faults) == 0 && !cmp.Equal(want, b, cmp.AllowUnexported(Bundle{})) && len(faulty(VerifyBundle(b, Anchors{}))) == 0 {
			t.Fatal("the bundle reads as another one that verifies")
		}
	})
}

func files(t failer, packed []byte) map[string][]byte {
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

func zipped(t failer, method uint16, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range sorted(names(files)) {
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
	h := sample(t, 1)
	archive := func(change func(map[string][]byte)) func() []byte {
		return func() []byte {
			all := files(t, pack(t, h.bundle()))
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
		"a document in capitals": {header(zip.FileHeader{Name: "documents/" + strings.ToUpper(Sum(nil).Hex())}), "no file of this name"},
		"a link":                 {header(link), "it is a link"},
		"a folder":               {archive(func(f map[string][]byte) { f["log/"] = nil }), "no file of this name"},
		"an encrypted file":      {header(zip.FileHeader{Name: "log/vkeys", Flags: 1}), "encrypted"},
		"a bomb":                 {archive(func(f map[string][]byte) { f["documents/"+Sum(nil).Hex()] = make([]byte, 4<<20) }), "times its packed size"},
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
			for range MaxBundleFiles + 1 {
				z.CreateHeader(&zip.FileHeader{Name: "log/vkeys"})
			}
			z.Close()
			return out.Bytes()
		}, "holds 200001 files"},
		"contents in disorder": {archive(func(f map[string][]byte) {
			var c bundleContents
			Decode(f["bundle.json"], &c)
			slices.Reverse(c.Files)
			f["bundle.json"] = mustJSON(t, c)
		}), "not in order"},
	} {
		t.Run(name, func(t *testing.T) {
			if b, err := read(c.given()); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, %v; want an error with %q", b.faults, err, c.says)
			}
		})
	}
	if _, err := ReadBundle(bytes.NewReader(nil), MaxBundleBytes+1); err == nil {
		t.Error("a bundle that is too long is read")
	}
}

func TestWriteBundleRefuses(t *testing.T) {
	for name, d := range map[string][]Document{
		"a document twice":           {{Sum(contract), "text/plain", contract}, {Sum(contract), "text/plain", contract}},
		"a document of other bytes":  {{Sum(contract), "text/plain", minutes}},
		"a document of no type":      {{Sum(contract), "", contract}},
		"a document of a false type": {{Sum(contract), "text/plain\n", contract}},
	} {
		b := sample(t, 0).bundle()
		b.Documents = d
		if err := WriteBundle(io.Discard, b); err == nil {
			t.Errorf("%s is written", name)
		}
	}
}

func TestVerifyBundle(t *testing.T) {
	for _, c := range []struct {
		name    string
		given   func(*house) Bundle
		subject string // of the first verdict that is not OK; empty if all are
		says    string
	}{
		{"an erased document that may be erased", func(h *house) Bundle {
			b := h.bundle()
			b.Documents = slices.DeleteFunc(b.Documents, func(d Document) bool { return d.Digest == Sum(minutes) })
			return b
		}, "", ""},
		{"a missing document", func(h *house) Bundle {
			b := h.bundle()
			b.Documents = slices.DeleteFunc(b.Documents, func(d Document) bool { return d.Digest == Sum(contract) })
			return b
		}, `Document "agreement.md" of entry 1`, "missing from the bundle"},
		{"a changed document", func(h *house) Bundle {
			b := h.bundle()
			b.Documents[0].Data = []byte("changed")
			return b
		}, "Document ", "It was changed"},
		{"a document as something else", func(h *house) Bundle {
			b := h.bundle()
			b.Documents[0].MediaType = "text/html"
			return b
		}, "Document ", "presented as text/html"},
		{"a foreign document", func(h *house) Bundle {
			b := h.bundle()
			b.Documents = append(b.Documents, Document{Sum(nil), "text/plain", nil})
			return b
		}, "Document " + Sum(nil).String(), "No signed entry refers to it"},
		{"a document that must stay, though another entry would let it go", func(h *house) Bundle {
			h.act(PartyB, map[string]any{"documents": []DocumentRef{{Name: "again.txt", MediaType: "text/plain", Digest: Sum(minutes)}}})
			h.checkpoint(PartyA, PartyB)
			b := h.bundle()
			b.Documents = slices.DeleteFunc(b.Documents, func(d Document) bool { return d.Digest == Sum(minutes) })
			return b
		}, `Document "minutes.txt" of entry 1`, "missing"},
		{"a document that must stay, though a later entry would let it go", func(h *house) Bundle {
			h.act(PartyB, map[string]any{"documents": []DocumentRef{{Name: "again.md", MediaType: "text/markdown", Digest: Sum(contract), Erasable: true}}})
			h.checkpoint(PartyA, PartyB)
			b := h.bundle()
			b.Documents = slices.DeleteFunc(b.Documents, func(d Document) bool { return d.Digest == Sum(contract) })
			return b
		}, `Document "agreement.md" of entry 1`, "missing"},
		{"an entry beyond the checkpoint", func(h *house) Bundle { h.act(PartyA, struct{}{}); return h.bundle() },
			"Confirmed by the host", "covers 4 of 5 entries"},
		{"a party that cosigned in part", func(h *house) Bundle { h.act(PartyA, struct{}{}); h.checkpoint(PartyA); return h.bundle() },
			"Confirmed by party B", "cosigned the first 4 of 5 entries on 1 March 2026, 09:06:00 UTC"},
		{"a party that never cosigned", func(h *house) Bundle { h.checkpoints = h.checkpoints[:1]; h.leaves = h.leaves[:2]; return h.bundle() },
			"Confirmed by party B", "only the host's word"},
		{"a changed entry", func(h *house) Bundle {
			h.leaves[2] = bytes.Replace(h.leaves[2], []byte("m0"), []byte("m9"), 1)
			return h.bundle()
		}, "The ledger of agreement agr_7f3k, entry 2", "The signature of key"},
		{"an empty ledger", func(*house) Bundle { return Bundle{Agreement: testAgreement} }, "The ledger", "no entries"},
		{"another agreement's name", func(h *house) Bundle { b := h.bundle(); b.Agreement = "agr_other"; return b },
			"The ledger of agreement agr_other, entry 0", "It belongs to agreement agr_7f3k"},
		{"other keys", func(h *house) Bundle { b := h.bundle(); b.Keys = b.Keys[:2]; return b }, "The keys", "not the one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := faulty(VerifyBundle(c.given(sample(t, 2)), Anchors{}))
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
	h := sample(t, 4)
	for name, c := range map[string]struct {
		change func(map[string][]byte)
		says   string
	}{
		"a file missing":   {func(f map[string][]byte) { delete(f, "log/checkpoints/000001") }, "log/checkpoints/000001 is missing"},
		"a file too many":  {func(f map[string][]byte) { f["log/checkpoints/000002"] = []byte("x") }, "log/checkpoints/000002 is not in the list"},
		"an entry missing": {func(f map[string][]byte) { delete(f, "log/entries/000003.json") }, "an entry or a checkpoint before them is missing"},
		"a file listed twice": {func(f map[string][]byte) {
			var c bundleContents
			Decode(f["bundle.json"], &c)
			c.Files = append(c.Files, c.Files[len(c.Files)-1])
			f["bundle.json"] = mustJSON(t, c)
		}, "log/vkeys is listed twice"},
		"a media type for no document": {func(f map[string][]byte) {
			f["bundle.json"] = bytes.Replace(f["bundle.json"], []byte(`"path":"log/vkeys"`), []byte(`"media_type":"text/html","path":"log/vkeys"`), 1)
		}, "and is no document"},
		"a file changed":            {func(f map[string][]byte) { f["log/vkeys"] = f["log/vkeys"][:0] }, "log/vkeys was changed"},
		"an entry of another name":  {func(f map[string][]byte) { f["log/entries/0000006.json"] = f["log/entries/000003.json"] }, "of no use"},
		"a document under its name": {func(f map[string][]byte) { f["documents/"+Sum(contract).Hex()] = minutes }, "was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			all := files(t, pack(t, h.bundle()))
			c.change(all)
			b, err := read(zipped(t, zip.Store, all))
			if err != nil {
				t.Fatal(err)
			}
			if v := VerifyBundle(b, Anchors{})[0]; v.OK || !strings.Contains(v.Why, c.says) {
				t.Errorf("got %v; want %q", v, c.says)
			}
		})
	}
	packed := bytes.Replace(pack(t, h.bundle()), []byte("Northwind and Lumen"), []byte("Northwind and Lumex"), 1)
	b, err := read(packed)
	if v := VerifyBundle(b, Anchors{})[0]; err != nil || v.OK || !strings.Contains(v.Why, "does not match the archive's checksum") {
		t.Errorf("a byte changed in the archive: %v, %v", v, err)
	}
}

func TestVerifyBundleAsksFurther(t *testing.T) {
	b := sample(t, 1).bundle()
	verdicts := VerifyBundle(b, Anchors{}, func(b Bundle, r Report) []Verdict {
		return []Verdict{{"The signatures under the agreement", false, fmt.Sprintf("%s has %d entries.", b.Agreement, r.Size)}}
	})
	want := Verdict{"The signatures under the agreement", false, "agr_7f3k has 3 entries."}
	if diff := cmp.Diff(want, verdicts[len(verdicts)-1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
