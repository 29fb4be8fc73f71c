package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/egress"
	"entente/gateway"
	"entente/meter"
)

// Every refusal says with its status, its code and its clause why the call does not pass, and
// nothing of it reaches the upstream or the meter.
func TestRefusals(t *testing.T) {
	post := func(key, body string, headers ...string) func(h *house) reply {
		return func(h *house) reply { return h.call("POST", chat, key, body, headers...) }
	}
	plain := post("summarise", ask(false))
	for _, c := range []struct {
		name   string
		given  func(h *house)
		when   func(h *house) reply
		status int
		code   string
		clause string
		class  string
	}{
		{"no key", nil, post("", ask(false)), 401, "key-invalid", "B", "authentication_error"},
		{"a key with a typing mistake", nil, post("Bearer ent_live_abc", ask(false)), 401, "key-invalid", "B", "authentication_error"},
		{"another scheme", nil, post("Basic YTpi", ask(false)), 401, "key-invalid", "B", "authentication_error"},
		{"two credentials", nil, post("summarise", ask(false), "Authorization: Bearer x"), 401, "key-invalid", "B", "authentication_error"},
		{"two keys in two headers", nil, func(h *house) reply {
			return h.call("POST", chat, "summarise", ask(false), "X-Api-Key: "+h.keys["summarise second"].Text().Reveal())
		}, 401, "key-invalid", "B", "authentication_error"},
		{"a key beside another scheme", nil, post("Basic YTpi", ask(false), "X-Api-Key: ent_live_abc"), 401, "key-invalid", "B", "authentication_error"},
		{"a key that nobody issued", func(h *house) { h.change(func(s *articles.State) { delete(s.Integration.Keys, "key_summarise") }) }, plain, 401, "key-invalid", "B", "authentication_error"},
		{"a revoked key", func(h *house) { h.revoke("summarise") }, plain, 401, "key-invalid", "B", "authentication_error"},
		{"an expired key", func(h *house) { h.pass(61 * 24 * time.Hour) }, plain, 401, "key-invalid", "B", "authentication_error"},
		{"a key for another component", nil, post("embed", ask(false)), 403, "wrong-component", "1.2", "permission_error"},
		{"before the milestones are complete", func(h *house) { h.change(func(s *articles.State) { s.Integration.Production = false }) }, plain, 403, "production-closed", "2.2", "permission_error"},
		{"without a licence", func(h *house) { h.text(func(a *articles.Agreement) { a.Property.Licences.AToB.API = false }) }, plain, 403, "no-licence", "4.3", "permission_error"},
		{"an operation that is not listed", nil, func(h *house) reply {
			return h.call("POST", "/summarise/v1/embeddings", "summarise", `{"model":"calluna-extract-1","input":"x"}`)
		}, 403, "operation-not-listed", "A", "permission_error"},
		{"models where they are not listed", func(h *house) {
			h.text(func(a *articles.Agreement) {
				a.ScheduleA.Components = append([]technical.Specification(nil), a.ScheduleA.Components...)
				a.ScheduleA.Components[0].Operations = []string{"chat.completions"}
			})
		}, func(h *house) reply { return h.call("GET", "/summarise/v1/models", "summarise", "") }, 403, "operation-not-listed", "A", "permission_error"},
		{"another protocol's operation", nil, func(h *house) reply {
			return h.call("POST", "/summarise/v1/messages", "summarise", `{"model":"calluna-extract-1"}`)
		}, 404, "no-such-operation", "A", "not_found_error"},
		{"another component's operation", nil, func(h *house) reply {
			return h.call("POST", "/summarise/v1/messages", "assist", `{"model":"calluna-extract-1"}`)
		}, 403, "wrong-component", "1.2", "permission_error"},
		{"one model that is not listed", nil, func(h *house) reply { return h.call("GET", "/summarise/v1/models/other", "summarise", "") }, 403, "model-not-listed", "A", "permission_error"},
		{"a model that is not listed", nil, post("summarise", `{"model":"other"}`), 403, "model-not-listed", "A", "permission_error"},
		{"a model in another spelling", nil, post("summarise", `{"model":"Calluna-Extract-1"}`), 403, "model-not-listed", "A", "permission_error"},
		{"no model", nil, post("summarise", `{"messages":[]}`), 400, "model-missing", "A", "invalid_request_error"},
		{"training on customer data", nil, post("summarise", ask(false), "Entente-Purpose: training"), 403, "purpose-forbidden", "3.4", "permission_error"},
		{"a competitive purpose", nil, post("summarise", ask(false), "Entente-Purpose: competitive"), 403, "purpose-forbidden", "3.2", "permission_error"},
		{"another purpose than the key's", nil, post("summarise", ask(false), "Entente-Purpose: improvement"), 403, "purpose-forbidden", "3.2", "permission_error"},
		{"no purpose of the agreement's", nil, post("summarise", ask(false), "Entente-Purpose: fun"), 400, "purpose-unknown", "3.2", "invalid_request_error"},
		{"a class of data that is none", nil, post("summarise", ask(false), "Entente-Data-Class: public"), 400, "data-class-unknown", "3.4", "invalid_request_error"},
		{"two classes of data", nil, post("summarise", ask(false), "Entente-Data-Class: customer", "Entente-Data-Class: synthetic"), 400, "data-class-unknown", "3.4", "invalid_request_error"},
		{"a class of data that the key does not cover", func(h *house) {
			h.addKey(&h.state, "summarise", agreement.B, agreement.Production, agreement.Service, agreement.Aggregated)
			h.publish()
		}, post("summarise", ask(false), "Entente-Data-Class: customer"), 403, "data-class-not-covered", "3.2", "permission_error"},
		{"two purposes", nil, post("summarise", ask(false), "Entente-Purpose: service", "Entente-Purpose: training"), 400, "purpose-unknown", "3.2", "invalid_request_error"},
		{"before the agreement is in force", func(h *house) {
			h.change(func(s *articles.State) {
				s.Life.Versions = []agreement.Version{s.Life.Versions[0]}
				s.Life.Versions[0].Effective = noon.AddDate(0, 0, 1)
			})
		}, plain, 403, "not-in-force", "12.1", "permission_error"},
		{"while it is suspended", func(h *house) { h.suspend() }, plain, 403, "suspended", "12.2", "permission_error"},
		{"after its end", func(h *house) {
			h.change(func(s *articles.State) {
				s.Term.Ending = &term.Ending{Ends: noon, TransitionEnd: noon, CustomersEnd: noon}
			})
		}, plain, 403, "agreement-ended", "12.3", "permission_error"},
		{"when only customers are served", func(h *house) {
			h.change(func(s *articles.State) {
				s.Term.Ending = &term.Ending{Ends: noon, TransitionEnd: noon, CustomersEnd: noon.AddDate(0, 1, 0)}
			})
		}, plain, 403, "agreement-ended", "12.4", "permission_error"},
		{"a customer that was not served before the end", func(h *house) {
			h.change(func(s *articles.State) {
				s.Term.Ending = &term.Ending{Ends: noon, TransitionEnd: noon, CustomersEnd: noon.AddDate(0, 1, 0)}
				s.Term = s.Term.Evolve(term.CustomersListed{Salt: []byte("salt"), Last: true}, noon)
			})
		}, post("summarise", ask(false), "Entente-Customer: c-9"), 403, "customer-new", "12.4", "permission_error"},
		{"a path that calls nothing", nil, func(h *house) reply { return h.call("POST", "/summarise/v1/files", "summarise", "{}") }, 404, "no-such-operation", "A", "not_found_error"},
		{"another method", nil, func(h *house) reply { return h.call("DELETE", chat, "summarise", "") }, 405, "method-not-allowed", "", "invalid_request_error"},
		{"a form", nil, post("summarise", "a=b", "Content-Type: text/plain"), 415, "media-type", "", "invalid_request_error"},
		{"a compressed body", nil, post("summarise", "\x1f\x8b", "Content-Encoding: gzip"), 415, "media-type", "", "invalid_request_error"},
		{"a body that is not JSON", nil, post("summarise", `{"model":`), 400, "body-invalid", "", "invalid_request_error"},
		{"a body that is too large", func(h *house) { h.gateway.MaxBody = 100 }, post("summarise", `{"model":"`+strings.Repeat("x", 200)+`"}`), 413, "body-too-large", "", "request_too_large"},
		{"above the rate", func(h *house) {
			h.limit(performance.Limit{Per: performance.PerParty, Unit: performance.Requests, Requests: 1, Window: seconds(1)})
			h.call("GET", "/summarise/v1/models", "summarise", "")
		}, plain, 429, "rate-exceeded", "C", "rate_limit_error"},
		{"no upstream is set", func(h *house) { h.gateway.Upstreams = &gateway.Upstreams{} }, plain, 503, "no-upstream", "A", "api_error"},
		{"the meter keeps nothing", func(h *house) { must(h.t, h.meter.Stop(context.Background())) }, plain, 503, "not-metered", "", "api_error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.answers(func(http.ResponseWriter, *http.Request) { t.Error("the call reached the upstream") })
			if c.given != nil {
				c.given(h)
			}
			h.gateway.DrainRefusals()
			r := c.when(h)
			p := r.problem(t)
			if r.StatusCode != c.status || p.Code != c.code || p.Clause != c.clause || p.Error.Type != c.class {
				t.Errorf("got %d %s, clause %q, %s; want %d %s, clause %q, %s", r.StatusCode, p.Code, p.Clause, p.Error.Type, c.status, c.code, c.clause, c.class)
			}
			h.checkNamed(t, p, c.status)
			if got := r.Header.Get("WWW-Authenticate"); (got == "Bearer") != (c.status == 401) {
				t.Errorf("WWW-Authenticate: %q", got)
			}
			want := []meter.Refusal{{Day: string(meter.DayOf(h.clock(), time.UTC)), Agreement: string(theAgreement), Component: "summarise", Environment: "production", Clause: c.clause, Code: c.code, Count: 1}}
			got := h.gateway.DrainRefusals()
			if len(got) == 1 && c.status == 401 {
				want[0].Environment = got[0].Environment // of a stranger it is not known
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			if n := len(h.records()); n != 0 {
				t.Errorf("%d usage records of a call that did not pass", n)
			}
		})
	}
}

