package technical

import (
	"slices"
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
)

func TestSpecification(t *testing.T) {
	a := Terms{Components: []Specification{{Component: "x", Operations: []string{"embeddings"}, Tools: []string{"find"}, Models: []Model{{Name: "m", Version: "m-1"}}, Formats: []Format{{Operation: "embeddings", Request: "r"}},
		BaseURLs: BaseURLs{Test: "https://t.example", Production: "https://p.example"}}}}
	s, ok := a.Specification("x")
	if _, none := a.Specification("y"); !ok || none {
		t.Error("a specification is found by its component")
	}
	for operation, want := range map[string]bool{"embeddings": true, "find": true, "Embeddings": false, "": false} {
		if s.May(operation) != want {
			t.Errorf("%q: %v", operation, !want)
		}
	}
	if m, ok := s.Model("m"); !ok || !m.Pinned() {
		t.Error("a model is found by its name")
	}
	if _, ok := s.Model("m-1"); ok {
		t.Error("a model is not called by the version to which it is pinned")
	}
	if x, ok := s.Format("embeddings"); !ok || x.Request != "r" {
		t.Error("a format is found by its operation")
	}
	if s.BaseURLs.In(agreement.Test) != "https://t.example" || s.BaseURLs.In(agreement.Production) != "https://p.example" {
		t.Error("an address is found by its environment")
	}
}

func TestIsOrigin(t *testing.T) {
	for in, ok := range map[string]bool{
		"https://reader.company.example": true, "https://reader.company.example:8443": true, "https://[2001:db8::1]:8443": true,
		"http://reader.company.example": false, "https://reader.company.example/": false, "https://reader.company.example:443": false, "https://Reader.company.example": false,
		"https://user@reader.company.example": false, "https://reader.company.example?x": false, "reader.company.example": false, "https://": false, "https://:8443": false, "https://bücher.example": false, "": false, "null": false,
	} {
		if isOrigin(in) != ok {
			t.Errorf("%q: %v", in, !ok)
		}
	}
}

func TestPrivateAddresses(t *testing.T) {
	for address, private := range map[agreement.URL]bool{
		"https://10.1.2.3/v1": true, "https://192.168.0.1": true, "https://127.0.0.1:8080": true, "https://[::1]/": true, "https://[fd00::1]": true, "https://[::ffff:10.0.0.1]": true,
		"https://169.254.169.254": true, "https://localhost": true, "https://LOCALHOST.": true, "https://api.localhost": true, "https://printer.local": true, "https://api.svc.internal": true, "https://0.0.0.0": true,
		"https://api.company.example": false, "https://8.8.8.8": false, "https://localhost.company.example": false, "": false,
	} {
		var found agreement.Findings
		Specification{}.checkAddress("x", address, &found)
		if got := slices.ContainsFunc(found, func(f agreement.Finding) bool { return f.Rule == "base-url-private" }); got != private {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestCheckFindsReferences(t *testing.T) {
	var found agreement.Findings
	Terms{Components: []Specification{{Component: "ghost"}}}.Check(roomtest.Frame(), &found)
	if got := roomtest.Dangling(found); !slices.Equal(got, []string{"schedule_a.components[0].component"}) {
		t.Errorf("dangling: %v", got)
	}
}
