package pades

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"entente/document/pdf/object"
)

var day = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

// steady signs without randomness, as document keys do.
type steady struct{ *ecdsa.PrivateKey }

func (s steady) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.PrivateKey.Sign(nil, digest, opts)
}

func key(t testing.TB) crypto.Signer {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return steady{k}
}

// onePage is a PDF of one page; with fields, it has a form.
func onePage(text string, fields ...string) []byte {
	w := object.New()
	pages := w.Add(nil)
	page := w.Add(object.Dict{"Type": object.Name("Page"), "Parent": pages, "MediaBox": object.Array{0, 0, 100, 50},
		"Contents": w.Add(object.Pack(nil, []byte("% "+text))), "Resources": object.Dict{}})
	w.Set(pages, object.Dict{"Type": object.Name("Pages"), "Kids": object.Array{page}, "Count": 1})
	catalog := object.Dict{"Type": object.Name("Catalog"), "Pages": pages}
	var form object.Array
	for _, f := range fields {
		form = append(form, w.Add(object.Dict{"FT": object.Name("Sig"), "T": object.Text(f), "Type": object.Name("Annot"), "Subtype": object.Name("Widget"),
			"Rect": object.Array{0, 0, 10, 10}, "P": page}))
	}
	if form != nil {
		catalog["AcroForm"] = object.Dict{"Fields": form, "SigFlags": 3}
	}
	return w.Bytes(object.Dict{"Root": w.Add(catalog)})
}

