package console_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/draft"
)

// cookies are the session cookies that an answer sets.
func cookies(res *http.Response) []*http.Cookie { return res.Cookies() }

func TestALinkOpensOnce(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.A, agreement.Technical)
	link := h.link(id, who)

	for range 3 { // looking at a link does not use it
		res, body := h.stranger().get("/enter/" + link)
		if res.StatusCode != 200 || !strings.Contains(text(t, body), "Enter as Jonas Lindqvist for Calluna") || len(cookies(res)) > 0 {
			t.Fatalf("%d: %s", res.StatusCode, text(t, body))
		}
		accessible(t, "enter", body)
	}
	_, body := h.stranger().get("/enter/" + link)
	f := forms(t, body)[0]
	res, _ := h.stranger().post(f.action, url.Values{"link": {f.values["link"]}})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/agreements/"+string(id) || len(cookies(res)) != 1 {
		t.Fatalf("%d to %q with %v", res.StatusCode, res.Header.Get("Location"), cookies(res))
	}
	c := cookies(res)[0]
	if c.Name != "entente_session" || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.Secure || c.MaxAge != 7*24*60*60 {
		t.Errorf("the cookie is %v", c)
	}
	b := h.stranger()
	b.session = c.Value
	if res, body := b.get("/agreements/" + string(id)); res.StatusCode != 200 || !strings.Contains(body, "Jonas Lindqvist") {
		t.Errorf("the session does not open the agreement: %d", res.StatusCode)
	}
	if res, _ := b.get("/"); res.Header.Get("Location") != "/agreements/"+string(id) {
		t.Errorf("the first page leads to %q", res.Header.Get("Location"))
	}

	if res, body := h.stranger().get("/enter/" + link); res.StatusCode != 404 || !strings.Contains(text(t, body), "Each link opens once") {
		t.Errorf("a used link gave %d: %s", res.StatusCode, text(t, body))
	}
	if res, body := h.stranger().post("/enter", url.Values{"link": {link}}); res.StatusCode != 404 || len(cookies(res)) > 0 {
		t.Errorf("a used link opened: %d, %s", res.StatusCode, text(t, body))
	}
}

func TestOnlyALinkOpens(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.A, agreement.Technical)
	issue := func(kind access.Kind) string {
		k, _, err := h.door.Issue(t.Context(), kind, id, who.ID, "test", time.Hour)
		must(t, err)
		return k.Text().Reveal()
	}
	operator, err := access.Mint(access.API, zeros{})
	must(t, err)
	h.door.Operator = operator.Digest()
	expired := issue(access.Link)
	h.pass(2 * time.Hour)
	_, absent := h.stranger().get("/enter/" + expired)
	for name, link := range map[string]string{"an expired link": expired, "garbage": "ent_link_x", "a session": issue(access.Session), "an API token": issue(access.API),
		"the operator's token": operator.Text().Reveal(), "an unknown link": unknownLink(t)} {
		if res, body := h.stranger().get("/enter/" + link); res.StatusCode != 404 || body != absent {
			t.Errorf("%s was shown: %d", name, res.StatusCode)
		}
		if res, _ := h.stranger().post("/enter", url.Values{"link": {link}}); res.StatusCode != 404 || len(cookies(res)) > 0 {
			t.Errorf("%s opened: %d", name, res.StatusCode)
		}
	}
	for name, session := range map[string]string{"a link": issue(access.Link), "an API token": issue(access.API), "the operator's token": operator.Text().Reveal(), "garbage": "x"} {
		b := h.stranger()
		b.session = session
		if res, _ := b.get("/agreements/" + string(id)); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s was taken for a session: %d", name, res.StatusCode)
		}
		if res, _ := b.get("/"); res.StatusCode != 200 {
			t.Errorf("%s was taken for a session on the first page: %d", name, res.StatusCode)
		}
	}
}

// zeros is randomness for a token that the test knows.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func unknownLink(t *testing.T) string {
	k, err := access.Mint(access.Link, zeros{})
	must(t, err)
	return k.Text().Reveal()
}