// checkNamed holds that a problem names agreement, version, policy, clause and its words, and the
// partnership's number to partners only.
func (h *house) checkNamed(t *testing.T, p told, status int) {
	t.Helper()
	compiled := h.registry.p
	if p.Agreement != string(theAgreement) || p.Version != 1 || p.Policy != compiled.Digest {
		t.Errorf("the problem names agreement %q, version %d, policy %q", p.Agreement, p.Version, p.Policy)
	}
	if (p.Number == compiled.Number) != (status != 401) {
		t.Errorf("status %d names the partnership %q", status, p.Number)
	}
	clause := agreement.Clause(p.Clause)
	if clause == "" {
		return
	}
	words := compiled.Words(clause)
	switch clause { // what the schedule says of credentials and of limits
	case "B":
		words = compiled.Words("B.2")
	case "C":
		words = compiled.Words("C.6")
	}
	if p.ClauseTitle != clause.Title() || p.ClauseText != words || len(p.ClauseText) < 20 {
		t.Errorf("clause %s is titled %q and says %q", clause, p.ClauseTitle, p.ClauseText)
	}
	if cite := fmt.Sprintf("(%s of agreement %s, version 1)", clause.Cite(), theAgreement); !strings.HasSuffix(p.Error.Message, cite) {
		t.Errorf("the error's message %q does not end with %q", p.Error.Message, cite)
	}
}

