package api_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/policy"
	"entente/articles/signing"
	"entente/ledger"
	"entente/ledger/canonical"
	"entente/ledger/seal"
	"entente/meter"
	"entente/meter/metertest"
	"entente/usage"

	"crypto/rand"

	"github.com/google/go-cmp/cmp"
)

type standing struct {
	Stage      string
	InForce    int  `json:"version_in_force"`
	Production bool `json:"production_open"`
	Versions   []struct {
		Version    int
		Manifest   string
		Signatures []struct{ Party, Signer, Custody, Statement string }
		Documents  []agreement.Document
	}
	Suspensions []struct{ Component, Reason string }
	Breaches    []struct{ ID, Accused, What string }
	Changes     []struct{ ID, Party, What string }
	Ending      *struct{ Ground string }
	Entries     int64
}

// An agreement is opened, signed by both, and in force; its milestones open production.
func TestAnAgreementIsOpenedSignedAndRun(t *testing.T) {
	h := newHouse(t)
	p := h.propose(example())
	path := "/api/v1/agreements/" + p.id
	var s standing
	h.ok(p.people[financeA], "GET", path, nil, &s)
	if s.Stage != "in negotiation" || len(s.Versions) != 1 || s.InForce != 0 {
		t.Fatalf("after proposing: %+v", s)
	}
	var signed struct {
		Stage    string
		SignedBy []string `json:"signed_by"`
	}
	for _, blind := range []any{nil, map[string]any{}} { // nobody signs what they have not read
		if problem := h.refused(422, "", p.people[signatoryA], "POST", path+"/signatures", blind); !strings.Contains(problem.Detail, "body.manifest: name the manifest") {
			t.Errorf("%+v", problem)
		}
	}
	h.refused(409, "signatures", p.people[signatoryA], "POST", path+"/signatures", map[string]any{"manifest": "sha256:another"})
	h.ok(p.people[signatoryA], "POST", path+"/signatures", map[string]any{"manifest": s.Versions[0].Manifest}, &signed)
	if signed.Stage != "in negotiation" || !slices.Equal(signed.SignedBy, []string{"a"}) {
		t.Fatalf("after the first signature: %+v", signed)
	}
	h.refused(409, "signatures", p.people[signatoryA], "POST", path+"/signatures", h.latest(p))
	h.refused(409, "signatures", p.people[technicalA], "POST", path+"/milestones/launch/completion", map[string]any{"evidence": []any{link("https://a.example")}})
	h.ok(p.people[signatoryB], "POST", path+"/signatures", h.latest(p), &signed)
	if signed.Stage != "in force" || !slices.Equal(signed.SignedBy, []string{"a", "b"}) {
		t.Fatalf("after the last signature: %+v", signed)
	}

	for _, one := range []struct{ milestone, who string }{
		{"api-development", technicalA}, {"api-development", technicalB}, {"sdk-provision", technicalA},
		{"integration-testing", technicalA}, {"integration-testing", technicalB}, {"security-review", technicalA},
	} {
		h.ok(p.people[one.who], "POST", path+"/milestones/"+one.milestone+"/completion", map[string]any{"evidence": []any{link("https://a.example/" + one.milestone)}}, nil)
	}
	h.refused(409, "2.2", p.people[technicalB], "POST", path+"/milestones/sdk-provision/completion", map[string]any{"evidence": []any{link("https://b.example")}})
	h.refused(404, "", p.people[technicalB], "POST", path+"/milestones/no-such/completion", map[string]any{"evidence": []any{link("https://b.example")}})
	h.refused(422, "", p.people[technicalB], "POST", path+"/milestones/security-review/completion", map[string]any{"evidence": []any{link("javascript:alert(1)")}})
	var last struct {
		Production bool `json:"production_open"`
		Milestone  struct {
			Completed time.Time
			Confirmed map[string]struct{ By string }
		}
	}
	h.ok(p.people[technicalB], "POST", path+"/milestones/security-review/completion", map[string]any{"evidence": []any{link("https://b.example")}}, &last)
	if !last.Production || last.Milestone.Completed.IsZero() || len(last.Milestone.Confirmed) != 2 {
		t.Fatalf("after the last milestone: %+v", last)
	}
	h.ok(p.people[technicalB], "POST", path+"/milestones/security-review/reopening", map[string]string{"reason": "a finding came up"}, &last)
	if last.Production {
		t.Fatal("reopening a milestone before production did not close production")
	}
	var list struct {
		Items      []struct{ ID, Due string }
		Production bool `json:"production_open"`
	}
	h.ok(p.people[financeB], "GET", path+"/milestones", nil, &list)
	if len(list.Items) != 5 || list.Items[0].ID != "api-development" || list.Items[0].Due != "2026-11-09" || list.Production {
		t.Fatalf("milestones: %+v", list)
	}
}

func link(ref string) map[string]string {
	return map[string]string{"kind": "link", "ref": ref, "remark": ""}
}

