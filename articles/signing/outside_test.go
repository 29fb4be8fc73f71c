package signing_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/document/pades"
	"entente/ledger"
	"entente/ledger/ledgertest"
	"entente/tests/outside"
)

// What other programs say of the signed PDF: poppler verifies both signatures, and the second covers
// the whole file; qpdf and MuPDF read it; OpenSSL reads the signature.
func TestTheSignedPDFToOtherReaders(t *testing.T) {
	if outside.Lacking(t, outside.Programs("pdfsig", "qpdf", "mutool", "openssl")...) {
		return
	}
	p := signed(t)
	file, in, err := p.SignedPDF()
	if err != nil || len(in) != 2 {
		t.Fatal(in, err)
	}
	name := write(t, "signed.pdf", file)
	said := run(t, "pdfsig", "-nocert", name)
	if strings.Count(said, "Signature Validation: Signature is Valid.") != 2 || strings.Count(said, "ETSI.CAdES.detached") != 2 {
		t.Errorf("not both hold:\n%s", said)
	}
	if first, second, _ := strings.Cut(said, "Signature #2"); !strings.Contains(first, "Not total document signed") || !strings.Contains(second, "Total document signed") {
		t.Errorf("the second does not cover the whole:\n%s", said)
	}
	if out := run(t, "qpdf", "--check", name); !strings.Contains(out, "No syntax or stream encoding errors") || strings.Contains(out, "WARNING") {
		t.Error(out)
	}
	last := filepath.Join(t.TempDir(), "%d.txt")
	run(t, "mutool", "draw", "-q", "-o", last, name)
	at := bytes.Index(file, []byte("clause")) // in the terms or the text, packed or not, there is a letter to change
	for _, at := range []int{len(p.PDF) / 2, max(at, len(p.PDF)/3)} {
		changed := bytes.Clone(file)
		changed[at] ^= 1
		if said := run(t, "pdfsig", "-nocert", write(t, "changed.pdf", changed)); strings.Contains(said, "Signature is Valid") {
			t.Errorf("byte %d changed unseen:\n%s", at, said)
		}
	}
	for _, s := range p.Signatures {
		out := run(t, "openssl", "cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", write(t, "signature.der", s.PDFSignature))
		if !strings.Contains(out, "ecdsa-with-SHA256") || !strings.Contains(out, "id-smime-aa-signingCertificateV2") {
			t.Errorf("OpenSSL reads\n%s", out)
		}
	}
}

// A time stamp of an authority that knows nothing of Entente: OpenSSL's.
func TestATimeStampOfAnAuthority(t *testing.T) {
	if outside.Lacking(t, outside.Programs("pdfsig", "openssl")...) {
		return
	}
	a := draft.Example(date)
	p, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	authority := outside.Authority(t)
	request, err := statement(t, a, p, agreement.B).StampRequest()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := statement(t, a, p, agreement.A).Stamped(authority(request)); !errors.Is(err, pades.ErrStamp) {
		t.Errorf("a time stamp of another signature is taken: %v", err)
	}
	for _, party := range agreement.Both {
		s := statement(t, a, p, party)
		request, err := s.StampRequest()
		if err != nil {
			t.Fatal(err)
		}
		if s, err = s.Stamped(authority(request)); err != nil {
			t.Fatal(err)
		}
		p = p.With(s)
	}
	said := ""
	for _, v := range p.Verify() {
		if said += v.Why + "\n"; !v.OK {
			t.Errorf("%s: %s", v.Subject, v.Why)
		}
	}
	if strings.Count(said, "says CN=Test time") != 2 {
		t.Errorf("the verdicts name no authority:\n%s", said)
	}
	file, _, err := p.SignedPDF()
	if err != nil {
		t.Fatal(err)
	}
	if said := run(t, "pdfsig", "-nocert", write(t, "stamped.pdf", file)); strings.Count(said, "Signature is Valid.") != 2 {
		t.Error(said)
	}
	if _, err := signing.FromPDF(file); err != nil {
		t.Error(err)
	}
}

