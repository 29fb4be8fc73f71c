package console_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles/draft"
	"entente/console/frame"
)

// A grounds is an agreement with something in it for each name that a route has in braces.
type grounds struct {
	h     *house
	id    agreement.ID
	owner *browser          // to whom what is private belongs: party B's technical lead
	names map[string]string // what stands for each name
}

// private are the names in braces of what belongs to one party, or one person, alone.
var private = []string{"webhook", "item", "credential", "passkey", "digest", "person"}

func newGrounds(h *house) grounds {
	h.t.Helper()
	id := h.signed(draft.Example(today))
	who := h.holder(id, agreement.B, agreement.Technical)
	g := grounds{h, id, h.enters(id, who), nil}
	home := "/agreements/" + string(id)
	path, _ := g.owner.addHook(home, h.receiver.URL+"/of-B")
	h.as(id, agreement.A, agreement.Signatory).post(home+"/clauses/6.1/letters", writing(999, "6.1"))
	_, c, err := h.door.Issue(h.t.Context(), access.API, id, who.ID, "a token of B", access.TokenLife)
	must(h.t, err)
	g.names = map[string]string{"id": string(id), "webhook": strings.TrimPrefix(path, home+"/webhooks/"), "credential": c.ID, "person": h.holder(id, agreement.B, agreement.Finance).ID,
		"item": "ntf_0123456789abcdef", "passkey": "psk_0123456789abcdef", "digest": "sha256:" + strings.Repeat("0", 64), "agreement": string(id), "party": "b",
		"link": "ent_link_nothing", "file": "nothing.css", "version": "1", "clause": "2.2", "entry": "1", "component": "summarise", "section": "commerce", "call": "use_0123456789abcdef", "letter": only(h.view(id).State.General.Letters), "table": "keys.csv"}
	return g
}

var inBraces = regexp.MustCompile(`\{(\w+)\}`)

// fill puts what there is for the names into a route's pattern.
func (g grounds) fill(pattern string) (method, path string) {
	g.h.t.Helper()
	method, path, _ = strings.Cut(strings.Replace(pattern, "{$}", "", 1), " ")
	return method, inBraces.ReplaceAllStringFunc(path, func(name string) string {
		value, known := g.names[strings.Trim(name, "{}")]
		if !known {
			g.h.t.Errorf("%s: nothing stands for %s", pattern, name)
		}
		return value
	})
}

// ask is a request of a browser, as a page of ours sends it.
func (b *browser) ask(method, path string, form url.Values) (*http.Response, string) {
	b.h.t.Helper()
	if method == "POST" {
		return b.post(path, form)
	}
	return b.get(path)
}

// state is what must not change by what somebody else does.
func (g grounds) state() string {
	g.h.t.Helper()
	_, hooks := g.owner.get("/agreements/" + string(g.id) + "/webhooks")
	all, err := g.h.store.Credentials(g.h.t.Context(), g.id, "")
	must(g.h.t, err)
	live := 0
	for _, c := range all {
		if c.Revoked.IsZero() && c.ID == g.names["credential"] {
			live++
		}
	}
	return strings.Join([]string{anyKey(int(g.h.size(g.id))), anyKey(live), between(hooks, "/of-B", "</ul>")}, " ")
}

