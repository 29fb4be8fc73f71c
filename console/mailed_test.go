package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/mail"
	"entente/mail/mailtest"
)

// post is a house whose letters arrive.
func (h *house) post() *mailtest.Server {
	h.t.Helper()
	relay := mailtest.Start(h.t, &mailtest.Server{})
	h.accounts.Mail.Relay = &mail.Relay{Address: relay.Address, From: "entente@node.example"}
	return relay
}

var codeIn = regexp.MustCompile(`(\d{4}) (\d{4})`)

// mailed asks for a code on the page, reads the letter, and gives the form with which the visitor signs.
func (b *browser) mailed(path string, relay *mailtest.Server, n int) (form, url.Values) {
	b.h.t.Helper()
	t := b.h.t.(*testing.T)
	_, page := b.get(path)
	ask := formTo(t, page, path+"/code")
	res, page := b.post(ask.action, url.Values{"manifest": {ask.values["manifest"]}})
	if res.StatusCode != http.StatusOK {
		t.Fatalf("asking for a code: %d %s", res.StatusCode, text(t, page))
	}
	accessible(t, "sign", page)
	must(t, b.h.accounts.Mail.Deliver(t.Context()))
	letter := relay.Wait(t, n)
	code := codeIn.FindStringSubmatch(letter.Body)
	if code == nil {
		t.Fatalf("no code in %s", letter.Body)
	}
	f := formTo(t, page, path+"/mailed")
	values := url.Values{}
	for name, v := range f.values {
		values.Set(name, v)
	}
	values.Set("code", code[1]+code[2])
	values.Set("authority", "yes")
	values.Set("consent", "yes")
	return f, values
}

func formTo(t *testing.T, page, action string) form {
	t.Helper()
	for _, f := range forms(t, page) {
		if f.action == action {
			return f
		}
	}
	t.Fatalf("there is no form to %s in %s", action, text(t, page))
	return form{}
}

// Both signatories sign by codes that were sent to the addresses of clause 7.1. What they signed verifies without the
// node, says what it is, and is in the PDF.
func TestPartiesSignByCode(t *testing.T) {
	h := newHouse(t)
	relay := h.post()
	id := h.propose("", draft.Example(today), nil)
	path := "/agreements/" + string(id) + "/sign"
	for i, p := range agreement.Both {
		who := must3(h.register.View(id)).State.Text().Frame().Holders(p, agreement.Signatory)[0]
		b := h.as(id, p, agreement.Signatory)
		f, values := b.mailed(path, relay, i+1)
		if to := relay.Letters()[i].To; to != string(who.Email) {
			t.Errorf("the code of %s went to %s", who.Name, to)
		}
		values.Set("name", strings.ToUpper(who.Name))
		values.Set("title", " "+who.Title)
		res, body := b.post(f.action, values)
		if res.StatusCode != http.StatusSeeOther || !strings.Contains(res.Header.Get("Location"), "#clause-signatures") {
			t.Fatalf("%s: %d %s", p, res.StatusCode, text(t, body))
		}
		before := h.size(id)
		if again, _ := b.post(f.action, values); again.Header.Get("Location") != res.Header.Get("Location") || h.size(id) != before {
			t.Errorf("%s sent the form twice: %d", p, again.StatusCode)
		}
		if v := must3(h.register.View(id)).State.Life.Versions[0]; len(v.Signatures) != i+1 || v.Signatures[i].Custody != "node" {
			t.Errorf("the ledger has %+v", v.Signatures)
		}
	}
	p := must3(signing.Parse(must3(must3(h.notary.Package(must3(h.register.View(id)).State.Life.Versions[0])).Bytes())))
	said := ""
	for _, v := range p.Verify() {
		said += v.Why + "\n"
		if !v.OK {
			t.Errorf("%s: %s", v.Subject, v.Why)
		}
	}
	if !strings.Contains(said, "a simple electronic signature. The node says that a code that it sent to mara") {
		t.Errorf("the verdicts do not say what it is:\n%s", said)
	}
	file, in, err := p.SignedPDF()
	must(t, err)
	_, verdicts, err := signing.VerifyPDF(file)
	must(t, err)
	for _, v := range verdicts {
		if !v.OK || len(in) != 2 {
			t.Errorf("the PDF: %s: %s", v.Subject, v.Why)
		}
	}
	if statement := string(p.Signatures[0].Statement); strings.Contains(statement, "192.0.2.1") || !strings.Contains(statement, `"format":"entente-signature/4"`) {
		t.Errorf("the statement is %s", statement)
	}
}

