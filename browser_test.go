package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/access/sso/ssotest"
	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/calendar"
	"entente/mail/mailtest"
	"entente/tests/outside"
)

// People do in a real browser what their roles let them do; every page is accessible in light and
// dark, on a desk and on a phone, and speaks to its own node alone.
func TestBrowser(t *testing.T) {
	if outside.Lacking(t, append(outside.Programs("node", "chromium", "pdfsig"), outside.Packages("playwright-core", "axe-core", "@simplewebauthn/server")...)...) {
		return
	}
	issuer, relay := ssotest.Plain(t), mailtest.Start(t, &mailtest.Server{})
	d := startDemo(t, "--issuer-allow", strings.TrimPrefix(issuer.URL, "http://"), "--smtp", relay.Address, "--smtp-from", "Entente <entente@node.example>")
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]string{}
	for _, l := range d.Links {
		links[l.Person] = l.Link
	}
	downloads := t.TempDir()
	second, secondLinks := d.submitExample(t, "CT-2026-008", "mara-voss", "aoife-kearney")
	strained, strainedLinks := d.submit(t, articlestest.Strained(50), "mara-voss", "aoife-kearney")
	var signings []any // in each of which both parties sign
	for _, number := range []string{"CT-2026-101", "CT-2026-102"} {
		id, links := d.submitExample(t, number, "mara-voss", "aoife-kearney")
		signings = append(signings, map[string]any{"agreement": id, "links": links})
	}
	pictures := filepath.Join("tests", "pictures") // to be looked at
	if err := os.MkdirAll(pictures, 0o755); err != nil {
		t.Fatal(err)
	}
	plan, err := json.Marshal(map[string]any{
		"pictures": pictures, "both": d.bothSides(t, second), "beginnings": d.beginnings(t, "roisin@alder.example", "example@elsewhere.example", "blank@elsewhere.example", "author@elsewhere.example"),
		"chromium": chromium, "console": d.Console, "gateway": d.Gateway, "agreement": d.Agreement, "production": d.Keys["production"],
		"links": links, "second": map[string]any{"agreement": second, "links": secondLinks}, "strained": map[string]any{"agreement": strained, "links": strainedLinks},
		"issuer": map[string]string{"url": issuer.URL, "client": ssotest.ClientID, "secret": ssotest.ClientSecret},
		"routes": json.RawMessage(command(t, "entente", "routes", "--console", "--json")), "downloads": downloads, "signings": signings, "letters": lettersOf(t, relay),
	})
	if err != nil {
		t.Fatal(err)
	}
	runProgram(t, nil, plan, "browser.mjs")
	if said := command(t, "entente", "verify", filepath.Join(downloads, "bundle.zip")); !strings.Contains(string(said), d.Agreement) {
		t.Errorf("verifying what the browser downloaded: %s", said)
	}
	for _, name := range []string{"by passkeys", "by a code and a passkey"} {
		signedInABrowser(t, filepath.Join(downloads, name+".zip"))
	}
}

// signedInABrowser holds a bundle, whose version both parties signed in a browser, to what entente verify and poppler say
// of it and of its PDF.
func signedInABrowser(t *testing.T, bundle string) {
	t.Helper()
	file := strings.TrimSuffix(bundle, ".zip") + ".pdf"
	for _, args := range [][]string{{"verify", bundle}, {"render", "--signed", bundle, "-o", file}, {"verify", file}} {
		if said := string(command(t, "entente", args...)); strings.Contains(said, "FAILED") {
			t.Errorf("entente %s: %s", strings.Join(args, " "), said)
		}
	}
	said := string(command(t, "pdfsig", "-nocert", file))
	if strings.Count(said, "Signature Validation: Signature is Valid.") != 2 || strings.Count(said, "Total document signed") != 1 {
		t.Errorf("pdfsig says of %s:\n%s", file, said)
	}
}

// lettersOf serves the letters that a relay took, as JSON, until the test ends.
func lettersOf(t *testing.T, relay *mailtest.Server) (address string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		all := []map[string]string{}
		for _, l := range relay.Letters() {
			all = append(all, map[string]string{"to": l.To, "subject": l.Header.Get("Subject"), "body": l.Body})
		}
		json.NewEncoder(w).Encode(all)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// bothSides are links for the people of both parties who walk the journeys of their roles: in the demo's agreement, and in
// another.
func (d demoNode) bothSides(t *testing.T, second string) map[string]map[string]string {
	t.Helper()
	operator := strings.TrimSpace(string(readFile(t, filepath.Join(d.dir, "operator.token"))))
	links := map[string]map[string]string{"first": {}, "second": {}}
	for _, person := range []string{"jonas-lindqvist", "declan-moran", "finn-petersen", "padraig-nolan", "nele-brandt", "saoirse-burke", "mara-voss", "aoife-kearney"} {
		links["first"][person] = d.link(t, operator, d.Agreement, person)
	}
	links["first"]["jonas-lindqvist again"] = d.link(t, operator, d.Agreement, "jonas-lindqvist")
	links["first"]["aoife-kearney again"] = d.link(t, operator, d.Agreement, "aoife-kearney")
	links["second"]["mara-voss again"] = d.link(t, operator, second, "mara-voss")
	for _, person := range []string{"jonas-lindqvist", "declan-moran", "elif-demir", "roisin-daly", "tobias-reuter", "conor-whelan", "mara-voss", "aoife-kearney"} {
		links["second"][person] = d.link(t, operator, second, person)
	}
	return links
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

// submitExample opens another agreement on the node, as its operator, under a number that the node does not have yet, and
// makes links for people of it.
func (d demoNode) submitExample(t *testing.T, number string, people ...string) (id string, links map[string]string) {
	t.Helper()
	a := draft.Example(calendar.DateOf(time.Now()))
	a.Agreement.Number = number
	return d.submit(t, a, people...)
}

// submit opens an agreement on the node, as its operator, and makes links for people of it.
func (d demoNode) submit(t *testing.T, a articles.Agreement, people ...string) (id string, links map[string]string) {
	t.Helper()
	operator := strings.TrimSpace(string(readFile(t, filepath.Join(d.dir, "operator.token"))))
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