func TestArticleTwelveRuns(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id
	var s standing
	h.ok(p.people[securityA], "POST", path+"/suspensions", map[string]string{"component": "summarise", "reason": "a key leaked"}, nil)
	h.refused(409, "1.2", p.people[securityA], "POST", path+"/suspensions", map[string]string{"component": "nothing", "reason": "x"})
	h.ok(p.people[signatoryB], "POST", path+"/suspensions", map[string]string{"reason": "an incident"}, &s)
	if s.Stage != "suspended" || len(s.Suspensions) != 2 {
		t.Fatalf("suspended: %+v", s)
	}
	h.refused(409, "12.2", p.people[signatoryA], "DELETE", path+"/suspensions/all", nil)
	h.ok(p.people[signatoryB], "DELETE", path+"/suspensions/all", nil, &s)
	h.ok(p.people[signatoryA], "DELETE", path+"/suspensions/summarise", nil, &s)
	h.refused(404, "", p.people[signatoryA], "DELETE", path+"/suspensions/summarise", nil)
	if s.Stage != "in force" || len(s.Suspensions) != 0 {
		t.Fatalf("resumed: %+v", s)
	}
	var noticed struct {
		Breach struct {
			ID, Accused string
			CureBy      time.Time `json:"cure_by"`
		}
	}
	h.ok(p.people[legalA], "POST", path+"/breaches", map[string]string{"what": "Customer data left the region."}, &noticed)
	if noticed.Breach.Accused != "b" || !strings.HasPrefix(noticed.Breach.ID, "brc_") || noticed.Breach.CureBy.Before(monday.AddDate(0, 0, 29)) {
		t.Fatalf("noticed: %+v", noticed)
	}
	h.refused(409, "12.2", p.people[signatoryA], "POST", path+"/termination", map[string]string{"ground": "material_breach", "breach": noticed.Breach.ID, "reason": "not cured"})
	h.refused(409, "12.2", p.people[legalB], "POST", path+"/breaches/"+noticed.Breach.ID+"/cure", map[string]any{})
	h.refused(404, "", p.people[legalA], "POST", path+"/breaches/brc_none/cure", nil)
	h.ok(p.people[legalA], "POST", path+"/breaches/"+noticed.Breach.ID+"/cure", nil, nil)
	var changed struct {
		Change struct {
			ID, Party string
			Until     time.Time
		}
	}
	h.ok(p.people[legalB], "POST", path+"/changes", map[string]string{"kind": "law", "what": "A ruling."}, &changed)
	if changed.Change.Party != "b" || !strings.HasPrefix(changed.Change.ID, "chg_") || changed.Change.Until.Before(monday.AddDate(0, 0, 29)) {
		t.Errorf("notice of change: %+v", changed)
	}
	h.refused(409, "12.2", p.people[signatoryB], "POST", path+"/termination", map[string]string{"ground": "material_change", "change": changed.Change.ID, "reason": "a ruling"})
	h.refused(409, "12.2", p.people[legalA], "POST", path+"/changes/"+changed.Change.ID+"/settlement", nil)
	h.refused(404, "", p.people[legalB], "POST", path+"/changes/chg_none/settlement", nil)
	h.ok(p.people[legalB], "POST", path+"/changes/"+changed.Change.ID+"/settlement", nil, nil)
	h.ok(p.people[signatoryB], "POST", path+"/termination", map[string]string{"ground": "notice"}, &s)
	if s.Stage != "in notice" || s.Ending == nil || s.Ending.Ground != "notice" {
		t.Fatalf("terminated: %+v", s)
	}
}

// Signatures made elsewhere, with keys that never were on the node, count like any other.
func TestSignaturesMadeElsewhereCount(t *testing.T) {
	h := newHouse(t)
	a := example()
	pack, err := signing.Bind(a, nil)
	must(t, err)
	sign := func(p signing.Package, party agreement.Party, name, title string) signing.SignedStatement {
		key, err := seal.Generate(rand.Reader)
		must(t, err)
		return forge(t, p, party, name, title, key)
	}
	byA := sign(pack, agreement.A, "Mara Voss", "Managing Director")
	body := proposal(a)
	body["package"] = pack.With(byA)
	var opened struct {
		ID       string
		Version  int
		Manifest string
	}
	h.ok(h.operator, "POST", "/api/v1/agreements", body, &opened)
	if opened.Version != 1 || opened.Manifest != pack.Digest().String() {
		t.Fatalf("opened %+v, want manifest %s", opened, pack.Digest())
	}
	var token struct{ Secret string }
	h.ok(h.operator, "POST", "/api/v1/tokens", map[string]string{"agreement": opened.ID, "person": signatoryB}, &token)
	path := "/api/v1/agreements/" + opened.ID
	byB := sign(pack, agreement.B, "Aoife Kearney", "Chief Executive Officer")
	h.refused(409, "signatures", token.Secret, "POST", path+"/signatures", byA)
	altered := byB
	altered.Signature = base64.StdEncoding.EncodeToString(make([]byte, 64))
	h.refused(409, "signatures", token.Secret, "POST", path+"/signatures", altered)
	h.refused(422, "", token.Secret, "POST", path+"/signatures", map[string]string{"signature": byB.Signature})
	h.ok(token.Secret, "POST", path+"/signatures", byB, nil)
	var s standing
	h.ok(token.Secret, "GET", path, nil, &s)
	if s.Stage != "in force" || s.Versions[0].Signatures[0].Custody != "party" || s.Versions[0].Signatures[1].Custody != "party" {
		t.Fatalf("%+v", s)
	}
	if got := h.ok(token.Secret, "GET", path+"/documents/"+s.Versions[0].Signatures[1].Statement, nil, nil); !json.Valid(got.body) {
		t.Errorf("the statement is not JSON: %s", got.body)
	}

	for name, change := range map[string]func(map[string]any){
		"another text":       func(b map[string]any) { a := other(); b["file"] = string(draft.Write(a)) },
		"a stranger signed":  func(b map[string]any) { b["package"] = pack.With(sign(pack, agreement.B, "Eve", "CEO")) },
		"a signature broken": func(b map[string]any) { b["package"] = pack.With(altered) },
		"not a package":      func(b map[string]any) { b["package"] = "hello" },
	} {
		body := proposal(a)
		body["package"] = pack.With(byA).With(byB)
		change(body)
		before := len(h.register.Views())
		h.refused(422, "", h.operator, "POST", "/api/v1/agreements", body)
		if len(h.register.Views()) != before {
			t.Errorf("%s: an agreement was opened", name)
		}
	}
}

