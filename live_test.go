package main

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"entente/tests/outside"
)

// What one party does, the other sees without asking for the page again, and loses nothing of what it was at.
func TestBrowsersSeeWhatOthersDo(t *testing.T) {
	if outside.Lacking(t, append(outside.Programs("node", "chromium"), outside.Packages("playwright-core")...)...) {
		return
	}
	d := startDemo(t)
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	operator := strings.TrimSpace(string(readFile(t, d.dir+"/operator.token")))
	links := map[string]string{}
	for _, person := range []string{"jonas-lindqvist", "declan-moran"} {
		links[person] = d.link(t, operator, d.Agreement, person)
	}
	second, secondLinks := d.submitExample(t, "CT-2026-008", "mara-voss", "aoife-kearney")
	plan, err := json.Marshal(map[string]any{
		"chromium": chromium, "console": d.Console, "gateway": d.Gateway, "agreement": d.Agreement, "production": d.Keys["production"],
		"links": links, "again": d.link(t, operator, d.Agreement, "jonas-lindqvist"), "second": map[string]any{"agreement": second, "links": secondLinks},
	})
	if err != nil {
		t.Fatal(err)
	}
	runProgram(t, nil, plan, "live.mjs")
}
