package main

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"entente/tests/outside"
)

// What the page of a component gives to paste works as it stands, in each language.
func TestTheFirstCallWorksWhenPasted(t *testing.T) {
	d := startDemo(t)
	page := d.browse(t, "declan-moran", "/components/summarise")
	blocks := regexp.MustCompile(`(?s)<pre class="bytes"><code>(.*?)</code></pre>`).FindAllStringSubmatch(page, -1)
	with := []struct{ file, program, option string }{{"first.sh", "sh", ""}, {"first.py", "python3", ""}, {"first.mjs", "node", ""}, {"first.go", "go", "run"}}
	if len(blocks) != len(with) {
		t.Fatalf("the page has %d programs: %s", len(blocks), page)
	}
	for i, w := range with {
		t.Run(w.file, func(t *testing.T) {
			if outside.Lacking(t, outside.Programs(w.program)...) || w.program == "sh" && outside.Lacking(t, outside.Programs("curl")...) {
				return
			}
			file := filepath.Join(t.TempDir(), w.file)
			if err := os.WriteFile(file, []byte(html.UnescapeString(blocks[i][1])), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(w.program, append(strings.Fields(w.option), file)...)
			for _, key := range []string{d.Keys["test"], "ent_test_nonsense"} {
				cmd := *cmd
				cmd.Env = append(os.Environ(), "ENTENTE_KEY="+key)
				said, err := cmd.CombinedOutput()
				want := `"object":"chat.completion"`
				if key != d.Keys["test"] {
					want = "key-invalid"
				} else if err != nil {
					t.Errorf("it ends with %v", err)
				}
				if !strings.Contains(strings.ReplaceAll(string(said), `": "`, `":"`), want) {
					t.Errorf("it prints %s, want %s", said, want)
				}
			}
		})
	}
}

// browse is a page of the demo's agreement as a person sees it, who enters by their one-time link.
func (d demoNode) browse(t *testing.T, person, path string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	for _, l := range d.Links {
		if l.Person != person {
			continue
		}
		_, secret, _ := strings.Cut(l.Link, "/enter/")
		answer, err := client.PostForm(d.Console+"/enter", url.Values{"link": {secret}})
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	answer, err := client.Get(d.Console + "/agreements/" + d.Agreement + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", path, answer.StatusCode, err)
	}
	return string(page)
}