// A file with errors opens nothing and says where each error is.
func TestAnUnsoundAgreementOpensNothing(t *testing.T) {
	h := newHouse(t)
	body := proposal(example())
	body["file"] = strings.Replace(body["file"].(string), "time_zone: Europe/Berlin", "time_zone: Europe/Atlantis", 1)
	p := h.refused(422, "", h.operator, "POST", "/api/v1/agreements", body)
	i := slices.IndexFunc(p.Findings, func(f apiFinding) bool { return f.Rule == "time-zone" })
	if i < 0 || p.Findings[i].Line == 0 || p.Findings[i].Clause != "front" || p.Findings[i].Severity != "error" {
		t.Fatalf("findings: %+v", p.Findings)
	}
	body = proposal(example())
	delete(body, "attachments")
	h.refused(422, "", h.operator, "POST", "/api/v1/agreements", body)
	if n := len(h.register.Views()); n != 0 {
		t.Fatalf("%d agreements were opened", n)
	}
}

func TestTheNextVersionIsProposedAndSigned(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id
	a := example()
	a.Parties.A.Address = "Holtenauer Straße 1, 24105 Kiel, Germany"
	var next struct{ Version int }
	h.ok(p.people[legalA], "POST", path+"/versions", proposal(a), &next)
	var again struct {
		Version int
		Already bool
	}
	if got := h.ok(p.people[legalA], "POST", path+"/versions", proposal(a), &again); got.status != 200 || again.Version != 2 || !again.Already {
		t.Fatalf("the same text again: %d %s", got.status, got.body)
	}
	if next.Version != 2 {
		t.Fatalf("got version %d", next.Version)
	}
	h.ok(p.people[signatoryB], "POST", path+"/signatures", h.latest(p), nil)
	h.ok(p.people[signatoryA], "POST", path+"/signatures", h.latest(p), nil)
	var s standing
	h.ok(p.people[financeB], "GET", path, nil, &s)
	if s.InForce != 2 || s.Stage != "in force" || len(s.Versions) != 2 {
		t.Fatalf("%+v", s)
	}
}

// What a proposal says of roles and signatories counts when both have signed it, and not before.
func TestAProposalGivesNoAuthority(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id
	a := example()
	for i, person := range a.Governance.People {
		switch person.ID {
		case legalA:
			a.Governance.People[i].Roles = append(person.Roles, agreement.Signatory, agreement.Technical)
		case signatoryB:
			a.Governance.People[i].Name, a.Governance.People[i].Roles = "Eve", []agreement.Role{agreement.Committee}
		case technicalB:
			a.Governance.People[i].Roles = append(person.Roles, agreement.Signatory)
		}
	}
	forged := proposal(a)
	view, err := h.register.View(agreement.ID(p.id))
	must(t, err)
	previous, err := seal.ParseDigest(view.State.Life.Versions[0].Manifest)
	must(t, err)
	pack, err := signing.Bind(a, &previous)
	must(t, err)
	for party, who := range map[agreement.Party][2]string{"a": {"Tobias Reuter", "General Counsel"}, "b": {"Declan Moran", "Chief Technology Officer"}} {
		key, err := seal.Generate(rand.Reader)
		must(t, err)
		s, err := pack.Sign(signing.Pen{Party: party, Name: who[0], Title: who[1], At: monday, Custody: ledger.HeldByParty, Key: key})
		must(t, err)
		pack = pack.With(s)
	}
	forged["package"] = pack
	h.refused(422, "", p.people[legalA], "POST", path+"/versions", forged)
	h.refused(422, "", h.operator, "POST", path+"/versions", forged)
	delete(forged, "package")
	h.ok(p.people[legalA], "POST", path+"/versions", forged, nil)
	h.refused(403, "7.1", p.people[legalA], "POST", path+"/signatures", h.latest(p))
	h.refused(403, "7.1", p.people[technicalB], "POST", path+"/signatures", h.latest(p))
	for who, want := range map[string]string{legalA: `["legal"]`, signatoryB: `["signatory","committee"]`, technicalB: `["technical"]`} {
		if got := h.ok(p.people[who], "GET", "/api/v1/me", nil, nil); !strings.Contains(string(got.body), `"roles":`+want) {
			t.Errorf("%s: %s", who, got.body)
		}
	}
}

