package api_test

import (
	"maps"
	"strings"
	"testing"

	"entente/access/sso"
	"entente/access/sso/ssotest"
	"entente/egress"
)

// A company names its own sign-in, by the people whom clause 7.1 lets it, and nobody else sees it.
func TestACompanysSignInByTheAPI(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	issuer := ssotest.Start(t, monday)
	h.api.KeySets.Policy = egress.Policy{Allow: []string{strings.TrimPrefix(issuer.URL, "https://")}, Roots: issuer.Roots}
	const path = "/api/v1/sign-in"
	body := map[string]any{"issuer": issuer.URL, "client_id": ssotest.ClientID, "client_secret": ssotest.ClientSecret, "domains": []string{"calluna.example"}}
	h.refused(404, "", p.people[signatoryA], "GET", path, nil)
	h.refused(404, "", p.people[signatoryA], "DELETE", path, nil)
	for name, c := range map[string]struct {
		who    string
		with   map[string]any
		want   int
		clause string
	}{
		"who has no such role":            {p.people[technicalA], nil, 403, "7.1"},
		"the operator":                    {h.operator, nil, 403, "7.1"},
		"the other party, with our names": {p.people[signatoryB], nil, 422, ""},
		"a member that is not described":  {p.people[signatoryA], map[string]any{"scopes": "x"}, 422, ""},
		"an issuer within":                {p.people[signatoryA], map[string]any{"issuer": "https://10.0.0.1"}, 422, ""},
		"an issuer that is not one":       {p.people[signatoryA], map[string]any{"issuer": issuer.URL + "/elsewhere"}, 422, ""},
	} {
		t.Log(name)
		sent := maps.Clone(body)
		maps.Copy(sent, c.with)
		h.refused(c.want, c.clause, c.who, "PUT", path, sent)
	}
	h.once(p, p.people[signatoryA], "PUT", path, body)
	var shown struct {
		Issuer   string
		Door     string
		Redirect string `json:"redirect_uri"`
	}
	answer := h.ok(p.people[technicalA], "GET", path, nil, &shown)
	if shown.Issuer != issuer.URL || !strings.HasSuffix(shown.Redirect, shown.Door+"/back") || strings.Contains(string(answer.body), ssotest.ClientSecret) {
		t.Errorf("it is shown as %s", answer.body)
	}
	h.refused(404, "", p.people[signatoryB], "GET", path, nil)
	h.refused(404, "", p.people[signatoryB], "DELETE", path, nil)
	h.once(p, p.people[signatoryA], "DELETE", path, nil)
	h.accounts.Site.Origin = ""
	if got := h.do(p.people[signatoryA], "PUT", path, body); got.status != 503 || !strings.Contains(string(got.body), sso.ErrNoSite.Error()) {
		t.Errorf("on a node without an address: %d %s", got.status, got.body)
	}
}