// A client whose address of the component lacks /v1, or has it twice, is told the path.
func TestAMissedPathIsPointedOut(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	for path, want := range map[string]string{
		"/summarise/chat/completions":       "Call /summarise/v1/chat/completions.",
		"/summarise/v1/v1/chat/completions": "Call /summarise/v1/chat/completions.",
		"/summarise/models/x":               "nothing is called by this path.", // by POST it is not
		"/summarise/v1/chat":                "nothing is called by this path.",
	} {
		component, _, _ := strings.Cut(path[1:], "/")
		if got := h.call("POST", path, component, ask(false)); got.StatusCode != 404 || !strings.HasSuffix(got.problem(t).Detail, want) {
			t.Errorf("%s: status %d, %s", path, got.StatusCode, got.body)
		}
	}
	if got := h.call("POST", "/tides/v1/mcp", "tides", "{}"); !strings.Contains(string(got.body), "Call /tides/mcp.") {
		t.Errorf("MCP: %s", got.body)
	}
}

// A key that opens nothing now is refused in the words that a stranger gets; why is kept for those who ask
// under the agreement.
func TestWhyAKnownKeyIsRefusedIsKept(t *testing.T) {
	for why, given := range map[string]func(h *house){
		"The key is revoked.":  func(h *house) { h.revoke("summarise") },
		"The key has expired.": func(h *house) { h.pass(61 * 24 * time.Hour) },
		"The key was used from outside the networks that it is for.": func(h *house) {
			h.key(func(k *integration.Key) { k.Networks = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
		},
	} {
		h := newHouse(t, egress.Policy{})
		stranger := h.call("POST", chat, "Bearer ent_live_abc", ask(false)).problem(t)
		h.gateway.DrainRefused()
		given(h)
		told := h.call("POST", chat, "summarise", ask(false)).problem(t)
		kept := h.gateway.DrainRefused()
		if len(kept) != 1 || kept[0].ID != told.Instance || kept[0].Key != "key_summarise" || kept[0].Why != why || kept[0].Environment != "production" || kept[0].Status != 401 {
			t.Errorf("kept: %+v, want %q", kept, why)
		}
		if told.Detail != stranger.Detail || told.Number != "" {
			t.Errorf("who shows the key is told %q of the partnership %q", told.Detail, told.Number)
		}
		if c := h.gateway.DrainRefusals(); len(c) != 2 || c[1].Environment != "production" {
			t.Errorf("counted: %+v", c)
		}
	}
	h := newHouse(t, egress.Policy{})
	key := h.keys["summarise"].Text().Reveal()
	if got := h.call("POST", chat, "summarise", ask(false), "X-Api-Key: "+key); got.StatusCode != 200 {
		t.Errorf("one key in both headers: status %d", got.StatusCode)
	}
}

// Strangers learn an agreement's opaque id where one component is asked for, and else nothing.
func TestStrangersLearnNothing(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	for _, c := range []struct {
		method, path string
		status       int
	}{{"POST", "/other/v1/chat/completions", 401}, {"GET", "/", 404}, {"GET", "/summarise", 404}, {"GET", "/summarise/v1/files", 404}, {"GET", chat, 405},
		{"POST", "//v1/chat/completions", 401}, {"POST", "/summarise/v1/chat/completions/", 404}, {"POST", "/summarise/v1/../v1/chat/completions", 404}} {
		r := h.call(c.method, c.path, "", "")
		if p := r.problem(t); r.StatusCode != c.status || p.Agreement+p.Policy+p.Number+p.Clause+p.ClauseText != "" {
			t.Errorf("%s %s: %d %s", c.method, c.path, r.StatusCode, r.body)
		}
	}
	r := h.call("POST", chat, "", ask(false))
	for _, never := range []string{"Calluna Text", "Tidewater Search", "CT-2026", h.registry.p.Number} {
		if strings.Contains(string(r.body), never) {
			t.Errorf("a stranger reads %q in %s", never, r.body)
		}
	}
	for _, x := range h.gateway.DrainRefusals() {
		if x.Component != "" && x.Component != "summarise" {
			t.Errorf("a stranger's text is in a count: %+v", x)
		}
	}
}

func TestCompletingTheLastMilestoneOpensProduction(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.change(func(s *articles.State) { s.Integration.Production = false })
	if r := h.call("POST", chat, "summarise test", ask(false)); r.StatusCode != 200 {
		t.Errorf("test environment: %d", r.StatusCode)
	}
	if r := h.call("POST", chat, "summarise", ask(false)); r.StatusCode != 403 {
		t.Errorf("production before: %d", r.StatusCode)
	}
	h.change(func(s *articles.State) { s.Integration.Production = true })
	if r := h.call("POST", chat, "summarise", ask(false)); r.StatusCode != 200 {
		t.Errorf("production after: %d", r.StatusCode)
	}
}

// RFC 9112, 6.3: after a message with both lengths the connection is closed, so that what follows
// is not taken for another call.
func TestNothingIsSmuggled(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	key := h.keys["summarise"].Text().Reveal()
	smuggled := "POST " + chat + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\nContent-Type: application/json\r\nContent-Length: 29\r\n\r\n" + `{"model":"calluna-extract-1"}`
	for _, c := range []struct{ name, head string }{
		{"both lengths", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n"},
		{"only chunked", "Transfer-Encoding: chunked\r\n"},
		{"two lengths", "Content-Length: 6\r\nContent-Length: 7\r\n"},
		{"an unknown coding", "Transfer-Encoding: chunked, identity\r\n"},
		{"a space before the colon", "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n"},
		{"a line that is folded", "X: a\r\n b\r\nTransfer-Encoding: \x0bchunked\r\nContent-Length: 5\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
			must(t, err)
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(5 * time.Second))
			body := `{"model":"calluna-extract-1"}`
			fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n%s", chat, key, c.head, len(body), body, smuggled)
			read := bufio.NewReader(conn)
			first, err := http.ReadResponse(read, nil)
			must(t, err)
			io.Copy(io.Discard, first.Body)
			first.Body.Close()
			if second, err := http.ReadResponse(read, nil); err == nil {
				t.Errorf("after %d, the bytes behind the message were answered with %d", first.StatusCode, second.StatusCode)
			}
		})
	}
}

func TestASlowBodyIsNotWaitedFor(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.gateway.BodyTime = 50 * time.Millisecond
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	must(t, err)
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", chat, h.keys["summarise"].Text().Reveal())
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestTimeout || !resp.Close {
		t.Errorf("status %d, close %v", resp.StatusCode, resp.Close)
	}
}

func TestUpstreamsAreSetWithCare(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	ok := egress.Upstream{Agreement: string(theAgreement), Component: "summarise", Environment: "test", Address: "https://api.example.com/v1", Header: "x-api-key"}
	with := func(edit func(u *egress.Upstream)) egress.Upstream {
		u := ok
		edit(&u)
		return u
	}
	for _, c := range []struct {
		name, want string
		u          egress.Upstream
		secret     string
	}{
		{"as it should be", "", ok, "sk-1"},
		{"a private address", "--egress-allow", with(func(u *egress.Upstream) { u.Address = "http://10.0.0.1/v1" }), "sk-1"},
		{"no address", "scheme", with(func(u *egress.Upstream) { u.Address = "" }), "sk-1"},
		{"a header without its value", "give both or neither", ok, ""},
		{"a value without its header", "give both or neither", with(func(u *egress.Upstream) { u.Header = "" }), "sk-1"},
		{"a header that frames", "cannot", with(func(u *egress.Upstream) { u.Header = "content-length" }), "sk-1"},
		{"no header at all", "cannot", with(func(u *egress.Upstream) { u.Header = "x api" }), "sk-1"},
		{"a secret with a line break", "line break", ok, "sk\r\nX: y"},
		{"no component", "must name", with(func(u *egress.Upstream) { u.Component = "" }), "sk-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := h.upstreams.Set(t.Context(), c.u, access.NewSecret(c.secret))
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if err != nil && !errors.Is(err, egress.ErrUpstream) {
				t.Errorf("%v is no refusal", err)
			}
			if err != nil && c.secret != "" && strings.Contains(err.Error(), c.secret) {
				t.Errorf("the error shows the secret: %v", err)
			}
		})
	}
	again := &gateway.Upstreams{Directory: h.upstreams.Directory, Sealer: h.upstreams.Sealer}
	must(t, again.Load(t.Context()))
	if d := cmp.Diff(h.upstreams.Of(theAgreement), again.Of(theAgreement)); d != "" {
		t.Error(d)
	}
	for _, u := range again.Of(theAgreement) {
		if len(u.Sealed) == 0 || strings.Contains(string(u.Sealed), "sk-") {
			t.Errorf("kept as %+v", u)
		}
	}
}
