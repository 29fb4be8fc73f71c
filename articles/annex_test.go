package articles_test

import (
	"errors"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles"
	"entente/articles/technical"
)

const harbourDocument = "openapi: 3.1.0\npaths: {/berths: {get: {operationId: listBerths}}}"

// annexed is an agreement with one HTTP component and its attachments, by name.
func annexed(spec technical.Specification, attached map[string]string) (*articles.Agreement, func(string) ([]byte, error)) {
	spec.Component, spec.Protocol = "harbour", technical.HTTP
	a := &articles.Agreement{ScheduleA: technical.Terms{Components: []technical.Specification{spec}}}
	for name := range attached {
		a.Agreement.Attachments = append(a.Agreement.Attachments, agreement.Attachment{Name: name, File: name + ".file", Digest: name})
	}
	return a, func(digest string) ([]byte, error) { return []byte(attached[digest]), nil }
}

func TestAnnexed(t *testing.T) {
	for _, c := range []struct {
		name     string
		spec     technical.Specification
		attached map[string]string
		want     string // in the error; empty if all is well
	}{
		{"an id that is described", technical.Specification{OpenAPI: "api", Operations: []string{"listBerths"}}, map[string]string{"api": harbourDocument}, ""},
		{"by the file's name", technical.Specification{OpenAPI: "api.file", Operations: []string{"GET /berths"}}, map[string]string{"api": harbourDocument}, ""},
		{"a method and path that nothing describes", technical.Specification{Operations: []string{"GET /ships/{id}"}}, nil, ""},
		{"an id that nothing describes", technical.Specification{Operations: []string{"listBerths"}}, nil, `"listBerths" of harbour, which no OpenAPI document describes`},
		{"another id", technical.Specification{OpenAPI: "api", Operations: []string{"listShips"}}, map[string]string{"api": harbourDocument}, `"listShips"`},
		{"a path that cannot be matched", technical.Specification{Operations: []string{"GET /a/../b"}}, nil, "/a/../b"},
		{"no document", technical.Specification{OpenAPI: "api", Operations: []string{"GET /b"}}, map[string]string{"api": "%PDF"}, `the attachment "api", the OpenAPI document of harbour`},
		{"a format", technical.Specification{Operations: []string{"GET /b"}, Formats: []technical.Format{{Operation: "GET /b", Response: "form"}}}, map[string]string{"form": `{"type":"object"}`}, ""},
		{"no format", technical.Specification{Operations: []string{"GET /b"}, Formats: []technical.Format{{Operation: "GET /b", Response: "form"}}}, map[string]string{"form": `{"type":7}`}, `the attachment "form", a format of GET /b`},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, content := annexed(c.spec, c.attached)
			err := articles.Annexed(a, content)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if _, err := articles.ReadAnnex(a, content); err != nil {
				t.Errorf("what is attached makes the agreement illegible: %v", err)
			}
			lost := errors.New("lost")
			if _, err := articles.ReadAnnex(a, func(string) ([]byte, error) { return nil, lost }); (err != nil) != (len(c.attached) > 0) {
				t.Errorf("with a document that is lost: %v", err)
			}
		})
	}
}
