package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/api/rest"

	"github.com/google/go-cmp/cmp"
)

const permissionsHead = `# What each may do

Who may do what through the API and, with it, the command line; the console offers each person the same acts. It follows
from the roles of clause 7.1 as the agreement stands, and from nothing else. This table is made from the operations
themselves (` + "`x-roles` and `x-whose` of `/openapi.json`, or `entente routes --json`" + `), and every cell of it is tried in the tests:
by each role of both parties, on what is of either party.

| cell | means |
|---|---|
| both | what belongs to the agreement: the people of both parties alike |
| own | what is of one's own party; of the other party's, never |
| other | what is of the other party: its proposal, its assignment, its breach |
| self | what is one's own: tokens, links, sessions; the operator's those of everybody |
| all | without a token |
| yes | the node's operator, who has no role in any agreement |

What is of another agreement is not there for anybody: 404, as for what does not exist.
`

// docs/permissions.md is the table of operations.
func TestPermissionsAreWritten(t *testing.T) {
	d, raw := document(t)
	var order struct {
		Tags []struct{ Name, Description string }
	}
	must(t, json.Unmarshal(raw, &order))
	out := bytes.NewBufferString(permissionsHead)
	for _, tag := range order.Tags {
		fmt.Fprintf(out, "\n## %s\n\n%s\n\n| | %s | operator |\n|---|%s---|\n", tag.Name, tag.Description, strings.Join(agreement.Signatory.Values(), " | "), strings.Repeat("---|", len(agreement.Roles)))
		for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
			for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
				op := d.Paths[path][method]
				if op.Tags[0] != tag.Name {
					continue
				}
				fmt.Fprintf(out, "| %s<br>`%s %s` |", op.Summary, strings.ToUpper(method), path)
				for _, cell := range cells(op.Roles, op.Whose) {
					fmt.Fprintf(out, " %s |", cell)
				}
				fmt.Fprintln(out)
			}
		}
	}
	file := filepath.Join("..", "docs", "permissions.md")
	if *update {
		must(t, os.WriteFile(file, out.Bytes(), 0o644))
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", file, diff)
	}
}

// cells are what an operation is to each role, and to the operator.
func cells(roles []string, whose string) (all []string) {
	for _, r := range agreement.Roles {
		switch {
		case roles == nil:
			all = append(all, "all")
		case slices.Contains(roles, rest.Anyone) || slices.Contains(roles, string(r)):
			all = append(all, whose)
		default:
			all = append(all, "")
		}
	}
	switch {
	case roles == nil:
		return append(all, "all")
	case slices.Contains(roles, rest.Operator):
		return append(all, "yes")
	}
	return append(all, "")
}

// A thing is what an operation acts on: it is of one party, which makes it.
type thing struct {
	operation string
	make      func(b bench, owner agreement.Party) string // its name in the path
	body      func(name string) any                       // nil: none
	owners    []agreement.Party                           // who can have one; nil: both
}

// A bench is a partnership on which things are made.
type bench struct {
	h *house
	p partnership
	n *int // of things made
}

func (b bench) path(below string) string { return "/api/v1/agreements/" + b.p.id + below }

// post makes something by the person of a party who has a role, and says by which id.
func (b bench) post(owner agreement.Party, role agreement.Role, path string, body any) string {
	b.h.t.Helper()
	*b.n++
	for _, person := range example().Governance.People {
		if person.Party == owner && slices.Contains(person.Roles, role) {
			var made struct {
				ID      string
				Version json.Number
				Comment struct{ ID string }
				Breach  struct{ ID string }
				Change  struct{ ID string }
			}
			b.h.ok(b.p.people[person.ID], "POST", path, body, &made)
			return made.ID + made.Version.String() + made.Comment.ID + made.Breach.ID + made.Change.ID
		}
	}
	b.h.t.Fatalf("%s has no %s", owner, role)
	return ""
}

// offer puts another version before the parties.
func offer(b bench, owner agreement.Party) string {
	a := example()
	a.Commerce.Payment.NetDays = 31 + *b.n
	return strings.TrimPrefix(b.post(owner, agreement.Legal, b.path("/versions"), proposal(a)), b.p.id)
}

