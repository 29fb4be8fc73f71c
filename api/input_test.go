package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// canary is what callers send; no problem repeats it.
const canary = "canary-7d1f"

// Whatever is sent, the answer is a problem that says what is wrong with it, soon, and does not
// repeat it.
func TestBadInputIsRefused(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id
	suspend, keys, complete := path+"/suspensions", "/api/v1/keys", path+"/milestones/integration-testing/completion"
	deep := func(n int) string {
		return `{"reason":` + strings.Repeat("[", n) + `"` + canary + `"` + strings.Repeat("]", n) + `}`
	}
	fields := func(s string) string {
		return `{"component":"summarise","environment":"test","purpose":"service",` + s + `}`
	}
	for name, c := range map[string]struct {
		who, method, path, body string
		headers                 []string
	}{
		"a number for a text":          {securityA, "POST", suspend, `{"reason":7}`, nil},
		"an object for a text":         {securityA, "POST", suspend, `{"reason":{"a":"` + canary + `"}}`, nil},
		"an object for a part":         {securityA, "POST", "/api/v1/tokens", `{"parts":[{"a":"` + canary + `"}]}`, nil},
		"a list for a part":            {securityA, "POST", "/api/v1/tokens", `{"parts":[["` + canary + `"]]}`, nil},
		"null for a text":              {securityA, "POST", suspend, `{"reason":null}`, nil},
		"a text for a list":            {technicalA, "POST", complete, `{"evidence":"` + canary + `"}`, nil},
		"a list for an object":         {securityA, "POST", suspend, `["` + canary + `"]`, nil},
		"a text for an object":         {securityA, "POST", suspend, `"` + canary + `"`, nil},
		"null":                         {securityA, "POST", suspend, `null`, nil},
		"a member twice":               {securityA, "POST", suspend, `{"reason":"x","reason":"` + canary + `"}`, nil},
		"a member twice, escaped":      {securityA, "POST", suspend, `{"reason":"x","re\u0061son":"` + canary + `"}`, nil},
		"a member twice, deep":         {technicalA, "POST", complete, `{"evidence":[{"kind":"link","kind":"file","ref":"` + canary + `"}]}`, nil},
		"an unknown member":            {securityA, "POST", suspend, `{"reason":"x","extra":"` + canary + `"}`, nil},
		"an unknown member, deep":      {technicalA, "POST", complete, `{"evidence":[{"kind":"link","ref":"https://a.example","admin":"` + canary + `"}]}`, nil},
		"a member in another case":     {securityA, "POST", suspend, `{"Reason":"` + canary + `"}`, nil},
		"__proto__":                    {securityA, "POST", suspend, `{"reason":"x","__proto__":{"admin":true}}`, nil},
		"65 deep":                      {securityA, "POST", suspend, deep(65), nil},
		"100,000 deep":                 {securityA, "POST", suspend, deep(100_000), nil},
		"over a MiB":                   {securityA, "POST", suspend, `{"reason":"` + strings.Repeat("x", 1<<20) + `"}`, nil},
		"not UTF-8":                    {securityA, "POST", suspend, "{\"reason\":\"" + canary + "\xff\"}", nil},
		"a lone surrogate":             {securityA, "POST", suspend, `{"reason":"` + canary + `\ud800"}`, nil},
		"NUL":                          {securityA, "POST", suspend, `{"reason":"` + canary + `\u0000"}`, nil},
		"an escape character":          {securityA, "POST", suspend, `{"reason":"` + canary + `\u001b[31m"}`, nil},
		"trailing data":                {securityA, "POST", suspend, `{"reason":"x"} ` + canary, nil},
		"two values":                   {securityA, "POST", suspend, `{"reason":"x"}{"reason":"y"}`, nil},
		"a byte order mark":            {securityA, "POST", suspend, "\ufeff" + `{"reason":"x"}`, nil},
		"a comment":                    {securityA, "POST", suspend, `{"reason":"x"/* ` + canary + ` */}`, nil},
		"a trailing comma":             {securityA, "POST", suspend, `{"reason":"` + canary + `",}`, nil},
		"cut short":                    {securityA, "POST", suspend, `{"reason":"` + canary, nil},
		"no body":                      {securityA, "POST", suspend, ``, nil},
		"a huge number":                {securityA, "POST", suspend, `{"reason":1e999}`, nil},
		"a long number":                {securityA, "POST", suspend, `{"reason":123456789012345678901234567890}`, nil},
		"NaN":                          {securityA, "POST", suspend, `{"reason":NaN}`, nil},
		"an empty text":                {securityA, "POST", suspend, `{"reason":""}`, nil},
		"a long text":                  {securityA, "POST", suspend, `{"reason":"` + strings.Repeat("é", 2001) + `"}`, nil},
		"no member":                    {securityA, "POST", suspend, `{}`, nil},
		"an empty list":                {technicalA, "POST", complete, `{"evidence":[]}`, nil},
		"a long list":                  {technicalA, "POST", complete, `{"evidence":[` + strings.Repeat(`{"kind":"file","ref":"x"},`, 10) + `{"kind":"file","ref":"` + canary + `"}]}`, nil},
		"null in a list":               {technicalA, "POST", complete, `{"evidence":[null]}`, nil},
		"an unknown choice":            {technicalB, "POST", keys, `{"component":"summarise","environment":"` + canary + `","purpose":"service"}`, nil},
		"no duration":                  {technicalB, "POST", keys, fields(`"expires_in":"` + canary + `"`), nil},
		"a negative duration":          {technicalB, "POST", keys, fields(`"expires_in":"-P1D"`), nil},
		"a form":                       {securityA, "POST", suspend, `reason=` + canary, []string{"Content-Type", "application/x-www-form-urlencoded"}},
		"plain text":                   {securityA, "POST", suspend, `{"reason":"` + canary + `"}`, []string{"Content-Type", "text/plain"}},
		"no content type":              {securityA, "POST", suspend, `{"reason":"` + canary + `"}`, []string{"Content-Type", ""}},
		"another charset":              {securityA, "POST", suspend, `{"reason":"x"}`, []string{"Content-Type", "application/json; charset=utf-16"}},
		"a content type of nonsense":   {securityA, "POST", suspend, `{"reason":"x"}`, []string{"Content-Type", "application/json; ;;"}},
		"compressed":                   {securityA, "POST", suspend, `{"reason":"x"}`, []string{"Content-Encoding", "gzip"}},
		"a body on GET":                {financeA, "GET", keys, `{"reason":"` + canary + `"}`, nil},
		"a body where none is taken":   {signatoryA, "DELETE", path + "/suspensions/all", `{"reason":"` + canary + `"}`, nil},
		"another method":               {financeA, "PUT", keys, `{}`, nil},
		"no id":                        {financeA, "GET", "/api/v1/agreements/" + canary, ``, nil},
		"an id in capitals":            {financeA, "GET", strings.ToUpper(path[len("/api/v1/agreements"):]), ``, nil},
		"an escaped slash":             {financeA, "GET", path + "%2f..%2f" + p.id, ``, nil},
		"dots":                         {financeA, "GET", path + "/ledger/../../me", ``, nil},
		"NUL in a path":                {financeA, "GET", path + "/documents/%00", ``, nil},
		"not UTF-8 in a path":          {technicalA, "POST", path + "/milestones/%ff%fe/completion", `{"evidence":[{"kind":"file","ref":"x"}]}`, nil},
		"a position below 0":           {financeA, "GET", path + "/ledger/entries/-1/proof", ``, nil},
		"no position":                  {financeA, "GET", path + "/ledger/entries/" + canary + "/proof", ``, nil},
		"a huge position":              {financeA, "GET", path + "/ledger/entries/9223372036854775807/proof", ``, nil},
		"a position beyond all":        {financeA, "GET", path + "/ledger/entries/92233720368547758070/proof", ``, nil},
		"a huge cursor":                {financeA, "GET", path + "/ledger/entries?after=9999999999999999", ``, nil},
		"an unknown parameter":         {financeA, "GET", keys + "?" + canary + "=1", ``, nil},
		"a parameter twice":            {financeA, "GET", keys + "?limit=1&limit=2", ``, nil},
		"a limit of nothing":           {financeA, "GET", keys + "?limit=0", ``, nil},
		"a limit without end":          {financeA, "GET", keys + "?limit=100000", ``, nil},
		"no number":                    {financeA, "GET", keys + "?limit=" + canary, ``, nil},
		"a semicolon in a query":       {financeA, "GET", keys + "?limit=1;after=2", ``, nil},
		"not UTF-8 in a query":         {technicalA, "DELETE", keys + "/key_x?reason=%ff", ``, nil},
		"a long query":                 {technicalA, "DELETE", keys + "/key_x?reason=" + strings.Repeat("x", 3000), ``, nil},
		"a day that is none":           {financeA, "GET", "/api/v1/usage?from=2026-02-30", ``, nil},
		"a checkpoint not in UTF-8":    {"", "POST", "/witness/add-checkpoint", "old 1\n\xea\xc3" + canary, nil},
		"an ETag not in UTF-8":         {securityA, "POST", suspend, `{"reason":"x"}`, []string{"If-Match", "\"\xea\xc3" + canary + "\""}},
		"Basic":                        {"", "GET", keys, ``, []string{"Authorization", "Basic " + canary}},
		"two tokens":                   {financeA, "GET", keys, ``, []string{"Authorization", "Bearer " + canary}},
		"a token in the query":         {"", "GET", keys + "?token=" + canary, ``, nil},
		"a token in a cookie":          {"", "GET", keys, ``, []string{"Cookie", "entente_session=" + canary}},
		"yaml that is none":            {"operator", "POST", "/api/v1/agreements", `{"file":"{[` + canary + `"}`, nil},
		"yaml with aliases":            {"operator", "POST", "/api/v1/agreements", `{"file":` + quoted(bomb()) + `}`, nil},
		"yaml, 100,000 deep":           {"operator", "POST", "/api/v1/agreements", `{"file":` + quoted(strings.Repeat("[", 100_000)) + `}`, nil},
		"yaml over a MiB":              {"operator", "POST", "/api/v1/agreements", `{"file":` + quoted(strings.Repeat("a: b\n", 1<<18)) + `}`, nil},
		"over 8 MiB":                   {"operator", "POST", "/api/v1/agreements", `{"file":"` + strings.Repeat("x", 8<<20) + `"}`, nil},
		"attachments that are no base": {"operator", "POST", "/api/v1/agreements", `{"file":"x","attachments":{"a":"` + canary + `"}}`, nil},
		"many attachments":             {"operator", "POST", "/api/v1/agreements", `{"file":"x","attachments":{` + many(21) + `}}`, nil},
		"a package of nonsense":        {"operator", "POST", "/api/v1/agreements", `{"file":` + quoted(proposal(example())["file"].(string)) + `,"package":{"a":"` + canary + `"}}`, nil},
	} {
		token := p.people[c.who]
		if c.who == "operator" {
			token = h.operator
		}
		var body any
		if c.body != "" {
			body = c.body
		}
		began := time.Now()
		a := h.do(token, c.method, c.path, body, c.headers...)
		if a.status < 400 || a.status >= 500 || time.Since(began) > 5*time.Second {
			t.Errorf("%s: %d after %v: %s", name, a.status, time.Since(began), a.body)
		}
		if strings.Contains(string(a.body), canary) && name != "an unknown parameter" { // whose name is told
			t.Errorf("%s: the problem repeats what was sent: %s", name, a.body)
		}
	}
	if logged := h.logs.String(); strings.Contains(logged, canary) && strings.Contains(logged, "a request failed") || strings.Contains(logged, "panic") {
		t.Errorf("the node failed:\n%s", logged)
	}
}