// What a browser brings is never taken over as a session, and a session that it had ends.
func TestASessionIsAlwaysNew(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.A, agreement.Technical)
	planted := h.stranger()
	planted.session = strings.Replace(unknownLink(t), "ent_link", "ent_sess", 1)
	res, _ := planted.post("/enter", url.Values{"link": {h.link(id, who)}})
	if got := cookies(res); len(got) != 1 || got[0].Value == planted.session {
		t.Fatalf("the cookies are %v", got)
	}
	if res, _ := planted.get("/agreements/" + string(id)); res.StatusCode != http.StatusForbidden {
		t.Errorf("the planted session opens: %d", res.StatusCode)
	}

	before := h.enters(id, who)
	res, _ = before.post("/enter", url.Values{"link": {h.link(id, who)}})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("entering again gave %d", res.StatusCode)
	}
	if res, _ := before.get("/agreements/" + string(id)); res.StatusCode != http.StatusForbidden {
		t.Errorf("the session before still opens: %d", res.StatusCode)
	}

	b := h.enters(id, who)
	res, _ = b.post("/leave", nil)
	if got := cookies(res); len(got) != 1 || got[0].Value != "" || got[0].MaxAge >= 0 {
		t.Errorf("leaving left %v", got)
	}
	if said := res.Header.Get("Clear-Site-Data"); said != `"cache", "storage"` {
		t.Errorf("leaving tells the browser to clear %s", said)
	}
	if res, _ := b.get("/agreements/" + string(id)); res.StatusCode != http.StatusForbidden {
		t.Errorf("the session opens after leaving: %d", res.StatusCode)
	}
	if res, body := h.stranger().get("/?left"); res.StatusCode != 200 || !strings.Contains(body, "You have left") {
		t.Errorf("after leaving: %d", res.StatusCode)
	}

	long := h.enters(id, who)
	h.pass(access.SessionLife + time.Second)
	if res, body := long.get("/agreements/" + string(id)); res.StatusCode != http.StatusForbidden || !strings.Contains(body, `href="/?to=%2Fagreements%2F`+string(id)+`">Enter</a>`) {
		t.Errorf("a session outlives its time: %d", res.StatusCode)
	}
}

// By TLS the cookie bears the name that binds it to this host, and no other name is read.
func TestTheCookieIsBoundToItsHost(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.A, agreement.Technical)
	b := h.enters(id, who)
	b.header.Set("X-Forwarded-Proto", "https")
	if res, _ := b.get("/agreements/" + string(id)); res.StatusCode != http.StatusForbidden || res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("a cookie that any host of the domain could have set was read: %d", res.StatusCode)
	}
	res, _ := b.post("/enter", url.Values{"link": {h.link(id, who)}})
	c := cookies(res)[0]
	if c.Name != "__Host-entente" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie is %v", c)
	}
	r := httptest.NewRequest("GET", "https://node.example/agreements/"+string(id), nil)
	r.AddCookie(c)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("the cookie does not open: %d", w.Code)
	}
}

