package api_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/api/outline"
	"entente/egress"
	"entente/egress/egresstest"
	"entente/webhooks"
)

// once asks for a write twice under one key, and holds that the second is the first's answer and writes nothing.
func (h *house) once(p partnership, who, method, path string, body any) {
	h.t.Helper()
	key := method + " " + path
	first := h.do(who, method, path, body, "Idempotency-Key", key)
	if first.status/100 != 2 {
		h.t.Errorf("%s: %d %s", key, first.status, first.body)
		return
	}
	before := state(h, p)
	again := h.do(who, method, path, body, "Idempotency-Key", key)
	if string(again.body) != string(first.body) || again.status != first.status || again.header.Get("Idempotent-Replayed") != "true" || first.header.Get("Idempotent-Replayed") != "" {
		h.t.Errorf("%s: the second answer is %d %s, the first was %d %s", key, again.status, again.body, first.status, first.body)
	}
	if state(h, p) != before {
		h.t.Errorf("%s: the second request wrote something", key)
	}
	if other := h.do(who, method, path+"?", body, "Idempotency-Key", key); body != nil && other.status/100 == 2 && other.header.Get("Idempotent-Replayed") != "true" {
		h.t.Errorf("%s: under its key something else was done: %d", key, other.status)
	}
}

// triedElsewhere are the writes that another test tries twice, because they need more than an agreement.
var triedElsewhere = map[string]string{
	"sign": "TestARetryIsTheSameOperation", "open-agreement": "TestARetryIsTheSameOperation", "propose-version": "TestARetryIsTheSameOperation",
	"make-link": "TestARetryIsTheSameOperation", "terminate": "TestARetryIsTheSameOperation", "reopen-milestone": "TestARetryIsTheSameOperation",
	"erase-person": "TestAPartyErasesItsOwnPeople", "remove-passkey": "TestPasskeysByTheAPI", "rename-passkey": "TestPasskeysByTheAPI",
	"set-sign-in": "TestACompanysSignInByTheAPI", "delete-sign-in": "TestACompanysSignInByTheAPI",
	"invite-person": "it needs a mail relay", "mail-signing-code": "it needs a mail relay", "decide": "it writes nothing", "revoke-credential": "below, on a token of its own",
}

