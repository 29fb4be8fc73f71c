package main

import (
	"archive/zip"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"entente/tests/outside"
)

// Whoever is given a bundle opens the page in it in a browser, without a network, and learns what holds; a change of
// any part is found, and the page is accessible.
func TestThePageThatIsCarriedAway(t *testing.T) {
	if outside.Lacking(t, append(outside.Programs("node", "chromium"), outside.Packages("playwright-core", "axe-core")...)...) {
		return
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	bundle := filepath.Join(folder, "bundle.zip")
	command(t, "entente", "seed", "--data", filepath.Join(folder, "data"))
	command(t, "entente", "bundle", "--data", filepath.Join(folder, "data"), "-o", bundle)
	plan := map[string]any{"chromium": chromium, "page": extracted(t, bundle, "verify.html", folder), "folder": folder,
		"confirmed": confirmedPage(t, folder), "statements": statements(t)}
	if outside.Vectors(t, "wycheproof/ed25519_test.json") != nil {
		plan["vectors"] = filepath.Join(outside.Root(), "..", "shared", "vectors", "wycheproof", "ed25519_test.json")
	}
	b, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	runProgram(t, nil, b, "carried.mjs")
}

// extracted takes a file out of an archive into a folder.
func extracted(t *testing.T, archive, name, folder string) string {
	t.Helper()
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(folder, name)
	if err := os.WriteFile(out, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}