// A signature that comes with a proposal counts if the version in force knows its key.
func TestAKnownKeySignsTheNextVersion(t *testing.T) {
	h := newHouse(t)
	keys := map[agreement.Party]seal.PrivateKey{}
	for _, party := range agreement.Both {
		key, err := seal.Generate(rand.Reader)
		must(t, err)
		keys[party] = key
	}
	enclose := func(a articles.Agreement, previous *seal.Digest) map[string]any {
		pack, err := signing.Bind(a, previous)
		must(t, err)
		for party, who := range map[agreement.Party][2]string{"a": {"Mara Voss", "Managing Director"}, "b": {"Aoife Kearney", "Chief Executive Officer"}} {
			s, err := pack.Sign(signing.Pen{Party: party, Name: who[0], Title: who[1], At: monday, Custody: ledger.HeldByParty, Key: keys[party]})
			must(t, err)
			pack = pack.With(s)
		}
		body := proposal(a)
		body["package"] = pack
		return body
	}
	var opened struct{ ID, Manifest string }
	h.ok(h.operator, "POST", "/api/v1/agreements", enclose(example(), nil), &opened, "Idempotency-Key", "open")
	var again struct{ ID string }
	if got := h.ok(h.operator, "POST", "/api/v1/agreements", enclose(example(), nil), &again, "Idempotency-Key", "open-again"); got.status != 200 || again.ID != opened.ID {
		t.Fatalf("the same signed file with another key: %d %s", got.status, got.body)
	}
	first, err := seal.ParseDigest(opened.Manifest)
	must(t, err)
	a := example()
	a.Parties.B.Address = "1 Eyre Square, Galway, Ireland"
	h.ok(h.operator, "POST", "/api/v1/agreements/"+opened.ID+"/versions", enclose(a, &first), nil)
	view, err := h.register.View(agreement.ID(opened.ID))
	must(t, err)
	if view.State.Life.InForce != 2 {
		t.Fatalf("version %d is in force", view.State.Life.InForce)
	}
}

// with is a body with one more member.
func with(body map[string]string, name string, value any) map[string]any {
	all := map[string]any{name: value}
	for name, value := range body {
		all[name] = value
	}
	return all
}

