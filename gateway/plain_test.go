package gateway_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/calendar"
	"entente/egress"
	"entente/meter"
)

// harbour is the OpenAPI document of a component that is neither an AI service nor an MCP server.
const harbour = `
openapi: 3.1.0
info: {title: Harbour, version: "1"}
paths:
  /berths: {get: {operationId: listBerths}, post: {operationId: bookBerth, parameters: [{name: X-Harbour, in: header}, {name: Cookie, in: header}]}}
  /berths/{id}: {get: {operationId: readBerth}, put: {operationId: changeBerth}, delete: {operationId: freeBerth}}
  /berths/export: {get: {operationId: exportBerths}}
  /tides/events: {get: {operationId: followTides}}
  /uploads/{name}: {put: {operationId: upload}}
`

// newHarbour is a house whose component harbour speaks plain HTTP.
func newHarbour(t testing.TB, documents ...string) *house {
	h := newHouse(t, egress.Policy{Idle: 400 * time.Millisecond})
	h.openHarbour(technical.Specification{OpenAPI: "Harbour API", Operations: []string{"listBerths", "bookBerth", "readBerth", "changeBerth", "followTides", "upload", "GET /charts/{name}.png", "OPTIONS /berths"}},
		map[string]string{"sha256:harbour": harbour})
	return h
}

// openHarbour adds the component with a specification, and attachments by digest.
func (h *house) openHarbour(spec technical.Specification, attached map[string]string) {
	h.t.Helper()
	spec.Component, spec.Protocol = "harbour", technical.HTTP
	h.change(func(s *articles.State) {
		text := *s.Texts[0]
		text.Scope.Components = append(text.Scope.Components, agreement.Component{Name: "harbour", Title: "Calluna Harbour", Provider: agreement.A, Methods: []agreement.Method{agreement.API}})
		text.ScheduleA.Components = append(text.ScheduleA.Components, spec)
		text.Agreement.Attachments = append(text.Agreement.Attachments, agreement.Attachment{Name: "Harbour API", File: "harbour.yaml", Digest: "sha256:harbour"})
		annex, err := articles.ReadAnnex(&text, func(digest string) ([]byte, error) { return []byte(attached[digest]), nil })
		must(h.t, err)
		s.Texts, s.Annexes = []*articles.Agreement{&text}, []*articles.Annex{annex}
		h.addKey(s, "harbour", agreement.B, agreement.Production, agreement.Service, agreement.CustomerData)
	})
}

// echo answers with what it was asked, as a line.
func echo(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprintf(w, "%s %s %d", r.Method, r.RequestURI, len(b))
}

// What the gateway matched is exactly what the service gets.
func TestPlainCalls(t *testing.T) {
	h := newHarbour(t)
	h.answers(echo)
	for _, c := range []struct{ method, path, want, operation string }{
		{"GET", "/berths", "GET /v1/berths 0", "listBerths"},
		{"GET", "/berths?free=1&q=a%2Fb&;", "GET /v1/berths?free=1&q=a%2Fb&; 0", "listBerths"},
		{"POST", "/berths", "POST /v1/berths 3", "bookBerth"},
		{"GET", "/berths/a%20b%c3%a9!$&'()*+,=:@", "GET /v1/berths/a%20b%c3%a9!$&'()*+,=:@ 0", "readBerth"},
		{"PUT", "/berths/7", "PUT /v1/berths/7 3", "changeBerth"},
		{"GET", "/charts/north.png", "GET /v1/charts/north.png 0", "GET /charts/{name}.png"},
		{"OPTIONS", "/berths", "OPTIONS /v1/berths 0", "OPTIONS /berths"},
	} {
		body := ""
		if strings.HasPrefix(c.method, "P") {
			body = "abc"
		}
		r := h.call(c.method, "/harbour"+c.path, "harbour", body)
		if r.StatusCode != 200 || string(r.body) != c.want {
			t.Errorf("%s %s: status %d, %s", c.method, c.path, r.StatusCode, r.body)
		}
		all := h.records()
		last := all[len(all)-1]
		if last.Operation != c.operation || last.BytesIn != int64(len(body)) || last.BytesOut != int64(len(c.want)) || last.Outcome != meter.OK || last.Estimated {
			t.Errorf("%s %s: record %+v", c.method, c.path, last)
		}
	}
}

