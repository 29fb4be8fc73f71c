package console_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles/draft"
	"entente/ledger/passkey"
	"entente/ledger/passkey/passkeytest"
)

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// asked is the form of a page that asks for a passkey, and what it asks.
func asked(t *testing.T, page string) (f form, challenge, handle []byte) {
	t.Helper()
	for _, one := range tags(t, page) {
		if one.name == "form" && one.attrs["data-passkey"] != "" {
			challenge, _ = base64.RawURLEncoding.DecodeString(one.attrs["data-challenge"])
			handle, _ = base64.RawURLEncoding.DecodeString(one.attrs["data-handle"])
			for _, f := range forms(t, page) {
				if f.action == one.attrs["action"] {
					return f, challenge, handle
				}
			}
		}
	}
	t.Fatal("the page asks for no passkey")
	return form{}, nil, nil
}

// makes is a device with a new passkey of whoever a browser belongs to, and the passkey's handle.
func (b *browser) makes(name string) (d *passkeytest.Device, handle []byte) {
	b.h.t.Helper()
	t := b.h.t.(*testing.T)
	_, page := b.get("/me")
	f, challenge, handle := asked(t, page)
	d = passkeytest.New(-7)
	m := d.Make(b.h.accounts.Site, challenge)
	res, body := b.post(f.action, url.Values{"question": {f.values["question"]}, "name": {name}, "client_data": {b64(m.ClientData)}, "attestation": {b64(m.Attestation)}})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/me?did=passkey" {
		t.Fatalf("making a passkey: %d %s", res.StatusCode, text(t, body))
	}
	return d, handle
}

// confirms is the form by which a device answers what a page asks.
func confirms(site passkey.Site, f form, d *passkeytest.Device, challenge, handle []byte) url.Values {
	a := d.Confirm(site, challenge)
	values := url.Values{"credential": {b64(d.ID)}, "handle": {b64(handle)}, "authenticator_data": {b64(a.AuthenticatorData)}, "client_data": {b64(a.ClientData)}, "signature": {b64(a.Signature)}}
	for name, value := range f.values {
		if values.Get(name) == "" && name != "" {
			values.Set(name, value)
		}
	}
	return values
}

func TestAPersonEntersByPasskey(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.as(id, agreement.A, agreement.Technical)
	d, handle := b.makes("Laptop <b>")
	_, body := b.get("/me?did=passkey")
	if said := text(t, body); !strings.Contains(said, "The passkey is made") || !strings.Contains(said, "Laptop <b>") || !strings.Contains(said, "this browser") {
		t.Errorf("the page says %s", said)
	}
	accessible(t, "me", body)

	_, page := h.stranger().get("/")
	accessible(t, "start", page)
	f, challenge, _ := asked(t, page)
	planted := h.stranger()
	planted.session = strings.Replace(unknownLink(t), "ent_link", "ent_sess", 1)
	answer := confirms(h.accounts.Site, f, d, challenge, handle)
	res, _ := planted.post("/passkeys/entry", answer)
	if got := cookies(res); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/agreements/"+string(id) || len(got) != 1 || got[0].Value == planted.session {
		t.Fatalf("%d to %s with %v", res.StatusCode, res.Header.Get("Location"), got)
	}
	in := h.stranger()
	in.session = cookies(res)[0].Value
	if res, body := in.get("/me"); res.StatusCode != 200 || !strings.Contains(text(t, body), "by passkey, a browser") {
		t.Errorf("the session: %d %s", res.StatusCode, text(t, body))
	}
	if res, body := h.stranger().post("/passkeys/entry", answer); res.StatusCode != http.StatusUnprocessableEntity || len(cookies(res)) != 0 || !strings.Contains(text(t, body), "Try again") {
		t.Errorf("the same answer again: %d", res.StatusCode)
	}
	_, page = h.stranger().get("/")
	f, challenge, _ = asked(t, page)
	if res, body := h.stranger().post("/passkeys/entry", confirms(h.accounts.Site, f, passkeytest.New(-7), challenge, handle)); res.StatusCode != http.StatusForbidden || len(cookies(res)) != 0 || !strings.Contains(text(t, body), "does not open anything") {
		t.Errorf("an unknown passkey: %d %s", res.StatusCode, text(t, body))
	}
	if res, _ := h.stranger().post("/passkeys/entry", url.Values{"question": {"x"}, "signature": {"§"}}); res.StatusCode != http.StatusBadRequest {
		t.Errorf("no answer at all: %d", res.StatusCode)
	}
}