// Whoever is of no agreement, of another one, or of the other party gets nothing of what is not theirs by any route, and
// changes nothing: the routes come from the router, and each name in them stands for what is somebody else's.
func TestNoRouteGivesWhatIsSomebodyElses(t *testing.T) {
	h := newHouse(t)
	g := newGrounds(h)
	other := h.signed(draft.Example(today))
	stranger, another := h.stranger(), h.as(other, agreement.B, agreement.Technical)
	opposite := h.as(g.id, agreement.A, agreement.Technical)
	sent := url.Values{"key": {anyKey(1)}, "id": {g.names["credential"]}, "sure": {"yes"}, "name": {"x"}, "label": {"x"}, "url": {h.receiver.URL}, "reason": {"x"}, "text": {"x"}, "clause": {"6.3"}}
	before := g.state()
	tried := 0
	for _, pattern := range h.console.Routes() {
		method, path := g.fill(pattern)
		seen := func(who string, b *browser, path string, want ...int) {
			t.Helper()
			tried++
			res, body := b.ask(method, path, sent)
			allowed := false
			for _, status := range want {
				allowed = allowed || res.StatusCode == status
			}
			if !allowed {
				t.Errorf("%s by %s: %d, want %v", pattern, who, res.StatusCode, want)
			}
			for _, secret := range []string{"of-B", "a token of B"} {
				if strings.Contains(body, secret) {
					t.Errorf("%s by %s shows %q", pattern, who, secret)
				}
			}
			if now := g.state(); now != before {
				t.Fatalf("%s by %s changed something: %s became %s", pattern, who, before, now)
			}
		}
		if strings.Contains(pattern, "/agreements/{id}") {
			seen("a stranger", stranger, path, http.StatusForbidden)
			seen("one of another agreement", another, path, http.StatusNotFound)
		}
		for _, name := range private {
			if !strings.Contains(pattern, "{"+name+"}") || strings.HasPrefix(pattern, "GET /begin") {
				continue
			}
			seen("the other party", opposite, path, http.StatusNotFound, http.StatusForbidden, http.StatusUnprocessableEntity)
			if strings.Contains(pattern, "/agreements/{id}") { // the thing's own name, under an agreement of theirs
				seen("one of another agreement who names it as theirs", another, strings.Replace(path, string(g.id), string(other), 1), http.StatusNotFound, http.StatusForbidden)
			}
		}
	}
	for _, path := range []string{"/calendars/end", "/keys/revocation", "/components/summarise/maintenance/withdrawal", "/negotiation/resolutions"} {
		tried++
		if res, _ := opposite.post("/agreements/"+string(g.id)+path, sent); res.StatusCode/100 != 4 {
			t.Errorf("%s of what is not there: %d", path, res.StatusCode)
		}
	}
	if tried < 120 {
		t.Errorf("only %d requests were made", tried)
	}
}

// Every answer of every route, whoever asks and by whatever way they came, bears the headers that guard it.
func TestEveryRouteIsGuarded(t *testing.T) {
	h := newHouse(t)
	g := newGrounds(h)
	for who, b := range map[string]*browser{"a stranger": h.stranger(), "a person": g.owner} {
		for _, secure := range []bool{false, true} {
			b.header = http.Header{}
			if secure {
				b.header.Set("X-Forwarded-Proto", "https")
			}
			for _, pattern := range h.console.Routes() {
				method, path := g.fill(pattern)
				if pattern == "POST /leave" || pattern == "POST /me/sessions/end" || strings.HasSuffix(pattern, "/happenings") {
					continue // they end the visit, or go on: TestASessionIsAlwaysNew and TestWhoIsToldWhatHappens
				}
				res, _ := b.ask(method, path, url.Values{})
				header := res.Header
				want := map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
					"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": map[bool]string{true: "max-age=31536000"}[secure]}
				for name, value := range want {
					if header.Get(name) != value {
						t.Errorf("%s by %s (TLS %t): %s is %q", pattern, who, secure, name, header.Get(name))
					}
				}
				for _, rule := range []string{"default-src 'none'", "frame-ancestors 'none'"} {
					if !strings.Contains(header.Get("Content-Security-Policy"), rule) {
						t.Errorf("%s by %s: the policy %q lacks %s", pattern, who, header.Get("Content-Security-Policy"), rule)
					}
				}
				if policy := header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
					t.Errorf("%s by %s: the policy is %q", pattern, who, policy)
				}
				if !strings.HasPrefix(header.Get("Cache-Control"), "no-store") {
					t.Errorf("%s by %s: Cache-Control is %q", pattern, who, header.Get("Cache-Control"))
				}
				if header.Get("Server") != "" || header.Get("X-Powered-By") != "" || header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s by %s says too much: %v", pattern, who, header)
				}
			}
		}
	}
}

