package timestamp_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/calendar"
	"entente/egress"
	"entente/ledger"
	"entente/ledger/ledgertest"
	"entente/tests/outside"
	"entente/timestamp"
)

// signed is the example with a signature in its PDF.
func signed(t *testing.T) (signing.Package, signing.SignedStatement) {
	t.Helper()
	a := draft.Example(calendar.Date{Year: 2026, Month: time.December, Day: 1})
	p, err := signing.Bind(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	who := a.Frame().Holders(agreement.A, agreement.Signatory)[0]
	s, err := p.Sign(signing.Pen{Party: agreement.A, Name: who.Name, Title: who.Title, At: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), Custody: ledger.HeldByPerson, Key: ledgertest.Key("a")})
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

// An authority stamps a signature over HTTP, and the verdict says when it says that it was there.
func TestAnAuthorityStamps(t *testing.T) {
	if outside.Lacking(t, outside.Programs("openssl")...) {
		return
	}
	answer := outside.Authority(t)
	authority := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/timestamp-query" {
			t.Errorf("it was asked by %s with %q", r.Method, r.Header.Get("Content-Type"))
		}
		request, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		w.Write(answer(request))
	}))
	defer authority.Close()
	p, s := signed(t)
	a, err := timestamp.Named(authority.URL + "/tsa")
	if err != nil {
		t.Fatal(err)
	}
	with, err := a.Stamp(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if said := inPDF(p.With(with)); !strings.Contains(said, "says CN=Test time") {
		t.Errorf("with a stamp: %s", said)
	}
	if said := inPDF(p.With(s)); !strings.Contains(said, "It has no time stamp") {
		t.Errorf("without one: %s", said)
	}
}

// inPDF is what is said of Party A's signature in the PDF.
func inPDF(p signing.Package) string {
	for _, v := range p.Verify() {
		if v.Subject == "The signature of Party A in the PDF" && v.OK {
			return v.Why
		}
	}
	return ""
}

// What an authority may not answer is refused, and the signature is as it was.
func TestWhatIsNoTimeStamp(t *testing.T) {
	_, s := signed(t)
	for name, answer := range map[string]func(w http.ResponseWriter){
		"an error": func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
		"somewhere else": func(w http.ResponseWriter) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusFound)
		},
		"nothing":      func(http.ResponseWriter) {},
		"a page":       func(w http.ResponseWriter) { io.WriteString(w, "<!doctype html>") },
		"far too much": func(w http.ResponseWriter) { w.Write(make([]byte, 1<<20)) },
		"a cut answer": func(w http.ResponseWriter) { w.Header().Set("Content-Length", "100"); w.Write([]byte{0x30}) },
	} {
		authority := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) }))
		a, err := timestamp.Named(authority.URL)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := a.Stamp(t.Context(), s); err == nil || !bytes.Equal(got.PDFSignature, s.PDFSignature) && got.PDFSignature != nil {
			t.Errorf("%s was taken: %v", name, err)
		}
		authority.Close()
	}
}

// An authority on a private address is asked only where the operator lets the node go.
func TestAnAuthorityIsReachedAsThePolicyPermits(t *testing.T) {
	asked := false
	authority := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer authority.Close()
	_, s := signed(t)
	a, err := timestamp.At(authority.URL, egress.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Stamp(t.Context(), s); err == nil || asked {
		t.Errorf("it was asked: %v", err)
	}
	if a, err = timestamp.At(authority.URL, egress.Policy{Allow: []string{strings.TrimPrefix(authority.URL, "http://")}}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Stamp(t.Context(), s); err == nil || !asked {
		t.Errorf("it was not asked: %v", err)
	}
}

func TestAddressesOfAuthorities(t *testing.T) {
	for address, ok := range map[string]bool{"http://time.example/tsa": true, "https://time.example:8443": true, "http://[2001:db8::1]/": true, "ftp://time.example": false,
		"time.example": false, "http://a:b@time.example": false, "http://time.example:0": false, "http://time.example:99999": false, "http://": false, "": false} {
		if _, err := timestamp.At(address, egress.Policy{}); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