// What a person has made and where they have entered is theirs: the other party, a colleague and a
// stranger neither see nor change it.
func TestNobodyEndsWhatIsAnothers(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	owner := h.holder(id, agreement.A, agreement.Technical)
	b := h.enters(id, owner)
	b.makes("Laptop")
	all, err := h.store.Credentials(t.Context(), id, owner.ID)
	must(t, err)
	keys, err := h.store.PasskeysOf(t.Context(), id, owner.ID)
	must(t, err)
	for name, other := range map[string]*browser{"the other party": h.as(id, agreement.B, agreement.Technical), "a colleague": h.as(id, agreement.A, agreement.Signatory)} {
		for path, form := range map[string]url.Values{"/me/credentials/" + all[0].ID + "/end": nil, "/me/passkeys/" + keys[0].ID + "/removal": nil, "/me/passkeys/" + keys[0].ID + "/name": {"name": {"Mine"}}} {
			if res, _ := other.post(path, form); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s at %s: %d", name, path, res.StatusCode)
			}
		}
		if _, body := other.get("/me"); strings.Contains(body, keys[0].ID) || strings.Contains(body, all[0].ID) {
			t.Errorf("%s sees what is another's", name)
		}
		other.post("/me/sessions/end", nil)
	}
	if res, body := b.get("/me"); res.StatusCode != 200 || !strings.Contains(body, "Laptop") {
		t.Errorf("it is not as it was: %d", res.StatusCode)
	}
	for _, path := range []string{"/me", "/me/sessions/end"} {
		if res, _ := h.stranger().get(path); res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusNotFound {
			t.Errorf("a stranger at %s: %d", path, res.StatusCode)
		}
	}
}

func TestAPersonEndsSessionsAndTokens(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.A, agreement.Technical)
	here, there, third := h.enters(id, who), h.enters(id, who), h.enters(id, who)
	token, c, err := h.door.Issue(t.Context(), access.API, id, who.ID, "build", access.TokenLife)
	must(t, err)
	_, body := here.get("/me")
	if n := strings.Count(body, "/end\">"); n != 4 { // two sessions, all others, one token
		t.Errorf("the page offers %d ends: %s", n, text(t, body))
	}
	if res, _ := here.post("/me/credentials/"+c.ID+"/end", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("ending a token: %d", res.StatusCode)
	}
	if _, err := h.door.Enter(t.Context(), token.Text().Reveal(), access.API); err == nil {
		t.Error("the token opens after its end")
	}
	if res, _ := here.post("/me/sessions/end", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("ending the others: %d", res.StatusCode)
	}
	for name, b := range map[string]*browser{"one": there, "the other": third} {
		if res, _ := b.get("/me"); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s is still in: %d", name, res.StatusCode)
		}
	}
	if res, _ := here.get("/me?did=others"); res.StatusCode != 200 {
		t.Errorf("this one ended too: %d", res.StatusCode)
	}
}

func TestTheScriptIsKeptForGood(t *testing.T) {
	h := newHouse(t)
	_, body := h.stranger().get("/")
	i := strings.Index(body, "/static/passkey.")
	if i < 0 {
		t.Fatal("no script")
	}
	src, _, _ := strings.Cut(body[i:], `"`)
	res, js := h.stranger().get(src)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || strings.Contains(js, "innerHTML") || strings.Contains(js, "http") {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	h.accounts.Site = passkey.Site{}
	if _, body := h.stranger().get("/"); strings.Contains(body, "<script") || strings.Contains(body, "data-passkey") {
		t.Error("a node without an address asks for passkeys")
	}
	if _, body := h.as(h.signed(draft.Example(today)), agreement.A, agreement.Technical).get("/me"); strings.Contains(body, "/static/passkey.") || !strings.Contains(body, "--public-url") {
		t.Error("its page of a person does not say why there are none")
	}
}
