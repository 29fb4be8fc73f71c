package openapi

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const library = `
openapi: 3.1.0
info: {title: Harbour Library, version: "1"}
paths:
  /documents:
    get: {operationId: listDocuments, responses: {200: {content: {application/json: {}}}, 4XX: {}}}
    post:
      operationId: addDocument
      summary: |
        Add a
        document
      description: Not this.
      requestBody: {content: {application/pdf: {}, application/json: {}}}
      parameters: [{$ref: "#/components/parameters/Tenant"}, {name: draft, in: query, required: true, description: Whether nobody else sees it.}, {name: body, in: body}]
      responses:
        "201": {$ref: "#/components/responses/Made"}
        default: {content: {application/problem+json: {}}}
  /documents/{id}:
    parameters: [{name: x-shelf, in: header}]
    get: {operationId: readDocument, responses: {"200": {content: {"image/*": {}, "text/plain; charset=utf-8": {}}}}}
    delete: {}
  /documents/export: {get: {operationId: exportAll}}
  /documents/{id}.pdf: {get: {operationId: printDocument}}
  /feeds/{name}/events: {get: {operationId: follow}}
  /feeds/tides/{day}: {get: {operationId: tides}}
components:
  parameters: {Tenant: {name: X-Tenant, in: header}}
  responses: {Made: {content: {application/json: {}}}}
`

