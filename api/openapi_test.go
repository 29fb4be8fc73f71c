package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"entente/api"
	"entente/api/rest"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", name, diff)
	}
}

type described struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Summary     string
		Description string
		Roles       []string               `json:"x-roles"`
		Whose       string                 `json:"x-whose"`
		Security    *[]map[string][]string `json:"security"`
		Parameters  []struct{ Name, In, Description string }
		Tags        []string
	}
}

func document(t *testing.T) (described, []byte) {
	raw, err := (&api.API{}).OpenAPI()
	must(t, err)
	var d described
	must(t, json.Unmarshal(raw, &d))
	return d, raw
}

// The document and the router have the same operations with the same roles; every operation says
// who may call it; every write takes an idempotency key.
func TestTheDocumentDescribesWhatIsServed(t *testing.T) {
	d, _ := document(t)
	routes := (&api.API{}).Routes()
	if !strings.HasPrefix(d.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %s", d.OpenAPI)
	}
	count, ids := 0, map[string]bool{}
	for path, item := range d.Paths {
		for method, op := range item {
			count++
			i := slices.IndexFunc(routes, func(r rest.Route) bool { return r.Path == path && r.Method == strings.ToUpper(method) })
			if i < 0 || !slices.Equal(routes[i].Roles, op.Roles) {
				t.Errorf("%s %s is described and not served so", method, path)
				continue
			}
			if public := op.Security != nil && len(*op.Security) == 0; public != routes[i].Public || public == (len(op.Roles) > 0) {
				t.Errorf("%s %s: roles %v, security %v", method, path, op.Roles, op.Security)
			}
			if ids[op.OperationID] || op.OperationID == "" || op.Summary == "" || len(op.Tags) != 1 {
				t.Errorf("%s %s: id %q, summary %q, tags %v", method, path, op.OperationID, op.Summary, op.Tags)
			}
			ids[op.OperationID] = true
			keyed := false
			for _, p := range op.Parameters {
				keyed = keyed || p.Name == "Idempotency-Key" && p.In == "header"
				if p.In == "path" && !strings.Contains(path, "{"+p.Name+"}") {
					t.Errorf("%s %s has no {%s}", method, path, p.Name)
				}
			}
			if keyed != (method != "get" && op.Tags[0] != "witness") { // asking a witness again is the same by itself
				t.Errorf("%s %s: Idempotency-Key is described: %v", method, path, keyed)
			}
			if want := strings.Count(path, "{"); want != countIn(op.Parameters, "path") {
				t.Errorf("%s %s: not every part of the path is described", method, path)
			}
		}
	}
	if count != len(routes) {
		t.Errorf("%d operations are described, %d are served", count, len(routes))
	}
}

// Whoever reads the document is told what each parameter is, and what each member of those names is that mean the same
// everywhere.
func TestWhatIsAskedForIsDescribed(t *testing.T) {
	_, raw := document(t)
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, Description string }
		}
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct {
					Ref         string `json:"$ref"`
					Description string
				}
			}
		}
	}
	must(t, json.Unmarshal(raw, &doc))
	said := 0
	for path, operations := range doc.Paths {
		for method, o := range operations {
			for _, p := range o.Parameters {
				if said++; p.Description == "" {
					t.Errorf("%s %s: nothing is said of %s", method, path, p.Name)
				}
			}
		}
	}
	for name, s := range doc.Components.Schemas {
		for _, member := range []string{"id", "items", "party", "clause", "component", "environment", "agreement", "state", "version", "expires"} {
			if m, there := s.Properties[member]; there && m.Ref == "" {
				if said++; m.Description == "" {
					t.Errorf("%s: nothing is said of %s", name, member)
				}
			}
		}
	}
	if said < 300 {
		t.Errorf("only %d things were looked at", said)
	}
}

func countIn(all []struct{ Name, In, Description string }, in string) (n int) {
	for _, p := range all {
		if p.In == in {
			n++
		}
	}
	return n
}