func quoted(s string) string {
	return `"` + strings.NewReplacer("\n", `\n`, `"`, `\"`, `\`, `\\`).Replace(s) + `"`
}

func many(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`"a%d":"eA=="`, i))
	}
	return strings.Join(all, ",")
}

// bomb is YAML that grows to a billion lines.
func bomb() string {
	s := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 10; i++ {
		s += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	return s
}

// Requests that no client library sends.
func TestRawRequestsAreRefused(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	to := "POST /api/v1/agreements/" + p.id + "/suspensions HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer " + p.people[securityA] + "\r\nContent-Type: application/json\r\n"
	for name, c := range map[string]struct{ request, want string }{
		"length and chunks":     {to + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: node\r\n\r\n", "400"},
		"a broken chunk":        {to + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", "400"},
		"a chunked MiB":         {to + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat(" ", 0x10000)+"\r\n", 17) + "0\r\n\r\n", "413"},
		"a length that is late": {to + "Content-Length: 500\r\n\r\n{\"reason\":", "408"},
	} {
		began := time.Now()
		status, connection, rest := exchange(t, h.url, c.request)
		if status != c.want || time.Since(began) > 5*time.Second {
			t.Errorf("%s: %s after %v, want %s", name, status, time.Since(began), c.want)
		}
		if strings.Contains(c.request, "Transfer-Encoding") && (connection != "close" || rest != "") {
			t.Errorf("%s: the connection stays open (%q), and answers %q", name, connection, rest)
		}
	}
}

// A gone is the connection of a caller who left before the answer's end.
type gone struct {
	header http.Header
	leave  func()
	said   []int
}

func (g *gone) Header() http.Header    { return g.header }
func (g *gone) WriteHeader(status int) { g.said = append(g.said, status) }
func (g *gone) Write([]byte) (int, error) {
	g.leave()
	return 0, net.ErrClosed
}

// An answer has one status, whatever becomes of its caller.
func TestAnAnswerThatIsNotRead(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	ctx, leave := context.WithCancel(context.Background())
	r := httptest.NewRequestWithContext(ctx, "GET", "/api/v1/agreements/"+p.id, nil)
	r.Header.Set("Authorization", "Bearer "+p.people[securityA])
	g := &gone{header: http.Header{}, leave: leave}
	h.api.Handler().ServeHTTP(g, r)
	if diff := cmp.Diff([]int{200}, g.said); diff != "" {
		t.Errorf("the status is said (- once, + as it was):\n%s", diff)
	}
}

// exchange sends bytes and reads what comes back: the status, the Connection header, and what
// follows the first answer.
func exchange(t *testing.T, to, request string) (status, connection, rest string) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(to, "http://"))
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(8*time.Second)))
	go io.WriteString(conn, request)
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	must(t, err)
	b, err := io.ReadAll(res.Body)
	must(t, err)
	if res.StatusCode >= 400 && res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d is no problem: %s", res.StatusCode, b)
	}
	if res.Close {
		connection = "close"
		all, _ := io.ReadAll(r)
		rest = string(all)
	}
	return fmt.Sprint(res.StatusCode), connection, rest
}