// A client of one's own issuer is registered in place of a key: nothing about it is secret, and its
// tokens name the agreement.
func TestClientsAreRegistered(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	ask := map[string]string{"component": "summarise", "environment": "test", "purpose": "service"}
	set := func(extra string) map[string]any {
		return map[string]any{"issuer": "https://id.tidewater.example", "client_id": "reader", "jwks": map[string]any{"keys": []any{
			json.RawMessage(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"` + extra + `}`)}}}
	}
	h.refused(422, "", p.people[technicalB], "POST", "/api/v1/keys", with(ask, "oauth2", set(`,"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"`)))
	h.refused(422, "", p.people[technicalB], "POST", "/api/v1/keys", with(ask, "oauth2", map[string]any{"issuer": "x", "client_id": "y", "jwks": map[string]any{}}))
	published := func(address string) map[string]any {
		return map[string]any{"issuer": "https://id.tidewater.example", "client_id": "reader", "jwks_uri": address}
	}
	for _, wrong := range []string{"http://id.tidewater.example/keys", "https://10.0.0.1/keys", "https://id.internal/keys", "keys"} {
		if no := h.refused(422, "", p.people[technicalB], "POST", "/api/v1/keys", with(ask, "oauth2", published(wrong))); !strings.Contains(fmt.Sprint(no), "issuer-allow") {
			t.Errorf("%s: %+v", wrong, no)
		}
	}
	both := published("https://id.tidewater.example/keys")
	both["jwks"] = set("")["jwks"]
	h.refused(422, "", p.people[technicalB], "POST", "/api/v1/keys", with(ask, "oauth2", both))
	var k struct {
		ID, Method, Secret, Issuer, Audience, State string
		Client                                      string `json:"client_id"`
		URL                                         string `json:"jwks_uri"`
	}
	h.ok(p.people[technicalB], "POST", "/api/v1/keys", with(ask, "oauth2", published("https://id.tidewater.example/keys")), &k)
	if k.URL != "https://id.tidewater.example/keys" || k.Method != "oauth2" {
		t.Errorf("%+v", k)
	}
	k.URL = ""
	h.ok(p.people[technicalB], "POST", "/api/v1/keys", with(ask, "oauth2", set("")), &k)
	if k.Method != "oauth2" || k.Secret != "" || k.Audience != "urn:entente:"+p.id || k.Issuer != "https://id.tidewater.example" || k.Client != "reader" {
		t.Errorf("%+v", k)
	}
	if _, grant := h.register.Grant(policy.ClientDigest(agreement.ID(p.id), k.Issuer, k.Client)); grant == nil || grant.Key != k.ID {
		t.Errorf("the client opens nothing: %+v", grant)
	}
	h.ok(p.people[technicalB], "POST", "/api/v1/keys", with(ask, "oauth2", set("")), nil)
	var list struct{ Items []struct{ ID, State string } }
	h.ok(p.people[financeA], "GET", "/api/v1/keys", nil, &list)
	if len(list.Items) != 3 || list.Items[0].State != "revoked" || list.Items[1].State != "revoked" || list.Items[2].State != "live" {
		t.Errorf("%+v", list)
	}
}

// The key pair of a client certificate is registered in place of a key; a certificate is public, and a
// private key that is sent by mistake is known.
func TestKeyPairsAreRegistered(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	ask := map[string]string{"component": "embed", "environment": "test", "purpose": "service"}
	public, private := pemOf("PUBLIC KEY", "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="), pemOf("PRIVATE KEY", "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g")
	for says, certificate := range map[string]string{"not in PEM": "no PEM", "known now": private} {
		if no := h.refused(422, "", p.people[technicalA], "POST", "/api/v1/keys", with(ask, "certificate", certificate)); !strings.Contains(fmt.Sprint(no), says) {
			t.Errorf("%+v does not say %q", no, says)
		}
	}
	both := with(ask, "certificate", public)
	both["oauth2"] = map[string]any{"issuer": "x", "client_id": "y", "jwks": map[string]any{"keys": []any{json.RawMessage(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`)}}}
	h.refused(422, "", p.people[technicalA], "POST", "/api/v1/keys", both)
	h.refused(409, "B", p.people[technicalB], "POST", "/api/v1/keys", with(map[string]string{"component": "summarise", "environment": "test", "purpose": "service"}, "certificate", public))
	var k struct{ ID, Method, Secret, Pin string }
	h.ok(p.people[technicalA], "POST", "/api/v1/keys", with(ask, "certificate", public), &k)
	pin, err := access.ParsePin(public)
	must(t, err)
	if k.Method != "mtls" || k.Secret != "" || k.Pin != pin.String() {
		t.Errorf("%+v", k)
	}
	if _, grant := h.register.Grant(pin.Digest()); grant == nil || grant.Key != k.ID {
		t.Errorf("the key pair opens nothing: %+v", grant)
	}
	h.refused(409, "B", p.people[technicalA], "POST", "/api/v1/keys", with(ask, "certificate", public))
}

func pemOf(kind, body string) string {
	return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n"
}

func TestKeysAreIssuedListedAndRevoked(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	type key struct {
		ID, Secret, Party, State, Class string
		Expires                         time.Time
	}
	var k key
	ask := map[string]string{"agreement": p.id, "component": "summarise", "environment": "test", "purpose": "service", "label": "reader", "expires_in": "P30D"}
	h.ok(p.people[technicalB], "POST", "/api/v1/keys", ask, &k)
	opened, err := access.ParseKey(k.Secret)
	must(t, err)
	if _, grant := h.register.Grant(opened.Digest()); grant == nil || opened.Kind() != access.Test || k.Class != "customer" || k.Party != "b" {
		t.Fatalf("the key %+v opens nothing", k)
	}
	if days := k.Expires.Sub(monday).Hours() / 24; days < 30 || days > 30.1 {
		t.Errorf("the key lives %v days", days)
	}
	for _, wrong := range []struct {
		status       int
		clause, what string
		with         map[string]string
	}{
		{409, "2.1", "one's own component", map[string]string{"component": "embed"}},
		{409, "1.2", "not offered by API", map[string]string{"component": "reader-kit"}},
		{409, "3.4", "training", map[string]string{"purpose": "training"}},
		{422, "", "no duration", map[string]string{"expires_in": "90 days"}},
		{409, "B", "longer than clause B.3 allows", map[string]string{"expires_in": "P91D"}},
		{422, "", "too long", map[string]string{"expires_in": "P9999Y"}},
		{422, "", "no time at all", map[string]string{"expires_in": "P0D"}},
		{404, "", "another agreement", map[string]string{"agreement": "agr_aaaaaaaaaaaaaaaa"}},
	} {
		body := map[string]string{}
		for _, m := range []map[string]string{ask, wrong.with} {
			for name, value := range m {
				body[name] = value
			}
		}
		h.refused(wrong.status, wrong.clause, p.people[technicalB], "POST", "/api/v1/keys", body)
	}
	h.refused(404, "", p.people[technicalA], "DELETE", "/api/v1/keys/key_none", nil)
	h.refused(409, "2.1", p.people[technicalA], "DELETE", "/api/v1/keys/"+k.ID, nil)
	h.ok(p.people[technicalA], "DELETE", "/api/v1/keys/"+k.ID+"?reason=leaked", nil, &k)
	if k.State != "revoked" {
		t.Errorf("the key is %s", k.State)
	}
	for range 4 {
		h.ok(p.people[technicalB], "POST", "/api/v1/keys", ask, nil)
	}
	var ids []string
	for next := ""; ; {
		var page struct {
			Items []key
			Next  string
		}
		got := h.ok(p.people[financeA], "GET", "/api/v1/keys?limit=2&agreement="+p.id+"&after="+next, nil, &page)
		if strings.Contains(string(got.body), "secret") {
			t.Fatalf("a list shows a secret: %s", got.body)
		}
		for _, k := range page.Items {
			ids = append(ids, k.ID)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	var bound struct {
		ID, Method string
		Networks   []string
		Used       time.Time
	}
	h.refused(422, "", p.people[technicalB], "POST", "/api/v1/keys", with(ask, "networks", []string{"203.0.113.1/24"}))
	h.ok(p.people[technicalB], "POST", "/api/v1/keys", with(ask, "networks", []string{"203.0.113.0/24", "2001:db8::/32"}), &bound)
	if bound.Method != "api_key" || !slices.Equal(bound.Networks, []string{"203.0.113.0/24", "2001:db8::/32"}) || !bound.Used.IsZero() {
		t.Errorf("%+v", bound)
	}
	r := metertest.NewRecord(0, meter.Closed)
	r.Agreement, r.Key = p.id, bound.ID
	must(t, h.store.Save(t.Context(), []meter.Record{r}))
	var list struct {
		Items []struct {
			ID   string
			Used time.Time
		}
	}
	h.ok(p.people[financeA], "GET", "/api/v1/keys", nil, &list)
	if last := list.Items[len(list.Items)-1]; last.ID != bound.ID || !last.Used.Equal(r.Opened.Truncate(time.Hour)) {
		t.Errorf("%+v", last)
	}
	if len(ids) != 5 || len(slices.Compact(slices.Sorted(slices.Values(ids)))) != 5 || ids[0] != k.ID {
		t.Errorf("listed %v", ids)
	}
}

func TestUpstreamsAreSetByTheProviderAlone(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id + "/upstreams"
	const canary = "Bearer sk-canary-2f6d"
	set := map[string]string{"address": "http://127.0.0.1:7001/v1", "header": "Authorization", "secret": canary}
	a := h.ok(p.people[technicalA], "PUT", path+"/summarise/test", set, nil)
	if p := h.refused(409, "1.2", p.people[technicalB], "PUT", path+"/summarise/test", set); !strings.Contains(p.Detail, "Party A provides summarise") {
		t.Errorf("it says %q", p.Detail)
	}
	h.refused(409, "1.2", p.people[technicalA], "PUT", path+"/reader-kit/test", set)
	h.refused(409, "1.2", p.people[technicalA], "PUT", path+"/nothing/test", set)
	h.refused(422, "", p.people[technicalA], "PUT", path+"/summarise/staging", set)
	for _, wrong := range []map[string]string{
		{"address": "http://169.254.169.254/latest"}, {"address": "file:///etc/passwd"}, {"address": "https://api.calluna.example", "secret": canary},
		{"address": "https://api.calluna.example", "header": "Host", "secret": canary},
	} {
		if p := h.refused(422, "", p.people[technicalA], "PUT", path+"/summarise/test", wrong); strings.Contains(p.Detail, canary) {
			t.Errorf("the problem shows the secret: %+v", p)
		}
	}
	list := h.ok(p.people[technicalA], "GET", path, nil, nil)
	none := h.ok(p.people[technicalB], "GET", path, nil, nil)
	if !strings.Contains(string(list.body), `"has_secret":true`) || string(none.body) != `{"items":[]}` {
		t.Errorf("A sees %s, B sees %s", list.body, none.body)
	}
	if all := string(a.body) + string(list.body) + h.logs.String(); strings.Contains(all, "canary") {
		t.Errorf("the secret got out: %s", all)
	}
}

func TestUsageIsListedAndAddedUp(t *testing.T) {
	h := newHouse(t)
	p, q := h.settle(example()), h.settle(other())
	for i := range 7 {
		r := meter.Record{Agreement: p.id, Version: 1, Policy: "sha256:p", Key: "key_1", Party: "b", Component: "summarise", Environment: "test", Purpose: "service",
			DataClass: "customer", Operation: "chat.completions", Model: "calluna-extract-1", ClientRequestID: "mine-" + string(rune('a'+i))}
		if i == 6 {
			r.Agreement, r.Component = q.id, "embed"
		}
		c, err := h.meter.Open(r)
		must(t, err)
		if i != 2 {
			must(t, c.Close(meter.Result{Outcome: meter.OK, Status: 200, BytesIn: 10, BytesOut: 20,
				Usage: usage.Usage{TokensKnown: true, Tokens: usage.Tokens{InputUncached: 5, CacheRead: 2, Output: 3, Reasoning: 1}}}))
		}
	}
	type record struct {
		ID, State string
		Client    string `json:"client_request_id"`
		Input     int64  `json:"input_tokens"`
		Cached    int64  `json:"cached_tokens"`
		Output    int64  `json:"output_tokens"`
	}
	var got []record
	for after := ""; ; {
		var page struct {
			Items []record
			Next  string
		}
		h.ok(p.people[financeA], "GET", "/api/v1/usage?limit=2&after="+after, nil, &page)
		got = append(got, page.Items...)
		if after = page.Next; after == "" {
			break
		}
	}
	if len(got) != 6 || got[0].Client != "mine-a" || got[0].Input != 7 || got[0].Cached != 2 || got[0].Output != 4 ||
		!slices.ContainsFunc(got, func(r record) bool { return r.Client == "mine-c" && r.State == "open" }) {
		t.Fatalf("usage: %+v", got)
	}
	type sum struct {
		Day, Component       string
		Calls, Open          int64
		Input                int64 `json:"input_tokens"`
		Environment, Purpose string
		BytesIn              int64 `json:"bytes_in"`
	}
	type summary struct {
		TimeZone string `json:"time_zone"`
		Items    []sum
	}
	var sums summary
	h.ok(p.people[financeB], "GET", "/api/v1/usage/summary?agreement="+p.id, nil, &sums)
	want := []sum{{Day: "2026-11-23", Component: "summarise", Environment: "test", Purpose: "service", Calls: 6, Open: 1, Input: 35, BytesIn: 50}}
	if diff := cmp.Diff(want, sums.Items); diff != "" || sums.TimeZone != "Europe/Berlin" {
		t.Errorf("%s (-want +got):\n%s", sums.TimeZone, diff)
	}
	sums = summary{}
	h.ok(p.people[financeB], "GET", "/api/v1/usage/summary?by=component&from=2026-11-01&to=2026-11-30&party=b", nil, &sums)
	want[0].Day, want[0].Environment, want[0].Purpose = "", "", ""
	if diff := cmp.Diff(want, sums.Items); diff != "" {
		t.Errorf("by component (-want +got):\n%s", diff)
	}
	sums = summary{}
	h.ok(p.people[financeB], "GET", "/api/v1/usage/summary?from=2026-12-01", nil, &sums)
	if len(sums.Items) != 0 {
		t.Errorf("in December: %+v", sums.Items)
	}
	for _, wrong := range []string{"after=zzz", "from=yesterday", "limit=0", "limit=many", "environment=prod", "by=colour", "nonsense=1", "limit=1&limit=2", "party=c"} {
		path := "/api/v1/usage?"
		if strings.HasPrefix(wrong, "by") {
			path = "/api/v1/usage/summary?"
		}
		if a := h.do(p.people[financeA], "GET", path+wrong, nil); a.status != 422 && a.status != 400 {
			t.Errorf("%s: %d", wrong, a.status)
		}
	}
	h.refused(404, "", p.people[financeA], "GET", "/api/v1/usage?agreement="+q.id, nil)
}

func TestLinksAndTokens(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	var made struct{ ID, Link, Secret, Person string }
	h.ok(h.operator, "POST", "/api/v1/links", map[string]string{"agreement": p.id, "person": technicalB}, &made)
	if _, caller, err := h.door.Redeem(context.Background(), made.Link, "test"); err != nil || caller.Actor.ID != made.Person {
		t.Fatalf("the link opens for %+v, %v", caller, err)
	}
	h.refused(401, "", made.Link, "GET", "/api/v1/me", nil)
	h.ok(p.people[technicalB], "POST", "/api/v1/tokens", map[string]string{"label": "ci"}, &made)
	h.refused(403, "7.1", p.people[technicalB], "POST", "/api/v1/tokens", map[string]string{"person": technicalA})
	h.refused(404, "", p.people[technicalB], "POST", "/api/v1/tokens", map[string]string{"agreement": "agr_aaaaaaaaaaaaaaaa"})
	h.refused(404, "", h.operator, "POST", "/api/v1/tokens", map[string]string{"agreement": p.id, "person": "nobody"})
	var me struct {
		Agreement, Party, Name, Credential string
		Roles                              []string
	}
	h.ok(made.Secret, "GET", "/api/v1/me", nil, &me)
	if me.Agreement != p.id || me.Party != "b" || me.Name != "Declan Moran" || !slices.Equal(me.Roles, []string{"technical"}) || me.Credential != made.ID {
		t.Fatalf("me: %+v", me)
	}
	var own, whole struct{ Items []struct{ Name string } }
	h.ok(made.Secret, "GET", "/api/v1/credentials", nil, &own)
	h.ok(h.operator, "GET", "/api/v1/credentials?agreement="+p.id, nil, &whole)
	if len(own.Items) == 0 || own.Items[0].Name != "Declan Moran" || len(whole.Items) == 0 || whole.Items[0].Name != "" {
		t.Errorf("a person sees %+v, the operator %+v", own, whole)
	}
	h.refused(404, "", p.people[technicalA], "DELETE", "/api/v1/credentials/"+made.ID, nil) // somebody else's
	h.refused(404, "", h.operator, "DELETE", "/api/v1/credentials/cred_none", nil)
	h.ok(p.people[technicalB], "DELETE", "/api/v1/credentials/"+made.ID, nil, nil)
	h.refused(401, "", made.Secret, "GET", "/api/v1/me", nil)
}

// A person sees and ends their own tokens, links and sessions; the operator those of an agreement.
func TestCredentialsAreListedAndEnded(t *testing.T) {
	h := newHouse(t)
	p, q := h.settle(example()), h.propose(other())
	const path = "/api/v1/credentials"
	person := map[string]string{"agreement": p.id, "person": technicalB}
	var used, unused struct{ ID, Link string }
	h.ok(h.operator, "POST", "/api/v1/links", person, &used)
	h.ok(h.operator, "POST", "/api/v1/links", person, &unused)
	if _, _, err := h.door.Redeem(context.Background(), used.Link, "test"); err != nil {
		t.Fatal(err)
	}
	h.ok(p.people[technicalB], "DELETE", path+"/"+unused.ID, nil, nil)
	if _, _, err := h.door.Redeem(context.Background(), unused.Link, "test"); err == nil {
		t.Error("a link that was ended opens")
	}
	type listed struct {
		Items []struct {
			Kind, State, Label string
			Shown              bool
		}
		Next string
	}
	var own listed
	a := h.ok(p.people[technicalB], "GET", path, nil, &own)
	var got []string
	for _, c := range own.Items {
		got = append(got, fmt.Sprintf("%s %s %t", c.Kind, c.State, c.Shown))
	}
	if diff := cmp.Diff([]string{"token live true", "link used false", "link revoked false", "session live false"}, got); diff != "" {
		t.Error(diff)
	}
	for _, secret := range []string{p.people[technicalB], used.Link, unused.Link} {
		if strings.Contains(string(a.body), secret) {
			t.Error("the list shows a secret")
		}
	}
	var page, rest listed
	h.ok(p.people[technicalB], "GET", path+"?limit=3", nil, &page)
	h.ok(p.people[technicalB], "GET", path+"?limit=3&after="+page.Next, nil, &rest)
	if len(page.Items) != 3 || len(rest.Items) != 1 || rest.Next != "" {
		t.Errorf("pages of %d and %d", len(page.Items), len(rest.Items))
	}
	var all listed
	h.ok(h.operator, "GET", path+"?limit=1000&agreement="+p.id, nil, &all)
	if want := len(p.people) + 3; len(all.Items) != want {
		t.Errorf("the operator sees %d, want %d", len(all.Items), want)
	}
	h.refused(422, "", h.operator, "GET", path, nil)
	h.refused(404, "", p.people[technicalB], "GET", path+"?agreement="+q.id, nil)
}

// What a component was served by is forgotten with its secret.
func TestAnUpstreamIsForgotten(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id + "/upstreams"
	h.ok(p.people[technicalA], "PUT", path+"/summarise/test", map[string]string{"address": "https://api.calluna.example/v1", "header": "Authorization", "secret": "Bearer canary"}, nil)
	h.refused(409, "1.2", p.people[technicalB], "DELETE", path+"/summarise/test", nil)
	h.refused(404, "", p.people[technicalA], "DELETE", path+"/summarise/production", nil)
	first := h.ok(p.people[technicalA], "DELETE", path+"/summarise/test", nil, nil, "Idempotency-Key", "k")
	again := h.ok(p.people[technicalA], "DELETE", path+"/summarise/test", nil, nil, "Idempotency-Key", "k")
	if string(first.body) != string(again.body) || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%s, and again %s", first.body, again.body)
	}
	if got := h.ok(p.people[technicalA], "GET", path, nil, nil); strings.Contains(string(got.body), "calluna") {
		t.Errorf("it is still there: %s", got.body)
	}
	kept, err := h.store.Upstreams(t.Context())
	if err != nil || len(kept) != 0 {
		t.Errorf("the store keeps %d (%v)", len(kept), err)
	}
	h.refused(404, "", p.people[technicalA], "DELETE", path+"/summarise/test", nil)
}

// The operator knows that agreements exist, and nothing of what is in them.
func TestTheOperatorSeesTheListAlone(t *testing.T) {
	h := newHouse(t)
	p, q := h.settle(example()), h.propose(other())
	var page struct {
		Items []struct{ ID, Number, Stage string }
		Next  string
	}
	h.ok(h.operator, "GET", "/api/v1/agreements?limit=1", nil, &page)
	if len(page.Items) != 1 || page.Items[0].ID != p.id || page.Items[0].Stage != "in force" || page.Next != p.id {
		t.Fatalf("%+v", page)
	}
	h.ok(h.operator, "GET", "/api/v1/agreements?after="+page.Next, nil, &page)
	if len(page.Items) != 1 || page.Items[0].ID != q.id || page.Items[0].Number != "CT-2026-008" {
		t.Fatalf("%+v", page)
	}
	h.ok(q.people[financeA], "GET", "/api/v1/agreements", nil, &page)
	if len(page.Items) != 1 || page.Items[0].ID != q.id {
		t.Fatalf("a person sees %+v", page)
	}
	if got := h.refused(403, "7.1", h.operator, "GET", "/api/v1/agreements/"+p.id, nil); got.ClauseText != "" || got.Version != 0 {
		t.Errorf("the refusal tells the operator what the agreement says: %+v", got)
	}
}

func TestMarginsAndDocuments(t *testing.T) {
	h := newHouse(t)
	p, q := h.settle(example()), h.settle(other())
	var margins struct {
		Items []struct{ Clause, Title, Kept, Status, Fact string }
	}
	h.ok(p.people[financeA], "GET", "/api/v1/agreements/"+p.id+"/margins", nil, &margins)
	if len(margins.Items) != len(agreement.Catalogue) || margins.Items[0].Fact == "" {
		t.Fatalf("%+v", margins)
	}
	var s, other standing
	h.ok(p.people[financeA], "GET", "/api/v1/agreements/"+p.id, nil, &s)
	h.ok(q.people[financeA], "GET", "/api/v1/agreements/"+q.id, nil, &other)
	for _, d := range s.Versions[0].Documents {
		a := h.ok(p.people[financeA], "GET", "/api/v1/agreements/"+p.id+"/documents/"+d.Digest, nil, nil)
		if seal.Sum(a.body).String() != d.Digest || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") || a.header.Get("Content-Type") != d.MediaType {
			t.Errorf("%s: %v", d.Name, a.header)
		}
	}
	for _, d := range other.Versions[0].Documents {
		if !slices.ContainsFunc(s.Versions[0].Documents, func(mine agreement.Document) bool { return mine.Digest == d.Digest }) {
			h.refused(404, "", p.people[financeA], "GET", "/api/v1/agreements/"+p.id+"/documents/"+d.Digest, nil)
		}
	}
}

func TestReadinessAndWhatIsNotServed(t *testing.T) {
	h := newHouse(t)
	if a := h.ok("", "GET", "/livez", nil, nil); string(a.body) != `{"status":"ok"}` {
		t.Errorf("%s", a.body)
	}
	h.ok("", "GET", "/readyz", nil, nil)
	h.api.Ready = func(context.Context) error { return context.DeadlineExceeded }
	if a := h.do("", "GET", "/readyz", nil); a.status != 503 || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	h.refused(404, "", "", "GET", "/", nil)
	h.refused(404, "", "", "GET", "/api/v1/nothing", nil)
	h.refused(404, "", "", "GET", "/api/v1/agreements/../me", nil)
	h.refused(404, "", "", "GET", "//livez", nil)
	if a := h.do("", "PATCH", "/api/v1/keys", nil); a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("%d %v", a.status, a.header)
	}
	h.refused(405, "", "", "OPTIONS", "/api/v1/keys", nil)
}

// forge signs a statement that Package.Sign would refuse to make.
func forge(t *testing.T, p signing.Package, party agreement.Party, name, title string, key seal.PrivateKey) signing.SignedStatement {
	t.Helper()
	raw, err := canonical.Marshal(signing.Statement{Format: "entente-signature/1", Manifest: p.Digest(), Party: party, Name: name, Title: title,
		Authority: signing.Authority, Date: monday, Key: key.Public(), Custody: ledger.HeldByParty})
	must(t, err)
	return signing.SignedStatement{Statement: raw, Signature: base64.StdEncoding.EncodeToString(key.Sign(seal.SignatureDomain, raw))}
}
