package cli

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"entente/api"
	"entente/api/rest"
	"entente/cli/terminal"
	"entente/console"

	"github.com/google/go-cmp/cmp"
)

// routesPrint is what `entente routes` prints.
func routesPrint(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	if code := Run(t.Context(), &terminal.Env{Args: append([]string{"routes"}, args...), Stdout: &out, Stderr: &complaints, Getenv: func(string) string { return "" }}); code != 0 {
		t.Fatalf("routes %v ends with %d: %s", args, code, complaints.String())
	}
	return out.String()
}

// Who asks which operations there are gets those that are served, with who may call them; as JSON and as lines alike.
func TestRoutesAreThoseThatAreServed(t *testing.T) {
	var got []rest.Route
	d := json.NewDecoder(strings.NewReader(routesPrint(t, "--json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := (&api.API{}).Routes()
	if diff := cmp.Diff(want, got); diff != "" || len(got) < 90 {
		t.Errorf("%d routes (-served +listed):\n%s", len(got), diff)
	}
	lines := strings.Split(strings.TrimSpace(routesPrint(t)), "\n")
	if len(lines) != len(want) {
		t.Errorf("%d lines for %d routes", len(lines), len(want))
	}
	for i, r := range want {
		if words := strings.Fields(lines[i]); words[0] != r.Method || words[1] != r.Path || r.Public != (words[2] == "[]") {
			t.Errorf("the line of %s %s is %q", r.Method, r.Path, lines[i])
		}
	}
	i := slices.IndexFunc(got, func(r rest.Route) bool { return r.Method == "POST" && r.Path == "/api/v1/keys" })
	if i < 0 || !slices.Equal(got[i].Roles, []string{"technical"}) || got[i].Whose != rest.Own || got[i].Public {
		t.Errorf("issuing a key is listed as %+v", got)
	}
}

// The console's pages are listed likewise.
func TestPagesAreThoseThatAreServed(t *testing.T) {
	var got []string
	if err := json.Unmarshal([]byte(routesPrint(t, "--console", "--json")), &got); err != nil {
		t.Fatal(err)
	}
	if want := (&console.Console{}).Routes(); !slices.Equal(got, want) || len(got) < 20 || strings.TrimSpace(routesPrint(t, "--console")) != strings.Join(want, "\n") {
		t.Errorf("listed %v, served %v", got, want)
	}
}
