package console_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/ledger/passkey/passkeytest"
)

// signs is the form by which a browser's device signs what the page shows.
func (b *browser) signs(path string, d *passkeytest.Device, handle []byte) (string, url.Values) {
	b.h.t.Helper()
	t := b.h.t.(*testing.T)
	_, page := b.get(path)
	accessible(t, "sign", page)
	f, challenge, _ := asked(t, page)
	values := confirms(b.h.accounts.Site, f, d, challenge, handle)
	values.Set("authority", "yes")
	return f.action, values
}

// Both signatories sign with passkeys of their own; what they signed verifies without the node, and the
// PDF that carries it too.
func TestPartiesSignByPasskey(t *testing.T) {
	h := newHouse(t)
	id := h.propose("", draft.Example(today), nil)
	path := "/agreements/" + string(id) + "/sign"
	for i, p := range agreement.Both {
		b := h.as(id, p, agreement.Signatory)
		if _, body := b.get(path); !strings.Contains(text(t, body), "have none yet") {
			t.Errorf("%s has no passkey, and the page says %s", p, text(t, body))
		}
		d, handle := b.makes("Key of " + string(p))
		action, form := b.signs(path, d, handle)
		res, body := b.post(action, form)
		if res.StatusCode != http.StatusSeeOther || !strings.Contains(res.Header.Get("Location"), "#clause-signatures") {
			t.Fatalf("%s: %d %s", p, res.StatusCode, text(t, body))
		}
		before := h.size(id)
		if again, _ := b.post(action, form); again.StatusCode != http.StatusSeeOther || again.Header.Get("Location") != res.Header.Get("Location") || h.size(id) != before {
			t.Errorf("%s sent the form twice: %d", p, again.StatusCode)
		}
		v := must3(h.register.View(id)).State.Life.Versions[0]
		if len(v.Signatures) != i+1 || v.Signatures[i].Key != d.Key().String() || v.Signatures[i].Custody != "person" {
			t.Errorf("the ledger has %+v", v.Signatures)
		}
		if _, body := b.get(path); !strings.Contains(text(t, body), "no version that waits") {
			t.Errorf("after signing the page says %s", text(t, body))
		}
	}
	p := must3(h.notary.Package(must3(h.register.View(id)).State.Life.Versions[0]))
	again := must3(signing.Parse(must3(p.Bytes())))
	for _, v := range again.Verify() {
		if !v.OK {
			t.Errorf("%s: %s", v.Subject, v.Why)
		}
	}
	file, in, err := again.SignedPDF()
	must(t, err)
	if len(in) != 2 {
		t.Errorf("the PDF carries the signatures of %v", in)
	}
	_, verdicts, err := signing.VerifyPDF(file)
	must(t, err)
	for _, v := range verdicts {
		if !v.OK {
			t.Errorf("the PDF: %s: %s", v.Subject, v.Why)
		}
	}
	// Evidence that was altered, taken away or moved to the other party's statement does not hold.
	for name, bend := range map[string]func(s []signing.SignedStatement){
		"altered":    func(s []signing.SignedStatement) { s[0].Assertion.Signature[9] ^= 1 },
		"taken away": func(s []signing.SignedStatement) { s[0].Assertion = nil },
		"moved":      func(s []signing.SignedStatement) { s[0].Assertion = s[1].Assertion },
		"added to the statement of a key": func(s []signing.SignedStatement) {
			s[0].Statement = []byte(strings.Replace(string(s[0].Statement), "entente-signature/3", "entente-signature/2", 1))
		},
		"of a statement that was rewritten": func(s []signing.SignedStatement) {
			s[0].Statement = []byte(strings.Replace(string(s[0].Statement), "Managing", "Leading", 1))
		},
	} {
		bent := must3(signing.Parse(must3(p.Bytes())))
		bend(bent.Signatures)
		if _, err := bent.VerifySignature(bent.Signatures[0]); err == nil {
			t.Errorf("evidence that was %s holds", name)
		}
	}
	var leaked bool
	for _, s := range p.Signatures {
		leaked = leaked || strings.Contains(string(s.Statement), "192.0.2.1")
	}
	if leaked {
		t.Error("the statement names where the signer came from")
	}
}

func TestWhatIsNotSignedByPasskey(t *testing.T) {
	h := newHouse(t)
	id := h.propose("", draft.Example(today), nil)
	path := "/agreements/" + string(id) + "/sign"
	mara, aoife := h.as(id, agreement.A, agreement.Signatory), h.as(id, agreement.B, agreement.Signatory)
	d, handle := mara.makes("Mine")
	theirs, theirHandle := aoife.makes("Theirs")
	edit := func(form url.Values, old, new string) {
		b, _ := base64.RawURLEncoding.DecodeString(form.Get("statement"))
		form.Set("statement", b64([]byte(strings.Replace(string(b), old, new, 1))))
	}
	for name, c := range map[string]struct {
		status int
		bend   func(action string, form url.Values) (*browser, url.Values)
	}{
		"without the tick":   {422, func(_ string, f url.Values) (*browser, url.Values) { f.Del("authority"); return mara, f }},
		"by the other party": {422, func(_ string, f url.Values) (*browser, url.Values) { return aoife, f }},
		"with the other party's passkey": {422, func(_ string, f url.Values) (*browser, url.Values) {
			_, page := mara.get(path)
			form, challenge, _ := asked(t, page)
			g := confirms(h.accounts.Site, form, theirs, challenge, theirHandle)
			g.Set("authority", "yes")
			return mara, g
		}},
		"with another title": {409, func(_ string, f url.Values) (*browser, url.Values) {
			edit(f, "Managing Director", "King")
			return mara, f
		}},
		"with another time": {409, func(_ string, f url.Values) (*browser, url.Values) {
			edit(f, `"date":"2026`, `"date":"2025`)
			return mara, f
		}},
		"with another place": {409, func(_ string, f url.Values) (*browser, url.Values) {
			edit(f, "where this signature", "or anywhere")
			return mara, f
		}},
		"another version": {422, func(_ string, f url.Values) (*browser, url.Values) {
			f.Set("manifest", "sha256:"+strings.Repeat("0", 64))
			return mara, f
		}},
		"after the page was too old": {422, func(_ string, f url.Values) (*browser, url.Values) { h.pass(11 * time.Minute); return mara, f }},
		"with no statement":          {400, func(_ string, f url.Values) (*browser, url.Values) { f.Set("statement", "§"); return mara, f }},
	} {
		action, form := mara.signs(path, d, handle)
		by, form := c.bend(action, form)
		before := h.size(id)
		if res, body := by.post(action, form); res.StatusCode != c.status || h.size(id) != before {
			t.Errorf("%s: %d %s", name, res.StatusCode, text(t, body))
		}
	}
	if res, _ := h.as(id, agreement.A, agreement.Finance).get(path); res.StatusCode != 200 {
		t.Errorf("who may not sign: %d", res.StatusCode)
	}
	action, form := mara.signs(path, d, handle)
	if res, body := mara.post(action, form); res.StatusCode != http.StatusSeeOther {
		t.Errorf("in the end: %d %s", res.StatusCode, text(t, body))
	}
}
