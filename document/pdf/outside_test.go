package pdf

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"entente/document/documenttest"
	"entente/document/pdf/archive"
	"entente/tests/outside"
)

// What others read in the file: sound structure, embedded fonts, metadata, the file that it was made
// from, and the text with its ticks.
func TestPDFToOtherReaders(t *testing.T) {
	if outside.Lacking(t, outside.Programs("qpdf", "mutool", "pdffonts", "pdftotext", "pdfinfo", "pdfdetach")...) {
		return
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "sample.pdf")
	source := archive.Source{Name: "agreement.yaml", MediaType: "application/yaml", About: "The agreement file", Data: []byte("edition: entente/2026-11\n")}
	var sample bytes.Buffer
	if err := Write(&sample, documenttest.Sample(), Setting{At: made, Source: source}); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "hostile.pdf")
	for name, content := range map[string][]byte{file: sample.Bytes(), other: pdfOf(t, documenttest.Shaped(func() string { return strings.Join(documenttest.Poison, "") }))} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{file, other} {
		if out := tool(t, "qpdf", "--check", name); !strings.Contains(out, "No syntax or stream encoding errors") || strings.Contains(out, "WARNING") {
			t.Error(out)
		}
		out := tool(t, "mutool", "draw", "-q", "-o", filepath.Join(dir, "%d.txt"), name)
		if said := strings.ReplaceAll(out, "warning: ICC support is not available", ""); strings.Contains(said, "error") || strings.Contains(said, "warning") {
			t.Error(out)
		}
	}
	if out := tool(t, "pdffonts", file); strings.Count(out, " yes yes yes ") != 3 { // embedded, subset, with characters
		t.Errorf("not all of three fonts are embedded, subset and readable:\n%s", out)
	}
	if out := tool(t, "pdfinfo", "-meta", file); !strings.Contains(out, "<pdf:Producer>Entente, "+Press) {
		t.Errorf("the metadata is\n%s", out)
	}
	tool(t, "pdfdetach", "-save", "1", "-o", filepath.Join(dir, "out.yaml"), file)
	if got, err := os.ReadFile(filepath.Join(dir, "out.yaml")); err != nil || !bytes.Equal(got, source.Data) {
		t.Errorf("the file within it is %q (%v)", got, err)
	}
	checkText(t, tool(t, "pdftotext", "-layout", file, "-"))
}

func checkText(t *testing.T, out string) {
	text := strings.Join(strings.Fields(out), " ")
	for _, want := range []string{"Łódź Linguistics Spółka", "Ανάλυση", "Омега Анализ", "№7", "€ 1,234,567.89", "[U+6B27][U+7C73]",
		"[x] to integrate the summarising service", "(x) Preferred", "() Non-exclusive", "Page 4 of 14", "LL-ΩA-2026-014 · version 1",
		"not legal advice", "1.1 Purpose", "Schedule A Components and operations"} {
		if !strings.Contains(strings.ReplaceAll(text, "( )", "()"), want) {
			t.Errorf("%q is not in the text", want)
		}
	}
	if n := strings.Count(text, "Operation What it does Allowance"); n != 4 {
		t.Errorf("the table's header is on %d pages, want 4", n)
	}
}

// tool runs a program that judges our files, and returns all that it says.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}