func certificate(t testing.TB, k crypto.Signer) []byte {
	t.Helper()
	c, err := Certificate(k, Holder{"Łucja Ώmega", "Director", strings.Repeat("Long ", 30)}, day)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sign(t testing.TB, file []byte, field string, k crypto.Signer) []byte {
	t.Helper()
	b, err := Prepare(file, Act{Field: field, Name: "Łucja", Reason: "authorised", At: day, Mark: onePage("mark"), Facts: map[object.Name]string{"Entente_Fact": "Ω"}})
	if err != nil {
		t.Fatal(err)
	}
	cms, err := Sign(b.Digest(), k, certificate(t, k))
	if err != nil {
		t.Fatal(err)
	}
	out, err := b.Signed(cms)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func signatures(file []byte) ([]Signature, error) {
	f, err := object.Read(file)
	if err != nil {
		return nil, err
	}
	return Signatures(f)
}

func TestTwoSignaturesInOneFile(t *testing.T) {
	base := onePage("text", "a", "b")
	first := sign(t, base, "b", key(t)) // whatever the order of the fields
	both := sign(t, first, "a", key(t))
	if !bytes.HasPrefix(both, first) || !bytes.HasPrefix(first, base) {
		t.Fatal("what was there has changed")
	}
	found, err := signatures(both)
	if err != nil || len(found) != 2 {
		t.Fatal(found, err)
	}
	for i, want := range []struct {
		field string
		ends  int
	}{{"b", len(first)}, {"a", len(both)}} {
		if got := found[i]; got.Field != want.field || got.Ends != want.ends || got.Facts["Entente_Fact"] != object.String("Ω") || got.Stamp != nil {
			t.Errorf("signature %d is %s and ends at %d", i, got.Field, got.Ends)
		}
	}
	if _, err := Prepare(both, Act{Field: "a", Mark: onePage("mark")}); !errors.Is(err, ErrField) {
		t.Errorf("a field is signed twice: %v", err)
	}
	if _, err := Prepare(both, Act{Field: "c", Mark: onePage("mark")}); !errors.Is(err, ErrField) {
		t.Errorf("a field is signed that is not there: %v", err)
	}
}

// Whatever byte of a signed file changes, either the file is not read or a signature does not hold,
// except in what is written as padding.
func TestAChangedByteIsFound(t *testing.T) {
	k := key(t)
	file := sign(t, onePage("text", "a"), "a", k)
	found, err := signatures(file)
	if err != nil {
		t.Fatal(err)
	}
	unseen := 0
	for at := range file {
		if file[at] == '0' && bytes.Count(file[max(0, at-40):min(len(file), at+40)], []byte("0")) == 80 {
			continue // the room that the signature left
		}
		changed := bytes.Clone(file)
		changed[at] ^= 1
		now, err := signatures(changed)
		if err == nil && len(now) == 1 && bytes.Equal(now[0].CMS, found[0].CMS) {
			t.Fatalf("byte %d (%q) changed unseen", at, file[max(0, at-10):min(len(file), at+10)])
		}
		unseen++
	}
	if unseen < 1000 {
		t.Fatalf("only %d bytes were tried", unseen)
	}
}

// A signature that is carried to another document does not hold there.
func TestSignaturesKeepToTheirDocument(t *testing.T) {
	k := key(t)
	there := sign(t, onePage("text", "a"), "a", k)
	found, err := signatures(there)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Prepare(onePage("tent", "a"), Act{Field: "a", Name: "Łucja", Reason: "authorised", At: day, Mark: onePage("mark")})
	if err != nil {
		t.Fatal(err)
	}
	moved, err := b.Signed(found[0].CMS)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := signatures(moved); !errors.Is(err, ErrSignature) {
		t.Errorf("it holds: %v, %v", got, err)
	}
}

// A signature that leaves out more than itself is refused, though its key made it.
func TestASignatureCoversAllButItself(t *testing.T) {
	k := key(t)
	b, err := Prepare(onePage("text", "a"), Act{Field: "a", At: day, Mark: onePage("mark")})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(f []byte) []byte{
		"the end left out": func(f []byte) []byte {
			at := bytes.LastIndex(f, []byte("/ByteRange [0 "))
			end := at + bytes.IndexByte(f[at:], ']')
			numbers := strings.Fields(string(f[at+12 : end]))
			numbers[3] = "5"
			text := "/ByteRange [" + strings.Join(numbers, " ")
			copy(f[at:], text+strings.Repeat(" ", end-at-len(text)))
			return f
		},
		"no range": func(f []byte) []byte { return bytes.Replace(f, []byte("/ByteRange [0 "), []byte("/ByteRnage [0 "), 1) },
	} {
		file := Blank{change(bytes.Clone(b.file)), b.from, b.to}
		cms, err := Sign(file.Digest(), k, certificate(t, k))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := file.Signed(cms)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := signatures(signed); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What follows a signature is seen: it then covers less than the whole.
func TestWhatFollowsASignatureIsSeen(t *testing.T) {
	file := sign(t, onePage("text", "a"), "a", key(t))
	f, err := object.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	w, err := f.Update()
	if err != nil {
		t.Fatal(err)
	}
	w.Add(object.String("more"))
	more := w.Bytes(nil)
	found, err := signatures(more)
	if err != nil || len(found) != 1 || found[0].Ends != len(file) || found[0].Ends == len(more) {
		t.Error(found, err)
	}
}

func TestFormsWithManyFieldsAreNotRead(t *testing.T) {
	if _, err := signatures(onePage("text", make([]string, mostFields+1)...)); !errors.Is(err, object.ErrForeign) {
		t.Errorf("got %v", err)
	}
}

func TestTheCertificateSaysThatNobodyVouches(t *testing.T) {
	k := key(t)
	raw := certificate(t, k)
	if !bytes.Equal(raw, certificate(t, k)) {
		t.Error("the same key, holder and date have another certificate the second time")
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	if c.Subject.OrganizationalUnit[0] != SelfIssued || c.Subject.CommonName != "Łucja Ώmega" || c.IsCA || c.NotAfter.Year() != 9999 || len([]rune(c.Subject.Organization[0])) > 64 {
		t.Errorf("got %v until %v", c.Subject, c.NotAfter)
	}
	if err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
		t.Error(err)
	}
}

func TestSignaturesThatAreTooLarge(t *testing.T) {
	b, err := Prepare(onePage("text", "a"), Act{Field: "a", At: day, Mark: onePage("mark")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Signed(make([]byte, Room+1)); err == nil {
		t.Error("it was put into too small a place")
	}
}

// Whatever is given as a signature or an authority's answer ends in an answer.
func FuzzCheck(f *testing.F) {
	k := key(f)
	digest := sha256.Sum256([]byte("text"))
	cms, err := Sign(digest, k, certificate(f, k))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(cms)
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, _, err := Check(b, digest); err == nil && !bytes.Equal(b, cms) {
			if _, _, err := Check(b, sha256.Sum256([]byte("tent"))); err == nil {
				t.Fatal("it is a signature of two texts")
			}
		}
		if _, err := Stamped(cms, b); err == nil {
			t.Fatal("a time stamp was made up")
		}
	})
}