// transfer asks to pass the agreement on.
func transfer(b bench, owner agreement.Party) string {
	var people []string
	for _, person := range example().Governance.People {
		if person.Party == owner {
			people = append(people, person.ID)
		}
	}
	return b.post(owner, agreement.Signatory, b.path("/assignments"), map[string]any{"to": map[string]any{"name": "Nobody GmbH", "address": "Kiel", "kind": "other"}, "on": "2027-03-01", "people": people, "evidence": "a deed"})
}

// serveHere says where a component of a party is served, in the test environment.
func serveHere(b bench, owner agreement.Party) string {
	lead := map[agreement.Party]string{agreement.A: technicalA, agreement.B: technicalB}[owner]
	b.h.ok(b.p.people[lead], "PUT", b.path("/upstreams/"+ours(owner)+"/test"), map[string]string{"address": "https://api.calluna.example"}, nil)
	return ours(owner)
}

func versioned(more string) func(string) any {
	return func(version string) any { return fmt.Sprintf(`{"version":%s%s}`, version, more) }
}

func ours(owner agreement.Party) string {
	return map[agreement.Party]string{agreement.A: "summarise", agreement.B: "embed"}[owner]
}

// hooked makes a webhook.
func hooked(b bench, owner agreement.Party) string {
	return b.post(owner, agreement.Technical, "/api/v1/webhooks", map[string]any{"url": "http://" + hookPort + "/entente"})
}

var things = []thing{
	{"DELETE /api/v1/service-accounts/{account}", func(b bench, owner agreement.Party) string {
		return b.post(owner, agreement.Technical, "/api/v1/service-accounts", map[string]string{"label": "robot"})
	}, nil, nil},
	{"DELETE /api/v1/webhooks/{webhook}", hooked, nil, nil},
	{"POST /api/v1/webhooks/{webhook}/secret", hooked, nil, nil},
	{"POST /api/v1/webhooks/{webhook}/test", hooked, nil, nil},
	{"GET /api/v1/webhooks/{webhook}/deliveries", hooked, nil, nil},
	{"POST /api/v1/webhooks/{webhook}/replay", hooked, func(string) any { return map[string]string{} }, nil},
	{"POST /api/v1/webhooks/{webhook}/pause", hooked, nil, nil},
	{"POST /api/v1/webhooks/{webhook}/resumption", hooked, nil, nil},
	{"POST /api/v1/agreements/{id}/negotiation/withdrawal", offer, versioned(""), nil},
	{"POST /api/v1/agreements/{id}/negotiation/answers", offer, versioned(`,"clauses":["6.3"],"accept":true`), nil},
	{"POST /api/v1/agreements/{id}/negotiation/refusal", offer, versioned(`,"reason":"no"`), nil},
	{"POST /api/v1/agreements/{id}/negotiation/comments/{thread}/resolution", func(b bench, owner agreement.Party) string {
		return b.post(owner, agreement.Finance, b.path("/negotiation/comments"), map[string]string{"clause": "6.1", "text": "why?"})
	}, nil, nil},
	{"DELETE /api/v1/agreements/{id}/negotiation/notes/{note}", func(b bench, owner agreement.Party) string {
		return b.post(owner, agreement.Finance, b.path("/negotiation/notes"), map[string]string{"clause": "6.1", "text": "hm"})
	}, nil, nil},
	{"DELETE /api/v1/agreements/{id}/negotiation/delegations/{delegation}", func(b bench, owner agreement.Party) string {
		to := map[agreement.Party]string{agreement.A: legalA, agreement.B: legalB}[owner]
		return b.post(owner, agreement.Signatory, b.path("/negotiation/delegations"), map[string]any{"person": to, "reason": "a journey", "until": b.h.now.Add(720 * time.Hour)})
	}, nil, nil},
	{"DELETE /api/v1/agreements/{id}/waivers/{waiver}", func(b bench, owner agreement.Party) string {
		return b.post(owner, agreement.Signatory, b.path("/waivers"), map[string]any{"clause": "6.1", "for": "a month", "until": b.h.now.Add(720 * time.Hour)})
	}, nil, nil},
	{"POST /api/v1/agreements/{id}/assignments/{assignment}/refusal", transfer, func(string) any { return map[string]string{"reason": "no"} }, nil},
	{"DELETE /api/v1/agreements/{id}/assignments/{assignment}", transfer, nil, nil},
	{"POST /api/v1/agreements/{id}/milestones/{milestone}/completion", func(b bench, owner agreement.Party) string {
		if *b.n++; b.h.done(b.p, "sdk-provision") {
			b.post(owner, agreement.Technical, b.path("/milestones/sdk-provision/reopening"), map[string]string{"reason": "again"})
		}
		return "sdk-provision"
	}, func(string) any { return map[string]any{"evidence": []any{link("https://a.example")}} }, []agreement.Party{agreement.A}},
	{"DELETE /api/v1/agreements/{id}/suspensions/{component}", func(b bench, owner agreement.Party) string {
		b.post(owner, agreement.Security, b.path("/suspensions"), map[string]string{"component": "embed", "reason": "why"})
		return "embed"
	}, nil, nil},
	{"POST /api/v1/agreements/{id}/breaches/{breach}/cure", func(b bench, owner agreement.Party) string {
		return b.post(owner, agreement.Legal, b.path("/breaches"), map[string]string{"what": "late"})
	}, nil, nil},
	{"POST /api/v1/agreements/{id}/changes/{change}/settlement", func(b bench, owner agreement.Party) string {
		return b.post(owner, agreement.Legal, b.path("/changes"), map[string]string{"kind": "law", "what": "a ruling"})
	}, nil, nil},
	{"POST /api/v1/agreements/{id}/maintenance/{maintenance}/withdrawal", func(b bench, owner agreement.Party) string {
		from := b.h.now.Add(time.Duration(*b.n+3) * 24 * time.Hour).Truncate(time.Minute)
		return b.post(owner, agreement.Technical, b.path("/maintenance"), map[string]any{"component": ours(owner), "environment": "production", "from": from, "until": from.Add(time.Hour), "what": "a disk"})
	}, nil, nil},
	{"DELETE /api/v1/keys/{key}?reason=x", func(b bench, owner agreement.Party) string {
		return b.post(owner, agreement.Technical, "/api/v1/keys", map[string]string{"component": ours(owner.Other()), "environment": "test", "purpose": "service"})
	}, nil, nil},
	{"GET /api/v1/agreements/{id}/upstreams/{component}/test", serveHere, nil, nil},
	{"DELETE /api/v1/agreements/{id}/upstreams/{component}/test", serveHere, nil, nil},
	{"PUT /api/v1/agreements/{id}/upstreams/{component}/production", func(_ bench, owner agreement.Party) string { return ours(owner) },
		func(string) any { return map[string]string{"address": "https://api.calluna.example"} }, nil},
	{"POST /api/v1/agreements/{id}/assignments/{assignment}/consent", transfer, nil, []agreement.Party{agreement.A}}, // the last: it stands
}