func TestPlainRefusals(t *testing.T) {
	h := newHarbour(t)
	var reached atomic.Int32
	h.answers(func(w http.ResponseWriter, r *http.Request) { reached.Add(1) })
	for _, c := range []struct {
		name, method, path, key string
		status                  int
		code, clause            string
	}{
		{"an operation that is documented, but not listed", "GET", "/harbour/berths/export", "harbour", 403, "operation-not-listed", "A"},
		{"the same by a method not listed", "DELETE", "/harbour/berths/7", "harbour", 403, "operation-not-listed", "A"},
		{"an unknown path", "GET", "/harbour/ships", "harbour", 404, "no-such-operation", "A"},
		{"a method that the path does not take", "PATCH", "/harbour/berths", "harbour", 405, "method-not-allowed", ""},
		{"no path", "GET", "/harbour", "harbour", 404, "no-such-operation", "A"},
		{"an encoded slash", "GET", "/harbour/berths/a%2fb", "harbour", 404, "no-such-operation", "A"},
		{"a way upwards", "GET", "/harbour/berths/%2e%2e", "harbour", 404, "no-such-operation", "A"},
		{"a way upwards, encoded twice", "GET", "/harbour/berths/%252e%252e%252fexport", "harbour", 404, "no-such-operation", "A"},
		{"an empty segment", "GET", "/harbour//berths", "harbour", 404, "no-such-operation", "A"},
		{"another case", "GET", "/harbour/Berths", "harbour", 404, "no-such-operation", "A"},
		{"what a lazy service takes for the export", "GET", "/harbour/berths/EXPORT", "harbour", 404, "no-such-operation", "A"},
		{"the export with an ending", "GET", "/harbour/berths/export.json", "harbour", 404, "no-such-operation", "A"},
		{"the component with an encoded slash", "GET", "/harbour%2fberths", "harbour", 404, "no-such-operation", "A"},
		{"the component, encoded", "GET", "/%68arbour/berths", "harbour", 404, "no-such-operation", "A"},
		{"another method in the query", "GET", "/harbour/berths?_Method=DELETE", "harbour", 400, "body-invalid", "A"},
		{"another component's key", "GET", "/harbour/berths", "summarise", 403, "wrong-component", "1.2"},
		{"no key", "GET", "/harbour/berths", "", 401, "key-invalid", "B"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := h.call(c.method, c.path, c.key, "")
			if p := r.problem(t); r.StatusCode != c.status || p.Code != c.code || p.Clause != c.clause {
				t.Errorf("status %d, %s", r.StatusCode, r.body)
			}
			if c.status == 405 && r.Header.Get("Allow") != "GET, OPTIONS, POST" {
				t.Errorf("Allow %q", r.Header.Get("Allow"))
			}
		})
	}
	if reached.Load() > 0 {
		t.Error("the service was called")
	}
}

