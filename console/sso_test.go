package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"entente/access/sso/ssotest"
	"entente/agreement"
	"entente/articles/draft"
	"entente/egress"
)

// trusts has the house believe that an issuer's address is one at which issuers may be.
func (h *house) trusts(i *ssotest.Issuer) {
	h.console.SignIn.Keys.Policy = egress.Policy{Allow: []string{strings.TrimPrefix(i.URL, "https://")}, Roots: i.Roots}
}

// pending is the cookie of a sign-in under way.
func pending(res *http.Response) *http.Cookie {
	for _, c := range res.Cookies() {
		if strings.HasSuffix(c.Name, "_sso") {
			return c
		}
	}
	return nil
}

// back is what a browser sends when the issuer has sent it back, with a cookie that it has kept.
func back(path string, q url.Values, kept *http.Cookie) *http.Request {
	r, _ := http.NewRequest("GET", "http://localhost:8610"+path+"/back?"+q.Encode(), nil)
	r.RequestURI = r.URL.RequestURI()
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if kept != nil {
		r.AddCookie(&http.Cookie{Name: kept.Name, Value: kept.Value})
	}
	return r
}

func TestAPersonEntersByTheirCompanysSignIn(t *testing.T) {
	h := newHouse(t)
	issuer := ssotest.Start(t, start)
	h.trusts(issuer)
	id := h.signed(draft.Example(today))
	people := "/agreements/" + string(id) + "/people"
	form := url.Values{"issuer": {issuer.URL}, "client": {ssotest.ClientID}, "secret": {ssotest.ClientSecret}, "domains": {"calluna.example"}}
	for name, c := range map[string]struct {
		b    *browser
		want int
	}{"who has no such role": {h.as(id, agreement.A, agreement.Technical), 403}, "the other party": {h.as(id, agreement.B, agreement.Signatory), 422}, "a stranger": {h.stranger(), 403}} {
		if res, body := c.b.post(people+"/sign-in", form); res.StatusCode != c.want || strings.Contains(body, ssotest.ClientSecret) {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.want)
		}
	}
	door := "/sso/" + string(id) + "/a"
	if res, _ := h.stranger().get(door); res.StatusCode != 404 {
		t.Errorf("before it is named: %d", res.StatusCode)
	}
	mara := h.as(id, agreement.A, agreement.Signatory)
	if res, body := mara.post(people+"/sign-in", form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("naming it: %d %s", res.StatusCode, text(t, body))
	}
	_, body := mara.get(people)
	accessible(t, "people", body)
	if !strings.Contains(body, door) || strings.Contains(body, ssotest.ClientSecret) {
		t.Error("the page does not say where people enter")
	}
	if _, body := h.as(id, agreement.B, agreement.Signatory).get(people); strings.Contains(body, issuer.URL) || strings.Contains(body, door) {
		t.Error("the other party sees it")
	}
	for _, path := range []string{"/sso/" + string(id) + "/b", "/sso/" + string(id) + "/c", "/sso/agr_none/a"} {
		if res, _ := h.stranger().get(path); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}

	res, _ := h.stranger().get(door)
	kept, away := pending(res), res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || kept == nil || !strings.HasPrefix(away, issuer.URL+"/authorize?") || kept.SameSite != http.SameSiteLaxMode || !kept.HttpOnly || kept.MaxAge != 600 {
		t.Fatalf("%d, %+v, %s", res.StatusCode, kept, away)
	}
	q := issuer.Confirms(away)
	// Login CSRF: an answer that somebody else has obtained does not enter another browser.
	another, _ := h.stranger().get(door)
	for name, c := range map[string]*http.Cookie{"a browser that asked nothing": nil, "a browser with a question of its own": pending(another)} {
		res := h.stranger().do(back(door, q, c))
		if _, body := read(t, res); res.StatusCode != 403 || session(res) != "" || !strings.Contains(text(t, body), "did not open this agreement") {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	// Session fixation: what a browser brings as its session is never taken over.
	planted := h.stranger()
	planted.session = strings.Replace(unknownLink(t), "ent_link", "ent_sess", 1)
	res = planted.do(back(door, q, kept))
	got := session(res)
	if res.StatusCode != http.StatusSeeOther || got == "" || got == planted.session || res.Header.Get("Location") != "/agreements/"+string(id) || pending(res).MaxAge >= 0 {
		t.Fatalf("coming back: %d %v", res.StatusCode, res.Cookies())
	}
	b := h.stranger()
	b.session = got
	if res, body := b.get("/me"); res.StatusCode != 200 || !strings.Contains(text(t, body), "by company sign-in") {
		t.Errorf("their page: %d", res.StatusCode)
	}
	if res := h.stranger().do(back(door, q, kept)); res.StatusCode != 403 || session(res) != "" {
		t.Errorf("the same answer again: %d", res.StatusCode)
	}
	// Leaving ends it.
	if res, _ := b.post("/leave", url.Values{}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("leaving: %d", res.StatusCode)
	}
	if res, _ := b.get("/me"); res.StatusCode != 403 {
		t.Errorf("after leaving: %d", res.StatusCode)
	}
	if res, _ := mara.post(people+"/sign-in/removal", url.Values{}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("removing it: %d", res.StatusCode)
	}
	if res, _ := h.stranger().get(door); res.StatusCode != 404 {
		t.Errorf("after it was removed: %d", res.StatusCode)
	}
}

// session is the session that an answer gives.
func session(res *http.Response) string {
	for _, c := range res.Cookies() {
		if c.Name == "entente_session" && c.MaxAge > 0 {
			return c.Value
		}
	}
	return ""
}