func TestWhatIsNotSignedByCode(t *testing.T) {
	h := newHouse(t)
	relay := h.post()
	id := h.propose("", draft.Example(today), nil)
	path := "/agreements/" + string(id) + "/sign"
	mara, aoife := h.as(id, agreement.A, agreement.Signatory), h.as(id, agreement.B, agreement.Signatory)
	n := 0
	for name, c := range map[string]struct {
		status int
		bend   func(f url.Values) *browser
	}{
		"another code":              {422, func(f url.Values) *browser { f.Set("code", "0000000x"); return mara }},
		"no code":                   {422, func(f url.Values) *browser { f.Del("code"); return mara }},
		"another name":              {409, func(f url.Values) *browser { f.Set("name", "Sara Voss"); return mara }},
		"another title":             {409, func(f url.Values) *browser { f.Set("title", "King"); return mara }},
		"no authority":              {422, func(f url.Values) *browser { f.Del("authority"); return mara }},
		"no consent":                {422, func(f url.Values) *browser { f.Del("consent"); return mara }},
		"the other party's visitor": {422, func(f url.Values) *browser { return aoife }},
		"another version":           {422, func(f url.Values) *browser { f.Set("manifest", "sha256:"+strings.Repeat("0", 64)); return mara }},
		"no ticket":                 {422, func(f url.Values) *browser { f.Del("ticket"); return mara }},
		"too late":                  {422, func(f url.Values) *browser { h.pass(10 * time.Minute); return mara }},
	} {
		n++
		h.pass(time.Hour) // so many codes are asked for
		f, values := mara.mailed(path, relay, n)
		values.Set("name", "Mara Voss")
		values.Set("title", "Managing Director")
		by := c.bend(values)
		before := h.size(id)
		if res, body := by.post(f.action, values); res.StatusCode != c.status || h.size(id) != before {
			t.Errorf("%s: %d %s", name, res.StatusCode, text(t, body))
		}
	}
	f, values := mara.mailed(path, relay, n+1)
	values.Set("name", "Mara Voss")
	values.Set("title", "Managing Director")
	code := values.Get("code")
	values.Set("code", "0000000x")
	if res, body := mara.post(f.action, values); res.StatusCode != 422 || !strings.Contains(body, `value="Mara Voss"`) {
		t.Errorf("what was typed is lost: %s", text(t, body))
	}
	values.Set("code", code)
	values.Set("key", anyKey(7))
	if res, body := mara.post(f.action, values); res.StatusCode != http.StatusSeeOther {
		t.Errorf("in the end: %d %s", res.StatusCode, text(t, body))
	}
	finance := h.as(id, agreement.A, agreement.Finance)
	if res, _ := finance.post(path+"/code", url.Values{"manifest": {h.manifest(id)}}); res.StatusCode != 403 || len(relay.Letters()) != n+1 {
		t.Errorf("who may not sign got a code: %d", res.StatusCode)
	}
}

// Where the agreement does not allow it, nobody is asked and no letter is written.
func TestNoCodeWhereTheAgreementWantsMore(t *testing.T) {
	h := newHouse(t)
	relay := h.post()
	strict := draft.Example(today)
	strict.General.Signatures.Simple = false
	id := h.propose("", strict, nil)
	path := "/agreements/" + string(id) + "/sign"
	mara := h.as(id, agreement.A, agreement.Signatory)
	if _, page := mara.get(path); strings.Contains(page, "Send me a code") {
		t.Error("the page offers a code")
	}
	if _, page := mara.get("/agreements/" + string(id)); strings.Contains(page, `action="/agreements/`+string(id)+`/signatures"`) || !strings.Contains(text(t, page), "must be made with a key that only you have") || !strings.Contains(page, path+"\"") {
		t.Error("the contract offers the node's key, or does not lead to the page on which one signs")
	}
	res, page := mara.post(path+"/code", url.Values{"manifest": {h.manifest(id)}})
	if res.StatusCode != 409 || !strings.Contains(text(t, page), "allows no simple electronic signatures") || len(relay.Letters()) > 0 {
		t.Errorf("asked all the same: %d %s", res.StatusCode, text(t, page))
	}
	if res, page = mara.post("/agreements/"+string(id)+"/signatures", url.Values{"key": {anyKey(1)}, "manifest": {h.manifest(id)}, "version": {"1"}, "authority": {"yes"}}); res.StatusCode != 409 {
		t.Errorf("signed with the node's key: %d %s", res.StatusCode, text(t, page))
	}
}