// What goes to the service is listed, and what the document declares; never the caller’s credentials, nor what would make the call another one.
func TestPlainHeaders(t *testing.T) {
	h := newHarbour(t)
	var got http.Header
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		for name, value := range map[string]string{"Etag": `"1"`, "Set-Cookie": "a=b", "X-Berths": "3", "Link": "</berths?page=2>; rel=next", "Server": "secret", "Entente-Usage-Id": "lie"} {
			w.Header().Set(name, value)
		}
	})
	r := h.call("POST", "/harbour/berths", "harbour", "abc", "X-Harbour: north", "Cookie: a=b", "X-Forwarded-For: 1.2.3.4", "X-Http-Method-Override: DELETE", "X-Original-Url: /berths/export", "X-Unknown: 1",
		"Accept-Encoding: br", "If-None-Match: \"1\"", "Range: bytes=0-1", "Prefer: respond-async", "Origin: https://x.example", "Entente-Purpose: service")
	want := http.Header{"Accept-Encoding": {"br"}, "Authorization": {secret}, "Content-Length": {"3"}, "Content-Type": {"application/json"}, "Entente-Request-Id": {r.Header.Get("Entente-Request-Id")},
		"If-None-Match": {`"1"`}, "Prefer": {"respond-async"}, "Range": {"bytes=0-1"}, "User-Agent": {"Go-http-client/1.1"}, "X-Harbour": {"north"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, want := range map[string]string{"Etag": `"1"`, "X-Berths": "3", "Link": "</berths?page=2>; rel=next", "Set-Cookie": "", "Server": ""} {
		if r.Header.Get(name) != want {
			t.Errorf("%s: %q", name, r.Header.Get(name))
		}
	}
	if r.Header.Get("Entente-Usage-Id") == "lie" {
		t.Error("the service speaks for the node")
	}
}

// Ranges, conditions, codings and methods without a body pass as the service answers them.
func TestPlainAnswers(t *testing.T) {
	h := newHarbour(t)
	chart := bytes.Repeat([]byte("chart "), 50_000)
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"c1"`)
		w.Header().Set("Content-Type", "image/png")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(chart))
	})
	for _, c := range []struct {
		method, header string
		status, bytes  int
	}{
		{"GET", "Accept: */*", 200, len(chart)}, {"HEAD", "Accept: */*", 200, 0}, {"GET", "Range: bytes=10-19", 206, 10}, {"GET", "If-None-Match: \"c1\"", 304, 0},
		{"GET", "If-Match: \"c2\"", 412, 0}, {"GET", "Range: bytes=99999999-", 416, -1},
	} {
		r := h.call(c.method, "/harbour/charts/north.png", "harbour", "", c.header)
		if r.StatusCode != c.status || c.bytes >= 0 && len(r.body) != c.bytes || r.err != nil || c.status != 416 && r.Header.Get("Etag") != `"c1"` {
			t.Errorf("%s with %s: status %d, %d bytes, %v, header %v", c.method, c.header, r.StatusCode, len(r.body), r.err, r.Header)
		}
	}
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, "\x1f\x8b not looked into")
	})
	if r := h.call("GET", "/harbour/berths", "harbour", "", "Accept-Encoding: gzip"); string(r.body) != "\x1f\x8b not looked into" || r.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%q with %v", r.body, r.Header)
	}
}

func TestPlainStatusesAndLocations(t *testing.T) {
	h := newHarbour(t)
	for _, c := range []struct {
		status   int
		location string
		want     int
		at, code string
	}{
		{201, "/v1/berths/8", 201, "/harbour/berths/8", ""},
		{201, "berths/8?x=1#y", 201, "/harbour/berths/8?x=1#y", ""},
		{201, "https://elsewhere.example/v1/berths/8", 201, "", ""},
		{201, "/admin", 201, "", ""},
		{201, "/v1/../admin", 201, "", ""},
		{303, "/v1/berths/9", 303, "/harbour/berths/9", ""},
		{302, "https://elsewhere.example/", 502, "", "upstream-redirected"},
		{302, "", 502, "", "upstream-redirected"},
		{403, "", 403, "", ""},
		{401, "", 502, "", "upstream-refused"},
		{404, "", 404, "", ""},
		{500, "", 502, "", "upstream-failed"},
		{204, "", 204, "", ""},
	} {
		h.answers(func(w http.ResponseWriter, r *http.Request) {
			if c.location != "" {
				w.Header().Set("Location", c.location)
			}
			w.WriteHeader(c.status)
		})
		resp, err := client.Transport.RoundTrip(h.request("POST", "/harbour/berths", "harbour", "abc"))
		must(t, err)
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != c.want || resp.Header.Get("Location") != c.at || c.code != "" && !bytes.Contains(b, []byte(c.code)) {
			t.Errorf("%d at %q: status %d at %q, %s", c.status, c.location, resp.StatusCode, resp.Header.Get("Location"), b)
		}
	}
}

// A pattern of so many bytes, in pieces.
type pattern struct{ left int64 }

func (p *pattern) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), p.left, 8<<10)
	for i := range b[:n] {
		b[i] = byte(p.left) + byte(i)
	}
	p.left -= n
	return int(n), nil
}

func (h *house) upload(size int64, stated bool) reply {
	h.t.Helper()
	req := h.request("PUT", "/harbour/uploads/big", "harbour", "")
	req.Body, req.ContentLength = io.NopCloser(&pattern{size}), -1
	if stated {
		req.ContentLength = size
	}
	resp, err := client.Do(req)
	must(h.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return reply{resp, b, err}
}

func TestPlainUploadsAreStreamed(t *testing.T) {
	const size = 40 << 20 // more than is read whole
	for _, stated := range []bool{true, false} {
		t.Run(fmt.Sprint("stated ", stated), func(t *testing.T) {
			h := newHarbour(t)
			h.answers(func(w http.ResponseWriter, r *http.Request) {
				sum := sha256.New()
				n, _ := io.Copy(sum, r.Body)
				fmt.Fprintf(w, "%d %x %v", n, sum.Sum(nil), r.ContentLength)
			})
			sum := sha256.New()
			io.Copy(sum, &pattern{size})
			length := int64(-1)
			if stated {
				length = size
			}
			r := h.upload(size, stated)
			if want := fmt.Sprintf("%d %x %d", size, sum.Sum(nil), length); string(r.body) != want {
				t.Errorf("status %d, %s, want %s", r.StatusCode, r.body, want)
			}
			if rec := h.record(); rec.BytesIn != size || rec.BytesOut != int64(len(r.body)) || rec.Outcome != meter.OK {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// Both directions run at once: a service may answer while it still reads.
func TestPlainAnswersWhileItReads(t *testing.T) {
	h := newHarbour(t)
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).EnableFullDuplex()
		buf := make([]byte, 4<<10)
		for {
			n, err := r.Body.Read(buf)
			w.Write(buf[:n])
			w.(http.Flusher).Flush()
			if err != nil {
				return
			}
		}
	})
	pr, pw := io.Pipe()
	req := h.request("PUT", "/harbour/uploads/echo", "harbour", "")
	req.Body, req.ContentLength = pr, -1
	go pw.Write([]byte("one"))
	resp, err := client.Do(req)
	must(t, err)
	defer resp.Body.Close()
	for _, word := range []string{"one", "two", "three"} {
		if word != "one" {
			go pw.Write([]byte(word))
		}
		got := make([]byte, len(word))
		if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != word {
			t.Fatalf("%q came back as %q, %v", word, got, err)
		}
	}
	pw.Close()
	if rest, err := io.ReadAll(resp.Body); len(rest) > 0 || err != nil {
		t.Errorf("%q, %v", rest, err)
	}
	if rec := h.record(); rec.BytesIn != 11 || rec.BytesOut != 11 || rec.Outcome != meter.OK {
		t.Errorf("record %+v", rec)
	}
}

func TestPlainBounds(t *testing.T) {
	h := newHarbour(t)
	h.gateway.MaxTransfer, h.gateway.BodyTime = 100<<10, 300*time.Millisecond
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.Method == "GET" {
			io.Copy(w, &pattern{2 << 20})
		}
	})
	for name, stated := range map[string]bool{"stated": true, "found": false} {
		if r := h.upload(200<<10, stated); r.StatusCode != 413 { // what is sent on is little enough to be read away
			t.Errorf("too large, %s: status %d, %s", name, r.StatusCode, r.body)
		}
	}
	if r := h.call("GET", "/harbour/berths", "harbour", ""); r.err == nil || len(r.body) > 100<<10 {
		t.Errorf("an answer of %d bytes, %v", len(r.body), r.err)
	}
	pr, pw := io.Pipe()
	req := h.request("PUT", "/harbour/uploads/slow", "harbour", "")
	req.Body, req.ContentLength = pr, -1
	go pw.Write([]byte("one"))
	resp, err := client.Do(req)
	must(t, err)
	resp.Body.Close()
	pw.Close()
	if resp.StatusCode != 408 {
		t.Errorf("too slow: status %d", resp.StatusCode)
	}
}

// Under a hard limit all bytes are held before they pass.
func TestPlainHardLimits(t *testing.T) {
	h := newHarbour(t)
	h.limit(performance.Limit{Component: "harbour", Environment: agreement.Production, Per: performance.PerKey, Unit: performance.Bytes, Bytes: 200 << 10, Window: aDay, Hard: true})
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.Method == "GET" {
			io.Copy(w, &pattern{1 << 20})
		}
	})
	if r := h.upload(100<<10, false); r.StatusCode != 411 {
		t.Errorf("no length: status %d, %s", r.StatusCode, r.body)
	}
	if r := h.upload(300<<10, true); r.StatusCode != 429 {
		t.Errorf("too much: status %d, %s", r.StatusCode, r.body)
	}
	if r := h.upload(100<<10, true); r.StatusCode != 200 {
		t.Errorf("what fits: status %d, %s", r.StatusCode, r.body)
	}
	r := h.call("GET", "/harbour/berths", "harbour", "")
	if r.StatusCode == 200 && (r.err == nil || len(r.body) > 100<<10) {
		t.Errorf("%d bytes passed, %v", len(r.body), r.err)
	}
	sum := int64(0)
	for _, rec := range h.records() {
		sum += rec.BytesIn + rec.BytesOut
	}
	if sum > 200<<10 {
		t.Errorf("%d bytes are on record", sum)
	}
}

// Events of no AI service pass as they come, each at once.
func TestPlainEvents(t *testing.T) {
	h := newHarbour(t)
	h.answers(streams("event: tide\nid: 1\ndata: high\n\n", ": comment\n\n", "data: low\n\n"))
	r := h.call("GET", "/harbour/tides/events", "harbour", "", "Accept: text/event-stream", "Last-Event-Id: 0")
	if string(r.body) != "event: tide\nid: 1\ndata: high\n\n: comment\n\ndata: low\n\n" || r.Header.Get("Content-Type") != "text/event-stream" || r.err != nil {
		t.Errorf("%q, %v", r.body, r.err)
	}
	if rec := h.record(); rec.Outcome != meter.OK || rec.BytesOut != int64(len(r.body)) {
		t.Errorf("record %+v", rec)
	}
}

// The end of a component is announced when its notice has begun.
func TestTheEndIsAnnounced(t *testing.T) {
	h := newHarbour(t)
	h.answers(echo)
	call := func() http.Header { return h.call("GET", "/harbour/berths", "harbour", "").Header }
	if got := call(); got.Get("Sunset") != "" || got.Get("Deprecation") != "" {
		t.Errorf("announced too early: %v", got)
	}
	h.text(func(t *articles.Agreement) {
		all := append([]technical.Specification(nil), t.ScheduleA.Components...)
		all[len(all)-1].Versions = []technical.Version{{Name: "1", Until: calendar.Date{Year: 2027, Month: 1, Day: 31}}, {Name: "0", Until: calendar.Date{Year: 2026, Month: 12, Day: 31}}}
		t.ScheduleA.Components = all
	})
	if got := call(); got.Get("Sunset") != "Sun, 31 Jan 2027 23:00:00 GMT" && got.Get("Sunset") != "Mon, 01 Feb 2027 00:00:00 GMT" || !strings.HasPrefix(got.Get("Deprecation"), "@17") {
		t.Errorf("Sunset %q, Deprecation %q", got.Get("Sunset"), got.Get("Deprecation"))
	}
}

// A caller who leaves in the middle of a request ends it, and a service that answers early is heard.
func TestPlainUploadsThatEndEarly(t *testing.T) {
	h := newHarbour(t)
	ended := make(chan error, 1)
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		ended <- err
	})
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	must(t, err)
	fmt.Fprintf(conn, "PUT http://elsewhere.example/harbour/uploads/x?a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 100000\r\n\r\nsome", h.keys["harbour"].Text().Reveal())
	time.Sleep(100 * time.Millisecond)
	conn.Close()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("the service takes a part for the whole")
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the service still waits")
	}
	if rec := h.record(); rec.Outcome != meter.CallerGone || rec.BytesIn != 4 || rec.Operation != "upload" {
		t.Errorf("record %+v", rec)
	}
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		http.Error(w, "no", http.StatusUnprocessableEntity)
	})
	pr, pw := io.Pipe()
	defer pw.Close()
	req := h.request("PUT", "/harbour/uploads/y", "harbour", "")
	req.Body, req.ContentLength = pr, -1
	resp, err := client.Do(req)
	must(t, err)
	resp.Body.Close()
	if all := h.records(); resp.StatusCode != 422 || all[1].Outcome != meter.UpstreamRefused || all[1].BytesIn != 0 {
		t.Errorf("status %d, records %+v", resp.StatusCode, all)
	}
}