func operations(t testing.TB) []Operation {
	t.Helper()
	all, err := Read([]byte(library))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestOperationsAreRead(t *testing.T) {
	got := map[string]Operation{}
	for _, op := range operations(t) {
		got[op.Name] = op
	}
	want := map[string]Operation{
		"listDocuments": {Name: "listDocuments", ID: "listDocuments", Method: "GET", Path: "/documents", Answers: []Answer{{"200", []string{"application/json"}}, {"4XX", nil}}},
		"addDocument": {Name: "addDocument", ID: "addDocument", Method: "POST", Path: "/documents", Headers: []string{"X-Tenant"}, Answers: []Answer{{"201", []string{"application/json"}}, {"DEFAULT", []string{"application/problem+json"}}},
			Summary: "Add a document", Parameters: []Parameter{{"X-Tenant", "header", false, ""}, {"draft", "query", true, "Whether nobody else sees it."}}, Bodies: []string{"application/json", "application/pdf"}},
		"readDocument":           {Name: "readDocument", ID: "readDocument", Method: "GET", Path: "/documents/{id}", Headers: []string{"X-Shelf"}, Answers: []Answer{{"200", []string{"image/*", "text/plain; charset=utf-8"}}}, Parameters: []Parameter{{"x-shelf", "header", false, ""}}},
		"DELETE /documents/{id}": {Name: "DELETE /documents/{id}", Method: "DELETE", Path: "/documents/{id}", Headers: []string{"X-Shelf"}, Parameters: []Parameter{{"x-shelf", "header", false, ""}}},
		"exportAll":              {Name: "exportAll", ID: "exportAll", Method: "GET", Path: "/documents/export"},
		"printDocument":          {Name: "printDocument", ID: "printDocument", Method: "GET", Path: "/documents/{id}.pdf"},
		"follow":                 {Name: "follow", ID: "follow", Method: "GET", Path: "/feeds/{name}/events"},
		"tides":                  {Name: "tides", ID: "tides", Method: "GET", Path: "/feeds/tides/{day}"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDocumentsThatCannotBeUsed(t *testing.T) {
	head := "openapi: 3.1.0\npaths:\n"
	for name, text := range map[string]string{
		"nothing":               "",
		"a list":                "[]",
		"no version":            "paths: {}",
		"an old version":        "openapi: 2.5.0\npaths: {}",
		"no paths":              "openapi: 3.1.0",
		"an anchor":             head + "  /a: &x {get: {}}\n  /b: *x",
		"deep in flow":          head + "  /a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100),
		"deep in entries":       head + "  /a: \n    " + strings.Repeat("- ", 100) + "x",
		"an id twice":           head + "  /a: {get: {operationId: x}, put: {operationId: x}}",
		"two variables at once": head + "  /a/{b}{c}: {get: {}}",
		"no slash":              head + "  a: {get: {}}",
		"a reference outside":   head + "  /a: {$ref: \"other.yaml#/a\"}",
		"too large":             head + strings.Repeat("#", MaxDocument),
	} {
		t.Run(name, func(t *testing.T) {
			if all, err := Read([]byte(text)); !errors.Is(err, ErrDocument) {
				t.Errorf("read as %v, error %v", all, err)
			}
		})
	}
}

func TestReferencesInACircleSayNothing(t *testing.T) {
	all, err := Read([]byte(`{"openapi":"3.0.3","paths":{"/a":{"get":{"parameters":[{"$ref":"#/components/parameters/X"}]}}},"components":{"parameters":{"X":{"$ref":"#/components/parameters/X"}}}}`))
	if err != nil || len(all) != 1 || len(all[0].Headers) != 0 {
		t.Errorf("read as %v, error %v", all, err)
	}
}

func TestFind(t *testing.T) {
	table := NewTable(operations(t))
	for _, c := range []struct{ method, path, want, allow string }{
		{"GET", "/documents", "listDocuments", ""},
		{"HEAD", "/documents", "listDocuments", ""},
		{"POST", "/documents", "addDocument", ""},
		{"GET", "/documents/42", "readDocument", ""},
		{"GET", "/documents/a%20b%C3%A9", "readDocument", ""},
		{"GET", "/documents/100%25", "readDocument", ""},
		{"DELETE", "/documents/42", "DELETE /documents/{id}", ""},
		{"DELETE", "/documents/export", "DELETE /documents/{id}", ""},
		{"GET", "/documents/export", "exportAll", ""},
		{"GET", "/documents/42.pdf", "printDocument", ""},
		{"GET", "/feeds/wind/events", "follow", ""},
		{"GET", "/feeds/tides/events", "tides", ""},
		{"GET", "/documents/v1.2", "readDocument", ""},
		{"GET", "/documents/;", "", ""},
		// What a service could take for something else.
		{"GET", "/documents/Export", "", ""},
		{"GET", "/documents/export.json", "", ""},
		{"GET", "/documents/export.", "", ""},
		{"GET", "/documents/export;v=1", "", ""},
		{"GET", "/documents/export%20", "", ""},
		{"GET", "/documents/%65xport", "", ""},
		{"GET", "/documents/42.PDF", "", ""},
		{"GET", "/Documents", "", ""},
		{"GET", "/documents/", "", ""},
		{"GET", "/documents/42/", "", ""},
		{"GET", "//documents", "", ""},
		{"GET", "/documents//42", "", ""},
		{"GET", "/documents/.", "", ""},
		{"GET", "/documents/..", "", ""},
		{"GET", "/documents/%2e%2e", "", ""},
		{"GET", "/documents/%252e%252e", "", ""},
		{"GET", "/documents/%25252e.", "", ""},
		{"GET", "/documents/..;x", "", ""},
		{"GET", "/documents/...", "", ""},
		{"GET", "/documents/a%2fb", "", ""},
		{"GET", "/documents/a%2Fb", "", ""},
		{"GET", "/documents/a%252Fb", "", ""},
		{"GET", "/documents/a%5cb", "", ""},
		{"GET", "/documents/a\\b", "", ""},
		{"GET", "/documents/a%00", "", ""},
		{"GET", "/documents/a%0d%0aX:y", "", ""},
		{"GET", "/documents/%c0%af", "", ""},
		{"GET", "/documents/%EF%BC%8E%EF%BC%8E", "", ""},
		{"GET", "/documents/%zz", "", ""},
		{"GET", "/documents/a%2", "", ""},
		{"GET", "/documents/é", "", ""},
		{"GET", "documents", "", ""},
		{"GET", "", "", ""},
		{"GET", "*", "", ""},
		{"GET", "/documents?x", "", ""},
		{"get", "/documents", "", "GET POST"},
		{"OPTIONS", "/documents", "", "GET POST"},
		{"PUT", "/documents/42", "", "DELETE GET"},
		{"PUT", "/nothing", "", ""},
	} {
		op, allow := table.Find(c.method, c.path)
		name := ""
		if op != nil {
			name = op.Name
		}
		if name != c.want || strings.Join(allow, " ") != c.allow {
			t.Errorf("%s %s is %q (allow %v), want %q (allow %s)", c.method, c.path, name, allow, c.want, c.allow)
		}
	}
}

func TestSlashesAndCase(t *testing.T) {
	table := NewTable([]Operation{{Name: "with", Method: "GET", Path: "/a/"}, {Name: "without", Method: "GET", Path: "/a"}, {Name: "root", Method: "GET", Path: "/"},
		{Name: "high", Method: "GET", Path: "/A"}, {Name: "low", Method: "GET", Path: "/b"}, {Name: "one", Method: "GET", Path: "/c/{x}:go"}})
	for path, want := range map[string]string{"/a": "without", "/a/": "with", "/": "root", "/A": "high", "/A/": "", "/B": "", "/c/7:go": "one", "/c/:go": "", "/c/7": "", "/c/7:go/": ""} {
		op, _ := table.Find("GET", path)
		if got := op != nil; got != (want != "") || got && op.Name != want {
			t.Errorf("%s is %+v, want %q", path, op, want)
		}
	}
}

func TestDocumentedAnswers(t *testing.T) {
	table := NewTable(operations(t))
	for _, c := range []struct {
		method, path string
		status       int
		media        string
		want         bool
	}{
		{"GET", "/documents", 200, "application/json; charset=utf-8", true},
		{"GET", "/documents", 200, "text/html", false},
		{"GET", "/documents", 404, "text/html", true},
		{"GET", "/documents", 202, "application/json", false},
		{"POST", "/documents", 418, "application/problem+json", true},
		{"POST", "/documents", 201, "application/problem+json", false},
		{"GET", "/documents/1", 200, "image/png", true},
		{"GET", "/documents/1", 200, "Text/Plain", true},
		{"GET", "/documents/1", 200, "text/html", false},
		{"GET", "/documents/1", 200, "{", false},
		{"GET", "/documents/1", 200, "", true},
		{"DELETE", "/documents/1", 299, "x/y", true},
	} {
		op, _ := table.Find(c.method, c.path)
		if got := op.Documents(c.status, c.media); got != c.want {
			t.Errorf("%s %s with %d %s: documented %v", c.method, c.path, c.status, c.media, got)
		}
	}
}

// Whatever is matched, every common reading of the path leads to the same segments, and a table with
// nothing but text finds a path only by being it.
func FuzzFind(f *testing.F) {
	for _, p := range []string{"/documents/42", "/a/%2e%2e/b", "/a;x/%252f", "/%E2%82%AC", "/a/b/", "/documents/export."} {
		f.Add(p)
	}
	table := NewTable([]Operation{{Name: "any1", Method: "GET", Path: "/{a}"}, {Name: "any2", Method: "GET", Path: "/{a}/{b}"}, {Name: "any3", Method: "GET", Path: "/{a}/{b}/{c}"},
		{Name: "secret", Method: "GET", Path: "/documents/secret"}})
	f.Fuzz(func(t *testing.T, p string) {
		op, _ := table.Find("GET", p)
		if op == nil {
			return
		}
		u, err := url.ParseRequestURI(p)
		if err != nil || u.EscapedPath() != p || u.RawQuery != "" || u.Host != "" {
			t.Fatalf("%q is read as %+v, %v", p, u, err)
		}
		if clean := path.Clean(u.Path); clean != strings.TrimSuffix(u.Path, "/") && u.Path != "/" {
			t.Fatalf("%q is %q once cleaned", p, clean)
		}
		if strings.Count(u.Path, "/") != strings.Count(p, "/") || strings.ContainsAny(u.Path, "\\\x00\r\n") {
			t.Fatalf("%q has other segments once decoded: %q", p, u.Path)
		}
		lazy := strings.ToLower(u.Path)
		for _, cut := range []string{";", ".", " "} {
			lazy, _, _ = strings.Cut(lazy, cut)
		}
		if lazy == "/documents/secret" && op.Name != "secret" {
			t.Fatalf("%q is taken for %s, but a lazy service reads %q", p, op.Name, lazy)
		}
		if (op.Name == "secret") != (p == "/documents/secret") {
			t.Fatalf("%q is found as %s", p, op.Name)
		}
	})
}

// The table finds what a reference finds that tries every template in turn.
func TestFindIsAsSimpleMatching(t *testing.T) {
	part := rapid.SampledFrom([]string{"a", "b", "{x}", "p{x}", "{x}s"})
	rapid.Check(t, func(t *rapid.T) {
		var ops []Operation
		for _, parts := range rapid.SliceOfN(rapid.SliceOfN(part, 1, 3), 1, 6).Draw(t, "templates") {
			ops = append(ops, Operation{Name: "/" + strings.Join(parts, "/"), Method: "GET", Path: "/" + strings.Join(parts, "/")})
		}
		p := "/" + strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "pa", "as", "pas"}), 1, 3).Draw(t, "path"), "/")
		got, _ := NewTable(ops).Find("GET", p)
		matched := false
		for _, op := range ops {
			if simply(op.Path, p) {
				matched = true
				if got != nil && strings.Count(got.Path, "{") > strings.Count(op.Path, "{") && simply(op.Path, got.Path) {
					t.Fatalf("%s is found as %s, but %s is more specific", p, got.Path, op.Path)
				}
			}
		}
		if matched != (got != nil) || got != nil && !simply(got.Path, p) {
			t.Fatalf("%s is found as %+v among %+v", p, got, ops)
		}
	})
}

func simply(template, p string) bool {
	ts, ps := strings.Split(template, "/"), strings.Split(p, "/")
	if len(ts) != len(ps) {
		return false
	}
	for i := range ts {
		before, rest, variable := strings.Cut(ts[i], "{")
		_, behind, _ := strings.Cut(rest, "}")
		if !variable && ts[i] != ps[i] || variable && (len(ps[i]) <= len(before)+len(behind) || !strings.HasPrefix(ps[i], before) || !strings.HasSuffix(ps[i], behind)) {
			return false
		}
	}
	return true
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(library))
	f.Add([]byte(`{"openapi":"3.0.0","paths":{"/a":{"$ref":"#/paths/~1a"}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := Read(b)
		if err != nil && !errors.Is(err, ErrDocument) {
			t.Fatal(err)
		}
		NewTable(all).Find(http.MethodGet, "/documents/42")
	})
}

func BenchmarkFind(b *testing.B) {
	table := NewTable(operations(b))
	b.ReportAllocs()
	for b.Loop() {
		if op, _ := table.Find("GET", "/documents/42"); op == nil {
			b.Fatal("it is not found")
		}
	}
}