// No parameter, field or header makes an answer lead to another site.
func TestNoAnswerLeadsElsewhere(t *testing.T) {
	h := newHouse(t)
	g := newGrounds(h)
	const evil = "evil.example"
	lures := []string{"https://" + evil, "//" + evil, `/\` + evil, "https:" + evil, "\t//" + evil}
	names := []string{"next", "return", "return_to", "to", "url", "back", "continue", "redirect", "redirect_uri", "path", "home"}
	check := func(what string, res *http.Response, body string) {
		t.Helper()
		if to := res.Header.Get("Location"); strings.Contains(to, evil) || to != "" && (to[0] != '/' || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`)) {
			t.Errorf("%s leads to %q", what, to)
		}
		if strings.Contains(res.Header.Get("Refresh"), evil) {
			t.Errorf("%s refreshes to %q", what, res.Header.Get("Refresh"))
		}
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			return
		}
		for _, one := range tags(t, body) {
			for _, attr := range []string{"href", "action", "src", "content", "formaction"} {
				if strings.Contains(one.attrs[attr], evil) {
					t.Errorf("%s has a %s whose %s is %q", what, one.name, attr, one.attrs[attr])
				}
			}
		}
	}
	for n, pattern := range h.console.Routes() {
		method, path := g.fill(pattern)
		if strings.HasSuffix(pattern, "/happenings") || strings.HasSuffix(pattern, "/ledger/verification") {
			continue // no pages of the console: the second is held by articles/carried, and has code within
		}
		lure := lures[n%len(lures)]
		form := url.Values{}
		for _, name := range names {
			form.Set(name, lure)
		}
		for who, session := range map[string]string{"a stranger": "", "a person": g.owner.session} {
			for _, from := range []string{"same-origin", "cross-site"} {
				if method == "POST" && from == "cross-site" {
					continue // TestOtherSitesCannotAct
				}
				b := h.stranger()
				b.session, b.header = session, http.Header{"Referer": {"https://" + evil + "/x"}, "X-Forwarded-Host": {evil}, "Sec-Fetch-Site": {from}}
				res, body := b.ask(method, path+"?"+form.Encode(), form)
				check(pattern+" by "+who+" from "+from, res, body)
			}
		}
		if pattern == "POST /leave" {
			g.owner = h.as(g.id, agreement.B, agreement.Technical)
		}
	}
	for _, path := range []string{"//" + evil, "//" + evil + "/agreements", "/" + "%2F" + evil, "/%5C" + evil, "/agreements//" + evil + "/.."} {
		b := h.stranger()
		b.header = http.Header{"Sec-Fetch-Site": {"cross-site"}}
		r := httptest.NewRequest("GET", "http://node.example/", nil)
		r.URL = &url.URL{Path: strings.ReplaceAll(strings.ReplaceAll(path, "%2F", "/"), "%5C", `\`), RawPath: path}
		r.RequestURI = path
		res, body := read(t, b.do(r))
		for _, one := range tags(t, body) {
			if to := one.attrs["href"] + one.attrs["content"]; strings.HasPrefix(to, "//") || strings.Contains(to, "url=//") || strings.HasPrefix(to, `/\`) {
				t.Errorf("%s leads to %q", path, to)
			}
		}
		if to := res.Header.Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || strings.HasPrefix(to, "http") {
			t.Errorf("%s leads to %q", path, to)
		}
	}
}

// No route reads more than it bounds, whether it takes a form or a file; what is too long is refused and changes nothing.
func TestEveryUploadIsBounded(t *testing.T) {
	h := newHouse(t)
	g := newGrounds(h)
	person := h.as(g.id, agreement.B, agreement.Legal)
	files := 0
	for _, pattern := range h.console.Routes() {
		method, path := g.fill(pattern)
		if method != "POST" || pattern == "POST /leave" || pattern == "POST /me/sessions/end" {
			continue
		}
		for kind, most := range map[string]int64{"form": 64 << 10, "file": frame.MostUpload + 64<<10} {
			body, media := tooMuch(t, kind, most)
			counted := &counter{Reader: body}
			r := httptest.NewRequest("POST", path, counted)
			r.Header.Set("Content-Type", media)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			res, _ := read(t, person.do(r))
			if res.StatusCode/100 != 4 {
				t.Errorf("%s with too long a %s: %d", pattern, kind, res.StatusCode)
			}
			if res.StatusCode == http.StatusRequestEntityTooLarge && kind == "file" {
				files++
			}
			if counted.n > most+1<<20 {
				t.Errorf("%s read %d bytes of a %s", pattern, counted.n, kind)
			}
		}
	}
	if files < 3 {
		t.Errorf("%d routes were seen to refuse a file for its length", files)
	}
}

// tooMuch is a body that is longer than it may be.
func tooMuch(t *testing.T, kind string, most int64) (io.Reader, string) {
	t.Helper()
	if kind == "form" {
		return strings.NewReader("key=" + anyKey(1) + "&text=" + strings.Repeat("x", int(most))), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "long.pdf")
	must(t, err)
	_, err = part.Write(make([]byte, most+1))
	must(t, err)
	must(t, w.Close())
	return &b, w.FormDataContentType()
}

// A counter counts what is read.
type counter struct {
	io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}