// A link in a letter leads to a page of ours first, because the browser withholds the cookie.
func TestAVisitFromElsewhereIsShownTheWayOn(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	for _, path := range []string{"/", "/agreements/" + string(id) + "/clauses/2.2"} {
		b := h.stranger()
		b.header.Set("Sec-Fetch-Site", "cross-site")
		res, body := b.get(path)
		if res.StatusCode != http.StatusForbidden || !strings.Contains(body, `href="`+path+`">Continue</a>`) || !strings.Contains(body, `http-equiv="refresh" content="0"`) {
			t.Errorf("%s gave %d: %s", path, res.StatusCode, body)
		}
		accessible(t, path, body)
		b.header.Set("Sec-Fetch-Site", "same-origin")
		if _, body := b.get(path); strings.Contains(body, "refresh") {
			t.Errorf("%s leads on for ever", path)
		}
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.as(id, agreement.A, agreement.Technical)
	home := "/agreements/" + string(id)
	for _, path := range []string{"/", "/enter/x", home, home + "/ledger", home + "/ledger/1", home + "/ledger/1/proof", home + "/ledger/1/leaf", home + "/bundle", "/nowhere", home + "/ledger/999", "/static/x"} {
		res, _ := b.get(path)
		want := map[string]string{
			"Content-Security-Policy":      "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
			"Referrer-Policy":              "same-origin",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Cache-Control":                "no-store",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Strict-Transport-Security":    "",
		}
		for name, value := range want {
			if got := res.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
}

func TestTheStyleSheetIsKeptForGood(t *testing.T) {
	h := newHouse(t)
	_, body := h.stranger().get("/")
	href := regexp.MustCompile(`href="(/static/console\.[0-9a-f]{16}\.css)"`).FindStringSubmatch(body)
	if href == nil {
		t.Fatalf("no style sheet in %s", body)
	}
	res, css := h.stranger().get(href[1])
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/css; charset=utf-8" || res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	for _, outside := range []string{"url(", "@import", "http:", "https:"} {
		if strings.Contains(css, outside) {
			t.Errorf("the style sheet asks for something from outside: %s", outside)
		}
	}
}

// Another site cannot make a browser act here: not with the cookie, and not without it.
func TestOtherSitesCannotAct(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.A, agreement.Technical)
	for _, pattern := range h.console.Routes() {
		path, unsafe := strings.CutPrefix(pattern, "POST ")
		if !unsafe {
			continue
		}
		path = strings.ReplaceAll(path, "{id}", string(id))
		link := h.link(id, who)
		for name, header := range map[string]http.Header{
			"another site":     {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}},
			"a neighbour":      {"Sec-Fetch-Site": {"same-site"}, "Origin": {"http://example.com:8080"}},
			"an old browser":   {"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {}},
			"a sandboxed page": {"Origin": {"null"}, "Sec-Fetch-Site": {}},
		} {
			before := h.size(id)
			b := h.enters(id, who)
			b.header = header
			res, body := b.post(path, url.Values{"key": {anyKey(1)}, "link": {link}, "milestone": {"api-development"}, "kind": {"link"}, "ref": {"https://x.example"}, "reason": {"x"},
				"component": {"embed"}, "environment": {"test"}, "purpose": {"service"}, "class": {"customer"}})
			if res.StatusCode != http.StatusForbidden || !strings.Contains(body, "Another site sent this") || len(cookies(res)) > 0 {
				t.Errorf("%s by %s gave %d", path, name, res.StatusCode)
			}
			if h.size(id) != before {
				t.Errorf("%s by %s was carried out", path, name)
			}
			b.header = http.Header{}
			if res, _ := b.get("/agreements/" + string(id)); res.StatusCode != 200 {
				t.Errorf("%s by %s ended the session", path, name)
			}
		}
		if res, _ := h.stranger().get("/enter/" + link); res.StatusCode != 200 {
			t.Errorf("%s used the link up", path)
		}
	}
}

// Who wanted a page before they entered comes to it when they have, and to nothing that is not theirs.
func TestWhoEntersComesToWhereTheyWanted(t *testing.T) {
	h := newHouse(t)
	letter := h.writes()
	id := h.signed(draft.Example(today))
	other := h.between("AC-7", "Elder", "Fir", nil)
	who, _ := h.view(id).State.Text().Frame().Person("mara-voss")
	clause := "/agreements/" + string(id) + "/clauses/6.1"
	_, body := h.stranger().get(clause)
	if !strings.Contains(body, `href="/?to=`+url.QueryEscape(clause)+`">Enter</a>`) {
		t.Errorf("the door does not know where from: %s", body)
	}
	for n, c := range []struct{ to, kept, want string }{{clause, clause, clause}, {"/agreements/" + string(other), "/agreements/" + string(other), "/agreements/" + string(id)}, {"//evil.example", "", "/agreements/" + string(id)}} {
		_, door := h.stranger().get("/?to=" + url.QueryEscape(c.to))
		accessible(t, "the door", door)
		asked := url.Values{"address": {string(who.Email)}}
		for _, f := range forms(t, door) {
			if f.values["to"] != c.kept {
				t.Errorf("%s keeps %q, want %q", f.action, f.values["to"], c.kept)
			}
			if f.action == "/codes" && f.values["to"] != "" {
				asked.Set("to", f.values["to"])
			}
		}
		_, page := h.stranger().post("/codes", asked)
		given := url.Values{"address": {"x"}, "code": {regexp.MustCompile(`\d{4} \d{4}`).FindString(letter(n + 1).Body)}}
		for name, value := range forms(t, page)[0].values {
			if name == "ticket" || name == "to" {
				given.Set(name, value)
			}
		}
		if res, _ := h.stranger().post("/codes/entry", given); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != c.want {
			t.Errorf("who wanted %s comes to %q (%d), want %s", c.to, res.Header.Get("Location"), res.StatusCode, c.want)
		}
		h.pass(time.Hour)
	}
}
