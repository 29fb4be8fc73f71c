package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/api"
	"entente/api/rest"
)

type madeToken struct {
	ID, Secret, Access string
	Parts              []string
	Expires            time.Time
}

// A token does what its scope and its person's roles both give, for every operation; and what it may not,
// it learns from /me.
func TestATokenGoesNoFurtherThanItsScope(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	token := func(by string, body map[string]any) (made madeToken) {
		h.ok(by, "POST", "/api/v1/tokens", body, &made)
		return made
	}
	lead := p.people[technicalB]
	tags := map[string]string{}
	d, _ := document(t)
	for path, item := range d.Paths {
		for method, op := range item {
			tags[strings.ToUpper(method)+" "+path] = op.Tags[0]
		}
	}
	for _, made := range []madeToken{
		token(lead, map[string]any{"access": "read"}),
		token(lead, map[string]any{"parts": []string{"usage", "keys"}}),
		token(lead, map[string]any{"access": "read", "parts": []string{"ledger"}, "expires_in": "P7D"}),
	} {
		refused := 0
		for _, r := range (&api.API{}).Routes() {
			if r.Public || strings.HasSuffix(r.Path, "/events") || !slices.Contains(r.Roles, rest.Anyone) && !slices.Contains(r.Roles, "technical") {
				continue
			}
			reads := r.Method == http.MethodGet || strings.HasSuffix(r.Path, "/decisions")
			within := (made.Access != "read" || reads) && (len(made.Parts) == 0 || slices.Contains(made.Parts, tags[r.Method+" "+r.Path])) || r.Path == "/api/v1/me"
			a := h.do(made.Secret, r.Method, strings.ReplaceAll(r.Path, "{id}", p.id), nil)
			if beyond := a.status == http.StatusForbidden && strings.Contains(string(a.body), "urn:entente:problem:beyond-scope"); beyond == within {
				t.Errorf("%s %s with a token of %s %v: %d %s", r.Method, r.Path, made.Access, made.Parts, a.status, a.body)
			} else if beyond {
				refused++
			}
		}
		if refused < 10 {
			t.Errorf("a token of %s %v was refused %d operations", made.Access, made.Parts, refused)
		}
		var me struct {
			Access string
			Parts  []string
		}
		h.ok(made.Secret, "GET", "/api/v1/me", nil, &me)
		if me.Access != made.Access || !slices.Equal(me.Parts, made.Parts) {
			t.Errorf("made %+v, and /me says %+v", made, me)
		}
	}
}

// A token makes none that goes further, and none lives longer than 90 days.
func TestATokenMakesNoneThatGoesFurther(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	var narrow, less madeToken
	h.ok(p.people[technicalB], "POST", "/api/v1/tokens", map[string]any{"parts": []string{"people", "usage"}, "expires_in": "P30D"}, &narrow)
	if life := narrow.Expires.Sub(h.now); life > 30*24*time.Hour || life < 29*24*time.Hour || narrow.Access != "act" {
		t.Errorf("asked for 30 days: %+v", narrow)
	}
	h.ok(narrow.Secret, "POST", "/api/v1/tokens", map[string]any{"access": "read", "parts": []string{"usage"}}, &less)
	for _, further := range []map[string]any{{}, {"parts": []string{"usage", "keys"}}, {"access": "read"}} {
		if problem := h.refused(403, "", narrow.Secret, "POST", "/api/v1/tokens", further); problem.Type != "urn:entente:problem:beyond-scope" {
			t.Errorf("%v: %+v", further, problem)
		}
	}
	for _, wrong := range []map[string]any{{"expires_in": "P91D"}, {"expires_in": "P0D"}, {"expires_in": "soon"}, {"parts": []string{"everything"}}, {"access": "all"}} {
		h.refused(422, "", p.people[technicalB], "POST", "/api/v1/tokens", wrong)
	}
	var all struct{ Items []madeToken }
	h.ok(p.people[technicalB], "GET", "/api/v1/credentials", nil, &all)
	if i := slices.IndexFunc(all.Items, func(c madeToken) bool { return c.ID == less.ID }); i < 0 || all.Items[i].Access != "read" || !slices.Equal(all.Items[i].Parts, []string{"usage"}) {
		t.Errorf("listed: %+v", all.Items)
	}
}
