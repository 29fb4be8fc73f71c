package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api"
	"entente/articles"
)

// effects are what each operation should do for those who may: a request that is complete, and the
// status that they get. Nobody else gets a success. The rows stand in an order in which each can be
// tried by everyone in turn: what would end the agreement is refused to all as it stands.
var effects = []struct {
	operation string
	roles     string // as the agreement's clause 7.1 gives them
	whose     string // on what it acts: "both" parties', their "own" party's, the "other" party's, "self"
	body      any
	status    int
}{
	{"GET /livez", "", "", nil, 200},
	{"GET /readyz", "", "", nil, 200},
	{"GET /openapi.json", "", "", nil, 200},
	{"GET /api", "", "", nil, 200},
	{"GET /api/{part}", "", "", nil, 404},
	{"POST /witness/add-checkpoint", "", "", nil, 400},
	{"GET /witness/vkey", "", "", nil, 200},
	{"GET /api/v1/me", "any operator", "self", nil, 200},
	{"GET /api/v1/agreements", "any operator", "both", nil, 200},
	{"POST /api/v1/agreements", "signatory legal operator", "self", map[string]string{"file": "edition: none"}, 422},
	{"POST /api/v1/agreements/{id}/versions", "signatory legal operator", "both", map[string]string{"file": "edition: none"}, 422},
	{"GET /api/v1/agreements/{id}", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/margins", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/documents/{digest}", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/negotiation", "any", "both", nil, 200},
	{"POST /api/v1/agreements/{id}/negotiation/answers", "signatory legal", "other", map[string]any{"version": 1, "clauses": []string{"6.1"}, "accept": true}, 409},
	{"POST /api/v1/agreements/{id}/negotiation/refusal", "signatory legal", "other", map[string]any{"version": 1, "reason": "no"}, 409},
	{"POST /api/v1/agreements/{id}/negotiation/withdrawal", "signatory legal", "own", map[string]any{"version": 1}, 409},
	{"GET /api/v1/agreements/{id}/negotiation/comments", "any", "both", nil, 200},
	{"POST /api/v1/agreements/{id}/negotiation/comments", "signatory committee technical commercial legal marketing security finance", "both", map[string]any{"clause": "6.1", "text": "why?"}, 201},
	{"POST /api/v1/agreements/{id}/negotiation/comments/{thread}/resolution", "signatory committee technical commercial legal marketing security finance", "own", nil, 404},
	{"GET /api/v1/agreements/{id}/negotiation/delegations", "any", "both", nil, 200},
	{"POST /api/v1/agreements/{id}/negotiation/delegations", "signatory", "own", map[string]any{"person": "nobody", "reason": "a journey", "until": "2027-01-31T12:00:00Z"}, 422},
	{"DELETE /api/v1/agreements/{id}/negotiation/delegations/{delegation}", "signatory", "own", nil, 404},
	{"GET /api/v1/agreements/{id}/negotiation/redlines/{old}/{new}", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/negotiation/notes", "any", "own", nil, 200},
	{"POST /api/v1/agreements/{id}/negotiation/notes", "any", "own", map[string]any{"clause": "6.1", "text": "we would take 15 %"}, 201},
	{"DELETE /api/v1/agreements/{id}/negotiation/notes/{note}", "any", "own", nil, 404},
	{"GET /api/v1/agreements/{id}/events", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/history", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/waivers", "any", "both", nil, 200},
	{"POST /api/v1/agreements/{id}/waivers", "signatory", "own", map[string]string{"clause": "6.3", "for": "the first invoice", "until": "2027-01-31T12:00:00Z"}, 201},
	{"DELETE /api/v1/agreements/{id}/waivers/{waiver}", "signatory", "own", nil, 404},
	{"GET /api/v1/agreements/{id}/letters", "any", "both", nil, 200},
	{"POST /api/v1/agreements/{id}/letters", "signatory", "own", map[string]any{"title": "How we count", "clauses": []string{"6.1"}, "text": "We count calls."}, 201},
	{"GET /api/v1/agreements/{id}/letters/{letter}", "any", "both", nil, 404},
	{"GET /api/v1/agreements/{id}/assignments", "any", "both", nil, 200},
	{"POST /api/v1/agreements/{id}/assignments", "signatory", "own", map[string]any{"to": map[string]any{"name": "X", "address": "Y", "kind": "other"}, "on": "2020-01-01", "people": []string{signatoryA}, "evidence": "z"}, 0},
	{"POST /api/v1/agreements/{id}/assignments/{assignment}/consent", "signatory", "other", nil, 404},
	{"DELETE /api/v1/agreements/{id}/assignments/{assignment}", "signatory", "own", nil, 404},
	{"POST /api/v1/agreements/{id}/assignments/{assignment}/refusal", "signatory", "other", map[string]string{"reason": "no"}, 404},
	{"POST /api/v1/agreements/{id}/signatures", "signatory", "own", map[string]string{"manifest": "sha256:another"}, 409},
	{"POST /api/v1/agreements/{id}/signing-codes", "signatory", "own", map[string]string{"manifest": "sha256:another"}, 409},
	{"GET /api/v1/agreements/{id}/milestones", "any", "both", nil, 200},
	{"POST /api/v1/agreements/{id}/milestones/{milestone}/completion", "technical", "own", map[string]any{"evidence": []any{link("https://a.example")}}, 0},
	{"POST /api/v1/agreements/{id}/milestones/{milestone}/reopening", "technical", "both", map[string]string{"reason": "again"}, 0},
	{"POST /api/v1/agreements/{id}/suspensions", "signatory security", "both", map[string]string{"component": "embed", "reason": "again"}, 409},
	{"DELETE /api/v1/agreements/{id}/suspensions/{component}", "signatory security", "own", nil, 404},
	{"POST /api/v1/agreements/{id}/breaches", "signatory legal", "other", map[string]string{"what": "late"}, 201},
	{"POST /api/v1/agreements/{id}/breaches/{breach}/cure", "signatory legal", "own", nil, 0},
	{"POST /api/v1/agreements/{id}/changes", "signatory legal", "both", map[string]string{"kind": "law", "what": "a ruling"}, 201},
	{"POST /api/v1/agreements/{id}/changes/{change}/settlement", "signatory legal", "own", nil, 0},
	{"POST /api/v1/agreements/{id}/termination", "signatory", "both", map[string]string{"ground": "material_breach", "breach": "brc_none"}, 409},
	{"GET /api/v1/agreements/{id}/certificates", "any", "both", nil, 200},
	{"POST /api/v1/agreements/{id}/certificates", "security", "own", map[string]string{"name": "ISO/IEC 27001:2022", "valid_until": "2039-01-31", "evidence": "https://a.example/iso"}, 201},
	{"GET /api/v1/agreements/{id}/maintenance", "any", "both", nil, 200},
	{"POST /api/v1/agreements/{id}/maintenance", "technical", "own", map[string]string{"component": "summarise", "environment": "production", "from": "2036-01-31T22:00:00Z", "until": "2036-01-31T23:00:00Z", "what": "a new disk"}, 409},
	{"POST /api/v1/agreements/{id}/maintenance/{maintenance}/withdrawal", "technical", "own", nil, 0},
	{"GET /api/v1/agreements/{id}/deadlines", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/tables/{table}", "any", "both", nil, 0},
	{"POST /api/v1/calendars", "any", "self", map[string]string{}, 201},
	{"GET /api/v1/calendars/{address}/{file}", "", "", nil, 404},
	{"GET /api/v1/webhooks", "technical", "own", nil, 200},
	{"POST /api/v1/webhooks", "technical", "own", map[string]any{"url": "https://hooks.calluna.example/entente"}, 201},
	{"DELETE /api/v1/webhooks/{webhook}", "technical", "own", nil, 404},
	{"POST /api/v1/webhooks/{webhook}/secret", "technical", "own", nil, 404},
	{"POST /api/v1/webhooks/{webhook}/test", "technical", "own", nil, 404},
	{"GET /api/v1/webhooks/{webhook}/deliveries", "technical", "own", nil, 404},
	{"POST /api/v1/webhooks/{webhook}/replay", "technical", "own", map[string]string{}, 404},
	{"POST /api/v1/webhooks/{webhook}/pause", "technical", "own", nil, 404},
	{"POST /api/v1/webhooks/{webhook}/resumption", "technical", "own", nil, 404},
	{"GET /api/v1/notifications", "any", "self", nil, 200},
	{"POST /api/v1/notifications/reading", "any", "self", map[string]string{}, 200},
	{"GET /api/v1/notification-preferences", "any", "self", nil, 200},
	{"PUT /api/v1/notification-preferences", "any", "self", map[string]any{"asks": "daily", "dues": "off", "news": "off", "hour": 9}, 200},
	{"GET /api/v1/keys", "any", "both", nil, 200},
	{"POST /api/v1/keys", "technical", "own", map[string]string{"component": "summarise", "environment": "test", "purpose": "service"}, 0},
	{"DELETE /api/v1/keys/{key}", "technical security", "both", nil, 0},
	{"GET /api/v1/agreements/{id}/upstreams", "technical", "own", nil, 200},
	{"GET /api/v1/agreements/{id}/upstreams/{component}/{environment}", "technical", "own", nil, 0},
	{"PUT /api/v1/agreements/{id}/upstreams/{component}/{environment}", "technical", "own", map[string]string{"address": "https://api.calluna.example"}, 0},
	{"DELETE /api/v1/agreements/{id}/upstreams/{component}/{environment}", "technical", "own", nil, 0},
	{"GET /api/v1/receipts/{call}", "any", "both", nil, 404},
	{"GET /api/v1/usage", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/levels", "any", "both", nil, 200},
	{"GET /api/v1/usage/{call}", "any", "both", nil, 404},
	{"POST /api/v1/agreements/{id}/decisions", "any", "both", map[string]string{"component": "summarise", "environment": "test", "purpose": "service", "operation": "chat.completions"}, 200},
	{"GET /api/v1/usage/summary", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/ledger/entries", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/ledger/entries/{n}/proof", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/ledger/bundle", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/log/checkpoint", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/log/log.vkey", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/log/tile/entries/{tile}", "any", "both", nil, 200},
	{"GET /api/v1/agreements/{id}/log/tile/{level}/{tile}", "any", "both", nil, 200},
	{"POST /api/v1/beginnings", "operator", "", map[string]string{"address": "new@elsewhere.example"}, 201},
	{"POST /api/v1/links", "operator", "", map[string]string{"agreement": "{id}", "person": financeA}, 201},
	{"POST /api/v1/tokens", "any operator", "self", map[string]string{"agreement": "{id}", "person": ""}, 0},
	{"GET /api/v1/credentials", "any operator", "self", nil, 0},
	{"DELETE /api/v1/credentials/{credential}", "any operator", "self", nil, 404},
	{"POST /api/v1/erasures", "signatory legal operator", "own", map[string]string{"agreement": "{id}", "person": "nobody"}, 404},
	{"POST /api/v1/invitations", "operator signatory committee", "own", map[string]string{"agreement": "{id}", "person": financeA}, 503}, // this node has no mail relay
	{"GET /api/v1/service-accounts", "any", "own", nil, 200},
	{"POST /api/v1/service-accounts", "signatory committee technical", "own", map[string]string{"label": "robot"}, 201},
	{"DELETE /api/v1/service-accounts/{account}", "signatory committee technical", "own", nil, 404},
	{"GET /api/v1/sign-in", "any", "own", nil, 404},
	{"PUT /api/v1/sign-in", "signatory committee", "own", map[string]any{"issuer": "http://login.calluna.example", "client_id": "entente", "client_secret": "s", "domains": []string{"calluna.example"}}, 422},
	{"DELETE /api/v1/sign-in", "signatory committee", "own", nil, 404},
	{"POST /api/v1/signers", "any", "self", map[string]string{"public_key": "1QDY-8nWM4G2V1ItCxjRKvtyZcDxCj8gvmwWbLqyc-g"}, 0},
	{"GET /api/v1/portfolio", "any", "self", nil, 200},
	{"GET /api/v1/passkeys", "any", "self", nil, 200},
	{"PUT /api/v1/passkeys/{passkey}", "any", "self", map[string]string{"name": "Laptop"}, 404},
	{"DELETE /api/v1/passkeys/{passkey}", "any", "self", nil, 404},
}

// The table above and what the API says of itself are the same.
func TestTheTableOfEffectsIsWhole(t *testing.T) {
	var served, expected []string
	for _, r := range (&api.API{}).Routes() {
		served = append(served, r.Method+" "+r.Path+": "+strings.Join(r.Roles, " ")+" | "+string(r.Whose))
	}
	for _, e := range effects {
		expected = append(expected, e.operation+": "+e.roles+" | "+e.whose)
	}
	slices.Sort(served)
	slices.Sort(expected)
	if !slices.Equal(served, expected) {
		t.Errorf("served:\n%s\nexpected:\n%s", strings.Join(served, "\n"), strings.Join(expected, "\n"))
	}
}

// A visitor is someone who tries everything.
type visitor struct {
	name, token string
	roles       []string // empty: nobody of this agreement
	party       agreement.Party
}

// Nobody gets a success that x-roles does not give, whoever they are; strangers learn nothing.
func TestNobodyGetsWhatTheirRolesDoNotGive(t *testing.T) {
	h := newHouse(t)
	p, q := h.settle(example()), h.settle(other())
	h.ok(p.people[securityA], "POST", "/api/v1/agreements/"+p.id+"/suspensions", map[string]string{"component": "embed", "reason": "first"}, nil)
	h.ok(p.people[legalA], "POST", "/api/v1/agreements/"+p.id+"/breaches", map[string]string{"what": "late"}, nil)
	h.ok(p.people[legalA], "POST", "/api/v1/agreements/"+p.id+"/changes", map[string]string{"kind": "law", "what": "a ruling"}, nil)
	var key, work struct{ ID string }
	night := h.now.Add(60 * time.Hour).Truncate(time.Minute)
	h.ok(p.people[technicalA], "POST", "/api/v1/agreements/"+p.id+"/maintenance", map[string]any{"component": "summarise", "environment": "production", "from": night, "until": night.Add(time.Hour), "what": "a new disk"}, &work)
	h.ok(p.people[technicalB], "POST", "/api/v1/keys", map[string]string{"component": "summarise", "environment": "test", "purpose": "service"}, &key)
	var s standing
	h.ok(p.people[financeA], "GET", "/api/v1/agreements/"+p.id, nil, &s)
	fill := strings.NewReplacer("{id}", p.id, "{digest}", s.Versions[0].Documents[0].Digest, "{milestone}", "integration-testing", "{component}", "summarise",
		"{breach}", s.Breaches[0].ID, "{change}", s.Changes[0].ID, "{maintenance}", work.ID, "{key}", key.ID, "{environment}", "test", "{address}", "cal_unknown", "{file}", "mine.ics", "{n}", "1", "{tile}", "000.p/3", "{level}", "0", "{credential}", "cred_unknown", "{thread}", "cmt_unknown", "{note}", "note_unknown", "{waiver}", "wvr_unknown", "{letter}", "ltr_unknown", "{assignment}", "asg_unknown", "{old}", "1", "{new}", "1")
	for _, v := range h.visitors(p, q) {
		for _, e := range effects {
			method, path, _ := strings.Cut(e.operation, " ")
			body := e.body
			if m, ok := body.(map[string]string); ok && m["agreement"] != "" {
				body = map[string]string{"agreement": p.id, "person": m["person"]}
			}
			a := h.do(v.token, method, fill.Replace(path), body)
			judge(t, v, e.operation, strings.Fields(e.roles), e.status, a)
		}
	}
	if _, err := h.register.View(agreement.ID(p.id)); err != nil || h.logs.String() == "" {
		t.Fatal(err)
	}
	if strings.Contains(h.logs.String(), "panic") || strings.Contains(h.logs.String(), "a request failed") {
		t.Errorf("the node failed:\n%s", h.logs)
	}
}

// visitors are everyone who may knock.
func (h *house) visitors(p, q partnership) []visitor {
	var revoked struct{ ID, Secret string }
	h.ok(h.operator, "POST", "/api/v1/tokens", map[string]string{"agreement": p.id, "person": signatoryA}, &revoked)
	h.ok(h.operator, "DELETE", "/api/v1/credentials/"+revoked.ID, nil, nil)
	expired, _, err := h.door.Issue(h.t.Context(), access.API, agreement.ID(p.id), h.pseudonym(p, signatoryA), "", 1)
	must(h.t, err)
	session, _, err := h.door.Issue(h.t.Context(), access.Session, agreement.ID(p.id), h.pseudonym(p, signatoryA), "", access.SessionLife)
	must(h.t, err)
	all := []visitor{{name: "nobody"}, {name: "garbage", token: "ent_api_garbage"}, {name: "a revoked token", token: revoked.Secret},
		{name: "an expired token", token: expired.Text().Reveal()}, {name: "a console session", token: session.Text().Reveal()},
		{name: "another agreement's signatory", token: q.people[signatoryA], roles: []string{"stranger"}},
		{name: "another agreement's technical lead", token: q.people[technicalB], roles: []string{"stranger"}},
		{name: "the operator", token: h.operator, roles: []string{"operator"}}}
	for _, person := range example().Governance.People {
		v := visitor{name: person.ID, token: p.people[person.ID], roles: []string{"any"}, party: person.Party}
		for _, r := range person.Roles {
			v.roles = append(v.roles, string(r))
		}
		all = append(all, v)
	}
	return all
}

func (h *house) pseudonym(p partnership, person string) string {
	v, err := h.register.View(agreement.ID(p.id))
	must(h.t, err)
	m, _ := v.Member(person)
	return m.ID
}

// judge says whether a visitor got what belongs to them. Status 0 stands for what differs from one
// permitted visitor to the next: anything but a refusal of authority.
func judge(t *testing.T, v visitor, operation string, roles []string, status int, a answer) {
	t.Helper()
	permitted := len(roles) == 0 || slices.ContainsFunc(v.roles, func(r string) bool { return slices.Contains(roles, r) })
	stranger := slices.Contains(v.roles, "stranger")
	inPath := strings.Contains(operation, "/agreements/{id}")
	want := status
	switch {
	case len(roles) == 0:
	case len(v.roles) == 0:
		want = 401
	case stranger && inPath:
		want = 404
	case stranger:
		// Their own agreement answers, by their own roles there; what is named must not be p's.
		if a.status/100 == 2 && (strings.Contains(operation, "{") || operation == "POST /api/v1/tokens") {
			t.Errorf("%s by %s: %d %s", operation, v.name, a.status, a.body)
		}
		return
	case !permitted:
		want = 403
	case status == 0:
		if a.status == 401 || a.status == 403 || a.status >= 500 {
			t.Errorf("%s by %s: %d %s", operation, v.name, a.status, a.body)
		}
		return
	}
	if a.status != want {
		t.Errorf("%s by %s: got %d, want %d: %s", operation, v.name, a.status, want, a.body)
	}
	if want == 401 && a.header.Get("WWW-Authenticate") == "" {
		t.Errorf("%s by %s: a 401 without WWW-Authenticate", operation, v.name)
	}
}

// x-roles follow from the agreement's own table of authority.
func TestRolesAreThoseOfTheAgreement(t *testing.T) {
	for _, route := range (&api.API{}).Routes() {
		for _, r := range route.Roles {
			if r != "any" && r != "operator" && !slices.Contains(agreement.Signatory.Values(), r) {
				t.Errorf("%s %s: %q is no role", route.Method, route.Path, r)
			}
		}
	}
	if articles.May(articles.State{}, articles.Actor{Party: agreement.A, Roles: []agreement.Role{agreement.Finance}}, agreement.Sign{}) {
		t.Error("finance signs")
	}
}