// A change of the document is seen in review.
func TestTheDocumentIsGolden(t *testing.T) {
	_, raw := document(t)
	var out bytes.Buffer
	must(t, json.Indent(&out, raw, "", "  "))
	golden(t, "openapi.json", append(out.Bytes(), '\n'))
	h := newHouse(t)
	if a := h.ok("", "GET", "/openapi.json", nil, nil); !bytes.Equal(a.body, raw) || a.header.Get("Content-Type") != "application/openapi+json" {
		t.Errorf("what is served is another document (%s)", a.header.Get("Content-Type"))
	}
	for _, leak := range []string{"unpkg", "cdn", "http://", "$schema"} {
		if strings.Contains(string(raw), leak) {
			t.Errorf("the document says %q", leak)
		}
	}
}

// How each kind of problem reads.
func TestProblemsAreGolden(t *testing.T) {
	h := newHouse(t)
	p := h.settle(example())
	path := "/api/v1/agreements/" + p.id
	h.ok(p.people[technicalB], "POST", "/api/v1/keys", map[string]string{"component": "summarise", "environment": "test", "purpose": "service"}, nil, "Idempotency-Key", "k")
	var out bytes.Buffer
	for _, c := range []struct {
		name, who, method, path string
		body                    any
		headers                 []string
	}{
		{"no token", "", "GET", path, nil, nil},
		{"not yours", p.people[financeA], "GET", "/api/v1/agreements/agr_aaaaaaaaaaaaaaaa", nil, nil},
		{"not served", "", "GET", "/nothing", nil, nil},
		{"another method", "", "DELETE", "/livez", nil, nil},
		{"no authority", p.people[financeA], "POST", path + "/termination", map[string]string{"ground": "notice"}, nil},
		{"the operator", h.operator, "GET", path, nil, nil},
		{"refused by the agreement", p.people[technicalB], "POST", "/api/v1/keys", map[string]string{"component": "reader-kit", "environment": "test", "purpose": "service"}, nil},
		{"malformed", p.people[technicalB], "POST", "/api/v1/keys", `{"component":"a","component":"b"}`, nil},
		{"invalid", p.people[technicalB], "POST", "/api/v1/keys", `{"component":7,"environment":"moon","colour":"red"}`, nil},
		{"invalid query", p.people[technicalB], "GET", "/api/v1/usage?limit=0&colour=red", nil, nil},
		{"not JSON", p.people[technicalB], "POST", "/api/v1/keys", `component=a`, []string{"Content-Type", "application/x-www-form-urlencoded"}},
		{"too large", p.people[technicalB], "POST", "/api/v1/keys", strings.Repeat(" ", 1<<20+1), nil},
		{"key reused", p.people[technicalB], "POST", "/api/v1/keys", map[string]string{"component": "embed", "environment": "test", "purpose": "service"}, []string{"Idempotency-Key", "k"}},
		{"upstream", p.people[technicalA], "PUT", path + "/upstreams/summarise/test", map[string]string{"address": "http://10.0.0.1/"}, nil},
		{"unsound agreement", h.operator, "POST", "/api/v1/agreements", map[string]string{"file": "{["}, nil},
		{"bad cursor", p.people[technicalB], "GET", "/api/v1/usage?after=x", nil, nil},
	} {
		a := h.do(c.who, c.method, c.path, c.body, c.headers...)
		var members map[string]any
		must(t, json.Unmarshal(a.body, &members))
		members["instance"] = "req_…"
		if members["clause_text"] != nil {
			members["clause_text"] = "what the clause says"
		}
		b, err := json.MarshalIndent(members, "", "  ")
		must(t, err)
		out.WriteString("# " + c.name + ": " + http.StatusText(a.status) + "\n" + string(b) + "\n\n")
	}
	golden(t, "problems.txt", bytes.ReplaceAll(out.Bytes(), []byte(p.id), []byte("agr_…")))
}
