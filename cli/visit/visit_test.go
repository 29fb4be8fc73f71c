package visit

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"entente/cli/terminal"
	"entente/client"
)

// flagged are the flags of a command that asks, as somebody gives them.
func flagged(t *testing.T, args ...string) *flag.FlagSet {
	t.Helper()
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	Flags(f)
	f.Bool("json", false, "")
	f.String("until", "", "")
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	return f
}

// What a node says is filled in, and printed as it came for those who asked for that.
func TestShow(t *testing.T) {
	const said = `{"stage":"in force",  "other":1}`
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, said)
	}))
	defer node.Close()
	c, err := client.New(node.URL, "ent_x")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		name  string
		args  []string
		shown bool
		out   string
	}{
		{"in words", nil, false, ""},
		{"as it came", []string{"--json"}, true, said + "\n"},
	} {
		t.Run(one.name, func(t *testing.T) {
			var out bytes.Buffer
			var answer struct{ Stage string }
			shown, err := (&Visitor{Client: c}).Show(t.Context(), &terminal.Env{Stdout: &out}, flagged(t, one.args...), http.MethodGet, "/api/v1/me", nil, &answer)
			if err != nil || shown != one.shown || out.String() != one.out || answer.Stage != "in force" {
				t.Errorf("%t, %v, %q, %q", shown, err, out.String(), answer.Stage)
			}
		})
	}
}

// What a node finds wrong with a request is said of the flags from which it was made, if all of it can be.
func TestWhatIsWrongIsSaidOfTheFlags(t *testing.T) {
	wrong := func(locations ...string) error {
		p := &client.Problem{Title: "as the node says it"}
		for _, l := range locations {
			p.Errors = append(p.Errors, client.Fault{Location: l, Message: "it is not a day"})
		}
		return p
	}
	for _, c := range []struct {
		name   string
		err    error
		misuse bool
	}{
		{"of a flag", wrong("body.until"), true},
		{"of something that no flag gives", wrong("body.until", "body.elsewhere"), false},
		{"of nothing in particular", wrong(), false},
		{"not by the node", io.ErrUnexpectedEOF, false},
	} {
		err := InFlags(c.err, flagged(t))
		var m terminal.Misuse
		if errors.As(err, &m) != c.misuse || c.misuse && err.Error() != "--until: it is not a day" || !c.misuse && err != c.err {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Before anything is asked, it is said what is missing of the address and of who asks.
func TestWhoIsMissing(t *testing.T) {
	for _, c := range []struct {
		name, token string
		args        []string
		says        string
	}{
		{"neither", "", nil, "say which node and who you are"},
		{"no node", "ent_x", nil, "say which node and who you are"},
		{"no token", "", []string{"--node", "http://127.0.0.1:1"}, "say which node and who you are"},
		{"a token that is none", "secret", []string{"--node", "http://127.0.0.1:1"}, "it begins with ent_"},
		{"an address that is none", "ent_x", []string{"--node", "127.0.0.1"}, "127.0.0.1"},
	} {
		env := &terminal.Env{Getenv: func(name string) string { return map[string]string{"ENTENTE_TOKEN": c.token}[name] }}
		_, err := Dial(t.Context(), env, flagged(t, c.args...))
		var m terminal.Misuse
		if !errors.As(err, &m) || !strings.Contains(err.Error(), c.says) || c.token == "secret" && strings.Contains(err.Error(), c.token) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
