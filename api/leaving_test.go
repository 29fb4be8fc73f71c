package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"entente/api/outline"
	"entente/api/reference"
	"entente/api/rest"
	"entente/api/typescript"

	"github.com/danielgtaylor/huma/v2"
)

// An operation that is to go says so with each answer, in the document, in the reference and in the client; so does a
// member, in what describes it.
func TestWhatIsToGoSaysSo(t *testing.T) {
	type answer struct {
		Body struct {
			Old string `json:"old" deprecated:"true" doc:"Use new."`
			New string `json:"new"`
		}
	}
	d := rest.New(rest.House{}, "About.", []*huma.Tag{{Name: "node", Description: "The node."}})
	leaving := rest.Leaving{Since: monday, Until: time.Date(2027, 11, 30, 0, 0, 0, 0, time.UTC), Instead: "get-new"}
	for path, l := range map[string]rest.Leaving{"/old": leaving, "/new": {}} {
		rest.Add(d, rest.Operation{Method: http.MethodGet, Path: path, ID: "get-" + path[1:], Tag: "node", Summary: "One", About: "It is one.", Leaving: l},
			func(context.Context, rest.Visit, *rest.Nothing) (*answer, error) { return &answer{}, nil })
	}
	reference.Serve(d)
	d.Close()
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		d.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	if got := get("/old").Header(); got.Get("Deprecation") != "@1795424400" || got.Get("Sunset") != "Tue, 30 Nov 2027 00:00:00 GMT" {
		t.Errorf("the answer says %v", got)
	}
	if got := get("/new").Header(); got.Get("Deprecation") != "" || got.Get("Sunset") != "" {
		t.Errorf("what stays says %v", got)
	}
	raw, err := d.Document()
	must(t, err)
	doc, err := outline.Read(raw)
	must(t, err)
	for _, o := range doc.Operations() {
		if old := o.Path == "/old"; o.Deprecated != old || strings.Contains(o.About, "It is to go on 2027-11-30: use get-new.") != old {
			t.Errorf("the document says of %s: %v, %q", o.Path, o.Deprecated, o.About)
		}
	}
	types, err := typescript.Types(doc)
	must(t, err)
	if got := strings.Count(types, "@deprecated"); got != 2 {
		t.Errorf("the client says %d times that something is to go:\n%s", got, types)
	}
	page := get("/api/node").Body.String()
	if strings.Count(page, "<strong>deprecated</strong>") != 1 || strings.Count(page, "text, deprecated") != 2 {
		t.Errorf("the reference says:\n%s", page)
	}
}