func (h *house) done(p partnership, milestone string) bool {
	var all struct {
		Items []struct {
			ID        string
			Completed time.Time
		}
	}
	h.ok(p.people[financeA], "GET", "/api/v1/agreements/"+p.id+"/milestones", nil, &all)
	for _, m := range all.Items {
		if m.ID == milestone {
			return !m.Completed.IsZero()
		}
	}
	return false
}

// Each cell of the table: on what is of either party, every person gets what their role and their party
// give, and nothing else. What is refused changes nothing: after all refusals the first who may still can.
func TestEachCellOfThePermissions(t *testing.T) {
	h := newHouse(t)
	b := bench{h, h.settle(example()), new(int)}
	h.receive(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	rows, left := map[string]int{}, map[string]bool{}
	for i, e := range effects {
		rows[e.operation] = i
		left[e.operation] = (e.whose == "own" || e.whose == "other") && strings.Contains(strings.Replace(e.operation, "{id}", "", 1), "{")
	}
	for _, x := range things {
		method, path, _ := strings.Cut(x.operation, " ")
		operation := strings.NewReplacer("?reason=x", "", "{component}/test", "{component}/{environment}", "/production", "/{environment}").Replace(x.operation)
		i, known := rows[operation]
		if !known {
			t.Fatalf("%s is no operation", x.operation)
		}
		delete(left, operation)
		owners := x.owners
		if owners == nil {
			owners = agreement.Both
		}
		for _, owner := range owners {
			var may, mayNot []string
			for _, person := range example().Governance.People {
				if gives(effects[i].roles, effects[i].whose, person.Roles, person.Party == owner) {
					may = append(may, person.ID)
				} else {
					mayNot = append(mayNot, person.ID)
				}
			}
			if len(may) == 0 || len(mayNot) == 0 {
				t.Errorf("%s of party %s: may %v, may not %v", x.operation, owner, may, mayNot)
				continue
			}
			try := func(person, name string) answer {
				var body any
				if x.body != nil {
					body = x.body(name)
				}
				return h.do(b.p.people[person], method, fillOne(path, b.p.id, name), body)
			}
			name := x.make(b, owner)
			for _, person := range mayNot {
				if a := try(person, name); a.status != http.StatusForbidden && a.status != http.StatusConflict && a.status != http.StatusNotFound {
					t.Errorf("%s of party %s by %s: %d %s", x.operation, owner, person, a.status, a.body)
				}
			}
			for n, person := range may {
				if n > 0 {
					name = x.make(b, owner)
				}
				if a := try(person, name); a.status/100 != 2 {
					t.Errorf("%s of party %s by %s: %d %s", x.operation, owner, person, a.status, a.body)
				}
			}
		}
	}
	for operation, missing := range left {
		if missing {
			t.Errorf("%s acts on what is of a party, and is not tried here", operation)
		}
	}
}

// gives says whether the roles of an operation, and whose things it is for, give it to somebody.
func gives(roles, whose string, has []agreement.Role, own bool) bool {
	if !slices.ContainsFunc(strings.Fields(roles), func(r string) bool {
		return r == rest.Anyone || slices.Contains(has, agreement.Role(r))
	}) {
		return false
	}
	return whose == "both" || whose == "own" && own || whose == "other" && !own
}

func fillOne(path, id, name string) string {
	path = strings.Replace(path, "{id}", id, 1)
	if from := strings.Index(path, "{"); from >= 0 {
		path = path[:from] + name + path[from+strings.Index(path[from:], "}")+1:]
	}
	return path
}

// What is one party's alone, or of another agreement, is in no answer to anybody else.
func TestNoAnswerHasWhatIsSomebodyElses(t *testing.T) {
	h := newHouse(t)
	p, q := h.settle(example()), h.settle(other())
	const secret = "canary-7f3a"
	for _, of := range []partnership{p, q} {
		at := "/api/v1/agreements/" + of.id
		h.ok(of.people[financeA], "POST", at+"/negotiation/notes", map[string]string{"clause": "6.1", "text": "note " + secret}, nil)
		h.ok(of.people[technicalA], "PUT", at+"/upstreams/summarise/test", map[string]string{"address": "https://" + secret + ".example", "header": "X-" + secret, "secret": "Bearer " + secret}, nil)
		h.ok(of.people[financeA], "POST", "/api/v1/tokens", map[string]string{"label": "token " + secret}, nil)
	}
	at := "/api/v1/agreements/" + q.id
	h.ok(q.people[technicalB], "POST", "/api/v1/keys", map[string]string{"component": "summarise", "environment": "test", "purpose": "service", "label": secret}, nil)
	h.ok(q.people[legalA], "POST", at+"/negotiation/comments", map[string]string{"clause": "6.1", "text": secret}, nil)
	h.ok(q.people[signatoryA], "POST", at+"/letters", map[string]any{"title": secret, "clauses": []string{"6.1"}, "text": secret}, nil)
	h.ok(q.people[legalA], "POST", at+"/breaches", map[string]string{"what": secret}, nil)
	if a := h.ok(p.people[technicalA], "GET", "/api/v1/agreements/"+p.id+"/upstreams", nil, nil); !bytes.Contains(a.body, []byte(secret+".example")) {
		t.Fatalf("the canary is nowhere: %s", a.body)
	}
	tried := 0
	for _, person := range example().Governance.People {
		if person.Party == agreement.A {
			continue // the notes, and to its technical lead the upstreams, are party A's own
		}
		for _, e := range effects {
			method, path, _ := strings.Cut(e.operation, " ")
			if method != "GET" {
				continue
			}
			for _, id := range []string{p.id, q.id} {
				tried++
				a := h.do(p.people[person.ID], method, strings.NewReplacer("{id}", id, "{old}", "1", "{new}", "1", "{n}", "3", "{level}", "0", "{tile}", "000.p/3").Replace(path), nil)
				if bytes.Contains(a.body, []byte(secret)) {
					t.Errorf("%s of %s to %s: %s", e.operation, id, person.ID, a.body)
				}
			}
		}
	}
	if tried < 300 {
		t.Errorf("%d answers were looked at", tried)
	}
}
