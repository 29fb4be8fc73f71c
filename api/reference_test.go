package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entente/agreement"
	"entente/api/outline"
	"entente/tests/outside"
)

func outlined(t *testing.T) *outline.Document {
	t.Helper()
	_, raw := document(t)
	d, err := outline.Read(raw)
	must(t, err)
	return d
}

// Each operation stands on the page of its part, and no page may do more than be read.
func TestTheReferenceHasEachOperation(t *testing.T) {
	h := newHouse(t)
	index := string(h.ok("", "GET", "/api", nil, nil).body)
	for _, tag := range outlined(t).Tags {
		a := h.ok("", "GET", "/api/"+tag.Name, nil, nil)
		text := string(a.body)
		_, style, _ := strings.Cut(text, "<style>")
		style, _, _ = strings.Cut(style, "</style>")
		sum := sha256.Sum256([]byte(style))
		want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
		if got := a.header.Get("Content-Security-Policy"); got != want || a.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: the policy is %q, and should be %q", tag.Name, got, want)
		}
		for _, never := range []string{"<script", "http://", " style=", " on", "src="} {
			if body := strings.ReplaceAll(text, style, ""); never == " on" && regexp.MustCompile(`<[^>]* on\w+=`).MatchString(body) || never != " on" && strings.Contains(body, never) {
				t.Errorf("%s: the page has %q", tag.Name, never)
			}
		}
		for _, o := range tag.Operations {
			if !strings.Contains(index, fmt.Sprintf(`href="/api/%s#%s"`, tag.Name, o.ID)) || !strings.Contains(text, fmt.Sprintf(`<h2 id="%s">%s</h2>`, o.ID, html.EscapeString(o.Summary))) {
				t.Errorf("%s is not in the reference", o.ID)
			}
		}
	}
	if got := string(h.ok("", "GET", "/api/keys", nil, nil).body); !strings.Contains(got, "<dd>The technical lead, on what is of their party</dd>") {
		t.Error("the page of keys does not say who issues them")
	}
	h.refused(404, "", "", "GET", "/api/nothing", nil)
	h.refused(404, "", "", "GET", "/api/", nil)
}

// The pages are read with any eyes and by any light, and ask nobody for anything.
func TestTheReferenceInABrowser(t *testing.T) {
	node, missing := outside.Node()
	if outside.Lacking(t, slices.Concat(missing, outside.Packages("playwright-core", "axe-core"), outside.Programs("chromium"))...) {
		return
	}
	h := newHouse(t)
	pages := []string{h.url + "/api"}
	for _, part := range []string{"keys", "negotiation"} {
		pages = append(pages, h.url+"/api/"+part)
	}
	judged(t, node, 4*len(pages), map[string]any{"pages": pages}, "reference.mjs")
}

// command is what the reference says to run for an operation.
var command = regexp.MustCompile(`(?s)<h2 id="([a-z-]+)">.*?<h3>Command</h3>\s*<pre tabindex="0"><code>(.*?)</code></pre>`)

// Every command of the reference asks for what it says, as it stands there: the node understands each, and does
// what it can.
func TestTheCommandsOfTheReferenceWork(t *testing.T) {
	if outside.Lacking(t, outside.Programs("curl", "openssl", "sh")...) {
		return
	}
	h := newHouse(t)
	p := h.settle(example())
	dir := t.TempDir()
	file, err := json.Marshal(proposal(other()))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "body.json"), file, 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "body.txt"), []byte("old 0\n"), 0o600))
	v, err := h.register.View(agreement.ID(p.id))
	must(t, err)
	first, _ := v.State.Life.Latest()
	env := append(os.Environ(), "NODE="+h.url, "ID="+p.id, "COMPONENT=summarise", "ENVIRONMENT=test", "N=0", "LEVEL=0", "TILE=000.p/1", "TABLE=keys", "OLD=1", "NEW=1",
		"MILESTONE=sdk-provision", "PART=keys", "FILE=mine.ics", "DIGEST="+first.Manifest)
	for _, absent := range []string{"ACCOUNT", "ASSIGNMENT", "ADDRESS", "BREACH", "CALL", "CHANGE", "CREDENTIAL", "DELEGATION", "KEY", "LETTER", "MAINTENANCE", "NOTE", "PASSKEY", "THREAD", "WAIVER", "WEBHOOK"} {
		env = append(env, absent+"=none")
	}
	tried, worked := 0, 0
	for _, tag := range outlined(t).Tags {
		commands := map[string]string{}
		for _, m := range command.FindAllStringSubmatch(string(h.ok("", "GET", "/api/"+tag.Name, nil, nil).body), -1) {
			commands[m[1]] = html.UnescapeString(m[2])
		}
		for _, o := range tag.Operations {
			run := exec.CommandContext(t.Context(), "sh", "-euc", `curl() { command curl -s -o answer -w '%{http_code}' "$@"; }`+"\n"+commands[o.ID])
			run.Dir, run.Env = dir, append(slices.Clone(env), "TOKEN="+tokenFor(h, p, o))
			out, err := run.Output()
			must(t, err)
			answer, err := os.ReadFile(filepath.Join(dir, "answer"))
			must(t, err)
			tried++
			switch status := string(out); {
			case status[0] == '2':
				worked++
			case status == "503" && o.ID == "invite-person", // this node writes no letters
				status == "400" && o.ID == "add-checkpoint" && strings.Contains(string(answer), "it is too long or has no empty line"),
				status == "422" && o.ID == "set-sign-in" && strings.Contains(string(answer), "its issuer"): // nobody answers there
			case !slices.Contains([]string{"403", "404", "409"}, status):
				t.Errorf("%s: %s %s\n%s", o.ID, status, answer, commands[o.ID])
			}
		}
	}
	if tried != len(outlined(t).Operations()) || worked < 50 {
		t.Errorf("%d commands were run, %d did something", tried, worked)
	}
}

// tokenFor is the token of somebody who may call an operation, a person of party A where there is one.
func tokenFor(h *house, p partnership, o outline.Operation) string {
	for _, person := range example().Governance.People {
		if gives(strings.Join(o.Roles, " "), "both", person.Roles, true) {
			return p.people[person.ID]
		}
	}
	return h.operator
}