// One signature given on a copy without the other's: both statements bind, and the PDF carries one.
func TestSignaturesGivenApart(t *testing.T) {
	a := draft.Example(date)
	p, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	apart := p.With(statement(t, a, p, agreement.A)).With(statement(t, a, p, agreement.B))
	if bad := failed(apart.Verify()); bad != "" {
		t.Errorf("failed: %s", bad)
	}
	if _, in, err := apart.SignedPDF(); err != nil || len(in) != 1 {
		t.Errorf("in the PDF are %v (%v)", in, err)
	}
}

// The signed PDF alone says what the package says, and nothing may be added to it.
func TestTheSignedPDFStandsAlone(t *testing.T) {
	p := signed(t)
	file, _, err := p.SignedPDF()
	if err != nil {
		t.Fatal(err)
	}
	got, verdicts, err := signing.VerifyPDF(file)
	if err != nil || failed(verdicts) != "" || got.Digest() != p.Digest() {
		t.Fatalf("failed: %s (%v)", failed(verdicts), err)
	}
	one := p
	one.Signatures = p.Signatures[:1]
	half, _, err := one.SignedPDF()
	if err != nil || !bytes.HasPrefix(file, half) {
		t.Fatal("the second signature changed what the first covers", err)
	}
	if _, verdicts, err := signing.VerifyPDF(half); err != nil || failed(verdicts) != "The signature of Party B" {
		t.Errorf("with one signature failed: %s (%v)", failed(verdicts), err)
	}
	more := append(bytes.Clone(file), file[bytes.LastIndex(file, []byte("xref\n")):]...)
	if _, verdicts, err := signing.VerifyPDF(more); err == nil && failed(verdicts) == "" {
		t.Error("something was added unseen")
	}
}

// No file verifies but the one that was signed, whatever is changed, cut off or put in.
func TestNoOtherFileVerifies(t *testing.T) {
	file, _, err := signed(t).SignedPDF()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(file)-1).Draw(t, "at")
		until := min(at+rapid.IntRange(0, 30).Draw(t, "taken out"), len(file))
		changed := slices.Concat(file[:at], rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(t, "put in"), file[until:])
		if _, verdicts, err := signing.VerifyPDF(changed); err == nil && failed(verdicts) == "" && !bytes.Equal(changed, file) {
			t.Fatal("it verifies")
		}
	})
}

// A signature in the PDF of one agreement is worth nothing in that of another.
func TestSignaturesAreNotMovedBetweenAgreements(t *testing.T) {
	a := draft.Example(date)
	a.Agreement.Number = "another"
	other, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	own := signed(t)
	for _, s := range own.Signatures {
		other = other.With(s)
	}
	if bad := failed(other.Verify()); !strings.Contains(bad, "The signature of Party A") || !strings.Contains(bad, "The signature of Party B") {
		t.Errorf("failed: %s", bad)
	}
	// The other's own statements with the signatures in the PDF of this one.
	mixed, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := statement(t, a, mixed, agreement.A)
	s.PDFSignature = own.Signatures[0].PDFSignature
	mixed = mixed.With(s)
	if bad := failed(mixed.Verify()); !strings.Contains(bad, "The signatures in the PDF") {
		t.Errorf("failed: %s", bad)
	}
}

// The key of another person does not sign the PDF in the place of the one that the statement names.
func TestTheDocumentKeyIsTheOneOfTheStatement(t *testing.T) {
	a := draft.Example(date)
	p, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	mine := statement(t, a, p, agreement.A)
	who := a.Frame().Holders(agreement.A, agreement.Signatory)[0]
	theirs, err := p.Sign(signing.Pen{Party: agreement.A, Name: who.Name, Title: who.Title, At: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), Custody: ledger.HeldByPerson, Key: ledgertest.Key("other")})
	if err != nil {
		t.Fatal(err)
	}
	mine.PDFSignature = theirs.PDFSignature
	if _, err := p.VerifySignature(mine); err == nil {
		t.Error("it was taken")
	}
}

func write(t *testing.T, name string, b []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil && name != "pdfsig" { // which fails where a signature does
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}
