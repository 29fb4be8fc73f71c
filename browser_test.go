package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/access/sso/ssotest"
	"entente/articles/draft"
	"entente/calendar"
	"entente/tests/outside"
)

// People do in a real browser what their roles let them do; every page is accessible in light and
// dark, on a desk and on a phone, and speaks to its own node alone.
func TestBrowser(t *testing.T) {
	if outside.Lacking(t, append(outside.Programs("node", "chromium"), outside.Packages("playwright-core", "axe-core")...)...) {
		return
	}
	issuer := ssotest.Plain(t)
	d := startDemo(t, "--issuer-allow", strings.TrimPrefix(issuer.URL, "http://"))
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]string{}
	for _, l := range d.Links {
		links[l.Person] = l.Link
	}
	downloads := t.TempDir()
	second, secondLinks := d.submitExample(t, "mara-voss", "aoife-kearney")
	pictures := filepath.Join("tests", "pictures") // to be looked at
	if err := os.MkdirAll(pictures, 0o755); err != nil {
		t.Fatal(err)
	}
	plan, err := json.Marshal(map[string]any{
		"pictures": pictures, "beginnings": d.beginnings(t, "roisin@alder.example", "example@elsewhere.example", "blank@elsewhere.example", "author@elsewhere.example"),
		"chromium": chromium, "console": d.Console, "gateway": d.Gateway, "agreement": d.Agreement, "production": d.Keys["production"],
		"links": links, "second": map[string]any{"agreement": second, "links": secondLinks},
		"issuer": map[string]string{"url": issuer.URL, "client": ssotest.ClientID, "secret": ssotest.ClientSecret},
		"routes": json.RawMessage(command(t, "entente", "routes", "--console", "--json")), "downloads": downloads,
	})
	if err != nil {
		t.Fatal(err)
	}
	runProgram(t, nil, plan, "browser.mjs")
	if said := command(t, "entente", "verify", filepath.Join(downloads, "bundle.zip")); !strings.Contains(string(said), d.Agreement) {
		t.Errorf("verifying what the browser downloaded: %s", said)
	}
}

// beginnings are links by which people come to begin agreements.
func (d demoNode) beginnings(t *testing.T, addresses ...string) (links []string) {
	t.Helper()
	operator := strings.TrimSpace(string(readFile(t, filepath.Join(d.dir, "operator.token"))))
	for _, address := range addresses {
		var made struct{ Link string }
		d.api(t, operator, "POST", "/beginnings", map[string]string{"address": address}, &made)
		links = append(links, d.Console+"/enter/"+made.Link)
	}
	return links
}

// submitExample opens another agreement on the node, as its operator, and makes links for people of it.
func (d demoNode) submitExample(t *testing.T, people ...string) (id string, links map[string]string) {
	t.Helper()
	operator := strings.TrimSpace(string(readFile(t, filepath.Join(d.dir, "operator.token"))))
	a := draft.Example(calendar.DateOf(time.Now()))
	a.Agreement.Number = "CT-2026-008" // the node has the example's own number
	attachments := map[string]string{}
	for _, at := range a.Agreement.Attachments {
		attachments[at.Name] = base64.StdEncoding.EncodeToString(draft.Attachments()[at.File])
	}
	var opened struct{ ID string }
	d.api(t, operator, "POST", "/agreements", map[string]any{"file": string(draft.Write(a)), "name": "agreement.yaml", "attachments": attachments}, &opened)
	links = map[string]string{}
	for _, person := range people {
		links[person] = d.link(t, operator, opened.ID, person)
	}
	return opened.ID, links
}

// link is the address of a link by which a person enters, made by the operator.
func (d demoNode) link(t *testing.T, operator, id, person string) string {
	t.Helper()
	var made struct{ Link string }
	d.api(t, operator, "POST", "/links", map[string]string{"agreement": id, "person": person}, &made)
	return d.Console + "/enter/" + made.Link
}

func command(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}