// No request, however strange, makes the node fail, and every refusal is a problem.
func FuzzProblemPaths(f *testing.F) {
	h := newHouse(f)
	p := h.settle(example())
	handler := h.api.Handler()
	tokens := []string{"", h.operator, p.people[technicalA], p.people[signatoryB], "ent_api_x"}
	for _, e := range effects {
		method, path, _ := strings.Cut(e.operation, " ")
		f.Add(method, strings.ReplaceAll(path, "{id}", p.id), "limit=2", `{"reason":"x"}`, "application/json", "k", 2)
		f.Add(method, strings.ReplaceAll(path, "{id}", p.id), "", "", "", "", 1)
	}
	f.Fuzz(func(t *testing.T, method, path, query, body, media, key string, who int) {
		r := &http.Request{Method: method, URL: &url.URL{Path: path, RawQuery: query}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Host: "node", RequestURI: path, ContentLength: int64(len(body))}
		if token := tokens[uint(who)%uint(len(tokens))]; token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		for name, value := range map[string]string{"Content-Type": media, "Idempotency-Key": key} {
			if value != "" {
				r.Header[name] = []string{value}
			}
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r.WithContext(t.Context()))
		if w.Code >= 500 {
			t.Fatalf("%s %q?%q %q: %d %s\n%s", method, path, query, body, w.Code, w.Body, h.logs)
		}
		if w.Code >= 400 {
			h.form.checkProblem(t, method, path, answer{w.Code, w.Header(), w.Body.Bytes()})
		}
		if w.Code/100 == 3 {
			t.Fatalf("%s %q: a redirect to %s", method, path, w.Header().Get("Location"))
		}
	})
}