// Each write of the API happens once under its key: those on a thing by the table of things, the others by the
// document's own examples.
func TestEachWriteHappensOnceUnderItsKey(t *testing.T) {
	h := newHouse(t)
	h.receive(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	b := bench{h, h.settle(example()), new(int)}
	d := outlined(t)
	left := map[string]outline.Operation{}
	for _, o := range d.Operations() {
		if o.Takes("header", "Idempotency-Key") && triedElsewhere[o.ID] == "" {
			left[o.Method+" "+o.Path] = o
		}
	}
	for _, x := range things {
		method, path, _ := strings.Cut(x.operation, " ")
		operation := strings.NewReplacer("?reason=x", "", "{component}/test", "{component}/{environment}", "/production", "/{environment}").Replace(x.operation)
		o, writes := left[operation]
		if delete(left, operation); !writes || o.ID == "consent-assignment" {
			continue
		}
		owner := agreement.A
		name := x.make(b, owner)
		var body any
		if x.body != nil {
			body = x.body(name)
		}
		h.once(b.p, b.p.people[whoMay(o, owner)], method, fillOne(path, b.p.id, name), body)
	}
	var made struct{ ID string }
	h.ok(b.p.people[financeB], "POST", "/api/v1/tokens", map[string]string{"label": "x"}, &made)
	h.once(b.p, b.p.people[financeB], "DELETE", "/api/v1/credentials/"+made.ID, nil)
	at := h.clock().Add(200 * time.Hour).Truncate(time.Minute)
	bodies := map[string]any{
		"add-webhook":          map[string]any{"url": "http://" + hookPort + "/entente"},
		"assign":               map[string]any{"to": map[string]any{"name": "Nobody GmbH", "address": "Kiel", "kind": "other"}, "on": "2027-03-01", "people": []string{signatoryA}, "evidence": "a deed"},
		"issue-key":            map[string]string{"component": "embed", "environment": "test", "purpose": "service"},
		"record-certificate":   map[string]string{"name": "ISO/IEC 27001:2022", "valid_until": "2039-01-31", "evidence": "https://a.example/iso"},
		"waive":                map[string]any{"clause": "6.1", "for": "a month", "until": at},
		"notify-change":        map[string]string{"kind": "law", "what": "a ruling"},
		"announce-maintenance": map[string]any{"component": "summarise", "environment": "production", "from": at, "until": at.Add(time.Hour), "what": "a disk"},
	}
	for _, o := range left {
		body := bodies[o.ID]
		if body == nil && o.Body != nil {
			sample, ok := d.Sample(o.Body.Schema)
			if !ok {
				t.Errorf("%s is not tried: nothing says what it takes", o.ID)
			}
			body = string(sample)
		}
		path, _ := filled(o.Path, map[string]string{"id": b.p.id})
		who := h.operator
		if person := whoMay(o, agreement.A); person != "" {
			who = b.p.people[person]
		}
		h.once(b.p, who, o.Method, path, body)
	}
	var all struct{ Items []struct{ ID string } }
	h.ok(b.p.people[signatoryA], "GET", b.path("/assignments")+"?limit=500", nil, &all)
	h.once(b.p, b.p.people[signatoryB], "POST", b.path("/assignments/"+all.Items[len(all.Items)-1].ID+"/consent"), "{}")
}

// whoMay is a person to whom an operation is given on what is of a party.
func whoMay(o outline.Operation, owner agreement.Party) string {
	for _, person := range example().Governance.People {
		if gives(strings.Join(o.Roles, " "), o.Whose, person.Roles, person.Party == owner) || o.Whose == "self" && person.Party == owner {
			return person.ID
		}
	}
	return ""
}

// No spelling of an inner address gets anything called, whether it is refused when it is named or when it is called; nor
// does a receiver that sends on.
func TestNoWebhookLeadsInside(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	bait, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { bait.Close() })
	go func() {
		for {
			c, err := bait.Accept()
			if err != nil {
				return
			}
			t.Error("something inside was called")
			c.Close()
		}
	}()
	port := bait.Addr().(*net.TCPAddr)
	policy := egress.Policy{Allow: []string{hookPort}, Ports: []uint16{80, 443, uint16(port.Port)}, Resolver: &net.Resolver{PreferGo: true, Dial: nobody}}
	via := policy.RoundTripper()
	t.Cleanup((&http.Client{Transport: via}).CloseIdleConnections)
	c := *h.api.Webhooks.Book
	c.Policy = policy
	h.api.Webhooks = &webhooks.Courier{Book: &c, Reader: h.streams.Reader, Via: via, Log: h.api.Log}
	h.restart()
	_, number, _ := net.SplitHostPort(port.String())
	h.receive(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+port.String()+"/", http.StatusTemporaryRedirect)
	})
	who, refused := p.people[technicalB], 0
	for _, spelling := range append([]string{"http://" + hookPort + "/on"}, egresstest.Spellings...) {
		var made madeHook
		body := map[string]string{"url": strings.ReplaceAll(spelling, "PORT", number)}
		a := h.do(who, "POST", "/api/v1/webhooks", body)
		if a.status == http.StatusUnprocessableEntity || a.status == http.StatusBadRequest {
			refused++
			continue
		}
		h.ok(who, "POST", "/api/v1/webhooks", body, &made)
		h.refused(422, "", who, "POST", "/api/v1/webhooks/"+made.ID+"/test", nil)
		var all struct{ Items []madeHook }
		h.ok(who, "GET", "/api/v1/webhooks", nil, &all)
		for _, one := range all.Items {
			h.ok(who, "DELETE", "/api/v1/webhooks/"+one.ID, nil, nil)
		}
	}
	if refused < 60 || !slices.Contains(egresstest.Spellings, "http://0x7f.1:PORT/") {
		t.Errorf("%d spellings were refused as they were named", refused)
	}
}

// nobody answers questions about names.
func nobody(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("there is no resolver")
}
