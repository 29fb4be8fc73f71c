package console_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/source"
	"entente/mail"
)

// founder is the browser of somebody whom the operator has let in to begin an agreement.
func (h *house) founder(address string) *browser {
	h.t.Helper()
	link, _, err := h.door.LetBegin(h.t.Context(), address, func(access.Key, access.Credential) (access.Answer, error) { return access.Answer{}, nil })
	must(h.t, err)
	b := h.stranger()
	_, page := b.get("/enter/" + link.Text().Reveal())
	if !strings.Contains(text(h.t, page), "Begin as "+strings.ToLower(address)) {
		h.t.Fatalf("the link leads to %s", text(h.t, page))
	}
	res, _ := b.post("/enter", url.Values{"link": {link.Text().Reveal()}})
	b.take(res)
	if res.Header.Get("Location") != "/begin" {
		h.t.Fatalf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	return b
}

// take keeps the session that an answer sets.
func (b *browser) take(res *http.Response) {
	for _, c := range res.Cookies() {
		if c.MaxAge > 0 {
			b.session = c.Value
		}
	}
}

// sends sends a file by a form.
func (b *browser) sends(path, name string, content []byte, more ...string) (*http.Response, string) {
	b.h.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(more); i += 2 {
		must(b.h.t, m.WriteField(more[i], more[i+1]))
	}
	part, err := m.CreateFormFile("file", name)
	must(b.h.t, err)
	part.Write(content)
	must(b.h.t, m.Close())
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return read(b.h.t, b.do(r))
}

// answers fills in the questions as a founder would who has the answers that nobody can guess.
func answersOf(f form, address string) url.Values {
	return f.filled("parties.a.name", "Alder Ltd", "parties.a.address", "1 Quay Street, Cork, Ireland", "parties.a.contact.name", "Róisín O’Dea", "parties.a.contact.email", address,
		"parties.b.name", "Birch GmbH", "parties.b.address", "Hafenstraße 2, 28195 Bremen, Germany", "parties.b.contact.name", "Jörg Ruhland", "parties.b.contact.email", "joerg@birch.example")
}

// Somebody who has no agreement on the node answers questions, checks what comes of it, opens it, and is in it;
// and lets the other party know of it.
func TestAnAgreementBeginsInTheBrowser(t *testing.T) {
	h := newHouse(t)
	h.accounts.Mail.Relay = &mail.Relay{Address: "127.0.0.1:1", From: "Entente <entente@node.example>"} // its letters wait
	b := h.founder("Roisin@Alder.example")
	if res, _ := b.get("/"); res.Header.Get("Location") != "/begin" {
		t.Errorf("the first page leads to %q", res.Header.Get("Location"))
	}
	for _, path := range []string{"/me", "/agreements/agr_x", "/begin/commerce", "/begin/file"} {
		if res, _ := b.get(path); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	_, page := b.get("/begin")
	accessible(t, "begin", page)
	_, page = b.get("/begin/questions")
	accessible(t, "questions", page)
	f, ok := formOf(t, page, "/begin/questions", "", "")
	if !ok || f.values["parties.a.contact.email"] != "roisin@alder.example" {
		t.Fatalf("the questions begin with %q", f.values["parties.a.contact.email"])
	}
	res, page := b.post(f.action, f.filled())
	if said := text(t, page); res.StatusCode != 422 || !strings.Contains(said, "Some answers will not do") || !strings.Contains(said, "an answer is needed here") {
		t.Errorf("without answers: %d: %s", res.StatusCode, said)
	}
	accessible(t, "questions again", page)
	if res, page = b.post(f.action, answersOf(f, "roisin@alder.example")); res.StatusCode != 303 {
		t.Fatalf("answered: %d: %s", res.StatusCode, text(t, page))
	}
	_, page = b.get("/begin")
	accessible(t, "beginning", page)
	propose, ok := formOf(t, page, "/begin", "", "")
	if said := text(t, page); !ok || !strings.Contains(said, "Alder Ltd and Birch GmbH") || strings.Contains(said, "To be mended") {
		t.Fatalf("the draft is %s", said)
	}
	_, page = b.get("/begin/commerce")
	accessible(t, "section", page)
	section, _ := formOf(t, page, "/begin/commerce", "", "")
	if res, page := b.post(section.action, section.filled("commerce.payment.net_days", "forty-five (45)")); res.StatusCode != 303 {
		t.Fatalf("saving: %d: %s", res.StatusCode, text(t, page))
	}
	res, page = b.post(propose.action, propose.filled("remark", "as discussed"))
	if res.StatusCode != 303 || !strings.HasSuffix(res.Header.Get("Location"), "/people?opened") {
		t.Fatalf("opening: %d: %s", res.StatusCode, text(t, page))
	}
	where := res.Header.Get("Location")
	if again, _ := b.post(propose.action, propose.filled("remark", "as discussed")); again.Header.Get("Location") != where || len(h.register.Views()) != 1 {
		t.Errorf("the impatient second click leads to %q, with %d agreements", again.Header.Get("Location"), len(h.register.Views()))
	}
	b.take(res)
	res, page = b.get(where)
	accessible(t, "people", page)
	if said := text(t, page); res.StatusCode != 200 || !strings.Contains(said, "People of Alder Ltd") || !strings.Contains(said, "Jörg Ruhland") {
		t.Fatalf("%d: the people are %s", res.StatusCode, said)
	}
	v := h.register.Views()[0]
	latest, _ := v.State.Life.Latest()
	if latest.Party != agreement.Host || latest.Remark != "as discussed" || v.State.Texts[0].Commerce.Payment.NetDays != 45 {
		t.Errorf("opened is %+v", latest)
	}
	other := h.holder(v.State.ID, agreement.B, agreement.Signatory)
	people := strings.TrimSuffix(where, "?opened")
	if res, page := b.post(people+"/invitations", url.Values{"person": {other.ID}}); res.StatusCode != 303 {
		t.Fatalf("introducing the other party: %d: %s", res.StatusCode, text(t, page))
	}
	h.enters(v.State.ID, other)
	if res, _ := b.post(people+"/invitations", url.Values{"person": {other.ID}}); res.StatusCode != 403 {
		t.Errorf("inviting the other party's people once they are there: %d", res.StatusCode)
	}
	if _, page := b.get(people); strings.Contains(text(t, page), "Jörg Ruhland") {
		t.Error("the other party's people are shown once they are there")
	}
}

// Whoever begins an agreement has to be named in it as one who may propose, opens three within a day, and learns
// nothing of agreements that do not name them.
func TestWhoOpensAnAgreement(t *testing.T) {
	h := newHouse(t)
	const address = "mara.voss@calluna.example"
	open := func(b *browser, change func(*source.File)) (*http.Response, string) {
		t.Helper()
		f, _ := source.Read("x", draft.Write(draft.Example(today)))
		change(f)
		if res, page := b.sends("/begin/file", "mine.yaml", draft.Write(f.Agreement)); res.StatusCode != 303 {
			t.Fatalf("bringing: %d: %s", res.StatusCode, text(t, page))
		}
		for name, content := range draft.Attachments() {
			at := f.Agreement.Agreement.Attachments[0]
			if res, page := b.sends("/begin/attachments", name, content, "name", at.Name); res.StatusCode != 303 {
				t.Fatalf("attaching: %d: %s", res.StatusCode, text(t, page))
			}
		}
		return b.post("/begin", url.Values{"key": {anyKey(len(h.register.Views()) + 1)}})
	}
	numbered := func(n string) func(*source.File) {
		return func(f *source.File) { f.Agreement.Agreement.Number = n }
	}
	stranger := h.founder("nobody@elsewhere.example")
	res, page := open(stranger, numbered("X-1"))
	if said := text(t, page); res.StatusCode != 422 || !strings.Contains(said, "clause 7.1 has to name you") {
		t.Errorf("opened by somebody whom it does not name: %d: %s", res.StatusCode, said)
	}
	mara := h.founder(address)
	res, page = open(mara, func(f *source.File) {
		numbered("X-2")(f)
		for i, p := range f.Agreement.Governance.People {
			if p.Email == address {
				f.Agreement.Governance.People[i].Email = "other@calluna.example"
			}
			if !p.Has(agreement.Signatory) && !p.Has(agreement.Legal) {
				f.Agreement.Governance.People[i].Email = address
				break
			}
		}
	})
	if said := text(t, page); res.StatusCode != 422 || !strings.Contains(said, "clause 7.1 has to") {
		t.Errorf("opened by somebody who may not propose: %d: %s", res.StatusCode, said)
	}
	taken := draft.Example(today) // the same number, between the same companies, and without her
	taken.Agreement.Number = "X-3"
	for i := range taken.Governance.People {
		if taken.Governance.People[i].Email == address {
			taken.Governance.People[i].Email = "somebody@calluna.example"
		}
	}
	h.propose("", taken, nil)
	for _, n := range []string{"X-3", "X-4", "X-5"} {
		if res, page := open(mara, numbered(n)); res.StatusCode != 303 {
			t.Fatalf("%s: %d: %s", n, res.StatusCode, text(t, page))
		}
	}
	if res, page := open(mara, numbered("X-6")); res.StatusCode != 422 || !strings.Contains(text(t, page), "tomorrow") {
		t.Errorf("a fourth within a day: %d: %s", res.StatusCode, text(t, page))
	}
	h.pass(25 * time.Hour)
	if res, page := open(h.founder(address), func(f *source.File) {
		numbered("X-4")(f)
		f.Agreement.Commerce.Payment.NetDays = 44
	}); res.StatusCode != 422 || !strings.Contains(text(t, page), "X-4 already") {
		t.Errorf("a number of hers again: %d: %s", res.StatusCode, text(t, page))
	}
}

// A person who may propose begins another agreement from their own page; nobody else of an agreement does.
func TestWhoBeginsAnother(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	if _, page := h.as(id, agreement.A, agreement.Finance).get("/me"); strings.Contains(page, `href="/begin"`) {
		t.Error("somebody who may not begin is led to it")
	}
	for _, b := range h.console.Routes() {
		method, path, _ := strings.Cut(b, " ")
		if !strings.HasPrefix(path, "/begin") {
			continue
		}
		path = strings.NewReplacer("{section}", "commerce", "{digest}", "sha256:x").Replace(path)
		for name, want := range map[*browser]int{h.as(id, agreement.A, agreement.Finance): 403, h.stranger(): 403} {
			r := httptest.NewRequest(method, path, nil)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			if res := name.do(r); res.StatusCode != want {
				t.Errorf("%s: %d, want %d", b, res.StatusCode, want)
			}
		}
	}
	a := h.as(id, agreement.A, agreement.Legal)
	if _, page := a.get("/me"); !strings.Contains(page, `href="/begin"`) {
		t.Error("somebody who may begin is not led to it")
	}
	_, page := a.get("/begin")
	f, _ := formOf(t, page, "/begin/example", "", "")
	if res, page := a.post(f.action, f.filled()); res.StatusCode != 303 {
		t.Fatalf("%d: %s", res.StatusCode, text(t, page))
	}
	if _, page := h.as(id, agreement.A, agreement.Signatory).get("/begin"); strings.Contains(page, "/begin/disposal") {
		t.Error("a colleague sees the draft")
	}
	_, page = a.get("/begin")
	f, _ = formOf(t, page, "/begin/disposal", "", "")
	if res, _ := a.post(f.action, f.filled()); res.Header.Get("Location") != "/begin" {
		t.Errorf("throwing it away leads to %q", res.Header.Get("Location"))
	}
	if res, _ := a.get("/begin/commerce"); res.StatusCode != 404 {
		t.Error("it was thrown away and is there")
	}
}

// What is brought and is no agreement is refused with why, and begins nothing.
func TestWhatIsNoAgreement(t *testing.T) {
	h := newHouse(t)
	b := h.founder("mara@x.example")
	for name, content := range map[string]string{"empty": "", "text": "hello", "a PDF": "%PDF-1.7\n", "an archive": "PK\x03\x04", "not UTF-8": "\xff\xfe"} {
		res, page := b.sends("/begin/file", "file", []byte(content))
		if res.StatusCode != 422 {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
		accessible(t, name, page)
	}
	if res, _ := b.sends("/begin/file", "file", bytes.Repeat([]byte("x"), 7<<20)); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a huge file: %d", res.StatusCode)
	}
	if res, _ := b.post("/begin/file", url.Values{}); res.StatusCode != 400 {
		t.Errorf("no upload: %d", res.StatusCode)
	}
	if _, page := b.get("/begin"); strings.Contains(page, "/begin/disposal") {
		t.Error("something was begun")
	}
}
