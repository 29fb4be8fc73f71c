package api_test

import (
	"entente/access/pace"

	"net/http"
	"os"
	"strings"
	"testing"
)

// What programs of one party ask counts together, whoever's token they show and however it is answered; the other
// party and the operator are not kept waiting by it.
func TestAPartysProgramsAskSoOften(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	h.api.Rate = pace.Rate{Burst: 4, PerMinute: 1}
	h.restart()
	for i, ask := range []struct {
		who, path, left string
		status          int
	}{
		{p.people[technicalA], "/api/v1/me", "3", http.StatusOK},
		{p.people[legalA], "/api/v1/agreements/" + p.id, "2", http.StatusOK},
		{p.people[technicalA], "/api/v1/agreements/agr_aaaaaaaaaaaaaaaa", "1", http.StatusNotFound},
		{p.people[technicalA], "/api/v1/keys", "0", http.StatusOK},
		{p.people[legalA], "/api/v1/me", "0", http.StatusTooManyRequests},
		{p.people[technicalB], "/api/v1/me", "3", http.StatusOK},
		{h.operator, "/api/v1/agreements/" + p.id + "/events", "3", http.StatusForbidden},
		{"", "/openapi.json", "", http.StatusOK},
	} {
		a := h.do(ask.who, "GET", ask.path, nil)
		policy, state := a.header.Get("RateLimit-Policy"), a.header.Get("RateLimit")
		if ask.left == "" && policy+state != "" || ask.left != "" && (policy != `"api";q=4;w=240` || !strings.HasPrefix(state, `"api";r=`+ask.left+";t=")) || a.status != ask.status {
			t.Errorf("request %d: %d, %s, %s: %s", i, a.status, policy, state, a.body)
		}
		if wait := a.header.Get("Retry-After"); (wait != "") != (ask.status == http.StatusTooManyRequests) || wait > "60" {
			t.Errorf("request %d waits %q", i, wait)
		}
	}
	if said := h.refused(429, "", p.people[technicalA], "POST", "/api/v1/keys", map[string]string{}); said.Type != "urn:entente:problem:too-often" || !strings.Contains(said.Detail, "1 times a minute, and 4 times at once") {
		t.Errorf("it says %+v", said)
	}
}

// The guide says how often that is.
func TestTheGuideSaysTheRate(t *testing.T) {
	guide, err := os.ReadFile("../docs/api.md")
	must(t, err)
	if pace.Usual != (pace.Rate{Burst: 1000, PerMinute: 3000}) || !strings.Contains(string(guide), "1,000 requests at once and 3,000 a minute") {
		t.Errorf("the usual rate is %+v", pace.Usual)
	}
}
